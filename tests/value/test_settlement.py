"""A milestone's escrow is divided exactly, and nobody gains by being late, or by being found at fault."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse.errors import InputError
from hanse.ledger.deal import Conditions, Milestone
from hanse.units import MILLION
from hanse.value.settlement import Parts, escrow_of, penalty, split

NOBODY = "0x" + "11" * 20
HASH = "0x" + "5a" * 32
AMOUNT = st.one_of(st.integers(0, 200), st.integers(0, 2**96 - 1))
SECONDS = st.one_of(st.integers(0, 500), st.integers(0, 2**32 - 1))
LATE = st.one_of(st.integers(0, 1_000), st.integers(0, 2**40 - 1))
SHARE = st.one_of(st.integers(0, MILLION), st.sampled_from([0, 1, MILLION - 1, MILLION]))

TERMS = Conditions(NOBODY, NOBODY, NOBODY, grace=60, unit=60, per_unit=10_000, cap=250_000, reward=20_000, fee=10_000)
WORK = Milestone(NOBODY, HASH, 100_000, 0, 0, compensation=10_001, subsidy=6_001)


@st.composite
def milestones(draw: st.DrawFn) -> Milestone:
    compensation = draw(AMOUNT)
    return replace(WORK, price=draw(AMOUNT), compensation=compensation, subsidy=draw(st.integers(0, compensation)))


@st.composite
def conditions(draw: st.DrawFn) -> Conditions:
    rates: dict[str, Any] = {name: draw(SHARE) for name in ("cap", "reward", "fee")}
    line: dict[str, Any] = {
        "grace": draw(SECONDS),
        "unit": max(1, draw(SECONDS)),
        "per_unit": draw(st.integers(0, 2**32 - 1)),
    }
    return replace(TERMS, **rates, **line)


def test_accepted_work_in_time_is_paid_in_full() -> None:
    assert split(WORK, TERMS, MILLION, 60) == Parts(110_001, 2_000, 1_000, 0, 0)


def test_work_that_never_came_is_given_back_to_whoever_paid() -> None:
    assert split(WORK, TERMS, 0, 0) == Parts(0, 0, 0, 107_000, 6_001)
    assert escrow_of(WORK, TERMS) == (107_000, 6_001)


def test_the_penalty_is_nothing_then_a_line_then_the_cap() -> None:
    late = (0, 60, 61, 120, 60 + 25 * 60, 10**9)
    assert [penalty(100_000, one, TERMS) for one in late] == [0, 0, 16, 1_000, 25_000, 25_000]


def test_half_of_it_is_half_of_each_amount_and_the_odd_cent_goes_back() -> None:
    assert split(WORK, TERMS, 500_000, 0) == Parts(50_000 + 2_000 + 3_000, 1_000, 500, 53_500, 3_001)


@given(milestones(), conditions(), SHARE, LATE)
def test_the_parts_are_never_negative_and_add_up_to_the_escrow(
    work: Milestone, terms: Conditions, share: int, late: int
) -> None:
    parts = split(work, terms, share, late)
    assert parts.whole == sum(escrow_of(work, terms))
    assert min(parts.member, parts.solver, parts.treasury, parts.customer, parts.proposer) >= 0
    assert parts.proposer <= work.subsidy
    assert parts.member <= work.price + work.compensation


@given(milestones(), conditions(), SHARE, SHARE, LATE, LATE)
def test_a_larger_share_or_an_earlier_delivery_never_hurts_the_member(
    work: Milestone, terms: Conditions, share: int, other: int, late: int, later: int
) -> None:
    worse = split(work, terms, min(share, other), max(late, later))
    assert worse.member <= split(work, terms, max(share, other), min(late, later)).member


@given(st.integers(0, 2**96 - 1), conditions(), LATE)
def test_a_penalty_is_never_above_its_cap(price: int, terms: Conditions, late: int) -> None:
    assert 0 <= penalty(price, late, terms) <= price * terms.cap // MILLION
    assert penalty(price, terms.grace, terms) == 0


def test_more_than_all_cannot_be_shared() -> None:
    with pytest.raises(InputError, match="not between"):
        split(WORK, TERMS, MILLION + 1, 0)
