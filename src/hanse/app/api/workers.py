"""What goes on by itself while the service runs: three threads, each a loop that outlives its failures.

delivery    sends what the desk stored until blocks hold it
index       reads new blocks into the read models, and tells the live streams
clock       what anyone may send when a time is over: silence that means consent, refunds, awards, activations

None of them remembers anything: each looks at what is, and does what is missing under a key that names it. So a `kill
-9` loses nothing, and nothing is done twice; that there is only one service to a data directory is what its lock is
for.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hanse.app.api import logs
from hanse.app.api.duties import Duties
from hanse.errors import HanseError

if TYPE_CHECKING:
    from hanse.app.api.service import Service

IDLE_SECONDS = 0.25
"""Between two looks at a chain where nothing happens."""

FIRST_GLANCE = 0.005
"""After sending: perhaps the chain mines at once."""

GATHER_SECONDS = 0.1
"""Blocks that come together are read together."""

CLOCK_SECONDS = 5.0
LONGEST_PAUSE = 15.0
"""After failures."""

LATE_SECONDS = 30.0
"""A worker that has done no turn for so long is not well."""


@dataclass(slots=True)
class Worker:
    """A loop in a thread. turn: does what there is to do and says how long to rest; wake: ends a rest early."""

    name: str
    turn: Callable[[], float]
    wake: threading.Event
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
        said = error.message if isinstance(error, HanseError) else ""
        logs.warn("a worker failed and goes on", failure=error, worker=self.name, said=said, failures=self.failures)
        return min(LONGEST_PAUSE, 2 * pause)


class Workers:
    """The three of a service."""

    def __init__(self, service: Service) -> None:
        self._service, self._over = service, threading.Event()
        self._height, self._glance = -1, FIRST_GLANCE
        self._duties = Duties(service.ledger, service.lookup, service.signatures, service.clock)
        self.delivery = Worker("delivery", self._deliver, threading.Event())
        self.index = Worker("index", self._read, threading.Event())
        self.clock = Worker("clock", self._remind, threading.Event())
        self._threads: list[threading.Thread] = []

    @property
    def all(self) -> tuple[Worker, ...]:
        return self.delivery, self.index, self.clock

    def wake(self) -> None:
        """There is something to deliver."""
        self.delivery.wake.set()

    def remind(self) -> None:
        """Something may have come to its time."""
        self.clock.wake.set()

    def start(self) -> None:
        for worker in self.all:
            worker.last = time.monotonic()
            thread = threading.Thread(target=worker.run, args=(self._over,), name=f"hanse-{worker.name}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Ends them after their present turn."""
        self._over.set()
        for worker in self.all:
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
        height = self._service.ledger.index.sync()
        if height != self._height:
            self._height = height
            self._service.rights = self._service.lookup.rights()
            self._service.hub.tell()
        return IDLE_SECONDS

    def _remind(self) -> float:
        for said in self._duties.turn():
            logs.say("sent by the clock", duty=said)
            self.index.wake.set()
        return CLOCK_SECONDS
