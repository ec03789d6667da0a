"""The reproduction: published numbers as printed, verdicts that follow the figures, documents that need no network."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from html import escape
from pathlib import Path
from xml.etree import ElementTree

import pytest
from rich.console import Console

from hanse.app.cases.radmanesh2021 import generate
from hanse.app.reproduce import budgets, reproduce, write
from hanse.app.reproduce import run as order_of_work
from hanse.app.reproduce.budgets import Row
from hanse.app.reproduce.document import as_json, sheet
from hanse.app.reproduce.published import SOLVERS, Published, PublishedSplit, published
from hanse.app.reproduce.sheet import markdown, page, show
from hanse.app.reproduce.study import STEPS, ProblemRun, SplitRun, study
from hanse.app.reproduce.tables import Findings
from hanse.app.reproduce.verdict import GA_ONLY, verdicts
from hanse.app.story import Story
from hanse.errors import InputError
from hanse.planning.genetic import Parameters

TOWN = Published(
    9, 16, 20, 6, 100, 2000, 10.0, tuple(PublishedSplit(k, 2000 - 100 * k, 10.0 / k) for k in SOLVERS)
)  # fmt: skip
"""A problem of the paper's kind, small enough for a test."""


@pytest.fixture(scope="module")
def town() -> ProblemRun:
    told: list[tuple[int, int]] = []
    run = study(TOWN, Parameters(generations=20), 0, 1, lambda done, whole: told.append((done, whole)))
    assert told == [(done, STEPS) for done in range(1, STEPS + 1)]
    return run


@pytest.fixture(scope="module")
def found(town: ProblemRun) -> Findings:
    rows = (
        Row(9, 25, "whole", 12345, 0.0012, 0.5, ""),
        Row(9, 25, "4 groups", None, None, 0.5, "2 conflicts, such as"),
    )
    return Findings((town,), rows, "", verdicts((town,), rows), Parameters(generations=20), 0, "a test")


def test_the_published_numbers_are_the_tables_and_imply_a_weak_reference() -> None:
    given = published()
    assert [(p.providers, p.demanders, p.orders, p.side_km) for p in given] == [
        (30, 70, 15, 100), (50, 90, 25, 100), (60, 140, 20, 100), (90, 180, 40, 200)]  # fmt: skip
    assert [p.cost for p in given] == [53748, 121672, 164611, 610577]
    assert [round(100 * p.above_optimum, 1) for p in given] == [32.7, 40.5, 53.4, 46.9]
    assert given[1].split(4) == PublishedSplit(4, 86609, 28.1)


def test_the_exact_splits_obey_the_theorem_and_the_genetic_algorithm_the_paper(town: ProblemRun) -> None:
    for k in SOLVERS:
        assert town.split("demands", k).exact == town.optimum
        assert town.split("regions", k).exact >= town.optimum
        assert town.split("regions", k).ga >= town.split("regions", k).exact
        assert sum(jobs for jobs, _ in town.split("regions", k).parts) == TOWN.demanders
        assert sum(providers for _, providers in town.split("regions", k).parts) == TOWN.providers
        assert town.split("regions", k).ga < town.ga
    assert town.optimum < town.ga < town.random
    assert len(town.trajectory) == 21


def test_the_same_seed_gives_the_same_costs_and_another_seed_others(town: ProblemRun) -> None:
    again, other = (study(TOWN, Parameters(generations=20), seed, 1, lambda *_: None) for seed in (0, 1))
    assert (again.trajectory, again.optimum) == (town.trajectory, town.optimum)
    assert other.optimum != town.optimum


def doctored(town: ProblemRun, change: Callable[[SplitRun], SplitRun]) -> ProblemRun:
    return replace(town, splits=tuple(change(split) for split in town.splits))


def test_splitting_is_called_true_of_the_genetic_algorithm_and_false_of_the_optimum(town: ProblemRun) -> None:
    assert verdicts((town,), ())[0].verdict == GA_ONLY


