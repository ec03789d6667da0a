"""The client asks for everything that the service offers, and for nothing else."""

from __future__ import annotations

import ast
import re
import time
from collections.abc import Iterator
from importlib import import_module
from inspect import getsource
from itertools import product
from pkgutil import iter_modules
from types import ModuleType
from typing import Any, Literal, get_args, get_origin, get_type_hints

import httpx
import pytest

from hanse.app import client as package
from hanse.app.client import Client, Refused
from hanse.instances import hanse_json
from tests.app.api.house import PHRASE, SERVICES, Town, planned, question, until

OTHERS = {
    "GET /health": "asked by whatever restarts a service, not by people",
    "GET /ready": "asked by whatever sends requests to it",
    "GET /metrics": "read by Prometheus, as text of its own form",
    "GET /api/v1/events": "a stream, for pages that stay open",
}
"""Routes that no method asks, and why."""

METHODS = {"_get": "GET", "_list": "GET", "_document": "GET", "_all": "GET", "_post": "POST"}


def modules() -> Iterator[ModuleType]:
    for one in iter_modules(package.__path__):
        yield import_module(f"{package.__name__}.{one.name}")


def asked(offered: set[str]) -> set[str]:
    """What the methods of the client ask, read from their text: method and path, with {} for what is filled in."""
    found = set()
    for module in modules():
        for kind in (one for one in ast.parse(getsource(module)).body if isinstance(one, ast.ClassDef)):
            for method in (one for one in kind.body if isinstance(one, ast.FunctionDef) and one.name not in METHODS):
                made = getattr(getattr(module, kind.name), method.name)
                for verb, node in questions(method):
                    found |= {f"{verb} /api/v1/{path}" for path in paths(verb, node, made, offered)}
    return found


def questions(method: ast.FunctionDef) -> Iterator[tuple[str, ast.expr]]:
    """The verbs and paths that a method gives to the connection."""
    for one in ast.walk(method):
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute):
            name, words = one.func.attr, one.args
            if name in ("_ask", "_write") and isinstance(words[0], ast.Constant):
                yield str(words[0].value), words[1]
            elif name in METHODS:
                yield METHODS[name], words[0]


def paths(verb: str, node: ast.expr, made: Any, offered: set[str]) -> list[str]:
    """All that a path can be. A part that is one of several words is each of them, unless the service takes any."""
    if isinstance(node, ast.IfExp):
        return paths(verb, node.body, made, offered) + paths(verb, node.orelse, made, offered)
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    assert isinstance(node, ast.JoinedStr), f"{made.__qualname__} spells its path elsewhere"
    parts = [words(one, made) for one in node.values]
    any_word = "".join(one[0] if len(one) == 1 else "{}" for one in parts)
    return [any_word] if f"{verb} /api/v1/{any_word}" in offered else ["".join(one) for one in product(*parts)]


def words(part: ast.expr, made: Any) -> list[str]:
    if isinstance(part, ast.Constant):
        return [str(part.value)]
    assert isinstance(part, ast.FormattedValue)
    hint = get_type_hints(made).get(part.value.id) if isinstance(part.value, ast.Name) else None
    return list(get_args(hint)) if get_origin(hint) is Literal else ["{}"]


@pytest.fixture(scope="module")
def offered(town: Town) -> set[str]:
    """What the service says that it offers."""
    document = town["ada"]._http.get("/api/v1/openapi.json").json()
    return {
        f"{method.upper()} {re.sub('{[^}]*}', '{}', path)}" for path, one in document["paths"].items() for method in one
    }


def test_every_route_is_asked_by_a_method_or_is_no_business_of_a_client(offered: set[str]) -> None:
    assert offered - asked(offered) == set(OTHERS)


def test_no_method_asks_for_what_is_not_there(offered: set[str]) -> None:
    assert asked(offered) - offered == set()


# --- what no other test does with a client ------------------------------------------------------------------------


def test_a_new_pass_phrase_ends_what_the_old_one_began(town: Town) -> None:
    who = town.house.managed(town["ada"], "Changing her mind", "customer")
    with pytest.raises(Refused):
        who.change_passphrase("not the old one", "another four words now")
    who.change_passphrase(PHRASE, "another four words now")
    with pytest.raises(Refused) as refusal:
        who.session()
    assert refusal.value.status == 401
    with pytest.raises(Refused):
        who.sign_in("Changing her mind", PHRASE)
    assert who.sign_in("Changing her mind", "another four words now").unlocked


