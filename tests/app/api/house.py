"""A real service on a real chain, as a process of its own, and the people who use it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

import hanse
from hanse.app.client import Client
from hanse.instances import hanse_json

PHRASE = "four words are easy to keep"
QUICK = """from pathlib import Path
from hanse.app.api.server import serve
from hanse.app.api.settings import ServeSettings"""
"""Keystores cost a second each on purpose, which tests need not pay."""

SERVICES = ["milling", "turning", "grinding"]


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@dataclass
class House:
    """A running service. invitation: of the first coordinator, as it was printed. work: of scrypt; None starts it as
    people do, by the command line."""

    data: Path
    port: int
    work: int | None = 2**12
    chain: str | None = None
    per_minute: int = 60_000
    invitation: str = ""
    started: float = 0.0
    process: subprocess.Popen[bytes] | None = None
    clients: list[Client] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.data.parent / f"{self.data.name}.log"

    def start(self) -> None:
        """Starts it and waits until it answers."""
        begun, words = time.monotonic(), ["--data", str(self.data), "--port", str(self.port)]
        command = [sys.executable, "-m", "hanse.app.cli", "serve", *words, "--per-minute", str(self.per_minute)]
        if self.work is not None:
            told = f"Path({str(self.data)!r}), {self.chain!r}, port={self.port}"
            told += f", per_minute={self.per_minute}, scrypt={self.work}"
            command = [sys.executable, "-c", f"{QUICK}\nserve(ServeSettings({told}))"]
        with self.log.open("ab") as log:
            at = log.tell()
            self.process = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, "NO_COLOR": "1"})
        with Client(self.url) as probe:
            for _ in range(1200):
                try:
                    probe._http.get("/ready").raise_for_status()
                    break
                except httpx.HTTPError as failure:
                    assert self.process.poll() is None, self.log.read_text()
                    last = failure
                    time.sleep(0.05)
            else:
                raise AssertionError(f"it does not answer: {last}")
        self.started = time.monotonic() - begun
        for line in self.log.read_bytes()[at:].decode().splitlines():
            if line.startswith("invitation"):
                self.invitation = line.rsplit(" ", 1)[-1]

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
        made = Client(self.url)
        self.clients.append(made)
        return made

    def coordinator(self) -> Client:
        """The first coordinator, notary and treasurer, without a wallet."""
        client = self.client()
        client.join(self.invitation, "Ada", PHRASE)
        client.sign_in("Ada", PHRASE)
        until(lambda: "coordinator" in client.session().offices)
        return client

    def wallet(self, by: Client, name: str, *offices: str) -> Client:
        """Somebody with a wallet, invited `by` a coordinator."""
        client = self.client()
        key = os.urandom(32).hex()
        client.sign_in_with_key(key, invitation=by.invite(*offices), name=name)
        until(lambda: set(offices) - {"member", "customer", "solver"} <= set(client.session().offices))
        return client

    def close(self) -> None:
        for client in self.clients:
            client.close()
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


@contextmanager
def house(home: Path, **how: Any) -> Iterator[House]:
    """A service that is ended on leaving."""
    made = House(home / "league", free_port(), **how)
    try:
        made.start()
        yield made
    finally:
        made.close()


def until(done: Any, seconds: float = 20.0) -> None:
    """Waits for something the ledger does by itself."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "it does not come"
        time.sleep(0.05)


def question(jobs: dict[str, tuple[str, int | None]]) -> Any:
    """A problem of two shops, E1 that mills and E2 that turns. jobs: customer and budget by job."""
    machine = {"capacity": 1, "budget": None, "power": 10, "available": [[0, 10_000]]}
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
