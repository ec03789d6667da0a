"""Watching the solver: every better plan or bound becomes a point of the trajectory, exactly once and in order."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable

from hanse.clock import Clock
from hanse.planning.result import Point, Progress


class Watch:
    """Keeps the trajectory. Solutions and bounds arrive from different threads, hence the lock."""

    def __init__(self, clock: Clock, progress: Progress) -> None:
        self._clock, self._progress, self._begun = clock, progress, clock.elapsed()
        self._lock = threading.Lock()
        self._value: int | None = None
        self._bound: int | None = None
        self._stop: Callable[[], None] | None = None
        self.failure: BaseException | None = None
        self.points: list[Point] = []

    @property
    def seconds(self) -> float:
        return self._clock.elapsed() - self._begun

    @property
    def value(self) -> int | None:
        """The best value told of, in millionths."""
        return self._value

    @property
    def bound(self) -> int | None:
        """The best bound told of, in millionths."""
        return self._bound

    @property
    def over(self) -> bool:
        """Whether there is nothing left to do: value and bound have met, or the watcher's callback has failed."""
        with self._lock:
            met = self._value is not None and self._bound is not None and self._value <= self._bound
            return met or self.failure is not None

    def on_stop(self, stop: Callable[[], None]) -> None:
        """What to call when the watcher's own callback has failed."""
        self._stop = stop

    def tell(self, value: int | None, bound: int | None) -> None:
        """A value or bound in millionths (None: nothing new); kept only if it is better than what is known."""
        with self._lock:
            better = value is not None and (self._value is None or value < self._value)
            tighter = bound is not None and (self._bound is None or bound > self._bound)
            if not (better or tighter) or self.failure is not None:
                return
            if better:
                self._value = value
            if tighter:
                self._bound = bound
            point = Point(self.seconds, self._value, self._bound)
            self.points.append(point)
            try:
                self._progress(point)
            except BaseException as failure:  # noqa: BLE001 - kept for the caller's thread; a solver's thread would lose it
                self.failure = failure
                if self._stop is not None:
                    self._stop()


def proved(bound: float) -> int:
    """A solver's bound as an integer that is surely no more than what it proved.

    The bound is an integer that went through a double: exact below 2^52, where only the solver's own scaling can leave
    a speck; above, the rounding error of the double is given away.
    """
    if abs(bound) < 2**52:
        return math.ceil(bound - 1e-6)
    return math.floor(bound) - math.ceil(abs(bound) * 2**-50)


def raise_failure(watch: Watch) -> None:
    """What the caller's progress raised in a solver's thread is raised in the caller's. A Ctrl-C that came while it was
    told has ended the search, as anywhere in it, and is no failure."""
    if watch.failure is not None and not isinstance(watch.failure, KeyboardInterrupt):
        raise watch.failure
