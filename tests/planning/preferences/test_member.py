"""Members: pairs say all of the thresholds, and no compensation is a unit too small or too large."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from hanse.planning.preferences import Member, Provider
from hanse.planning.preferences.member import Work
from tests.planning.preferences.leagues import provider, providers, works


@given(providers(), st.lists(works, max_size=7), st.sets(st.integers(0, 6)))
def test_a_member_declines_something_exactly_if_it_holds_a_pair_it_refused(
    p: Provider, asked: list[Work], chosen: set[int]
) -> None:
    member, held = Member("P", p), sorted(i for i in chosen if i < len(asked))
    pairs = member.refusals(asked)
    expected = {pair.declined for pair in pairs if pair.declined in held and pair.beside in held}
    assert {held[i] for i in member.declines([asked[i] for i in held])} == expected


@given(providers(), st.lists(works, min_size=1, max_size=5), st.integers(0, 100))
def test_compensation_is_the_least_that_does_and_agrees_with_the_continuous_one(
    p: Provider, held: list[Work], percent: int
) -> None:
    member, target = Member("P", p), Decimal(percent) / 100
    for which in range(len(held)):
        for strict in (False, True):
            money = member.compensation(held, which, target, strict)

            def reached(paid: int, which: int = which, strict: bool = strict) -> bool:
                works = [*held[:which], held[which]._replace(compensation=paid), *held[which + 1 :]]
                satisfaction = member.satisfactions(works)[which]
                return satisfaction > target if strict else satisfaction >= target

            if money is None:
                assert not reached(p.cost_rate * held[which].duration - 1)
                continue
            # A ratio is rounded at its 34th digit, so right at the target it may tell less than the product did.
            assert reached(money) or reached(money + 1)
            assert money == 0 or not reached(money - 1)
            exact = member.continuous_compensation(held, which, target)
            if exact is not None:
                assert exact - Decimal("1e-12") <= money <= exact + 1 + Decimal("1e-12")


def test_work_of_another_service_is_no_yardstick() -> None:
    member = Member("P6", provider())
    good, poor = Work("T4", "Scan", "P6", "scan", 3, 940_000), Work("T10", "Scan", "P6", "scan", 5, 510_000)
    assert member.declines([good, poor]) == [1]
    assert member.declines([good._replace(service="print"), poor]) == []
    assert round(member.satisfactions([good, poor])[1], 4) == Decimal("0.8122")
    assert member.declines([good, poor._replace(compensation=2172)]) == [1]
    assert member.declines([good, poor._replace(compensation=2173)]) == []


def test_a_member_that_needs_more_than_all_its_cost_gives_no_price() -> None:
    member = Member("P", provider(threshold=1_000_000, cost_rate=1))
    good, poor = Work("A", "O", "M", "s", 1, 1_000_000), Work("B", "O", "M", "s", 9, 0)
    assert member.compensation([good, poor], 1, Decimal(1), strict=True) is None
