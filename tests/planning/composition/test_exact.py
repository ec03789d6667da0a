"""Composition without limits: exact, as early as possible, and honest about what it cannot take."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from hanse.errors import InfeasibleError
from hanse.model.check import certified_bound
from hanse.model.objective import Objective
from hanse.model.plan import Assignment
from hanse.model.problem import Problem
from hanse.planning import solve
from hanse.planning.composition.exact import ENGINE
from hanse.planning.result import Limits
from hanse.units import MILLION
from tests.model.build import job, machine, operation, shops
from tests.planning import brute
from tests.strategies import problems

COST = Objective.parse("cost")


def test_the_cheap_shop_far_away_is_worth_it_only_if_the_legs_are() -> None:
    def shop(leg: int) -> Problem:
        return shops(
            machine("M1", capacity=None),
            machine("M2", capacity=None),
            jobs=[
                job(
                    "J",
                    operation("O1", ("M1", 2, 5)),
                    operation("O2", ("M1", 2, 9), ("M2", 2, 3), after=["O1"]),
                    origin="M1",
                    destination="M1",
                    release=4,
                )
            ],
            leg=(leg, 10),
        )

    near = solve(shop(2), "cost").plan
    assert near is not None
    assert near.value == (5 + 2 + 3 + 2) * MILLION  # two legs of 2 against 6 saved
    assert near.assignments == (Assignment("J", "A", "O1", "M1", 4, 6), Assignment("J", "A", "O2", "M2", 16, 18))
    assert near.measures.makespan == 28  # and 10 home
    far = solve(shop(4), "cost").plan
    assert far is not None
    assert far.value == 14 * MILLION  # two legs of 4 against 6 saved


def test_a_budget_below_the_cheapest_plan_is_named_with_the_cheapest_cost() -> None:
    poor = shops(machine("M1", capacity=None), jobs=[job("J", operation("O1", ("M1", 1, 7)), budget=6)])
    with pytest.raises(InfeasibleError, match="costs 7, its budget is 6") as error:
        solve(poor, "cost")
    assert error.value.where == "job J, budget"
    enough = shops(machine("M1", capacity=None), jobs=[job("J", operation("O1", ("M1", 1, 7)), budget=7)])
    assert solve(enough, "cost").status == "optimal"


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (shops(machine("M1"), jobs=[job("J", operation("O1", ("M1", 1)))]), "capacity"),
        (shops(machine("M1", capacity=None, budget=9), jobs=[job("J", operation("O1", ("M1", 1)))]), "budget"),
        (
            shops(machine("M1", capacity=None, available=((0, 9),)), jobs=[job("J", operation("O1", ("M1", 1)))]),
            "calendar",
        ),
        (
            shops(machine("M1", capacity=None), jobs=[job("J", operation("O1", ("M1", 1, 1, 1, 1)), min_quality=1)]),
            "least quality",
        ),
        (
            shops(
                machine("M1", capacity=None),
                jobs=[job("J", operation("O1", ("M1", 1)), operation("O2", ("M1", 1)), single_workpiece=True)],
            ),
            "single workpiece",
        ),
        (
            shops(
                machine("M1", capacity=None),
                jobs=[
                    job(
                        "J",
                        operation("O1", ("M1", 1)),
                        operation("O2", ("M1", 1), after=["O1"]),
                        operation("O3", ("M1", 1), after=["O1", "O2"]),
                    )
                ],
            ),
            "not a tree",
        ),
    ],
)
def test_what_it_cannot_solve_exactly_it_refuses(problem: Problem, said: str) -> None:
    assert said in (ENGINE.refuses(problem, COST) or "")


def test_a_finite_machine_that_nothing_may_use_is_no_reason_to_refuse() -> None:
    idle = shops(machine("M1", capacity=None), machine("M2"), jobs=[job("J", operation("O1", ("M1", 1)))])
    assert ENGINE.refuses(idle, COST) is None


@settings(deadline=None)
@given(problems(finite=False, limits=False))
def test_it_agrees_with_the_certified_bound_and_with_cpsat(problem: Problem) -> None:
    if ENGINE.refuses(problem, COST) is None:
        exact, other = solve(problem, "2 cost"), solve(problem, "2 cost", method="cpsat", time_limit=20, threads=1)
        assert exact.plan is not None
        assert other.plan is not None
        assert exact.plan.value == other.plan.value == certified_bound(problem, Objective.parse("2 cost"))
        assert (exact.plan.solver, exact.status, exact.bound_kind) == ("composition", "optimal", "certified")
        assert other.status == "optimal"


@settings(deadline=None)
@given(problems(finite=False, graphs=False, max_jobs=2, workpieces=False))
def test_it_agrees_with_brute_force_budgets_included(problem: Problem) -> None:
    if ENGINE.refuses(problem, COST) is not None:  # a job with a least quality
        return
    best = brute.best(problem, COST)
    if best is None:
        with pytest.raises(InfeasibleError):
            ENGINE.solve(problem, COST, Limits(), lambda _: None)
    else:
        assert ENGINE.solve(problem, COST, Limits(), lambda _: None).value == best
