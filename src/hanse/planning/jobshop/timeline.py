"""Earliest free moments of things that can be busy: a machine, a workpiece.

The rules are the judge's: [0, 5) and [5, 9) do not overlap; an instant (duration 0) occupies nothing, but on a machine
of capacity 1 it cannot lie strictly inside another operation.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Protocol

from hanse.planning.jobshop.openings import Openings


class Resource(Protocol):
    """Something an operation occupies from its start to its end."""

    def earliest(self, ready: int, duration: int) -> int:
        """First start ≥ ready at which `duration` fits."""
        ...

    def add(self, start: int, duration: int) -> None:
        """Occupy [start, start + duration), which must fit."""
        ...


class Single:
    """Runs one operation at a time. instants: whether operations of no duration come too and need a free moment; if
    not, they are free to be anywhere, and what touches is kept as one, so that a busy stretch is passed in one step."""

    def __init__(self, *, instants: bool) -> None:
        self._instants = instants
        self._begins: list[int] = []
        self._ends: list[int] = []

    def earliest(self, ready: int, duration: int) -> int:
        if duration == 0 and not self._instants:
            return ready
        begins, ends, start = self._begins, self._ends, ready
        # Intervals are disjoint, so ends are sorted too: those that end by `ready` are not in the way.
        for i in range(bisect_right(ends, ready), len(begins)):
            if begins[i] >= start + duration and begins[i] > start:
                break
            if start < ends[i] and begins[i] < start + duration:
                start = ends[i]
        return start

    def add(self, start: int, duration: int) -> None:
        if self._instants:
            at = bisect_left(list(zip(self._begins, self._ends, strict=True)), (start, start + duration))
            self._begins.insert(at, start)
            self._ends.insert(at, start + duration)
        elif duration:
            self._merge(start, start + duration)

    def _merge(self, start: int, end: int) -> None:
        begins, ends = self._begins, self._ends
        at = bisect_left(begins, start)
        if at < len(begins) and begins[at] == end:
            end = ends[at]
            del begins[at], ends[at]
        if at and ends[at - 1] == start:
            ends[at - 1] = end
        else:
            begins.insert(at, start)
            ends.insert(at, end)


class Several:
    """Runs up to `capacity` operations at once; instants occupy nothing. How many run is kept as a step function."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._times, self._levels = [0], [0]  # levels[i] run from times[i] to times[i + 1]; after the last, none

    def earliest(self, ready: int, duration: int) -> int:
        if duration == 0:
            return ready
        times, levels, start = self._times, self._levels, ready
        for i in range(bisect_right(times, ready) - 1, len(times)):
            if levels[i] >= self._capacity:
                start = times[i + 1]
            elif i + 1 == len(times) or times[i + 1] >= start + duration:
                break
        return start

    def add(self, start: int, duration: int) -> None:
        if duration:
            first, last = self._cut(start), self._cut(start + duration)
            for i in range(first, last):
                self._levels[i] += 1
            self._join(last)
            self._join(first)

    def _cut(self, moment: int) -> int:
        """Number of the step that begins at a moment, which is made if need be."""
        at = bisect_left(self._times, moment)
        if at == len(self._times) or self._times[at] != moment:
            self._times.insert(at, moment)
            self._levels.insert(at, self._levels[at - 1])
        return at

    def _join(self, at: int) -> None:
        """Make one step of two that are equal."""
        if at and self._levels[at] == self._levels[at - 1]:
            del self._times[at], self._levels[at]


def earliest(resources: Sequence[Resource], starts: Openings, ready: int, duration: int) -> int | None:
    """First start ≥ ready that suits every resource and is admissible, None if there is none."""
    while True:
        window = starts.window(ready)
        if window is None:
            return None
        ready, last = window
        later = _earliest_of(resources, ready, duration)
        if later <= last:
            return later
        ready = later


def _earliest_of(resources: Sequence[Resource], ready: int, duration: int) -> int:
    """First start ≥ ready that suits every resource."""
    if len(resources) == 1:
        return resources[0].earliest(ready, duration)
    while True:
        later = ready
        for resource in resources:
            later = resource.earliest(later, duration)
        if later == ready:
            return later
        ready = later
