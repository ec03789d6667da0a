"""Declared strategies: limits are never crossed, who can agree does, and every move can be replayed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse.errors import InputError
from hanse.market.negotiation import Issue, Offer, Stance, concession, move, negotiate, read
from hanse.units import MILLION

BETAS = st.tuples(st.integers(1, 8), st.integers(1, 8))
BUYER = Stance(Issue(reserve=1_000, ideal=500), Issue(reserve=200, ideal=100), beta=(1, 2), salt="a")
SELLER = Stance(Issue(reserve=700, ideal=1_200), Issue(reserve=120, ideal=240), beta=(2, 1), salt="b")


@st.composite
def stances(draw: st.DrawFn, *, buys: bool) -> Stance:
    def issue() -> Issue:
        low, high = sorted((draw(st.integers(0, 10**6)), draw(st.integers(0, 10**6))))
        reserve, ideal = (high, low) if buys else (low, high)
        return Issue(reserve, ideal, draw(st.integers(1, 5)))

    kind = draw(st.sampled_from(["time", "tit for tat"]))
    return Stance(issue(), issue(), kind, draw(BETAS))  # type: ignore[arg-type]


@given(stances(buys=True), stances(buys=False), st.integers(2, 30))
def test_nobody_agrees_or_offers_beyond_its_limits(buyer: Stance, seller: Stance, rounds: int) -> None:
    agreed, moves = negotiate(buyer, seller, rounds)
    assert agreed is None or (buyer.admits(agreed) and seller.admits(agreed))
    for side, done in moves:
        if done.what == "offer":
            assert (buyer, seller)[side].admits(done.offer)


@given(stances(buys=True), stances(buys=False), st.integers(2, 30))
def test_the_same_stances_make_the_same_moves(buyer: Stance, seller: Stance, rounds: int) -> None:
    assert negotiate(buyer, seller, rounds) == negotiate(read(buyer.document()), read(seller.document()), rounds)


@given(BETAS, BETAS, st.integers(0, 10**5), st.integers(2, 40))
def test_who_can_agree_does_if_time_moves_both(
    one: tuple[int, int], other: tuple[int, int], gap: int, rounds: int
) -> None:
    """Reserves that overlap on every issue, by however little."""
    buyer = Stance(Issue(50_000 + gap, 10_000), Issue(900, 100), beta=one)
    seller = Stance(Issue(50_000, 90_000 + gap), Issue(900, 2_000), beta=other)
    assert negotiate(buyer, seller, rounds)[0] is not None


@given(BETAS, st.integers(2, 255))
def test_concessions_go_from_nothing_to_all_and_never_back(beta: tuple[int, int], rounds: int) -> None:
    found = [concession(t, rounds, beta) for t in range(rounds)]
    assert found[0] == 0 or rounds == 1
    assert found[-1] == MILLION
    assert found == sorted(found)


def test_a_boulware_holds_out_and_a_conceder_gives_in() -> None:
    assert concession(5, 11, (1, 4)) == 62_500  # (1/2)^4
    assert concession(5, 11, (1, 1)) == 500_000
    assert concession(5, 11, (4, 1)) == 840_896  # (1/2)^(1/4)
    hard, soft = replace(BUYER, beta=(1, 8)), replace(BUYER, beta=(8, 1))
    prices = [agreed.price for buyer in (hard, soft) if (agreed := negotiate(buyer, SELLER, 12)[0]) is not None]
    assert prices == sorted(prices)
    assert len(set(prices)) == 2


def test_who_imitates_gives_what_it_is_given() -> None:
    imitates = replace(SELLER, kind="tit for tat")
    first = move(imitates, 0, 9, [], [Offer(500, 200)])
    second = move(imitates, 1, 9, [first.offer], [Offer(500, 200), Offer(500, 200)])
    assert first.offer == second.offer == Offer(1_200, 240)  # nothing was given
    third = move(imitates, 2, 9, [first.offer, second.offer], [Offer(500, 200), Offer(600, 200)])
    assert imitates.utility(third.offer) == MILLION - 100_000  # a fifth of the way in one of two issues


def test_an_offer_beyond_the_limits_is_refused_at_the_end_and_never_accepted() -> None:
    assert move(SELLER, 8, 9, [], [Offer(699, 240)], last=True).what == "refuse"
    assert move(SELLER, 8, 9, [], [Offer(10**6, 119)], last=True).what == "refuse"  # however well it pays
    assert move(SELLER, 8, 9, [], [Offer(700, 120)], last=True).what == "accept"


def test_the_hash_declares_the_stance_and_hides_it() -> None:
    assert BUYER.hash == read(BUYER.document()).hash
    assert BUYER.hash != replace(BUYER, salt="b").hash
    assert BUYER.hash != replace(BUYER, beta=(1, 1)).hash


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"format": "hanse-stance/1"}', BUYER.document().decode().replace("500", '"500"'),
     BUYER.document().decode().replace('"salt"', '"extra"'), BUYER.document().decode().replace("time", "bluff")],
)  # fmt: skip
def test_anything_else_is_no_stance(text: str) -> None:
    with pytest.raises(InputError):
        read(text)
