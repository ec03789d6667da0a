"""What every test may ask for: a chain that is not Hanse's own."""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings

from tests.network.validators import Validators
from tests.network.validators import validators as network
from tests.postgres import Server, server

# One profile for desk and CI: no timed failures on busy machines, and the same examples every time.
settings.register_profile("hanse", deadline=None, derandomize=True)
settings.load_profile("hanse")

FUNDER = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"
"""The first of anvil's well-known accounts, rich on every fresh anvil and nowhere else."""


ENGINES = ("sqlite", "postgresql")
"""What a ledger's database can be. Tests that ask for `engine` run on each."""


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server that nobody may kill."""
    with server() as started:
        yield started


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """The kind of database this test is about."""
    return str(request.param)


@pytest.fixture
def address(engine: str, request: pytest.FixtureRequest) -> str | None:
    """Of a new database of that kind; None for a file."""
    return None if engine == "sqlite" else str(request.getfixturevalue("postgres").database())


@pytest.fixture(scope="session")
def validators() -> Iterator[Validators]:
    """Four validators that nobody may harm; only where `make test-network` asks for them, since their engine is built
    first."""
    with TemporaryDirectory() as home, network(Path(home) / "four") as started:
        yield started


@pytest.fixture(scope="session")
def chain_url(request: pytest.FixtureRequest) -> str | None:
    """The chain of services under test: None for one of their own, unless HANSE_TEST_CHAIN=network."""
    if os.environ.get("HANSE_TEST_CHAIN") != "network":
        return None
    started: Validators = request.getfixturevalue("validators")
    return started.url


@pytest.fixture(scope="session")
def funder() -> str:
    """Key of an account with gas money on `other_chain`."""
    return FUNDER


@pytest.fixture(scope="session")
def other_chain() -> Iterator[str]:
    """URL of a chain somebody else runs: another id, and gas that costs something."""
    from hanse.ledger import anvil

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(anvil.find_anvil()), "--port", str(port), "--silent", "--chain-id", "31337"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    ask = urllib.request.Request(
        url, b'{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]}', {"Content-Type": "application/json"}
    )
    for _ in range(100):
        try:
            urllib.request.urlopen(ask, timeout=2).close()
            break
        except OSError:
            time.sleep(0.1)
    yield url
    process.kill()
    process.wait()
