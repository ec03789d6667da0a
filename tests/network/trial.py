"""What is promised whatever a network goes through, under an open ledger that goes on with its work.

A `Trial` has orders placed while a test does something to the validators, and then asks: the index is what a fresh one
reads, nothing waits, each order is there once, and no block that was called final was ever replaced.
"""

from __future__ import annotations

import tempfile
import time
from contextlib import closing
from dataclasses import KW_ONLY, dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from hanse.errors import ChainFault
from hanse.ledger.index import Index
from hanse.ledger.rpc import RpcChain
from hanse.ledger.sqlite import SqliteDatabase
from hanse.ledger.store import Ledger
from tests.network.validators import Validators, agreed

HASH = "0x" + "5a" * 32

FINAL_SECONDS = 120.0
"""Some blocks more."""

Net = TypeVar("Net", bound=Validators)


@dataclass
class Trial(Generic[Net]):
    """Of `net`, under the league of `ledger`, which asks one of its validators."""

    net: Net
    ledger: Ledger
    _: KW_ONLY
    orders: int = 0
    replaced: int = 0
    cures: int = 0
    finals: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        league = self.ledger.league
        with self.ledger.batch():
            league.mint(league.address("buyer"), 1_000_000, key="mint")
            league.approve("buyer", 1_000_000, key="approve")
            league.add_product(1, HASH, key="product")
        self.ledger.sync()

    @property
    def asked(self) -> int:
        """Which validator Hanse asks now."""
        assert isinstance(self.ledger.chain, RpcChain)
        return next(at for at, one in enumerate(self.net) if one.url == self.ledger.chain.name)

    def place(self, count: int) -> None:
        """So many orders more, stored and sent."""
        for _ in range(count):
            self.orders += 1
            self.ledger.league.place("buyer", 1, 1, HASH, 99, 1, key=f"order {self.orders}")

    def read(self) -> None:
        """Brings the index up to date, as a service does all the time, and remembers what it calls final."""
        turns = self.ledger.index.turns()
        self.ledger.index.sync()
        self.replaced += self.ledger.index.turns() - turns
        final = min(self.ledger.finality.height(self.ledger.chain), self.ledger.index.height())
        head = self.ledger.chain.block(final) if final >= 0 else None
        if head is not None:
            known = self.finals.setdefault(head.number, head.hash)
            assert known == head.hash, f"block {head.number} was final and was replaced"

    def go_on(self, seconds: float) -> None:
        """Does what a service does all the time, for so long."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.read()
            self.ledger.outbox.deliver()
            time.sleep(0.2)

    def in_order(self) -> None:
        """Raises AssertionError unless all is as it must be after a fault."""
        self.cures += agreed(self.net, self.asked)
        assert self.ledger.outbox.rest(FINAL_SECONDS)  # or the newest block may be replaced while all is looked at
        self.read()
        true = read_afresh(self.ledger)
        for table, rows in rows_of(self.ledger.index).items():
            assert rows == true[table], table
        assert len(self.ledger.index.orders()) == self.orders
        assert self.ledger.league.held() == self.orders
        assert not any(entry.failed for entry in self.ledger.outbox.entries())
        for number, name in self.finals.items():
            head = self.ledger.chain.block(number)
            assert head is not None, f"block {number} was final and is gone"
            assert head.hash == name, f"block {number} was final and was replaced"


def rows_of(index: Index) -> dict[str, list[tuple[Any, ...]]]:
    return {table: sorted(index.raw(table), key=repr) for table in index.definitions()}


def read_afresh(ledger: Ledger) -> dict[str, list[tuple[Any, ...]]]:
    """The read models of an index that has never seen anything else than the chain as it is, at the block that the
    ledger's own is at."""
    for _ in range(20):
        with tempfile.TemporaryDirectory() as place, closing(SqliteDatabase(Path(place) / "fresh.sqlite3")) as database:
            fresh = Index(database, ledger.chain, ledger.league.addresses)
            height = fresh.sync()
            if ledger.index.sync() == height and ledger.index._cursor()[1] == fresh._cursor()[1]:
                return rows_of(fresh)
    raise ChainFault("the chain goes on faster than it can be read", where="tests")
