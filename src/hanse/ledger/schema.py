"""`prepare`: a database with the tables of this version of Hanse, whatever it had before.

The table `alembic_version` says which step it is at. Nearly always that is the newest, and asking is all that is done.
A SQLite file that is new, or of before there were steps, gets all of them at once: the first changes nothing where its
tables are there, the others came later. That needs no alembic, so `hanse run` does not. Everything else is alembic's
(see `migrations/`).

Several servers may share a database, some of an older version for a while (`together.py`). A step that *expands* only
makes what they never ask for, and is carried out while they serve. Any other *contracts*: it waits for them to end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from hanse.errors import EnvironmentFault
from hanse.ledger.database import Database
from hanse.ledger.migrations.versions import (
    r0001_first,
    r0002_uploads,
    r0003_telemetry,
    r0004_quotes,
    r0005_refusals,
    r0006_sealed,
    r0007_several,
    r0008_bids,
)
from hanse.ledger.sqlite import SqliteDatabase

REVISIONS = (
    r0001_first,
    r0002_uploads,
    r0003_telemetry,
    r0004_quotes,
    r0005_refusals,
    r0006_sealed,
    r0007_several,
    r0008_bids,
)
"""All steps, in order."""

_NEWEST = REVISIONS[-1].revision
_STAMP = (
    "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL,"
    " CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
)


_EXPANDS = re.compile(r"\s*CREATE (TABLE|INDEX) ", re.IGNORECASE)


def expands(statements: Sequence[str]) -> bool:
    """Whether a step only makes tables and indices that forbid nothing, so that older versions go on beside it. New
    columns do not: older versions read whole rows."""
    return all(_EXPANDS.match(one) for one in statements)


def last_contraction() -> str:
    """The newest step that older versions cannot live with. All before 0007 count: nobody shared a database then."""
    shared = REVISIONS.index(r0007_several)
    return [str(one.revision) for i, one in enumerate(REVISIONS) if i < shared or not expands(one.STATEMENTS)][-1]


def prepare(database: Database, *, others: bool = False) -> None:
    """Gives it the tables it lacks, all or none. others: servers of the same generation are there already, so a step
    that is not known here is one that expands, and changes nothing for us. Raises EnvironmentFault, also for a database
    that a newer Hanse made."""
    at = revision(database)
    if others and at is not None and not _known(at):
        return
    refuse_newer(database)
    if at is None and isinstance(database, SqliteDatabase):
        _begin(database)
    elif at != _NEWEST:
        _upgrade(database)


def refuse_newer(database: Database) -> None:
    """Raises EnvironmentFault for a database that a newer Hanse made."""
    at = revision(database)
    if at is not None and not _known(at):
        raise EnvironmentFault(
            f"{database.what} was made by a newer version of Hanse (step {at}, this one knows {_NEWEST})",
            where=database.where,
            hint="install that version, or a newer one",
        )


def _known(step: str) -> bool:
    return any(one.revision == step for one in REVISIONS)


def revision(database: Database) -> str | None:
    """The step a database is at, None before the first."""
    if not database.has("alembic_version"):
        return None
    row = database.row("SELECT version_num FROM alembic_version")
    return None if row is None else str(row[0])


def _begin(database: SqliteDatabase) -> None:
    """All steps, from the first."""
    with database.transaction():
        for step in REVISIONS:
            for statement in step.STATEMENTS:
                database.write(statement)
        database.write(_STAMP)
        database.write("INSERT INTO alembic_version VALUES (?)", (_NEWEST,))


def _upgrade(database: Database) -> None:
    try:
        from hanse.ledger.migrations.upgrade import upgrade
    except ModuleNotFoundError as missing:
        raise EnvironmentFault(
            f"{database.what} is of another version, and bringing it up to date needs {missing.name}",
            where=database.where,
            hint="pip install 'hanse[serve]'",
        ) from None
    upgrade(database)
