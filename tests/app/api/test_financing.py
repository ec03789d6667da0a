"""An order paid in instalments, an advance on its pay, and points for good conduct: over the API and by commands."""

from __future__ import annotations

import json

import pytest

from hanse.app.api import shapes
from hanse.app.client import Refused
from tests.app.api.house import Town, planned, question, until
from tests.app.api.test_commands import key_of
from tests.app.cli import hanse

LATER = 2**31


def in_force(town: Town, job: str, *, instalments: bool = False, loyalty: bool = False) -> int:
    """An agreement of a new order that all have signed."""
    customer, ada = town["customer"], town["ada"]
    number = int(customer.place_order(product=1, quantity=1, deposit=0, job=job).result["order"])
    ada.match(number)
    ada.append_block(*planned(question({job: ("Customer", None)})), {job: number})
    agreement = int(ada.propose(number, instalments=instalments, loyalty=loyalty).result["agreement"])
    lacks = ada.agreement(agreement).lacks
    if lacks:
        ada.mint(town.address("customer"), lacks)
        customer.deposit("settlement", lacks)
    for who in ("member", "lathe", "customer"):
        town[who].sign(agreement)
    until(lambda: ada.agreement(agreement).status == "active")
    return agreement


def worker(town: Town, agreement: int, milestone: int) -> str:
    whose = town["ada"].agreement(agreement).milestones[milestone].member
    return next(who for who in ("member", "lathe") if town.address(who) == whose)


def done(town: Town, agreement: int, milestone: int) -> None:
    """It is begun, delivered and accepted."""
    who = town[worker(town, agreement, milestone)]
    who.start(agreement, milestone)
    who.deliver(agreement, milestone, "done")
    town["customer"].accept(agreement, [milestone], [1_000_000])


def test_an_order_is_paid_in_instalments_and_work_waits_for_them(town: Town) -> None:
    customer = town["customer"]
    agreement = in_force(town, "PARTS", instalments=True)
    now = customer.agreement(agreement)
    (later,) = (one for one in now.milestones if one.fund_by)
    (first,) = (one for one in now.milestones if not one.fund_by)
    assert (first.funded, later.funded, later.held) == (True, False, 0)
    assert now.deadline <= later.fund_by <= later.start_by
    with pytest.raises(Refused, match=r"(?i)not ?funded"):
        town[worker(town, agreement, later.number)].start(agreement, later.number)
    with pytest.raises(Refused, match="nothing to pay in"):
        customer.fund(agreement, [first.number])
    url, key = town.house.url, key_of(town, "customer")
    town["ada"].mint(town.address("customer"), 100_000)
    told = hanse("finance", "pay", str(agreement), "--url", url, HANSE_KEY=key)
    assert told.code == 0, told
    assert "paid in" in told.out
    assert customer.agreement(agreement).milestones[later.number].held > later.price
    hanse("finance", "pay", str(agreement), "--url", url, HANSE_KEY=key).failed(2, "every instalment is paid in")
    done(town, agreement, later.number)
    assert customer.agreement(agreement).milestones[later.number].paid == later.price


def test_a_member_has_money_before_and_its_financier_is_paid_first(town: Town) -> None:
    agreement = in_force(town, "ADVANCE")
    who, most = worker(town, agreement, 0), town["ada"].agreement(agreement).milestones[0].price
    member, bank = town[who], town["treasurer"]
    town["ada"].mint(town.address("treasurer"), 20_000)
    with pytest.raises(Refused, match="is no advance on"):
        member.ask_advance(agreement, 0, amount=5, repay=most + 1, until=LATER)
    with pytest.raises(Refused, match="only its member"):
        town["customer"].ask_advance(agreement, 0, amount=5, repay=6, until=LATER)
    url, had = town.house.url, member.money().settlement
    asked = hanse(
        *("finance", "ask", str(agreement), "0", "--amount", "10000", "--repay", "10500", "--until", "2035-01-01"),
        *("--url", url, "--json"), HANSE_KEY=key_of(town, who),
    )  # fmt: skip
    assert asked.json["state"] == "asked"
    (seen,) = (one for one in bank.advances() if one.agreement == agreement)
    member.ask_advance(agreement, 0, amount=10_000, repay=11_000, until=LATER)
    with pytest.raises(Refused, match="not what is asked now"):
        bank.give_advance(seen)  # it was more favourable when the financier looked
    shown = hanse("finance", "give", str(agreement), "0", "--url", url, HANSE_KEY=key_of(town, "treasurer"))
    assert "if the work fails it is lost" in shown.out
    assert member.money().settlement == had
    given = hanse(
        "finance", "give", str(agreement), "0", "--yes", "--json", "--url", url, HANSE_KEY=key_of(town, "treasurer")
    )
    assert given.json["state"] == "given"
    assert member.money().settlement == had + 10_000
    with pytest.raises(Refused):
        member.ask_advance(agreement, 0, amount=1, repay=1, until=LATER)
    done(town, agreement, 0)
    (back,) = (one for one in bank.advances() if one.agreement == agreement)
    assert (back.state, back.repaid, bank.money().settlement) == ("repaid", 11_000, 11_000)
    assert member.money().settlement == had + 10_000 + most - 11_000
    assert {one.why for one in bank.money().moves} >= {"advance given", "advance repaid"}


