"""`SqliteDatabase`: everything in one file, with nothing to install and nobody to run it."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hanse.errors import EnvironmentFault


class SqliteDatabase:
    """A connection to the file at `path`, which is made if there is none (see `Database`). what: its name in errors."""

    def __init__(self, path: Path, *, what: str = "the ledger's database") -> None:
        self.path = path
        self.what = what
        self.lock = threading.RLock()
        with self._faults():
            self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=FULL")

    @property
    def where(self) -> str:
        """The file."""
        return str(self.path)

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

    def write(self, statement: str, values: Sequence[Any] = ()) -> None:
        """Runs one statement."""
        with self.lock, self._faults():
            self._connection.execute(statement, values)

    def insert(self, statement: str, values: Sequence[Any] = ()) -> int:
        """Runs one statement and returns the number of the row it inserted."""
        with self.lock, self._faults():
            return self._connection.execute(statement, values).lastrowid or 0

    def change(self, statement: str, values: Sequence[Any] = ()) -> int:
        """Runs one statement and returns how many rows it changed."""
        with self.lock, self._faults():
            return self._connection.execute(statement, values).rowcount

    def put(self, table: str, values: Sequence[Any]) -> None:
        """A row, in the place of one with the same primary key."""
        self.write(f"INSERT OR REPLACE INTO {table} VALUES ({','.join('?' * len(values))})", values)

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        """All rows of a query, as tuples."""
        with self.lock, self._faults():
            return self._connection.execute(statement, values).fetchall()

    def row(self, statement: str, values: Sequence[Any] = ()) -> Any:
        """The first row of a query, None if there is none."""
        with self.lock, self._faults():
            return self._connection.execute(statement, values).fetchone()

    def has(self, table: str) -> bool:
        """Whether there is such a table."""
        return self.row("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)) is not None

    def another(self) -> SqliteDatabase:
        """One more connection to the same file."""
        return SqliteDatabase(self.path, what=self.what)

    def close(self) -> None:
        """Ends the connection."""
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
