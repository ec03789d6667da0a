"""When there is no plan, the error says why as far as a cheap look can tell."""

from __future__ import annotations

import pytest

from hanse.errors import InfeasibleError
from hanse.model.problem import Problem
from hanse.planning import solve
from tests.model.build import job, machine, operation, shops

TWO = operation("O1", ("M1", 2, 5, 0, 300_000))
ONE = machine("M1")


@pytest.mark.parametrize(
    ("problem", "where", "said"),
    [
        (shops(ONE, jobs=[job("J", TWO, budget=4)]), "job J, budget", "costs 5, its budget is 4"),
        (shops(ONE, jobs=[job("J", TWO, min_quality=400_000)]), "job J, min_quality", "reaches is 0.3"),
        (
            shops(machine("M1", budget=3), jobs=[job("J", TWO), job("K", TWO)]),
            "machine M1, budget",
            "take 4, its budget is 3",
        ),
        (
            shops(machine("M1", available=((0, 3),)), jobs=[job("J", TWO), job("K", TWO)]),
            "machine M1, available",
            "take 4, its windows hold 3",
        ),
        (
            shops(machine("M1", available=((0, 3),)), jobs=[job("J", TWO, release=2)]),
            "job J, plan A, operation O1",
            "every availability window",
        ),
        (
            shops(
                machine("M1", available=((0, 3),)),
                machine("M2"),
                jobs=[job("J", operation("O0", ("M2", 2)), operation("O1", ("M1", 2), after=["O0"]))],
            ),
            "job J, operation O1",
            "cannot start before 2, the last window that fits it needs a start by 1",
        ),
        (
            shops(ONE, machine("M2"), jobs=[job("J", operation("O1", ("M1", 1, 1, 0, 0), ("M2", 1, 9, 0, 900_000)),
                                               budget=5, min_quality=500_000)]),
            "problem small",
            "at once",
        ),
    ],
)  # fmt: skip
def test_an_impossible_problem_is_explained(problem: Problem, where: str, said: str) -> None:
    with pytest.raises(InfeasibleError) as error:
        solve(problem, time_limit=20)
    assert error.value.where == where
    assert said in error.value.message
    assert error.value.hint


def test_the_cheapest_cost_named_for_a_budget_includes_the_legs() -> None:
    steps = (operation("O1", ("M1", 1, 2)), operation("O2", ("M2", 1, 3), after=["O1"]))
    with pytest.raises(InfeasibleError, match="costs 9, its budget is 8"):
        solve(shops(ONE, machine("M2"), jobs=[job("J", *steps, budget=8)], leg=(4, 0)))
