"""How a community decides and shares: the twin of contracts/src/SharingRule.sol and of what Council.sol says of states.

Money is cents, time is seconds since 1970, shares are millionths.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from hanse.errors import InputError
from hanse.units import MILLION

Joining = Literal["open", "certified", "invited"]
"""Who may join: anyone; certified members of the league; whom the community has invited."""
Measure = Literal["equal", "contribution"]
"""What counts: every member alike, or what it has contributed in cents."""
Support = Literal["against", "for", "abstain"]
State = Literal["none", "pending", "active", "defeated", "succeeded", "queued", "executed", "cancelled", "lapsed"]

JOININGS: tuple[Joining, ...] = get_args(Joining)
MEASURES: tuple[Measure, ...] = get_args(Measure)
SUPPORTS: tuple[Support, ...] = get_args(Support)
STATES: tuple[State, ...] = get_args(State)
"""In the order of the contracts' enums."""

WAITING: tuple[State, ...] = ("succeeded", "queued")
"""What was decided, and lapses if nobody does the next step."""

DAY = 86_400
LONGEST = 90 * DAY
"""No delay, period or timelock is longer, in seconds."""
GRACE = 14 * DAY
"""Seconds in which a decision can be queued, and in which it can be executed after its timelock."""
SHORTEST = 60
"""No vote is shorter, in seconds."""
MOST_MEMBERS, MOST_MEMBERSHIPS, MOST_DEPTH = 128, 8, 3
"""Of one community; of one account; of communities in communities."""


@dataclass(frozen=True, slots=True)
class Rules:
    """joining: who may join; weight: what a member's vote counts, for good; sharing: by what the treasury is shared;
    quorum: millionths of all weight that must vote for or abstain; delay: seconds from a proposal to the first vote;
    period: seconds in which votes are taken. Raises InputError for what the contract refuses."""

    joining: Joining
    weight: Measure = "equal"
    sharing: Measure = "equal"
    quorum: int = MILLION // 2
    delay: int = DAY
    period: int = 3 * DAY

    def __post_init__(self) -> None:
        for name, known in (("joining", JOININGS), ("weight", MEASURES), ("sharing", MEASURES)):
            if getattr(self, name) not in known:
                said = str(getattr(self, name))[:40]
                raise InputError(f'"{said}" is no way of {name}', where=name, hint=f"one of: {', '.join(known)}")
        within("quorum", self.quorum, 1, MILLION)
        within("delay", self.delay, 0, LONGEST)
        within("period", self.period, SHORTEST, LONGEST)

    def words(self) -> tuple[int, ...]:
        """The contract's struct."""
        kinds = JOININGS.index(self.joining), MEASURES.index(self.weight), MEASURES.index(self.sharing)
        return (*kinds, self.quorum, self.delay, self.period)

    @classmethod
    def of(cls, words: Sequence[int]) -> Rules:
        """From the contract's struct."""
        joining, weight, sharing, quorum, delay, period = map(int, words)
        return cls(JOININGS[joining], MEASURES[weight], MEASURES[sharing], quorum, delay, period)


@dataclass(frozen=True, slots=True)
class Count:
    """A proposal and its votes so far. start, end: votes are taken in [start, end); quorum, yes, no, abstained:
    weight; eta: from when on it can be executed, 0 before it is queued."""

    start: int
    end: int
    quorum: int
    yes: int = 0
    no: int = 0
    abstained: int = 0
    queued: bool = False
    executed: bool = False
    cancelled: bool = False
    eta: int = 0

    @property
    def lapses(self) -> int:
        """When it is too late to queue it, or to execute it once it is queued."""
        return (self.eta if self.queued else self.end) + GRACE

    def state(self, now: int) -> State:
        """Where it is in its life at a time."""
        if self.cancelled:
            return "cancelled"
        if self.executed:
            return "executed"
        if not self.queued:
            if now < self.start:
                return "pending"
            if now < self.end:
                return "active"
            if self.yes <= self.no or self.yes + self.abstained < self.quorum:
                return "defeated"
        if now >= self.lapses:
            return "lapsed"
        return "queued" if self.queued else "succeeded"


def divide(amount: int, measures: Sequence[int]) -> list[int]:
    """Divides cents by measures, to the cent: each gets what brings the sum of the first so many to its part of all,
    rounded down. The shares add up to the amount, each is within a cent of its exact part, and whoever measures nothing
    gets nothing. All are zero if all measures are."""
    total, sum_, given = sum(measures), 0, 0
    shares = []
    for one in measures:
        sum_ += one
        up_to = amount * sum_ // total if total else 0
        shares.append(up_to - given)
        given = up_to
    return shares


def quorum(total: int, millionths: int) -> int:
    """How much weight must take part: millionths of all, rounded up, at least one."""
    return max(1, -(-total * millionths // MILLION))


def within(what: str, given: int, least: int, most: int) -> int:
    """`given`. Raises InputError if it is outside of [least, most]."""
    if not least <= given <= most:
        raise InputError(f"{what} is {given}; it is between {least} and {most}", where=what)
    return given
