"""A member and its private preferences behind the few answers it gives.

A planner learns from a member only which works it would not take *beside each other*; the parameters (λ, r, μ, weights,
what its time costs) never leave. The rule behind the answer: the member holds works of one service, the best of them
sets the scale, and it declines those that reach no more than the share μ of it. So two works of a service either get on
or the poorer one is declined, whatever else it holds: all of Zhang's satisfaction constraints are pairs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from hanse.model.utility import EXACT, Provider
from hanse.units import MILLION


class Work(NamedTuple):
    """An operation a member is asked to run on one of its machines. duration: time units. reputation: η of the job, in
    millionths. compensation: money units on top of the price."""

    job: str
    operation: str
    machine: str
    service: str
    duration: int
    reputation: int
    compensation: int = 0


class Refusal(NamedTuple):
    """`declined` is not done beside `beside` (positions in the works asked about)."""

    declined: int
    beside: int


@dataclass(frozen=True, slots=True)
class Member:
    """An enterprise that weighs its work by preferences of its own."""

    id: str
    _provider: Provider = field(repr=False)

    def refusals(self, asked: Sequence[Work]) -> list[Refusal]:
        """All pairs of works of one service the member would not hold together, as asked (compensation included)."""
        found = []
        for places in _by_service(asked):
            ranked = sorted(((self._utility(asked[i]), i) for i in places), key=lambda pair: (-pair[0], pair[1]))
            for rank, (best, beside) in enumerate(ranked):
                # Utilities fall along `ranked`: the declined ones are its tail, walked from the far end.
                for poorer, declined in reversed(ranked[rank + 1 :]):
                    if self._provider.accepts(poorer, best):
                        break
                    found.append(Refusal(declined, beside))
        return found

    def satisfactions(self, held: Sequence[Work]) -> list[Decimal]:
        """Sat^P of each work held: its utility over the best of the same service, without anybody's compensation in
        the scale. 1 is the member's best work; compensated work may pass it."""
        result = [Decimal(0)] * len(held)
        for places in _by_service(held):
            best = max(self._utility(held[i]._replace(compensation=0)) for i in places)
            for i in places:
                # Nothing above nothing: a member to whom all work is worth 0 is as satisfied as it can be.
                result[i] = EXACT.divide(self._utility(held[i]), best) if best else Decimal(1)
        return result

    def declines(self, held: Sequence[Work]) -> list[int]:
        """Positions of the works the member would refuse if it were given all of these, and only these."""
        found = []
        for places in _by_service(held):
            best = max(self._utility(held[i]._replace(compensation=0)) for i in places)
            found += [i for i in places if not self._provider.accepts(self._utility(held[i]), best)]
        return sorted(found)

    def compensation(self, held: Sequence[Work], which: int, target: Decimal, strict: bool) -> int | None:
        """Least whole compensation (money units) that brings the satisfaction of `held[which]` to `target`, above it if
        strict. 0 if it is there already; None if even all its cost paid would not do: nobody is paid to work at a loss
        of time. Found by bisection on the very rule the member judges by, so rounding never shorts it."""
        work = held[which]
        best = max(self._utility(w._replace(compensation=0)) for w in held if w.service == work.service)
        wanted = EXACT.multiply(target, best)

        def content(money: int) -> bool:
            reached = self._utility(work._replace(compensation=money))
            return reached > wanted if strict else reached >= wanted

        low, high = -1, self._provider.cost_rate * work.duration
        if not content(high):
            return None
        while high - low > 1:
            middle = (low + high) // 2
            if middle >= 0 and content(middle):
                high = middle
            else:
                low = middle
        return high

    def continuous_compensation(self, held: Sequence[Work], which: int, target: Decimal) -> Decimal | None:
        """The same in fractions of a money unit, by the formula solved for the compensation: where satisfaction equals
        `target`. None if the work is above it unpaid, or if no payment reaches it."""
        work, provider = held[which], self._provider
        whole = provider.cost_rate * work.duration
        best = max(self._utility(w._replace(compensation=0)) for w in held if w.service == work.service)
        wanted = EXACT.multiply(target, best)
        unpaid, at_cost = (self._utility(work._replace(compensation=money)) for money in (0, whole))
        if not unpaid <= wanted <= at_cost or unpaid == at_cost:
            return None
        # U is linear in x = e^(-γ (cost - compensation)): two points give the line, the logarithm the compensation.
        x_unpaid = EXACT.exp(EXACT.multiply(-provider.cost_decay, Decimal(whole)))
        part = EXACT.divide(EXACT.subtract(wanted, unpaid), EXACT.subtract(at_cost, unpaid))
        x = EXACT.add(x_unpaid, EXACT.multiply(part, EXACT.subtract(Decimal(1), x_unpaid)))
        return EXACT.add(Decimal(whole), EXACT.divide(EXACT.ln(x), provider.cost_decay))

    def threshold(self) -> Decimal:
        """The level μ a work must pass, told once it is negotiated about (0 to 1)."""
        return EXACT.divide(Decimal(self._provider.threshold), Decimal(MILLION))

    def _utility(self, work: Work) -> Decimal:
        return self._provider.utility(work.duration, work.reputation, work.compensation)


def _by_service(works: Sequence[Work]) -> list[list[int]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for i, work in enumerate(works):
        groups[work.service].append(i)
    return list(groups.values())
