"""The order of work of `hanse reproduce`: problems one by one, then budgets, then verdicts, then files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from hanse.app.cases.radmanesh2021 import generate
from hanse.app.reproduce import budgets
from hanse.app.reproduce.document import as_json, sheet
from hanse.app.reproduce.published import Published, published
from hanse.app.reproduce.sheet import Files, machine, write_sheet
from hanse.app.reproduce.study import ProblemRun, exact_engine, study
from hanse.app.reproduce.tables import Findings
from hanse.app.reproduce.verdict import verdicts
from hanse.app.story import Story
from hanse.cluster import Executor, Wanted, executor
from hanse.errors import InputError
from hanse.planning.genetic import Parameters

PAPERS = ("radmanesh2021", "ramakurthi2022", "ramakurthi2023", "zhang2019")
"""Experiments by name; all but the first live in packages of their own."""

QUICK_GENERATIONS = 60

QUICK_SECONDS, SECONDS = 2.0, 10.0
"""Of the engine for budgets, for the whole of a problem."""

NO_ENGINE = "left out: no packaged engine for compositions takes time budgets yet"


def reproduce(
    paper: str,
    story: Story,
    *,
    quick: bool = False,
    seed: int = 0,
    workers: Wanted = "cores",
    only: Sequence[int] | None = None,
) -> Findings:
    """Run a paper's experiment and judge its claims.

    quick: fewer generations, and budgets on the first problem only. seed: draws instances and genetic algorithm.
    workers: for the parts of a split (`cluster.Wanted`). only: numbers of the problems to run (default: all).
    Raises InputError for an unknown paper or problem.
    """
    if paper != PAPERS[0]:
        raise InputError(f'there is no experiment "{paper}"', where="PAPER", hint=f"use one of: {', '.join(PAPERS)}")
    chosen = [given for given in published() if only is None or given.number in only]
    if not chosen or (only is not None and len(chosen) < len(set(only))):
        raise InputError(f"{only} are not problems of the paper", where="only", hint="use numbers from 1 to 4")
    parameters = Parameters(generations=QUICK_GENERATIONS) if quick else Parameters()
    with executor(workers) as crew:
        runs = [_problem(given, parameters, seed, crew, story) for given in chosen]
    rows, why = _budgets(chosen[:1] if quick else chosen, QUICK_SECONDS if quick else SECONDS, seed, story)
    return Findings(tuple(runs), tuple(rows), why, verdicts(runs, rows), parameters, seed, machine())


def write(found: Findings, out: Path) -> Files:
    """Page, table, data and figures into a folder, each whole or not at all. Raises EnvironmentFault."""
    return write_sheet(sheet(found), as_json(found), out, "reproduce-radmanesh2021")


def _problem(given: Published, parameters: Parameters, seed: int, crew: Executor, story: Story) -> ProblemRun:
    doing = f"problem {given.number}: {given.providers} providers, {given.demanders} demands × {given.orders} tasks"
    with story.stage(doing) as chapter:
        run = study(given, parameters, seed, crew, chapter.step)
        chapter.done(f"{doing}: genetic algorithm ${run.ga // 100}, exact ${run.optimum // 100}")
    return run


def _budgets(chosen: Sequence[Published], seconds: float, seed: int, story: Story) -> tuple[list[budgets.Row], str]:
    small = generate(3, 2, 2, 10)
    if exact_engine(budgets.limited(small, budgets.SLACKS[0])) is None:
        return [], NO_ENGINE
    rows: list[budgets.Row] = []
    whole = 4 * len(chosen) * len(budgets.SLACKS)
    with story.stage("the same with limited hours") as chapter:
        for place, given in enumerate(chosen):
            problem = generate(given.providers, given.demanders, given.orders, given.side_km, seed=seed)
            for turn, slack in enumerate(budgets.SLACKS):
                before = 4 * (place * len(budgets.SLACKS) + turn)
                told = _from(before, whole, chapter.step)
                rows += budgets.compare(given.number, problem, slack, seconds, seed, told)
        chapter.done(f"the same with limited hours: {len(rows)} plans")
    return rows, ""


def _from(before: int, whole: int, step: Callable[[int, int], None]) -> Callable[[int], None]:
    return lambda done: step(before + done, whole)
