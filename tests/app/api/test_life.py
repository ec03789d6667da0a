"""The whole life of an order over the API: a real service on a real chain, and five people."""

from __future__ import annotations

from pathlib import Path

import pytest

from hanse.app.client import Refused
from tests.app.api.house import PHRASE, SERVICES, house, planned, question, until


def test_the_life_of_an_order_with_five_people(tmp_path: Path, address: str | None) -> None:
    """A coordinator, a customer and a mill without wallets, a lathe and an arbiter with theirs."""
    with house(tmp_path, work=None, db=address) as at:
        ada = at.coordinator()
        ada.set_services(SERVICES)
        carl, mill = at.client(), at.client()
        joined = carl.join(ada.invite("customer"), "Carl", PHRASE)
        assert joined.recovery in joined.sheet
        carl.sign_in("Carl", PHRASE)
        mill.join(ada.invite("member"), "Mueller", PHRASE)
        mill.sign_in("Mueller", PHRASE)
        lathe, judge = at.wallet(ada, "Lathe", "member"), at.wallet(ada, "Judge", "arbiter")

        # Members register, and the notary certifies what it has seen.
        mill.register("E1", "Mueller", ["milling"])
        lathe.register("E2", "Lathe", ["turning"])
        for member in ada.members():
            assert not member.certified
            ada.certify(member)
        assert [member.id for member in carl.members() if member.certified] == ["E1", "E2"]

        # The customer orders, and the contract answers who can make it.
        ada.add_product("gearbox", "Gearbox", ["milling", "turning"])
        ada.mint(joined.address, 100_000)
        placed = carl.place_order(product=1, quantity=2, deposit=5_000, budget=90_000, job="J1")
        number = int(placed.result["order"])
        carl.match(number)
        story = mill.order(number)
        assert {one.id: one.answer for one in story.answers} == {"E1": "PARTIAL", "E2": "PARTIAL"}

        # The coordinator plans, proposes, and all who work and pay sign.
        problem, plan = planned(question({"J1": ("Carl", 90_000)}))
        ada.append_block(problem, plan, {"J1": number})
        assert mill.order(number).order.status == "planned"
        agreement = int(ada.propose(number).result["agreement"])
        for party in (mill, lathe, carl):
            assert [one.number for one in party.agreements(waiting=True)] == [agreement]
            party.sign(agreement)
            assert list(party.agreements(waiting=True)) == []
        lacks = carl.agreement(agreement).lacks
        assert lacks > 0
        carl.deposit("settlement", lacks)
        until(lambda: carl.agreement(agreement).status == "active")

        # They work; one delivery is disputed, and the arbiter divides.
        for worker in (mill, lathe):
            own = next(one for one in worker.agreement(agreement).milestones if one.member == worker.session().address)
            worker.start(agreement, own.number)
            worker.deliver(agreement, own.number, "crate 12, measured")
        rows = {one.member: one for one in carl.agreement(agreement).milestones}
        milled, turned = rows[mill.session().address], rows[lathe.session().address]
        carl.accept(agreement, [milled.number], [950_000])
        carl.dispute(agreement, turned.number, "out of tolerance")
        judge.rule(agreement, turned.number, share=500_000, words="half of the parts are good")
        assert carl.agreement(agreement).milestones[turned.number].stage == "ruled"

        # Everybody takes out what it was paid; the ledger adds up.
        paid = mill.money().settlement
        assert paid == milled.price
        mill.withdraw("settlement", paid)
        assert mill.money().account == paid
        reputation = carl.reputation(mill.session().address)
        assert reputation.settled == 1
        assert reputation.quality > 500_000
        evidence = carl.agreement(agreement).milestones[milled.number].evidence
        assert mill.content(evidence) == b"crate 12, measured"
        found = ada.audit()
        assert found.ok, [one for one in found.checks if not one.ok]
        assert sum(one.count for one in found.checks) > 50

        # Nobody else sees any of it.
        stranger = at.wallet(ada, "Stranger", "customer")
        for ask in (lambda: stranger.order(number), lambda: stranger.agreement(agreement)):
            with pytest.raises(Refused) as refused:
                ask()
            assert refused.value.status == 404
        assert list(stranger.orders()) == []
        with pytest.raises(Refused):
            stranger.content(evidence)
        assert at.stop() == 0
        assert PHRASE not in at.log.read_text()
