"""True contents of every kind of file, made by what writes them."""

from __future__ import annotations

import dataclasses
import functools
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from eth_account import Account

import hanse
from hanse.instances import hanse_json, tables
from hanse.ledger.content import ContentStore
from hanse.model.problem import Problem
from tests.app.api.house import question
from tests.campaign.journal import ROOT

FOLDER = ROOT / "out" / "campaign" / "samples"
"""Where a league leaves what only a chain can make."""

KEYS = [Account.from_key(bytes([number]) * 32) for number in range(1, 6)]
ADDRESS, HASH, CHAIN = "0x" + "5b" * 20, "0x" + "ab" * 32, 4219

LOG = (
    b"source,machine,metric,measured,value\nE1/line,M1,Power,1764000000000,367\n"
    b'E1/line,M1,State,2026-11-24T08:00:00+01:00,running\nE1/line,M1,"Operation/Started",1764000000001,J1/O1\n'
)

GATEWAY = b"""member = "E1"
clock_ahead = 60
seal_every = 60
[sources]
"E1/line" = ["M1", "M2"]
[mqtt]
host = "localhost"
port = 1883
[[opcua]]
url = "opc.tcp://localhost:4840"
source = "E1/press"
nodes = [{ node = "ns=2;s=Power", machine = "P1", metric = "Power" }]
[service]
url = "https://league.example"
league = "0x5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b"
account = "0x5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b"
"""

SHOP = b"""member = "E1"
name = "Albers"
problem = "problem.json"
plan = "plan.json"
epoch = 2026-11-24T08:00:00+01:00
unit = 60
gateway = "gateway.toml"
purse = 10000
repair = 60
[offer]
publish = "windows"
price = 150
prices = {M1 = 220}
horizon = 480
[take]
most = 50000
rate = 300
accept_after = 60
"""

STUDY = b"""format = "hanse-lab/1"
name = "stricter lateness"
runs = 20
first_seed = 0
[world]
source = "drawn"
members = 8
orders = 8
[scenario.calm]
[scenario.storm]
demand = 1.5
rush = 20.0
solvers = ["honest", "false", "silent"]
[variant.stricter]
"settlement.grace" = 0
"settlement.cap" = 400000
"""


# --- problems and plans -----------------------------------------------------------------------------------------------


@functools.cache
def problem() -> Problem:
    return hanse.read(ROOT / "examples" / "two_shops.json")


@functools.cache
def _solved() -> hanse.Plan:
    found = hanse.solve(problem(), objective="cost", time_limit=2, seed=0, threads=1).plan
    assert found is not None
    return found


def plan() -> bytes:
    return hanse_json.write_plan(_solved())


def instance(name: str) -> bytes:

    from tests.instances import test_benchmark_formats as formats
    from tests.instances.test_tables import SMALL, archive

    match name:
        case "two_shops.json":
            return hanse_json.write_problem(problem())
        case "league.json":
            return hanse_json.write_problem(question({"J1": ("Ada", 90_000), "J2": ("Carl", None)}))
        case "small.fjs":
            return b"3 3 1.5\n2 2 1 5 2 4 1 3 6\n1 3 1 2 2 3 3 4\n2 1 2 7 2 1 3 3 1\n"
        case "planning.txt":
            return formats.PLANNING
        case "graph.txt":
            return formats.GRAPH
        case "flow.txt":
            return formats.FLOW
        case "transfer.json":
            return json.dumps(formats.TRANSFER).encode()
        case "tables.zip":
            return archive(dict(SMALL))
    return tables.write_problem(tables.read_problem(archive(dict(SMALL))))


def front() -> bytes:
    from hanse.app.pareto.files import as_json
    from hanse.app.reproduce.ramakurthi.instances import scenario
    from hanse.planning.pareto import explore

    return json.dumps(as_json(explore(scenario(3, 3, 0), "makespan,energy", time_limit=10, evaluations=60))).encode()


def contribution() -> bytes:
    from hanse.app import contributing

    asked, made = problem(), _solved()
    found = contributing.ask(asked, made, None, everyone=True, rounds=9, seed=0, told=lambda *_: None)
    return json.dumps(contributing.document(asked, made, found, 99, everyone=True, rounds=9)).encode()


# --- machines ---------------------------------------------------------------------------------------------------------


