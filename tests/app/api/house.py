"""A real service on a real chain, as a process of its own, and the people who use it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

import hanse
from hanse.app.client import Client, Refused
from hanse.instances import hanse_json
from tests.postgres import Server

PHRASE = "four words are easy to keep"
QUICK = """from pathlib import Path
from hanse.app.api.server import serve
from hanse.app.api.settings import ServeSettings"""
"""Keystores cost a second each on purpose, which tests need not pay."""

CHAIN: str | None = None
"""Of services whose test names none: their own, or the network of `make test-network`."""

PATIENCE_SECONDS = 15.0

SERVICES = ["milling", "turning", "grinding"]


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Patient(Client):
    """Somebody on a network whose newest block may be replaced by another: what is refused because what was before it
    is gone for a moment is tried again, as people do. Nothing was signed then."""

    def _write(self, *words: Any, **more: Any) -> Any:
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return super()._write(*words, **more)
            except Refused as refusal:
                if "the contract refused" not in str(refusal) or time.monotonic() > end:
                    raise
                time.sleep(1)


@dataclass
class House:
    """A running service. invitation: of the first coordinator, as it was printed. work: of scrypt; None starts it as
    people do, by the command line. league: address of one that is there already. other, beacon: of another chain.
    several: one of several servers; public: the address people type; before: what its process does first, as Python;
    patience: seconds it may take to answer."""

    data: Path
    port: int
    work: int | None = 2**12
    chain: str | None = None
    db: str | None = None
    league: str | None = None
    other: str | None = None
    beacon: str | None = None
    per_minute: int = 60_000
    patience: float = 60.0
    several: bool = False
    public: str = ""
    before: str = ""
    invitation: str = ""
    started: float = 0.0
    process: subprocess.Popen[bytes] | None = None
    _at: int = 0
    clients: list[Client] = field(default_factory=list)
    managed_names: dict[Client, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.data.parent / f"{self.data.name}-{self.port}.log"

    def start(self) -> None:
        """Starts it and waits until it answers."""
        begun = time.monotonic()
        self.begin()
        self.answers()
        self.started = time.monotonic() - begun

    def begin(self) -> None:
        """Starts it."""
        words = ["--data", str(self.data), "--port", str(self.port)]
        command = [sys.executable, "-m", "hanse.app.cli", "serve", *words, "--per-minute", str(self.per_minute)]
        if self.db is not None:
            command += ["--db", self.db]
        if self.chain is not None:
            command += ["--chain", self.chain]
        if self.several:
            command += ["--several"]
        if self.work is not None:
            told = f"Path({str(self.data)!r}), {self.chain!r}, port={self.port}"
            told += f", db={self.db!r}, league={self.league!r}, per_minute={self.per_minute}, scrypt={self.work}"
            told += f", other={self.other!r}, beacon={self.beacon!r}, several={self.several}, public={self.public!r}"
            command = [sys.executable, "-c", f"{QUICK}\n{self.before}\nserve(ServeSettings({told}))"]
        with self.log.open("ab") as log:
            self._at = log.tell()
            self.process = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, "NO_COLOR": "1"})

    def answers(self) -> None:
        """Waits until it answers, and reads the invitation that it printed."""
        assert self.process is not None
        with Client(self.url) as probe:
            for _ in range(round(20 * self.patience)):
                try:
                    probe._http.get("/ready").raise_for_status()
                    break
                except httpx.HTTPError as failure:
                    assert self.process.poll() is None, self.log.read_text()
                    last = failure
                    time.sleep(0.05)
            else:
                raise AssertionError(f"it does not answer: {last}\n{self.log.read_text()[-2000:]}")
        for line in self.said():
            if line.startswith("invitation"):
                self.invitation = line.rsplit(" ", 1)[-1]

    def said(self) -> list[str]:
        """What it printed since it was started last."""
        return self.log.read_bytes()[self._at :].decode().splitlines()

    def kill(self) -> None:
        """`kill -9`."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """SIGTERM; returns the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)

    def client(self) -> Client:
        """Somebody who is not signed in yet."""
        made = (Patient if os.environ.get("HANSE_TEST_CHAIN") == "network" else Client)(self.url)
        self.clients.append(made)
        return made

    def coordinator(self) -> Client:
        """The first coordinator, notary and treasurer, without a wallet."""
        client = self.client()
        self._join(client, self.invitation, "Ada")
        until(lambda: "coordinator" in client.session().offices)
        return client

    def wallet(self, by: Client, name: str, *offices: str) -> Client:
        """Somebody with a wallet, invited `by` a coordinator."""
        client = self.client()
        key = os.urandom(32).hex()
        client.sign_in_with_key(key, invitation=by.invite(*offices), name=name)
        until(lambda: set(offices) - {"member", "customer", "solver"} <= set(client.session().offices))
        return client

    def managed(self, by: Client, name: str, *offices: str) -> Client:
        """Somebody without a wallet, invited `by` a coordinator."""
        client = self.client()
        self._join(client, by.invite(*offices), name)
        until(lambda: set(offices) - {"member", "customer", "solver"} <= set(client.session().offices))
        return client

    def unlock(self) -> None:
        """Signs everybody without a wallet in again: a service that was ended has their keys locked."""
        for client, name in self.managed_names.items():
            client.sign_in(name, PHRASE)

    def leave(self, first: int = 0) -> None:
        """Forgets the clients from the `first` on."""
        for client in self.clients[first:]:
            client.close()
            self.managed_names.pop(client, None)
        del self.clients[first:]

    def _join(self, client: Client, invitation: str, name: str) -> None:
        client.join(invitation, name, PHRASE)
        client.sign_in(name, PHRASE)
        self.managed_names[client] = name

    def close(self) -> None:
        self.leave()
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()


