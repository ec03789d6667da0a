"""The integer programme: the same optima as the constraint solver and as hand and brute force find."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanse.errors import InfeasibleError, InputError
from hanse.model.check import check
from hanse.model.objective import Objective
from hanse.model.problem import Job, Problem, ProcessPlan
from hanse.planning import solve
from hanse.planning.milp.engine import ENGINE
from hanse.units import MILLION
from tests.model.build import job, machine, operation, plan, shops
from tests.planning import brute
from tests.strategies import problems

OBJECTIVES = ("makespan", "cost", "tardiness", "energy", "cost + 3 makespan + 2 tardiness")


def value(problem: Problem, objective: str = "makespan", method: str = "milp") -> int | None:
    """The proved optimum in millionths, None if there is no plan."""
    try:
        result = solve(problem, objective, method=method, time_limit=30, threads=1)
    except InfeasibleError:
        return None
    assert result.plan is not None
    assert check(problem, result.plan).valid
    assert result.status == "optimal"
    return result.plan.value


def test_two_jobs_share_a_machine_and_a_second_plan_avoids_it() -> None:
    one = operation("O1", ("M1", 3))
    assert value(shops(machine("M1"), jobs=[job("J1", one), job("J2", one)])) == 6 * MILLION
    both = Job("J2", (ProcessPlan("A", (one,)), ProcessPlan("B", (operation("O1", ("M2", 4)),))))
    assert value(shops(machine("M1"), machine("M2"), jobs=[job("J1", one), both])) == 4 * MILLION


def test_legs_take_time_and_money() -> None:
    steps = (operation("O1", ("M1", 2, 5)), operation("O2", ("M1", 9, 9), ("M2", 3, 3), after=["O1"]))
    shop = shops(machine("M1"), machine("M2"), jobs=[job("J", *steps, origin="M2", release=1)], leg=(7, 5))
    assert value(shop) == (1 + 5 + 2 + 5 + 3) * MILLION  # staying on M1: 1 + 5 + 2 + 9 = 17
    assert value(shop, "cost") == (7 + 5 + 9) * MILLION  # going on to M2: 7 + 5 + 7 + 3 = 22


def test_what_it_cannot_state_it_refuses_by_name() -> None:
    one = operation("O1", ("M1", 3))
    three = [job(f"J{i}", one) for i in range(3)]
    for own, words in (
        (machine("M1", available=((0, 9),)), 'machine "M1" has a calendar'),
        (machine("M1", capacity=2), 'machine "M1" runs several at once'),
    ):
        with pytest.raises(InputError, match=words):
            solve(shops(own, jobs=three), method="milp")
    many = shops(machine("M1"), jobs=[job(f"J{i}", one) for i in range(250)])
    with pytest.raises(InputError, match="small problems"):
        solve(many, method="milp")
    with pytest.raises(InputError, match="coarser unit"):
        solve(shops(machine("M1"), jobs=[job("J", operation("O1", ("M1", 10**6)))]), method="milp")


def test_auto_never_takes_it() -> None:
    result = solve(shops(machine("M1"), jobs=[job("J", operation("O1", ("M1", 3)))]), time_limit=5)
    assert result.plan is not None
    assert result.plan.solver != "milp"


def test_what_is_frozen_stays_and_a_start_is_a_floor() -> None:
    one = operation("O1", ("M1", 3), ("M2", 5))
    shop = shops(machine("M1"), machine("M2"), jobs=[job("J1", one), job("J2", one)])
    row = plan(shop, ("J1", "O1", "M1", 2, 5), ("J2", "O1", "M1", 6, 9))
    result = solve(shop, method="milp", time_limit=20, start=row, freeze=3)
    assert result.plan is not None
    assert row.assignments[0] in result.plan.assignments
    assert result.plan.value == 5 * MILLION


def test_no_time_at_all_gives_a_plan_or_says_there_is_none() -> None:
    one = operation("O1", ("M1", 3), ("M2", 4))
    shop = shops(machine("M1"), machine("M2"), jobs=[job(f"J{i}", one) for i in range(12)])
    result = solve(shop, method="milp", time_limit=0.05, threads=1)
    assert result.status in ("unknown", "feasible", "optimal")
    assert (result.plan is None) == (result.status == "unknown")
    assert result.lower_bound is not None


@settings(max_examples=80, deadline=None)
@given(problems(max_jobs=3, max_operations=3), st.sampled_from(OBJECTIVES))
def test_its_optima_are_those_of_the_constraint_solver(problem: Problem, objective: str) -> None:
    if ENGINE.refuses(problem, Objective.parse(objective)) is None:
        assert value(problem, objective) == value(problem, objective, "cpsat")


@settings(max_examples=60, deadline=None)
@given(problems(max_jobs=2, max_operations=2), st.sampled_from(OBJECTIVES))
def test_its_optima_are_those_of_brute_force(problem: Problem, objective: str) -> None:
    if ENGINE.refuses(problem, Objective.parse(objective)) is None:
        assert value(problem, objective) == brute.best(problem, Objective.parse(objective))
