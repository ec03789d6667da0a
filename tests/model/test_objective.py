"""Objectives read what people write and refuse the rest."""

from __future__ import annotations

import pytest

from hanse.errors import InputError
from hanse.model.objective import Objective
from hanse.units import MILLION


@pytest.mark.parametrize(
    ("text", "weights"),
    [
        ("makespan", (("makespan", 1),)),
        ("cost + 1000 tardiness", (("cost", 1), ("tardiness", 1000))),
        ("2*energy+makespan", (("energy", 2), ("makespan", 1))),
    ],
)
def test_sums_are_read_and_written_back(text: str, weights: tuple[tuple[str, int], ...]) -> None:
    objective = Objective.parse(text)
    assert objective.weights == weights
    assert Objective.parse(str(objective)) == objective


@pytest.mark.parametrize(
    "text", ["", "speed", "cost + cost", "0 cost", "-1 cost", "cost -", "1.5 cost", "99999999 cost"]
)
def test_what_is_not_an_objective_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        Objective.parse(text)


def test_the_value_is_the_weighted_sum_in_millionths() -> None:
    value = Objective.parse("cost + 3 tardiness").millionths(cost=7, makespan=99, tardiness=MILLION // 2, energy=5)
    assert value == 7 * MILLION + 3 * MILLION // 2


def test_a_single_measure_is_recognised() -> None:
    assert Objective.parse("cost").only == "cost"
    assert Objective.parse("2 cost").only is None
