"""How soon a league is forked while its service is at work.

python benchmarks/lab.py [ORDERS]      a league of its own with 1,000 orders unless said otherwise, on Hanse's own chain

The league stays open, and goes on: one fork is made right after its last order, when the saved chain lacks blocks, and
one after it was saved. Both must hold all orders, and nothing of the league may have changed by them.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from hanse.lab.fork import Fork, bench, fork
from hanse.ledger.embedded import EmbeddedChain
from hanse.ledger.store import Ledger, open_ledger

DEPOSIT, CUSTOMERS = 1_000, 20


def grow(ledger: Ledger, orders: int) -> None:
    """Members, products and so many orders of twenty customers."""
    league, hashed = ledger.league, ledger.content.put(b"anything")
    for i in range(5):
        league.register(f"member/E{i}", 3, hashed, key=f"register/{i}")
    product = int(league.add_product(3, hashed, key="product").value("product"))
    with ledger.batch():
        for i in range(CUSTOMERS):
            each = orders // CUSTOMERS + 1
            league.mint(league.address(f"customer/{i}"), DEPOSIT * each, key=f"mint/{i}")
            league.approve(f"customer/{i}", DEPOSIT * each, key=f"approve/{i}")
    with ledger.batch():
        for i in range(orders):
            specification = ledger.content.put(f"order {i}".encode())
            league.place(f"customer/{i % CUSTOMERS}", product, 1, specification, 100, DEPOSIT, key=f"place/{i}")


def timed(live: Path, target: Path, what: str) -> Fork:
    begun = time.perf_counter()
    made = fork(live, target)
    print(f"{what}: {time.perf_counter() - begun:.2f} s, block {made.block}, all saved: {made.fresh}")
    return made


def orders_of(made: Fork, home: Path) -> int:
    home.mkdir()
    begun = time.perf_counter()
    with bench(made, home) as ready:
        print(f"ready for a run: {time.perf_counter() - begun:.2f} s")
        with ready.run() as copied:
            return len(copied.sync().orders())


def main(orders: int) -> None:
    with tempfile.TemporaryDirectory() as home:
        place = Path(home)
        with open_ledger(place / "live") as ledger:
            grow(ledger, orders)
            before = ledger.chain.height(), ledger.transactions
            first = timed(place / "live", place / "unsaved", "forked at once")
            chain = ledger.chain
            assert isinstance(chain, EmbeddedChain)
            chain.save()
            size = (place / "live" / "chain" / "state.json").stat().st_size
            second = timed(place / "live", place / "saved", f"forked when saved ({size / 1e6:.0f} MB)")
            assert (ledger.chain.height(), ledger.transactions) == before
        for made, name in ((first, "a"), (second, "b")):
            assert orders_of(made, place / name) == orders


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
