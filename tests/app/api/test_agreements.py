"""What the API says of agreements: the money of each piece to the cent, conditions, and lists of what runs."""

from __future__ import annotations

import pytest

from hanse.app.api.shapes import AgreementNow
from hanse.app.client import Refused
from tests.app.api.house import Town, planned, question, until
from tests.app.api.test_commands import key_of
from tests.app.cli import Run, hanse


@pytest.fixture(scope="module")
def agreed(town: Town) -> int:
    """An agreement in force, of an order of its own; the proposer pays 10.00 of 25.00 on top for E1."""
    customer, ada = town["customer"], town["ada"]
    number = int(customer.place_order(product=1, quantity=1, deposit=10_000, job="MONEY").result["order"])
    ada.match(number)
    ada.append_block(*planned(question({"MONEY": ("Customer", None)})), {"MONEY": number})
    extra = {"E1": {"amount": 2_500, "subsidy": 1_000}}
    agreement = int(ada.propose(number, extra).result["agreement"])
    now = ada.agreement(agreement)
    free, own = customer.money().settlement, ada.money().settlement  # what others of the town have left there
    assert (now.proposer_lacks, now.lacks) == (max(0, 1_000 - own), max(0, now.escrow - 10_000 - free))
    for payer, lacks in ((ada, now.proposer_lacks), (customer, now.lacks)):
        if lacks:
            ada.mint(payer.session().address, lacks)
            payer.deposit("settlement", lacks)
    now = ada.agreement(agreement)
    assert (now.proposer_lacks, now.lacks) == (0, 0)
    for who in ("member", "lathe", "customer"):
        town[who].sign(agreement)
    until(lambda: ada.agreement(agreement).status == "active")
    return agreement


def whole(now: AgreementNow) -> int:
    """All money that is held for an agreement or has left it."""
    return sum(one.held + one.paid + one.back + one.shared for one in now.milestones)


def test_no_cent_of_an_agreement_is_without_a_place(town: Town, agreed: int) -> None:
    """Held at first, then at the member, the customer, the solver, the league and the proposer."""
    customer, now = town["customer"], town["ada"].agreement(agreed)
    assert whole(now) == sum(one.held for one in now.milestones) == now.escrow + 1_000
    mine = next(one for one in now.milestones if one.member == town.address("member"))
    other = next(one for one in now.milestones if one.member == town.address("lathe"))
    town["member"].start(agreed, mine.number)
    town["member"].deliver(agreed, mine.number, "crate")
    customer.accept(agreed, [mine.number], [None])
    done = customer.agreement(agreed)
    assert whole(done) == whole(now)
    assert (done.milestones[mine.number].held, done.milestones[mine.number].ended is not None) == (0, True)
    assert done.milestones[mine.number].paid == mine.price + mine.compensation
    assert done.milestones[other.number].held == other.held
    assert agreed in [one.number for one in customer.agreements(running=True)]
    town["lathe"].give_up(agreed, other.number)
    over = customer.agreement(agreed)
    assert whole(over) == whole(now)
    assert over.milestones[other.number].back > 0
    assert agreed not in [one.number for one in customer.agreements(running=True)]
    assert agreed in [one.number for one in customer.agreements()]


def test_whoever_sees_all_can_ask_for_its_own_alone(town: Town, agreed: int) -> None:
    assert agreed in [one.number for one in town["arbiter"].agreements()]
    assert list(town["arbiter"].agreements(own=True)) == []
    assert agreed in [one.number for one in town["ada"].agreements(own=True)]  # it proposed it
    assert list(town["stranger"].agreements(own=True)) == list(town["stranger"].agreements(running=True)) == []


def test_conditions_are_those_that_were_signed(town: Town, agreed: int) -> None:
    told = town["member"].agreement(agreed).conditions
    assert (told.review, told.cap, told.reward, told.fee) == (7 * 86_400, 200_000, 20_000, 10_000)
    assert told.arbiter not in town["member"].agreement(agreed).signed


def test_prices_divide_the_budget_if_asked_for_and_so_does_the_next_version(town: Town) -> None:
    customer, ada = town["customer"], town["ada"]
    asked = customer.place_order(product=1, quantity=1, deposit=10_000, job="SHARED", budget=103_000)
    number = int(asked.result["order"])
    ada.match(number)
    ada.append_block(*planned(question({"SHARED": ("Customer", 103_000)})), {"SHARED": number})
    agreement = int(ada.propose(number, by_contribution=True).result["agreement"])
    now = ada.agreement(agreement)
    # The work costs 40,000 and, with the way to it, 20,500; both are needed, so each gets half of what is left.
    assert sorted(one.price for one in now.milestones) == [20_500 + 19_750, 40_000 + 19_750]
    assert 102_998 <= now.escrow <= 103_000  # rounded down for each member
    ada.revise(agreement, {"E1": {"amount": 1_030, "subsidy": 0}})
    again = ada.agreement(agreement)
    assert sum(one.price for one in again.milestones) == 99_000  # the compensation is paid from the budget, too
    assert 102_998 <= again.escrow <= 103_000