def test_accounts_are_called_by_name_with_their_offices(town: Town) -> None:
    at = town.address("notary")
    told = town["customer"].account(at)
    assert told.name == "Notary"
    assert "notary" in told.offices
    assert told in town["customer"].accounts()


def test_ones_newest_writes_are_listed(town: Town) -> None:
    done = town["stranger"].declare_stance("0x" + "3a" * 32)
    assert town["stranger"].actions(1) == [town["stranger"].action(done.id)]


def test_the_money_of_another_is_for_the_leagues_staff(town: Town) -> None:
    customer = town.address("customer")
    assert town["treasurer"].money(customer) == town["customer"].money()
    with pytest.raises(Refused):
        town["stranger"].money(customer)


def test_a_member_whose_certificate_is_revoked_is_certified_no_more(town: Town) -> None:
    firm = town.house.wallet(town["ada"], "Going", "member")
    at = firm.session().address
    firm.register("E7", "Going", ["milling"])
    town["notary"].certify(firm.member(at))
    assert firm.member(at).certified
    town["notary"].revoke_certificate(at, "it has no mill")
    assert not firm.member(at).certified


def test_a_product_that_is_retired_is_ordered_no_more(town: Town) -> None:
    ada, customer = town["ada"], town["customer"]
    number = int(ada.add_product("cog", "Cog", ["milling"]).result["product"])
    assert customer.product(number).active
    ada.retire_product(number)
    assert not customer.product(number).active
    with pytest.raises(Refused, match="to be ordered"):
        customer.place_order(product=number, quantity=1, deposit=0)


def test_a_plan_is_read_by_its_root_and_an_order_that_nobody_agrees_on_is_refunded(town: Town) -> None:
    ada, customer = town["ada"], town["customer"]
    order = int(customer.place_order(product=1, quantity=1, deposit=10_000, job="BACK").result["order"])
    ada.match(order)
    problem, plan = planned(question({"BACK": ("Customer", None)}))
    block = ada.block(int(ada.append_block(problem, plan, {"BACK": order}).result["block"]))
    assert hanse_json.read_problem(httpx.Response(200, json=ada.problem(block.problem)).content).root == block.problem
    assert ada.plan(block.plan)["assignments"] == plan["assignments"]
    (part,) = ada.schedule(block.number)["parts"]
    assert [job["outcome"]["order"] for job in part["jobs"]] == [order]
    before = customer.money().account
    ada.refund_order(order)
    assert customer.order(order).order.status == "refunded"
    assert customer.money().account == before + 10_000


@pytest.fixture(scope="module")
def agreement(town: Town) -> int:
    """Nobody has signed it."""
    ada, customer = town["ada"], town["customer"]
    order = int(customer.place_order(product=1, quantity=1, deposit=70_000, job="WEIGHED").result["order"])
    ada.match(order)
    ada.append_block(*planned(question({"WEIGHED": ("Customer", None)})), {"WEIGHED": order})
    return int(ada.propose(order).result["agreement"])


def test_other_terms_are_asked_for_and_signatures_that_nobody_used_are_withdrawn(town: Town, agreement: int) -> None:
    member, at = town["member"], town.address("member")
    own = next(one for one in member.agreement(agreement).milestones if one.member == at)
    member.counter(
        agreement, own.number, price=own.price, compensation=1_000, start_by=own.start_by, due=own.due, words="tight"
    )
    (said,) = [one for one in member.agreement(agreement).said if one.party == at]
    assert (said.what, said.compensation) == ("countered", 1_000)
    assert member.content(said.document) == b"tight"
    assert agreement in [one.number for one in member.agreements("open")]
    assert at in member.sign(agreement).signed
    member.withdraw_signatures()
    until(lambda: at in member.agreement(agreement).waiting)


def test_a_ruling_is_appealed_once(town: Town) -> None:
    """About order 1, whose first piece of work is delivered."""
    customer = town["customer"]
    customer.dispute(1, 0, "out of tolerance")
    named = customer.agreement(1).conditions.arbiter
    judge = next(town[who] for who in ("arbiter", "all") if town.address(who) == named)
    judge.rule(1, 0, share=500_000)
    town["member"].appeal(1, 0, "measured again")
    now = customer.agreement(1).milestones[0]
    assert (now.stage, customer.content(now.evidence)) == ("appealed", b"measured again")
    with pytest.raises(Refused):
        customer.appeal(1, 0)


