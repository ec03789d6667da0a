"""Reputation: hand-computed values, rules that hold for every history, and what cheats gain."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse.errors import InputError
from hanse.units import MILLION
from hanse.value.reputation import (
    Policy,
    Rating,
    Settlement,
    Standing,
    Threshold,
    credit,
    etas,
    rated,
    reputation,
)

POLICY = Policy(half_life=100, full=1000, cap=3, base=400_000, belief=2, patience=10)

FAULTLESS = Settlement(0, "C", "M", "owner of C", "owner of M", 1000, 0, MILLION, "nobody", 0)


def settlement(order: int, **changes: object) -> Settlement:
    return replace(FAULTLESS, order=order, **changes)  # type: ignore[arg-type]


@st.composite
def histories(draw: st.DrawFn) -> list[Settlement]:
    """Settlements of one member until time 500, with a few customers, some of whom are the member's own."""
    return [
        settlement(
            order,
            customer=f"C{customer}",
            customer_owner=draw(st.sampled_from(["A", "B", "owner of M"])),
            price=draw(st.integers(0, 3000)),
            lateness=draw(st.integers(0, 15)),
            rating=draw(st.none() | st.integers(0, MILLION)),
            fault=draw(st.sampled_from(["nobody", "member", "customer"])),
            time=draw(st.integers(0, 500)),
        )
        for order, customer in enumerate(draw(st.lists(st.integers(0, 3), max_size=8)))
    ]


