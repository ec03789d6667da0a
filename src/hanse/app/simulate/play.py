"""Events of the floor as readings of machines, each at its moment."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from hanse.clock import Clock, SystemClock
from hanse.errors import InputError
from hanse.lab.floor.shop import Event
from hanse.model.problem import Problem
from hanse.telemetry.reading import Reading

NODE = "floor"
"""The node of every member that speaks for its machines; its source is `MEMBER/floor`."""

LONGEST_NAP = 0.25


@dataclass(frozen=True, slots=True)
class Moments:
    """When the problem's time is. epoch: milliseconds since 1970 at time 0; unit: milliseconds of one time unit."""

    epoch: int
    unit: float

    def __post_init__(self) -> None:
        if not 0 < self.unit <= 1e9:
            raise InputError(f"{self.unit!r} ms are no unit of time", where="unit", hint="change --unit or --speed")

    def at(self, moment: int) -> int:
        return self.epoch + round(moment * self.unit)


class Player:
    """Turns events into readings and hands them on. live: waits until their moment has come."""

    def __init__(
        self,
        problem: Problem,
        moments: Moments,
        sinks: Iterable[Callable[[Reading], None]],
        *,
        live: bool,
        clock: Clock | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._source = {name: f"{owner.id}/{NODE}" for name, owner in problem.owner.items()}
        self._moments, self._sinks, self._live = moments, tuple(sinks), live
        self._clock, self._sleep = clock or SystemClock(), sleep
        self.said = 0

    def __call__(self, events: Iterable[Event]) -> None:
        for event in events:
            measured = self._moments.at(event.moment)
            while self._live and (left := measured / 1000 - self._clock.now()) > 0:
                self._sleep(min(left, LONGEST_NAP))
            reading = Reading(self._source[event.machine], event.machine, event.metric, measured, event.value)
            for sink in self._sinks:
                sink(reading)
            self.said += 1
