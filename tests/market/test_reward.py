"""The reward curve: monotone, bounded, close to its formula; and where the paper's own formula goes wrong."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanse.errors import InputError
from hanse.market.reward import (
    ABOVE,
    BELOW,
    COEFFICIENT_BITS,
    POLYNOMIAL_BITS,
    REWARD_LIMIT,
    SHARE_BITS,
    VALUE_LIMIT,
    WIDTH_LIMIT,
    Y_BITS,
    reward,
)
from tests.market import reward_fixtures

B, M, MOST = 58_205_00, 59_888_00, 465_64
"""The paper's numbers in cents."""

MANY = 10**15
"""A maximum so large that rounding to units does not show."""


def exact(value: float, target: float, baseline: float, most: float) -> float:
    """The continuous form of models.md, section 2, word for word."""

    def g(x: float) -> float:
        return math.pi / 2 - math.atan(1.5 * math.pi * x - 0.75 * math.pi)

    x = (value - target) / (baseline - target)
    return most if x <= 0 else 0.0 if x >= 1 else most * (g(x) - g(1)) / (g(0) - g(1))


def test_the_fit_is_exact_at_the_ends_and_its_coefficients_are_positive() -> None:
    assert sum(ABOVE) == sum(BELOW)
    assert min(*ABOVE, *BELOW) > 0
    assert BELOW[0] == 2**COEFFICIENT_BITS
    assert sum(BELOW) < 2 ** (COEFFICIENT_BITS + 6)


def test_the_fit_rises_by_more_than_three_tenths_everywhere() -> None:
    """In exact numbers: f' - 0.3 times Q² is a polynomial in t whose Bernstein coefficients over [0, 1] are all
    positive, and a polynomial lies within those."""
    # f' = d/dy y·P(y²)/Q(y²) = ((P + 2tP')·Q - P·2tQ') / Q²
    rising = [(2 * k + 1) * p for k, p in enumerate(ABOVE)]
    falling = [2 * k * q for k, q in enumerate(BELOW)]
    parts = zip(product(rising, BELOW), product(ABOVE, falling), product(BELOW, BELOW), strict=True)
    slope = [gain - loss - Fraction(3, 10) * square for gain, loss, square in parts]
    degree = len(slope) - 1
    bernstein = [
        sum(Fraction(math.comb(i, k), math.comb(degree, k)) * slope[k] for k in range(i + 1)) for i in range(degree + 1)
    ]
    assert min(bernstein) > 0


def product(left: Sequence[int], right: Sequence[int]) -> list[int]:
    """Of two polynomials."""
    result = [0] * (len(left) + len(right) - 1)
    for i, a in enumerate(left):
        for j, b in enumerate(right):
            result[i + j] += a * b
    return result


def test_the_ends_are_exact_and_the_middle_pays_half() -> None:
    assert [reward(v, B, M, MOST) for v in (0, B - 1, B, M, M + 1, 10**12)] == [MOST, MOST, MOST, 0, 0, 0]
    assert reward(150, 100, 200, 1000) == 500


@pytest.mark.parametrize(
    ("value", "dollars"),
    [(58206, 465.55), (58400, 445.07), (58800, 353.09), (59000, 258.60), (59200, 152.00), (59600, 34.17)],
)
def test_it_gives_the_recomputed_values_of_the_paper(value: int, dollars: float) -> None:
    assert reward(value * 100, B, M, MOST) / 100 == pytest.approx(dollars, abs=0.011)


def test_on_a_dense_grid_the_error_stays_below_four_thousand_millionths() -> None:
    width = 100_003
    worst = max(abs(reward(v, 0, width, MANY) - exact(v, 0, width, MANY)) for v in range(width + 1))
    assert worst < 4e-9 * MANY


@pytest.mark.parametrize("eighth", range(9))
def test_around_the_kinks_it_never_rises_even_by_one_unit(eighth: int) -> None:
    # Steps of the argument far finer than y's own unit, where an error of rounding would show: at the ends, in the
    # middle, where the two halves meet, and between.
    width, most = 2**95, 2**127
    centre = width * eighth // 8
    for step in (1, 2**20, 2**30, 2**31, 2**32):
        near = [reward(centre + k * step, 0, width, most) for k in range(-60, 61)]
        assert all(a >= b for a, b in pairwise(near)), step


