"""What every database of a ledger does, SQLite's file and PostgreSQL's server alike."""

from __future__ import annotations

import threading

import pytest

from hanse.errors import EnvironmentFault
from hanse.ledger.database import Database

TABLE = (
    "CREATE TABLE things (number INTEGER PRIMARY KEY AUTOINCREMENT,"
    " name TEXT UNIQUE, big INTEGER, yes BOOLEAN, raw BLOB)"
)
INSERT = "INSERT INTO things (name, big, yes, raw) VALUES (?, ?, ?, ?)"


@pytest.fixture
def things(database: Database) -> Database:
    """A database with a table in which anything can stand."""
    database.write(TABLE)
    return database


def names(database: Database) -> list[str]:
    return [name for (name,) in database.rows("SELECT name FROM things ORDER BY number")]


def test_values_come_back_as_they_were(things: Database) -> None:
    for row in (("a", 2**63 - 1, True, b"\0\xff"), ("ü€😀", -(2**63), False, b""), (None, None, None, None)):
        things.write(INSERT, row)
    found = things.rows("SELECT name, big, yes, raw FROM things ORDER BY number")
    assert found == [("a", 2**63 - 1, True, b"\0\xff"), ("ü€😀", -(2**63), False, b""), (None, None, None, None)]
    assert things.row("SELECT name FROM things WHERE number = ?", (9,)) is None
    assert things.row("SELECT big FROM things WHERE yes") == (2**63 - 1,)


def test_rows_are_numbered_in_order(things: Database) -> None:
    for name in "abc":
        things.write(INSERT, (name, 0, True, b""))
    assert things.rows("SELECT number, name FROM things ORDER BY number") == [(1, "a"), (2, "b"), (3, "c")]


def test_marks_may_be_numbered_repeated_and_left_out(things: Database) -> None:
    for number, name in enumerate("abc"):
        things.write(INSERT, (name, number, True, b""))
    query = "SELECT name FROM things WHERE big > ?2 AND ?3 IN (name, ?3) ORDER BY number LIMIT ?4"
    assert things.rows(query, ("not asked for", 0, "b", 5)) == [("b",), ("c",)]


def test_text_is_ordered_by_its_bytes_and_names_differ_by_more_than_capitals(things: Database) -> None:
    for name in ("b", "B", "a", "Z", "ä", "0xAb", "0xaB"):
        things.write(INSERT, (name, 0, True, b""))
    ordered = [name for (name,) in things.rows("SELECT name FROM things ORDER BY name")]
    assert ordered == sorted(ordered, key=str.encode)
    things.write("INSERT INTO api_accounts VALUES (?, ?, ?, ?, ?)", ("0x1", "Ada", None, None, 0))
    assert things.row("SELECT name FROM api_accounts WHERE name = ?", ("aDA",)) == ("Ada",)
    with pytest.raises(EnvironmentFault, match=r"(?i)unique"):
        things.write("INSERT INTO api_accounts VALUES (?, ?, ?, ?, ?)", ("0x2", "ADA", None, None, 0))


def test_a_row_that_is_put_takes_the_place_of_one_with_its_key(things: Database) -> None:
    things.put("api_signatures", (1, "d", "a", b"1"))
    things.put("api_signatures", (1, "d", "b", b"2"))
    things.put("api_signatures", (1, "d", "a", b"3"))
    found = things.rows("SELECT party, signature FROM api_signatures ORDER BY party")
    assert found == [("a", b"3"), ("b", b"2")]
    assert things.change("DELETE FROM api_signatures WHERE agreement = ?", (1,)) == 2


def test_a_transaction_is_written_whole_or_not_at_all(things: Database) -> None:
    def half() -> None:
        with things.transaction():
            things.write(INSERT, ("half", 0, True, b""))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    assert names(things) == []
    with things.transaction(), things.transaction():
        things.write(INSERT, ("whole", 0, True, b""))
    assert names(things) == ["whole"]


def test_what_is_refused_in_a_transaction_undoes_all_of_it(things: Database) -> None:
    def twice() -> None:
        with things.transaction():
            things.write(INSERT, ("same", 0, True, b""))
            things.write(INSERT, ("same", 0, True, b""))

    with pytest.raises(EnvironmentFault, match=r"the ledger's database refused: .*(?i:unique)"):
        twice()
    assert names(things) == []
    things.write(INSERT, ("next", 0, True, b""))
    assert names(things) == ["next"]


def test_another_connection_sees_what_was_written_and_nothing_half(things: Database) -> None:
    other = things.another()
    with things.transaction():
        things.write(INSERT, ("one", 0, True, b""))
        assert names(other) == []
    assert names(other) == ["one"]
    assert other.has("things")
    assert not other.has("nothing")
    other.close()


def test_transactions_of_all_connections_come_one_after_another(things: Database) -> None:
    """Who reads and then writes, inside one, loses nothing to others: that is how nonces and sequences stay whole."""

    def count(database: Database) -> None:
        for _ in range(20):
            with database.transaction():
                top = database.row("SELECT coalesce(max(big), 0) FROM things")[0]
                database.write(INSERT, (f"{top + 1}", top + 1, True, b""))

    connections = [things.another() for _ in range(3)]
    threads = [threading.Thread(target=count, args=(one,)) for one in connections for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert names(things) == [str(number + 1) for number in range(120)]
    for one in connections:
        one.close()
