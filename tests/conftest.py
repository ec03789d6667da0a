"""What every test may ask for: a chain that is not Hanse's own."""

from __future__ import annotations

import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator

import pytest
from hypothesis import settings

# One profile for desk and CI: no timed failures on busy machines, and the same examples every time.
settings.register_profile("hanse", deadline=None, derandomize=True)
settings.load_profile("hanse")

FUNDER = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"
"""The first of anvil's well-known accounts, rich on every fresh anvil and nowhere else."""


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
