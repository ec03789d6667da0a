"""The negotiating agent and the broker on a real service: to an agreement in force, and to a bid whose promises anybody
checks."""

from __future__ import annotations

import json
import os
import time
from dataclasses import replace
from pathlib import Path

import pytest
from eth_account import Account

from hanse.app.api.shapes import AgreementNow
from hanse.app.client import Client
from hanse.app.negotiating import answer, countered, declare, own_milestone, replay, respond
from hanse.market.negotiation import Issue, Offer, Stance, negotiate
from tests.app.api.house import Town, planned, question, until
from tests.app.cli import hanse

DAY = 86_400


def proposed(town: Town, job: str) -> AgreementNow:
    number = int(town["customer"].place_order(product=1, quantity=1, deposit=10_000, job=job).result["order"])
    town["ada"].match(number)
    town["ada"].append_block(*planned(question({job: ("Customer", None)})), {job: number})
    return town["ada"].agreement(int(town["ada"].propose(number).result["agreement"]))


def stances(price: int, due: int) -> tuple[Stance, Stance]:
    """Who buys pays at most a fifth on top; who sells wants at least a tenth. Dates are the plan's."""
    buyer = Stance(Issue(price * 12 // 10, price), Issue(due, due), beta=(1, 1), salt="buyer")
    seller = Stance(Issue(price * 11 // 10, price * 13 // 10), Issue(due, due), beta=(2, 1), salt="seller")
    return buyer, seller


def test_two_agents_come_to_an_agreement_that_both_stances_admit_and_anyone_replays(town: Town) -> None:
    ada, member, who = town["ada"], town["member"], town.address("member")
    now = proposed(town, "HAGGLE")
    one = own_milestone(now, who)
    buyer, seller = stances(one.price, one.due)
    declare(member, seller)
    declare(member, seller)
    assert [one.stance for one in town["stranger"].stances(who).declared] == [seller.hash]
    offers, told = [], []
    while True:
        present = ada.agreement(now.number)
        its = own_milestone(present, who)
        offers.append(Offer(its.price + its.compensation, its.due))
        told.append(answer(member, now.number, seller, offers[:-1]))
        if told[-1].what != "countered":
            break
        assert answer(member, now.number, seller).what == "waits"  # it says a thing once
        told.append(respond(ada, now.number, who, buyer, offers[:-1]))
    assert told[-1].what == "signed"
    assert negotiate(buyer, seller, present.rounds)[0] == offers[-1]
    assert buyer.admits(offers[-1])
    assert seller.admits(offers[-1])
    # An auditor who is shown the stance finds every move of it in the ledger.
    mine = countered(ada.agreement(now.number), who, one.number)
    kept = replay(seller, present.rounds, offers, mine)
    assert [one.offer for one in kept] == [*mine, offers[-1]]
    other = replay(replace(seller, beta=(1, 8)), present.rounds, offers, mine)
    assert [one.offer for one in other] != [one.offer for one in kept]
    for name in ("lathe", "customer"):
        town[name].sign(now.number)
    lacks = ada.agreement(now.number)
    if lacks.lacks:
        town["customer"].deposit("settlement", lacks.lacks)
    if lacks.proposer_lacks:
        ada.mint(ada.session().address, lacks.proposer_lacks)
        ada.deposit("settlement", lacks.proposer_lacks)
    until(lambda: ada.agreement(now.number).status == "active")


def test_who_gets_too_little_declines_in_the_last_version_and_a_counter_offer_is_for_one_version(town: Town) -> None:
    ada, member, who = town["ada"], town["member"], town.address("member")
    now = proposed(town, "STINGY")
    one = own_milestone(now, who)
    _, seller = stances(one.price, one.due)
    stingy = Stance(Issue(one.price, one.price), Issue(one.due, one.due))
    assert answer(member, now.number, seller).what == "countered"
    assert respond(ada, now.number, who, stingy).what == "revised"
    # What was said of the first version answers nothing of the second (the contract's part is in Agreements.t.sol).
    assert ada.agreement(now.number).version == 2
    assert respond(ada, now.number, who, stingy).what == "waits"
    while (told := answer(member, now.number, seller)).what == "countered":
        respond(ada, now.number, who, stingy)
    assert (told.what, told.version) == ("declined", now.rounds)
    assert ada.agreement(now.number).status == "declined"


def wallet(town: Town, name: str) -> tuple[str, Client]:
    """Somebody whose key is at home; as the command line takes it."""
    client = town.house.client()
    key = os.urandom(32).hex()
    client.sign_in_with_key(key, invitation=town["ada"].invite("customer"), name=name)
    town["ada"].mint(client.session().address, 100_000)
    return key, client


def test_a_broker_bids_with_members_promises_and_anyone_checks_them(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = ("--url", town.house.url)
    asked = town["customer"].ask_quotations(
        "shafts", budget=50_000, bond=1_000, latest=int(time.time()) + 9 * DAY, commit=40, reveal=60
    )
    number = str(asked.result["number"])
    key, client = wallet(town, "Brigid")
    broker = client.session().address
    for who, part, price in (("Mara", "turn", 20_000), ("Nils", "turn", 18_000), ("Olga", "grind", 9_000)):
        own, _ = wallet(town, who)
        monkeypatch.setenv("HANSE_KEY", own)
        words = ("--broker", broker, "--part", part, "--price", str(price), "--minutes", "90")
        more = ("--expires", "2036-01-01T00:00+00:00", "--out", str(tmp_path / f"{who}.json"))
        assert hanse("market", "promise", number, *url, *words, *more).code == 0
    monkeypatch.setenv("HANSE_KEY", key)
    assembly, slips = tmp_path / "out" / "assembly.json", ("--slips", str(tmp_path / "slips"))
    assembly.parent.mkdir()
    given = ("--promises", str(tmp_path), "--parts", "turn, grind", "--out", str(assembly), *slips, "--json")
    told = hanse("broker", number, *url, *given).json
    assert (told["price"], told["fee"], told["status"]) == (28_350, 1_350, "optimal")
    check = ("market", "verify", str(assembly), "--request", number, "--broker", broker, *url)
    assert "2 promises signed" in hanse(*check).out

    # A broker that lowers a member's price to win, or says its fee is less, is found out.
    said = json.loads(assembly.read_text())
    said["promises"][0]["price"] -= 1_000
    said["price"] -= 1_000
    assembly.write_text(json.dumps(said))
    hanse(*check).failed(1, "did not sign")

    town["customer"].rights.publish_key()
    one = client.quotation(int(number))
    time.sleep(max(0.0, one.commit_end + 1 - time.time()))
    assert hanse("market", "open", number, *url, *slips, "--json").json["leads"] is True
    bid = town["customer"].quotation(int(number)).bids[0]
    assert json.loads(town["customer"].rights.open(bid.document))["fee"] == 1_350  # the requester sees every promise
    assert Account.from_key(key).address == bid.bidder
