"""Between adapters and journal: gathers messages, stores them in batches, and says which are safe to acknowledge.

An adapter hands in messages as they come and calls `flush` when it is quiet; only then, with everything on disk, may
it tell the sender. What a message says that cannot be read is remembered as refused, and acknowledged like the rest:
hearing it again would not make it better.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from hanse.clock import Clock, SystemClock
from hanse.errors import InputError
from hanse.telemetry.gate import Gate, Refusal
from hanse.telemetry.journal import Journal
from hanse.telemetry.reading import Reading

BATCH = 2_000
"""Readings after which a flush is due."""


@dataclass(slots=True)
class Intake:
    """journal, gate: where readings go and which may. heard: called with the new readings of every flush."""

    journal: Journal
    gate: Gate
    clock: Clock = field(default_factory=SystemClock)
    heard: Callable[[Sequence[Reading]], None] = lambda _: None
    stored: int = 0
    known: int = 0
    refused: int = 0
    _waiting: list[Reading] = field(default_factory=list)
    _broken: list[str] = field(default_factory=list)
    _notes: dict[str, bytes] = field(default_factory=dict)

    def take(self, readings: Sequence[Reading]) -> None:
        """Readings to be stored at the next flush."""
        self._waiting += readings

    def broken(self, source: str, error: InputError) -> None:
        """A message that could not be read."""
        self._broken.append(f"{source[:200]}: {error.message}")

    def note(self, name: str, content: bytes) -> None:
        """What the adapter must know after a crash, kept together with the readings that came with it."""
        self._notes[name] = content

    @property
    def due(self) -> bool:
        return len(self._waiting) >= BATCH

    def flush(self) -> None:
        """Stores all that waits, in one transaction. On return it is on disk."""
        if not (self._waiting or self._broken or self._notes):
            return
        received = int(self.clock.now() * 1000)
        with self.journal.database.transaction():
            added = self.journal.add(self._waiting, self.gate, received)
            for said in self._broken:
                self.journal.refuse(Refusal.MALFORMED, said, received)
            for name, content in self._notes.items():
                self.journal.note(name, content)
        self.stored += len(added.fresh)
        self.known += added.known
        self.refused += added.refused + len(self._broken)
        self._waiting, self._broken, self._notes = [], [], {}
        if added.fresh:
            self.heard(added.fresh)
