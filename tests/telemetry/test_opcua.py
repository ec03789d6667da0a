"""A real OPC UA server: what changes there is in the journal, with the server's own times."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import pytest
from asyncua import Server as UaServer
from asyncua import ua

from hanse.errors import InputError
from hanse.telemetry.intake import Intake
from hanse.telemetry.opcua import NodeMapping, OpcUaListener, Server


class Plant:
    """A server with two nodes, in a thread of its own."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.url = f"opc.tcp://127.0.0.1:{free.getsockname()[1]}/hanse"
        self.nodes: dict[str, Any] = {}
        self._loop = asyncio.new_event_loop()
        self._ready, self._stop = threading.Event(), asyncio.Event()

    def start(self) -> None:
        self._ready.clear()
        self._thread = threading.Thread(target=lambda: self._loop.run_until_complete(self._serve()))
        self._thread.start()
        assert self._ready.wait(20)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(20)
        self._stop = asyncio.Event()

    def close(self) -> None:
        self._loop.close()

    def write(self, name: str, value: Any, *, good: bool = True) -> None:
        status = ua.StatusCode(ua.StatusCodes.Good if good else ua.StatusCodes.Bad)
        said = ua.DataValue(ua.Variant(value), status)
        asyncio.run_coroutine_threadsafe(self.nodes[name].write_value(said), self._loop).result(10)

    async def _serve(self) -> None:
        server = UaServer()
        await server.init()
        server.set_endpoint(self.url)
        server.set_security_policy([ua.SecurityPolicyType.NoSecurity])
        space = await server.register_namespace("shop")
        for name, value in (("Press.State", "idle"), ("Press.Power", 0.0)):
            node = await server.nodes.objects.add_variable(ua.NodeId(name, space), name, value)
            self.nodes[name] = node
        async with server:
            self._ready.set()
            await self._stop.wait()


@pytest.fixture
def plant() -> Iterator[Plant]:
    running = Plant()
    running.start()
    yield running
    running.stop()
    running.close()


@contextmanager
def listening(plant: Plant, intake: Intake, *nodes: NodeMapping) -> Iterator[None]:
    done = threading.Event()
    listener = OpcUaListener(Server(plant.url, "E1/press", nodes), intake)
    thread = threading.Thread(target=listener.run, args=(done.is_set,))
    thread.start()
    yield
    done.set()
    thread.join(20)


def eventually(intake: Intake, count: int) -> None:
    end = time.monotonic() + 20
    while intake.stored < count and time.monotonic() < end:
        time.sleep(0.05)
    assert intake.stored >= count


STATE = NodeMapping("ns=2;s=Press.State", "M3", "State")
POWER = NodeMapping("ns=2;s=Press.Power", "M3", "Power")


def test_changes_come_in_with_the_servers_times(plant: Plant, intake: Intake) -> None:
    begun = int(time.time() * 1000)
    with listening(plant, intake, STATE, POWER):
        eventually(intake, 2)
        for value in (1.5, 2.5, 3.5):
            plant.write("Press.Power", value)
            time.sleep(0.02)
        plant.write("Press.State", "running")
        eventually(intake, 6)

    power = [one for one in intake.journal.of_machine("M3") if one.metric == "Power"]
    assert [one.value for one in power] == [0.0, 1.5, 2.5, 3.5]
    assert all(one.measured <= later.measured for one, later in pairwise(power))
    assert power[1].measured >= begun
    assert intake.refused == 0


def test_a_value_the_server_does_not_vouch_for_is_left_out(plant: Plant, intake: Intake) -> None:
    with listening(plant, intake, POWER):
        eventually(intake, 1)
        plant.write("Press.Power", 666.0, good=False)
        plant.write("Press.Power", 7.0)
        eventually(intake, 2)

    assert [one.value for one in intake.journal.of_machine("M3")] == [0.0, 7.0]


def test_a_server_that_went_away_is_found_again(plant: Plant, intake: Intake) -> None:
    with listening(plant, intake, POWER):
        eventually(intake, 1)
        plant.stop()
        plant.start()
        plant.write("Press.Power", 8.0)
        end = time.monotonic() + 20
        while time.monotonic() < end and 8.0 not in [one.value for one in intake.journal.of_machine("M3")]:
            time.sleep(0.1)

    assert intake.journal.of_machine("M3")[-1].value == 8.0


def test_a_node_the_server_does_not_have_is_named(plant: Plant, intake: Intake) -> None:
    listener = OpcUaListener(Server(plant.url, "E1/press", (NodeMapping("ns=2;s=Nothing", "M3", "x"),)), intake)

    with pytest.raises(InputError, match="no node ns=2;s=Nothing"):
        listener.run(lambda: False)
