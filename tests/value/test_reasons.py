"""Every movement takes one record, and every record one movement."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from hanse.value.reasons import Entry, Unmatched, repeated, unmatched

PAID = Entry("settlement", "M", 500, "work", "0x1")


def test_a_movement_and_its_record_are_a_pair() -> None:
    assert unmatched([PAID], [Entry("settlement", "M", 500, "agreement 1, milestone 0", "0x1")]) == Unmatched((), ())
    assert unmatched([PAID], [Entry("settlement", "M", 500, "agreement 1, escrow")]) == Unmatched((), ())


def test_the_same_money_moved_twice_on_one_record_is_found() -> None:
    record = Entry("settlement", "M", 500, "agreement 1, milestone 0", "0x1")
    assert unmatched([PAID, PAID], [record]).movements == (PAID,)
    assert unmatched([PAID], [record, record]).records == (record,)
    assert repeated([record, record]) == ["agreement 1, milestone 0"]


def test_another_account_amount_purse_or_transaction_is_no_reason() -> None:
    for wrong in (
        Entry("settlement", "N", 500, "r", "0x1"),
        Entry("settlement", "M", 499, "r", "0x1"),
        Entry("account", "M", 500, "r", "0x1"),
        Entry("settlement", "M", 500, "r", "0x2"),
    ):
        assert unmatched([PAID], [wrong]) == Unmatched((PAID,), (wrong,))


ENTRY = st.builds(
    Entry, st.sampled_from("ab"), st.sampled_from("MN"), st.integers(-2, 2), st.just("r"), st.sampled_from(["", "0x1"])
)


@given(st.lists(ENTRY, max_size=12), st.lists(ENTRY, max_size=12))
def test_what_is_left_over_is_the_difference_of_the_sums(movements: list[Entry], records: list[Entry]) -> None:
    left = unmatched(movements, records)
    for account in "MN":
        said = [sum(one.amount for one in some if one.account == account) for some in (movements, records)]
        rest = [sum(one.amount for one in some if one.account == account) for some in (left.movements, left.records)]
        assert said[0] - rest[0] == said[1] - rest[1]
    assert unmatched(movements, movements).movements == ()
    assert Counter(left.movements) <= Counter(movements)
