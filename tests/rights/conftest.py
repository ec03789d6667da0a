"""A delivered product on a real chain: two certified members, a licensed design, a reading that was anchored."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from hanse.app import documents, passports
from hanse.app.cases.case import CaseMember, CaseProduct
from hanse.app.voyage.terms import Piece
from hanse.ledger.anchors import Anchors
from hanse.ledger.deal import Milestone, by_member
from hanse.ledger.designs import Licence
from hanse.ledger.rpc import RpcChain
from hanse.ledger.store import Ledger, open_ledger
from hanse.model.canonical import digest
from hanse.model.preferences import Place
from hanse.rights.passport import signed
from tests.ledger.bargain import COMPENSATION, MEMBERS, PLAN, PRICE, SUBSIDY, WINDOW, Bargain

DESIGN = digest(b"a housing")
MACHINES = {"mill": "M1", "lathe": "M2"}


@dataclass(frozen=True)
class Delivered:
    """known: hash of the newest block of the passport; unagreed: number of an order that nobody agreed on."""

    data: Path
    passport: dict[str, Any]
    known: str
    contracts: dict[str, str]
    members: dict[str, str]
    transactions: tuple[str, ...]
    order: int
    unagreed: int


@pytest.fixture(scope="session")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Delivered]:
    data = tmp_path_factory.mktemp("delivered") / "league"
    with open_ledger(data) as ledger:
        yield _deliver(ledger, data)


def _deliver(ledger: Ledger, data: Path) -> Delivered:
    bargain, league = Bargain(ledger), ledger.league
    catalogue = ledger.content.put(documents.services(("milling", "turning")))
    for at, role in enumerate(MEMBERS):
        profile = CaseMember(role.title(), f"{role.title()} Ltd", ("milling", "turning")[at : at + 1])
        metadata = ledger.content.put(documents.member(profile, catalogue))
        league.register(role, 1 << at, metadata, key=f"{role}/register").wait()
        league.certify(league.address(role), 1 << at, metadata, key=f"{role}/certify").wait()
    listed = ledger.content.put(documents.product(CaseProduct("housing", "Housing", ("milling", "turning"))))
    bargain.product = int(league.add_product(3, listed, key="housing").value("product"))
    order, unagreed = bargain.order(), bargain.order()
    _license(bargain, order)
    pieces = [Piece(role, (Place("J1", f"O{role}", MACHINES[role]),), PRICE, 0, 1, None) for role in MEMBERS]
    said = ledger.content.put(documents.deal(order, "J1", PLAN, pieces))
    due = bargain.now + 3 * WINDOW
    work = by_member(
        Milestone(league.address(one.member), one.document, PRICE, due - WINDOW, due, COMPENSATION, SUBSIDY)
        for one in pieces
    )
    deal = bargain.deal(order, document=said, milestones=work)
    number = int(ledger.agreements.propose("coordinator", deal, key="propose").value("agreement"))
    ledger.agreements.activate("x", number, deal, bargain.signatures(number, deal), key="activate").wait()
    Anchors(league).anchor("mill", b"\7" * 32, 1, b"\1" * 32, key="reading").wait()
    for at in (0, 1):
        worker = bargain.worker(deal, at)
        ledger.settlement.start(worker, number, deal, at, key=f"start {at}").wait()
        ledger.settlement.deliver(worker, number, deal, at, said, key=f"deliver {at}").wait()
        ledger.settlement.accept("customer", number, deal, [at], [990_000], key=f"accept {at}").wait()
    assert isinstance(ledger.chain, RpcChain)
    contracts = dict(league.addresses.by_contract())
    made = signed(passports.make(ledger.chain, contracts, ledger.content, order), league.keys.account("customer"))
    newest = ledger.chain.block(max(one["block"] for one in made["proof"]["receipts"]))
    assert newest is not None
    ledger.sync()
    placed = tuple(row.place.transaction for row in ledger.index.blocks())
    members = {role: league.address(role) for role in MEMBERS}
    return Delivered(data, made, newest.hash, contracts, members, placed, order, unagreed)


def _license(bargain: Bargain, order: int) -> None:
    designs, salt = bargain.ledger.designs, os.urandom(32)
    designs.seal("author", DESIGN, salt, key="seal").wait()
    designs.register("author", DESIGN, salt, key="register").wait()
    terms = Licence(DESIGN, bargain.address("customer"), 5, 0, bargain.now + 90 * 86_400, 0)
    number = int(designs.license("author", terms, key="license").value("licence"))
    designs.use("customer", number, order, key="use").wait()
