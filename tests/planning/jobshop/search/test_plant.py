"""What the search takes, what it declines and why, and the arrays it makes of a problem."""

from __future__ import annotations

from typing import Any

import pytest

from hanse.model.problem import Job, ProcessPlan
from hanse.planning.jobshop.search.plant import plant_of, refusal
from hanse.planning.jobshop.shop import build
from tests.model.build import job, machine, operation, shops

ONE = operation("O1", ("M1", 3, 0, 0, 500_000), ("M2", 5, 0, 0, 500_000))


@pytest.mark.parametrize(
    ("machines", "settings", "said"),
    [
        ({"available": ((0, 9),)}, {}, 'machine "M1" has a calendar'),
        ({"budget": 9}, {}, 'machine "M1" has a budget'),
        ({"capacity": 2}, {}, 'machine "M1" runs 2 operations at once'),
        ({"capacity": 3}, {}, None),
        ({"capacity": None}, {}, None),
        ({}, {"budget": 9}, 'job "J0" has a budget'),
        ({}, {"min_quality": 9}, 'job "J0" asks for quality'),
        ({}, {"release": 4, "due": 9, "origin": "M2", "destination": "M1", "single_workpiece": True}, None),
    ],
)
def test_what_cannot_be_expressed_is_declined_with_its_name(
    machines: dict[str, Any], settings: dict[str, Any], said: str | None
) -> None:
    jobs = [job(f"J{i}", ONE, **settings) for i in range(3)]
    assert refusal(shops(machine("M1", **machines), machine("M2"), jobs=jobs)) == said


def test_plans_that_order_the_same_operations_differently_are_declined() -> None:
    a, b = operation("O1", ("M1", 1)), operation("O2", ("M1", 2), after=["O1"])
    swapped = ProcessPlan("B", (operation("O1", ("M1", 1), after=["O2"]), operation("O2", ("M1", 2))))
    shorter = ProcessPlan("B", (operation("O1", ("M1", 1)),))
    straight = ProcessPlan("A", (a, b))
    assert refusal(shops(machine("M1"), jobs=[Job("J", (straight, shorter))])) is None
    said = refusal(shops(machine("M1"), jobs=[Job("J", (straight, swapped))]))
    assert said == 'the plans of job "J" order the same operations differently'


def test_arrays_hold_releases_legs_and_sequences_of_unary_machines_only() -> None:
    steps = (ONE, operation("O2", ("M3", 2), after=["O1"]))
    problem = shops(
        machine("M1"), machine("M2"), machine("M3", capacity=None),
        jobs=[job("J", *steps, origin="M1", destination="M2", release=4)], leg=(0, 7),
    )  # fmt: skip
    plant = plant_of(build(problem))
    assert list(plant.ways) == [0, 2, 3]
    assert list(plant.ready) == [4, 11, 0]  # what follows waits for what came first, nothing else
    assert list(plant.rest) == [0, 0, 7]
    assert plant.moving
    assert list(plant.seats) == [0, 1, 2, 2]
    assert (list(plant.before), list(plant.after)) == ([0], [1])
    assert not plant.held.any()  # a chain keeps its operations apart by itself
