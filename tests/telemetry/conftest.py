"""A real broker (Eclipse Mosquitto) that tests can stop and start again, and journals to write into."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hanse.telemetry.gate import Gate
from hanse.telemetry.intake import Intake
from hanse.telemetry.journal import Journal
from tests.telemetry.gateway import Gateway

GATE = Gate({"E1/line": frozenset({"M1", "M2"}), "E1/press": frozenset({"M3"})})


class Mosquitto:
    """A broker on this machine that keeps sessions and messages on disk."""

    def __init__(self, program: str, home: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self._program, self._file = program, home / "mosquitto.conf"
        self._file.write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous true\npersistence true\n"
            f"persistence_location {home}/\nmax_inflight_messages 1000\nmax_queued_messages 100000\nuser root\n"
        )
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(
            [self._program, "-c", str(self._file)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise RuntimeError("mosquitto did not start")

    def stop(self) -> None:
        """As an operator stops it: it writes down what it holds."""
        self._process.terminate()
        self._process.wait(timeout=10)


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    program = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
    if program is None:
        if os.environ.get("HANSE_REQUIRE_BROKER"):
            pytest.fail("no mosquitto on this machine")
        pytest.skip("no mosquitto on this machine: apt install mosquitto")
    home = tmp_path / "broker"
    home.mkdir()
    running = Mosquitto(program, home)
    yield running
    running.stop()


Connect = Callable[..., Gateway]


@pytest.fixture
def connect(broker: Mosquitto) -> Iterator[Connect]:
    """Gateways of this broker, closed when the test is over."""
    opened: list[Gateway] = []

    def open_one(node: str = "line", group: str = "E1") -> Gateway:
        opened.append(Gateway(broker.port, node, group))
        return opened[-1]

    yield open_one
    for gateway in opened:
        gateway.close()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = Journal(tmp_path / "telemetry.db", member="E1", chain_id=31337)
    yield opened
    opened.close()


@pytest.fixture
def intake(journal: Journal) -> Intake:
    return Intake(journal, GATE)
