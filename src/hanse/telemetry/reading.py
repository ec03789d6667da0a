"""One reading: what a source says a machine's metric was at a moment. Checked at birth, spelled one way."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import msgspec

from hanse.errors import InputError

Value = bool | int | float | str
"""What a metric can be. Integers have 64 bits; floats are finite; texts at most `LONGEST_TEXT` characters."""

LONGEST_NAME = 128
LONGEST_TEXT = 1024
LATEST = 1 << 48
"""No time in milliseconds is later: beyond the year 10,000, so that a garbled clock is noticed."""

STARTED: Literal["Operation/Started"] = "Operation/Started"
"""Metric: the machine began an operation; the value names it, `job/operation`."""

FINISHED: Literal["Operation/Finished"] = "Operation/Finished"
"""Metric: the machine ended an operation; the value names it, `job/operation`."""

STATE: Literal["State"] = "State"
"""Metric: what the machine does; the value is one of `STATES`, anything else is kept and means nothing."""

STATES = ("running", "idle", "down")

ENERGY: Literal["Energy"] = "Energy"
"""Metric: what the machine's meter stands at, in Wh; it only grows, and begins anew when it is changed."""

_encoder = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class Reading:
    """A statement of a source. `measured`: by the source's clock, milliseconds since the Unix epoch.

    Two readings of one source, machine, metric and moment are the same statement; with two values they contradict each
    other. Raises InputError for a value that no machine has.
    """

    source: str
    machine: str
    metric: str
    measured: int
    value: Value

    def __post_init__(self) -> None:
        for what, name in (("source", self.source), ("machine", self.machine), ("metric", self.metric)):
            if not isinstance(name, str) or not name or len(name) > LONGEST_NAME or not name.isprintable():
                raise InputError(
                    f"{str(name)[:140]!r} cannot name a {what}", where="reading", hint="use 1 to 128 printable signs"
                )
        if not isinstance(self.measured, int) or not 0 <= self.measured < LATEST:
            raise InputError(f"{self.measured!r} is no time in ms since 1970", where=f"reading {self.metric}")
        if not _sound(self.value):
            said = repr(self.value)[:60]
            raise InputError(f"{said} is no value of a metric", where=f"reading {self.metric} of {self.machine}")

    @property
    def content(self) -> bytes:
        """Canonical bytes: JSON of source, machine, metric, time and value, in this order. Leaf of a seal's tree."""
        return _encoder.encode((self.source, self.machine, self.metric, self.measured, self.value))


def _sound(value: object) -> bool:
    if isinstance(value, bool):
        return True
    if isinstance(value, int):
        return -(1 << 63) <= value < 1 << 63
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, str) and len(value) <= LONGEST_TEXT and _encodable(value)


def _encodable(text: str) -> bool:
    """Lone surrogates are characters to Python and to nobody else."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def read_content(content: bytes) -> Reading:
    """The reading these canonical bytes spell. Raises InputError for any other bytes."""
    try:
        source, machine, metric, measured, value = msgspec.json.decode(
            content, type=tuple[str, str, str, int, bool | int | float | str]
        )
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"no reading: {error}", where="reading") from error
    reading = Reading(source, machine, metric, measured, value)
    if reading.content != content:
        raise InputError("not the canonical spelling of a reading", where=f"reading {metric} of {machine}")
    return reading
