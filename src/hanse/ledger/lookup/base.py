"""What every part of the lookup reads with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from hanse.ledger.database import Database

R = TypeVar("R")


class Reads:
    """Reads of the tables of `database`, which should be a connection of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def _one(self, table: str, read: Callable[[tuple[Any, ...]], R], clause: str, *values: Any) -> R | None:
        row = self._database.row(f"SELECT * FROM {table} WHERE {clause} LIMIT 1", values)
        return None if row is None else read(row)

    def _all(self, table: str, read: Callable[[tuple[Any, ...]], R], clause: str, *values: Any) -> list[R]:
        return list(map(read, self._database.rows(f"SELECT * FROM {table} WHERE {clause}", values)))

    def _page(self, table: str, read: Callable[[tuple[Any, ...]], R], after: int, limit: int) -> list[R]:
        return self._all(table, read, "number > ? ORDER BY number LIMIT ?", after, limit)
