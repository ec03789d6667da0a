"""Events of the floor as readings of machines, each at its moment; of their meters too, when an operation begins or
ends."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from hanse.clock import Clock, SystemClock
from hanse.errors import InputError
from hanse.lab.floor.shop import Event
from hanse.model.problem import Problem
from hanse.telemetry.reading import ENERGY, FINISHED, STARTED, Reading, Value

NODE = "floor"
"""The node of every member that speaks for its machines; its source is `MEMBER/floor`."""

LONGEST_NAP = 0.25

WATT_HOURS = {"J": 1 / 3600, "kJ": 1 / 3.6, "Wh": 1.0, "kWh": 1000.0}


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
        self._meters = _Meters(problem)
        self.said = 0

    def __call__(self, events: Iterable[Event]) -> None:
        for event in events:
            measured = self._moments.at(event.moment)
            while self._live and (left := measured / 1000 - self._clock.now()) > 0:
                self._sleep(min(left, LONGEST_NAP))
            self._say(event.machine, event.metric, measured, event.value)
            stands = self._meters.after(event, measured)
            if stands is not None:
                self._say(event.machine, ENERGY, measured, stands)

    def _say(self, machine: str, metric: str, measured: int, value: Value) -> None:
        reading = Reading(self._source[machine], machine, metric, measured, value)
        for sink in self._sinks:
            sink(reading)
        self.said += 1


class _Meters:
    """What machines' meters stand at, in Wh, by the energy of the operations they ended; nothing where a problem counts
    energy in no unit we know."""

    def __init__(self, problem: Problem) -> None:
        self._unit = WATT_HOURS.get(problem.units.energy)
        self._energy = {
            (f"{job.id}/{operation.id}", mode.machine): mode.energy
            for job in problem.jobs
            for plan in job.plans
            for operation in plan.operations
            for mode in operation.modes
        }
        self._stands: dict[str, float] = {}
        self._read: dict[str, int] = {}

    def after(self, event: Event, measured: int) -> float | None:
        """What the machine's meter shows after an event; None if nobody reads it then: a moment has one reading."""
        used = self._energy.get((str(event.value), event.machine))
        if event.metric not in (STARTED, FINISHED) or self._unit is None or used is None:
            return None
        more = used * self._unit if event.metric == FINISHED else 0.0
        self._stands[event.machine] = self._stands.get(event.machine, 0.0) + more
        if self._read.get(event.machine) == measured:
            return None
        self._read[event.machine] = measured
        return round(self._stands[event.machine], 3)
