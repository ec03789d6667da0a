"""Databases of every age: new ones, those of before there were migrations, and those of versions to come."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from hanse.errors import EnvironmentFault
from hanse.ledger import schema
from hanse.ledger.database import Database
from hanse.ledger.migrations import upgrade as by_alembic
from hanse.ledger.opening import open_database
from hanse.ledger.schema import prepare, revision
from hanse.ledger.sqlite import SqliteDatabase

BEFORE = (
    "CREATE TABLE identity (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    """CREATE TABLE outbox (sequence INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL, content TEXT NOT NULL,
        sender TEXT NOT NULL, nonce INTEGER NOT NULL, hash TEXT NOT NULL UNIQUE, raw BLOB NOT NULL,
        gas_limit INTEGER NOT NULL, cost TEXT NOT NULL, after INTEGER NOT NULL, block INTEGER, block_hash TEXT,
        gas_used INTEGER, failed INTEGER NOT NULL DEFAULT 0, displaced INTEGER NOT NULL DEFAULT 0,
        reason TEXT NOT NULL DEFAULT '', UNIQUE (sender, nonce, hash))""",
    "CREATE UNIQUE INDEX outbox_key ON outbox (key) WHERE NOT failed",
    "CREATE UNIQUE INDEX outbox_nonce ON outbox (sender, nonce) WHERE NOT displaced",
    "CREATE INDEX outbox_pending ON outbox (sequence) WHERE block IS NULL AND NOT displaced",
    "CREATE INDEX outbox_block ON outbox (block)",
    """CREATE TABLE api_accounts (address TEXT PRIMARY KEY, name TEXT NOT NULL COLLATE NOCASE UNIQUE,
        keyfile TEXT, recovery TEXT, created INTEGER NOT NULL)""",
    "INSERT INTO identity VALUES ('chain', '7')",
    """INSERT INTO outbox (key, content, sender, nonce, hash, raw, gas_limit, cost, after)
        VALUES ('old', '0x', '0xA', 0, '0x1', x'00ff', 1, '1', 0)""",
    "INSERT INTO api_accounts VALUES ('0xA', 'Ada', NULL, NULL, 1)",
)
"""A file as the last version without migrations left it, one that was never served over HTTP but for its accounts."""

NEWEST = schema.REVISIONS[-1].revision

NEXT = '''"""Accounts get a colour, and every one has one."""

from hanse.ledger.migrations import carry_out

revision, down_revision = "next", {newest!r}


def upgrade() -> None:
    carry_out((
        "ALTER TABLE api_accounts ADD COLUMN colour TEXT",
        "UPDATE api_accounts SET colour = 'red'",
        {then!r},
    ))
'''


def further(folder: Path, then: str = "CREATE TABLE colours (colour TEXT PRIMARY KEY)") -> tuple[Path, ...]:
    """Our steps and one of a version to come."""
    (folder / "next_colours.py").write_text(NEXT.format(newest=NEWEST, then=then))
    return (by_alembic.HERE / "versions", folder)


def shape(database: SqliteDatabase) -> set[tuple[str, str, str]]:
    """All there is in a file."""
    clause = "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name != 'alembic_version'"
    return {(kind, name, " ".join(text.split())) for kind, name, text in database.rows(clause)}


def test_a_new_database_is_at_the_newest_step(database: Database) -> None:
    assert revision(database) == NEWEST
    for table in ("identity", "outbox", "api_accounts", "api_actions", "api_sessions", "api_signatures"):
        assert database.row(f"SELECT count(*) FROM {table}") in ((0,), (1,))


def test_a_new_file_is_what_alembic_makes_of_an_empty_one(tmp_path: Path) -> None:
    at_once, by_steps = SqliteDatabase(tmp_path / "a.sqlite3"), SqliteDatabase(tmp_path / "b.sqlite3")
    prepare(at_once)
    by_alembic.upgrade(by_steps)
    assert shape(at_once) == shape(by_steps)
    assert revision(at_once) == revision(by_steps)
    at_once.close()
    by_steps.close()


def test_a_file_of_before_is_taken_over_with_all_that_is_in_it(tmp_path: Path) -> None:
    old = SqliteDatabase(tmp_path / "ledger.sqlite3")
    for statement in BEFORE:
        old.write(statement)
    old.close()
    database = open_database(tmp_path)
    assert revision(database) == NEWEST
    assert database.row("SELECT key, raw, failed FROM outbox WHERE NOT displaced") == ("old", b"\0\xff", False)
    assert database.row("SELECT address FROM api_accounts WHERE name = 'aDA'") == ("0xA",)
    assert database.row("SELECT count(*) FROM api_actions") == (0,)
    database.close()


@pytest.mark.parametrize("age", ["new", "old"])
def test_sqlite_needs_neither_alembic_nor_psycopg(tmp_path: Path, age: str) -> None:
    if age == "old":
        before = SqliteDatabase(tmp_path / "ledger.sqlite3")
        for statement in BEFORE:
            before.write(statement)
        before.close()
    words = (
        "import sys; from pathlib import Path; from hanse.ledger.opening import open_database\n"
        "for _ in range(2): open_database(Path(sys.argv[1])).close()\n"
        "print([one for one in ('alembic', 'sqlalchemy', 'psycopg') if one in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", words, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_database_of_the_step_before_is_brought_up_to_date(database: Database, tmp_path: Path) -> None:
    database.write("INSERT INTO api_accounts VALUES ('0xA', 'Ada', NULL, NULL, 1)")
    for _ in range(2):  # doing it twice is doing it once
        by_alembic.upgrade(database, further(tmp_path))
        assert revision(database) == "next"
        assert database.row("SELECT name, colour FROM api_accounts") == ("Ada", "red")
        assert database.has("colours")


def test_a_step_that_fails_leaves_the_database_as_it_was(database: Database, tmp_path: Path) -> None:
    database.write("INSERT INTO api_accounts VALUES ('0xA', 'Ada', NULL, NULL, 1)")
    with pytest.raises(EnvironmentFault, match="is as it was"):
        by_alembic.upgrade(database, further(tmp_path, "INSERT INTO nowhere VALUES (1)"))
    assert revision(database) == NEWEST
    assert database.row("SELECT * FROM api_accounts") == ("0xA", "Ada", None, None, 1)


def test_a_database_of_a_newer_version_is_refused_and_left_alone(database: Database, tmp_path: Path) -> None:
    by_alembic.upgrade(database, further(tmp_path))
    with pytest.raises(EnvironmentFault, match=r"made by a newer version of Hanse \(step next"):
        prepare(database)
    assert revision(database) == "next"
