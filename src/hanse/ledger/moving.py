"""A league's database from PostgreSQL into a file, and from a file into PostgreSQL.

What is moved is what only the database knows: outbox, accounts, sessions, signatures, actions, identity. Read models
are made of the chain's events, and are made again where the league is opened next. Either all arrives or nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hanse.errors import EnvironmentFault, InputError
from hanse.ledger.locks import HOLDER, LEADER
from hanse.ledger.opening import postgres
from hanse.ledger.schema import REVISIONS, prepare, revision
from hanse.ledger.sqlite import SqliteDatabase

if TYPE_CHECKING:
    from hanse.ledger.postgres import PostgresDatabase

BATCH = 1000

_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name"
_STEP = "alembic_version"


def to_file(address: str, path: Path) -> None:
    """A new file with all that the database at `address` alone knows, as of one moment; a service may be at work in it.
    Raises InputError, EnvironmentFault."""
    with closing(postgres(address)) as source, closing(SqliteDatabase(path)) as target:
        _same_step(revision(source), source.where)
        prepare(target)
        with _moment(source) as rows, target.transaction():
            for table, columns in _tables(target).items():
                marks = ",".join("?" * len(columns))
                for row in rows(f"SELECT {', '.join(columns)} FROM {table}"):
                    if not (table == "identity" and row[0] in (HOLDER, LEADER)):
                        target.write(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", row)


def to_postgres(path: Path, address: str) -> str:
    """Fills an empty database at `address` with all that a file alone knows. Returns what a directory notes of the
    address. Raises InputError if a league is there already, EnvironmentFault."""
    with closing(SqliteDatabase(path)) as source, closing(postgres(address)) as target:
        prepare(source)  # a backup may be of an older version
        target.guard()
        prepare(target)
        with target.transaction():
            if target.row("SELECT 1 FROM identity") is not None:
                raise InputError(
                    "there is a league in this database already", where=target.where, hint="name an empty one"
                )
            for table, columns in _tables(source).items():
                marks = ",".join("?" * len(columns))
                for row in source.rows(f"SELECT {', '.join(columns)} FROM {table}"):
                    values = [
                        bool(v) if kind == "BOOLEAN" else v for v, kind in zip(row, columns.values(), strict=True)
                    ]
                    target.write(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", values)
            _count_on(target)
        return target.note


def _count_on(target: PostgresDatabase) -> None:
    """New rows of the outbox get numbers after those that came."""
    target.rows(
        "SELECT setval(pg_get_serial_sequence('outbox', 'sequence'), coalesce(max(sequence), 0) + 1, FALSE) FROM outbox"
    )


def _tables(database: SqliteDatabase) -> dict[str, dict[str, str]]:
    """Tables that a fresh file has, with their columns and their types: read models are not among them."""
    with closing(sqlite3.connect(":memory:")) as fresh:
        for step in REVISIONS:
            for statement in step.STATEMENTS:
                fresh.execute(statement)
        names = {str(name) for (name,) in fresh.execute(_TABLES)} - {_STEP}
        return {
            name: {str(row[1]): str(row[2]) for row in fresh.execute(f"PRAGMA table_info({name})")}
            for name in sorted(names)
            if database.has(name)
        }


@contextmanager
def _moment(source: PostgresDatabase) -> Iterator[Any]:
    """What answers queries as of one moment, row by row."""
    import psycopg

    try:
        with source.connect() as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")

            def rows(query: str) -> Iterator[tuple[Any, ...]]:
                with connection.cursor(name="moving") as cursor:
                    cursor.itersize = BATCH
                    yield from cursor.execute(query)

            yield rows
    except psycopg.Error as failure:
        raise EnvironmentFault(f"the database cannot be copied: {failure}", where=source.where) from failure


def _same_step(at: str | None, where: str) -> None:
    newest = REVISIONS[-1].revision
    if at != newest:
        raise EnvironmentFault(
            f"the database is at step {at or 'none'}, this version of Hanse at {newest}",
            where=where,
            hint="start hanse serve once with this version, which brings it up to date",
        )
