"""What a change brought, from runs that differ in it alone: paired by seed, with an interval and an effect size.

Intervals are percentile bootstraps of the mean difference (Efron and Tibshirani 1993, Section 13.3): pairs are drawn
with replacement, always by the same chance, so that the same runs give the same interval. They need no distribution to
be assumed; with ten pairs they are about a tenth too narrow, with thirty it does not matter. The effect size is Cohen's
d of paired samples: mean difference over the standard deviation of the differences.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hanse.errors import InputError

RESAMPLES = 10_000

FEWEST = 5
"""Pairs below which no interval is told: a bootstrap of four differences says nothing."""


@dataclass(frozen=True, slots=True)
class Difference:
    """pairs: how many; before, after: means; mean: of the differences, after less before; low, high: its interval at
    `level`, None for too few pairs; effect: Cohen's d, None if all differences are equal."""

    pairs: int
    before: float
    after: float
    mean: float
    low: float | None
    high: float | None
    effect: float | None
    level: float

    @property
    def sure(self) -> int:
        """1 if it is more, -1 if it is less, 0 if that is not sure."""
        if self.low is None or self.high is None:
            return 0
        return (self.low > 0) - (self.high < 0)


def compared(before: Sequence[float], after: Sequence[float], level: float = 0.95) -> Difference:
    """Pairs in the same order. Raises InputError without any, or for a level that is none."""
    if len(before) != len(after) or not before:
        raise InputError(f"{len(before)} and {len(after)} values make no pairs", where="compared")
    if not 0 < level < 1:
        raise InputError(f"{level} is not between 0 and 1", where="level")
    gaps = np.array(after, dtype=np.float64) - np.array(before, dtype=np.float64)
    low, high = _interval(gaps, level)
    spread = float(gaps.std(ddof=1)) if len(gaps) > 1 else 0.0
    mean = float(gaps.mean())
    return Difference(
        len(gaps), float(np.mean(before)), float(np.mean(after)), mean, low, high,
        mean / spread if spread > 1e-12 * max(1.0, abs(mean)) else None, level,
    )  # fmt: skip


def _interval(gaps: np.ndarray[tuple[int], np.dtype[np.float64]], level: float) -> tuple[float | None, float | None]:
    if len(gaps) < FEWEST:
        return None, None
    chance = np.random.default_rng(len(gaps))
    means = np.sort(gaps[chance.integers(0, len(gaps), size=(RESAMPLES, len(gaps)))].mean(axis=1))
    cut = (1 - level) / 2 * RESAMPLES
    return float(means[math.floor(cut)]), float(means[min(RESAMPLES - 1, math.ceil(RESAMPLES - cut) - 1)])
