"""Requests for quotation over REST: the freelance market from the post to the rating, and what a cheat hears."""

from __future__ import annotations

import os
import secrets
import time

import pytest

from hanse.app.api.shapes import QuotationNow
from hanse.app.client import Client, Refused
from hanse.app.client.quotations import NO_DOCUMENT
from hanse.errors import HanseError
from hanse.market import slip
from tests.app.api.house import Town, until

DAY = 86_400
# All the bids of a fair have to come in; on a network each takes some blocks.
COMMIT, REVEAL = (120, 60) if os.environ.get("HANSE_TEST_CHAIN") == "network" else (6, 5)
"""Seconds: a service whose clock is that of the world."""


def asked(town: Town, words: str = "") -> QuotationNow:
    who = town["customer"]
    now = int(time.time())
    told = who.ask_quotations(
        "40 shafts", budget=50_000, bond=2_000, latest=now + 9 * DAY, commit=COMMIT, reveal=REVEAL, words=words
    )
    return who.quotation(int(told.result["number"]))


def wait_for(moment: int) -> None:
    """A second more: the chain's clock counts whole ones."""
    time.sleep(max(0.0, moment + 1 - time.time()))


class Fair:
    """Three requests of the customer, with a bid each by who bids cheap, in the first by who bids dear as well, in the
    third by a thief who copied the seal. All wait for one clock."""

    def __init__(self, town: Town) -> None:
        for who in ("member", "lathe"):
            town["ada"].mint(town.address(who), 100_000)
        self.cheap, self.dear = town["member"], town["lathe"]
        self.work, self.whole, self.copied = (asked(town, words) for words in ("as drawing 17", "", ""))
        self.secret = town["ada"].upload("secret.pdf", b"%PDF-1.7 nobody else's").content
        self.slips = {
            one.number: self.cheap.slip(one.number, 30_000, one.latest, 900_000, names)
            for one, names in ((self.work, NO_DOCUMENT), (self.whole, self.secret), (self.copied, NO_DOCUMENT))
        }
        for one in self.slips.values():
            self.cheap.seal_bid(one)
        self.quote = self.dear.upload("quote.pdf", b"%PDF-1.7 what it takes").content
        self.second = self.dear.slip(self.work.number, 40_000, self.work.latest, 900_000, self.quote)
        self.dear.seal_bid(self.second)
        seal = {"seal": "0x" + self.slips[self.copied.number].seal.hex()}
        self.dear._write("POST", f"quotations/{self.copied.number}/bids", seal)
        self.sealed = town["stranger"].quotation(self.work.number)
        wait_for(self.copied.commit_end)
        for one in self.slips.values():
            self.cheap.open_bid(slip.read(one.text()))  # kept in a file in between
        self.dear.open_bid(self.second)
        town["customer"].rights.publish_key()
        self.dear.rights.let_read(self.quote, town.address("customer"))
        with pytest.raises(HanseError, match="NotWhatWasSealed"):
            self.dear.open_bid(self.slips[self.copied.number])
        with pytest.raises(Refused, match="no longer taken"):
            self.dear.seal_bid(self.dear.slip(self.copied.number, 29_999, self.copied.latest, 900_000))


@pytest.fixture(scope="module")
def fair(town: Town) -> Fair:
    return Fair(town)


def test_a_piece_of_work_is_posted_bid_for_awarded_and_accepted(town: Town, fair: Fair) -> None:
    cheap, number = fair.cheap, fair.work.number
    assert [(bid.state, bid.price) for bid in fair.sealed.bids] == [("sealed", 0), ("sealed", 0)]  # nothing is told yet
    until(lambda: cheap.quotation(number).stage == "awarded")  # by the service, when the time is over

    now = cheap.quotation(number)
    assert (now.winner, now.price, now.words) == (town.address("member"), 30_000, "as drawing 17")
    cheap.quotation_step(number, "delivery", {"words": "crate 4"})
    assert town["customer"].content(cheap.quotation(number).evidence) == b"crate 4"
    with pytest.raises(Refused):
        town["stranger"].content(cheap.quotation(number).evidence)
    before = cheap.money().quotations
    town["customer"].quotation_step(number, "acceptance", {"rating": 950_000})
    assert cheap.money().quotations == before + 30_000 + 2_000
    done = town["stranger"].quotation(number)
    assert (done.stage, done.end, done.rating, done.to_winner) == ("done", "accepted", 950_000, 32_000)


