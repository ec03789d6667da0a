"""What a member can learn from its history: how often other work arrives (λ). η is `hanse.value.reputation.etas`.

λ is arrivals ÷ time observed, the maximum-likelihood rate of a Poisson process; with a `prior` rate believed before,
worth some time of observation, the mean of the gamma posterior. A pure function: the same history, the same value.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from hanse.errors import InputError
from hanse.model.utility import EXACT


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
