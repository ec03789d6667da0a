"""Shapley values: the four properties that define them, for all games; estimates; sums of cents; who would leave."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import permutations
from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanse.errors import InputError
from hanse.value.shapley import Ints, divide, exact, sampled, stability, student


@st.composite
def games(draw: st.DrawFn, players: int | None = None) -> Ints:
    count = draw(st.integers(1, 5)) if players is None else players
    values = draw(st.lists(st.integers(-(10**17), 10**17), min_size=2**count - 1, max_size=2**count - 1))
    return np.array([0, *values], dtype=np.int64)


def twin(values: Sequence[int], players: int) -> list[Fraction]:
    """The mean over all orders of arrival, as the definition says."""
    shares = [Fraction(0)] * players
    for order in permutations(range(players)):
        there = 0
        for player in order:
            shares[player] += int(values[there | 1 << player]) - int(values[there])
            there |= 1 << player
    return [share / factorial(players) for share in shares]


@settings(deadline=None)
@given(games())
def test_the_value_is_the_mean_over_all_orders_of_arrival(values: Ints) -> None:
    assert list(exact(values)) == twin(values.tolist(), len(exact(values)))


@given(games())
def test_shares_add_up_to_the_whole(values: Ints) -> None:
    assert sum(exact(values)) == int(values[-1])


@given(games(players=4), st.permutations(range(4)))
def test_names_do_not_matter_and_equals_get_the_same(values: Ints, names: list[int]) -> None:
    masks = range(16)
    renamed = np.zeros(16, dtype=np.int64)
    for mask in masks:
        renamed[sum(1 << names[i] for i in range(4) if mask >> i & 1)] = values[mask]
    shares, again = exact(values), exact(renamed)
    assert all(again[names[i]] == shares[i] for i in range(4))


@given(games(players=3))
def test_who_adds_nothing_gets_nothing(values: Ints) -> None:
    with_idler = np.concatenate([values, values])  # the fourth player changes no value
    assert exact(with_idler) == (*exact(values), 0)


@given(games(players=4), games(players=4))
def test_values_of_two_games_add_up_to_that_of_their_sum(one: Ints, other: Ints) -> None:
    assert exact(one + other) == tuple(a + b for a, b in zip(exact(one), exact(other), strict=True))


def test_what_is_no_game_is_refused() -> None:
    for values in ([0, 1, 2], [1, 2], [0] * 2**17):
        with pytest.raises(InputError):
            exact(np.array(values, dtype=np.int64))


class Airport:
    """Whoever needs a longer runway than all before pays the difference; player i needs i + 1."""

    def __init__(self, players: int) -> None:
        self.players = tuple(range(players))

    def arrivals(self, orders: Ints) -> Ints:
        needs = orders + 1
        before = np.maximum.accumulate(np.pad(needs, ((0, 0), (1, 0))), axis=1)[:, :-1]
        added = np.zeros(orders.shape, dtype=np.int64)
        np.put_along_axis(added, orders, np.maximum(needs - before, 0), axis=1)
        return added

    def true(self) -> list[Fraction]:
        """Each step of the runway is shared by those who need it (Littlechild and Owen 1973)."""
        count = len(self.players)
        return [sum((Fraction(1, count - k) for k in range(i + 1)), Fraction(0)) for i in range(count)]


def test_squares_make_estimates_better_than_as_many_plain_orders() -> None:
    game = Airport(30)
    true = np.array([float(f) for f in game.true()])
    plain, ours = 0.0, 0.0
    for seed in range(20):
        found = sampled(30, [game], rounds=8, seed=seed)
        random = np.random.default_rng(seed)
        orders = np.stack([random.permutation(30) for _ in range(found.permutations)])
        plain += np.square(game.arrivals(orders).mean(axis=0) - true).sum()
        ours += np.square(np.array([float(f) for f in found.shares]) - true).sum()
    assert ours < plain / 2


def test_everybody_comes_once_at_every_place_forwards_and_backwards() -> None:
    seen: list[Ints] = []

    class Watched(Airport):
        def arrivals(self, orders: Ints) -> Ints:
            seen.append(orders)
            return super().arrivals(orders)

    sampled(7, [Watched(7)], rounds=8, seed=3)
    assert len(seen) == 8
    for orders in seen:
        assert (orders[7:] == orders[:7, ::-1]).all()
        assert (np.sort(orders[:7], axis=0) == np.arange(7)[:, None]).all()


def test_the_same_seed_gives_the_same_and_another_another() -> None:
    one, same, other = (sampled(9, [Airport(9)], rounds=8, seed=seed) for seed in (1, 1, 2))
    assert one == same
    assert one.shares != other.shares


def test_too_few_rounds_for_an_interval_are_refused() -> None:
    with pytest.raises(InputError, match="at least 8"):
        sampled(3, [Airport(3)], rounds=7, seed=0)


def test_students_quantile_is_that_of_the_tables() -> None:
    for freedom, told in ((7, 2.3646), (15, 2.1314), (63, 1.9983), (1000, 1.9623)):
        assert student(freedom) == pytest.approx(told, abs=1e-4)


@given(
    st.integers(0, 10**15),
    st.lists(st.fractions(0, 10**6), min_size=1, max_size=40).filter(any),
)
def test_cents_add_up_and_nobody_is_a_whole_cent_off(amount: int, weights: list[Fraction]) -> None:
    shares = divide(amount, weights)
    assert sum(shares) == amount
    whole = sum(weights)
    assert all(abs(share - amount * weight / whole) < 1 for share, weight in zip(shares, weights, strict=True))
    assert all(share == 0 for share, weight in zip(shares, weights, strict=True) if not weight)


@given(st.integers(0, 10**6), st.integers(1, 20))
def test_equals_differ_by_a_cent_at_most(amount: int, count: int) -> None:
    shares = divide(amount, [Fraction(1, 3)] * count)
    assert max(shares) - min(shares) <= 1
    assert list(shares) == sorted(shares, reverse=True)  # of equals the first


@pytest.mark.parametrize(("amount", "weights"), [(-1, [1]), (5, [0, 0]), (5, []), (5, [2, -1])])
def test_what_cannot_be_divided_is_refused(amount: int, weights: list[int]) -> None:
    with pytest.raises(InputError):
        divide(amount, weights)


def test_a_glove_without_its_pair_is_worth_nothing_and_the_pair_leaves() -> None:
    gloves = np.array(
        [0, 0, 0, 0, 0, 1, 1, 1], dtype=np.int64
    )  # players 0 and 1 hold left gloves, 2 the only right one
    shares = exact(gloves)
    assert shares == (Fraction(1, 6), Fraction(1, 6), Fraction(2, 3))
    found = stability(gloves, shares)
    assert not found.stable
    assert (found.coalition, found.gain) == ((0, 2), Fraction(1, 6))
    assert stability(gloves, (Fraction(0), Fraction(0), Fraction(1))).stable


@settings(deadline=None)
@given(st.lists(st.integers(0, 100), min_size=4, max_size=4), st.integers(0, 100))
def test_nobody_leaves_where_joining_always_pays_more(alone: list[int], tie: int) -> None:
    sizes = [bin(mask).count("1") for mask in range(16)]
    values = [sum(alone[i] for i in range(4) if mask >> i & 1) + tie * sizes[mask] ** 2 for mask in range(16)]
    game = np.array(values, dtype=np.int64)  # convex, so the Shapley value is in the core (Shapley 1971)
    assert stability(game, exact(game)).stable
