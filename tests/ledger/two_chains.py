"""A league on one chain, a beacon on another, and three attestors who look at the first: two real chains with ids of
their own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eth_account import Account
from eth_account.signers.local import LocalAccount

import hanse
from hanse.ledger import anvil
from hanse.ledger.anchors import Anchors, topic_of
from hanse.ledger.bridge.beacon import Beacon, found_beacon
from hanse.ledger.bridge.source import Source
from hanse.ledger.contracts import contract
from hanse.ledger.entries import Request
from hanse.ledger.league import NOTHING, AcceptedPlan
from hanse.ledger.store import Ledger, Sender, open_ledger, open_sender
from hanse.model.plan import Plan
from hanse.telemetry.gate import Gate
from hanse.telemetry.journal import Journal
from hanse.telemetry.reading import Reading

OTHER_ID = 5001
SHOPS = Path(__file__).parents[2] / "examples" / "two_shops.json"
FUNDER = {"HANSE_FUNDER_KEY": "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"}
"""Of the first account that every development chain funds."""


@dataclass(frozen=True)
class Chains:
    """ledger: a league with a member, a plan and an anchored seal; other: address of the other chain."""

    ledger: Ledger
    other: str
    sender: Sender
    attestors: tuple[LocalAccount, ...]
    beacon: Beacon
    plan: Plan

    @property
    def source(self) -> Source:
        return Source.of(self.ledger.chain, self.ledger.league.addresses.league)

    @property
    def trusted(self) -> list[str]:
        return [str(one.address) for one in self.attestors]

    def ask(self, method: str, *params: Any) -> Any:
        """Something only a development chain can do, of the league's."""
        return self.ledger.chain._ask(method, list(params))  # type: ignore[attr-defined]

    def another_beacon(self) -> Beacon:
        """One for the same league with the same attestors, at another address of the other chain."""
        admin, league = self.sender.keys.account("keeper"), self.ledger.league.addresses.league
        data = contract("Beacon").creation(admin.address, self.ledger.chain_id, league, tuple(self.trusted), 2)
        made = self.sender.outbox.wait(self.sender.outbox.submit(Request("another beacon", admin, None, data)))
        assert made.contract is not None
        return Beacon(self.sender.chain, made.contract)


@contextmanager
def other_chain(folder: Path, monkeypatch: Any) -> Iterator[str]:
    """The URL of a chain that is not the league's, on which the test's keys have gas."""
    for name, value in FUNDER.items():
        monkeypatch.setenv(name, value)
    log = folder / "other.log"
    words = ["--port", "0", "--chain-id", str(OTHER_ID), "--accounts", "1", "--no-cors"]
    process = anvil.spawn(anvil.find_anvil(), words, log)
    try:
        yield f"http://127.0.0.1:{anvil.wait_for_port(process, log, 30)}"
    finally:
        anvil.stop(process)


@contextmanager
def shown_on(other: str, folder: Path) -> Iterator[Chains]:
    """A league in the folder, with a beacon on the other chain; open inside."""
    attestors = tuple(Account.from_key(bytes([number]) * 32) for number in (1, 2, 3))
    with open_ledger(folder / "league") as ledger, open_sender(folder / "relayer", other) as sender:
        plan = _recorded(ledger)
        address = found_beacon(
            sender.outbox, sender.keys.account("keeper"), ledger.chain_id, ledger.league.addresses.league,
            [one.address for one in attestors], 2,
        )  # fmt: skip
        yield Chains(ledger, other, sender, attestors, Beacon(sender.chain, address), plan)


@contextmanager
def two_chains(folder: Path, monkeypatch: Any) -> Iterator[Chains]:
    with other_chain(folder, monkeypatch) as other, shown_on(other, folder) as made:
        yield made


def _recorded(ledger: Ledger) -> Plan:
    """A certified member and a block with a real plan."""
    league = ledger.league
    league.register("member", 1, NOTHING.replace("00", "11"), key="register").wait()
    league.certify(league.address("member"), 1, NOTHING.replace("00", "11"), key="certify").wait()
    product = league.add_product(1, NOTHING.replace("00", "22"), key="product").value("product")
    league.mint(league.address("customer"), 100, key="mint").wait()
    league.approve("customer", 100, key="approve").wait()
    order = league.place("customer", product, 1, NOTHING.replace("00", "33"), 100, 100, key="place").value("order")
    plan = hanse.solve(hanse.read(SHOPS), objective="cost", time_limit=2, seed=0).plan
    assert plan is not None
    accepted = AcceptedPlan.of(
        plan, previous=league.head(), evidence=NOTHING.replace("00", "44"), solver=league.address("solver")
    )
    league.append_block(accepted, [order], key="append").wait()
    return plan


def a_sealed_reading(ledger: Ledger, folder: Path) -> Path:
    """A reading with its evidence, as `hanse telemetry show` prints it; its seal is anchored in the league."""
    journal = Journal(folder / "telemetry.db", member="E1", chain_id=ledger.chain_id)
    try:
        journal.add(
            [Reading("line", "M1", "Power", at, at * 2) for at in range(5)], Gate({"line": frozenset({"M1"})}), 10
        )
        signed = journal.seal(ledger.keys.account("gateway"), 20)
        assert signed is not None
        seal = signed.seal
        root = seal.digest("E1", ledger.chain_id)
        Anchors(ledger.league).anchor("member", topic_of("E1"), seal.number, root, key="anchor/seal").wait()
        shown = journal.show(3)
    finally:
        journal.close()
    sealed = shown.seal.seal
    file = folder / "reading.json"
    file.write_text(json.dumps({
        "member": "E1", "chain_id": ledger.chain_id, "reading": json.loads(shown.reading.content),
        "path": [{"left": left, "sibling": "0x" + sibling.hex()} for left, sibling in shown.path],
        "seal": {
            "number": sealed.number, "first": sealed.first, "count": sealed.count, "root": "0x" + sealed.root.hex(),
            "previous": "0x" + sealed.previous.hex(), "sealed": sealed.sealed,
        },
        "signature": "0x" + shown.seal.signature.hex(),
    }))  # fmt: skip
    return file
