"""Finding and ranking: limits hold, parts add up, no third offer changes two, praise by strangers is worth nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse.errors import InputError
from hanse.market.notice import FARTHEST, Notice, parse
from hanse.market.search import CRITERIA, About, Catalogue, Offer, Wish, habits, merit, merits, score
from hanse.market.ties import direct, tie
from hanse.units import MILLION
from hanse.value.reputation import Settlement

AUTHORS = tuple("0x" + f"{n:040x}" for n in range(1, 6))
PLACES = st.none() | st.tuples(*[st.integers(-FARTHEST, FARTHEST)] * 2)
MILLIONTHS = st.integers(0, MILLION)
OFFERS = st.builds(
    Offer,
    number=st.integers(1, 10_000),
    author=st.sampled_from(AUTHORS),
    services=st.frozensets(st.integers(0, 5), min_size=1),
    price=st.integers(0, 2**40 - 1),
    ready=st.integers(0, 2**40 - 1),
    quality=MILLIONTHS,
    position=PLACES,
)
WEIGHTS = st.dictionaries(st.sampled_from(CRITERIA), st.integers(0, 1_000))


@st.composite
def wishes(draw: st.DrawFn) -> Wish:
    position = draw(PLACES)
    return Wish(
        services=draw(st.frozensets(st.integers(0, 5), max_size=2)),
        budget=draw(st.none() | st.integers(0, 2**40)),
        position=position,
        reach=None if position is None else draw(st.none() | st.integers(0, 3 * FARTHEST)),
        since=draw(st.integers(0, 2**40)),
        by=draw(st.none() | st.integers(0, 2**40)),
        least_quality=draw(MILLIONTHS),
        weights=draw(WEIGHTS),
        price_scale=draw(st.integers(1, 2**40)),
    )


ABOUT = st.builds(
    About,
    reputation=st.dictionaries(st.sampled_from(AUTHORS), MILLIONTHS),
    ties=st.dictionaries(st.sampled_from(AUTHORS), MILLIONTHS),
    habit=st.dictionaries(st.integers(0, 5), MILLIONTHS),
)


@given(st.lists(OFFERS, unique_by=lambda one: one.number, max_size=30), wishes(), ABOUT, st.integers(1, 40))
def test_the_catalogue_finds_what_its_plain_twin_finds(
    offers: list[Offer], wish: Wish, about: About, limit: int
) -> None:
    plain = [(one, its) for one in offers if (its := merits(one, wish, about)) is not None]
    plain.sort(key=lambda pair: (-score(pair[1], wish.weights), pair[0].number))
    found = Catalogue(offers).search(wish, about, limit)
    assert [(one.offer, one.merits) for one in found] == plain[:limit]
    assert all(sum(one.parts.values()) == one.score for one in found)


@given(st.lists(OFFERS, unique_by=lambda one: one.number, min_size=3, max_size=8), wishes(), ABOUT)
def test_no_third_offer_changes_the_order_of_two(offers: list[Offer], wish: Wish, about: About) -> None:
    whole = [one.offer for one in Catalogue(offers).search(wish, about)]
    fewer = [one.offer for one in Catalogue(offers[1:]).search(wish, about)]
    assert [one for one in whole if one != offers[0]] == fewer


@given(st.integers(1, 2**40), st.integers(0, 2**41))
def test_cheaper_nearer_sooner_is_never_worse(scale: int, x: int) -> None:
    assert 0 <= merit(scale, x + 1) <= merit(scale, x) <= MILLION
    assert merit(scale, scale) == MILLION // 2


def test_a_find_says_why_it_stands_where_it_stands() -> None:
    offers = [
        Offer(1, AUTHORS[0], frozenset({0}), 50_000, 100, 900_000, (0, 0)),
        Offer(2, AUTHORS[1], frozenset({0}), 40_000, 100, 900_000, (90_000, 0)),
    ]
    near = Wish(services=frozenset({0}), position=(0, 0), weights={"place": 5, "price": 1})
    first, second = Catalogue(offers).search(near)
    assert first.offer.number == 1
    assert first.explain() == "place 1.00, price 0.67"
    assert (second.parts["place"], second.parts["reputation"]) == (5 * 357_142, 0)
    (only,) = Catalogue(offers).search(replace(near, reach=50_000))
    assert only.offer.number == 1


def settlement(order: int, customer: str, member: str, rating: int | None, **more: object) -> Settlement:
    one = Settlement(order, customer, member, customer, member, 100_000, 0, rating, "nobody", 0)
    return replace(one, **more)  # type: ignore[arg-type]


def test_ties_grow_with_good_work_and_go_through_those_one_knows() -> None:
    me, friend, other, stranger = AUTHORS[:4]
    known = direct([
        *(settlement(n, me, friend, MILLION) for n in range(6)),
        *(settlement(n, friend, other, MILLION) for n in range(10, 16)),
    ])  # fmt: skip
    assert tie(known, me, friend) == 750_000
    assert tie(known, me, other) == 375_000
    assert tie(known, me, stranger) == 0
    assert tie(known, me, stranger, {me: frozenset({"north"}), stranger: frozenset({"north"})}) == 100_000


def test_invented_customers_lift_nobody_who_does_not_know_them() -> None:
    """Sybils: a hundred accounts praise one shop, and each other."""
    me, honest, cheat = AUTHORS[:3]
    sybils = ["0x" + f"{n:040x}" for n in range(100, 200)]
    settled = [settlement(1, me, honest, 800_000)]
    settled += [settlement(10 + n, one, cheat, MILLION) for n, one in enumerate(sybils)]
    settled += [settlement(500 + n, one, sybils[n - 1], MILLION) for n, one in enumerate(sybils)]
    known = direct(settled)
    assert tie(known, me, cheat) == 0 < tie(known, me, honest)
    ties = {one: tie(known, me, one) for one in (honest, cheat)}
    offers = [Offer(n, who, frozenset({0}), 100, 0, MILLION, None) for n, who in ((1, cheat), (2, honest))]
    found = Catalogue(offers).search(Wish(weights={"price": 4, "ties": 2}), About(ties=ties))
    assert [one.offer.author for one in found] == [honest, cheat]


def test_work_for_oneself_and_words_of_who_was_at_fault_make_no_tie() -> None:
    me, other = AUTHORS[:2]
    own = settlement(1, me, other, MILLION, member_owner=me)
    fault = settlement(2, me, other, MILLION, fault="customer")
    assert direct([own, fault]) == {}


def test_habit_is_what_was_ordered_before() -> None:
    assert habits([frozenset({0, 1}), frozenset({0})]) == {0: MILLION, 1: MILLION // 2}


@pytest.mark.parametrize(
    "wrong", [{"weights": {"beauty": 1}}, {"weights": {"price": -1}}, {"reach": 5}, {"price_scale": 0}]
)
def test_a_wish_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(InputError):
        Wish(**wrong)  # type: ignore[arg-type]


NOTICE = Notice("offered", "milling on Thursdays", ("milling",), 9_000, 1_800_000_000, 1_900_000_000, position=(5, -5))


def test_a_notice_is_read_back_and_nothing_else_is_taken_for_one() -> None:
    assert parse(NOTICE.document()) == NOTICE
    for wrong in (b"", b"[]", b'{"format":"hanse-notice/1"}', NOTICE.document() + b" ", b"[" * 9_000, b"[" * 4_000):
        with pytest.raises(InputError):
            parse(wrong)


@pytest.mark.parametrize(
    "wrong",
    [{"kind": "sold"}, {"title": ""}, {"services": ()}, {"price": -1}, {"quality": MILLION + 1}, {"expires": 2**40},
     {"position": (0, FARTHEST + 1)}, {"words": "x" * 2_001}, {"services": ("milling", "milling")}],
)  # fmt: skip
def test_a_notice_out_of_range_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(InputError):
        replace(NOTICE, **wrong)  # type: ignore[arg-type]
