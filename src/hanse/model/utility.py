"""Utility of consumer and provider, and satisfaction (Zhang 2019): pure functions, the same digits on every machine.

    consumer   U^C = (w_C e^(-γ_C C) + w_T e^(-γ_T T) + w_Q Q̄) / (w_C + w_T + w_Q)
    provider   U_0 = (w_C e^(-γ_C c t) + w_T e^(-γ_T t) + w_η η) / (w_C + w_T + w_η)
               U^P = U_0 · [1 - (1 - e^(-λ t)) / (1 + r t)]

C: what the job costs its consumer; T: its completion; Q̄: mean quality; t: duration of the operation; c: what a unit of
time costs the provider; η: reputation; λ: arrivals of other work per unit of time; r: discount per unit of time. The
bracket is the long view: time given to this work is not there for work that would have come. It is not monotone in t.

A consumer's utility adds over jobs, so it is counted in integer millionths, each term rounded once (half to even): sums
and optima are exact. A provider's is only compared, so it stays a decimal of 34 digits, whose exponential the decimal
standard rounds correctly everywhere; no result here depends on a float.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import TYPE_CHECKING

from hanse.errors import InputError
from hanse.units import MILLION

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]

EXACT = Context(prec=34, rounding=ROUND_HALF_EVEN)
"""Of all decimals here, whatever the context of the caller's thread."""

UNSURE = 1e-6
"""Distance from the middle between two millionths within which no float decides; its own error is below 1e-9."""

Weights = tuple[int, int, int]
"""Of cost, time and quality (consumer) or cost, time and reputation (provider); only their ratio matters."""


def fading(rate: Decimal, amount: int | Decimal) -> Decimal:
    """e^(-rate · amount): 1 at nothing, towards 0 as the amount grows. `rate` is per unit of `amount`."""
    return EXACT.exp(EXACT.multiply(-rate, Decimal(amount)))


def bracket(arrival: Decimal, discount: Decimal, duration: int) -> Decimal:
    """The long-term factor 1 - (1 - e^(-λ t)) / (1 + r t), in (0, 1]."""
    lost = EXACT.subtract(Decimal(1), fading(arrival, duration))
    return EXACT.subtract(Decimal(1), EXACT.divide(lost, EXACT.add(Decimal(1), EXACT.multiply(discount, duration))))


@dataclass(frozen=True, slots=True)
class Consumer:
    """What one customer weighs. cost_decay: γ_C, per unit of money; time_decay: γ_T, per unit of time; both > 0.
    weights: of cost, time and quality, at least 0 and not all 0. best: the utility this customer calls 1 (U^C_max), in
    millionths, > 0. Raises InputError for anything else."""

    cost_decay: Decimal
    time_decay: Decimal
    weights: Weights = (1, 1, 1)
    best: int = MILLION

    def __post_init__(self) -> None:
        _rates(("cost_decay", self.cost_decay), ("time_decay", self.time_decay))
        _weights(self.weights)
        if self.best <= 0:
            raise InputError(f"{self.best} is not a positive number of millionths", where="consumer, best")

    def cost_term(self, cost: int) -> int:
        """Millionths that a total cost (money units) contributes."""
        return self._fading_share(0, self.cost_decay, cost)

    def cost_terms(self, costs: Ints) -> Ints:
        """`cost_term` of many costs at once, digit for digit."""
        import numpy as np  # which reading a problem should not load

        near = self.weights[0] * MILLION / sum(self.weights) * np.exp(-float(self.cost_decay) * costs)
        found: Ints = np.rint(near).astype(np.int64)
        for i in np.flatnonzero(np.abs(near - np.floor(near) - 0.5) <= UNSURE):
            found[i] = self.cost_term(int(costs[i]))
        return found

    def quality_terms(self, totals: Ints, operations: int) -> Ints:
        """`quality_term` of many sums at once, digit for digit."""
        import numpy as np

        whole, rest = np.divmod(self.weights[2] * totals, operations * sum(self.weights))
        up = (2 * rest > operations * sum(self.weights)) | (
            (2 * rest == operations * sum(self.weights)) & (whole % 2 == 1)
        )
        found: Ints = whole + up
        return found

    def time_term(self, completion: int) -> int:
        """Millionths that a completion (time units from 0) contributes."""
        return self._fading_share(1, self.time_decay, completion)

    def quality_term(self, total: int, operations: int) -> int:
        """Millionths that qualities with this sum (millionths) over so many operations contribute."""
        return self._share(2, EXACT.divide(Decimal(total), Decimal(operations * MILLION)))

    def utility(self, cost: int, completion: int, total_quality: int, operations: int) -> int:
        """U^C in millionths, 0 to 1 000 001 (three roundings)."""
        return self.cost_term(cost) + self.time_term(completion) + self.quality_term(total_quality, operations)

    def satisfaction(self, utility: int) -> Decimal:
        """Sat^C = U^C / U^C_max; above 1 if the customer gets more than it called the most."""
        return EXACT.divide(Decimal(utility), Decimal(self.best))

    def _fading_share(self, which: int, rate: Decimal, amount: int) -> int:
        """A float is sure of the millionth unless it lies near the middle of two; then the decimal decides."""
        near = self.weights[which] * MILLION / sum(self.weights) * math.exp(-float(rate) * amount)
        if abs(near - math.floor(near) - 0.5) > UNSURE:
            return round(near)
        return self._share(which, fading(rate, amount))

    def _share(self, which: int, term: Decimal) -> int:
        scaled = EXACT.multiply(term, Decimal(self.weights[which] * MILLION))
        return int(EXACT.divide(scaled, Decimal(sum(self.weights))).to_integral_value(ROUND_HALF_EVEN))


