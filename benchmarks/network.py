"""What a network of validators takes in a second: through Hanse's outbox and index, beside a bare sender.

    PYTHONPATH=. python benchmarks/network.py [--transactions 6000] [--senders 8] [--turns 3] [--chain URL]

Both do the same work: so many calls of one contract (a root is anchored), by so many accounts, on the same four
validators, in turns. The bare sender has signed everything beforehand, with gas that is known, sends one after another
over one kept connection, and is done when all are in blocks. Hanse asks what each would take, signs it, has it on disk
before it is sent, records what became of each, and is done when its index has all of them.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from secrets import token_bytes
from typing import Any
from urllib.parse import urlsplit

from eth_account import Account
from tests.network.validators import validators

from hanse.ledger.anchors import Anchors
from hanse.ledger.contracts import contract
from hanse.ledger.store import Ledger, open_ledger

GAS = 100_000
"""Of one call, with room."""


class Bare:
    """A sender that knows nothing but JSON-RPC."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        self.chain_id = int(self.ask("eth_chainId"), 16)

    def ask(self, method: str, *words: Any) -> Any:
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": words})
        self._connection.request("POST", "/", body, {"Content-Type": "application/json"})
        told = json.loads(self._connection.getresponse().read())
        if "error" in told:
            raise RuntimeError(told["error"])
        return told["result"]

    def sign(self, to: str, transactions: int, senders: int) -> list[tuple[str, str]]:
        """Sender and bytes of each."""
        accounts = [Account.create() for _ in range(senders)]
        code, raw = contract("Anchors"), []
        for at in range(transactions):
            one = accounts[at % senders]
            data = code.encode("anchor", bytes(32), at, token_bytes(32))
            fields = {"chainId": self.chain_id, "nonce": at // senders, "gas": GAS, "to": to, "value": 0, "data": data}
            fields |= {"maxFeePerGas": 0, "maxPriorityFeePerGas": 0}
            raw.append((one.address, "0x" + bytes(one.sign_transaction(fields).raw_transaction).hex()))
        return raw

    def run(self, raw: list[tuple[str, str]]) -> float:
        """Seconds until all are in blocks."""
        begun = time.perf_counter()
        for _, one in raw:
            self.ask("eth_sendRawTransaction", one)
        for address, wanted in Counter(address for address, _ in raw).items():
            while int(self.ask("eth_getTransactionCount", address, "latest"), 16) < wanted:
                time.sleep(0.01)
        return time.perf_counter() - begun


def hanse(ledger: Ledger, turn: int, transactions: int, senders: int) -> float:
    """Seconds until all are in blocks and in the index."""
    anchors, roles = Anchors(ledger.league), [f"bench:{turn}:{place}" for place in range(senders)]
    ledger.sync()
    begun = time.perf_counter()
    with ledger.together():
        for at in range(transactions):
            key = f"bench/{turn}/{at}"
            anchors.anchor(roles[at % senders], bytes(32), at, token_bytes(32), key=key)
    index = ledger.sync()
    seconds = time.perf_counter() - begun
    # Of these alone: the newest block may have been replaced, and what the bare sender had in it comes into another.
    own = {ledger.league.address(role) for role in roles}
    found = sum(one.account in own for one in index.anchors())
    assert found == transactions, f"{found} of {transactions} are in the index"
    return seconds


@contextmanager
def network(chain: str | None) -> Iterator[tuple[str, Path, list[int]]]:
    """Where it is asked, room on the disk, and the processes of its validators, as far as they are ours."""
    with tempfile.TemporaryDirectory() as home:
        if chain is not None:
            yield chain, Path(home), []
            return
        with validators(Path(home) / "network") as started:
            yield started.url, Path(home), [one.pid for one in started]


def work(processes: Sequence[int]) -> float:
    """Seconds of processor time that they and we have used."""
    ticks = 0
    for one in processes:
        told = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        ticks += int(told[11]) + int(told[12])
    return ticks / os.sysconf("SC_CLK_TCK") + time.process_time()


def main() -> None:
    """Prints each turn and the medians."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--transactions", type=int, default=6000)
    parser.add_argument("--senders", type=int, default=8)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--chain", help="a network that runs, with free gas; by default four validators are started")
    asked = parser.parse_args()
    rates: dict[str, list[float]] = {"bare": [], "hanse": []}
    costs: dict[str, list[float]] = {"bare": [], "hanse": []}
    with network(asked.chain) as (url, home, processes), open_ledger(home / "data", url) as ledger:
        bare, to = Bare(url), ledger.league.addresses.anchors
        for turn in range(asked.turns):
            for name in rates:
                raw = bare.sign(to, asked.transactions, asked.senders) if name == "bare" else []
                before = work(processes)
                seconds = bare.run(raw) if raw else hanse(ledger, turn, asked.transactions, asked.senders)
                rates[name].append(asked.transactions / seconds)
                costs[name].append(1000 * (work(processes) - before) / asked.transactions)
            print(f"turn {turn + 1}: " + ", ".join(f"{name} {rate[-1]:.0f}/s" for name, rate in rates.items()))
    middle = {name: statistics.median(one) for name, one in rates.items()}
    print(f"bare {middle['bare']:.0f}/s, Hanse {middle['hanse']:.0f}/s: {middle['hanse'] / middle['bare']:.2f}")
    spent = {name: statistics.median(one) for name, one in costs.items()}
    print(
        f"processor time each, validators and sender: bare {spent['bare']:.2f} ms, Hanse {spent['hanse']:.2f} ms:"
        f" {spent['bare'] / spent['hanse']:.2f}; that is the ratio where all cores are busy"
    )


if __name__ == "__main__":
    main()
