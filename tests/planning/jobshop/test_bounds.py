"""Bounds without search: what one job needs alone."""

from __future__ import annotations

from hanse.planning.jobshop.bounds import least_makespan
from hanse.planning.jobshop.shop import build
from tests.model.build import job, machine, operation, shops

BOTH = (operation("O1", ("M1", 3), ("M2", 9)), operation("O2", ("M2", 4)))
TWO = (machine("M1"), machine("M2"))


def test_operations_side_by_side_take_as_long_as_the_longest_of_them() -> None:
    assert least_makespan(build(shops(*TWO, jobs=[job("J", *BOTH, release=2)]))) == 2 + 4


def test_a_single_workpiece_takes_them_one_after_the_other() -> None:
    assert least_makespan(build(shops(*TWO, jobs=[job("J", *BOTH, release=2, single_workpiece=True)]))) == 2 + 3 + 4


def test_legs_to_and_from_a_single_workpiece_count_at_their_least() -> None:
    away = job("J", *BOTH, origin="M1", destination="M2", single_workpiece=True)
    # O1 may start on M1 at once and O2 end on M2, where the product goes: no leg is sure but those between them.
    assert least_makespan(build(shops(*TWO, jobs=[away], leg=(0, 5)))) == max(3 + 4, 5 + 4 + 0, 3 + 5)
