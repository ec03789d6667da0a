"""An order from its proposal to its last cent: every action beside its refusal, the index, and the auditor."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest
from eth_account import Account

from hanse.app.audit import Check
from hanse.app.audit_settlement import audit_agreements, audit_purses, audit_settlement
from hanse.errors import InputError
from hanse.ledger.agreements import Wish
from hanse.ledger.chain import Reverted
from hanse.ledger.deal import Deal, deal_of_text, deal_of_words
from hanse.ledger.index import Index
from hanse.ledger.league import ARBITER, COORDINATOR, SECOND_ARBITER, TREASURY, hash_text
from hanse.ledger.store import open_ledger
from hanse.units import MILLION
from hanse.value.settlement import Parts, escrow, split
from tests.ledger.bargain import DEPOSIT, EVIDENCE, MEMBERS, PRICE, REASON, WINDOW, Bargain


@pytest.fixture(scope="module")
def bargain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bargain]:
    with open_ledger(tmp_path_factory.mktemp("agreements")) as ledger:
        yield Bargain(ledger)


def purses(bargain: Bargain, *roles: str) -> list[int]:
    return [bargain.ledger.settlement.free(bargain.address(role)) for role in roles]


def differences(bargain: Bargain, index: Index | None = None) -> list[str]:
    """What an auditor has to say of agreements, payments and purses, and that it looked at something."""
    ledger = bargain.ledger
    index = index or ledger.sync()
    signed, paid, money = Check("signed"), Check("paid"), Check("money")
    audit_agreements(signed, index, ledger.agreements, ledger.settlement)
    audit_settlement(paid, index, ledger.settlement)
    audit_purses(money, index, ledger.settlement, ledger.league)
    assert signed.count >= 2
    assert money.count >= 3
    return signed.differences + paid.differences + money.differences


# What is signed.


def test_a_deal_survives_tables_and_the_chain_and_its_hash_is_the_contracts(bargain: Bargain) -> None:
    deal = bargain.deal(7)
    assert deal_of_text(deal.text()) == deal
    assert deal_of_words(deal.words()) == deal
    assert hash_text(bargain.ledger.league.read("Agreements", "digestOf", 3, deal.words())) == hash_text(deal.digest(3))


def test_milestones_out_of_order_are_refused_before_anything_is_sent(bargain: Bargain) -> None:
    deal = bargain.deal(7)
    with pytest.raises(InputError, match="ordered"):
        dataclasses.replace(deal, milestones=deal.milestones[::-1])


def test_a_signature_is_over_what_the_contract_says_and_recovers_to_its_party(bargain: Bargain) -> None:
    ledger, deal = bargain.ledger, bargain.deal(7)
    for party in deal.parties():
        digest = bytes(ledger.league.read("Agreements", "acceptance", 5, deal.words(), party))
        signature = ledger.agreements.sign(bargain.role_of(party), 5, deal)
        assert Account._recover_hash(digest, signature=signature) == party
    with pytest.raises(InputError, match="no party"):
        ledger.agreements.sign("stranger", 5, deal)


# From the proposal to the last cent.


def test_an_order_is_proposed_countered_revised_signed_worked_accepted_and_paid(bargain: Bargain) -> None:
    ledger, agreements, settlement = bargain.ledger, bargain.ledger.agreements, bargain.ledger.settlement
    deal = bargain.deal(bargain.order())
    with pytest.raises(Reverted, match="COORDINATOR_ROLE"):
        agreements.propose("stranger", deal, key="life/stranger proposes")
    number = int(agreements.propose(COORDINATOR, deal, key="life/propose").value("agreement"))
    assert agreements.state(number).status == "open"
    old = bargain.signatures(number, deal)

    mill = next(at for at, one in enumerate(deal.milestones) if one.member == bargain.address("mill"))
    wish = Wish(mill, PRICE + 9, 200, deal.milestones[mill].start_by, deal.milestones[mill].due)
    agreements.counter("mill", number, deal, wish, REASON, key="life/counter").wait()
    agreements.decline("lathe", number, deal, "price", key="life/decline").wait()
    with pytest.raises(Reverted, match="not negotiated"):
        agreements.activate("stranger", number, deal, old, key="life/declined")
    better = [dataclasses.replace(one, compensation=200, subsidy=100) for one in deal.milestones]
    deal = dataclasses.replace(deal, version=2, milestones=tuple(better))
    agreements.revise(COORDINATOR, number, deal, key="life/revise").wait()
    with pytest.raises(Reverted, match="not signed"):
        agreements.activate("stranger", number, deal, old, key="life/old signatures")

    before = purses(bargain, "customer", COORDINATOR)
    signed = bargain.signatures(number, deal)
    agreements.withdraw_signatures("mill", key="life/withdraw").wait()
    with pytest.raises(Reverted, match="not signed"):
        agreements.activate("stranger", number, deal, signed, key="life/withdrawn")
    agreements.activate("stranger", number, deal, bargain.signatures(number, deal), key="life/activate").wait()
    from_customer, from_proposer = escrow(deal)
    locked = [before[0] + DEPOSIT - from_customer, before[1] - from_proposer]
    assert purses(bargain, "customer", COORDINATOR) == locked
    assert ledger.league.order_status(deal.order) == "agreed"
    assert differences(bargain) == []

    paid = purses(bargain, *MEMBERS, "solver", TREASURY)
    for at in range(2):
        worker = bargain.worker(deal, at)
        with pytest.raises(Reverted, match="not yours"):
            settlement.start("customer", number, deal, at, key=f"life/start of another {at}")
        settlement.start(worker, number, deal, at, key=f"life/start {at}").wait()
        settlement.deliver(worker, number, deal, at, EVIDENCE, key=f"life/deliver {at}").wait()
    with pytest.raises(Reverted, match="not yet"):
        settlement.settle("stranger", number, deal, [0], key="life/early end")
    settlement.accept("customer", number, deal, [0, 1], [900_000, None], key="life/accept").wait()
    earned = [after - was for after, was in zip(purses(bargain, *MEMBERS, "solver", TREASURY), paid, strict=True)]
    assert earned == [PRICE + 200, PRICE + 200, 2 * 20, 2 * 10]

    index = ledger.sync()
    (row,) = [one for one in index.agreements() if one.number == number]
    assert (row.status, row.deal, row.treasury) == ("active", deal, bargain.address(TREASURY))
    said = [(one.party, one.what, one.price) for one in index.answers() if one.agreement == number]
    assert said == [
        (bargain.address("mill"), "countered", PRICE + 9),
        (bargain.address("lathe"), "declined: price", None),
    ]
    ended = [one for one in index.settled() if one.agreement == number]
    assert [(one.ending, one.rating, one.fault, one.to_member) for one in ended] == [
        ("accepted", 900_000, "nobody", PRICE + 200),
        ("accepted", None, "nobody", PRICE + 200),
    ]
    assert {one.stage for one in index.milestones() if one.agreement == number} == {"settled"}
    settlement.withdraw("mill", PRICE, key="life/take out").wait()
    assert differences(bargain) == []


def test_a_late_delivery_that_is_disputed_ruled_on_and_appealed(bargain: Bargain) -> None:
    settlement = bargain.ledger.settlement
    number, deal = bargain.agreed("dispute")
    worker = bargain.worker(deal, 0)
    settlement.start(worker, number, deal, 0, key="dispute/start").wait()
    bargain.until(deal.milestones[0].due + 500)
    settlement.deliver(worker, number, deal, 0, EVIDENCE, key="dispute/deliver").wait()
    settlement.dispute("customer", number, deal, 0, EVIDENCE, key="dispute/dispute").wait()
    with pytest.raises(Reverted, match="ARBITER_ROLE"):
        settlement.rule("customer", number, deal, 0, 0, REASON, key="dispute/own ruling")
    settlement.rule(ARBITER, number, deal, 0, 0, REASON, key="dispute/rule").wait()
    settlement.appeal(worker, number, deal, 0, EVIDENCE, key="dispute/appeal").wait()
    settlement.rule(SECOND_ARBITER, number, deal, 0, 600_000, REASON, key="dispute/final").wait()
    (row,) = [one for one in bargain.ledger.sync().settled() if one.agreement == number]
    assert (row.ending, row.share, row.disputed, row.fault, row.rating) == ("ruled", 600_000, True, "member", None)
    assert 500 <= row.lateness < 600
    parts = split(deal.milestones[0], deal.conditions, 600_000, row.lateness)
    assert Parts(row.to_member, row.to_solver, row.to_treasury, row.to_customer, row.to_proposer) == parts
    settlement.settle_many("stranger", [(number, deal, [0, 1])], key="dispute/the rest").wait()
    assert {one.stage for one in bargain.ledger.sync().milestones() if one.agreement == number} == {"settled"}
    assert differences(bargain) == []


def test_silence_of_everybody_ends_everything(bargain: Bargain) -> None:
    settlement = bargain.ledger.settlement
    number, deal = bargain.agreed("silence")
    worker = bargain.worker(deal, 0)
    settlement.start(worker, number, deal, 0, key="silence/start").wait()
    settlement.deliver(worker, number, deal, 0, EVIDENCE, key="silence/deliver").wait()
    settlement.dispute("customer", number, deal, 0, EVIDENCE, key="silence/dispute").wait()
    bargain.until(bargain.now + 2 * WINDOW)
    settlement.settle("stranger", number, deal, [0, 1], key="silence/end").wait()
    ended = [one for one in bargain.ledger.sync().settled() if one.agreement == number]
    assert [(one.ending, one.share, one.fault) for one in ended] == [
        ("undecided", 500_000, "nobody"),
        ("never started", 0, "nobody"),
    ]
    assert differences(bargain) == []


def test_given_up_work_is_unpaid(bargain: Bargain) -> None:
    number, deal = bargain.agreed("give up")
    worker = bargain.worker(deal, 1)
    bargain.ledger.settlement.give_up(worker, number, deal, 1, key="give up").wait()
    (row,) = [one for one in bargain.ledger.sync().settled() if one.agreement == number]
    assert (row.ending, row.to_member, row.to_proposer) == ("given up", 0, deal.milestones[1].subsidy)


# The auditor.


def test_the_read_models_are_the_same_when_they_are_made_again(bargain: Bargain) -> None:
    def everything(index: Index) -> tuple[Any, ...]:
        return index.agreements(), index.answers(), index.milestones(), index.settled(), index.purse_moves()

    index = bargain.ledger.sync()
    kept = everything(index)
    index.rebuild()
    assert everything(index) == kept
    assert all(kept)


def test_an_auditor_sees_every_forged_payment(bargain: Bargain, monkeypatch: pytest.MonkeyPatch) -> None:
    number, deal = bargain.agreed("forge")
    worker = bargain.worker(deal, 0)
    bargain.ledger.settlement.start(worker, number, deal, 0, key="forge/start").wait()
    bargain.ledger.settlement.deliver(worker, number, deal, 0, EVIDENCE, key="forge/deliver").wait()
    bargain.ledger.settlement.accept("customer", number, deal, [0], [MILLION], key="forge/accept").wait()
    index = bargain.ledger.sync()
    assert differences(bargain, index) == []
    settled, agreements, moves = index.settled(), index.agreements(), index.purse_moves()
    payments: tuple[tuple[dict[str, Any], str], ...] = (
        ({"to_member": settled[-1].to_member + 1}, "payments"),
        ({"share": 999_999}, "share"),
        ({"lateness": 1}, "lateness"),
        ({"member": bargain.address("customer")}, "whose"),
    )
    for change, words in payments:
        with monkeypatch.context() as patch:
            forged = (*settled[:-1], dataclasses.replace(settled[-1], **change))
            patch.setattr(index, "settled", lambda forged=forged: forged)
            assert any(words in one for one in differences(bargain, index)), words
    deals: tuple[tuple[dict[str, Any], str], ...] = (
        ({"deal": dataclasses.replace(agreements[-1].deal, document=EVIDENCE)}, "what was signed"),
        ({"deal": dataclasses.replace(agreements[-1].deal, plan=EVIDENCE)}, "one of the league's"),
        ({"from_customer": 1}, "escrow"),
        ({"status": "open"}, "status"),
    )
    for change, words in deals:
        with monkeypatch.context() as patch:
            false: tuple[Any, ...] = (*agreements[:-1], dataclasses.replace(agreements[-1], **change))
            patch.setattr(index, "agreements", lambda false=false: false)
            signed = Check("signed")
            audit_agreements(signed, index, bargain.ledger.agreements, bargain.ledger.settlement)
            assert any(words in one for one in signed.differences), words
    with monkeypatch.context() as patch:
        patch.setattr(index, "purse_moves", lambda: moves[:-1])
        assert any("free to" in one for one in differences(bargain, index))


def test_a_gift_to_the_contract_belongs_to_nobody_and_is_no_difference(bargain: Bargain) -> None:
    league, settlement = bargain.ledger.league, bargain.ledger.settlement
    league.mint(league.address("giver"), 5, key="gift/mint").wait()
    league.transfer("giver", settlement.address, 5, key="gift").wait()
    assert differences(bargain) == []


def test_the_domain_of_a_deal_is_one_contract(bargain: Bargain) -> None:
    deal: Deal = bargain.deal(7)
    first = bargain.ledger.agreements.sign("mill", 1, deal)
    assert first == bargain.ledger.agreements.sign("mill", 1, deal), "signing is deterministic"
    assert first != bargain.ledger.agreements.sign("mill", 2, deal), "another agreement"
    assert first != bargain.ledger.agreements.sign("mill", 1, dataclasses.replace(deal, version=2)), "another version"
