"""Brings a database up to date by alembic: all steps it lacks, or none."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from hanse.errors import EnvironmentFault
from hanse.ledger.database import Database
from hanse.ledger.sqlite import SqliteDatabase

HERE = Path(__file__).parent


def upgrade(database: Database, versions: Sequence[Path] = (HERE / "versions",)) -> None:
    """Carries out the steps in `versions` that it lacks, in one transaction. Raises EnvironmentFault; it is then as it
    was."""
    config = Config()
    config.set_main_option("script_location", str(HERE / "script"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("version_locations", os.pathsep.join(map(str, versions)).replace("%", "%%"))
    try:
        with _engine(database).connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except (SQLAlchemyError, CommandError) as failure:
        raise EnvironmentFault(
            f"{database.what} could not be brought up to date and is as it was: {str(failure).splitlines()[0]}",
            where=database.where,
            hint="may its user create tables there? Else go on with the version of Hanse that made it, and tell us",
        ) from failure


def _engine(database: Database) -> Engine:
    """SQLAlchemy's way to the same database, with connections of its own."""
    if isinstance(database, SqliteDatabase):
        engine = create_engine(f"sqlite:///{database.path}", connect_args={"isolation_level": None}, poolclass=NullPool)
        event.listen(engine, "begin", _begin)
        return engine
    from hanse.ledger.postgres import PostgresDatabase

    assert isinstance(database, PostgresDatabase)
    return create_engine("postgresql+psycopg://", creator=database.connect, poolclass=NullPool)


def _begin(connection: Connection) -> None:
    # By itself, Python's sqlite3 begins no transaction for a CREATE TABLE, and half a step would stay.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
