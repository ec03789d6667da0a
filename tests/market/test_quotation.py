"""The rule of requests for quotation by itself: which bid is best, who bears what, and that no cent is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse.errors import InputError
from hanse.market import quotation as rules
from hanse.market.quotation import DAY, Bid, Cause, Liability, Refused, Request, Stage, Terms
from hanse.units import MILLION

REQUESTER, FIRST, SECOND, ARBITER = ("0x" + f"{n:02x}" * 20 for n in (0x4E, 0xB1, 0xB2, 0xA1))
BUDGET, BOND = 100_000, 5_000
TERMS = Terms(100, 200, 10 * DAY, BUDGET, BOND, ARBITER, "0x" + "11" * 32, earliest=5 * DAY)
SALT = bytes(32)


def request(**changes: object) -> Request:
    return Request(1, REQUESTER, replace(TERMS, **changes))  # type: ignore[arg-type]


def bid(price: int, ready: int = 5 * DAY, quality: int = MILLION) -> Bid:
    return Bid(price, ready, quality, SALT)


def sealed(one: Request, *bids: tuple[str, Bid]) -> Request:
    for who, its in bids:
        one = rules.bid(one, who, seal(who, its), 50).request
    return one


def seal(who: str, its: Bid) -> bytes:
    return rules.seal(1, ARBITER, 1, who, its)


def opened(one: Request, *bids: tuple[str, Bid]) -> Request:
    for who, its in bids:
        one = rules.show(one, who, its, seal(who, its), 150).request
    return one


def won(price: int = 70_000, **changes: object) -> Request:
    its = (FIRST, bid(price))
    return rules.award(opened(sealed(request(**changes), its), its), 200).request


def test_the_lowest_value_wins_and_each_part_of_it_is_as_declared() -> None:
    terms = replace(TERMS, per_day=1_000, per_quality=10_000)
    late = bid(50_000, 8 * DAY, 900_000)
    assert late.value(terms) == 50_000 + 3_000 + 1_000
    assert bid(50_000, 3 * DAY).value(terms) == 50_000  # before it is needed, earlier is no better


def test_a_bid_that_does_not_fit_says_why() -> None:
    for misfit, word in ((bid(BUDGET + 1), "budget"), (bid(1, 11 * DAY), "ready"), (bid(1, 150), "ready")):
        with pytest.raises(InputError) as refused:
            misfit.value(TERMS)
        assert word in refused.value.hint
    with pytest.raises(InputError):
        bid(1, quality=1).value(replace(TERMS, least_quality=2))


@given(st.permutations([(FIRST, bid(700)), (SECOND, bid(700)), ("0x" + "b3" * 20, bid(701))]))
def test_the_order_of_opening_does_not_decide(order: list[tuple[str, Bid]]) -> None:
    one = sealed(request(), (FIRST, bid(700)), (SECOND, bid(700)), ("0x" + "b3" * 20, bid(701)))
    leader = opened(one, *order).leader
    assert leader is not None
    assert leader.bidder == FIRST


def test_a_copied_seal_opens_for_nobody_else() -> None:
    copied = seal(FIRST, bid(700))
    one = rules.bid(request(), SECOND, copied, 50).request
    with pytest.raises(Refused) as refused:
        rules.show(one, SECOND, bid(700), seal(SECOND, bid(700)), 150)
    assert refused.value.reason == "NotWhatWasSealed"


@given(
    price=st.integers(0, 2**96 - 1),
    bond=st.integers(1, 2**96 - 1),
    late=st.integers(0, 2**40 - 1),
    share=st.integers(0, MILLION),
    rate=st.integers(0, 2**32 - 1),
    cap=st.integers(0, MILLION),
)
def test_what_is_divided_is_all_there_is_and_more_blame_never_pays_more(
    price: int, bond: int, late: int, share: int, rate: int, cap: int
) -> None:
    table = Liability(per_day=rate, cap=cap)
    its = table.to_winner(price, bond, late, share)
    assert 0 <= its <= price + bond
    assert table.to_winner(price, bond, late, MILLION) == 0
    assert its >= table.to_winner(price, bond, late + DAY, share)
    assert its >= table.to_winner(price, bond, late, min(MILLION, share + 1))
    assert table.penalty(price, late) <= price * cap // MILLION


def test_the_table_executes_who_bears_which_failure() -> None:
    table = Liability(quality=MILLION, breakdown=100_000, transport=500_000)
    delivered = rules.deliver(won(liability=table), FIRST, 5 * DAY).request
    for cause, its in ((Cause.QUALITY, 0), (Cause.TRANSPORT, 37_500), (Cause.BREAKDOWN, 67_500), (Cause.NONE, 75_000)):
        disputed = rules.report(delivered, REQUESTER, Cause.QUALITY, 5 * DAY).request
        outcome = rules.decide(disputed, ARBITER, cause, 5 * DAY)
        assert outcome.moves == {FIRST: its, REQUESTER: 75_000 - its}


def test_whoever_reports_what_never_came_needs_an_arbiter_to_be_paid() -> None:
    reported = rules.report(won(), FIRST, Cause.BREAKDOWN, DAY).request
    assert rules.settle(reported, DAY + rules.DECISION).moves[FIRST] == 0
    assert rules.decide(reported, ARBITER, Cause.NONE, DAY).moves[FIRST] == 0


def test_responsibility_never_goes_in_a_circle() -> None:
    whole = won()
    part = replace(request(parent=1), number=2, requester=FIRST)
    known = {1: whole, 2: part}
    assert rules.chain_of(part, known) == (part, whole)
    assert not rules.may_bid(part, known, REQUESTER)
    assert not rules.may_bid(part, known, FIRST)
    assert rules.may_bid(part, known, SECOND)


def test_what_is_held_is_what_was_locked_until_the_end() -> None:
    one = sealed(request(), (FIRST, bid(70_000)), (SECOND, bid(80_000)))
    assert one.held == BUDGET + 2 * BOND
    one = opened(one, (FIRST, bid(70_000)))
    assert one.held == BUDGET + 2 * BOND
    one = rules.award(one, 200).request
    assert one.held == 70_000 + 2 * BOND  # the second never opened
    one = rules.release(one, SECOND, 200).request
    assert (one.held, rules.give_up(one, FIRST).request.held) == (70_000 + BOND, 0)
    assert rules.give_up(one, FIRST).request.stage is Stage.DONE


def test_a_table_that_takes_more_than_all_is_refused() -> None:
    with pytest.raises(InputError, match="not between"):
        Liability(quality=MILLION + 1)


def test_whoever_loses_the_lead_has_its_bond_back_and_so_has_a_bid_that_does_not_fit() -> None:
    one = sealed(request(), (FIRST, bid(80_000)), (SECOND, bid(70_000)), (ARBITER, bid(BUDGET + 1)))
    one = opened(one, (FIRST, bid(80_000)))
    outcome = rules.show(one, SECOND, bid(70_000), seal(SECOND, bid(70_000)), 150)
    assert outcome.moves == {FIRST: BOND}
    misfit = bid(BUDGET + 1)
    assert rules.show(outcome.request, ARBITER, misfit, seal(ARBITER, misfit), 150).moves == {ARBITER: BOND}