def shells(suffix: str) -> bytes:
    from tests.telemetry.test_aas import plant, write

    with tempfile.TemporaryDirectory() as home:
        return write(plant(), Path(home) / f"plant{suffix}").read_bytes()


def payload() -> bytes:
    from hanse.telemetry.reading import Value
    from hanse.telemetry.sparkplug import encode

    said: list[tuple[str, Value]] = [("Power", 367), ("Load", 0.5), ("State", "running"), ("Door", True)]
    return encode(1_764_000_000_000, said, sequence=3, alias=True)


def reading() -> bytes:
    from hanse.telemetry.reading import Reading

    return Reading("E1/line", "M1", "Power", 1_764_000_000_000, 367).content


# --- evidence ---------------------------------------------------------------------------------------------------------


def certificate() -> bytes:
    from tests.ledger.certificates.liars import WHOLE

    return WHOLE.honest().encode()


def witnesses() -> Mapping[str, bytes]:
    """Of every lie that is told about a whole plan."""
    from hanse.ledger.certificates.lies import falsehoods
    from hanse.ledger.certificates.refute import witness_of
    from tests.ledger.certificates.liars import WHOLE
    from tests.ledger.certificates.test_lies import LIES

    found, rows = {}, WHOLE.problem.rows
    for number, (_, _, tell) in enumerate(LIES):
        lied = tell(WHOLE)
        for one in falsehoods(rows, lied, None):
            found[f"{number}.witness"] = witness_of(rows, lied, one, None).encode()
    return found


def report(page: bool) -> bytes:
    from hanse.app.audit_report import as_html
    from tests.app.test_audit_report import file

    return as_html(file()).encode() if page else json.dumps(file()).encode()


def _scope() -> Any:
    from hanse.ledger.bridge.statement import Scope

    return Scope(CHAIN, ADDRESS, 5001, "0x" + "6c" * 20)


def _written(write: Any, made: Any) -> bytes:
    with tempfile.TemporaryDirectory() as home:
        write(Path(home) / "file.json", made)
        return (Path(home) / "file.json").read_bytes()


def _stated() -> tuple[Any, bytes]:
    from hanse.ledger.bridge.statement import Statement, sign

    said = Statement(1, 0, bytes(32), 0, 9, b"\3" * 32, b"\4" * 32)
    return said, sign(said, _scope(), KEYS[0])


def paper() -> bytes:
    from hanse.app.bridge_papers import Paper, write_paper

    said, signature = _stated()
    return _written(write_paper, Paper(_scope(), said, (signature,)))


def proof() -> bytes:
    from hanse.app.bridge_papers import Proof, write_proof
    from hanse.ledger.bridge.records import Record

    said, signature = _stated()
    record = Record(3, 1, ADDRESS, (b"\5" * 32, b"\6" * 32), b"\7" * 64)
    return _written(write_proof, Proof(_scope(), said, (signature,), record, 2, (b"\1" * 32, b"\2" * 32)))


# --- feeds ------------------------------------------------------------------------------------------------------------


def _feed() -> Any:
    from hanse.telemetry.feeds import Feed

    return Feed("late", "number", "s", tuple((str(one.address), f"gate {n}") for n, one in enumerate(KEYS)), 3, 600)


def _where() -> Any:
    from hanse.telemetry.feeds import Where

    return Where(CHAIN, ADDRESS)


def _said(number: int) -> Any:
    from hanse.telemetry.feeds import Signed, Statement

    return Signed.of(Statement("late", "milestone 0", str(60 + number), 100), _where(), KEYS[number])


def feed() -> bytes:
    from hanse.app.oracle import feed_document

    return feed_document(_feed())


def statement() -> bytes:
    from hanse.app.oracle import statement_document

    return json.dumps(statement_document(_said(0))).encode()


def record() -> bytes:
    from hanse.app.oracle import record as made

    return made(_feed(), 1, ADDRESS, "milestone 0", [_said(number) for number in range(3)], 200, _where())


