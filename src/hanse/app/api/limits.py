"""How often somebody may ask: buckets that fill steadily and are emptied by asking (token buckets).

Ours, because the library we tried starts a thread whenever it has something to forget.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable

from hanse.clock import Clock

MOST = 50_000
"""Buckets kept. Beyond that those that were used longest ago are forgotten, which fills them."""


class Limiter:
    """Buckets by name, in memory: a restart fills them all. Threads may share it."""

    def __init__(self, clock: Clock) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._buckets: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def hit(self, per_minute: int, *name: Hashable) -> bool:
        """Takes one from a bucket that holds, and gets in a minute, so many; False if it is empty."""
        now = self._clock.elapsed()
        with self._lock:
            left, since = self._buckets.get(name, (float(per_minute), now))
            left = min(float(per_minute), left + (now - since) * per_minute / 60)
            allowed = left >= 1
            self._buckets[name] = (left - 1 if allowed else left, now)
            self._buckets.move_to_end(name)
            while len(self._buckets) > MOST:
                self._buckets.popitem(last=False)
        return allowed
