"""What leagues of a size send in a day, and how much of each part's time that takes, by what was measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Costs = Mapping[str, Any]

SIZES = (10, 1_000, 100_000)
DAY = 86_400

# What members do: assumptions, not measurements.

MILESTONES = 4
"""Members that work on an order; the customer is the fifth party."""

WORK_A_DAY = 2
"""Milestones of a member."""

PEAK = 4
"""The busiest hour has so many times the average: work is done in a third of the day, and not evenly."""

BATCH = 100
"""Members that one transaction asks the contract about."""

WINDOWS_TAKEN = 0.2
"""Windows of idle time that a member lets in a day; all it has are one book a day."""

READINGS = 5
"""A second, of a member's machines."""

READS = 200
"""Requests of a member a day that only look: two people with a page open."""

ROUND_ORDERS, SOLVERS = 64, 3
"""Orders of one round, and solvers that claim all of them."""


@dataclass(frozen=True)
class Chain:
    """seconds: between blocks; gas: of a block."""

    name: str
    seconds: float
    gas: int

    @property
    def a_second(self) -> float:
        return self.gas / self.seconds


CONSORTIUM = Chain("consortium, 30 M gas every 2 s", 2.0, 30_000_000)
ROLLUP = Chain("rollup, 60 M gas every 1 s", 1.0, 60_000_000)
BLOBS = 6 * 131_072 / 12
"""Bytes a second that six blobs in every block of Ethereum carry, for all rollups together."""


@dataclass(frozen=True)
class Design:
    """How a league is built. matched: members that the contract is asked about for an order, None for all; seals: of
    readings that a member anchors in a day; processes: of the service, each with its outbox."""

    name: str
    matched: int | None
    seals: float
    processes: int = 1


TODAY = Design("today", None, 24)
NEXT = Design("next", 100, 1, processes=8)
"""The contract is asked about those who offer what is needed, a day's seals are anchored together, and several
processes serve."""


@dataclass(frozen=True)
class Flow:
    """Transactions of one kind. a_day: in the whole league; gas: of one; own: members' and solvers' own programs send
    them, past the service."""

    name: str
    a_day: float
    gas: float
    own: bool = False


def flows(costs: Costs, members: int, design: Design = TODAY) -> list[Flow]:
    """What a league of so many members sends."""
    gas: Mapping[str, int] = costs["gas"]
    orders = members * WORK_A_DAY / MILESTONES
    rounds = orders / ROUND_ORDERS
    asked = members if design.matched is None else min(members, design.matched)
    answer = gas["match a hundred members, 256 services"] / BATCH
    return [
        Flow("orders placed", orders, gas["place an order (allowance of exactly the deposit)"]),
        Flow("orders matched", orders * -(-asked // BATCH), answer * min(asked, BATCH)),
        Flow("rounds opened", rounds, gas["open a round"]),
        Flow("claims committed", rounds * SOLVERS, gas["commit a claim"], own=True),
        Flow("claims revealed", rounds * SOLVERS, gas["reveal a claim (one word of demands)"], own=True),
        Flow("claims awarded", rounds * SOLVERS, gas["award, per claim, of 64 of which one is accepted"]),
        Flow("plans recorded", rounds, gas["append a block of fifty orders"] * ROUND_ORDERS / 50),
        Flow("agreements proposed", orders, gas["propose an agreement of five milestones"]),
        Flow("agreements active", orders, gas["activate an agreement of five parties"]),
        Flow("work begun", orders * MILESTONES, gas["start a milestone"]),
        Flow("work delivered", orders * MILESTONES, gas["deliver a milestone"]),
        Flow("work accepted and paid", orders, gas["accept and settle an order of five parties"]),
        Flow("idle time published", members, gas["publish a day's windows, any number"], own=True),
        *(Flow(f"idle time: {name.split(' ')[0]}", members * WINDOWS_TAKEN, gas[name], own=True) for name in _LET),
        Flow("readings anchored", members * design.seals, gas["anchor a root"], own=True),
    ]


_LET = ("claim a window with proof, of 2^20", "confirm a window", "accept the work in a window")


@dataclass(frozen=True)
class Station:
    """Where work waits. load: of its capacity that is used in the busiest hour; more than 1 is more than it can do."""

    name: str
    load: float


def stations(costs: Costs, members: int, chain: Chain, design: Design = TODAY) -> list[Station]:
    """Loads in the busiest hour. A thread of each process of the service signs and sends; one thread indexes."""
    some = flows(costs, members, design)
    busy, ledger = PEAK / DAY, costs["orders"]
    sent = sum(one.a_day for one in some) * busy
    served = sum(one.a_day for one in some if not one.own) * busy
    gas = sum(one.a_day * one.gas for one in some) * busy
    reads = members * READS * busy * costs["service"]["read_seconds"]
    writes = served * costs["service"]["write_seconds"]
    return [
        Station("gas of the chain", gas / chain.a_second),
        Station("service", (reads + writes) / design.processes),
        Station("outbox", served * ledger["outbox_seconds_a_transaction"] / design.processes),
        Station("index", sent * ledger["index_seconds_a_transaction"]),
        Station("solver, one core", solving(costs, members) * busy),
    ]


def solving(costs: Costs, members: int) -> float:
    """Seconds of a core that one solver plans in a day."""
    rounds = members * WORK_A_DAY / MILESTONES / ROUND_ORDERS
    return rounds * float(costs["solver"]["100"]["plan_seconds"])


def breaks_at(costs: Costs, name: str, chain: Chain, design: Design) -> int:
    """The least number of members at which a station has more to do than it can."""
    low, high = 1, 1
    while load_of(costs, high, name, chain, design) <= 1:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if load_of(costs, middle, name, chain, design) > 1 else (middle, high)
    return high


def load_of(costs: Costs, members: int, name: str, chain: Chain, design: Design = TODAY) -> float:
    """Of one station."""
    return next(one.load for one in stations(costs, members, chain, design) if one.name == name)
