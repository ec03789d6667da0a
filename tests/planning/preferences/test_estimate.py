"""Estimates: hand-computed values, limits, and histories that cannot be."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from hanse.errors import InputError
from hanse.planning.preferences.estimate import arrival_rate


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
