"""What one server tells the others: heard at once, by all but itself, and never by a bystander's word alone."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from typing import Any

import pytest

from hanse.app.api.live import Hub
from hanse.app.api.relay import Relay
from hanse.errors import EnvironmentFault
from hanse.ledger.lookup.changes import Change
from hanse.ledger.postgres import PostgresDatabase
from hanse.ledger.wire import MOST_LETTERS, Wire
from tests.ledger.test_postgres import cut
from tests.postgres import Server


class Woken:
    """In the place of a server's loops: what woke them."""

    def __init__(self) -> None:
        self.by: list[str] = []

    def wake(self) -> None:
        self.by.append("deliver")

    def remind(self) -> None:
        self.by.append("remind")

    def look(self) -> bool:
        self.by.append("look")
        return False


@pytest.fixture
def wires(postgres: Server) -> Iterator[list[Wire]]:
    """Of three servers; the third is of another league in the same database."""
    address, other = postgres.database(), postgres.database()
    with ExitStack() as stack:
        made = []
        for at in (address, address, other):
            database = PostgresDatabase(at)
            stack.callback(database.close)
            made.append(Wire(database))
            stack.callback(made[-1].close)
            assert made[-1].hear(0) == []  # and from now on it listens
        yield made


def relays(wires: list[Wire]) -> list[tuple[Relay, Hub, Any]]:
    found = []
    for wire in wires:
        hub, woken = Hub(lambda _: (), lambda: 0), Woken()
        relay = Relay(wire, hub)
        relay.attach(woken)  # type: ignore[arg-type]
        found.append((relay, hub, woken))
    return found


def test_what_one_says_the_others_of_its_league_hear_and_it_does_not(wires: list[Wire]) -> None:
    wires[0].say("one", "7")
    assert wires[1].hear(5) == [["one", "7"]]
    assert wires[0].hear(0.2) == wires[2].hear(0.2) == []


def test_a_write_wakes_delivery_here_and_there_and_a_signature_the_clock(wires: list[Wire]) -> None:
    (here, _, mine), (there, _, theirs), (elsewhere, _, nobodys) = relays(wires)
    here.wake()
    here.remind()
    assert mine.by == ["deliver", "remind"]
    there.turn()
    there.turn()
    elsewhere.turn()
    assert [one for one in theirs.by if one != "look"] == ["deliver", "remind"]
    assert nobodys.by == ["look"]


def test_what_no_block_tells_reaches_streams_at_both(wires: list[Wire]) -> None:
    (here, mine, _), (there, theirs, _), _ = relays(wires)

    async def first(hub: Hub) -> tuple[Change, ...]:
        return await anext(hub.changes())

    async def heard() -> list[tuple[Change, ...]]:
        for hub in (mine, theirs):
            hub.attach(asyncio.get_running_loop())
        waiting = [asyncio.create_task(first(hub)) for hub in (mine, theirs)]
        await asyncio.sleep(0.2)
        here.say(Change("agreement", "7"))
        await asyncio.to_thread(there.turn)
        return [await asyncio.wait_for(one, 10) for one in waiting]

    assert asyncio.run(heard()) == [(Change("agreement", "7"),)] * 2


def test_words_nobody_knows_and_words_without_end_do_no_harm(wires: list[Wire]) -> None:
    (here, _, _), (there, _, theirs), _ = relays(wires)
    here.tell("dance")
    here.tell("say", "nonsense", "7")
    here.tell("say", "agreement")
    here.tell("say", "agreement", "x" * MOST_LETTERS)  # is not said at all
    for _ in range(3):
        there.turn()
    assert theirs.by == ["look"] * 3


def test_whoever_lost_its_connection_listens_again(postgres: Server, wires: list[Wire]) -> None:
    cut(postgres)
    with pytest.raises(EnvironmentFault, match="does not answer"):
        wires[1].hear(1)
    end = time.monotonic() + 10
    heard: list[list[str]] = []
    while not heard:
        assert time.monotonic() < end
        with suppress(EnvironmentFault):
            heard = wires[1].hear(0.1)
        wires[0].say("again")
    assert heard == [["again"]]
