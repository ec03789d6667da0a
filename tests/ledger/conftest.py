"""Real chains for the ledger's tests: Hanse's own, and one of a stranger with fees."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from eth_account import Account

from hanse.ledger import anvil
from hanse.ledger.database import Database
from hanse.ledger.embedded import EmbeddedChain
from hanse.ledger.keys import KeyRing
from hanse.ledger.opening import open_database
from hanse.ledger.outbox import Outbox
from hanse.ledger.store import Ledger, open_ledger

# The first of the accounts every development chain funds; public knowledge, worth nothing.
RICH_KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[EmbeddedChain]:
    """Hanse's own chain, new."""
    with EmbeddedChain(tmp_path / "chain") as started:
        yield started


@pytest.fixture
def database(tmp_path: Path, address: str | None) -> Iterator[Database]:
    """A ledger's database, new, with its tables."""
    opened = open_database(tmp_path, address)
    yield opened
    opened.close()


@pytest.fixture
def outbox(chain: EmbeddedChain, database: Database) -> Outbox:
    """An outbox over Hanse's own chain, told when that was started again."""
    made = Outbox(database, chain)
    chain.revived = made.replay
    return made


@pytest.fixture
def keys(tmp_path: Path) -> KeyRing:
    return KeyRing(tmp_path / "secret")


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """An open ledger with a league of its own, shared by the tests of a module: each uses its own keys and roles."""
    with open_ledger(tmp_path_factory.mktemp("data")) as opened:
        yield opened


@pytest.fixture
def foreign_chain(tmp_path: Path) -> Iterator[str]:
    """The address of somebody else's chain, with fees and one rich account."""
    log = tmp_path / "foreign.log"
    process = anvil.spawn(anvil.find_anvil(), ["--port", "0", "--accounts", "1", "--no-cors"], log)
    try:
        yield f"http://127.0.0.1:{anvil.wait_for_port(process, log, 15)}"
    finally:
        anvil.stop(process)


def kill(process_id: int) -> None:
    """`kill -9`, and wait until it is gone."""
    os.kill(process_id, signal.SIGKILL)
    until = time.monotonic() + 5
    while time.monotonic() < until and anvil._identity(process_id):
        time.sleep(0.005)


def rich_address() -> str:
    return str(Account.from_key(RICH_KEY).address)
