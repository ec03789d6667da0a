"""A league is moved from a file into PostgreSQL and back by its backup: nothing it alone knew is lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from hanse.errors import InputError
from hanse.ledger.backup import back_up
from hanse.ledger.moving import to_file, to_postgres
from hanse.ledger.opening import noted_address, postgres
from hanse.ledger.restore import restore
from hanse.ledger.schema import prepare
from hanse.ledger.sqlite import SqliteDatabase
from hanse.ledger.store import open_ledger
from tests.postgres import Server, server


@pytest.fixture(scope="module")
def own() -> Iterator[Server]:
    with server() as started:
        yield started


def filled(path: Path) -> None:
    """A file with rows of every kind of value."""
    with closing(SqliteDatabase(path)) as made:
        prepare(made)
        made.put("identity", ("league", "0xL"))
        made.put("api_accounts", ("0xA", "Ada \0 Ö", None, None, 1))
        for i in (1, 2, 7):
            made.write(
                "INSERT INTO outbox (sequence, key, content, sender, nonce, hash, raw, gas_limit, cost, after)"
                " VALUES (?, ?, '0x', '0xA', ?, ?, ?, 1, '1', 0)", (i, f"k{i}", i, f"0x{i}", bytes([0, 255, i])),
            )  # fmt: skip


def known(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables that are not read models."""
    with closing(sqlite3.connect(path)) as database:
        names = [n for (n,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            n: sorted(database.execute(f"SELECT * FROM {n}"), key=repr) for n in names if n.startswith(("api", "out"))
        }


def test_every_row_comes_and_goes_and_numbers_go_on(own: Server, tmp_path: Path) -> None:
    filled(tmp_path / "one.sqlite3")
    address = own.database()
    to_postgres(tmp_path / "one.sqlite3", address)
    to_file(address, tmp_path / "two.sqlite3")
    before, after = known(tmp_path / "one.sqlite3"), known(tmp_path / "two.sqlite3")
    assert before.pop("api_accounts") == [("0xA", "Ada \0 Ö", None, None, 1)]
    assert after.pop("api_accounts") == [("0xA", "Ada \N{REPLACEMENT CHARACTER} Ö", None, None, 1)]
    assert before == after
    with closing(postgres(address)) as there:
        there.write(
            "INSERT INTO outbox (key, content, sender, nonce, hash, raw, gas_limit, cost, after)"
            " VALUES ('new', '0x', '0xA', 9, '0x9', ?, 1, '1', 0)", (b"\0",),
        )  # fmt: skip
        assert there.row("SELECT sequence FROM outbox WHERE key = 'new'") == (8,)


def test_a_league_that_is_there_is_not_replaced(own: Server, tmp_path: Path) -> None:
    filled(tmp_path / "one.sqlite3")
    address = own.database()
    to_postgres(tmp_path / "one.sqlite3", address)
    with pytest.raises(InputError, match="a league in this database already"):
        to_postgres(tmp_path / "one.sqlite3", address)


def test_a_move_that_fails_leaves_nothing(own: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(tmp_path / "one.sqlite3")
    address = own.database()
    with monkeypatch.context() as patch:
        patch.setattr("hanse.ledger.moving._count_on", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            to_postgres(tmp_path / "one.sqlite3", address)
    to_postgres(tmp_path / "one.sqlite3", address)


def test_a_league_goes_into_postgres_and_back_by_its_backup(own: Server, tmp_path: Path) -> None:
    data, address = tmp_path / "league", own.database()
    with open_ledger(data) as ledger:
        content = ledger.content.put(b"a process plan")
        league, height = ledger.league.addresses.league, ledger.index.sync()
    back_up(data, tmp_path / "file.tar.gz")
    restore(tmp_path / "file.tar.gz", tmp_path / "served", db=address)
    assert not (tmp_path / "served" / "ledger.sqlite3").exists()
    assert noted_address(tmp_path / "served") is not None
    with open_ledger(tmp_path / "served", create=False) as ledger:
        assert ledger.league.addresses.league == league
        assert ledger.index.sync() >= height
        assert ledger.content.get(content) == b"a process plan"
    back_up(tmp_path / "served", tmp_path / "served.tar.gz")
    restore(tmp_path / "served.tar.gz", tmp_path / "again")
    assert noted_address(tmp_path / "again") is None
    with open_ledger(tmp_path / "again", create=False) as ledger:
        assert ledger.league.addresses.league == league
        assert ledger.index.sync() >= height
    with pytest.raises(InputError, match="already"):
        restore(tmp_path / "file.tar.gz", tmp_path / "third", db=address)
    assert not (tmp_path / "third").exists()
    with pytest.raises(InputError, match="keeps its league in a file"):
        back_up(data, tmp_path / "x.tar.gz", db=address)
