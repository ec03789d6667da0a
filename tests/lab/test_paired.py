"""Differences between pairs, their intervals and effect sizes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse.errors import InputError
from hanse.lab.paired import FEWEST, compared

VALUES = st.lists(st.floats(-1e6, 1e6), min_size=FEWEST, max_size=30)


def test_a_constant_difference_is_sure_and_has_no_effect_size() -> None:
    found = compared([1.0, 2, 3, 4, 5], [3.0, 4, 5, 6, 7])
    assert (found.mean, found.low, found.high, found.effect, found.sure) == (2, 2, 2, None, 1)
    assert compared([3.0] * 6, [1.0] * 6).sure == -1


def test_no_difference_is_not_sure() -> None:
    assert compared([5.0] * 8, [5.0] * 8).sure == 0
    assert compared([0.0] * 6, [-1.0, 1, -2, 2, -3, 3]).sure == 0


def test_too_few_pairs_have_no_interval_and_are_never_sure() -> None:
    found = compared([0.0] * (FEWEST - 1), [9.0] * (FEWEST - 1))
    assert (found.low, found.high, found.sure) == (None, None, 0)


def test_the_effect_is_the_mean_over_the_standard_deviation_of_differences() -> None:
    found = compared([0.0] * 5, [1.0, 2, 3, 4, 5])
    assert found.effect == pytest.approx(3 / np.std([1, 2, 3, 4, 5], ddof=1))


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    chance, hits = np.random.default_rng(1), 0
    for _ in range(300):
        found = compared([0.0] * 30, chance.normal(1.0, 2.0, size=30).tolist())
        assert found.low is not None
        assert found.high is not None
        hits += found.low <= 1.0 <= found.high
    assert 0.90 <= hits / 300 <= 0.98  # nominal 0.95, a little too narrow for thirty


@given(before=VALUES, shift=st.floats(-100, 100))
def test_the_mean_lies_in_its_interval_and_a_wider_level_holds_a_narrower(before: list[float], shift: float) -> None:
    after = [value * 0.5 + shift for value in before]
    narrow, wide = compared(before, after, 0.8), compared(before, after, 0.99)
    assert narrow.low is not None
    assert narrow.high is not None
    assert wide.low is not None
    assert wide.high is not None
    assert wide.low <= narrow.low <= narrow.high <= wide.high
    slack = 1e-9 * (1 + max(map(abs, [*before, *after])))
    assert wide.low - slack <= wide.mean <= wide.high + slack


@given(before=VALUES, after=VALUES)
def test_the_same_pairs_give_the_same_interval_and_the_other_way_round_is_the_mirror(
    before: list[float], after: list[float]
) -> None:
    count = min(len(before), len(after))
    one, again = compared(before[:count], after[:count]), compared(before[:count], after[:count])
    assert one == again
    assert compared(after[:count], before[:count]).mean == pytest.approx(-one.mean, abs=1e-6)


@pytest.mark.parametrize(("before", "after", "level"), [([], [], 0.9), ([1.0], [1.0, 2.0], 0.9), ([1.0], [1.0], 1.0)])
def test_what_makes_no_pairs_is_refused(before: list[float], after: list[float], level: float) -> None:
    with pytest.raises(InputError):
        compared(before, after, level)