def test_a_part_is_handed_on_with_its_chain_and_nobody_else_hands_it_on(town: Town, fair: Fair) -> None:
    main, part, one = fair.cheap, fair.dear, fair.whole
    until(lambda: main.quotation(one.number).stage == "awarded")

    def hand_on(who: Client) -> int:
        told = who.ask_quotations("keyways", budget=10_000, bond=1_000, latest=one.latest, parent=one.number)
        return int(told.result["number"])

    with pytest.raises(Refused, match="only who has won work"):
        hand_on(part)
    number = hand_on(main)
    assert (main.quotation(number).chain, main.quotation(one.number).parts) == ([one.number], [number])
    with pytest.raises(Refused, match="does not bid"):  # no circle: the customer would answer to itself
        town["customer"].seal_bid(town["customer"].slip(number, 1, one.latest, 1))
    assert part.seal_bid(part.slip(number, 9_000, one.latest, 900_000)).state == "done"


def test_what_a_bidder_adds_is_for_the_requester_and_naming_a_file_does_not_open_it(town: Town, fair: Fair) -> None:
    assert town["customer"].rights.open(fair.quote) == b"%PDF-1.7 what it takes"
    with pytest.raises(Refused):
        town["stranger"].content(fair.quote)
    assert fair.secret in {bid.document for bid in town["customer"].quotation(fair.whole.number).bids}
    with pytest.raises(Refused):  # a bidder and a requester who know its hash do not get it by that
        town["customer"].content(fair.secret)


def test_whoever_copies_a_bid_pays_its_bond_and_wins_nothing(town: Town, fair: Fair) -> None:
    """What the copy and the late bid heard stands in `Fair`."""
    number = fair.copied.number
    until(lambda: {bid.state for bid in fair.cheap.quotation(number).bids} == {"opened", "released"})
    assert fair.cheap.quotation(number).winner == town.address("member")


def test_the_same_key_asks_once(town: Town) -> None:
    key, latest = secrets.token_hex(8), int(time.time()) + 9 * DAY
    first = town["customer"].ask_quotations("once", budget=10_000, bond=1, latest=latest, key=key)
    again = town["customer"].ask_quotations("once", budget=10_000, bond=1, latest=latest, key=key)
    assert first.result == again.result
    number = int(first.result["number"])
    with pytest.raises(Refused):
        town["stranger"].cancel_quotations(number)
    town["customer"].cancel_quotations(number)
    assert town["customer"].quotation(number).stage == "void"


def test_what_the_contract_would_refuse_puts_no_money_down(town: Town) -> None:
    customer, stranger = town["customer"], town["stranger"]
    before = customer.money().account
    with pytest.raises(Refused, match="ready after"):
        customer.ask_quotations("too soon", budget=before, bond=1, latest=int(time.time()) + 60)
    assert customer.money().account == before
    told = customer.ask_quotations("milling", budget=1, bond=1, latest=int(time.time()) + 9 * DAY, services=["milling"])
    number, purse = int(told.result["number"]), stranger.money()
    with pytest.raises(Refused, match="certified"):
        stranger.seal_bid(stranger.slip(number, 1, 1, 1))
    assert stranger.money() == purse


def test_an_arbiters_new_key_decides_in_its_seat_until_the_office_is_taken_from_it(town: Town, fair: Fair) -> None:
    ada, number = town["ada"], fair.whole.number
    until(lambda: ada.quotation(number).stage == "awarded")
    fair.cheap.quotation_step(number, "report", {"cause": "breakdown", "words": "the spindle"})
    office = ada.quotation(number).arbiter
    old = next(who for who in town.people.values() if who.session().address == office)
    new = town.house.wallet(ada, "New arbiter", "customer")
    key = new.session().address
    old._write("POST", f"identities/{office}/owner", {"owner": key}, wait=False)
    until(lambda: new._http.get(f"/api/v1/identities/{office}").json()["owner"] == key)
    with pytest.raises(Refused, match="only a arbiter"):
        new.quotation_step(number, "decision", {"cause": "none"})
    new._write("POST", f"identities/{office}/seat", None)
    until(lambda: "arbiter" in new.session().offices)
    new.quotation_step(number, "decision", {"cause": "none"})
    assert (ada.quotation(number).stage, ada.quotation(number).end) == ("done", "decided")
    ada._ask("DELETE", f"offices/arbiter/{key}")
    until(lambda: "arbiter" not in new.session().offices)
