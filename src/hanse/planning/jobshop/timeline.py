"""Earliest free moments of things that can be busy: a machine, a workpiece.

The rules are the judge's: [0, 5) and [5, 9) do not overlap; an instant (duration 0) occupies nothing, but on a machine
of capacity 1 it cannot lie strictly inside another operation.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Protocol


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
    """Runs up to `capacity` operations at once; instants occupy nothing."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._busy: list[tuple[int, int]] = []

    def earliest(self, ready: int, duration: int) -> int:
        if duration == 0 or len(self._busy) < self._capacity:
            return ready
        moments = [ready, *sorted({end for _, end in self._busy if end > ready})]
        return next(start for start in moments if self._fits(start, start + duration))

    def _fits(self, start: int, end: int) -> bool:
        inside = [(a, b) for a, b in self._busy if a < end and start < b]
        return all(
            sum(a <= moment < b for a, b in inside) < self._capacity
            for moment in {start, *(a for a, _ in inside if a > start)}
        )

    def add(self, start: int, duration: int) -> None:
        if duration:
            self._busy.append((start, start + duration))


def earliest(
    resources: Sequence[Resource], windows: Sequence[tuple[int, int | None]], ready: int, duration: int
) -> int | None:
    """First start ≥ ready that suits every resource and lies in one of the windows of starts, None if none does."""
    for begin, end in windows:
        if end is not None and end < ready:
            continue
        start = max(ready, begin)
        while True:
            later = start
            for resource in resources:
                later = resource.earliest(later, duration)
            if later == start or (end is not None and later > end):
                break
            start = later
        if end is None or later <= end:
            return later
    return None
