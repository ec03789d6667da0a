"""The gate: which readings may enter. A pure rule over a reading, who sent it and when it came.

A source speaks for its own machines only, and its clock may be ahead by no more than a tolerance: a reading from the
future would hide every later one. How far *behind* it is does no harm, because readings are put in order by when they
were measured: a device that was offline tells later what it saw.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from hanse.telemetry.reading import Reading


class Refusal(StrEnum):
    """Why a reading may not enter."""

    UNKNOWN_SOURCE = "unknown source"
    NOT_ITS_MACHINE = "not its machine"
    CLOCK_AHEAD = "clock ahead"
    MALFORMED = "malformed"
    CONTRADICTION = "contradicts an earlier reading of the same moment"


@dataclass(frozen=True, slots=True)
class Gate:
    """machines: what each source speaks for. ahead: milliseconds a source's clock may be ahead of ours."""

    machines: Mapping[str, frozenset[str]]
    ahead: int = 5_000

    def refuses(self, reading: Reading, received: int) -> Refusal | None:
        """Why this reading, received at `received` (ms since the epoch, our clock), may not enter; None if it may."""
        own = self.machines.get(reading.source)
        if own is None:
            return Refusal.UNKNOWN_SOURCE
        if reading.machine not in own:
            return Refusal.NOT_ITS_MACHINE
        if reading.measured > received + self.ahead:
            return Refusal.CLOCK_AHEAD
        return None
