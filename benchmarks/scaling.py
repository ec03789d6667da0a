"""What an order, a round, a reading and a window cost, and what that means for ten, a thousand and a hundred thousand
members.

    PYTHONPATH=. python benchmarks/scaling.py measure   small runs of the real parts; writes results/scaling.json
    PYTHONPATH=. python benchmarks/scaling.py gas       takes the gas of contracts/GAS.md into it
    PYTHONPATH=. python benchmarks/scaling.py report    needs and simulated queues; results/scaling.md and its figure

Costs are times of the processor, and bytes: what else the machine does matters little to them. Gas is of
contracts/GAS.md. docs/scaling.md has the same tables; a test makes them again from scaling.json.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import tempfile
import time
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results"
COSTS, PAGE, FIGURE = RESULTS / "scaling.json", RESULTS / "scaling.md", ROOT / "docs" / "figures" / "scaling.svg"

ORDERS = 24
MONEY = 1_000_000
READINGS = 20_000
REQUESTS = 300


def gas_table() -> dict[str, int]:
    """Gas of whole transactions by what they do, as measured."""
    rows = re.findall(r"^\| ([^|]+) \| ([\d,]+) \|", (ROOT / "contracts" / "GAS.md").read_text(), re.MULTILINE)
    return {name.strip(): int(gas.replace(",", "")) for name, gas in rows}


class Spent:
    """Seconds of the processor, by what for."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def on(self, what: str) -> Iterator[None]:
        begun = time.process_time()
        try:
            yield
        finally:
            self.seconds[what] = self.seconds.get(what, 0.0) + time.process_time() - begun


def processor(process: int) -> float:
    """Seconds another process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def size(folder: Path) -> int:
    """Bytes of all files in a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


# --- measuring --------------------------------------------------------------------------------------------------------


def orders() -> dict[str, float]:
    """Whole lives of orders of two members each, through outbox, chain and index. Seconds and bytes of one transaction,
    and bytes of one order."""
    from tests.ledger.bargain import Bargain

    from hanse.ledger.league import COORDINATOR
    from hanse.ledger.store import open_ledger

    spent = Spent()
    with tempfile.TemporaryDirectory() as home:
        data = Path(home) / "league"
        with open_ledger(data) as ledger:
            bargain = Bargain(ledger)
            for who in ("customer", COORDINATOR):
                ledger.league.mint(ledger.league.address(who), MONEY, key=f"{who}/more").wait()
                ledger.settlement.allow(who, MONEY, key=f"{who}/allow more").wait()
                ledger.settlement.deposit(who, MONEY, key=f"{who}/put down more").wait()
            _live(bargain, 0)  # what is made once is not counted
            chain = int(json.loads((data / "chain" / "anvil.pid").read_text())["pid"])
            before = _kept(ledger, data)
            used = processor(chain)
            with spent.on("outbox"):
                for number in range(1, ORDERS + 1):
                    _live(bargain, number)
            used = processor(chain) - used
            ledger.sync()
            after = _kept(ledger, data)
            sent = after["transactions"] - before["transactions"]
            with spent.on("index"):
                ledger.index.rebuild()
            raw = [
                bytes(row[0])
                for row in ledger.database.rows("SELECT raw FROM outbox ORDER BY sequence DESC LIMIT ?", (sent,))
            ]
            saved = (data / "chain" / "state.json").stat().st_size
    packed = len(zlib.compress(b"".join(raw), 9))
    return {
        "transactions_of_an_order": sent / ORDERS,
        "outbox_seconds_a_transaction": spent.seconds["outbox"] / sent,
        "chain_seconds_a_transaction": used / sent,
        "index_seconds_a_transaction": spent.seconds["index"] / after["transactions"],
        "database_bytes_an_order": (after["database"] - before["database"]) / ORDERS,
        "content_bytes_an_order": (after["content"] - before["content"]) / ORDERS,
        "chain_state_bytes": saved,
        "raw_bytes_a_transaction": sum(map(len, raw)) / sent,
        "packed_bytes_a_transaction": packed / sent,
    }


def _live(bargain: Any, number: int) -> None:
    """One order, from placing to the last acceptance."""
    name, ledger = f"life {number}", bargain.ledger
    agreement, deal = bargain.agreed(name)
    for at in range(len(deal.milestones)):
        worker = bargain.worker(deal, at)
        ledger.settlement.start(worker, agreement, deal, at, key=f"{name}/start {at}").wait()
        ledger.settlement.deliver(worker, agreement, deal, at, deal.document, key=f"{name}/deliver {at}").wait()
    every = list(range(len(deal.milestones)))
    ledger.settlement.accept("customer", agreement, deal, every, [900_000] * len(every), key=f"{name}/accept").wait()


