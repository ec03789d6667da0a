"""How fast a machine works when: at full speed, slowly, or not at all."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

Span = tuple[int, int]

FULL = 100
"""Speed of a machine that is well, percent. Work is counted in hundredths of a time unit at full speed."""


class Pace:
    """The speed of one machine over time, known only as far as time has come; nobody on the floor may look ahead.

    down: when it stands still, [start, end), in order. slow: (start, end, speed in percent); where two overlap the
    slower counts.
    """

    def __init__(self, down: Iterable[Span] = (), slow: Iterable[tuple[int, int, int]] = ()) -> None:
        self.down = tuple(down)
        spells = [(a, b, 0) for a, b in self.down] + [(a, b, speed) for a, b, speed in slow]
        edges = sorted({edge for a, b, _ in spells for edge in (a, b) if a < b})
        self._edges = edges
        self._speeds = [min((speed for a, b, speed in spells if a <= edge < b), default=FULL) for edge in edges]

    @property
    def edges(self) -> list[int]:
        """Moments at which the speed may change."""
        return self._edges

    def speed(self, moment: int) -> int:
        """Percent, from this moment on."""
        i = bisect_right(self._edges, moment)
        return self._speeds[i - 1] if i else FULL

    def stands(self, moment: int) -> bool:
        """Whether the machine is down."""
        return self.speed(moment) == 0

    def finish(self, start: int, work: int) -> int:
        """When work (hundredths) begun at `start` is done, rounded up."""
        i = bisect_right(self._edges, start)
        moment = start
        while work > 0:
            speed = self._speeds[i - 1] if i else FULL
            if i == len(self._edges):
                return moment - (-work // speed)
            gained = speed * (self._edges[i] - moment)
            if gained >= work:
                return moment - (-work // speed)
            work, moment, i = work - gained, self._edges[i], i + 1
        return moment

    def done(self, start: int, end: int) -> int:
        """Work (hundredths) done in [start, end)."""
        i, moment, work = bisect_right(self._edges, start), start, 0
        while moment < end:
            until = min(end, self._edges[i]) if i < len(self._edges) else end
            work += (self._speeds[i - 1] if i else FULL) * (until - moment)
            moment, i = until, i + 1
        return work

    def stood(self, start: int, end: int) -> int:
        """How long it was down in [start, end)."""
        return sum(max(0, min(b, end) - max(a, start)) for a, b in self.down)

    def down_since(self, moment: int) -> int:
        """When the breakdown that goes on at this moment began."""
        return next(a for a, b in self.down if a <= moment < b)