def test_idle_time_is_claimed_confirmed_and_paid_or_given_back(town: Town) -> None:
    host, guest = town["member"], town["lathe"]
    at, start = town.address("member"), int(time.time()) // 60 + 600
    service = SERVICES.index(host.member(at).services[0])
    for who in (host, guest):
        town["ada"].mint(who.session().address, 50_000)
        who.deposit("offers", 50_000)
    for number in (501, 502, 503, 504):
        host.publish_offer(number, machine=1, service=service, start=start, end=start + 300, price=10)
    assert {one.number for one in guest.offers(host=at, state="free")} >= {501, 502, 503, 504}

    def state(number: int) -> str:
        return guest.offer(at, number).state

    for number in (501, 502, 503):
        guest.claim_offer(at, number, start=start, length=60, release=start, due=start + 300)
        assert state(number) == "held"
    guest.release_offer(at, 502)
    assert state(502) == "free"
    for number in (501, 503):
        host.confirm_offer(at, number)
        assert state(number) == "confirmed"
    with pytest.raises(Refused, match="not now"):  # the guest has not had its time yet
        host.collect_offer(at, 501)
    with pytest.raises(Refused, match="not now"):
        guest.dispute_offer(at, 501, "the machine stood still")
    guest.accept_offer(at, 501)
    for number in (503, 504):
        host.withdraw_offer(at, number)
    assert [state(number) for number in (501, 503, 504)] == ["over", "over", "over"]
    assert host.money().offers == 50_000 + 600 - 120  # paid for one, and a fifth of it for breaking its word


def test_a_wallet_signs_credentials_and_shows_them_without_the_service(town: Town) -> None:
    notary, holder, reader = town["notary"], town["member"], town["customer"]
    at = town.address("member")
    sent: list[str] = []
    for who in (notary, holder):
        who._http.event_hooks["request"] = [lambda one: sent.append(one.url.path)]
    kept = notary.issue_credential("organisation", at, {"name": "Mueller", "employees": 12})
    asked_for = reader.ask_showing()
    shown = holder.show(kept.credential, ["name"], asked_for)
    found = reader.judge(shown, asked_for.nonce)
    assert (found.claims, found.digest) == ({"name": "Mueller"}, kept.digest)
    for who in (notary, holder):
        who._http.event_hooks["request"] = []
    assert sent == ["/api/v1/league", "/api/v1/session"]  # where its contracts are, and in whose seat it signs
    notary.revoke_credential(digest=kept.digest, subject=at)
    until(lambda: kept.digest in [one.digest for one in holder.identity(at).revoked])


@pytest.mark.parametrize("owner", ["member", "ada"])
def test_a_delegation_is_signed_by_one_and_sent_by_another(town: Town, owner: str) -> None:
    """One with a wallet, and one without."""
    at, to = town.address(owner), town.address("treasurer")
    paper = town[owner].lend(at, to, machine="M3", days=2)
    town["stranger"].send_delegation(paper)
    assert to in [one.delegate for one in town["stranger"].identity(at).delegates]
    with pytest.raises(Refused):  # it counts once
        town["stranger"].send_delegation(paper)


def test_what_became_of_a_product_stands_in_its_passport(town: Town) -> None:
    town["customer"].rights.say_turn(1, "recycled", "melted down", materials={"steel": 1_200})
    assert "melted down" in str(town["customer"].rights.passport_draft(1).passport)


def test_a_proposal_is_taken_back_by_whoever_made_it(town: Town) -> None:
    member = town["member"]
    rules = {"joining": "open", "weight": "equal", "sharing": "equal", "quorum": 500_000, "delay": 60, "period": 60}
    community = int(member.found_community("Taking back", rules, 60).result["community"])
    numbers: list[int] = []

    def put_forward() -> bool:
        try:
            made = member.put_forward(community, ["share 100"], "the year was good")
        except Refused as refusal:
            if "no weight" not in str(refusal):  # whoever has just joined has one from the next second on
                raise
            return False
        numbers.append(int(made.result["number"]))
        return True

    until(put_forward)
    (number,) = numbers
    for early in (member.queue_proposal, member.execute_proposal):
        with pytest.raises(Refused, match="wrong state"):
            early(number)
    member.cancel_proposal(number)
    assert member.proposal(number).now.state == "cancelled"


def test_a_url_that_is_none_is_refused_at_once() -> None:
    with pytest.raises(Exception, match="no http"):
        Client("league.example")
