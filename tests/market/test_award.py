"""The award rule: what is accepted, what never happens, and what is paid."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hanse.errors import InputError
from hanse.market.award import MOST_SETS, Contender, Prize, award, earnings, ranking
from hanse.market.reward import reward

DEMANDS = 6


def contender(covered: int, improvement: int, stands: bool = True) -> Contender:
    """A claim with baseline 100 and target 60 for each demand it covers."""
    size = covered.bit_count()
    return Contender(covered, 100 * size - improvement, 100 * size, 60 * size, stands)


contenders = st.lists(
    st.builds(contender, st.integers(1, 2**DEMANDS - 1), st.integers(1, 50), st.booleans()), min_size=1, max_size=9
)


@st.composite
def rounds(draw: st.DrawFn) -> tuple[list[Contender], list[frozenset[int]], bool]:
    """Claims, conflicts among them, and the setting."""
    claims = draw(contenders)
    numbers = st.integers(0, len(claims) - 1)
    sets = st.frozensets(numbers, min_size=2, max_size=4)
    conflicts = draw(st.lists(sets, max_size=6)) if len(claims) > 1 else []
    return claims, conflicts, draw(st.booleans())


def test_the_largest_improvement_wins_or_the_first_commitment() -> None:
    claims = [contender(0b011, 5), contender(0b110, 9), contender(0b100, 7)]
    assert award(claims) == (1,)
    assert award(claims, first_wins=True) == (0, 2)
    assert ranking(claims, first_wins=False) == (1, 2, 0)


def test_among_equals_the_earlier_commitment_wins() -> None:
    assert award([contender(1, 4), contender(1, 5), contender(1, 5)]) == (1,)


def test_a_claim_that_does_not_stand_is_as_good_as_none() -> None:
    assert award([contender(1, 9, stands=False), contender(1, 5)]) == (1,)


def test_a_conflict_holds_back_only_who_ranks_last_and_only_if_all_others_win() -> None:
    claims = [contender(0b001, 9), contender(0b010, 8), contender(0b100, 7)]
    assert award(claims, [{0, 2}]) == (0, 1)
    assert award(claims, [{0, 1, 2}]) == (0, 1)
    lost = [*claims, contender(0b001, 20)]
    assert award(lost, [{0, 2}]) == (3, 1, 2)  # 0 is passed over, so 2 is free


def test_who_ranks_last_in_sixteen_conflicts_is_passed_over() -> None:
    claims = [contender(1 << demand, 50 - demand, stands=demand > 16) for demand in range(18)]
    conflicts = [{other, 17} for other in range(MOST_SETS)]
    assert award(claims, conflicts[1:]) == (17,)
    assert award(claims, conflicts) == ()
    superfluous = [{0, other, 17} for other in range(1, MOST_SETS)]
    assert award(claims, [{0, 17}, *superfluous]) == (17,)


@pytest.mark.parametrize("conflict", [{0}, {0, 5}, {-1, 0}])
def test_a_conflict_that_is_none_is_refused(conflict: set[int]) -> None:
    with pytest.raises(InputError, match="no set of claims"):
        award([contender(1, 5), contender(2, 5)], [conflict])


def test_more_claims_than_a_round_takes_are_refused() -> None:
    with pytest.raises(InputError, match="65 claims"):
        award([contender(1, 5)] * 65)


@given(rounds())
def test_accepted_claims_stand_share_nothing_and_are_not_in_conflict(
    case: tuple[list[Contender], list[frozenset[int]], bool],
) -> None:
    claims, conflicts, first_wins = case
    accepted = award(claims, conflicts, first_wins=first_wins)
    assert all(claims[number].stands for number in accepted)
    assert sum(claims[number].covered for number in accepted) < 2**DEMANDS  # a sum of disjoint bitmaps is their union
    taken = 0
    for number in accepted:
        assert not taken & claims[number].covered
        taken |= claims[number].covered
    assert not any(conflict <= set(accepted) for conflict in conflicts)


@given(rounds())
def test_nobody_who_was_passed_over_would_fit(case: tuple[list[Contender], list[frozenset[int]], bool]) -> None:
    claims, conflicts, first_wins = case
    accepted = set(award(claims, conflicts, first_wins=first_wins))
    for number, claim in enumerate(claims):
        if number in accepted or not claim.stands:
            continue
        overlaps = any(claims[one].covered & claim.covered for one in accepted)
        assert overlaps or any(conflict <= accepted | {number} for conflict in conflicts)


@given(rounds(), st.data())
def test_whoever_improves_more_never_loses_by_it(
    case: tuple[list[Contender], list[frozenset[int]], bool], data: st.DataObject
) -> None:
    claims, conflicts, first_wins = case
    accepted = award(claims, conflicts, first_wins=first_wins)
    assume(accepted)
    number = data.draw(st.sampled_from(accepted))
    better = dataclasses.replace(claims[number], value=claims[number].value - data.draw(st.integers(1, 20)))
    improved = [*claims[:number], better, *claims[number + 1 :]]
    assert number in award(improved, conflicts, first_wins=first_wins)


@given(rounds())
def test_the_order_in_which_conflicts_are_told_does_not_matter(
    case: tuple[list[Contender], list[frozenset[int]], bool],
) -> None:
    claims, conflicts, first_wins = case
    told = award(claims, conflicts, first_wins=first_wins)
    assert told == award(claims, conflicts[::-1] * 2, first_wins=first_wins)


def test_each_earns_by_the_curve_from_its_share_of_the_pot() -> None:
    prize = Prize(8_000, 800, 480)
    claims = [contender(0b11, 80), contender(0b100, 20), contender(0b1000, 1)]
    paid = earnings(claims, award(claims), prize)
    assert paid == (2_000, 500, reward(99, 60, 100, 1_000))


@given(st.integers(0, 10**12), st.lists(st.tuples(st.integers(0, 300), st.integers(1, 100)), min_size=1, max_size=8))
def test_honest_parts_together_never_earn_more_than_the_pot(pot: int, parts: list[tuple[int, int]]) -> None:
    claims = [Contender(1 << place, value, 200 + width, 200, True) for place, (value, width) in enumerate(parts)]
    prize = Prize(pot, sum(claim.baseline for claim in claims), sum(claim.target for claim in claims))
    alone = [earnings(claims, [number], prize)[0] for number in range(len(claims))]
    assert sum(alone) <= pot
    assert earnings(claims, range(len(claims)), prize) == tuple(alone)  # so the cap never touched an honest round


def test_false_sums_cannot_take_more_than_the_pot() -> None:
    claims = [Contender(1, 0, 2**64 - 1, 0), Contender(2, 0, 2**64 - 1, 0)]
    assert earnings(claims, (0, 1), Prize(2**96 - 1, 1, 0)) == (2**96 - 1, 0)


def test_a_prize_for_going_nowhere_is_refused() -> None:
    with pytest.raises(InputError, match="target below the baseline"):
        Prize(5, 10, 10)