def _kept(ledger: Any, data: Path) -> dict[str, int]:
    pages = ledger.database.row("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
    return {
        "database": int(pages[0]),
        "content": size(data / "content"),
        "transactions": int(ledger.database.row("SELECT count(*) FROM outbox")[0]),
    }


def service() -> dict[str, float]:
    """Reads, and orders of a wallet (asked for, signed by it, brought, on the chain, indexed), of a service that is
    used over HTTP. Seconds of one request."""
    from tests.app.api.house import SERVICES, house

    with tempfile.TemporaryDirectory() as home, house(Path(home), per_minute=10**9) as at:
        ada = at.coordinator()
        ada.set_services(SERVICES)
        ada.add_product("gearbox", "Gearbox", ["milling"])
        someone = at.wallet(ada, "Someone", "customer")
        someone.place_order(product=1, quantity=1, deposit=0)
        assert at.process is not None
        process = at.process.pid
        begun = processor(process)
        for number in range(REQUESTS):
            someone._http.get(f"/api/v1/{('orders?limit=50', 'products', 'money', 'orders/1')[number % 4]}")
        read = processor(process) - begun
        begun = processor(process)
        for _ in range(REQUESTS // 5):
            someone.place_order(product=1, quantity=1, deposit=0)
        write = processor(process) - begun
        begun = processor(process)
        time.sleep(10)
        idle = (processor(process) - begun) / 10
    return {"read_seconds": read / REQUESTS, "write_seconds": write / (REQUESTS // 5), "idle_share": idle}


def readings() -> dict[str, float]:
    """From a decoded message to the member's disk, sealed; and the parcel for the service."""
    from eth_account import Account

    from hanse.telemetry.gate import Gate
    from hanse.telemetry.journal import Journal
    from hanse.telemetry.sparkplug import Session, Topic, encode

    topic, spent = Topic("E1", "DDATA", "line", "M1"), Spent()
    payloads = [
        encode(at * 1000, [(f"Sensor{k}", 20.5 + k) for k in range(10)], sequence=at) for at in range(READINGS // 10)
    ]
    gate = Gate({"E1/line": frozenset({"M1"})}, ahead=1 << 40)
    with tempfile.TemporaryDirectory() as home:
        path = Path(home) / "telemetry.db"
        with closing(Journal(path, member="E1", chain_id=1)) as journal:
            with spent.on("in"):
                session = Session()
                for payload in payloads:
                    journal.add(session.readings(topic, payload), gate, 1)
            with spent.on("seal"):
                signed = journal.seal(Account.from_key(b"\1" * 32), 2, most=READINGS)
            assert signed is not None
            contents = journal.sealed(0)
            assert contents is not None
        stored = sum(file.stat().st_size for file in Path(home).iterdir())
    return {
        "seconds": spent.seconds["in"] / READINGS,
        "seal_seconds": spent.seconds["seal"] / READINGS,
        "bytes": stored / READINGS,
        "parcel_bytes": sum(map(len, contents[1])) / READINGS,
    }


def solver() -> dict[str, dict[str, float]]:
    """Plans of orders of five operations in twelve shops (benchmarks/league.py): seconds of the processor and of the
    clock until the time limit's plan, by how many orders are planned together; and of its judge."""
    from league import league

    import hanse
    from hanse.model.check import check

    found = {}
    for number in (10, 100, 400):
        problem, limit = league(number), 2.0 + number / 20
        begun = time.process_time()
        plan = hanse.solve(problem, objective="tardiness", time_limit=limit, seed=0, threads=1).plan
        planned = time.process_time() - begun
        assert plan is not None
        begun = time.process_time()
        assert check(problem, plan).valid
        found[str(number)] = {"plan_seconds": planned, "check_seconds": time.process_time() - begun}
    return found


def measure() -> dict[str, Any]:
    """Everything, as it goes into scaling.json."""
    found: dict[str, Any] = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "load": round(os.getloadavg()[0], 1),
    }
    for part in (orders, service, readings, solver):
        found[part.__name__] = part()
        print(part.__name__, json.dumps(found[part.__name__], indent=1))
    return with_gas(found)


def with_gas(costs: dict[str, Any]) -> dict[str, Any]:
    """The costs with the gas of today, of what a league sends."""
    from scaling_model import flows

    asked: set[str] = set()

    class Asked(dict[str, int]):
        def __getitem__(self, name: str) -> int:
            asked.add(name)
            return super().__getitem__(name)

    every = gas_table()
    flows({**costs, "gas": Asked(every)}, 1)
    return costs | {"gas": {name: gas for name, gas in every.items() if name in asked}}


def main() -> None:
    """Measures, or reports what was measured."""
    import scaling_page

    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("what", choices=("measure", "gas", "report"))
    what = asked.parse_args().what
    costs = measure() if what == "measure" else json.loads(COSTS.read_text())
    if what == "gas":
        costs = with_gas(costs)
    COSTS.write_text(json.dumps(costs, indent=1) + "\n")
    PAGE.write_text(scaling_page.page(costs))
    FIGURE.write_text(scaling_page.figure(costs))
    print(PAGE.read_text())


if __name__ == "__main__":
    main()