@dataclass(frozen=True, slots=True)
class Provider:
    """What one provider weighs; its own business, and kept from `repr`. cost_rate: money units per unit of time, at
    least 0. arrival: λ, and discount: r, per unit of time, at least 0. threshold: μ in millionths, 0 to 1 000 000.
    cost_decay, time_decay, weights: as of a `Consumer`. Raises InputError for anything else."""

    cost_rate: int
    arrival: Decimal
    discount: Decimal
    threshold: int
    cost_decay: Decimal
    time_decay: Decimal
    weights: Weights = (1, 1, 1)

    def __post_init__(self) -> None:
        _rates(("cost_decay", self.cost_decay), ("time_decay", self.time_decay))
        _weights(self.weights)
        for name in ("cost_rate", "arrival", "discount"):
            if getattr(self, name) < 0:
                raise InputError("is below 0", where=f"provider, {name}")
        if not 0 <= self.threshold <= MILLION:
            raise InputError("is not between 0 and 1", where="provider, threshold")

    def __repr__(self) -> str:
        return "Provider(private)"

    def utility(self, duration: int, reputation: int, compensation: int | Decimal = 0) -> Decimal:
        """U^P of one operation: 0 to 1 without compensation.

        duration: time units, at least 0. reputation: η of the job in millionths. compensation: money units, which
        lower what the operation costs the provider; beyond its whole cost they are a gain, and U^P may pass 1.
        """
        cost = EXACT.subtract(EXACT.multiply(Decimal(self.cost_rate), Decimal(duration)), Decimal(compensation))
        terms = (
            fading(self.cost_decay, cost),
            fading(self.time_decay, duration),
            EXACT.divide(Decimal(reputation), Decimal(MILLION)),
        )
        total = Decimal(0)
        for weight, term in zip(self.weights, terms, strict=True):
            total = EXACT.add(total, EXACT.multiply(Decimal(weight), term))
        once = EXACT.divide(total, Decimal(sum(self.weights)))
        return EXACT.multiply(once, bracket(self.arrival, self.discount, duration))

    def accepts(self, utility: Decimal, best: Decimal) -> bool:
        """Whether Sat^P = utility / best is strictly above the threshold; `best` is the most it gets from work of the
        same service that it is given, and is itself never declined."""
        return utility >= best or EXACT.multiply(utility, Decimal(MILLION)) > EXACT.multiply(
            Decimal(self.threshold), best
        )


def _rates(*rates: tuple[str, Decimal]) -> None:
    for name, rate in rates:
        if not (rate.is_finite() and rate > 0):
            raise InputError(f"{rate} is not a positive rate", where=name)


def _weights(weights: Weights) -> None:
    if min(weights) < 0 or not sum(weights):
        raise InputError(f"{weights} are not weights", where="weights", hint="use three, at least 0, not all 0")
