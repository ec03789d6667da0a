"""Estimates: hand-computed values, limits, and histories that cannot be."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse.errors import InputError
from hanse.planning.preferences.estimate import Settled, arrival_rate, reputation


def test_the_rate_counts_what_was_seen_while_someone_looked() -> None:
    rate = arrival_rate([1, 3, 9, 10, 25, 30], [(0, 10), (20, 30)])
    assert rate.mean == Fraction(4, 20)
    assert rate.error == pytest.approx(4**0.5 / 20)
    assert float(rate.decimal) == 0.2


def test_a_belief_counts_as_time_of_observation() -> None:
    assert arrival_rate([1, 2], [(0, 4)], prior=(Fraction(1, 4), 4)).mean == Fraction(3, 8)
    assert arrival_rate([], [], prior=(Fraction(1, 2), 10)).mean == Fraction(1, 2)


def test_the_rate_of_a_simulated_process_is_found_within_three_errors() -> None:
    times = np.cumsum(np.random.default_rng(0).exponential(2.0, size=2000))
    rate = arrival_rate([int(t) for t in times], [(0, int(times[-1]) + 1)])
    assert abs(float(rate.mean) - 0.5) < 3 * rate.error


@pytest.mark.parametrize("watched", [[], [(5, 5)], [(0, 10), (9, 12)]])
def test_observation_that_is_none_or_overlaps_is_refused(watched: list[tuple[int, int]]) -> None:
    with pytest.raises(InputError):
        arrival_rate([1], watched)


def test_an_order_one_half_life_old_counts_half() -> None:
    history = [Settled(0, 1_000_000), Settled(10, 400_000)]
    assert reputation(history, now=10, half_life=10, prior=(0, 0)) == 600_000
    assert reputation([], now=0, half_life=1) == 500_000


@given(st.lists(st.builds(Settled, st.integers(0, 100), st.integers(0, 1_000_000)), max_size=8), st.integers(0, 7))
def test_reputation_is_a_mean_that_no_order_of_reading_changes(history: list[Settled], turn: int) -> None:
    value = reputation(history, 100, 30)
    assert value == reputation(history[turn:] + history[:turn], 100, 30)
    scores = [order.score for order in history] + [500_000]
    assert min(scores) <= value <= max(scores)
    assert reputation([*history, Settled(100, 1_000_000)], 100, 30) >= value


@pytest.mark.parametrize(
    ("history", "half_life", "prior"),
    [
        ([Settled(11, 5)], 10, (0, 1)), ([Settled(1, 1_000_001)], 10, (0, 1)), ([], 10, (0, 0)), ([], 0, (0, 1)),
        ([], 10, (-1, 1)),
    ],
)  # fmt: skip
def test_histories_that_cannot_be_are_refused(history: list[Settled], half_life: int, prior: tuple[int, int]) -> None:
    with pytest.raises(InputError):
        reputation(history, 10, half_life, prior)