def test_who_bears_a_failure_is_signed_and_a_ruling_by_cause_executes_it(town: Town) -> None:
    """The member bears a tenth of a breakdown; a revision keeps the clause."""
    customer, ada, member, arbiter = town["customer"], town["ada"], town["member"], town["arbiter"]
    number = int(customer.place_order(product=1, quantity=1, deposit=10_000, job="BORNE").result["order"])
    ada.match(number)
    ada.append_block(*planned(question({"BORNE": ("Customer", None)})), {"BORNE": number})
    clause = {"quality": 1_000_000, "breakdown": 100_000, "transport": 500_000}
    agreement = int(ada.propose(number, liability=clause).result["agreement"])
    ada.revise(agreement, {})
    signed = member.agreement(agreement)
    assert signed.version == 2
    assert signed.liability is not None
    assert signed.liability.model_dump() == clause
    if signed.lacks:
        ada.mint(town.address("customer"), signed.lacks)
        customer.deposit("settlement", signed.lacks)
    for who in ("member", "lathe", "customer"):
        town[who].sign(agreement)
    until(lambda: ada.agreement(agreement).status == "active")
    mine = next(one for one in signed.milestones if one.member == town.address("member"))
    member.start(agreement, mine.number)
    member.deliver(agreement, mine.number, "half of it, the spindle broke")
    customer.dispute(agreement, mine.number, "half is missing")
    judge = next(who for who in (arbiter, town["all"]) if who.session().address == signed.conditions.arbiter)
    with pytest.raises(Refused, match="share or a cause"):
        judge.rule(agreement, mine.number, share=1, cause="breakdown")
    with pytest.raises(Refused, match="all have signed who bears what"):
        judge.rule(agreement, mine.number, share=1)
    customer.waive(agreement, mine.number)
    with pytest.raises(Refused, match="all have signed who bears what"):
        judge.rule(agreement, mine.number, share=1)
    assert member.agreement(agreement).milestones[mine.number].waived == [town.address("customer")]
    judge.rule(agreement, mine.number, cause="breakdown", words="the log of the spindle")
    ruled = member.agreement(agreement).milestones[mine.number]
    assert (ruled.share, ruled.cause, ruled.stage) == (900_000, "breakdown", "ruled")


def test_where_nobody_signed_who_bears_what_there_is_nothing_to_waive_and_no_cause(town: Town, agreed: int) -> None:
    with pytest.raises(Refused, match="does not say who bears what"):
        town["customer"].waive(agreed, 0)
    judges = (town["arbiter"], town["all"])
    named = town["ada"].agreement(agreed).conditions.arbiter
    judge = next(who for who in judges if who.session().address == named)
    with pytest.raises(Refused, match="does not say who bears what"):
        judge.rule(agreed, 0, cause="quality")


def test_the_command_line_proposes_a_clause_waives_it_and_rules(town: Town) -> None:
    customer, ada, member = town["customer"], town["ada"], town["member"]
    order = int(customer.place_order(product=1, quantity=1, deposit=70_000, job="TYPED").result["order"])
    ada.match(order)
    ada.append_block(*planned(question({"TYPED": ("Customer", None)})), {"TYPED": order})

    def typed(who: str, *words: str) -> Run:
        return hanse("agreement", *words, "--url", town.house.url, HANSE_KEY=key_of(town, who))

    clause = ("--quality", "1", "--breakdown", "0.1")
    typed("coordinator", "propose", str(order), *clause).failed(2, "who bears each failure", "--transport")
    typed("customer", "propose", str(order)).failed(1, "only a coordinator")
    made = typed("coordinator", "propose", str(order), *clause, "--transport", "0.5", "--json").json
    assert made["liability"] == {"quality": 1_000_000, "breakdown": 100_000, "transport": 500_000}
    number = made["number"]
    if made["lacks"]:
        ada.mint(town.address("customer"), made["lacks"])
        customer.deposit("settlement", made["lacks"])
    for who in ("member", "lathe", "customer"):
        town[who].sign(number)
    until(lambda: ada.agreement(number).status == "active")
    work = next(one.number for one in member.agreement(number).milestones if one.member == town.address("member"))
    member.start(number, work)
    member.deliver(number, work, "half of it")
    customer.dispute(number, work, "half is missing")
    judge = next(who for who in ("arbiter", "all") if town.address(who) == made["conditions"]["arbiter"])

    at = (str(number), str(work))
    typed(judge, "rule", *at, "--share", "0.5").failed(1, "all have signed who bears what")
    typed(judge, "rule", *at).failed(2, "a share or a cause")
    typed("stranger", "waive", *at, "--yes").failed(1, f"no agreement {number} that you can see")
    asked = typed("customer", "waive", *at)
    assert "--yes waives it, for good" in asked.out
    assert "decide freely" not in asked.out
    waived = typed("customer", "waive", *at, "--yes")
    assert waived.code == 0, waived
    assert "the member bears 100 % of bad quality, 10 % of a breakdown, 50 % of transport" in waived.out
    assert f"{town.address('customer')} lets the arbiter decide freely" in waived.out
    assert typed("member", "waive", *at, "--json").json["milestones"][work]["waived"] == [town.address("customer")]
    both = typed("member", "waive", *at, "--yes", "--json").json["milestones"][work]["waived"]
    assert both == [town.address("customer"), town.address("member")]
    ruled = typed(judge, "rule", *at, "--share", "0.5", "--words", "half of it is good")
    assert f"work {work} of" in ruled.out
    assert "ruled, 50 % for the member" in ruled.out
    assert typed("customer", "show", str(number), "--json").json["milestones"][work]["share"] == 500_000
    assert number in [one["number"] for one in typed("lathe", "show", "--running", "--json").json]
    assert "no agreements yet" in typed("stranger", "show").out


def test_a_cause_is_ruled_by_the_command_line_as_it_was_signed(town: Town, agreed: int) -> None:
    judge = next(
        who for who in ("arbiter", "all") if town.address(who) == town["ada"].agreement(agreed).conditions.arbiter
    )
    words = ("agreement", "rule", str(agreed), "0", "--url", town.house.url, "--cause")
    hanse(*words, "quality", HANSE_KEY=key_of(town, judge)).failed(1, "does not say who bears what")
    hanse(*words, "bad luck", HANSE_KEY=key_of(town, judge)).failed(2, "cause")
