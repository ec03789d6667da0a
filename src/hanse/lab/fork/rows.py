"""The rows of a league's database, copied while a service is at work in it. The source is opened for reading alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from hanse.errors import EnvironmentFault
from hanse.ledger.opening import noted_address
from hanse.ledger.schema import prepare
from hanse.ledger.sqlite import SqliteDatabase

DATABASE = "ledger.sqlite3"

KEPT = ("identity", "outbox")
"""Tables that are copied beside the read models. Accounts, sessions, key files and signatures stay at home."""


def copy_rows(data: Path, target: Path) -> None:
    """Writes the database of the directory `data` into a new SQLite file. Raises EnvironmentFault."""
    address = noted_address(data)
    if address is None:
        _from_file(data / DATABASE, target)
    else:
        _from_postgres(address, target)


def _from_file(source: Path, target: Path) -> None:
    """All of one moment, then without what is nobody else's business."""
    try:
        with (
            closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True, timeout=10)) as live,
            closing(sqlite3.connect(target, isolation_level=None)) as copy,
        ):
            live.backup(copy)
            names = [row[0] for row in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            for name in names:
                if name.startswith("api_"):
                    copy.execute(f"DELETE FROM {name}")
            copy.execute("PRAGMA journal_mode = DELETE")
            copy.execute("VACUUM")  # what was deleted would still be in the file
    except sqlite3.Error as failure:
        raise EnvironmentFault(f"the database cannot be copied: {failure}", where=str(source)) from None


def _from_postgres(address: str, target: Path) -> None:
    """Identity and outbox, by one snapshot that could not write if it wanted to. The read models are projected anew."""
    copy = SqliteDatabase(target)
    try:
        prepare(copy)
        with _snapshot(address) as ask, copy.transaction():
            for table in KEPT:
                names = [str(row[1]) for row in copy.rows(f"PRAGMA table_info({table})")]
                copy.write(f"DELETE FROM {table}")
                for row in ask(f"SELECT {', '.join(names)} FROM {table}"):
                    copy.put(table, [bytes(cell) if isinstance(cell, memoryview) else cell for cell in row])
        copy.write("PRAGMA journal_mode = DELETE")
    finally:
        copy.close()


@contextmanager
def _snapshot(address: str) -> Iterator[Any]:
    """A question to the database as it is now, in a transaction that only reads."""
    try:
        import psycopg
    except ImportError as missing:
        raise EnvironmentFault(
            f"PostgreSQL needs psycopg ({missing})", where="fork", hint="pip install 'hanse[postgres]'"
        ) from None
    try:
        with psycopg.connect(address, connect_timeout=5) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True

            def ask(query: str) -> Sequence[Any]:
                return connection.execute(query).fetchall()

            yield ask
    except psycopg.Error as failure:
        raise EnvironmentFault(f"the database cannot be read ({type(failure).__name__})", where="fork") from None
