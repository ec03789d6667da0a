"""Points: earned by repeated good conduct, halved with time, never more than a part of what the league got."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse.errors import InputError
from hanse.units import MILLION
from hanse.value.loyalty import DEFAULT, Conduct, LoyaltyPolicy, Taken, discount, lowered, loyalty

DAY = 86_400
NOW = 1_000 * DAY
ONE = Conduct("C", "M", "C", "M", 1_000, good=True, late=False, fault="", time=NOW)


def works(number: int, partner: str = "M", **how: object) -> list[Conduct]:
    return [replace(ONE, member=partner, member_owner=partner, time=NOW, **how) for _ in range(number)]  # type: ignore[arg-type]


def test_the_first_work_with_a_partner_earns_nothing_and_each_other_a_tenth_of_its_fee() -> None:
    assert [loyalty(works(number), "C", NOW).points for number in range(4)] == [0, 0, 100, 200]
    assert loyalty(works(3), "M", NOW) == loyalty(works(3), "C", NOW)
    assert loyalty(works(3), "X", NOW).points == 0


def test_points_halve_with_each_half_life() -> None:
    assert [loyalty(works(3), "C", NOW + n * DEFAULT.half_life).points // 10 for n in range(4)] == [20, 10, 5, 2]


def test_what_an_owner_settles_with_itself_counts_nothing() -> None:
    assert loyalty([replace(one, member_owner="C") for one in works(9)], "C", NOW).points == 0


def test_one_partner_brings_no_more_than_the_cap_however_often() -> None:
    assert loyalty(works(1_000), "C", NOW).points <= DEFAULT.cap
    many = [one for i in range(5) for one in works(300, f"M{i}")]
    assert 4 * DEFAULT.cap < loyalty(many, "C", NOW).points <= 5 * DEFAULT.cap


def test_late_work_earns_its_customer_points_and_its_member_none() -> None:
    known = works(3, late=True)
    assert (loyalty(known, "C", NOW).points, loyalty(known, "M", NOW).points) == (200, 0)


def test_a_fault_takes_what_was_earned_before_it_from_whoever_is_at_fault() -> None:
    failed = replace(ONE, good=False, fault="M", time=NOW + 1)
    assert (loyalty([*works(3), failed], "M", NOW + 2).points, loyalty([*works(3), failed], "C", NOW + 2).points) == (
        0,
        198,
    )
    again = [replace(ONE, time=NOW + 5), replace(ONE, time=NOW + 6)]
    assert loyalty([*works(3), failed, *again], "M", NOW + 7).points == 198


def test_what_discounts_took_is_gone_and_no_discount_is_above_its_part_of_the_fee() -> None:
    assert loyalty(works(3), "C", NOW, [Taken("C", 150, NOW), Taken("M", 500, NOW)]).points == 50
    assert (discount(50, 1_000), discount(700, 1_000), discount(50, 0)) == (50, 500, 0)


@given(rate=st.integers(0, MILLION), price=st.integers(0, 10**9), off=st.integers(0, 10**9))
def test_a_lowered_rate_takes_no_more_than_it_may_but_for_one_cent_of_rounding(rate: int, price: int, off: int) -> None:
    less = lowered(rate, price, off)
    assert 0 <= less <= rate
    assert price * rate // MILLION - price * less // MILLION <= off + 1


CONDUCT = st.builds(
    Conduct,
    customer=st.sampled_from("CD"), member=st.sampled_from("MN"), customer_owner=st.sampled_from("CDM"),
    member_owner=st.sampled_from("MNC"), fee=st.integers(0, 10**6), good=st.booleans(), late=st.booleans(),
    fault=st.sampled_from(["", "", "", "C", "M"]), time=st.integers(0, NOW),
)  # fmt: skip


@given(known=st.lists(CONDUCT, max_size=12), seed=st.randoms(), later=st.integers(0, 400 * DAY))
def test_nobody_gets_more_than_a_part_of_what_the_league_got_and_time_only_takes(
    known: list[Conduct], seed: object, later: int
) -> None:
    known = [replace(one, time=one.time - i) for i, one in enumerate(known)]
    found = {who: loyalty(known, who, NOW).points for who in "CDMN"}
    assert sum(found.values()) <= 2 * DEFAULT.rate * sum(one.fee for one in known) // MILLION
    mixed = list(known)
    seed.shuffle(mixed)  # type: ignore[attr-defined]
    if len({one.time for one in known}) == len(known):
        assert {who: loyalty(mixed, who, NOW).points for who in "CDMN"} == found
    recent = [one for one in known if not one.fault]  # a fault is forgiven after a half-life
    assert loyalty(recent, "C", NOW + later).points <= loyalty(recent, "C", NOW).points


def test_what_is_no_policy_is_refused() -> None:
    for wrong in ({"rate": MILLION}, {"most": -1}, {"half_life": 0}, {"cap": -1}):
        with pytest.raises(InputError):
            LoyaltyPolicy(**wrong)
    with pytest.raises(InputError):
        replace(ONE, fee=-1)
