"""The service and its chain are killed while people write: whatever was acknowledged is there after the restart,
once."""

from __future__ import annotations

import json
import os
import random
import secrets
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hanse.app.api.shapes import ActionNow
from hanse.app.client import Client, Refused
from hanse.errors import EnvironmentFault, HanseError
from tests.app.api.house import PHRASE, SERVICES, House, house, until

WRITERS = 4


class Writers:
    """Threads that place orders as fast as they are acknowledged. tried: all keys, by who tried; taken: acknowledged
    ones; each key is the name of its job as well."""

    def __init__(self, people: list[Client]) -> None:
        self.people = people
        self.tried: dict[str, Client] = {}
        self.taken: set[str] = set()
        self.broken: list[Exception] = []
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._write, args=(client,)) for client in people]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _write(self, client: Client) -> None:
        while not self._over.is_set():
            key = "J-" + secrets.token_hex(8)
            self.tried[key] = client
            try:
                place(client, key)
                self.taken.add(key)
            except EnvironmentFault:
                return  # it is gone, and whether it took this one nobody knows
            except Refused as refused:
                if refused.status != 503:
                    self.broken.append(refused)
                return
            except HanseError as error:
                self.broken.append(error)
                return


def place(client: Client, key: str) -> None:
    """An order named by its key; acknowledged, not waited for."""
    client.place_order(product=1, quantity=1, deposit=0, job=key, wait=False, key=key)


def jobs(by: Client) -> Counter[str]:
    """How often each job was ordered, by the ledger."""
    return Counter(str(by.order(one.number).asked["job"]) for one in by.orders())


@pytest.fixture
def busy(tmp_path: Path, place_for: Callable[[], str | None]) -> Iterator[tuple[House, Client, list[Client]]]:
    with peopled(tmp_path, place_for()) as made:
        yield made


own_chain = pytest.mark.skipif(
    os.environ.get("HANSE_TEST_CHAIN") == "network", reason="on a network the chain is not the service's to start"
)


@contextmanager
def peopled(home: Path, db: str | None = None, patience: float = 60.0) -> Iterator[tuple[House, Client, list[Client]]]:
    """A service, its coordinator, and people who may order: three wallets and somebody without one, last."""
    with house(home, db=db, patience=patience) as at:
        ada = at.coordinator()
        ada.set_services(SERVICES)
        ada.add_product("gearbox", "Gearbox", ["milling"])
        people = [at.wallet(ada, f"Wallet {i}", "customer") for i in range(WRITERS - 1)]
        managed = at.client()
        managed.join(ada.invite("customer"), "Managed", PHRASE)
        managed.sign_in("Managed", PHRASE)
        yield at, ada, [*people, managed]


def test_every_acknowledged_write_is_there_once_after_kill_9(busy: tuple[House, Client, list[Client]]) -> None:
    survive(*busy, random.Random(9), kills=3)


def survive(at: House, ada: Client, people: list[Client], rng: random.Random, kills: int) -> None:
    """Kills the service so often while people write, and finds what it acknowledged once."""
    tried: dict[str, Client] = {}
    taken: set[str] = set()
    for _ in range(kills):
        writers = Writers(people)
        time.sleep(rng.uniform(0.4, 1.5))
        at.kill()
        writers.stop()
        assert not writers.broken
        assert writers.taken
        tried |= writers.tried
        taken |= writers.taken
        at.start()
        # Sessions outlive it, unlocked keys do not.
        with pytest.raises(Refused) as refused:
            place(people[-1], "J-while-locked")
        assert refused.value.status == 423
        people[-1].sign_in("Managed", PHRASE)
    ada.sign_in("Ada", PHRASE)
    unknown = {key for key in tried if key not in taken}
    for key in unknown:  # whoever does not know asks again, with the same key
        place(tried[key], key)
    until(lambda: all(one.state == "done" for client in people for one in newest(client)))
    ordered = jobs(ada)
    assert taken <= set(ordered)
    assert ordered == Counter(list(tried))
    assert ada.audit().ok


@own_chain
def test_a_killed_chain_is_started_again_and_nothing_acknowledged_is_lost(
    busy: tuple[House, Client, list[Client]],
) -> None:
    at, ada, people = busy
    writers = Writers(people)
    for _ in range(2):
        time.sleep(0.7)
        os.kill(chain_process(at), signal.SIGKILL)
    time.sleep(1.0)
    writers.stop()
    # What the chain forgot is not there until it was sent again; a write that builds on it is refused meanwhile.
    assert all(isinstance(one, Refused) and one.status in (404, 409) for one in writers.broken)
    until(lambda: all(one.state == "done" for client in people for one in newest(client)), 180)
    ordered = jobs(ada)
    assert writers.taken <= set(ordered)
    assert max(ordered.values()) == 1
    assert ada._http.get("/ready").status_code == 200


@own_chain
def test_a_chain_that_hangs_keeps_nobody_from_reading_or_writing(busy: tuple[House, Client, list[Client]]) -> None:
    at, ada, people = busy
    for client in people:
        place(client, "J-before-" + secrets.token_hex(4))
    until(lambda: all(one.state == "done" for client in people for one in newest(client)))
    stopped = chain_process(at)
    os.kill(stopped, signal.SIGSTOP)
    try:
        keys = {"J-" + secrets.token_hex(8): client for client in people for _ in range(3)}
        for key, client in keys.items():
            place(client, key)
        assert len(list(people[0].orders())) == 1
        assert {one.state for client in people for one in newest(client)} == {"stored", "done"}
    finally:
        os.kill(stopped, signal.SIGCONT)
    until(lambda: all(one.state == "done" for client in people for one in newest(client)))
    assert set(keys) <= set(jobs(ada))


@own_chain
def test_an_end_that_was_asked_for_loses_nothing_and_leaves_no_process(
    busy: tuple[House, Client, list[Client]],
) -> None:
    at, ada, people = busy
    place(people[0], "J-last-moment")
    chain = chain_process(at)
    assert at.stop() == 0
    with pytest.raises(ProcessLookupError):
        os.kill(chain, 0)
    at.start()
    ada.sign_in("Ada", PHRASE)
    until(lambda: "J-last-moment" in jobs(ada))


def newest(client: Client) -> list[ActionNow]:
    answer = client._http.get("/api/v1/actions", params={"limit": 200})
    return [ActionNow.model_validate(one) for one in answer.json()]


def chain_process(at: House) -> int:
    return int(json.loads((at.data / "chain" / "anvil.pid").read_text())["pid"])


def test_an_audit_while_people_work_finds_no_difference(busy: tuple[House, Client, list[Client]]) -> None:
    _, ada, people = busy
    writers = Writers(people)
    try:
        found = [ada.audit() for _ in range(3)]
    finally:
        writers.stop()
    assert writers.taken
    for one in found:
        assert one.ok, [check for check in one.checks if not check.ok]
