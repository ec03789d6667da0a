"""`Watch`: whether a chain goes on, so that whoever reads or waits can be told.

It remembers when the newest block last was another one, and judges by that: a chain whose validators make a block every
few seconds stands still when none came for a while; one that makes blocks on demand does when something waits for one.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from hanse.clock import Clock
from hanse.errors import ChainFault
from hanse.ledger.chain import Chain, Head
from hanse.ledger.finality import PERIODIC, Finality

State = Literal["well", "waiting", "stalled", "behind", "silent"]

STALL_SECONDS = 30.0
"""Without a block that was due for so long, a chain stands still."""

MISSED = 5
"""So many blocks that did not come are no accident, where blocks come more slowly."""

MEASURED = 10
"""Over so many blocks it is measured how often they come."""

EVERYTHING = 2**62
"""Number of no block: all are before it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a chain is. said: in words what is not well; block: the newest it has, -1 if it was never heard; read: the
    newest in the read models; final: the newest of those that will not be replaced; since: seconds since a new block
    was seen; ahead: seconds by which its clock is before ours, by its newest block."""

    state: State
    said: str
    block: int
    read: int
    final: int
    since: int
    ahead: int

    @property
    def well(self) -> bool:
        return self.state == "well"


class Watch:
    """Looks at `chain` whenever it is told to. finality: of its blocks."""

    def __init__(self, chain: Chain, finality: Finality, clock: Clock) -> None:
        self._chain, self.finality, self._clock = chain, finality, clock
        self._block, self._ahead, self._interval = -1, 0, 0.0
        self._moved = self._wanted = clock.elapsed()
        self._final, self._silent, self._lost = -1, "", 0

    @property
    def final(self) -> int:
        """Up to which block nothing will be replaced, as far as was seen; beyond all where that is so at once."""
        return EVERYTHING if self.finality.at_once else self._final

    def look(self, waiting: int, read: int) -> None:
        """Asks the chain for its newest block. waiting: how many transactions are in none; read: the newest block that
        was read before now. Later reading may be ahead of the last look, which does not make the node one behind."""
        now = self._clock.elapsed()
        if not waiting:
            self._wanted = now
        try:
            number = self._chain.height()
            self._lost = max(0, read - number)
            if number != self._block:
                self._see(number, now)
            if not self.finality.at_once:
                self._final = max(self._final, self.finality.height(self._chain, number))
        except ChainFault as fault:
            self._silent = fault.message
        else:
            self._silent = ""

    def standing(self, read: int, waits_for: str = "") -> Standing:
        """How it is now. read: the newest block of the read models; waits_for: what the outbox says it waits for."""
        since = self._clock.elapsed() - self._moved
        state, said = self._judged(since, waits_for)
        newest = self._block if self._lost else max(self._block, read)
        return Standing(state, said, newest, read, min(self.final, read), int(since), self._ahead)

    def _see(self, number: int, now: float) -> None:
        head = self._chain.block(number)
        if head is None:  # replaced this moment
            return
        if self.finality.engine in PERIODIC:
            self._interval = self._measured(head)
        if self._block < 0 and self.finality.engine in PERIODIC:  # how old it is, only it can tell
            now -= max(0.0, self._clock.now() - head.timestamp)
        self._block, self._moved = number, now
        self._ahead = round(head.timestamp - self._clock.now())

    def _measured(self, head: Head) -> float:
        """Seconds between blocks, of two spans the shorter: a time without blocks that is over lies in one of them."""
        earlier = (self._chain.block(max(0, head.number - back)) for back in (MEASURED // 2, MEASURED))
        heads = [head, *(one for one in earlier if one is not None)]
        apart = [(b.timestamp - a.timestamp) / (b.number - a.number) for b, a in pairwise(heads) if b.number > a.number]
        return min(apart, default=self._interval)

    def _judged(self, since: float, waits_for: str) -> tuple[State, str]:
        if self._silent:
            return "silent", self._silent
        if self._lost and not self._chain.forgets:
            return "behind", f"the node has {self._lost} blocks less than were read; it is waited for"
        patience = max(STALL_SECONDS, MISSED * self._interval)
        due = since if self.finality.engine in PERIODIC else min(since, self._clock.elapsed() - self._wanted)
        if due > patience:
            return (
                "stalled",
                f"the chain has made no block for {since:.0f} seconds; what is to be sent is kept",
            )
        return ("waiting", waits_for) if waits_for else ("well", "")
