"""How often somebody may ask: buckets that fill steadily and are emptied by asking (token buckets).

What protects a process is counted in its memory. What protects a person or the league, such as tries of a pass-phrase,
is counted in the database where several servers share it, or each of them would allow as much again.

Ours, because the library we tried starts a thread whenever it has something to forget.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Protocol

from hanse.clock import Clock
from hanse.ledger.database import Database
from hanse.model.canonical import canonical, digest

MOST = 50_000
"""Buckets kept. Beyond that those that were used longest ago are forgotten, which fills them."""


SECOND = 1_000_000
"""In microseconds."""

SWEEP_SECONDS = 60.0
"""Full buckets are removed from a database once in so long."""


_FROM = "(CASE WHEN api_buckets.filled > ?2 THEN api_buckets.filled ELSE ?2 END)"
_TAKE = (
    "INSERT INTO api_buckets VALUES (?1, ?2 + ?3) ON CONFLICT (name)"
    f" DO UPDATE SET filled = {_FROM} + ?3 WHERE {_FROM} + ?3 <= ?4 RETURNING filled"
)
"""Name, now, what one costs, the latest moment that a bucket can have: a row if there was one left."""


class Limits(Protocol):
    """Buckets by name."""

    def hit(self, per_minute: int, *name: Hashable) -> bool:
        """Takes one from a bucket that holds, and gets in a minute, so many; False if it is empty."""


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


class SharedLimiter:
    """Buckets in `database`, for all servers that share it. A bucket is the moment at which it is full again."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock, self._swept = database, clock, clock.elapsed()

    def hit(self, per_minute: int, *name: Hashable) -> bool:
        """Takes one from a bucket that holds, and gets in a minute, so many; False if it is empty."""
        now = int(self._clock.now() * SECOND)
        if self._clock.elapsed() - self._swept > SWEEP_SECONDS:
            self._swept = self._clock.elapsed()
            self._database.write("DELETE FROM api_buckets WHERE filled <= ?", (now,))
        # Not as a transaction, which waits for all that is written: the row's own lock is enough.
        return bool(self._database.rows(_TAKE, (_name(name), now, 60 * SECOND // per_minute, now + 60 * SECOND)))


def _name(parts: tuple[Hashable, ...]) -> str:
    return digest(canonical([str(one) for one in parts]))
