"""`Database`: where outbox, read models and accounts are kept together, so that they are always of one moment.

One narrow port, two adapters: `sqlite.py`, a file, which needs nothing else; `postgres.py`, a server by its address.
Both understand one dialect, which is SQLite's but for this:

    marks          `?`, or `?1`, `?2`, …; nowhere else is there a question mark
    columns        INTEGER (64 bits), BOOLEAN, TEXT, BLOB; numbers that outgrow 64 bits are decimal TEXT
    truth          TRUE and FALSE, and Python's own as values; a number is none
    text           compared by its bytes, but for columns `COLLATE NOCASE`
    `put`          instead of INSERT OR REPLACE; a row's new number is asked for by what else is known of it
    JSON           read in Python, not in SQL
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol


class Database(Protocol):
    """A connection that threads share, one at a time. What was written survives a power cut: outside a transaction
    when a call returns, inside one when it is left.

    All raise EnvironmentFault for whatever disk, network or database refuse. A connection that is lost is made anew by
    the next call; what was under way then was not acknowledged, and may or may not be there.
    """

    @property
    def what(self) -> str:
        """Its name in errors."""

    @property
    def where(self) -> str:
        """Its place for people, without secrets."""

    @property
    def lock(self) -> threading.RLock:
        """Held during each call and each transaction."""

    def transaction(self) -> AbstractContextManager[None]:
        """All writes inside, or none; one after another, whichever connection they come from. Nested ones belong to
        the outermost."""

    def write(self, statement: str, values: Sequence[Any] = ()) -> None:
        """Runs one statement."""

    def change(self, statement: str, values: Sequence[Any] = ()) -> int:
        """Runs one statement and returns how many rows it changed."""

    def put(self, table: str, values: Sequence[Any]) -> None:
        """A row, in the place of one with the same primary key."""

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        """All rows of a query, as tuples."""

    def row(self, statement: str, values: Sequence[Any] = ()) -> Any:
        """The first row of a query, None if there is none."""

    def has(self, table: str) -> bool:
        """Whether there is such a table."""

    def another(self) -> Database:
        """One more connection to the same."""

    def close(self) -> None:
        """Ends the connection."""
