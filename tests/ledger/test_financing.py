"""Instalments and advances on a real chain: what moves, what is refused, what the index says, and the auditor."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest

from hanse.app.audit import Check
from hanse.app.audit_reasons import audit_reasons
from hanse.ledger.chain import Reverted
from hanse.ledger.deal import Deal
from hanse.ledger.finance_tables import AdvanceRow
from hanse.ledger.index import Index
from hanse.ledger.settlement import NOBODY, Advance
from hanse.ledger.store import open_ledger
from hanse.value.settlement import escrow, escrow_of
from tests.ledger.bargain import COMPENSATION, EVIDENCE, PRICE, SUBSIDY, WINDOW, Bargain
from tests.ledger.test_agreements import differences

LATER = 2**40 - 1
MONEY = 5_000


@pytest.fixture(scope="module")
def bargain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bargain]:
    with open_ledger(tmp_path_factory.mktemp("financing")) as ledger:
        made = Bargain(ledger)
        ledger.league.mint(made.address("financier"), MONEY, key="financier/mint")
        ledger.settlement.allow("financier", MONEY, key="financier/allow").wait()
        ledger.settlement.deposit("financier", MONEY, key="financier/down").wait()
        yield made


def in_instalments(bargain: Bargain, name: str) -> tuple[int, Deal]:
    """An agreement whose second piece of work is paid in later."""
    now = bargain.now
    first, second = bargain.deal(1).milestones
    work = (first, dataclasses.replace(second, fund_by=now + 2 * WINDOW))
    return bargain.agreed(name, milestones=work, deadline=now + WINDOW)


def advance(bargain: Bargain, agreement: int) -> AdvanceRow:
    return next(one for one in bargain.ledger.sync().advances() if one.agreement == agreement)


def test_an_advance_is_the_members_at_once_and_repaid_out_of_its_pay(bargain: Bargain) -> None:
    settlement = bargain.ledger.settlement
    agreement, deal = bargain.agreed("advance")
    worker, before = bargain.worker(deal, 0), settlement.free(bargain.address("financier"))
    had = settlement.free(deal.milestones[0].member)
    terms = Advance(700, 800, LATER, bargain.address("financier"))
    settlement.ask_advance(worker, agreement, deal, 0, terms, key="a/ask").wait()
    assert advance(bargain, agreement).state == "asked"
    settlement.give_advance("financier", agreement, deal, 0, terms, key="a/give").wait()
    assert settlement.free(deal.milestones[0].member) == had + 700
    assert settlement.owed(agreement, 0) == (bargain.address("financier"), 800)
    assert differences(bargain) == []
    settlement.start(worker, agreement, deal, 0, key="a/start").wait()
    settlement.deliver(worker, agreement, deal, 0, EVIDENCE, key="a/deliver").wait()
    settlement.accept("customer", agreement, deal, [0], [None], key="a/accept").wait()
    assert settlement.free(bargain.address("financier")) == before + 100
    assert settlement.free(deal.milestones[0].member) == had + 700 + PRICE + COMPENSATION - 800
    row = advance(bargain, agreement)
    assert (row.state, row.repaid, row.amount) == ("repaid", 800, 700)
    assert differences(bargain) == []


def test_a_financier_loses_what_work_that_fails_does_not_pay(bargain: Bargain) -> None:
    settlement = bargain.ledger.settlement
    agreement, deal = bargain.agreed("lost")
    worker, before = bargain.worker(deal, 0), settlement.free(bargain.address("financier"))
    settlement.ask_advance(worker, agreement, deal, 0, Advance(10, 12, LATER), key="l/ask").wait()
    settlement.give_advance("financier", agreement, deal, 0, Advance(10, 12, LATER), key="l/give").wait()
    with pytest.raises(Reverted, match="AlreadyAdvanced"):
        settlement.ask_advance(worker, agreement, deal, 0, Advance(1, 1, LATER), key="l/again").wait()
    settlement.give_up(worker, agreement, deal, 0, key="l/up").wait()
    assert settlement.free(bargain.address("financier")) == before - 10
    assert advance(bargain, agreement).repaid == 0
    assert differences(bargain) == []


def test_what_is_asked_no_more_is_not_given(bargain: Bargain) -> None:
    settlement = bargain.ledger.settlement
    agreement, deal = bargain.agreed("back")
    worker = bargain.worker(deal, 1)
    settlement.ask_advance(worker, agreement, deal, 1, Advance(10, 12, LATER), key="b/ask").wait()
    settlement.ask_advance(worker, agreement, deal, 1, None, key="b/back").wait()
    for number, terms in enumerate((Advance(10, 12, LATER), Advance(0, 0, 0))):
        with pytest.raises(Reverted, match="NotAsked"):
            settlement.give_advance("financier", agreement, deal, 1, terms, key=f"b/give {number}").wait()
    assert (advance(bargain, agreement).state, settlement.owed(agreement, 1)) == ("taken back", (NOBODY, 0))
    assert differences(bargain) == []


def test_an_agreement_in_instalments_locks_each_part_when_it_is_paid_in(bargain: Bargain) -> None:
    ledger, settlement = bargain.ledger, bargain.ledger.settlement
    agreement, deal = in_instalments(bargain, "parts")
    (row,) = (one for one in ledger.sync().agreements() if one.number == agreement)
    due, _ = escrow_of(deal.milestones[1], deal.conditions)
    assert (row.from_customer, row.from_proposer) == escrow(deal) == (due, 2 * SUBSIDY)
    worker = bargain.worker(deal, 1)
    with pytest.raises(Reverted, match="NotFunded"):
        settlement.start(worker, agreement, deal, 1, key="p/early").wait()
    assert differences(bargain) == []
    settlement.fund("customer", agreement, deal, [1], key="p/fund").wait()
    assert [one.amount for one in ledger.sync().instalments() if one.agreement == agreement] == [due]
    assert settlement.progress(agreement, 1).funded
    assert differences(bargain) == []
    settlement.start(worker, agreement, deal, 1, key="p/start").wait()
    settlement.give_up(worker, agreement, deal, 1, key="p/up").wait()
    (end,) = (one for one in ledger.sync().settled() if one.agreement == agreement)
    assert (end.to_customer, end.to_proposer) == (due, SUBSIDY)


def test_a_missed_instalment_ends_its_work_by_the_customers_fault(bargain: Bargain) -> None:
    ledger, settlement = bargain.ledger, bargain.ledger.settlement
    agreement, deal = in_instalments(bargain, "missed")
    before = settlement.free(deal.customer)
    bargain.until(deal.milestones[1].fund_by)
    with pytest.raises(Reverted, match="NotNow"):
        settlement.fund("customer", agreement, deal, [1], key="m/late").wait()
    settlement.settle("stranger", agreement, deal, [1], key="m/settle").wait()
    (end,) = (one for one in ledger.sync().settled() if one.agreement == agreement)
    assert (end.ending, end.fault, end.to_customer, end.to_proposer) == ("unfunded", "customer", 0, SUBSIDY)
    assert settlement.free(deal.customer) == before
    assert differences(bargain) == []


def test_a_row_that_was_forged_is_found(bargain: Bargain, monkeypatch: pytest.MonkeyPatch) -> None:
    """The auditor counts repayments and instalments again; it does not believe them."""
    index = bargain.ledger.sync()
    advances, instalments = index.advances(), index.instalments()
    assert {one.state for one in advances} == {"repaid", "taken back"}
    forged = tuple(dataclasses.replace(one, repaid=one.repaid + 1) for one in advances if one.state == "repaid")
    monkeypatch.setattr(index, "advances", lambda: forged)
    assert len(differences(bargain, index)) == len(forged)
    monkeypatch.setattr(index, "advances", lambda: advances)
    monkeypatch.setattr(index, "instalments", lambda: instalments[1:])
    assert differences(bargain, index)


def reasons(bargain: Bargain, index: Index) -> list[str]:
    check = Check("reasons")
    audit_reasons(check, index, bargain.ledger.league)
    assert check.count > 20
    return check.differences


def test_every_movement_has_one_record_and_what_has_none_is_found(
    bargain: Bargain, monkeypatch: pytest.MonkeyPatch
) -> None:
    league, index = bargain.ledger.league, bargain.ledger.sync()
    assert reasons(bargain, index) == []
    # Whoever gives money away has signed for that, to another or to a contract.
    league.mint(bargain.address("giver"), 9, key="giver/mint")
    for number, payee in enumerate((bargain.address("mill"), bargain.ledger.settlement.address)):
        league.send(f"giver/{number}", "giver", "LeagueToken", "transfer", payee, 4).wait()
    assert reasons(bargain, bargain.ledger.sync()) == []
    moves, settled, transfers = index.purse_moves(), index.settled(), index.transfers()
    paid = next(one for one in moves if one.why == "work")
    for table, forged in (
        ("purse_moves", (*moves, paid)),  # the same record pays twice
        ("purse_moves", tuple(one for one in moves if one != paid)),
        ("settled", (*settled, settled[0])),
        ("transfers", (*transfers, dataclasses.replace(transfers[0], payer=bargain.ledger.settlement.address))),
        ("supply", index.supply()[1:]),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(index, table, lambda rows=forged: rows)
            assert reasons(bargain, index), table