def test_a_verdict_changes_when_the_figures_do(town: ProblemRun) -> None:
    cheaper = doctored(town, lambda split: replace(split, exact=split.exact // 2))
    assert verdicts((cheaper,), ())[0].verdict == "true"
    useless = doctored(town, lambda split: replace(split, ga=2 * town.ga))
    assert verdicts((useless,), ())[0].verdict == "not confirmed"
    both = doctored(cheaper, lambda split: replace(split, ga=2 * town.ga))
    assert verdicts((both,), ())[0].verdict == "true of the optimum, not of the genetic algorithm"
    slow = doctored(town, lambda split: replace(split, ga_seconds=2 * town.ga_seconds))
    assert verdicts((slow,), ())[3].verdict.startswith("not seen")
    assert verdicts((doctored(town, lambda split: replace(split, exact=1)),), ())[2].verdict.startswith("the split")


def test_collisions_under_budgets_are_part_of_the_verdicts(town: ProblemRun, found: Findings) -> None:
    assert "1 of 1 split runs" in found.verdicts[-1].why
    assert found.verdicts[-1].verdict.startswith("false")
    assert len(verdicts((town,), ())) == len(found.verdicts) - 1


def test_the_page_asks_nothing_of_any_network(found: Findings) -> None:
    text = page(sheet(found))
    assert "default-src 'none'" in text
    assert "<script" not in text
    assert not re.search(r"(src|href|url)\s*[=(]", text.replace('xmlns="http://www.w3.org/2000/svg"', ""))
    for verdict in found.verdicts:
        assert escape(verdict.verdict) in text


def test_figures_are_well_formed_and_name_every_curve(found: Findings, tmp_path: Path) -> None:
    files = write(found, tmp_path)
    assert len(files.figures) == 2
    for path in files.figures:
        assert path.stat().st_size < 100_000
        ElementTree.parse(path)
    said = files.figures[0].read_text()
    for name in ("whole:", "optimum:", *(f"{k} regions:" for k in SOLVERS), *(f"{k} demand groups:" for k in SOLVERS)):
        assert said.count(name) == 1
    assert files.page.read_text().startswith("<!doctype html>")
    assert json.loads(files.data.read_text()) == json.loads(json.dumps(as_json(found)))


def test_tables_have_the_same_width_in_every_row(found: Findings) -> None:
    text = markdown(sheet(found), "figures")
    for block in text.split("\n\n"):
        rows = [line for line in block.splitlines() if line.startswith("|")]
        assert len({row.replace("\\|", "").count("|") for row in rows}) <= 1, block
    assert "2 000" in text
    assert "figures/radmanesh2021-9-map.svg" in text


def test_the_terminal_shows_tables_and_verdicts(found: Findings, capsys: pytest.CaptureFixture[str]) -> None:
    show(sheet(found), Path("findings.html"), Console(width=120))
    said = capsys.readouterr().out
    assert "true of its genetic algorithm, false of the optimum" in said
    assert "open findings.html" in said


def test_the_whole_order_of_work_on_one_small_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order_of_work, "published", lambda: (TOWN,))
    monkeypatch.setattr(order_of_work, "QUICK_SECONDS", 1.0)
    monkeypatch.setattr(budgets, "SLACKS", (25,))
    found = reproduce("radmanesh2021", Story(Console(quiet=True)), quick=True, workers=1)
    assert [run.published.number for run in found.runs] == [9]
    assert bool(found.rows) != bool(found.without_budgets)
    for row in found.rows:
        assert (row.cost is None) == bool(row.note)


def test_budgets_leave_the_stated_room() -> None:
    problem = budgets.limited(generate(4, 5, 2, 10), 25)
    assert {machine.budget for machine in problem.machines.values()} == {4}  # 10 tasks on 4 providers, 3.125 rounded up


@pytest.mark.parametrize(("paper", "only"), [("zhang2019", None), ("radmanesh2021", [7]), ("radmanesh2021", [])])
def test_an_unknown_paper_or_problem_is_refused(paper: str, only: list[int] | None) -> None:
    with pytest.raises(InputError):
        reproduce(paper, Story(Console(quiet=True)), only=only)