def test_who_may_not_give_an_advance_hears_of_none(town: Town) -> None:
    agreement = in_force(town, "NAMED")
    member = town[worker(town, agreement, 1)]
    member.ask_advance(agreement, 1, amount=100, repay=110, until=LATER, financier=town.address("treasurer"))
    assert agreement not in [one.agreement for one in town["stranger"].advances()]
    (seen,) = (one for one in town["treasurer"].advances() if one.agreement == agreement)
    with pytest.raises(Refused, match="nobody asks you"):
        town["stranger"].give_advance(seen)
    url = town.house.url
    assert (
        hanse(
            "finance", "back", str(agreement), "1", "--url", url, HANSE_KEY=key_of(town, worker(town, agreement, 1))
        ).code
        == 0
    )
    with pytest.raises(Refused, match="not what is asked now"):
        town["treasurer"].give_advance(seen)
    listed = hanse("finance", "advances", "--url", url, "--json", HANSE_KEY=key_of(town, "treasurer")).json
    assert [one["agreement"] for one in listed if one["state"] == "repaid"] != []
    assert agreement not in [one["agreement"] for one in listed]


def test_repeated_good_conduct_lowers_the_fee_of_whoever_orders_again(town: Town) -> None:
    customer = town["customer"]
    for job in ("GOOD1", "GOOD2"):
        agreement = in_force(town, job)
        for milestone in (0, 1):
            done(town, agreement, milestone)
    until(lambda: customer.loyalty().points > 0)
    before = customer.loyalty()
    plain = in_force(town, "PLAIN")
    agreement = in_force(town, "LOYAL", loyalty=True)
    fees = [customer.agreement(one).conditions.fee for one in (plain, agreement)]
    price = customer.agreement(agreement).price
    assert fees[0] > fees[1]
    assert (fees[0] - fees[1]) * price // 1_000_000 <= before.points
    after = customer.loyalty()
    assert after.taken > before.taken
    assert after.points < before.points
    shown = hanse("finance", "loyalty", "--url", town.house.url, HANSE_KEY=key_of(town, "customer"))
    assert "50 % off the league's fee" in shown.out
    assert town["stranger"].loyalty().points == 0


def test_a_league_sets_by_which_rule_conduct_counts_and_each_agreement_keeps_its_own(town: Town) -> None:
    ada, customer = town["ada"], town["customer"]
    before = customer.loyalty()
    assert (before.policy, before.most) == ("", 500_000)  # nobody has set one
    rule = shapes.LoyaltyRule(rate=200_000, half_life=86_400 * 365, cap=50_000, most=900_000)
    for who in ("customer", "treasurer"):
        with pytest.raises(Refused, match="only a coordinator"):
            town[who].set_loyalty(rule)
    with pytest.raises(Refused, match="rate"):
        ada.set_loyalty(rule.model_copy(update={"rate": 500_001}))  # members would pay each other with the fee
    ada.set_loyalty(rule)
    now = customer.loyalty()
    assert (now.rate, now.half_life, now.cap, now.most) == (200_000, 86_400 * 365, 50_000, 900_000)
    assert now.earned > before.earned  # counted anew
    agreement = in_force(town, "KIND", loyalty=True)
    document = json.loads(ada.content(customer.agreement(agreement).document))
    assert document["loyalty"]["policy"] == now.policy
    ada.set_loyalty(rule.model_copy(update={"most": 0}))  # from now on points take nothing off
    assert customer.loyalty().most == 0
    dear = in_force(town, "DEAR", loyalty=True)
    assert customer.agreement(dear).conditions.fee > customer.agreement(agreement).conditions.fee


def test_who_added_what_is_told_to_whoever_sees_the_order(town: Town) -> None:
    found = town["customer"].contribution(1)
    assert found.method == "exact"
    assert sum(one.added for one in found.members) == found.whole
    assert [one.added for one in found.members] == [found.whole // 2] * 2  # none can do it without the other
    assert found.stable
    with pytest.raises(Refused, match="no order 1 that you can see"):
        town["stranger"].contribution(1)
    with pytest.raises(Refused, match="plan it first"):
        town["customer"].contribution(2)


def test_the_audit_counts_all_of_it_again(town: Town) -> None:
    report = town["ada"].audit()
    assert {check.what: check.differences for check in report.checks if not check.ok} == {}
