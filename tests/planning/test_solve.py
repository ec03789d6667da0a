"""The front door: which engine, which arguments, and that nothing leaves it unjudged."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from hanse.errors import HanseError, InfeasibleError, InputError
from hanse.model.check import check
from hanse.model.objective import Objective
from hanse.model.plan import Assignment
from hanse.model.problem import Problem
from hanse.planning import Result, solve
from hanse.planning import solve as front_door
from hanse.planning.composition.exact import ENGINE as COMPOSITION
from hanse.planning.result import Answer, Limits, Point, Progress
from hanse.units import MILLION
from tests.model.build import job, machine, operation, shops

SHOP = shops(
    machine("M1"),
    machine("M2"),
    jobs=[
        job("J1", operation("O1", ("M1", 3, 10), ("M2", 5, 4)), operation("O2", ("M2", 2, 1), after=["O1"])),
        job("J2", operation("O1", ("M1", 4, 6))),
    ],
)
"""Makespan 6: J2 takes M1 for 0–4, so J1 starts on M2 (0–5, then 2 more: 7) or waits on M1 (4–7, 9); with J1 first on
M1, 0–3, J2 follows 3–7 and J1 ends at 5. So it is 7 either way."""

OPEN = shops(
    machine("M1", capacity=None),
    machine("M2", capacity=None),
    jobs=[job("J1", operation("O1", ("M1", 3, 10), ("M2", 5, 4)), operation("O2", ("M2", 2, 1), after=["O1"]))],
    leg=(3, 1),
)
"""Cheapest: both on M2, 4 + 1 = 5; on M1 first it would be 10 + 3 + 1 = 14."""


def test_auto_takes_composition_where_it_is_exact() -> None:
    result = solve(OPEN, "cost")
    assert result.plan is not None
    assert (result.plan.solver, result.status, result.bound_kind) == ("composition", "optimal", "certified")
    assert result.plan.value == 5 * MILLION


def test_auto_takes_cpsat_for_anything_finite_or_any_other_objective() -> None:
    for problem, objective in ((SHOP, "cost"), (OPEN, "makespan"), (OPEN, "cost + makespan")):
        result = solve(problem, objective, time_limit=10)
        assert result.plan is not None
        assert (result.plan.solver, result.status) == ("cpsat", "optimal")


def test_auto_takes_lagrangian_where_budgets_of_machines_are_all_that_couples_jobs() -> None:
    owner = OPEN.enterprises[1]
    tight = replace(owner, machines=(replace(owner.machines[0], budget=6),))
    result = solve(replace(OPEN, enterprises=(OPEN.enterprises[0], tight)), "cost", time_limit=10)
    assert result.plan is not None
    assert (result.plan.solver, result.status, result.plan.value) == ("lagrangian", "optimal", 14 * MILLION)


def test_no_small_problem_and_no_word_of_help_loads_the_compiler() -> None:
    tail = "print([m for m in ('numba', 'highspy') if m in sys.modules])"
    small = "import sys; from tests.planning.test_solve import OPEN, solve; solve(OPEN, 'cost'); " + tail
    words = "import sys, hanse, hanse.app.cli; " + tail
    for code in (small, words):
        run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert run.stdout.strip() == "[]"


def test_a_small_shop_is_solved_to_its_hand_computed_optimum() -> None:
    result = solve(SHOP, time_limit=10, threads=1)
    assert result.plan is not None
    assert result.measures is not None
    assert result.measures.makespan == 7
    assert result.lower_bound == 7 * MILLION
    assert result.bound_kind == "attested"
    assert check(SHOP, result.plan).valid


def test_a_cost_bound_that_anyone_can_recompute_is_called_certified_whoever_found_the_plan() -> None:
    result = solve(OPEN, "cost", method="cpsat", time_limit=10)
    assert result.plan is not None
    assert (result.plan.solver, result.status, result.bound_kind) == ("cpsat", "optimal", "certified")


def test_progress_hears_every_point_of_the_trajectory_and_each_is_better() -> None:
    heard: list[Point] = []
    result = solve(SHOP, time_limit=10, progress=heard.append)
    assert tuple(heard) == result.trajectory
    assert heard[-1].value == heard[-1].lower_bound == 7 * MILLION
    values = [point.value for point in heard if point.value is not None]
    bounds = [point.lower_bound for point in heard if point.lower_bound is not None]
    assert values == sorted(values, reverse=True)
    assert bounds == sorted(bounds)


def test_what_progress_raises_ends_the_search_and_reaches_the_caller() -> None:
    def refuse(_: Point) -> None:
        raise KeyError("enough")

    for problem, objective in ((SHOP, "makespan"), (OPEN, "cost")):
        with pytest.raises(KeyError, match="enough"):
            solve(problem, objective, time_limit=10, progress=refuse)


@pytest.mark.parametrize(
    ("arguments", "where"),
    [
        ({"method": "magic"}, "method"),
        ({"time_limit": 0}, "time_limit"),
        ({"time_limit": -1.0}, "time_limit"),
        ({"time_limit": float("nan")}, "time_limit"),
        ({"time_limit": float("inf")}, "time_limit"),
        ({"time_limit": "60"}, "time_limit"),
        ({"threads": 0}, "threads"),
        ({"threads": 1.5}, "threads"),
        ({"threads": True}, "threads"),
        ({"seed": -1}, "seed"),
        ({"objective": "beauty"}, "objective"),
        ({"method": "composition"}, "method"),
    ],
)
def test_arguments_that_cannot_be_used_are_refused_by_name(arguments: dict[str, object], where: str) -> None:
    with pytest.raises(InputError) as refusal:
        solve(SHOP, **arguments)  # type: ignore[arg-type]
    assert refusal.value.where == where


def test_a_seed_of_any_size_is_accepted() -> None:
    assert solve(SHOP, seed=2**80, time_limit=10).status == "optimal"


def test_the_composition_engine_says_why_it_refuses() -> None:
    with pytest.raises(InputError, match='machine "M1" has a capacity'):
        solve(SHOP, "cost", method="composition")
    with pytest.raises(InputError, match="the objective is makespan"):
        solve(OPEN, "makespan", method="composition")


def test_importing_planning_loads_neither_solver_nor_numpy() -> None:
    code = (
        "import sys, hanse.planning; print([m for m in ('ortools', 'numpy', 'numba', 'highspy') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


class _Forger:
    """An engine that alters what an honest one answers."""

    name = "forger"

    def __init__(self, **changes: object) -> None:
        self.changes = changes

    def refuses(self, problem: Problem, objective: Objective) -> str | None:
        del problem, objective
        return None

    def solve(self, problem: Problem, objective: Objective, limits: Limits, progress: Progress) -> Answer:
        return replace(COMPOSITION.solve(problem, objective, limits, progress), **self.changes)  # type: ignore[arg-type]


def _forged(monkeypatch: pytest.MonkeyPatch, **changes: object) -> Result:
    module = sys.modules[front_door.__module__]
    monkeypatch.setattr(module, "load", lambda _: _Forger(**changes))
    return solve(OPEN, "cost", method="forger")


BOTH = (Assignment("J1", "A", "O1", "M2", 0, 5), Assignment("J1", "A", "O2", "M2", 5, 7))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"assignments": BOTH[:1]}, "cannot be measured"),
        ({"value": 4 * MILLION}, "says its plan is worth"),
        ({"assignments": (BOTH[0], BOTH[1]._replace(start=4, end=6))}, "precedence"),
        ({"lower_bound": 6 * MILLION}, "above the value"),
    ],
)
def test_an_engine_that_contradicts_the_judge_is_an_error_never_a_plan(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, object], said: str
) -> None:
    with pytest.raises(HanseError, match=said) as broken:
        _forged(monkeypatch, **changes)
    assert not isinstance(broken.value, InputError | InfeasibleError)


def test_an_engine_without_a_plan_gives_an_unknown_result_that_keeps_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    result = _forged(monkeypatch, assignments=None, value=None)
    assert result.plan is None
    assert result.measures is None
    assert (result.status, result.lower_bound) == ("unknown", 5 * MILLION)
    assert "unknown" in repr(result)
