"""One of several servers leads: PostgreSQL says which, and whoever led before writes nothing more."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from hanse.errors import EnvironmentFault
from hanse.ledger import leading, postgres
from hanse.ledger.leading import Election, elected
from hanse.ledger.locks import LEADER
from hanse.ledger.postgres import PostgresDatabase
from hanse.ledger.schema import prepare
from tests.ledger.test_database import INSERT, TABLE, names
from tests.ledger.test_postgres import cut
from tests.postgres import Server


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leading, "LEASE_SECONDS", 1)
    monkeypatch.setattr(leading, "BEAT_SECONDS", 0.1)
    monkeypatch.setattr(postgres, "STILL_SECONDS", 1)
    monkeypatch.setattr(postgres, "PAUSE_SECONDS", 0.0)


@pytest.fixture
def pair(postgres: Server) -> Iterator[tuple[PostgresDatabase, PostgresDatabase]]:
    """Two servers' connections to one database with tables."""
    address = postgres.database()
    with ExitStack() as stack:
        first, second = PostgresDatabase(address), PostgresDatabase(address)
        stack.callback(first.close)
        stack.callback(second.close)
        prepare(first)
        first.write(TABLE)
        yield first, second


def write(database: PostgresDatabase, name: str) -> None:
    database.write(INSERT, (name, 0, True, b""))


def soon(election: Election, seconds: float = 5.0) -> None:
    """Turns until it leads."""
    end = time.monotonic() + seconds
    while not election.turn():
        assert time.monotonic() < end, "it does not lead"
        time.sleep(0.05)


def test_one_leads_and_alone_does_what_only_one_may(pair: tuple[PostgresDatabase, PostgresDatabase]) -> None:
    first, second = pair
    one, other = Election(first), Election(second)
    assert one.turn()
    assert not other.turn()
    assert one.turn()
    write(first, "by the leader")
    with pytest.raises(EnvironmentFault, match="another server leads"):
        write(second, "by another")
    desk = second.another()
    write(desk, "what anyone may")
    assert names(first) == ["by the leader", "what anyone may"]
    desk.close()
    one.resign()
    other.resign()


def test_whoever_resigns_makes_room_at_once(pair: tuple[PostgresDatabase, PostgresDatabase]) -> None:
    first, second = pair
    told: list[tuple[bool, str]] = []
    with elected(second) as other:
        assert other.leads
        mine = Election(first)
        mine.changed = lambda leads, why: told.append((leads, why))
        assert not mine.turn()
    soon(mine)
    assert told == [(True, "")]
    with pytest.raises(EnvironmentFault, match="another server leads"):
        write(second, "too late")
    mine.resign()


def test_whoever_stands_still_leads_no_longer_and_writes_nothing_stale(
    pair: tuple[PostgresDatabase, PostgresDatabase],
) -> None:
    first, second = pair
    one, other = Election(first), Election(second)
    assert one.turn()
    write(first, "in time")
    begun = time.monotonic()  # and from now on the first says nothing
    soon(other)
    assert time.monotonic() - begun > 0.5
    assert one.leads  # as far as it knows
    with pytest.raises(EnvironmentFault, match="another server leads"):
        write(first, "stale")
    with pytest.raises(EnvironmentFault, match="no leader can be chosen"):
        one.turn()
    assert not one.leads
    assert not one.turn()
    assert names(second) == ["in time"]
    one.resign()
    other.resign()


def test_whoever_stands_still_inside_a_transaction_has_not_written_it(
    pair: tuple[PostgresDatabase, PostgresDatabase],
) -> None:
    first, second = pair
    one, other = Election(first), Election(second)
    assert one.turn()

    def stand_still() -> None:
        with first.transaction():
            write(first, "stale")
            soon(other, 10)
            write(second, "fresh")

    with pytest.raises(EnvironmentFault, match="does not answer"):
        stand_still()
    with pytest.raises(EnvironmentFault, match="another server leads"):
        write(first, "stale again")
    assert names(second) == ["fresh"]
    one.resign()
    other.resign()


def test_when_all_connections_are_lost_one_leads_again(
    postgres: Server, pair: tuple[PostgresDatabase, PostgresDatabase]
) -> None:
    told: list[bool] = []
    with elected(pair[0]) as one, elected(pair[1]) as other:
        one.changed = other.changed = lambda leads, _: told.append(leads)
        assert (one.leads, other.leads) == (True, False)
        for _ in range(3):
            told.clear()
            cut(postgres)
            end = time.monotonic() + 10
            while not (False in told and True in told) or one.leads == other.leads:
                assert time.monotonic() < end
                time.sleep(0.05)
            for database, election in zip(pair, (one, other), strict=True):
                if election.leads:
                    write(database, f"{len(names(database))}")
                else:
                    with pytest.raises(EnvironmentFault, match="another server leads"):
                        write(database, "by another")
        assert names(pair[0]) == ["0", "1", "2"]


def test_two_that_begin_at_once_are_never_two_leaders(pair: tuple[PostgresDatabase, PostgresDatabase]) -> None:
    both = [Election(one) for one in pair]
    for _ in range(10):
        start = threading.Barrier(2)

        def go(one: Election, start: threading.Barrier = start) -> None:
            start.wait()
            one.turn()

        threads = [threading.Thread(target=go, args=(one,)) for one in both]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(one.leads for one in both) == [False, True]
        next(one for one in both if one.leads).resign()
        for one in both:
            one.resign()


def test_a_leader_that_another_declares_over_steps_down(pair: tuple[PostgresDatabase, PostgresDatabase]) -> None:
    first, second = pair
    one = Election(first)
    assert one.turn()
    second.put("identity", (LEADER, "somebody else, past the lock"))
    assert not one.turn()
    assert one.turn()  # the lock is free, so it leads again, with a word of its own
    write(first, "again")
    one.resign()
