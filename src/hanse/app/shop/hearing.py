"""What the journal says that matters to a plan, however long the journal is."""

from __future__ import annotations

from collections.abc import Iterable

from hanse.telemetry.journal import Journal
from hanse.telemetry.reading import FINISHED, STARTED, STATE, Reading


class Hearing:
    """The readings a floor needs, read on from where it stopped: of each machine the last state, of each operation the
    first beginning and the first end."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._read = 0
        self._states: dict[str, Reading] = {}
        self._told: dict[tuple[str, str, str], Reading] = {}

    def readings(self) -> tuple[Reading, ...]:
        """All of them, as of now."""
        for number, reading in self._journal.since(self._read):
            self._read = number
            self._take(reading)
        return (*self._states.values(), *self._told.values())

    def _take(self, reading: Reading) -> None:
        if reading.metric == STATE:
            known = self._states.get(reading.machine, reading)
            self._states[reading.machine] = max(known, reading, key=lambda one: (one.measured, str(one.value)))
        elif reading.metric in (STARTED, FINISHED):
            name = (reading.machine, reading.metric, str(reading.value))
            known = self._told.get(name, reading)
            self._told[name] = min(known, reading, key=lambda one: one.measured)


def nothing() -> Iterable[Reading]:
    """What a shop without telemetry hears."""
    return ()
