"""When an operation may start on a machine: the machine's calendar, less its duration, from some moment on.

Calendars are long and shared, operations are many: so nothing is copied, and windows are found by bisection.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

FOREVER = 1 << 62
"""Later than any moment."""


class Calendar:
    """Opening and closing times of windows, ascending (None: always open). One that says `FOREVER` has no end."""

    def __init__(self, windows: Sequence[tuple[int, int]] | None) -> None:
        self.opens = [0] if windows is None else [begin for begin, _ in windows]
        self.closes = [FOREVER] if windows is None else [end for _, end in windows]
        lengths = [end - begin for begin, end in zip(self.opens, self.closes, strict=True)]
        self._shortest = min(lengths, default=0)

    def holding(self, duration: int) -> Calendar:
        """Those windows that are long enough."""
        if duration <= self._shortest:
            return self
        pairs = zip(self.opens, self.closes, strict=True)
        return Calendar([(begin, end) for begin, end in pairs if end - begin >= duration])


class Openings(Sequence[tuple[int, int | None]]):
    """Closed intervals of admissible starts, ascending and apart; the last one may be open upwards (None).

    calendar: windows that hold the duration. least: no start is before it.
    """

    __slots__ = ("_closes", "_duration", "_first", "_least", "_opens")

    def __init__(self, calendar: Calendar, duration: int, least: int) -> None:
        self._opens, self._closes, self._duration, self._least = calendar.opens, calendar.closes, duration, least
        self._first = bisect_left(self._closes, least + duration)

    def __len__(self) -> int:
        return len(self._closes) - self._first

    def __getitem__(self, number: int) -> tuple[int, int | None]:  # type: ignore[override]
        at = range(self._first, len(self._closes))[number]
        begin, end = self._opens[at], self._closes[at]
        return max(self._least, begin), None if end == FOREVER else end - self._duration

    def __iter__(self) -> Iterator[tuple[int, int | None]]:
        return (self[number] for number in range(len(self)))

    def window(self, moment: int) -> tuple[int, int] | None:
        """First and last start from a moment on in the window that is open then, or opens next; None if none does."""
        closes = self._closes
        at = max(self._first, bisect_left(closes, moment + self._duration))
        if at == len(closes):
            return None
        return max(moment, self._least, self._opens[at]), closes[at] - self._duration

    def earliest(self, moment: int) -> int | None:
        """First admissible start from a moment on, None if there is none."""
        found = self.window(moment)
        return None if found is None else found[0]


def exactly(start: int, duration: int) -> Openings:
    """The one start of something that is decided."""
    return Openings(Calendar([(start, start + duration)]), duration, start)