def by_fractions(settled: list[Settlement], now: int, policy: Policy) -> list[Fraction]:
    """The three scores by the formula in exact fractions, nothing rounded but the lateness."""
    scores = []
    for ask in (
        lambda s: None if s.rating is None or s.fault == "customer" else s.rating,
        lambda s: max(0, policy.patience - s.lateness) * MILLION // policy.patience,
        lambda s: 0 if s.fault == "member" else MILLION,
    ):
        good = bad = Fraction(0)
        for owner in {s.customer_owner for s in settled if s.customer_owner != s.member_owner}:
            r = b = Fraction(0)
            for s in settled:
                score = ask(s)
                if s.customer_owner == owner and score is not None:
                    halvings, rest = divmod(Fraction(now - s.time), policy.half_life)
                    weight = min(Fraction(1), Fraction(s.price * MILLION // policy.full, MILLION))
                    weight *= (1 - rest / policy.half_life / 2) / 2**halvings
                    r, b = r + weight * Fraction(score, MILLION), b + weight * (1 - Fraction(score, MILLION))
            scale = min(Fraction(1), policy.cap / (r + b)) if r + b else Fraction(0)
            good, bad = good + r * scale, bad + b * scale
        scores.append((good + Fraction(policy.base, MILLION) * policy.belief) / (good + bad + policy.belief))
    return scores


def test_a_newcomer_has_the_base_rate_and_no_evidence() -> None:
    assert reputation([], "M", 0, POLICY) == Standing(400_000, 400_000, 400_000, 400_000, 0)


def test_one_full_faultless_order_is_worth_what_the_formula_says() -> None:
    standing = reputation([FAULTLESS], "M", 0, POLICY)
    assert standing == Standing(600_000, 600_000, 600_000, 600_000, MILLION)  # (1 + 0.4 · 2) / (1 + 2)
    assert reputation([FAULTLESS], "M", 100, POLICY).quality == 520_000  # (0.5 + 0.8) / (0.5 + 2)
    assert reputation([FAULTLESS], "M", 150, POLICY).evidence == 375_000  # the line between 1/2 and 1/4


def test_each_question_has_its_own_answer() -> None:
    standing = reputation([settlement(0, rating=250_000, lateness=5, fault="member")], "M", 0, POLICY)
    assert (standing.quality, standing.punctuality, standing.fairness) == (350_000, 433_333, 266_666)
    assert standing.whole == (350_000 + 433_333 + 266_666) // 3


@given(histories(), st.integers(500, 2000))
def test_integers_give_what_exact_fractions_give_within_a_millionth(settled: list[Settlement], now: int) -> None:
    standing = reputation(settled, "M", now, POLICY)
    for score, exact in zip(
        (standing.quality, standing.punctuality, standing.fairness), by_fractions(settled, now, POLICY), strict=True
    ):
        assert abs(score - exact * MILLION) < Fraction(1001, 1000)


@given(histories(), st.randoms(use_true_random=False))
def test_no_order_of_reading_the_events_matters(settled: list[Settlement], random: object) -> None:
    mixed = list(settled)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert reputation(mixed, "M", 500, POLICY) == reputation(settled, "M", 500, POLICY)


@given(
    histories(), st.sampled_from(["A", "B", "new"]), st.integers(0, 3000), st.integers(0, 500), st.integers(500, 900)
)
def test_a_faultless_order_never_lowers_and_one_at_fault_never_raises(
    settled: list[Settlement], owner: str, price: int, time: int, now: int
) -> None:
    before = reputation(settled, "M", now, POLICY)
    good = settlement(99, customer_owner=owner, price=price, time=time)
    bad = replace(good, rating=0, lateness=10, fault="member")
    after = reputation([*settled, good], "M", now, POLICY)
    worse = reputation([*settled, bad], "M", now, POLICY)
    for name in ("quality", "punctuality", "fairness", "whole"):
        assert getattr(worse, name) <= getattr(before, name) <= getattr(after, name)
        assert getattr(worse, name) >= 0
        assert getattr(after, name) <= MILLION


@given(histories())
def test_with_time_everybody_becomes_a_newcomer_again(settled: list[Settlement]) -> None:
    assert reputation(settled, "M", 500 + 70 * POLICY.half_life, POLICY) == reputation([], "M", 0, POLICY)


@given(st.integers(0, 1500), st.integers(0, 1500))
def test_one_order_fades_without_a_step_back(first: int, second: int) -> None:
    early, late = sorted((first, second))
    for one in (FAULTLESS, settlement(0, rating=0, lateness=10, fault="member")):
        sooner, later = (reputation([one], "M", now, POLICY).whole for now in (early, late))
        assert abs(sooner - POLICY.base) >= abs(later - POLICY.base)


# --- attacks ----------------------------------------------------------------------------------------------------


@given(histories(), st.lists(st.integers(0, 10**9), max_size=20))
def test_dealing_with_oneself_changes_nothing(settled: list[Settlement], prices: list[int]) -> None:
    own = [settlement(100 + i, customer_owner="owner of M", price=price) for i, price in enumerate(prices)]
    assert reputation([*settled, *own], "M", 500, POLICY) == reputation(settled, "M", 500, POLICY)
    assert credit([*settled, *own], "C", 500, POLICY) == credit(settled, "C", 500, POLICY)


@given(st.integers(1, 4), st.integers(1, 60))
def test_washing_through_colluding_owners_stays_below_its_bound(owners: int, orders: int) -> None:
    washed = [settlement(i, customer_owner=f"sybil {i % owners}", price=10**9) for i in range(orders)]
    standing = reputation(washed, "M", 0, POLICY)
    most = Fraction(MILLION * owners * POLICY.cap + POLICY.base * POLICY.belief, owners * POLICY.cap + POLICY.belief)
    assert standing.whole <= most
    assert standing.evidence <= owners * POLICY.cap * MILLION


def test_a_colluder_cannot_wash_off_what_others_suffered() -> None:
    harmed = [settlement(i, customer_owner=f"honest {i}", rating=0, fault="member") for i in range(6)]
    washed = [settlement(10 + i, customer_owner="sybil") for i in range(1000)]
    standing = reputation([*harmed, *washed], "M", 0, POLICY)
    assert standing.fairness == (3 * MILLION + 2 * 400_000) // (6 + 3 + 2)
    assert standing.fairness < POLICY.base


def test_crumbs_are_worth_crumbs() -> None:
    crumbs = [settlement(i, price=1) for i in range(100)]
    assert reputation(crumbs, "M", 0, POLICY).evidence == 100 * MILLION // 1000


def test_a_rating_counts_only_with_a_settlement_behind_it() -> None:
    silent = settlement(7, rating=None, time=5)
    forged = [
        Rating(8, "C", MILLION, 6),  # no such order was settled
        Rating(7, "stranger", 0, 6),  # not its customer
        Rating(7, "C", MILLION, 4),  # before anything was delivered
        Rating(7, "C", MILLION + 1, 6),  # no rating at all
    ]
    assert rated([silent], forged) == (silent,)
    assert rated([replace(silent, rating=MILLION)], []) == (silent,)
    twice = [Rating(7, "C", 900_000, 9), Rating(7, "C", 300_000, 6), Rating(7, "C", 200_000, 6)]
    assert rated([silent], [*forged, *twice]) == (replace(silent, rating=200_000),)


def test_the_rating_of_a_customer_at_fault_is_void() -> None:
    spiteful = settlement(0, rating=0, fault="customer")
    assert reputation([spiteful], "M", 0, POLICY).quality == POLICY.base
    assert credit([spiteful], "C", 0, POLICY) == 800_000 // 3


def test_histories_and_policies_that_cannot_be_are_refused() -> None:
    for wrong in ([FAULTLESS, FAULTLESS], [settlement(1, time=9)]):
        with pytest.raises(InputError):
            reputation(wrong, "M", 8, POLICY)
    for changes in ({"price": -1}, {"lateness": -1}, {"rating": MILLION + 1}, {"fault": "the weather"}):
        with pytest.raises(InputError):
            settlement(1, **changes)
    for policy in ({"half_life": 0}, {"full": 0}, {"cap": 0}, {"base": -1}, {"weights": (0, 0, 0)}, {"belief": 0}):
        with pytest.raises(InputError):
            Policy(**policy)


# --- what it is used for ----------------------------------------------------------------------------------------


def test_newcomers_are_admitted_to_small_orders_and_offenders_are_not() -> None:
    threshold = Threshold(least=550_000, trial=500)
    new, good = reputation([], "M", 0, POLICY), reputation([FAULTLESS], "M", 0, POLICY)
    bad = reputation([settlement(0, fault="member", rating=0)], "M", 0, POLICY)
    assert [threshold.admits(one, 500) for one in (new, good, bad)] == [True, True, False]
    assert [threshold.admits(one, 501) for one in (new, good, bad)] == [False, True, False]


def test_the_credit_of_its_customer_is_the_reputation_of_a_job() -> None:
    settled = [settlement(0), settlement(1, customer="D", customer_owner="owner of D", fault="customer")]
    assert etas(settled, {"J1": "C", "J2": "D", "J3": "new"}, 0, POLICY) == {
        "J1": 600_000, "J2": 266_666, "J3": 400_000,
    }  # fmt: skip
