"""Reputation and credit from settled orders: a pure function, integers only, that anyone can recompute from events.

Beta reputation (Jøsang and Ismail 2002): good evidence r and bad evidence s with a base rate a make the expectation

    score = (r + a·W) / (r + s + W)        W: how many full orders the belief in a stranger is worth

Each settled order is evidence on up to three questions, each with a score of its own: how the customer rated the work,
whether it was on time, and whether the party was at fault in a dispute. The weight of an order is

    weight = min(1, price / full) · 2^(-age / half-life)

with the exponential replaced by the line between whole half-lives (never below it, at most 6.2 % above), so that
numbers halve exactly and a contract could compute the same. All evidence from one owner weighs at most `cap`, scaled in
proportion; what an owner settles with itself weighs nothing. So k colluding owners lift nobody above
(a·W + k·cap) / (W + k·cap), and each of them needs a certified membership and pays the settlement's fees.

Rounding is down, and keeps the rules: one more faultless order never lowers a score (what good evidence loses by
rounding is bad evidence, and both are monotone), and all scores lie between 0 and 1.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from hanse.errors import InputError
from hanse.units import MILLION

Fault = Literal["nobody", "member", "customer"]
"""Who a closed dispute found at fault; `nobody` also where there was none."""

WEIGHT_BITS = 40
"""Weights count in millionths · 2^-40 of a full order: one fades to nothing after 60 half-lives."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """One settled order as the escrow's events tell it. order: its number on the ledger. customer, member: the parties;
    their owners are who controls them. price: paid, money units, at least 0. lateness: time units after the agreed
    delivery, 0 if on time. rating: of the customer, millionths, None if it gave none (`rated`). time: of settling."""

    order: int
    customer: str
    member: str
    customer_owner: str
    member_owner: str
    price: int
    lateness: int
    rating: int | None
    fault: Fault
    time: int

    def __post_init__(self) -> None:
        where = f"settlement of order {self.order}"
        if self.price < 0 or self.lateness < 0:
            raise InputError("price and lateness are at least 0", where=where)
        if self.rating is not None and not 0 <= self.rating <= MILLION:
            raise InputError(f"rating {self.rating} is not between 0 and 1 in millionths", where=where)
        if self.fault not in ("nobody", "member", "customer"):
            raise InputError(f'"{self.fault}" is not nobody, member or customer', where=where)


@dataclass(frozen=True, slots=True)
class Rating:
    """A customer's word on one order. score: millionths. time: when it was given."""

    order: int
    customer: str
    score: int
    time: int


@dataclass(frozen=True, slots=True)
class Policy:
    """What a league agrees on (all ours). half_life: time units after which an order counts half, > 0. full: the price
    from which an order counts whole, money units, > 0. cap: full orders one owner's evidence is worth at most, > 0.
    base: score of a stranger, millionths. belief: full orders that score is worth, > 0. patience: lateness from which
    an order counts as not on time at all, > 0; before, it counts in proportion. weights: of quality, punctuality and
    fairness in the whole, at least 0, not all 0. Raises InputError for anything else."""

    half_life: int = 180 * 86_400
    full: int = 100_000
    cap: int = 5
    base: int = MILLION // 2
    belief: int = 2
    patience: int = 7 * 86_400
    weights: tuple[int, int, int] = (1, 1, 1)

    def __post_init__(self) -> None:
        for name in ("half_life", "full", "cap", "belief", "patience"):
            if getattr(self, name) <= 0:
                raise InputError(f"{getattr(self, name)} is not above 0", where=f"policy, {name}")
        if not 0 <= self.base <= MILLION:
            raise InputError(f"{self.base} is not between 0 and 1 in millionths", where="policy, base")
        if min(self.weights) < 0 or not sum(self.weights):
            raise InputError(f"{self.weights} are not weights", where="policy, weights")


