"""Designs on a real chain: registered, licensed, used by an order, paid, and read back as the contract told it."""

from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse.app.audit import Check
from hanse.app.audit_designs import audit_designs
from hanse.errors import ChainFault
from hanse.ledger.designs import Licence
from hanse.ledger.store import Ledger
from hanse.model.canonical import digest
from hanse.rights.royalty import due
from hanse.units import MILLION
from tests.ledger.bargain import Bargain

DAY = 86_400


@pytest.fixture(scope="module")
def bargain(ledger: Ledger) -> Bargain:
    made = Bargain(ledger, "designs")
    ledger.league.mint(made.address("customer"), 10_000, key="royalties").wait()
    ledger.designs.allow("customer", 10_000, key="allow royalties").wait()
    ledger.designs.deposit("customer", 10_000, key="put down royalties").wait()
    return made


def registered(bargain: Bargain, name: str, author: str = "author") -> str:
    """A design of this author; its file is this name."""
    designs, design, salt = bargain.ledger.designs, digest(name.encode()), os.urandom(32)
    designs.seal(author, design, salt, key=f"{name}/{author}/seal").wait()
    designs.register(author, design, salt, key=f"{name}/{author}/register").wait()
    return design


def licensed(bargain: Bargain, design: str, name: str, **changes: Any) -> int:
    said: dict[str, Any] = {"left": 5, "order": 0, "until": bargain.now + 100 * DAY, "royalty": 333}
    terms = Licence(design, bargain.address("customer"), **(said | changes))
    return int(bargain.ledger.designs.license("author", terms, key=f"{name}/licence").value("licence"))


def agreed_with_design(bargain: Bargain, name: str) -> tuple[int, Any, str]:
    """An active agreement about an order that uses a design."""
    design = registered(bargain, name)
    licence, order = licensed(bargain, design, name), bargain.order()
    bargain.ledger.designs.use("customer", licence, order, key=f"{name}/use").wait()
    deal = bargain.deal(order)
    agreements = bargain.ledger.agreements
    number = int(agreements.propose("coordinator", deal, key=f"{name}/propose").value("agreement"))
    agreements.activate("x", number, deal, bargain.signatures(number, deal), key=f"{name}/activate").wait()
    return number, deal, design


def audited(ledger: Ledger) -> Check:
    check = Check("designs")
    audit_designs(check, ledger.sync(), ledger.designs, ledger.league)
    return check


def test_a_royalty_flows_when_the_work_is_accepted(bargain: Bargain) -> None:
    ledger = bargain.ledger
    number, deal, design = agreed_with_design(bargain, "flange")
    settlement = ledger.settlement
    for at in (0, 1):
        worker = bargain.worker(deal, at)
        if at == 0:
            settlement.start(worker, number, deal, at, key=f"flange/start/{at}").wait()
            settlement.deliver(worker, number, deal, at, "0x" + "0e" * 32, key=f"flange/deliver/{at}").wait()
            settlement.accept("customer", number, deal, [at], [None], key=f"flange/accept/{at}").wait()
        else:
            settlement.give_up(worker, number, deal, at, key=f"flange/give up/{at}").wait()
    before = ledger.designs.free(bargain.address("customer"))
    ledger.designs.collect("anyone", number, deal, design, key="flange/collect").wait()
    author, customer = bargain.address("author"), bargain.address("customer")
    work = [(one.price + one.compensation, share) for one, share in zip(deal.milestones, (MILLION, 0), strict=True)]
    assert ledger.designs.free(author) == due(333, work) == 166
    assert ledger.designs.free(customer) - before == 333 - 166
    index = ledger.sync()
    use = next(one for one in index.uses() if one.design == design)
    assert (use.owner, use.licensee, use.pieces, use.amount, use.to_owner, use.paid) == (
        author, customer, 1, 333, 166, True,
    )  # fmt: skip
    assert next(one.left for one in index.licences() if one.number == use.licence) == 4
    check = audited(ledger)
    assert check.ok, check.differences


def test_the_same_file_is_somebodys_already(bargain: Bargain) -> None:
    design = registered(bargain, "wheel")
    with pytest.raises(ChainFault, match="AlreadyRegistered"):
        registered(bargain, "wheel", "thief")
    assert bargain.ledger.designs.owner(design) == bargain.address("author")


def test_a_licence_of_one_order_is_refused_for_another(bargain: Bargain) -> None:
    design = registered(bargain, "shaft")
    first, second = bargain.order(), bargain.order()
    licence = licensed(bargain, design, "shaft", order=first)
    with pytest.raises(ChainFault, match="AnotherOrder"):
        bargain.ledger.designs.use("customer", licence, second, key="shaft/second").wait()
    with pytest.raises(ChainFault, match="NotYourLicence"):
        bargain.ledger.designs.use("thief", licence, first, key="shaft/thief").wait()


def test_an_exhausted_licence_refuses_the_order(bargain: Bargain) -> None:
    design = registered(bargain, "hub")
    licence = licensed(bargain, design, "hub", left=1)
    bargain.ledger.designs.use("customer", licence, bargain.order(), key="hub/1").wait()
    with pytest.raises(ChainFault, match="Exhausted"):
        bargain.ledger.designs.use("customer", licence, bargain.order(), key="hub/2").wait()


def test_a_refunded_order_gives_money_and_pieces_back(bargain: Bargain) -> None:
    ledger = bargain.ledger
    design = registered(bargain, "lid")
    licence, order = licensed(bargain, design, "lid"), bargain.order()
    before = ledger.designs.free(bargain.address("customer"))
    ledger.designs.use("customer", licence, order, key="lid/use").wait()
    ledger.league.refund(order, key="lid/refund").wait()
    ledger.designs.give_back("anyone", order, design, key="lid/back").wait()
    assert ledger.designs.free(bargain.address("customer")) == before
    assert ledger.designs.licence(licence).left == 5
    assert next(one.left for one in ledger.sync().licences() if one.number == licence) == 5
    check = audited(ledger)
    assert check.ok, check.differences


def test_a_contest_and_its_end_are_read_back(bargain: Bargain) -> None:
    designs, design = bargain.ledger.designs, registered(bargain, "cover", "thief")
    designs.contest("author", design, "0x" + "0a" * 32, key="cover/contest").wait()
    designs.decide("arbiter", design, bargain.address("author"), True, "0x" + "0b" * 32, key="cover/decide").wait()
    index = bargain.ledger.sync()
    row = next(one for one in index.designs() if one.design == design)
    assert (row.author, row.owner) == (bargain.address("thief"), bargain.address("author"))
    assert [one.state for one in index.contests() if one.design == design] == ["upheld"]


@given(
    amount=st.integers(0, 2**96),
    work=st.lists(st.tuples(st.integers(0, 2**97), st.integers(0, MILLION)), min_size=1, max_size=32),
)
def test_a_royalty_is_a_part_of_what_was_held(amount: int, work: list[tuple[int, int]]) -> None:
    assert 0 <= due(amount, work) <= amount
    assert due(amount, [(pay, MILLION) for pay, _ in work]) == amount
    assert due(amount, [(pay, 0) for pay, _ in work]) == 0
