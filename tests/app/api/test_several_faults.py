"""Several servers of one league, of which one is killed, stands still or is of another version, or whose database is
killed, while people write at all of them."""

from __future__ import annotations

import random
import secrets
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hanse.app.client import Client, Refused
from hanse.errors import EnvironmentFault
from hanse.ledger.leading import LEASE_SECONDS
from tests.app.api.house import PHRASE, House, until
from tests.app.api.ring import Ring, beside, leads, ring, settled
from tests.app.api.test_kills import jobs, newest, place
from tests.ledger.test_schema import NEWEST
from tests.ledger.test_together import EXPANDING
from tests.postgres import Server, server

pytestmark = pytest.mark.slow

SERVERS, PEOPLE = 3, 3


class Crowd:
    """People who write at whichever server answers; without an answer they ask another one, with the same key.
    keys: by person, all that were acknowledged; unknown: those whose answer nobody heard when it was over."""

    def __init__(self, people: list[list[Client]], seed: int) -> None:
        self.keys: list[list[str]] = [[] for _ in people]
        self.unknown: list[tuple[Client, str]] = []
        self.broken: list[Exception] = []
        self.longest = 0.0
        self._over, self._rng = threading.Event(), random.Random(seed)
        self._threads = [threading.Thread(target=self._write, args=(i, at)) for i, at in enumerate(people)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()
        assert not self.broken

    @property
    def count(self) -> int:
        return sum(map(len, self.keys))

    def _write(self, who: int, at: list[Client]) -> None:
        while not self._over.is_set():
            key, begun = f"J-{secrets.token_hex(8)}", time.monotonic()
            while True:
                client = at[self._rng.randrange(len(at))]
                try:
                    place(client, key)
                except EnvironmentFault:
                    pass
                except Refused as refused:
                    if refused.status != 503:
                        self.broken.append(refused)
                        return
                else:
                    self.keys[who].append(key)
                    self.longest = max(self.longest, time.monotonic() - begun)
                    break
                if self._over.is_set():
                    self.unknown.append((at[0], key))
                    return
                time.sleep(0.05)


@pytest.fixture
def own() -> Iterator[Server]:
    """A server of this test's own, to be killed."""
    with server() as started:
        yield started


@pytest.fixture
def three(tmp_path: Path, own: Server) -> Iterator[tuple[Ring, Client]]:
    with ring(tmp_path, own, SERVERS) as made:
        yield made, settled(made)


def people(made: Ring, ada: Client) -> list[list[Client]]:
    """Each signed in at all servers; clients do not wait long for one that stands still."""
    found = []
    for i in range(PEOPLE):
        first = made.houses[0].client()
        first.join(ada.invite("customer"), f"Customer {i}", PHRASE)
        first.sign_in(f"Customer {i}", PHRASE)
        found.append([first, *(beside(first, one) for one in made.houses[1:])])
        for client in found[-1]:
            client._http.timeout = 4.0
    return found


def all_once(made: Ring, alive: House, ada: Client, crowds: list[Crowd], at: list[list[Client]]) -> None:
    """Whatever was acknowledged is on the chain once, by as many transactions, and an audit finds nothing wrong."""
    place_of = made.houses.index(alive)
    asked = [one[place_of] for one in at]
    for client in asked:
        client._http.timeout = 60.0
    unknown = {key: client for crowd in crowds for client, key in crowd.unknown}
    for key in unknown:
        person = next(i for i, one in enumerate(at) if unknown[key] in one)
        place(asked[person], key)
        crowds[0].keys[person].append(key)
    until(lambda: all(one.state == "done" for client in asked for one in newest(client)), 120)
    there = beside(ada, alive)
    wanted = [key for crowd in crowds for keys in crowd.keys for key in keys]
    until(lambda: len(list(there.orders())) >= len(wanted))
    assert sorted(jobs(there).elements()) == sorted(wanted)
    for person, client in enumerate(asked):
        sent = made.chain._ask("eth_getTransactionCount", [client.session().address, "latest"])
        assert int(sent, 16) == sum(len(crowd.keys[person]) for crowd in crowds)
    assert there.audit().ok


def test_leaders_are_killed_one_after_the_other_and_nothing_acknowledged_is_lost_or_there_twice(
    three: tuple[Ring, Client],
) -> None:
    made, ada = three
    at, crowds = people(made, ada), []
    for turn in range(4):
        crowd = Crowd(at, turn)
        crowds.append(crowd)
        time.sleep(1.0)
        leader = made.leader()
        leader.kill()
        begun = time.monotonic()
        next_one = made.leader()
        assert time.monotonic() - begun < 15
        assert next_one is not leader
        before = crowd.count
        until(lambda crowd=crowd, before=before: crowd.count > before + 10)
        crowd.stop()
        leader.start()
        assert not leads(leader)
    all_once(made, made.leader(), ada, crowds, at)
    assert all("a fault of ours" not in one.log.read_text() for one in made.houses)


def test_a_leader_that_stands_still_longer_than_its_lease_writes_nothing_stale_when_it_goes_on(
    three: tuple[Ring, Client],
) -> None:
    made, ada = three
    at, crowds = people(made, ada), []
    for turn in range(3):
        crowd = Crowd(at, turn)
        crowds.append(crowd)
        time.sleep(1.0)
        leader = made.leader()
        assert leader.process is not None
        leader.process.send_signal(signal.SIGSTOP)
        others = [one for one in made.houses if one is not leader]
        begun = time.monotonic()
        next_one = made.leader(others)
        assert time.monotonic() - begun < 3 * LEASE_SECONDS + 15
        before = crowd.count
        until(lambda crowd=crowd, before=before: crowd.count > before + 10)
        leader.process.send_signal(signal.SIGCONT)
        until(lambda leader=leader: not leads(leader))
        time.sleep(2.0)
        assert made.leader() is next_one
        crowd.stop()
        assert "leads no longer" in leader.log.read_text()
    all_once(made, made.leader(), ada, crowds, at)


def test_the_database_is_killed_and_all_go_on_by_themselves(own: Server, three: tuple[Ring, Client]) -> None:
    made, ada = three
    at, crowds = people(made, ada), []
    for turn in range(3):
        crowd = Crowd(at, turn)
        crowds.append(crowd)
        time.sleep(1.0)
        own.kill()
        time.sleep(1.0)
        assert {one.client()._http.get("/ready").status_code for one in made.houses} == {503}
        own.start()
        made.leader()
        before = crowd.count
        until(lambda crowd=crowd, before=before: crowd.count > before + 10)
        crowd.stop()
    all_once(made, made.houses[1], ada, crowds, at)
    until(lambda: {one.client()._http.get("/ready").status_code for one in made.houses} == {200})


def test_two_hundred_writes_of_one_account_at_all_servers_while_leaders_are_killed(three: tuple[Ring, Client]) -> None:
    made, ada = three
    at = people(made, ada)[:1] * 4  # four windows of one person
    crowd = Crowd(at, 200)
    killed = None
    for mark in (60, 120):
        until(lambda mark=mark: crowd.count >= mark, 120)
        killed = made.leader()
        killed.kill()
        made.leader()
        killed.start()
    until(lambda: crowd.count >= 200, 120)
    crowd.stop()
    crowd.keys = [[key for keys in crowd.keys for key in keys]]
    all_once(made, made.leader(), ada, [crowd], at[:1])


BOTH = "import hanse.ledger.schema as schema; from hanse.ledger.migrations import upgrade as by; import sys\n"


def newer(folder: Path, *statements: str) -> str:
    """What makes a server one of the next version, whose last step is this."""
    folder.mkdir()
    text = EXPANDING.format(newest=NEWEST)
    theirs = text[text.index("STATEMENTS") :].splitlines()[0]
    (folder / "next_step.py").write_text(text.replace(theirs, f"STATEMENTS = {statements!r}"))
    return BOTH + (
        f"sys.path.insert(0, {str(folder)!r}); import next_step\n"
        "schema.REVISIONS = (*schema.REVISIONS, next_step); schema._NEWEST = next_step.revision\n"
        f"schema._upgrade = lambda database: by.upgrade(database, (by.HERE / 'versions', Path({str(folder)!r})))\n"
    )


@pytest.fixture
def old(tmp_path: Path, postgres: Server) -> Iterator[tuple[Ring, Client]]:
    with ring(tmp_path, postgres, 1) as made:
        yield made, settled(made)


def test_a_new_version_that_only_adds_comes_while_the_old_one_serves(old: tuple[Ring, Client], tmp_path: Path) -> None:
    made, ada = old
    at = people(made, ada)
    crowd = Crowd(at, 5)
    new = made.add(before=newer(tmp_path / "next", "CREATE TABLE colours (colour TEXT PRIMARY KEY)"))
    assert revision(made) == "next"
    both = Crowd([[*one, beside(one[0], new)] for one in at], 6)
    time.sleep(2.0)
    both.stop()
    crowd.stop()
    assert both.count
    # The old one may even begin again now.
    made.houses[0].kill()
    made.houses[0].start()
    made.leader()
    all_once(made, made.houses[0], ada, [crowd, both], at)


def test_a_new_version_that_takes_something_away_waits_and_says_for_whom(
    old: tuple[Ring, Client], tmp_path: Path
) -> None:
    made, ada = old
    at = people(made, ada)
    crowd = Crowd(at, 7)
    new = made.add(start=False, before=newer(tmp_path / "next", "ALTER TABLE api_accounts ADD COLUMN colour TEXT"))
    new.begin()
    until(lambda: any(line.startswith("waits: ") for line in new.said()))
    assert made.houses[0].process is not None
    said = next(line for line in new.said() if line.startswith("waits: "))
    assert f"process {made.houses[0].process.pid}" in said
    assert revision(made) == NEWEST
    before = crowd.count
    until(lambda: crowd.count > before + 10)
    crowd.stop()
    assert made.houses[0].stop() == 0
    new.answers()
    assert revision(made) == "next"
    after: list[list[Any]] = [[beside(one[0], new)] for one in at]
    more = Crowd(after, 8)
    time.sleep(1.0)
    more.stop()
    all_once(made, new, ada, [crowd, more], [[*one, *also] for one, also in zip(at, after, strict=True)])
    made.houses[0].begin()
    assert made.houses[0].process.wait(timeout=60) != 0
    assert "made by a newer version" in " ".join(made.houses[0].said())


def revision(made: Ring) -> str:
    from hanse.ledger import schema
    from hanse.ledger.postgres import PostgresDatabase

    database = PostgresDatabase(made.db)
    try:
        return str(schema.revision(database))
    finally:
        database.close()