DEFAULT = Policy()


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a party, in millionths. quality, punctuality, fairness: one score for each question. whole:
    their weighted mean. evidence: full orders behind it, faded and capped; 0 for a newcomer."""

    quality: int
    punctuality: int
    fairness: int
    whole: int
    evidence: int


def reputation(settled: Iterable[Settlement], member: str, now: int, policy: Policy = DEFAULT) -> Standing:
    """A member's standing as a provider at time `now`.

    settled: any settlements, in any order; those of others are ignored. A rating by a customer found at fault in a
    dispute is void. Raises InputError if an order is settled twice or after `now`.
    """
    quality, punctuality, fairness = _Ledger(policy), _Ledger(policy), _Ledger(policy)
    for s in _once(settled, now):
        if s.member != member or s.member_owner == s.customer_owner:
            continue
        weight = _weight(s, now, policy)
        if s.rating is not None and s.fault != "customer":
            quality.add(s.customer_owner, weight, s.rating)
        punctuality.add(s.customer_owner, weight, max(0, policy.patience - s.lateness) * MILLION // policy.patience)
        fairness.add(s.customer_owner, weight, 0 if s.fault == "member" else MILLION)
    scores = quality.score(), punctuality.score(), fairness.score()
    whole = sum(w * score for w, score in zip(policy.weights, scores, strict=True)) // sum(policy.weights)
    return Standing(*scores, whole, fairness.evidence())


def credit(settled: Iterable[Settlement], customer: str, now: int, policy: Policy = DEFAULT) -> int:
    """A customer's credit in millionths: how often it was not at fault. It is η of the utility model (`models.md` §3)
    for the customer's orders, before anybody works for them. Raises as `reputation` does."""
    fairness = _Ledger(policy)
    for s in _once(settled, now):
        if s.customer == customer and s.member_owner != s.customer_owner:
            fairness.add(s.member_owner, _weight(s, now, policy), 0 if s.fault == "customer" else MILLION)
    return fairness.score()


def etas(
    settled: Iterable[Settlement], customers: Mapping[str, str], now: int, policy: Policy = DEFAULT
) -> dict[str, int]:
    """η by job, in millionths, as `planning.preferences.ask` takes them. customers: by job. Raises as `reputation`."""
    known = tuple(settled)
    scores = {customer: credit(known, customer, now, policy) for customer in sorted(set(customers.values()))}
    return {job: scores[customer] for job, customer in customers.items()}


@dataclass(frozen=True, slots=True)
class Threshold:
    """Who is admitted to an order. least: whole standing needed, millionths. trial: price (money units) up to which
    members with less evidence than `proof` millionths of a full order are admitted whatever their standing: how
    newcomers earn one. Offences do not make a newcomer: evidence counts bad and good."""

    least: int
    trial: int = 0
    proof: int = MILLION

    def admits(self, standing: Standing, price: int) -> bool:
        """Whether a member of this standing may take an order of this price."""
        return standing.whole >= self.least or (price <= self.trial and standing.evidence < self.proof)


def rated(settled: Iterable[Settlement], ratings: Iterable[Rating]) -> tuple[Settlement, ...]:
    """Settlements with their customers' ratings. A rating counts only with a settlement behind it: it names a settled
    order, comes from that order's customer and not before the settlement. Of several, the first counts (of equal times
    the lowest); the rest is dropped, as anybody may write anything."""
    given: dict[int, list[Rating]] = defaultdict(list)
    for rating in ratings:
        if 0 <= rating.score <= MILLION:
            given[rating.order].append(rating)
    found = []
    for s in settled:
        own = [r for r in given[s.order] if r.customer == s.customer and r.time >= s.time]
        first = min(own, key=lambda r: (r.time, r.score), default=None)
        found.append(replace(s, rating=first.score if first else None))
    return tuple(found)


class _Ledger:
    """Evidence on one question, by the owner it comes from: total weight, and weight times score."""

    def __init__(self, policy: Policy) -> None:
        self.policy, self.by_owner = policy, defaultdict[str, list[int]](lambda: [0, 0])

    def add(self, owner: str, weight: int, score: int) -> None:
        evidence = self.by_owner[owner]
        evidence[0] += weight
        evidence[1] += weight * score

    def score(self) -> int:
        """(r + a·W) / (r + s + W), in millionths, rounded down."""
        belief = self.policy.belief * MILLION << WEIGHT_BITS
        capped = self._capped()
        total, good = sum(weight for weight, _ in capped), sum(good for _, good in capped)
        return (good + belief * self.policy.base) // (total + belief)

    def evidence(self) -> int:
        """Full orders in all, millionths."""
        return sum(weight for weight, _ in self._capped()) >> WEIGHT_BITS

    def _capped(self) -> Sequence[tuple[int, int]]:
        cap = self.policy.cap * MILLION << WEIGHT_BITS
        return [(min(total, cap), good * min(total, cap) // total) for total, good in self.by_owner.values() if total]


def _weight(settlement: Settlement, now: int, policy: Policy) -> int:
    """Of one order, in millionths · 2^-40 of a full one."""
    full = min(MILLION, settlement.price * MILLION // policy.full) << WEIGHT_BITS
    halvings, rest = divmod(now - settlement.time, policy.half_life)
    return full * (2 * policy.half_life - rest) // (2 * policy.half_life) >> halvings


def _once(settled: Iterable[Settlement], now: int) -> Iterable[Settlement]:
    """The same, refusing what cannot be."""
    seen = set()
    for s in settled:
        if s.order in seen:
            raise InputError("is settled twice", where=f"order {s.order}", hint="read the events from the chain again")
        if s.time > now:
            raise InputError(f"is settled at {s.time}, after {now}", where=f"order {s.order}")
        seen.add(s.order)
        yield s
