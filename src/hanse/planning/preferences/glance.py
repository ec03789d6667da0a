"""Requests at a glance: how satisfied a member would be with each, and the smallest pay at which it would take it.

A member says its preferences in words of the workshop (`Wishes`); they become a `Provider` in minutes and sixtieths
of a cent, so that an hour's cost in cents is a whole number a minute. It weighs all it has been asked for and holds,
service by service, by the rule of `member.py`: the best work is the scale, paid just what it costs.

What a request pays beyond the member's own cost counts as compensation, what it lacks adds to the cost. At a price
that is exactly the cost this is Zhang's rule; that other prices count is our reading, since a member that is paid less
than it spends is not content. A request with several operations pays each by its share of the time, and satisfies as
much as the poorest of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import Literal, NamedTuple

from hanse.errors import InputError
from hanse.model.utility import EXACT, Provider, Weights
from hanse.planning.preferences.member import Member, Work
from hanse.units import MILLION

DAY = 480
"""Minutes of a working day, in which arrivals and patience are said."""

PER_CENT = 60
"""Units of money a cent: cents an hour are then whole units a minute."""

Mood = Literal["good", "partly", "bad"]


@dataclass(frozen=True, slots=True)
class Wishes:
    """A member's private preferences, as it says them; kept from `repr`.

    hour_cost: cents an hour of its machines costs it, at least 0. arrivals: other work that comes on a working day (λ),
    0 to 100, of 8 hours. patience: what is a day later is worth so many percent less (r), 0 to 1000. threshold: percent
    of the best work that other work has to reach (μ), 0 to 100. half_cost: cents, and half_hours: hours, that halve how
    good a work is (γ_C, γ_T), above 0. weights: of cost, time and the customer's reputation. Raises InputError.
    """

    hour_cost: int
    arrivals: Decimal = Decimal("0.25")
    patience: Decimal = Decimal(5)
    threshold: int = 40
    half_cost: int = 200_000
    half_hours: Decimal = Decimal(40)
    weights: Weights = (1, 1, 1)

    def __post_init__(self) -> None:
        for name, least, most in (
            ("hour_cost", 0, 10**9), ("arrivals", 0, 100), ("patience", 0, 1000), ("threshold", 0, 100),
            ("half_cost", 1, 10**12), ("half_hours", Decimal("0.01"), 10**6),
        ):  # fmt: skip
            value = getattr(self, name)
            if not least <= value <= most:
                raise InputError(f"it is not between {least} and {most}", where=f"wishes, {name}")
        self.provider()

    def __repr__(self) -> str:
        return "Wishes(private)"

    def provider(self) -> Provider:
        """In minutes and sixtieths of a cent."""
        half = EXACT.ln(Decimal(2))
        return Provider(
            cost_rate=self.hour_cost,
            arrival=EXACT.divide(self.arrivals, Decimal(DAY)),
            discount=EXACT.divide(self.patience, Decimal(100 * DAY)),
            threshold=self.threshold * MILLION // 100,
            cost_decay=EXACT.divide(half, Decimal(PER_CENT * self.half_cost)),
            time_decay=EXACT.divide(half, EXACT.multiply(Decimal(60), self.half_hours)),
            weights=self.weights,
        )


class Operation(NamedTuple):
    """A piece of a request. minutes: of machine time, at least 0."""

    service: str
    minutes: int


class Request(NamedTuple):
    """What a member was asked for, or holds. name: tells it from others; pay: cents, all included; reputation: of the
    customer, millionths."""

    name: str
    operations: tuple[Operation, ...]
    pay: int
    reputation: int


class Glance(NamedTuple):
    """mood: good is above the threshold, partly could be by more pay, bad could not. satisfaction: of the poorest
    operation, millionths of the best work of its service; above a million where the pay is above its cost. least: the
    smallest pay at which the member would accept, cents; None if it is bad."""

    mood: Mood
    satisfaction: int
    least: int | None


def glances(wishes: Wishes, requests: Sequence[Request]) -> dict[str, Glance]:
    """Each request beside all others, by name. Those without operations are left out: nobody knows what they take."""
    member, works = Member("", wishes.provider()), list[Work]()
    places: dict[str, list[int]] = {}
    for one in requests:
        places[one.name] = list(range(len(works), len(works) + len(one.operations)))
        works += _works(wishes, one)
    satisfactions, declined = member.satisfactions(works), set(member.declines(works))
    found = {}
    for one in requests:
        its = places[one.name]
        if not its:
            continue
        lowest = min(satisfactions[i] for i in its)
        reached = int((lowest * MILLION).to_integral_value(ROUND_FLOOR))
        least = _least(wishes, member, works, its)
        refused = any(i in declined for i in its)
        mood: Mood = "good" if not refused else "partly" if least is not None else "bad"
        found[one.name] = Glance(mood, reached, least)
    return found


def _works(wishes: Wishes, one: Request) -> list[Work]:
    """Its operations as the member weighs them, each paid by its share of the time."""
    whole = sum(each.minutes for each in one.operations)
    made = []
    for number, each in enumerate(one.operations):
        share = one.pay * PER_CENT * each.minutes // whole if whole else one.pay * PER_CENT // len(one.operations)
        beyond = share - wishes.hour_cost * each.minutes
        made.append(Work(one.name, str(number), "", each.service, each.minutes, one.reputation, beyond))
    return made


def _least(wishes: Wishes, member: Member, works: Sequence[Work], its: Sequence[int]) -> int | None:
    """The smallest pay for these works together, cents: what they cost, and the least compensation of each."""
    total = 0
    for i in its:
        more = _compensation(member, works, i)
        if more is None:
            return None
        total += wishes.hour_cost * works[i].duration + more
    return -(-total // PER_CENT)


def _compensation(member: Member, works: Sequence[Work], which: int) -> int | None:
    """The least on top of its cost at which a work is taken. What is the best of its service is taken at its cost."""
    at_cost = [*works[:which], works[which]._replace(compensation=0), *works[which + 1 :]]
    if which not in member.declines(at_cost):
        return 0
    return member.compensation(at_cost, which, member.threshold(), strict=True)
