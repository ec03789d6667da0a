"""Time as a guest: a clock is passed in, never reached for, so that tests and laboratories can hold it still."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Where a component takes the time from."""

    def now(self) -> float:
        """Seconds since the Unix epoch."""
        ...

    def elapsed(self) -> float:
        """Seconds of a monotonic clock with an arbitrary origin."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> float:
        return time.time()

    def elapsed(self) -> float:
        return time.perf_counter()


class ProcessorClock(SystemClock):
    """Its elapsed time is what this process has worked: for measuring where others work, too."""

    def elapsed(self) -> float:
        return time.process_time()
