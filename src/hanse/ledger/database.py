"""The ledger's one SQLite file: outbox, index and what the data belongs to, so that they are always of one moment."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hanse.errors import EnvironmentFault


class Database:
    """One connection that threads share, one at a time. What `transaction()` wrote survives a power cut on leaving it.

    what: its name in errors. Raises EnvironmentFault for whatever the disk or SQLite refuses.
    """

    def __init__(self, path: Path, *, what: str = "the ledger's database") -> None:
        self.path = path
        self.what = what
        self.lock = threading.RLock()
        with self._faults():
            self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=FULL")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside, or none. Nested ones belong to the outermost."""
        with self.lock, self._faults():
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def write(self, statement: str, values: Sequence[Any] = ()) -> int:
        """Runs one statement and returns the number of the row it inserted."""
        with self.lock, self._faults():
            return self._connection.execute(statement, values).lastrowid or 0

    def change(self, statement: str, values: Sequence[Any] = ()) -> int:
        """Runs one statement and returns how many rows it changed."""
        with self.lock, self._faults():
            return self._connection.execute(statement, values).rowcount

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        """All rows of a query, as tuples."""
        with self.lock, self._faults():
            return self._connection.execute(statement, values).fetchall()

    def row(self, statement: str, values: Sequence[Any] = ()) -> Any:
        """The first row of a query, None if there is none."""
        with self.lock, self._faults():
            return self._connection.execute(statement, values).fetchone()

    def close(self) -> None:
        with self.lock:
            self._connection.close()

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as failure:
            raise EnvironmentFault(
                f"{self.what} refused: {failure}",
                where=str(self.path),
                hint="is the disk full, or the file damaged or read-only?",
            ) from failure
