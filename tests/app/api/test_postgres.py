"""A service whose database is PostgreSQL: it is killed, the service is killed, both are, while people write."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hanse.app.client import Client, Refused
from tests.app.api.house import PHRASE, SERVICES, House, house, until
from tests.app.api.test_kills import Writers, jobs, newest, place
from tests.postgres import Server, server


@pytest.fixture
def own() -> Iterator[Server]:
    """A server of this test's own, to be killed."""
    with server() as started:
        yield started


@pytest.fixture
def busy(tmp_path: Path, own: Server) -> Iterator[tuple[House, Client, list[Client]]]:
    with house(tmp_path, db=own.database()) as at:
        ada = at.coordinator()
        ada.set_services(SERVICES)
        ada.add_product("gearbox", "Gearbox", ["milling"])
        people = [at.wallet(ada, f"Wallet {i}", "customer") for i in range(3)]
        managed = at.client()
        managed.join(ada.invite("customer"), "Managed", PHRASE)
        managed.sign_in("Managed", PHRASE)
        yield at, ada, [*people, managed]


def test_whichever_is_killed_every_acknowledged_write_is_there_once(
    own: Server, busy: tuple[House, Client, list[Client]]
) -> None:
    at, ada, people = busy
    assert at.process is not None
    rng = random.Random(15)
    tried: dict[str, Client] = {}
    taken: set[str] = set()
    for killed in ("database", "service", "database", "both"):
        writers = Writers(people)
        time.sleep(rng.uniform(0.4, 1.5))
        if killed != "service":
            own.kill()
        if killed != "database":
            at.kill()
        writers.stop()
        assert not writers.broken
        assert writers.taken
        tried |= writers.tried
        taken |= writers.taken
        if killed == "database":
            assert unavailable(ada), "a read without a database"
            assert ada._http.get("/health").status_code == 200
            ready = ada._http.get("/ready")
            assert (ready.status_code, ready.json()["parts"]["database"]) == (503, False)
            assert "hanse_index_block NaN" in ada._http.get("/metrics").text
        if killed != "service":
            own.start()
        if killed != "database":
            at.start()
        until(lambda: ada._http.get("/ready").status_code == 200)
        if killed != "database":
            people[-1].sign_in("Managed", PHRASE)
            ada.sign_in("Ada", PHRASE)
    for key in sorted(set(tried) - taken):  # whoever does not know asks again, with the same key
        place(tried[key], key)
    until(lambda: all(one.state == "done" for client in people for one in newest(client)))
    ordered = jobs(ada)
    assert taken <= set(ordered)
    assert sorted(ordered.elements()) == sorted(tried)
    assert ada.audit().ok
    assert at.stop() == 0
    assert "a fault of ours" not in at.log.read_text()


def unavailable(client: Client) -> bool:
    """Whether a read says that it cannot be answered now, and what to do, but not where the database is."""
    with pytest.raises(Refused) as refused:
        list(client.orders())
    told = refused.value
    return told.status == 503 and "same key" in told.hint and "127.0.0.1" not in str(told.message + told.hint)
