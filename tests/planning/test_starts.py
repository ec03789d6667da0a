"""Several starts: never worse than any of them, and the same plan whoever searches."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import hanse as door
from hanse.errors import InputError
from hanse.model.check import check
from hanse.model.problem import Problem
from hanse.planning import solve
from hanse.planning.pareto import explore
from hanse.planning.pareto.starts import explore_starts
from hanse.planning.starts import solve_starts
from hanse.units import MILLION
from tests.app.cli import hanse
from tests.model.build import job, machine, operation, shops
from tests.planning.jobshop.search.test_run import jobs_at_random

SHOP = jobs_at_random(2, jobs=8, machines=5)
"""Large enough for the portfolio; its makespans differ between seeds and rounds."""


def calendar(problem: Problem) -> Problem:
    """The same with a machine that rests, so that the other search has it."""
    first, *others = problem.enterprises
    resting = replace(first.machines[0], available=((0, 20), (25, 10**6)))
    return replace(problem, enterprises=(replace(first, machines=(resting, *first.machines[1:])), *others))


@pytest.mark.parametrize(("problem", "counts"), [(SHOP, (1, 2, 4)), (calendar(SHOP), (1, 2))], ids=["tabu", "orders"])
def test_any_number_of_workers_finds_the_same_plan(problem: Problem, counts: tuple[int, ...]) -> None:
    found = []
    for workers in counts:
        result = solve_starts(problem, time_limit=120, starts=3, rounds=2, seed=5, workers=workers)
        assert result.plan is not None
        assert check(problem, result.plan).valid
        found.append((result.plan.assignments, result.plan.lower_bound, result.bound_kind, result.status))
    assert all(one == found[0] for one in found)


def test_the_best_start_wins_and_ends_after_its_rounds() -> None:
    told: list[tuple[int, int]] = []
    alone = [solve(SHOP, time_limit=120, threads=1, seed=seed, rounds=2).plan for seed in (5, 6, 7)]
    values, plans = zip(*((plan.value, plan.assignments) for plan in alone if plan is not None), strict=True)
    best = solve_starts(SHOP, time_limit=120, starts=3, rounds=2, seed=5, told=lambda *at: told.append(at))
    assert best.plan is not None
    assert best.plan.value == min(values)
    assert best.plan.assignments == plans[values.index(min(values))]
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert best.seconds < 100


def test_a_start_is_never_lost_and_what_is_frozen_stays() -> None:
    first = solve(SHOP, time_limit=120, threads=1, rounds=1).plan
    assert first is not None
    better = solve_starts(SHOP, time_limit=120, starts=2, rounds=1, start=first)
    assert better.plan is not None
    assert better.plan.value <= first.value
    two = shops(machine("M1"), jobs=[job(name, operation("O1", ("M1", 3))) for name in ("J1", "J2")])
    before = solve(two, method="cpsat", threads=1).plan
    assert before is not None
    kept = solve_starts(two, method="cpsat", time_limit=10, starts=2, start=before, freeze=1)
    assert kept.plan is not None
    assert min(before.assignments, key=lambda one: one.start) in kept.plan.assignments
    assert kept.plan.value == 6 * MILLION


@pytest.mark.parametrize("starts", [0, True, 1025])
def test_a_number_of_starts_that_is_none_is_refused(starts: int) -> None:
    with pytest.raises(InputError, match="not a number of starts"):
        solve_starts(SHOP, starts=starts)


def test_rounds_are_refused_where_nobody_counts_them() -> None:
    for settings, said in (
        ({"rounds": 0, "threads": 1}, "not a number of rounds"),
        ({"rounds": 3, "threads": 2}, "several threads do not count"),
        ({"rounds": 3, "threads": 1, "method": "cpsat"}, "counts no rounds"),
    ):
        with pytest.raises(InputError, match=said):
            solve(SHOP, time_limit=5, **settings)


def test_fronts_of_several_starts_are_the_same_and_no_worse() -> None:
    fronts = [
        explore_starts(SHOP, "makespan,energy", "moth-flame", 120, starts=3, evaluations=400, seed=3, workers=workers)
        for workers in (1, 2)
    ]
    assert fronts[0].repeatable
    plans = [[point.plan.assignments for point in front.points] for front in fronts]
    assert plans[0] == plans[1]
    assert fronts[0].evaluations == 3 * 400
    one = explore(SHOP, "makespan,energy", "moth-flame", 120, evaluations=400, seed=4)
    best = [point.values for point in fronts[0].points]
    assert all(any(b[0] <= p.values[0] and b[1] <= p.values[1] for b in best) for p in one.points)
    assert all(check(SHOP, point.plan).valid for point in fronts[0].points)


def test_the_command_line_gives_the_same_with_one_worker_and_with_two(tmp_path: Path) -> None:
    path = tmp_path / "shop.json"
    door.write(SHOP, path)
    words = ("solve", path, "--starts", "2", "--rounds", "1", "--json")
    one, two = (hanse(*words, "--workers", count) for count in ("1", "2"))
    assert one.code == 0, one.err
    assert one.json["assignments"] == two.json["assignments"]
    hanse(*words, "--threads", "2").failed(2, "each of several starts has one thread")
    hanse(*words, "--workers", "none").failed(2, "not a number of workers")
    hanse("pareto", path, "--workers", "2", "--threads", "2").failed(2, "each of several starts has one thread")
