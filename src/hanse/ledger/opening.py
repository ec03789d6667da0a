"""Which database a data directory has: the file `ledger.sqlite3` in it, or one in PostgreSQL, named in the file
`database` since a league was opened with its address for the first time."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from hanse.errors import EnvironmentFault, InputError
from hanse.ledger.content import sync_directory
from hanse.ledger.database import Database
from hanse.ledger.schema import prepare
from hanse.ledger.sqlite import SqliteDatabase

if TYPE_CHECKING:
    from hanse.ledger.postgres import PostgresDatabase


def check_address(address: str | None) -> None:
    """Raises InputError unless it is None or the URL of a PostgreSQL database."""
    if address is not None and urlsplit(address).scheme not in ("postgresql", "postgres"):
        raise InputError(
            "a database has an address like postgresql://hanse@localhost/hanse",
            where="--db",
            hint="leave it out to use a file in the data directory",
        )


def has_database(data: Path) -> bool:
    """Whether this directory was ever used."""
    return _file(data).exists() or noted_address(data) is not None


def open_database(
    data: Path, address: str | None = None, *, together: Callable[[PostgresDatabase], None] | None = None
) -> Database:
    """The database of a data directory that is locked, up to date, and nobody else's. address: of one in PostgreSQL;
    None for the one it has, or a file. together: takes it with others in place of alone, and brings it up to date
    (`together.join`). Raises InputError, EnvironmentFault."""
    check_address(address)
    noted = noted_address(data)
    if together is not None and address is None and noted is None:
        raise InputError(
            "several servers share a database in PostgreSQL; a file belongs to one",
            where="--several",
            hint="add --db postgresql://…, or leave --several out",
        )
    if address is None and noted is None:
        return _prepared(SqliteDatabase(_file(data)))
    if _file(data).exists():
        raise InputError(
            "this directory keeps its league in a file",
            where=str(_file(data)),
            hint="leave --db out, or give another --data",
        )
    database = postgres(address or noted or "")
    try:
        if noted is not None and noted != database.note and not database.has("identity"):
            raise InputError(
                f"the league of this directory is in another database, and {database.where} is empty",
                where="--db",
                hint="leave --db out, or move the database first",
            )
        if together is None:
            _take(database)
        else:
            together(database)
    except BaseException:
        database.close()
        raise
    return database


def _take(database: PostgresDatabase) -> None:
    """For this process alone, and up to date."""
    database.guard()
    if database.has("identity"):  # whoever had it before may not have noticed yet that it lost it
        database.claim()
    prepare(database)
    database.claim()


def note(data: Path, database: Database) -> None:
    """The directory remembers that this is its database; a file it knows by itself."""
    address = None if isinstance(database, SqliteDatabase) else cast("PostgresDatabase", database).note
    if address == noted_address(data):
        return
    aside = data / f".database.{secrets.token_hex(8)}"
    with aside.open("w") as file:
        file.write(f"{address}\n")
        file.flush()
        os.fsync(file.fileno())
    aside.replace(data / "database")
    sync_directory(data)


def _prepared(database: SqliteDatabase) -> SqliteDatabase:
    try:
        prepare(database)
    except BaseException:
        database.close()
        raise
    return database


def postgres(address: str) -> PostgresDatabase:
    """The database at an address. Raises InputError, EnvironmentFault."""
    check_address(address if "://" in address else None)
    try:
        from hanse.ledger.postgres import PostgresDatabase
    except ImportError as missing:
        raise EnvironmentFault(
            f"PostgreSQL needs psycopg ({missing})", where="--db", hint="pip install 'hanse[postgres]'"
        ) from None
    return PostgresDatabase(address)


def _file(data: Path) -> Path:
    return data / "ledger.sqlite3"


def noted_address(data: Path) -> str | None:
    """The address that a directory remembers, without its password; None if its league is in a file."""
    with suppress(FileNotFoundError):
        return (data / "database").read_text().strip() or None
    return None
