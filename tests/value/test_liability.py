"""A clause of who bears what, and the share of a ruling that follows from a cause."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse.errors import InputError
from hanse.ledger.deal import Conditions, Milestone
from hanse.units import MILLION
from hanse.value.liability import CAUSES, Cause, Liability
from hanse.value.settlement import split

MEMBER, SOLVER = "0x" + "11" * 20, "0x" + "22" * 20
SHARES = st.integers(0, MILLION)


@given(st.builds(Liability, SHARES, SHARES, SHARES), st.sampled_from(CAUSES), st.integers(0, 2**60))
def test_what_the_member_bears_and_what_it_gets_is_all_it_earned(table: Liability, cause: Cause, price: int) -> None:
    work = Milestone(MEMBER, "0x" + "33" * 32, price, 0, 0)
    parts = split(work, Conditions(SOLVER, SOLVER, SOLVER), table.share(cause), 0)
    assert parts.member == price * table.share(cause) // MILLION
    assert parts.whole == price
    assert table.share("none") == MILLION


@given(st.builds(Liability, SHARES, SHARES, SHARES))
def test_a_clause_is_read_back_from_the_conditions_that_were_signed(table: Liability) -> None:
    assert Liability.of(table.word) == table
    assert table.word < 2**128


def test_no_clause_is_zero_and_what_is_none_is_refused() -> None:
    assert Liability.of(0) is None
    for word in (1, 2 << 96, 1 << 128, Liability(0, 0, 0).word | MILLION + 1, Liability(0, 0, 0).word + (1 << 96)):
        with pytest.raises(InputError):
            Liability.of(word)


def test_a_share_that_is_none_is_refused() -> None:
    with pytest.raises(InputError, match="liability, transport"):
        Liability(0, 0, -1)
