"""Indicators by hand, on fronts of a few points."""

from __future__ import annotations

import numpy as np
import pytest

from hanse.planning.pareto.indicators import coverage, hypervolume, non_dominated, quality, reference, spread

GOOD = np.array([[0.0, 10.0], [5.0, 5.0], [10.0, 0.0]])
BAD = np.array([[5.0, 10.0], [10.0, 5.0]])


def test_the_union_and_its_scale() -> None:
    union, scale = reference([GOOD, BAD])
    assert union.tolist() == GOOD.tolist()
    assert scale(GOOD).tolist() == [[0, 1], [0.5, 0.5], [1, 0]]


def test_hypervolume_up_to_one_point_one() -> None:
    _, scale = reference([GOOD])
    assert hypervolume(GOOD, scale) == pytest.approx(1.1 * 0.1 + 0.6 * 0.5 + 0.1 * 0.5)


def test_a_worse_front_in_every_indicator() -> None:
    union, scale = reference([GOOD, BAD])
    good, bad = quality(GOOD, union, scale), quality(BAD, union, scale)
    assert good.hypervolume > bad.hypervolume
    assert (good.igd_plus, good.gd) == (0, 0)
    assert bad.igd_plus == pytest.approx(0.5)
    assert (good.surviving, good.ratio, good.contribution) == (3, 1, 1)
    assert (bad.surviving, bad.ratio, bad.contribution) == (0, 0, 0)
    assert (coverage(GOOD, BAD), coverage(BAD, GOOD)) == (1, 0)


def test_an_even_front_has_no_spread() -> None:
    assert spread(GOOD, GOOD) == pytest.approx(0)
    assert spread(GOOD[:1], GOOD) is None


def test_an_objective_that_is_the_same_everywhere_scales_to_zero() -> None:
    flat = np.array([[1.0, 7.0]])
    union, scale = reference([flat, np.array([[2.0, 7.0]])])
    assert scale(flat).tolist() == [[0, 0]]
    assert quality(flat, union, scale).hypervolume == pytest.approx(1.21)


def test_equal_points_count_once() -> None:
    assert non_dominated(np.array([[1.0, 1.0], [1.0, 1.0], [2.0, 1.0]])).tolist() == [[1, 1]]
