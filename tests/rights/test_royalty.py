"""The owner's part of a royalty is the contract's, to the cent (contracts/test/Designs.t.sol has the same cases)."""

from hanse.rights.royalty import due
from hanse.units import MILLION


def test_half_of_the_work_is_half_of_the_royalty_rounded_down() -> None:
    assert due(2_103, [(110_001, MILLION), (110_001, 0)]) == 1_051


def test_a_ruling_takes_from_the_royalty_what_it_takes_from_the_work() -> None:
    assert due(2_103, [(110_001, 250_000), (110_001, 0)]) == 262


def test_work_for_nothing_still_owes_the_royalty() -> None:
    assert due(700, [(0, 1)]) == 700
    assert due(700, [(0, 0)]) == 0


def test_work_that_is_paid_as_compensation_counts_as_well() -> None:
    """Else a deal with prices of nothing and large compensations would owe nothing."""
    assert due(1_000, [(1, 0), (9_999, MILLION)]) == 999
