"""What a member can learn from history: how often other work arrives (λ), and how settled orders rate (η).

    λ   arrivals ÷ time observed, the maximum-likelihood rate of a Poisson process; with a `prior` rate
        believed before, worth some time of observation, the mean of the gamma posterior
    η   mean of scores, each weighed by 2^(-age / half-life), with a prior score worth so many fresh orders

Both are pure functions of their arguments: anyone holding the same history computes the same value.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from hanse.errors import InputError
from hanse.planning.preferences.utility import EXACT
from hanse.units import MILLION


@dataclass(frozen=True, slots=True)
class Rate:
    """mean: arrivals per unit of time. error: one standard error of it."""

    mean: Fraction
    error: float

    @property
    def decimal(self) -> Decimal:
        """The mean as `Provider.arrival` takes it."""
        return EXACT.divide(Decimal(self.mean.numerator), Decimal(self.mean.denominator))


def arrival_rate(
    arrivals: Sequence[int], watched: Iterable[tuple[int, int]], prior: tuple[Fraction, int] = (Fraction(0), 0)
) -> Rate:
    """λ from the times requests arrived at while someone was looking.

    arrivals: times. watched: half-open intervals [start, end) of observation that do not overlap; arrivals outside are
    ignored, because nobody knows how many were missed there. prior: (rate, time it is worth). Raises InputError if
    nothing was watched and nothing believed, or if intervals are empty or overlap.
    """
    windows = sorted(watched)
    for number, (start, end) in enumerate(windows):
        if end <= start or (number and start < windows[number - 1][1]):
            raise InputError(f"[{start}, {end}) is empty or overlaps another", where="watched")
    rate, worth = prior
    if rate < 0 or worth < 0:
        raise InputError("rate and time are at least 0", where="prior")
    seen = sum(1 for time in arrivals if any(start <= time < end for start, end in windows))
    exposure = sum(end - start for start, end in windows) + worth
    if not exposure:
        raise InputError("nothing was observed", where="watched", hint="give an interval or a prior")
    shape = seen + rate * worth
    return Rate(Fraction(shape) / exposure, float(shape) ** 0.5 / exposure)


@dataclass(frozen=True, slots=True)
class Settled:
    """A settled order. time: of its settlement. score: what it was rated, millionths, 0 to 1 000 000."""

    time: int
    score: int


def reputation(history: Iterable[Settled], now: int, half_life: int, prior: tuple[int, int] = (MILLION // 2, 1)) -> int:
    """η in millionths. now, half_life: time units, half_life > 0. prior: (score in millionths, how many fresh orders it
    is worth), what somebody without history has. Raises InputError for scores that are not 0 to 1, orders of the
    future, or no history and no prior."""
    if half_life <= 0:
        raise InputError(f"{half_life} is not a positive time", where="half_life")
    score, worth = prior
    if not 0 <= score <= MILLION or worth < 0:
        raise InputError("needs a score between 0 and 1 and a number of orders", where="prior")
    total, weights = Decimal(score * worth), Decimal(worth)
    for order in sorted(history, key=lambda settled: (settled.time, settled.score)):
        if not 0 <= order.score <= MILLION:
            raise InputError(f"score {order.score} is not between 0 and 1 in millionths", where=f"time {order.time}")
        if order.time > now:
            raise InputError(f"settled at {order.time}, after {now}", where="history")
        age = EXACT.divide(Decimal(order.time - now), Decimal(half_life))
        weight = EXACT.power(Decimal(2), age)
        total = EXACT.add(total, EXACT.multiply(weight, Decimal(order.score)))
        weights = EXACT.add(weights, weight)
    if not weights:
        raise InputError("no history and no prior", where="history")
    return int(EXACT.divide(total, weights).to_integral_value())
