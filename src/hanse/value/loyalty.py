"""Loyalty: points for repeated good conduct in settled orders, and what they take off the league's fee. Pure and in
integers: whoever reads the same events counts the same.

Work that was accepted, with nobody at fault, and in time where its member is asked about, brings both parties points:

    points = ⌊fee paid · rate⌋ · 2^(-age / half-life)        the exponential as lines between whole half-lives

So nobody ever gets more than a part of what the league got: money sent in a circle costs the whole fee, and brings a
part of it back, later. What an owner settles with itself earns nothing. The first work with a partner earns nothing,
since conduct is to be repeated, and no partner brings more than `cap` at a time, so that one friend makes nobody loyal.
A fault within the last half-life takes all that was earned before it.

Points belong to whoever earned them; nothing moves them. They take at most `most` off the fee of an agreement, and what
they took is told by the agreement itself. The rule is ours; halving by age is that of `reputation`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from hanse.errors import InputError
from hanse.units import MILLION


@dataclass(frozen=True, slots=True)
class Conduct:
    """A settled piece of work as loyalty sees it. owners: who controls the two; fee: cents the league got of it; good:
    all of it was accepted; late: delivered after it was due; fault: address of the party at fault, empty for nobody;
    time: of settling, seconds."""

    customer: str
    member: str
    customer_owner: str
    member_owner: str
    fee: int
    good: bool
    late: bool
    fault: str
    time: int

    def __post_init__(self) -> None:
        if self.fee < 0:
            raise InputError(f"a fee of {self.fee} is below 0", where=f"work of {self.member}")


@dataclass(frozen=True, slots=True)
class Taken:
    """Cents that an account's points have taken off a fee, at a time in seconds."""

    account: str
    amount: int
    time: int


@dataclass(frozen=True, slots=True)
class LoyaltyPolicy:
    """What a league agrees on (all ours). rate: of a fee, that work earns each party, at most a half, millionths;
    half_life: seconds, > 0; cap: cents that one partner brings at most; most: of a fee, that points can take off,
    millionths. Raises InputError for anything else."""

    rate: int = 100_000
    half_life: int = 180 * 86_400
    cap: int = 10_000
    most: int = 500_000

    def __post_init__(self) -> None:
        if not 0 <= self.rate <= MILLION // 2:
            raise InputError(f"{self.rate} is not between 0 and a half in millionths", where="policy, rate")
        if not 0 <= self.most <= MILLION:
            raise InputError(f"{self.most} is not between 0 and 1 in millionths", where="policy, most")
        if self.half_life <= 0 or self.cap < 0:
            raise InputError("a half-life is above 0, and a cap at least 0", where="policy")


DEFAULT = LoyaltyPolicy()


@dataclass(frozen=True, slots=True)
class Loyalty:
    """points: cents there are to take off fees; earned: by good conduct, faded; taken: by discounts, faded; works:
    pieces of work that earned something."""

    points: int
    earned: int
    taken: int
    works: int


def loyalty(
    settled: Iterable[Conduct], account: str, now: int, taken: Iterable[Taken] = (), policy: LoyaltyPolicy = DEFAULT
) -> Loyalty:
    """What an account has at `now`. settled: any work, in any order; that of others and of later counts nothing."""
    own = sorted(
        (one for one in settled if account in (one.customer, one.member) and one.time <= now), key=lambda one: one.time
    )
    own = [one for one in own if one.customer_owner != one.member_owner]
    fault = max((one.time for one in own if one.fault == account and now - one.time < policy.half_life), default=-1)
    granted: dict[str, list[tuple[int, int]]] = defaultdict(list)
    met: set[str] = set()
    for one in own:
        partner = one.member_owner if account == one.customer else one.customer_owner
        if not one.good or one.fault or (one.late and account == one.member):
            continue
        if partner in met:
            room = policy.cap - _sum(granted[partner], one.time, policy)
            granted[partner].append((max(0, min(room, one.fee * policy.rate // MILLION)), one.time))
        met.add(partner)
    grants = [grant for some in granted.values() for grant in some if grant[0] and grant[1] > fault]
    earned = _sum(grants, now, policy)
    gone = _sum([(one.amount, one.time) for one in taken if one.account == account and one.time <= now], now, policy)
    return Loyalty(max(0, earned - gone), earned, gone, len(grants))


def discount(points: int, fee: int, policy: LoyaltyPolicy = DEFAULT) -> int:
    """Cents that points take off a fee: no more than there are, nor than the policy lets."""
    return max(0, min(points, fee * policy.most // MILLION))


def lowered(rate: int, price: int, off: int) -> int:
    """A fee's rate, in millionths of the price, that takes at most `off` cents off what `rate` comes to."""
    if not price:
        return rate
    return rate - min(rate, off * MILLION // price)


def _sum(grants: Iterable[tuple[int, int]], now: int, policy: LoyaltyPolicy) -> int:
    return sum(_faded(amount, time, now, policy) for amount, time in grants)


def _faded(amount: int, time: int, now: int, policy: LoyaltyPolicy) -> int:
    """Half after each half-life, on the line between; rounded down."""
    halvings, rest = divmod(now - time, policy.half_life)
    return amount * (2 * policy.half_life - rest) // (2 * policy.half_life) >> halvings
