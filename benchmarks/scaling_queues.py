"""The queues of a league in its busiest hour, by chance and by what was measured: where they grow."""

from __future__ import annotations

import math
import random
from collections import deque
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import simpy
from scaling_model import DAY, PEAK, READS, TODAY, Chain, Costs, Design, Flow, flows


@dataclass(frozen=True)
class Outcome:
    """Of the busiest hour, or so much of it as was simulated. median, late: seconds from a request until it can be seen
    in the read model, in the median and for 95 of 100; queues: longest, by station (at the chain, what found no room in
    a block); growing: stations whose queue was longer in each third of the time, by more than chance."""

    transactions: int
    median: float
    late: float
    queues: Mapping[str, int]
    growing: tuple[str, ...]


PLACES = ("service", "outbox", "chain", "index")


def simulate(
    costs: Costs, members: int, chain: Chain, design: Design = TODAY, *, most: int = 4_000, seed: int = 1
) -> Outcome:
    """Transactions of every kind arrive by chance at the rates of the busiest hour and go through service, outbox,
    chain and index, each in the order of arrival; people's looking takes the service's time as well. most:
    transactions."""
    some = flows(costs, members, design)
    rate = sum(one.a_day for one in some) * PEAK / DAY
    seconds = min(3_600.0, most / rate)
    league = _League(costs, members, chain, design, random.Random(seed))
    return league.run(some, seconds)


class _League:
    def __init__(self, costs: Costs, members: int, chain: Chain, design: Design, draw: random.Random) -> None:
        self.env, self.draw, self.chain, self.members = simpy.Environment(), draw, chain, members
        self.costs = costs
        several = {"service": design.processes, "outbox": design.processes, "index": 1}
        self.places = {name: simpy.Resource(self.env, capacity) for name, capacity in several.items()}
        self.pool: deque[tuple[float, simpy.Event]] = deque()
        self.left = 0  # what found no room in the newest block
        self.took: list[float] = []
        self.seen: dict[str, list[int]] = {name: [] for name in PLACES}

    def run(self, some: list[Flow], seconds: float) -> Outcome:
        for flow in some:
            self.env.process(self._arrivals(flow.a_day * PEAK / DAY, partial(self._transaction, flow)))
        reads = self.members * READS * PEAK / DAY
        # Looks are bundled: a hundred short ones or one as long make the same queue of those who write.
        self.env.process(self._arrivals(reads / 100, self._look))
        self.env.process(self._blocks())
        self.env.process(self._watch(seconds / 60))
        self.env.run(until=seconds)
        took = sorted(self.took) or [math.inf]
        queues = {name: max(counts) for name, counts in self.seen.items()}
        growing = tuple(name for name in PLACES if _grows(self.seen[name]))
        return Outcome(len(self.took), took[len(took) // 2], took[int(0.95 * len(took))], queues, growing)

    def _arrivals(self, rate: float, made: Any) -> Generator[simpy.Event, Any, None]:
        while True:
            yield self.env.timeout(self.draw.expovariate(rate))
            self.env.process(made())

    def _serve(self, place: str, seconds: float) -> Generator[simpy.Event, Any, None]:
        with self.places[place].request() as turn:
            yield turn
            yield self.env.timeout(seconds)

    def _transaction(self, flow: Flow) -> Generator[simpy.Event, Any, None]:
        begun, ledger = self.env.now, self.costs["orders"]
        if not flow.own:
            yield from self._serve("service", self.costs["service"]["write_seconds"])
            yield from self._serve("outbox", ledger["outbox_seconds_a_transaction"])
        mined = self.env.event()
        self.pool.append((flow.gas, mined))
        yield mined
        yield from self._serve("index", ledger["index_seconds_a_transaction"])
        self.took.append(self.env.now - begun)

    def _look(self) -> Generator[simpy.Event, Any, None]:
        yield from self._serve("service", 100 * self.costs["service"]["read_seconds"])

    def _blocks(self) -> Generator[simpy.Event, Any, None]:
        while True:
            yield self.env.timeout(self.chain.seconds)
            room: float = self.chain.gas
            while self.pool and self.pool[0][0] <= room:
                gas, mined = self.pool.popleft()
                room -= gas
                mined.succeed()
            self.left = len(self.pool)

    def _watch(self, every: float) -> Generator[simpy.Event, Any, None]:
        while True:
            for name in PLACES:
                self.seen[name].append(self.left if name == "chain" else len(self.places[name].queue))
            yield self.env.timeout(every)


def _grows(counts: list[int]) -> bool:
    """Whether a queue only gets longer: each third of the time is longer on average than the one before, and the last
    has more in it than chance leaves waiting."""
    third = len(counts) // 3
    means = [sum(counts[at * third : (at + 1) * third]) / third for at in range(3)]
    return means[0] < means[1] < means[2] and means[2] > 20 and means[2] > 1.5 * means[0]
