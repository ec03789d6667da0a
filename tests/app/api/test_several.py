"""Two servers of one league: whichever is asked, it is the same league."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from hanse.app.client import Client, Refused
from tests.app.api.house import PHRASE, until
from tests.app.api.ring import Ring, beside, leads, ring, settled
from tests.app.api.test_kills import jobs, newest, place
from tests.postgres import Server

WRITES = 60


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory, postgres: Server) -> Iterator[tuple[Ring, Client]]:
    """Two servers and a coordinator, who is at the first one."""
    with ring(tmp_path_factory.mktemp("several"), postgres) as made:
        yield made, settled(made)


@pytest.fixture
def customer(two: tuple[Ring, Client]) -> Client:
    """Somebody without a wallet, at the first server."""
    made, ada = two
    client = made.houses[0].client()
    name = f"Customer {random.getrandbits(64):x}"
    client.join(ada.invite("customer"), name, PHRASE)
    client.sign_in(name, PHRASE)
    return client


def refused(status: int, ask: Any) -> None:
    with pytest.raises(Refused) as told:
        ask()
    assert told.value.status == status, told.value


def test_they_begin_at_once_found_one_league_and_one_leads(two: tuple[Ring, Client]) -> None:
    made, ada = two
    assert sorted(leads(one) for one in made.houses) == [False, True]
    assert [bool(one.invitation) for one in made.houses].count(True) == 1
    assert beside(ada, made.houses[1]).league() == ada.league()


def test_many_writes_of_one_account_at_both_in_no_order_are_each_there_once(
    two: tuple[Ring, Client], customer: Client
) -> None:
    made, ada = two
    there = [customer, beside(customer, made.houses[1])]
    rng = random.Random(11)
    keys = [f"random-{i:03}" for i in range(WRITES)]
    asked = [(there[rng.randrange(2)], key) for key in keys]
    # Some are asked twice, at both, because their first answer was lost.
    asked += [(there[i % 2], key) for i, key in enumerate(keys[:20])]
    rng.shuffle(asked)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda one: place(*one), asked))

    until(lambda: all(one.state == "done" for one in newest(customer)))
    assert sorted(job for job in jobs(ada).elements() if job.startswith("random-")) == keys
    assert made.chain._ask("eth_getTransactionCount", [customer.session().address, "latest"]) == hex(WRITES)


def test_an_audit_at_either_finds_the_same_while_people_write(two: tuple[Ring, Client], customer: Client) -> None:
    made, ada = two
    over = threading.Event()

    def write() -> None:
        for i in range(1_000):
            if over.is_set():
                return
            place(customer, f"audited-{i:04}")

    writing = threading.Thread(target=write)
    writing.start()
    try:
        audits = [beside(ada, one).audit() for one in made.houses]
    finally:
        over.set()
        writing.join()
    assert [one.ok for one in audits] == [True, True], audits
    assert len({tuple(check.what for check in one.checks) for one in audits}) == 1


def test_the_same_key_at_both_at_once_is_one_action_and_another_wish_under_it_is_refused(
    two: tuple[Ring, Client], customer: Client
) -> None:
    made, ada = two
    there = [customer, beside(customer, made.houses[1])]
    start = threading.Barrier(2)

    def ask(client: Client) -> str:
        start.wait()
        words: dict[str, Any] = {"product": 1, "quantity": 1, "deposit": 0, "job": "at-once", "wait": False}
        return client.place_order(**words, key="once-at-both").id

    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(ask, there))) == 1
    until(lambda: newest(customer)[0].state == "done")
    assert jobs(ada)["at-once"] == 1
    refused(
        409,
        lambda: there[1].place_order(product=1, quantity=2, deposit=0, job="another", wait=False, key="once-at-both"),
    )


def test_a_stream_at_one_tells_what_was_written_at_the_other(two: tuple[Ring, Client], customer: Client) -> None:
    made, _ = two
    for writer, reader in ((0, 1), (1, 0)):
        told: list[str] = []
        at = beside(customer, made.houses[writer])
        heard = threading.Thread(target=_listen, args=(beside(customer, made.houses[reader]), told))
        heard.start()
        until(lambda told=told: told)
        begun = time.monotonic()
        place(at, f"told-by-{writer}")
        until(lambda told=told: any('"order"' in line for line in told))
        assert time.monotonic() - begun < 15
        heard.join(timeout=20)


def _listen(client: Client, told: list[str]) -> None:
    with client._http.stream("GET", "/api/v1/events", timeout=20) as answer:
        for line in answer.iter_lines():
            told.append(line)
            if '"order"' in line:
                return


def test_sessions_keys_and_their_ends_are_the_same_at_both(two: tuple[Ring, Client], customer: Client) -> None:
    made, _ = two
    there = beside(customer, made.houses[1])
    assert there.session().unlocked
    there.sign_out()
    with pytest.raises(Refused) as told:  # at the first one too, and at once
        customer.session()
    assert told.value.status == 401


def test_an_invitation_used_at_both_at_once_lets_one_in(two: tuple[Ring, Client]) -> None:
    made, ada = two
    code, start = ada.invite("customer"), threading.Barrier(2)

    def join(at: int) -> int:
        client = made.houses[at].client()
        start.wait()
        try:
            client.join(code, f"Guest {at} {code[:6]}", PHRASE)
        except Refused as told:
            return told.status
        return 201

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(join, (0, 1))) == [201, 403]


def test_a_sign_in_message_of_one_is_taken_at_the_other_and_only_once(two: tuple[Ring, Client]) -> None:
    from eth_account import Account
    from eth_account.messages import encode_defunct

    made, ada = two
    wallet = Account.create()
    first, second = (httpx.Client(base_url=f"{one.url}/api/v1", trust_env=False) for one in made.houses)
    with first, second:
        text = first.post("/session/wallet/message", json={"address": wallet.address}).json()["message"]
        signature = "0x" + bytes(wallet.sign_message(encode_defunct(text=text)).signature).hex()
        said = {"message": text, "signature": signature, "invitation": ada.invite("customer"), "name": wallet.address}
        assert second.post("/session/wallet", json=said).status_code == 200
        assert first.post("/session/wallet", json=said).status_code == 401


def test_pass_phrases_are_guessed_no_oftener_at_two_than_at_one(two: tuple[Ring, Client], customer: Client) -> None:
    made, _ = two
    name = customer.session().name
    found = []
    for i in range(16):
        client = made.houses[i % 2].client()
        with pytest.raises(Refused) as told:
            client.sign_in(name, "certainly not this one")
        found.append(told.value.status)
    assert found.count(429) >= 5, found


def test_a_signature_at_one_wakes_a_page_at_the_other(two: tuple[Ring, Client], customer: Client) -> None:
    """What no block tells is told by the wire alone."""
    from hanse.ledger.postgres import PostgresDatabase
    from hanse.ledger.wire import Wire

    made, _ = two
    told: list[str] = []
    heard = threading.Thread(target=_until_said, args=(beside(customer, made.houses[1]), told))
    heard.start()
    until(lambda: told)
    database = PostgresDatabase(made.db)
    wire = Wire(database)
    wire.say("say", "nonsense", "7")
    wire.say("say", "agreement", "4711")
    heard.join(timeout=20)
    database.close()
    assert '"id": "4711"' in told[-1]
    assert not any("nonsense" in line for line in told)


def _until_said(client: Client, told: list[str]) -> None:
    with client._http.stream("GET", "/api/v1/events", timeout=20) as answer:
        for line in answer.iter_lines():
            told.append(line)
            if "4711" in line:
                return


def test_the_leader_is_killed_and_the_other_one_goes_on_with_all_that_was_acknowledged(
    two: tuple[Ring, Client], customer: Client
) -> None:
    """The last of this file. Harder ones are in `test_several_faults.py`."""
    made, ada = two
    leader = made.leader()
    other = next(one for one in made.houses if one is not leader)
    here, there = beside(customer, leader), beside(customer, other)
    keys = [f"survives-{i}" for i in range(10)]
    for key in keys:
        place(here, key)
    leader.kill()
    for key in ("taken-meanwhile", keys[-1]):  # the second was acknowledged by the one that is dead
        place(there, key)
    begun = time.monotonic()
    assert made.leader() is other
    assert time.monotonic() - begun < 15
    until(lambda: all(one.state == "done" for one in newest(there)))
    wanted = sorted([*keys, "taken-meanwhile"])
    found = jobs(beside(ada, other)).elements()
    assert sorted(job for job in found if job in wanted) == wanted
    sent = made.chain._ask("eth_getTransactionCount", [there.session().address, "latest"])
    assert int(sent, 16) == len(wanted)
