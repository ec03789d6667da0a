"""Which database a directory has, and that it is never another by mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from hanse.errors import EnvironmentFault, InputError
from hanse.ledger import postgres as module
from hanse.ledger.opening import has_database, note, open_database
from hanse.ledger.postgres import PostgresDatabase
from hanse.ledger.sqlite import SqliteDatabase
from hanse.ledger.store import open_ledger
from tests.postgres import Server


def used(data: Path, address: str | None = None) -> None:
    """A directory that has been opened with this address."""
    database = open_database(data, address)
    note(data, database)
    database.close()


def test_without_an_address_it_is_a_file(tmp_path: Path) -> None:
    assert not has_database(tmp_path)
    database = open_database(tmp_path)
    assert isinstance(database, SqliteDatabase)
    assert has_database(tmp_path)
    database.close()


def test_an_address_given_once_is_known_from_then_on(postgres: Server, tmp_path: Path) -> None:
    with open_ledger(tmp_path, db=postgres.database(), name="Lübeck") as ledger:
        league = ledger.league.addresses
        ledger.league.mint(ledger.league.address("shop"), 7, key="mint").wait()
    assert not (tmp_path / "ledger.sqlite3").exists()
    with open_ledger(tmp_path, create=False) as ledger:
        assert isinstance(ledger.database, PostgresDatabase)
        assert (ledger.league.name, ledger.league.addresses) == ("Lübeck", league)
        assert ledger.league.balance(ledger.league.address("shop")) == 7
        assert len(ledger.index.transfers()) == 1


def test_a_directory_with_a_file_keeps_it(postgres: Server, tmp_path: Path) -> None:
    used(tmp_path)
    with pytest.raises(InputError, match="keeps its league in a file"):
        open_database(tmp_path, postgres.database())
    assert not (tmp_path / "database").exists()


def test_a_directory_does_not_begin_anew_in_an_empty_database(postgres: Server, tmp_path: Path) -> None:
    used(tmp_path, postgres.database())
    noted = (tmp_path / "database").read_text()
    with pytest.raises(InputError, match="is in another database"):
        open_database(tmp_path, postgres.database())
    assert (tmp_path / "database").read_text() == noted
    open_database(tmp_path).close()


def test_a_database_that_was_moved_is_found_at_its_new_address(postgres: Server, tmp_path: Path) -> None:
    address = postgres.database()
    used(tmp_path, address)
    used(tmp_path, address.replace("127.0.0.1", "localhost"))
    assert "localhost" in (tmp_path / "database").read_text()


def test_the_keys_of_one_directory_do_not_open_the_league_of_another(postgres: Server, tmp_path: Path) -> None:
    address = postgres.database()
    with open_ledger(tmp_path / "first", db=address):
        pass
    refused = pytest.raises(EnvironmentFault, match="belongs to another data directory")
    with refused, open_ledger(tmp_path / "second", db=address):
        pass
    assert not (tmp_path / "second" / "database").exists()
    with open_ledger(tmp_path / "first"):
        pass


def test_two_directories_do_not_share_a_database_at_a_time(
    postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "GONE_SECONDS", 0.1)
    address = postgres.database()
    with open_ledger(tmp_path / "first", db=address) as ledger:
        refused = pytest.raises(EnvironmentFault, match="in use by process")
        with refused, open_ledger(tmp_path / "second", db=address):
            pass
        ledger.league.mint(ledger.league.address("shop"), 7, key="mint").wait()


@pytest.mark.parametrize("address", ["mysql://ada@db/league", "league", "ledger.sqlite3"])
def test_other_kinds_of_databases_are_refused_before_anything_is_made(address: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="postgresql://"):
        open_database(tmp_path, address)
    assert list(tmp_path.iterdir()) == []
