"""The reward curve: monotone, bounded, close to its formula; and where the paper's own formula goes wrong."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse.errors import InputError
from hanse.market.reward import ARC, ARC_BITS, C_BITS, NODES, REWARD_LIMIT, WIDTH_LIMIT, C, reward

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


def arctan(z: Fraction) -> Fraction:
    """Euler's series, whose terms shrink by z²/(1 + z²), cut to 2^-180 on the way: good to 40 digits."""

    def cut(x: Fraction) -> Fraction:
        return Fraction(int(x * 2**180), 2**180)

    ratio = z * z / (1 + z * z)
    term, total, n = cut(z / (1 + z * z)), Fraction(0), 0
    while term > Fraction(1, 2**150):
        total, n = total + term, n + 1
        term = cut(term * ratio * Fraction(2 * n, 2 * n + 1))
    return total


def test_the_table_is_the_arc_tangent_rounded_to_its_last_bit() -> None:
    pi = 16 * arctan(Fraction(1, 5)) - 4 * arctan(Fraction(1, 239))
    assert round(pi * 3 / 4 * 2**C_BITS) == C
    assert [round(arctan(Fraction(C * i, NODES << C_BITS)) * 2**ARC_BITS) for i in range(NODES + 1)] == list(ARC)


def test_the_ends_are_exact_and_the_middle_pays_half() -> None:
    assert [reward(v, B, M, MOST) for v in (0, B - 1, B, M, M + 1, 10**12)] == [MOST, MOST, MOST, 0, 0, 0]
    assert reward(150, 100, 200, 1000) == 500


@pytest.mark.parametrize(
    ("value", "dollars"),
    [(58206, 465.55), (58400, 445.07), (58800, 353.09), (59000, 258.60), (59200, 152.00), (59600, 34.17)],
)
def test_it_gives_the_recomputed_values_of_the_paper(value: int, dollars: float) -> None:
    assert reward(value * 100, B, M, MOST) / 100 == pytest.approx(dollars, abs=0.011)


def test_on_a_dense_grid_the_error_stays_below_two_ten_millionths() -> None:
    width = 100_003  # prime, so that hardly any point falls on a node of the table
    worst = max(abs(reward(v, 0, width, MANY) - exact(v, 0, width, MANY)) for v in range(width + 1))
    assert worst < 2e-7 * MANY


def test_around_every_node_it_never_rises_even_by_one_unit() -> None:
    # Steps of the argument far finer than the arc's own unit, where an error of rounding would show.
    width, most = 2**95, 2**127
    for node in range(-NODES, NODES + 1):
        centre = (width + node * width // NODES) // 2
        for step in (1, 2**20, 2**31, 2**32):
            near = [reward(centre + k * step, 0, width, most) for k in range(-40, 41)]
            assert all(a >= b for a, b in pairwise(near)), (node, step)


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
        assert abs(got / most - true) <= 2e-7 + 1e-9 + 1 / most if most else got == 0


@given(st.integers(0, WIDTH_LIMIT - 2), st.integers(0, REWARD_LIMIT - 1))
def test_one_unit_more_never_pays_more_on_the_widest_curve(value: int, most: int) -> None:
    assert reward(value, 0, WIDTH_LIMIT - 1, most) >= reward(value + 1, 0, WIDTH_LIMIT - 1, most)


def test_no_intermediate_leaves_256_bits_so_a_contract_can_follow() -> None:
    width = WIDTH_LIMIT - 1
    assert (C * width << (C_BITS + ARC_BITS)).bit_length() <= 256
    assert ((NODES * width << (2 * C_BITS)) + C * C * NODES * width).bit_length() <= 256
    assert ((REWARD_LIMIT - 1) * 2 * ARC[NODES]).bit_length() <= 256


@pytest.mark.parametrize(
    ("arguments", "where"),
    [
        ((0, 5, 5, 10), "baseline"),
        ((0, 0, WIDTH_LIMIT, 10), "baseline"),
        ((0, 0, 1, -1), "most"),
        ((0, 0, 1, REWARD_LIMIT), "most"),
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
