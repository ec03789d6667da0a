"""Servers that share a database: those of one generation work side by side, those of another one wait."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hanse.errors import EnvironmentFault, InputError
from hanse.ledger import postgres as module
from hanse.ledger import schema, together
from hanse.ledger.locks import HOLDER
from hanse.ledger.migrations import upgrade as by_alembic
from hanse.ledger.opening import open_database
from hanse.ledger.postgres import PostgresDatabase
from hanse.ledger.schema import expands, last_contraction, revision
from hanse.ledger.store import open_ledger
from tests.ledger.test_schema import NEWEST
from tests.postgres import Server

EXPANDING = '''"""What a version to come needs beside all there is."""

from hanse.ledger.migrations import carry_out

revision, down_revision = "next", {newest!r}
STATEMENTS = ("CREATE TABLE colours (colour TEXT PRIMARY KEY)", "CREATE INDEX by_name ON api_actions (what)")


def upgrade() -> None:
    carry_out(STATEMENTS)
'''


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "GONE_SECONDS", 0.1)
    monkeypatch.setattr(together, "WAIT_SECONDS", 0.02)


@pytest.fixture
def address(postgres: Server) -> str:
    return postgres.database()


@pytest.fixture
def opened() -> Iterator[list[PostgresDatabase]]:
    made: list[PostgresDatabase] = []
    yield made
    for one in made:
        one.close()


def joined(address: str, opened: list[PostgresDatabase], told: list[str] | None = None) -> PostgresDatabase:
    database = PostgresDatabase(address)
    opened.append(database)
    together.join(database, (told if told is not None else []).append)
    return database


def action(database: PostgresDatabase, name: str) -> None:
    """As every version up to now writes one."""
    database.write("INSERT INTO api_actions VALUES (?, ?, ?, ?, ?, ?, ?)", (name, "0xA", "", "", 0, "", True))


def test_servers_of_one_generation_share_it_and_all_write(address: str, opened: list[PostgresDatabase]) -> None:
    first, second = (joined(address, opened) for _ in range(2))
    for i, one in enumerate((first, second)):
        action(one, f"action {i}")
        assert revision(one) == NEWEST
    assert first.row("SELECT count(*) FROM api_actions") == (2,)


def test_many_that_begin_with_an_empty_database_make_its_tables_once(
    address: str, opened: list[PostgresDatabase]
) -> None:
    failed: list[BaseException] = []

    def begin() -> None:
        try:
            joined(address, opened)
        except BaseException as error:  # noqa: BLE001 - a thread's failure is the test's
            failed.append(error)

    threads = [threading.Thread(target=begin) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert {revision(one) for one in opened} == {NEWEST}


def test_a_server_that_shares_with_nobody_and_those_that_do_keep_each_other_away(
    address: str, opened: list[PostgresDatabase], tmp_path: Path
) -> None:
    alone = open_database(tmp_path, address)
    with pytest.raises(EnvironmentFault, match="in use by process"):
        joined(address, opened)
    alone.close()
    first, second = (joined(address, opened) for _ in range(2))
    with pytest.raises(EnvironmentFault, match=r"in use by process .*, process .*\n.*\n.*--several"):
        open_database(tmp_path, address)
    first.close()
    second.close()
    open_database(tmp_path, address).close()


def test_one_of_another_generation_waits_says_for_whom_and_lets_the_old_ones_write_nothing_after(
    address: str, opened: list[PostgresDatabase], monkeypatch: pytest.MonkeyPatch
) -> None:
    old, told = joined(address, opened), list[str]()
    desk = old.another()
    opened.append(desk)
    monkeypatch.setattr(together, "generation", lambda: "99/next")
    waiting = threading.Thread(target=joined, args=(address, opened, told))
    waiting.start()
    end = time.monotonic() + 5
    while not told:
        assert time.monotonic() < end
        time.sleep(0.01)
    assert "of another version" in told[0]
    assert module._process() in told[0]
    action(desk, "the old one serves on")
    assert waiting.is_alive()
    old.close()  # and its desk has not noticed
    waiting.join(timeout=5)
    assert not waiting.is_alive()
    assert len(told) == 1
    with pytest.raises(EnvironmentFault, match="taken over"):
        action(desk, "too late")
    assert opened[-1].sign(HOLDER) == "several/99/next"


def test_while_an_old_server_reads_and_writes_a_step_that_expands_is_carried_out(
    address: str, opened: list[PostgresDatabase], tmp_path: Path
) -> None:
    old = joined(address, opened)
    written, over, failed = list[str](), threading.Event(), list[BaseException]()

    def serve() -> None:
        try:
            while not over.is_set() or len(written) < 20:
                action(old, f"action {len(written)}")
                written.append(old.row("SELECT * FROM api_actions WHERE id = ?", (f"action {len(written)}",))[0])
        except BaseException as error:  # noqa: BLE001 - a thread's failure is the test's
            failed.append(error)

    serving = threading.Thread(target=serve)
    serving.start()
    (tmp_path / "next_colours.py").write_text(EXPANDING.format(newest=NEWEST))
    new = PostgresDatabase(address)
    opened.append(new)
    by_alembic.upgrade(new, (by_alembic.HERE / "versions", tmp_path))
    at = len(written)
    over.set()
    serving.join()

    assert not failed
    assert len(written) >= max(20, at)
    assert new.row("SELECT count(*) FROM api_actions") == (len(written),)
    assert (revision(new), new.has("colours")) == ("next", True)
    # One of the old version may even begin now; alone, or with nobody's word for it, it may not.
    action(joined(address, opened), "by a restarted one")
    for one in opened:
        one.close()
    with pytest.raises(EnvironmentFault, match="made by a newer version"):
        open_database(tmp_path, address)


def test_two_new_servers_carry_a_step_out_once(address: str, opened: list[PostgresDatabase], tmp_path: Path) -> None:
    (tmp_path / "next_colours.py").write_text(EXPANDING.format(newest=NEWEST))
    database = joined(address, opened)
    words = (
        "import sys; from pathlib import Path; from hanse.ledger.migrations import upgrade as by\n"
        "from hanse.ledger.postgres import PostgresDatabase\n"
        "by.upgrade(PostgresDatabase(sys.argv[1]), (by.HERE / 'versions', Path(sys.argv[2])))"
    )
    both = [subprocess.Popen([sys.executable, "-c", words, address, str(tmp_path)]) for _ in range(2)]
    assert [one.wait(timeout=60) for one in both] == [0, 0]
    assert revision(database) == "next"


def test_a_step_expands_if_older_versions_never_meet_it() -> None:
    assert expands(("CREATE TABLE a (b TEXT)", " create index c on a (b)"))
    for statement in (
        "ALTER TABLE api_accounts ADD COLUMN colour TEXT",
        "CREATE UNIQUE INDEX one ON api_accounts (created)",
        "DROP TABLE api_accounts",
        "UPDATE api_accounts SET name = ''",
        "CREATE TRIGGER t AFTER INSERT ON outbox EXECUTE FUNCTION f()",
    ):
        assert not expands(("CREATE TABLE a (b TEXT)", statement))


def test_the_generation_changes_with_a_step_that_contracts_only(monkeypatch: pytest.MonkeyPatch) -> None:
    class Step:
        def __init__(self, revision: str, *statements: str) -> None:
            self.revision, self.STATEMENTS = revision, statements

    now = last_contraction()
    more = Step("8000", "CREATE TABLE a (b TEXT)")
    monkeypatch.setattr(schema, "REVISIONS", (*schema.REVISIONS, more))
    assert last_contraction() == now
    monkeypatch.setattr(schema, "REVISIONS", (*schema.REVISIONS, Step("9000", "DROP TABLE a")))
    assert last_contraction() == "9000"


def test_a_file_and_a_chain_of_its_own_cannot_be_shared(tmp_path: Path, address: str) -> None:
    with (
        pytest.raises(InputError, match="a file belongs to one"),
        open_ledger(tmp_path / "a", "http://127.0.0.1:1", several=print),
    ):
        pass
    with pytest.raises(InputError, match="own belongs to one process"), open_ledger(tmp_path / "b", several=print):
        pass
    assert not (tmp_path / "b").exists()
    assert not (tmp_path / "a" / "ledger.sqlite3").exists()
    del address
