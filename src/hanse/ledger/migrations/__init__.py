"""Migrations: how a database made by one version of Hanse becomes one of the next, in PostgreSQL and in SQLite alike.

    versions/     one module a step: what it is after, and its statements in the dialect of `database.py`
    upgrade.py    carries out, by alembic, those that a database lacks; imported only when there are any
    script/       what alembic wants to be told

To add one: a module beside the others, added to `schema.REVISIONS`, that does nothing but its STATEMENTS. A step that
was published is never changed.

Expand first, contract later: a step with only CREATE TABLE and CREATE INDEX is carried out while servers of an older
version serve (`schema.expands`). So a new version brings its new tables, fills them, and still writes what the old one
reads; what nobody reads any more goes with a later version, whose step waits until servers of older ones have ended.
"""

from __future__ import annotations

from collections.abc import Sequence

from hanse.ledger.dialect import translated


def carry_out(statements: Sequence[str]) -> None:
    """Runs a step's statements on the database that alembic is at."""
    from alembic import op

    database = op.get_bind()
    postgres = database.dialect.name == "postgresql"
    for statement in statements:
        database.exec_driver_sql(translated(statement)[0] if postgres else statement)