@pytest.mark.parametrize("width", [*range(1, 40), 1000, 1683, 2**12 - 1])
def test_every_value_of_a_small_curve_is_monotone_and_the_halves_are_mirrors(width: int) -> None:
    most = 2**80  # even, so that a half is a whole number
    all_of_it = [reward(value, 0, width, most) for value in range(-1, width + 2)]
    assert all(a >= b for a, b in pairwise(all_of_it))
    assert (all_of_it[0], all_of_it[-1]) == (most, 0)
    assert all(most - 1 <= a + b <= most for a, b in zip(all_of_it, reversed(all_of_it), strict=True))


@given(
    st.integers(-(2**90), 2**90),
    st.integers(1, WIDTH_LIMIT - 1),
    st.integers(0, REWARD_LIMIT - 1),
    st.lists(st.integers(-(2**20), 2**52 + 2**20), min_size=2, max_size=2),
    st.booleans(),
)
def test_it_is_monotone_bounded_and_close_whatever_the_numbers(
    target: int, width: int, most: int, places: list[int], more_is_better: bool
) -> None:
    sign = -1 if more_is_better else 1
    passed = sorted(place * width >> 52 for place in places)
    better, worse = (reward(target + sign * p, target, target + sign * width, most) for p in passed)
    assert 0 <= worse <= better <= most
    for p, got in zip(passed, (better, worse), strict=True):
        true = exact(p / width, 0.0, 1.0, 1.0)
        assert abs(got / most - true) <= 4e-9 + 1 / most if most else got == 0


@given(st.integers(0, WIDTH_LIMIT - 2), st.integers(0, REWARD_LIMIT - 1))
@settings(max_examples=300)
def test_one_unit_more_never_pays_more_on_the_widest_curve(value: int, most: int) -> None:
    assert reward(value, 0, WIDTH_LIMIT - 1, most) >= reward(value + 1, 0, WIDTH_LIMIT - 1, most)


def test_no_intermediate_leaves_256_bits_so_a_contract_can_follow() -> None:
    largest = sum(BELOW) << (POLYNOMIAL_BITS - COEFFICIENT_BITS)
    assert (largest << (2 * Y_BITS)).bit_length() <= 256
    assert (largest << (Y_BITS + SHARE_BITS - Y_BITS)).bit_length() <= 256
    assert (WIDTH_LIMIT << Y_BITS).bit_length() <= 256
    assert ((REWARD_LIMIT - 1) << (SHARE_BITS + 1)).bit_length() <= 256


def test_the_points_that_the_contract_is_tested_with_are_current() -> None:
    hint = "run: python -m tests.market.reward_fixtures"
    assert reward_fixtures.FILE.read_text(encoding="utf-8") == reward_fixtures.source(), hint


@pytest.mark.parametrize(
    ("arguments", "where"),
    [
        ((0, 5, 5, 10), "baseline"),
        ((0, 0, WIDTH_LIMIT, 10), "baseline"),
        ((0, 0, 1, -1), "most"),
        ((0, 0, 1, REWARD_LIMIT), "most"),
        ((VALUE_LIMIT, 0, 1, 10), "value"),
        ((0, -VALUE_LIMIT - 1, -VALUE_LIMIT, 10), "target"),
        ((0, VALUE_LIMIT - 1, VALUE_LIMIT, 10), "baseline"),
    ],
)
def test_numbers_it_cannot_take_are_refused_by_name(arguments: tuple[int, int, int, int], where: str) -> None:
    with pytest.raises(InputError) as refusal:
        reward(*arguments)
    assert refusal.value.where == where


def test_the_printed_formula_is_wrong_in_sign_in_branch_and_at_its_start() -> None:
    def argument(dollars: float) -> float:
        return 0.0028 * dollars - 165.33

    def printed(dollars: float) -> float:
        return -465.64 / math.pi * (math.pi / 2 - math.atan(argument(dollars)))

    def principal(dollars: float) -> float:
        return -465.64 / math.pi * math.atan(1 / argument(dollars))

    assert printed(58206) < 0  # the printed sign: a good solver would pay
    assert principal(58206) == pytest.approx(59.56, abs=0.01)  # the other branch: pays 59.56 next to 465.64 ...
    assert principal(59200) < 0 < principal(59000)  # ... and turns negative in the middle
    assert 1 + printed(58205.01) / 465.64 == pytest.approx(0.128, abs=0.001)  # the sign corrected: a step of 12.8 %
    assert reward(58205_01, B, M, MOST) >= MOST - 1  # ours has no step
