"""The experiment: each problem of Table 7 by the genetic algorithm and exactly, whole and split 2, 3 and 4 ways.

Two kinds of split with the same demands in each part: *regions* (a part may use the providers of its region only, as in
the paper) and *demands* (every part may use every provider). Every part gets as many generations as the whole.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from hanse.app.cases.radmanesh2021 import generate
from hanse.app.reproduce.published import SOLVERS, Published
from hanse.clock import SystemClock
from hanse.cluster import Piece, Wanted, answers
from hanse.errors import HanseError
from hanse.model.objective import Objective
from hanse.model.plan import Assignment
from hanse.model.problem import Problem
from hanse.planning.decomposition import Merged, Part, Split, by_region, merge, part_problem
from hanse.planning.genetic import Evolution, Parameters, evolve
from hanse.planning.result import Answer, Engine, Limits
from hanse.planning.solve import ENGINES, YARDSTICKS, load

COST = Objective.parse("cost")

Kind = Literal["regions", "demands"]

Step = Callable[[int, int], None]

STEPS = 1 + 2 * len(SOLVERS)
"""Rounds of one problem, for progress."""

Flows = tuple[tuple[int, int, int], ...]
"""(from site, to site, legs) with from ≠ to, the busiest first."""


@dataclass(frozen=True, slots=True)
class SplitRun:
    """One split, judged as one plan of the whole. Costs in cents; seconds are those of the slowest part; parts: demands
    and providers of each; trajectory: cost summed over the parts after each generation."""

    kind: Kind
    solvers: int
    parts: tuple[tuple[int, int], ...]
    exact: int
    exact_seconds: float
    ga: int
    ga_seconds: float
    trajectory: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """What a map needs: sites in metres, the region of each in the four-way split, and where the plans send work."""

    sites: tuple[tuple[int, int], ...]
    regions: tuple[int, ...]
    flows: tuple[tuple[str, Flows], ...]


@dataclass(frozen=True, slots=True)
class ProblemRun:
    """One problem. Costs in cents; random: mean cost of random plans (the first population)."""

    published: Published
    seed: int
    tasks: int
    optimum: int
    exact_seconds: float
    random: int
    ga: int
    ga_seconds: float
    trajectory: tuple[int, ...]
    splits: tuple[SplitRun, ...]
    picture: Picture

    def split(self, kind: Kind, solvers: int) -> SplitRun:
        return next(run for run in self.splits if (run.kind, run.solvers) == (kind, solvers))


@dataclass(frozen=True, slots=True)
class Done:
    """A part's work, carried back from its process. exact_seconds: by the clock; ga_seconds: of the processor, since
    the clock would also count the other parts wherever there are fewer cores than parts."""

    exact: Answer
    exact_seconds: float
    evolution: Evolution
    ga_seconds: float


def study(given: Published, parameters: Parameters, seed: int, workers: Wanted, step: Step) -> ProblemRun:
    """Run one problem. seed: draws instance and genetic algorithm alike. step: hears of finished rounds."""
    problem = generate(given.providers, given.demanders, given.orders, given.side_km, seed=seed)
    whole = work(parameters, seed, problem)
    best, ga = _judged(problem, [whole.exact.assignments]), _judged(problem, [whole.evolution.assignments])
    if best.plan is None or best.plan.status != "optimal":
        raise HanseError(
            f"the exact engine's plan of problem {given.number} is not optimal by the judge's own bound",
            where="reproduce",
            hint="this is a bug in Hanse: please report it",
        )
    step(1, STEPS)
    runs: list[SplitRun] = []
    flows = {"exact": best.plan.assignments, "genetic": whole.evolution.assignments}
    regions: tuple[int, ...] = ()
    for solvers in SOLVERS:
        split = by_region(problem, solvers, restrict=True)
        divided = Split("demands", tuple(Part(part.name, part.jobs) for part in split.parts))
        for kind, ways in (("regions", split), ("demands", divided)):
            run, exact = _split(problem, ways, "regions" if kind == "regions" else "demands", parameters, seed, workers)
            runs.append(run)
            step(1 + len(runs), STEPS)
            if (kind, solvers) == ("regions", max(SOLVERS)):
                flows[f"exact, {solvers} regions"] = exact
                regions = _regions(problem, split)
    return ProblemRun(
        published=given,
        seed=seed,
        tasks=problem.operation_count,
        optimum=best.measures.cost,
        exact_seconds=whole.exact_seconds,
        random=whole.evolution.random,
        ga=ga.measures.cost,
        ga_seconds=whole.ga_seconds,
        trajectory=whole.evolution.trajectory,
        splits=tuple(runs),
        picture=Picture(
            tuple(site.position or (0, 0) for site in problem.sites),
            regions,
            tuple((name, _flows(problem, assignments)) for name, assignments in flows.items()),
        ),
    )


def exact_engine(problem: Problem) -> Engine | None:
    """The first engine made for compositions that takes this problem at least cost, None if there is none. (`cpsat`
    takes everything, but compositions of these sizes are not what it is for.)"""
    for name in ENGINES:
        if name not in YARDSTICKS | {"cpsat"}:
            engine = load(name)
            if engine.refuses(problem, COST) is None:
                return engine
    return None


def work(parameters: Parameters, seed: int, problem: Problem) -> Done:
    """One part, or the whole, both ways: first exactly, then by the genetic algorithm. Nothing is judged here: the
    merged plan is, once."""
    engine, clock = exact_engine(problem), SystemClock()
    assert engine is not None, "providers without limits are what the composition engine is for"
    # Compiled engines pay for their first call once per process; a small call first keeps that out of the figures.
    engine.solve(generate(3, 2, 2, 10), COST, Limits(), lambda _: None)
    begun = clock.elapsed()
    exact = engine.solve(problem, COST, Limits(threads=1), lambda _: None)
    exact_seconds = clock.elapsed() - begun
    begun = time.process_time()
    evolution = evolve(problem, parameters, np.random.default_rng(seed))
    return Done(exact, exact_seconds, evolution, time.process_time() - begun)


def _split(
    problem: Problem, split: Split, kind: Kind, parameters: Parameters, seed: int, workers: Wanted
) -> tuple[SplitRun, tuple[Assignment, ...]]:
    done = answers(
        workers, [Piece(part.name, work, (parameters, seed, part_problem(problem, part))) for part in split.parts]
    )
    exact = _judged(problem, [part.exact.assignments for part in done])
    ga = _judged(problem, [part.evolution.assignments for part in done])
    assert exact.plan is not None
    run = SplitRun(
        kind=kind,
        solvers=len(split.parts),
        parts=tuple(
            (len(part.jobs), len(problem.machines if part.machines is None else part.machines)) for part in split.parts
        ),
        exact=exact.measures.cost,
        exact_seconds=max(part.exact_seconds for part in done),
        ga=ga.measures.cost,
        ga_seconds=max(part.ga_seconds for part in done),
        trajectory=tuple(map(sum, zip(*(part.evolution.trajectory for part in done), strict=True))),
    )
    return run, exact.plan.assignments


def _judged(problem: Problem, parts: Sequence[tuple[Assignment, ...] | None]) -> Merged:
    merged = merge(problem, [part or () for part in parts], "cost")
    assert not merged.violations, "providers without limits cannot collide"
    return merged


def _regions(problem: Problem, split: Split) -> tuple[int, ...]:
    home = {machine: number for number, part in enumerate(split.parts) for machine in part.machines or ()}
    by_site = {problem.machine_site[machine]: number for machine, number in home.items()}
    return tuple(by_site.get(site, 0) for site in range(len(problem.sites)))


def _flows(problem: Problem, assignments: tuple[Assignment, ...]) -> Flows:
    site = {(at.job, at.operation): problem.machine_site[at.machine] for at in assignments}
    legs: dict[tuple[int, int], int] = {}
    for job in problem.jobs:
        for earlier, later in job.plans[0].arcs():
            way = (site[job.id, earlier], site[job.id, later])
            if way[0] != way[1]:
                legs[way] = legs.get(way, 0) + 1
    return tuple((a, b, count) for (a, b), count in sorted(legs.items(), key=lambda item: (-item[1], item[0])))