@dataclass
class Town:
    """people: by what they are. Order 1 is agreed, its milestone 0 delivered; order 2 is open; both are of
    `customer`."""

    house: House
    people: dict[str, Client] = field(default_factory=dict)

    def __getitem__(self, who: str) -> Client:
        return self.people[who]

    def address(self, who: str) -> str:
        return self[who].session().address


class Kept:
    """A town at rest. Every test file gets it as it was, whatever the one before did in it. server: where its database
    is, if that is no file."""

    def __init__(self, town: Town, server: Server | None = None) -> None:
        self._town, self._people, self._clients = town, {**town.people}, len(town.house.clients)
        at, self._server = town.house, server
        assert at.stop() == 0, at.log.read_text()
        self._data = shutil.copytree(at.data, at.data.with_name(f"{at.data.name}-kept"))
        self._rows = server.kept(at.db) if server and at.db else b""

    @contextmanager
    def again(self) -> Iterator[Town]:
        """The town with its service running, until leaving."""
        at = self._town.house
        shutil.rmtree(at.data)
        shutil.copytree(self._data, at.data)
        if self._server and at.db:
            self._server.bring_back(at.db, self._rows)
        at.start()
        at.unlock()
        yield self._town
        assert at.stop() == 0, at.log.read_text()
        at.leave(self._clients)
        self._town.people = {**self._people}


class Anew:
    """The same on a chain that cannot go back: for every test file a league of its own. make: founds one."""

    def __init__(self, make: Callable[[], AbstractContextManager[Town]]) -> None:
        self._make = make

    @contextmanager
    def again(self) -> Iterator[Town]:
        """A town that was just founded, until leaving."""
        with self._make() as begun:
            yield begun


@contextmanager
def house(home: Path, **how: Any) -> Iterator[House]:
    """A service that is ended on leaving; on the chain of all if it has no other."""
    made = House(home / "league", free_port(), **{"chain": CHAIN, **how})
    try:
        made.start()
        yield made
    finally:
        made.close()


def until(done: Any, seconds: float = 60) -> None:
    """Waits for something the ledger does by itself."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "it does not come"
        time.sleep(0.05)


def question(jobs: dict[str, tuple[str, int | None]], capacity: int = 100) -> Any:
    """A problem of two shops, E1 that mills and E2 that turns. jobs: customer and budget by job."""
    # Room for all that the tests of one town have done at the same time.
    machine = {"capacity": capacity, "budget": None, "power": 10, "available": [[0, 10_000]]}
    document = {
        "format": "hanse-problem/1",
        "name": "two shops",
        "units": {"time": "minute", "money": "cent", "distance": "metre", "energy": "Wh"},
        "sites": [{"id": "E1", "position": [0, 0]}, {"id": "E2", "position": [3000, 4000]}],
        "transport": {"cost": [[0, 500], [500, 0]], "time": [[0, 12], [12, 0]]},
        "enterprises": [
            {"id": "E1", "site": "E1", "machines": [{"id": "M1", "services": ["milling"], **machine}]},
            {"id": "E2", "site": "E2", "machines": [{"id": "M2", "services": ["turning"], **machine}]},
        ],
        "jobs": [
            {
                "id": job,
                "customer": customer,
                "budget": budget,
                "plans": [
                    {
                        "id": "A",
                        "operations": [
                            _operation("O1", "milling", "M1", 60, 40_000),
                            _operation("O2", "turning", "M2", 30, 20_000),
                        ],
                    }
                ],
            }
            for job, (customer, budget) in jobs.items()
        ],
    }
    return hanse_json.read_problem(json.dumps(document).encode())


def _operation(name: str, service: str, machine: str, duration: int, cost: int) -> dict[str, Any]:
    return {"id": name, "service": service, "modes": [{"machine": machine, "duration": duration, "cost": cost}]}


def planned(problem: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Problem and plan as JSON."""
    result = hanse.solve(problem, objective="cost", time_limit=5, seed=0)
    assert result.plan is not None
    return json.loads(hanse_json.write_problem(problem)), json.loads(hanse_json.write_plan(result.plan))