@dataclasses.dataclass
class Anchored:
    """What a league with this one feed has anchored."""

    where: Any = dataclasses.field(default_factory=lambda: _where())

    def is_notary(self, account: str) -> bool:
        return account.lower() == ADDRESS

    def root(self, author: str, topic: bytes, number: int) -> bytes:
        from hanse.app import oracle
        from hanse.model.canonical import digest

        known = (author.lower(), topic, number) == (ADDRESS, oracle.topic("late"), 1)
        return bytes.fromhex(digest(feed())[2:]) if known else bytes(32)


ANCHORED = Anchored()


@contextmanager
def content() -> Iterator[ContentStore]:
    """A store with the feed in it."""
    with tempfile.TemporaryDirectory() as home:
        store = ContentStore(Path(home))
        store.put(feed())
        yield store


# --- identity and rights ----------------------------------------------------------------------------------------------


def credential() -> bytes:
    from hanse.identity.credential import issue
    from hanse.identity.did import did_of

    issuer, holder = (did_of(str(key.address), CHAIN) for key in KEYS[:2])
    claims = {"name": "Müller GmbH", "vat": "DE136695976", "employees": 12}
    made = issue(
        KEYS[0], issuer, "organisation", holder, claims, valid_from=1_764_000_000, seconds=86_400, contract=ADDRESS
    )
    return made.encode()


def presentation() -> bytes:
    from hanse.identity.presentation import present

    how = {"audience": "https://league.example", "nonce": "n-0S6_WzA2Mj"}
    return present(KEYS[1], credential().decode(), ("name",), now=1_764_000_100, **how).encode()


@functools.cache
def sealed() -> tuple[bytes, bytes]:
    """A sealed file and its key."""
    from hanse.rights.sealing import seal

    return seal(b"%PDF-1.7 a flange", owner=str(KEYS[0].address), file="flange.pdf")


# --- the market and the laboratory ------------------------------------------------------------------------------------


def slip() -> bytes:
    from hanse.market import slip as slips

    how = (CHAIN, ADDRESS, 7, "0x" + "22" * 20, 30_000, 1_800_000_000, 900_000, HASH)
    return slips.made(*how).text().encode()


def promise() -> bytes:
    from tests.market.test_quote import promise as promised

    return json.dumps(promised("anna", "turn", 10_000).words()).encode()


def assembly() -> bytes:
    from tests.market.test_quote import assembled

    return assembled().document()


def stance() -> bytes:
    from tests.market.test_negotiation import BUYER

    return BUYER.document()


def notice() -> bytes:
    from tests.app.test_noticing import NOTICE

    return dataclasses.replace(NOTICE, position=(5, -5)).document()


def order() -> bytes:
    from hanse.model.canonical import canonical

    said = {"customer": "Ada", "due": None, "format": "hanse-order/1", "job": "J1", "weight": 1}
    return canonical(said)


def drawings() -> Mapping[str, bytes]:
    from tests.app.api.test_uploads import GOOD

    return {name: data + b"and so on" if data.endswith(b"\n") else data for name, data in GOOD.items()}


def advice() -> bytes:
    return json.dumps({
        "format": "hanse-proposal/1", "title": "No fee", "league": ADDRESS, "chain": CHAIN,
        "parameters": [{"name": "settlement.fee", "old": 50_000, "new": 0}], "evidence": HASH, "confidence": 0.95,
        "expected": [{
            "measure": "cost", "unit": "cent", "effect": -1.5, "low": -2.0, "high": -1.0, "pairs": 20,
            "judged": "better",
        }],
    }).encode()  # fmt: skip


# --- what only a league on a chain can make ---------------------------------------------------------------------------


def make_of_league() -> None:
    """A passport with all its records, and a backup of the league that it is of. Once."""
    if (FOLDER / "known").exists():
        return
    from hanse.ledger.backup import back_up
    from hanse.ledger.store import open_ledger
    from tests.rights.conftest import _deliver

    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        data = Path(home) / "league"
        with open_ledger(data) as ledger:
            made = _deliver(ledger, data)
        back_up(data, Path(home) / "league.backup")
        (FOLDER / "passport.json").write_text(json.dumps(made.passport))
        shutil.copy(Path(home) / "league.backup", FOLDER)
        (FOLDER / "known").write_text(made.known)


def of_league(name: str) -> Mapping[str, bytes]:
    make_of_league()
    return {name: (FOLDER / name).read_bytes()}


def known() -> str:
    """Hash of the newest block of the passport."""
    return (FOLDER / "known").read_text()
