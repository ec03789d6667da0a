"""What a ledger's database answers and takes in a second: SQLite's file beside PostgreSQL on the same machine.

    PYTHONPATH=. python benchmarks/database.py [--orders 2000] [--seconds 3]

Read models of so many orders and agreements, then: the questions behind the service's pages (`Lookup`), and signed
transactions taken (`Desk`), each on disk before the next, by one thread and by four. No HTTP, no chain: what is timed
is the database and what stands directly before it.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from eth_account import Account
from tests.ledger.memory import MemoryChain
from tests.postgres import server

from hanse.ledger import settlement_tables, tables
from hanse.ledger.chain import Log
from hanse.ledger.contracts import Event
from hanse.ledger.database import Database
from hanse.ledger.deal import Conditions, Deal, Milestone
from hanse.ledger.desk import Desk, Wanted
from hanse.ledger.index import Index
from hanse.ledger.league import Addresses
from hanse.ledger.lookup import Lookup
from hanse.ledger.opening import open_database

PEOPLE = [f"0x{number:040x}" for number in range(1, 101)]
HASH = bytes(31) + b"\1"
THREADS = 4


def filled(database: Database, orders: int) -> None:
    """The read models of a league with so many orders, each with an agreement of three."""
    Index(database, MemoryChain(), Addresses(*[PEOPLE[0]] * len(Addresses.__dataclass_fields__)))
    with database.transaction():
        for number in range(1, orders + 1):
            customer, mill, lathe = sorted(PEOPLE[(number * step) % 100] for step in (1, 7, 11))
            deal = Deal(
                *("0x" + HASH.hex(), "0x" + HASH.hex(), number, customer, PEOPLE[0], 0),
                Conditions(PEOPLE[0], PEOPLE[1], PEOPLE[2]),
                tuple(Milestone(one, "0x" + HASH.hex(), 100, 0, 0) for one in (mill, lathe)),
            )
            order = {"order": number, "customer": customer, "product": 1, "quantity": 1, "specification": HASH}
            told = (
                ("OrderBook", "Placed", {**order, "due": 0, "deposit": 5}),
                ("Matching", "Matched", {"order": number, "member": mill, "answer": 2, "oc": 1, "ec": 1}),
                ("Agreements", "Proposed", {"agreement": number, "deal": deal.words()}),
            )
            for at, (contract, name, values) in enumerate(told):
                event = Event(contract, name, values, Log("", (), b"", number, at, f"0x{number:064x}"))
                tables.apply(database, event)
                settlement_tables.apply(database, event)


def questions(lookup: Lookup, orders: int) -> dict[str, Callable[[random.Random], object]]:
    """What the service's pages ask, by name."""

    def one(rng: random.Random) -> int:
        return rng.randrange(1, orders)

    return {
        "the newest block": lambda _: lookup.head(),
        "an order, by its number": lambda rng: lookup.order(one(rng)),
        "an order, if one may see it": lambda rng: lookup.order(one(rng), rng.choice(PEOPLE)),
        "50 orders of somebody": lambda rng: lookup.orders(one(rng) // 2, 50, rng.choice(PEOPLE)),
        "an agreement, if one may see it": lambda rng: lookup.agreement(one(rng), rng.choice(PEOPLE)),
        "20 agreements of somebody": lambda rng: lookup.agreements(one(rng) // 2, 20, rng.choice(PEOPLE)),
        "the agreements of an order": lambda rng: lookup.agreements_of(one(rng)),
    }


def per_second(work: Callable[[random.Random], object], seconds: float, threads: int) -> float:
    """How often it is done, by so many threads together, in the best of ten parts of this time: other work on the
    machine does not last."""
    return max(_part(work, seconds / 10, threads) for _ in range(10))


def _part(work: Callable[[random.Random], object], seconds: float, threads: int) -> float:
    end = time.perf_counter() + seconds
    done = [0] * threads

    def go(mine: int) -> None:
        rng = random.Random(mine)
        while time.perf_counter() < end:
            work(rng)
            done[mine] += 1

    workers = [threading.Thread(target=go, args=(mine,)) for mine in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(done) / seconds


def measured(address: str | None, home: Path, orders: int, seconds: float) -> dict[str, tuple[float, float]]:
    """Times a second, by one thread and by four."""
    database = open_database(home, address)
    reading, writing = database.another(), database.another()
    filled(database, orders)
    chain, numbers = MemoryChain(), count()
    desk = Desk(writing, lambda: chain, 7)
    accounts = [Account.create() for _ in range(20)]

    def take(rng: random.Random) -> None:
        account = rng.choice(accounts)
        drafts = desk.draft(account.address, [Wanted(PEOPLE[0], b"hello", gas=21_000)])
        desk.store(account, drafts, [f"key/{next(numbers)}"])

    asked = {**questions(Lookup(reading), orders), "a transaction signed and on disk": take}
    found = {name: (per_second(work, seconds, 1), per_second(work, seconds, THREADS)) for name, work in asked.items()}
    for one in (writing, reading, database):
        one.close()
    return found


@contextmanager
def places() -> Iterator[dict[str, str | None]]:
    """Where the databases are, by kind."""
    with server(durable=True) as postgres:
        yield {"SQLite": None, "PostgreSQL": postgres.database()}


def main() -> None:
    """Prints a table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--orders", type=int, default=2000)
    asked.add_argument("--seconds", type=float, default=3)
    given = asked.parse_args()
    found = {}
    with tempfile.TemporaryDirectory() as home, places() as addresses:
        for kind, address in addresses.items():
            at = Path(home) / kind
            at.mkdir()
            found[kind] = measured(address, at, given.orders, given.seconds)
    print(f"{given.orders} orders, {given.seconds:g} s each, load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores\n")
    print(f"| a second, 1 / {THREADS} threads | " + " | ".join(found) + " |\n|---|" + "---:|" * len(found))
    for name in next(iter(found.values())):
        cells = (f"{one[name][0]:,.0f} / {one[name][1]:,.0f}" for one in found.values())
        print(f"| {name} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
