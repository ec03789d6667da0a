"""`Undo`: what the newest blocks changed in the read models, so that it can be taken back when the chain drops them.

Before an event changes a row, the row as it was is written down beside it, under the number of the last block of its
reading; taking back puts the old rows where the new ones are, the newest first. Handlers of events notice nothing of
it: they write to a `Recorder`, which is a database that looks before it writes. It understands the two kinds of
statements they use (`UPDATE … WHERE …`, `DELETE … WHERE …`) and refuses others.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from hanse.ledger.database import Database

KEPT = 256
"""So many blocks can be taken back; a chain that drops more is read anew."""

TABLES: Mapping[str, str] = {
    "index_marks": "block INTEGER PRIMARY KEY, hash TEXT",
    "index_undo": "number INTEGER PRIMARY KEY, block INTEGER, name TEXT, key TEXT, was TEXT",
}
"""Marks: the last block of each reading. Undo: which row of which table was what before, NULL if it was not there."""

_CHANGE = re.compile(
    r"(?:UPDATE (?P<updated>\w+) SET (?P<set>.*?)|DELETE FROM (?P<deleted>\w+)) WHERE (?P<where>.*)", re.S
)
_KEY = re.compile(r"PRIMARY KEY \(([^)]*)\)")
_OWN_KEY = re.compile(r"(?:^|, )(\w+) [A-Z]+ PRIMARY KEY")
_COLUMN = re.compile(r"(?:^|, )([a-z][a-z_0-9]*) [A-Z]+")


def columns_of(definition: str) -> tuple[str, ...]:
    """The names of the columns in a table's definition."""
    return tuple(_COLUMN.findall(definition))


def key_of(definition: str) -> tuple[str, ...]:
    """Those of them that make its primary key."""
    found = _KEY.search(definition) or _OWN_KEY.search(definition)
    assert found is not None, definition
    return tuple(name.strip() for name in found[1].split(","))


def _as_object(value: bytes) -> dict[str, str]:
    """How JSON keeps what is in a BLOB."""
    return {"bytes": bytes(value).hex()}


def _as_bytes(told: dict[str, str]) -> bytes:
    return bytes.fromhex(told["bytes"])


class Undo:
    """The undo log of the tables in `definitions`, kept in `database`. Everything here belongs into a transaction of
    that database."""

    def __init__(self, database: Database, definitions: Mapping[str, str]) -> None:
        self._database = database
        self._columns = {name: columns_of(definition) for name, definition in definitions.items()}
        self._keys = {name: key_of(definition) for name, definition in definitions.items()}

    def mark(self, block: int, name: str) -> None:
        """The read models are now as of this block with this hash; what is too old to be taken back is forgotten."""
        self._database.put("index_marks", (block, name))
        oldest = self._database.row("SELECT max(block) FROM index_marks WHERE block <= ?", (block - KEPT,))[0]
        if oldest is not None:
            self._database.write("DELETE FROM index_marks WHERE block < ?", (oldest,))
            self._database.write("DELETE FROM index_undo WHERE block <= ?", (oldest,))

    def forget(self) -> None:
        """Nothing up to now can be taken back."""
        self._database.write("DELETE FROM index_marks")
        self._database.write("DELETE FROM index_undo")

    def marks(self) -> list[tuple[int, str]]:
        """Blocks that can be gone back to, with their hashes, the newest first."""
        rows = self._database.rows("SELECT block, hash FROM index_marks ORDER BY block DESC")
        return [(int(block), str(name)) for block, name in rows]

    def back_to(self, block: int) -> None:
        """Makes all rows again what they were after `block`, one of the marks."""
        query = "SELECT name, key, was FROM index_undo WHERE block > ? ORDER BY number DESC"
        for name, key, was in self._database.rows(query, (block,)):
            if was is None:
                where = " AND ".join(f"{column} = ?" for column in self._keys[name])
                self._database.write(f"DELETE FROM {name} WHERE {where}", json.loads(key))
            else:
                self._database.put(name, json.loads(was, object_hook=_as_bytes))
        self._database.write("DELETE FROM index_undo WHERE block > ?", (block,))
        self._database.write("DELETE FROM index_marks WHERE block > ?", (block,))

    def recorder(self, block: int) -> Recorder:
        """A database for handlers whose changes belong to the reading that ends with `block`."""
        first = self._database.row("SELECT coalesce(max(number), 0) FROM index_undo")[0]
        return Recorder(self._database, self._columns, self._keys, block, int(first))


class Recorder:
    """Writes to `database` as handlers of events do (`put`, `write`) and records what was there before."""

    def __init__(
        self,
        database: Database,
        columns: Mapping[str, tuple[str, ...]],
        keys: Mapping[str, tuple[str, ...]],
        block: int,
        number: int,
    ) -> None:
        self._database, self._columns, self._keys = database, columns, keys
        self._block, self._number = block, number
        self.row, self.rows = database.row, database.rows

    def put(self, table: str, values: Sequence[Any]) -> None:
        """As `Database.put`."""
        named = dict(zip(self._columns[table], values, strict=True))
        key = [named[column] for column in self._keys[table]]
        where = " AND ".join(f"{column} = ?" for column in self._keys[table])
        before = self._database.rows(f"SELECT * FROM {table} WHERE {where}", key)
        self._note(table, key, before[0] if before else None)
        self._database.put(table, values)

    def write(self, statement: str, values: Sequence[Any] = ()) -> None:
        """As `Database.write`, for a change of rows that are there."""
        change = _CHANGE.fullmatch(statement)
        assert change is not None, f"cannot be taken back: {statement}"
        table, used = change["updated"] or change["deleted"], (change["set"] or "").count("?")
        for row in self._database.rows(f"SELECT * FROM {table} WHERE {change['where']}", values[used:]):
            named = dict(zip(self._columns[table], row, strict=True))
            self._note(table, [named[column] for column in self._keys[table]], row)
        self._database.write(statement, values)

    def _note(self, table: str, key: Sequence[Any], before: Sequence[Any] | None) -> None:
        self._number += 1
        was = None if before is None else json.dumps(list(before), default=_as_object)
        self._database.write(
            "INSERT INTO index_undo VALUES (?, ?, ?, ?, ?)", (self._number, self._block, table, json.dumps(key), was)
        )
