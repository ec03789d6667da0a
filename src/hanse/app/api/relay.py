"""`Relay`: what several servers of one league tell each other, so that a page at one shows at once what was done at
another, and the one that leads sends at once what another has taken.

    deliver     a write was stored
    remind      something may have come to its time: a signature was the last one
    blocks      there are new ones in the read models
    say         something changed that no block tells, and whose

Whoever hears nothing finds writes, blocks and times by looking; only `say` is lost with its wire, as it is for a stream
that was away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanse.app.api.live import PATHS, Hub
from hanse.ledger.lookup.changes import Change
from hanse.ledger.wire import Wire

if TYPE_CHECKING:
    from hanse.app.api.workers import Workers

LISTEN_SECONDS = 1.0
"""After so long without a word one looks for oneself."""


class Relay:
    """Over a wire, for the streams of `hub`."""

    def __init__(self, wire: Wire, hub: Hub) -> None:
        self._wire, self._hub = wire, hub
        self._workers: Workers | None = None

    def attach(self, workers: Workers) -> None:
        """Those that are woken."""
        self._workers = workers

    def tell(self, what: str, *words: str) -> None:
        """To all other servers."""
        self._wire.say(what, *words)

    def wake(self) -> None:
        """There is something to deliver."""
        if self._workers is not None:
            self._workers.wake()
        self.tell("deliver")

    def remind(self) -> None:
        """Something may have come to its time."""
        if self._workers is not None:
            self._workers.remind()
        self.tell("remind")

    def say(self, change: Change) -> None:
        """Something changed that no block tells."""
        self._hub.say(change)
        self.tell("say", change.what, change.id)

    def turn(self) -> float:
        """Listens for a while; says that there is no need to rest. Raises EnvironmentFault."""
        assert self._workers is not None
        for what, *words in self._wire.hear(LISTEN_SECONDS):
            if what == "deliver":
                self._workers.wake()
            elif what == "remind":
                self._workers.remind()
            elif what == "say" and len(words) == 2 and words[0] in PATHS:
                self._hub.say(Change(*words))
        self._workers.look()
        return 0.0
