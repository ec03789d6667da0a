"""What PostgreSQL needs beside what every database does: one owner, and a server that comes and goes."""

from __future__ import annotations

from pathlib import Path

import pytest

from hanse.errors import EnvironmentFault, InputError
from hanse.ledger import postgres as module
from hanse.ledger.database import Database
from hanse.ledger.dialect import translated
from hanse.ledger.opening import open_database
from hanse.ledger.postgres import PostgresDatabase
from tests.ledger.test_database import INSERT, TABLE, names
from tests.postgres import Server, server


@pytest.fixture
def address(postgres: Server) -> str:
    return postgres.database()


@pytest.fixture
def things(database: Database) -> Database:
    database.write(TABLE)
    return database


@pytest.fixture(autouse=True)
def _in_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "GONE_SECONDS", 0.1)
    monkeypatch.setattr(module, "PAUSE_SECONDS", 0.0)


def cut(postgres: Server) -> None:
    """Ends all connections, as an administrator or a failing network does, and waits until they are gone."""
    where = "backend_type = 'client backend' AND pid <> pg_backend_pid()"
    postgres.ask(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE {where}")


def test_a_second_process_is_told_who_holds_the_database(database: Database, address: str, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with pytest.raises(EnvironmentFault, match=rf"in use by {module._process()}\n"):
        open_database(tmp_path / "other", address)
    assert not (tmp_path / "other" / "database").exists()
    database.close()
    open_database(tmp_path / "other", address).close()


def test_lost_connections_are_made_anew(postgres: Server, things: Database, address: str) -> None:
    other = things.another()
    things.write(INSERT, ("before", 0, True, b""))
    cut(postgres)
    assert names(other) == ["before"]
    things.write(INSERT, ("after", 0, True, b""))
    cut(postgres)
    with other.transaction():
        other.write(INSERT, ("last", 0, True, b""))
    assert names(things) == ["before", "after", "last"]
    stranger = PostgresDatabase(address)
    with pytest.raises(EnvironmentFault, match="in use by"):  # the guard stands again
        stranger.guard()
    stranger.close()
    other.close()


def test_a_transaction_whose_connection_is_lost_is_not_acknowledged(postgres: Server, things: Database) -> None:
    def lose() -> None:
        with things.transaction():
            things.write(INSERT, ("lost", 0, True, b""))
            cut(postgres)
            things.write(INSERT, ("lost as well", 0, True, b""))

    with pytest.raises(EnvironmentFault, match="does not answer"):
        lose()
    assert names(things) == []


def test_a_connection_lost_at_the_last_moment_is_not_acknowledged(postgres: Server, things: Database) -> None:
    def lose() -> None:
        with things.transaction():
            things.write(INSERT, ("lost", 0, True, b""))
            cut(postgres)

    with pytest.raises(EnvironmentFault, match="does not answer"):
        lose()
    assert names(things) == []


def test_whoever_was_away_while_another_took_over_writes_nothing_more(
    postgres: Server, things: Database, address: str
) -> None:
    desk = things.another()
    names(desk)
    cut(postgres)
    successor = PostgresDatabase(address)
    successor.guard()
    successor.claim()
    with pytest.raises(EnvironmentFault, match="taken over"):
        desk.write(INSERT, ("too late", 0, True, b""))
    with pytest.raises(EnvironmentFault, match="in use by"):
        things.write(INSERT, ("too late", 0, True, b""))
    assert names(successor) == []
    successor.close()
    desk.close()


def test_a_failed_statement_that_somebody_swallows_is_not_taken_for_success(things: Database) -> None:
    """PostgreSQL answers such a COMMIT with ROLLBACK, which is no error."""

    def swallow() -> None:
        with things.transaction():
            things.write(INSERT, ("lost", 0, True, b""))
            with pytest.raises(EnvironmentFault):
                things.write("INSERT INTO nowhere VALUES (1)")

    with pytest.raises(EnvironmentFault, match="kept nothing"):
        swallow()
    assert names(things) == []


def test_a_character_that_postgres_cannot_keep_does_not_stop_what_a_stranger_said(things: Database) -> None:
    things.write(INSERT, ("bad\0word", 0, True, b"bad\0bytes"))
    assert things.row("SELECT name, raw FROM things") == ("bad\N{REPLACEMENT CHARACTER}word", b"bad\0bytes")
    assert things.row("SELECT 1 FROM things WHERE name = ?", ("bad\0word",)) == (1,)


def test_commits_are_on_disk_whatever_the_database_says(postgres: Server, address: str) -> None:
    postgres.ask("ALTER ROLE hanse SET synchronous_commit = off")
    try:
        database = PostgresDatabase(address)
        assert database.row("SELECT current_setting('synchronous_commit')") == ("on",)
        database.close()
    finally:
        postgres.ask("ALTER ROLE hanse RESET synchronous_commit")


def test_whoever_waited_for_the_lock_sees_what_the_one_before_wrote_whatever_the_database_says(
    postgres: Server, address: str
) -> None:
    """Else an account's number could be given twice, and a leader could miss that it is none any more."""
    postgres.ask("ALTER ROLE hanse SET default_transaction_isolation = 'serializable'")
    try:
        database = PostgresDatabase(address)
        with database.transaction():
            assert database.row("SHOW transaction_isolation") == ("read committed",)
        database.close()
    finally:
        postgres.ask("ALTER ROLE hanse RESET default_transaction_isolation")


def test_a_server_that_is_killed_comes_back_with_all_that_was_acknowledged(tmp_path: Path) -> None:
    with server() as own:
        database = open_database(tmp_path, own.database())
        database.write(TABLE)
        database.write(INSERT, ("kept", 0, True, b""))
        own.kill()
        for _ in range(2):
            with pytest.raises(EnvironmentFault, match="does not answer") as fault:
                names(database)
            assert fault.value.where.startswith(database.where + " (")
            assert str(own.port) not in fault.value.message + fault.value.hint
        own.start()
        assert names(database) == ["kept"]
        database.close()


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://ada:secret@db.example:5433/league", "postgresql://ada@db.example:5433/league"),
        ("host=db.example dbname=league password=secret sslpassword=secret", "postgresql://db.example/league"),
    ],
)
def test_secrets_are_neither_shown_nor_noted(address: str, shown: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PostgresDatabase, "_alive", lambda _: None)
    database = PostgresDatabase(address)
    assert database.where == shown
    assert "secret" not in database.note
    assert "host=db.example" in database.note


def test_what_is_no_address_is_refused_without_being_shown() -> None:
    with pytest.raises(InputError, match="no address") as refused:
        PostgresDatabase("postgresql://ada:secret@[db/league")
    assert "secret" not in str(refused.value)


def test_statements_are_translated_by_mark_and_type() -> None:
    made = "CREATE TABLE t (n INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT, b TEXT COLLATE NOCASE, c BLOB, d INTEGER)"
    assert translated(made) == (
        "CREATE TABLE t (n BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,"
        ' a TEXT COLLATE "C", b TEXT COLLATE NOCASE, c BYTEA, d BIGINT)',
        (),
    )
    assert translated("SELECT ?3, ?1, ?3") == ("SELECT $1, $2, $1", (2, 0))
    assert translated("SELECT ?, 'TEXT', ?") == ("SELECT $1, 'TEXT', $2", (0, 1))
