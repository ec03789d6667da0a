"""What goes on by itself while the service runs: three threads, each a loop that outlives its failures.

delivery    sends what the desk stored until blocks hold it
index       reads new blocks into the read models, and tells the live streams
clock       what anyone may send when a time is over: silence that means consent, refunds, awards, activations

None of them remembers anything: each looks at what is, and does what is missing under a key that names it. So a `kill
-9` loses nothing, and nothing is done twice; that there is only one service to a data directory is what its lock is
for. Of several servers on one database only the one that leads does turns (`ledger/leading.py`), and a fourth loop,
`news`, hears what the others tell (`relay.py`).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from hanse.app.api import logs
from hanse.app.api.duties import Duties
from hanse.errors import ChainFault, HanseError

if TYPE_CHECKING:
    from hanse.app.api.service import Service

IDLE_SECONDS = 0.25
"""Between two looks at a chain where nothing happens."""

FIRST_GLANCE = 0.005
"""After sending: perhaps the chain mines at once."""

GATHER_SECONDS = 0.1
"""Blocks that come together are read together."""

CLOCK_SECONDS = 5.0
FOLLOW_SECONDS = 1.0
"""Of several servers, those that do not lead look again whether they do."""

LONGEST_PAUSE = 15.0
"""After failures."""

LATE_SECONDS = 30.0
"""A worker that has done no turn for so long is not well."""


@dataclass(slots=True)
class Worker:
    """A loop in a thread. turn: does what there is to do and says how long to rest; wake: ends a rest early; longest:
    seconds it rests after failures."""

    name: str
    turn: Callable[[], float]
    wake: threading.Event
    longest: float = LONGEST_PAUSE
    last: float = 0.0
    failures: int = 0

    def run(self, over: threading.Event) -> None:
        """Turn after turn until it is over."""
        pause = IDLE_SECONDS
        while not over.is_set():
            self.wake.clear()
            try:
                rest = self.turn()
                self.last, pause, self.failures = time.monotonic(), IDLE_SECONDS, 0
            except HanseError as error:
                if isinstance(error, ChainFault):  # not its fault: what is wrong with the chain is told elsewhere
                    self.last = time.monotonic()
                rest = pause = self._failed(error, pause)
            except Exception as error:  # noqa: BLE001 - a bug in one turn must not end the service
                rest = pause = self._failed(error, pause)
            if rest and not over.is_set():
                self.wake.wait(rest)

    @property
    def well(self) -> bool:
        """Whether it did a turn lately."""
        return time.monotonic() - self.last < LATE_SECONDS

    def _failed(self, error: Exception, pause: float) -> float:
        self.failures += 1
        said, where = (error.message, error.where) if isinstance(error, HanseError) else ("", "")
        logs.warn(
            "a worker failed and goes on",
            failure=error,
            worker=self.name,
            said=said,
            where=where,
            failures=self.failures,
        )
        return min(self.longest, 2 * pause)


class Part(Protocol):
    """Something that has to go on for the service to be well."""

    name: str
    failures: int

    @property
    def well(self) -> bool: ...


class Workers:
    """The three of a service; of several servers, the fourth as well."""

    def __init__(self, service: Service) -> None:
        self._service, self._over = service, threading.Event()
        self._seen, self._synced, self._glance = (-1, -1), -1, FIRST_GLANCE
        self._duties = Duties(service.ledger, service.lookup, service.signatures, service.clock)
        self.delivery = Worker("delivery", self._leading(self._deliver), threading.Event())
        self.index = Worker("index", self._leading(self._read, self._watch), threading.Event())
        self.clock = Worker("clock", self._leading(self._remind), threading.Event())
        self._loops = [self.delivery, self.index, self.clock]
        self._threads: list[threading.Thread] = []
        self._election, self._relay = service.ledger.election, service.relay
        if self._election is not None and self._relay is not None:
            self._election.changed = self._elected
            self._relay.attach(self)
            self._loops.append(Worker("news", self._relay.turn, threading.Event(), longest=FOLLOW_SECONDS))

    @property
    def all(self) -> tuple[Part, ...]:
        return (*self._loops, *([self._election] if self._election is not None else []))

    def wake(self) -> None:
        """There is something to deliver."""
        self.delivery.wake.set()

    def remind(self) -> None:
        """Something may have come to its time."""
        self.clock.wake.set()

    def start(self) -> None:
        for worker in self._loops:
            worker.last = time.monotonic()
            thread = threading.Thread(target=worker.run, args=(self._over,), name=f"hanse-{worker.name}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Ends them after their present turn."""
        self._over.set()
        for worker in self._loops:
            worker.wake.set()
        for thread in self._threads:
            thread.join(timeout=LONGEST_PAUSE)

    def _deliver(self) -> float:
        moved = self._service.ledger.outbox.deliver()
        if moved:
            self.index.wake.set()
            self._glance = FIRST_GLANCE
            return 0.0
        if not self._service.lookup.waiting():
            return IDLE_SECONDS
        # What is in flight is looked at soon, then less and less often; new things wake us.
        self._glance = min(IDLE_SECONDS, 2 * self._glance)
        return self._glance

    def _read(self) -> float:
        time.sleep(GATHER_SECONDS)
        self._watch()
        height, before = self._service.ledger.index.sync(), self._synced
        if (self.look() or height != before) and self._relay is not None:
            self._relay.tell("blocks")
        self._synced = height
        return IDLE_SECONDS

    def look(self) -> bool:
        """Whether there are new blocks in the read models, or other ones; then the live streams know it."""
        height, turns = self._service.lookup.height(), self._service.lookup.turns()
        self._service.read, seen = height, self._seen
        if (height, turns) == seen:
            return False
        self._seen, self._service.rights = (height, turns), self._service.lookup.rights()
        if turns != seen[1]:
            self._service.ledger.outbox.doubt()
            self.delivery.wake.set()
        self._service.hub.tell()
        return True

    def _watch(self) -> float:
        """How the chain is; of several servers, all of it that those do that do not lead."""
        self._service.watch.look(self._service.lookup.waiting(), self._service.lookup.height())
        return FOLLOW_SECONDS

    def _remind(self) -> float:
        for said in self._duties.turn():
            logs.say("sent by the clock", duty=said)
            self.index.wake.set()
        return CLOCK_SECONDS

    def _leading(
        self, turn: Callable[[], float], otherwise: Callable[[], float] = lambda: FOLLOW_SECONDS
    ) -> Callable[[], float]:
        """The turn of a loop of which the server that leads does the one, and the others the other."""
        ledger = self._service.ledger
        return lambda: turn() if ledger.leads else otherwise()

    def _elected(self, leads: bool, why: str) -> None:
        """From the thread of the election."""
        if leads:
            logs.say("leads from now on")
            self._service.ledger.outbox.doubt()
            for worker in (self.delivery, self.index, self.clock):
                worker.wake.set()
        else:
            logs.warn("leads no longer", said=why)
