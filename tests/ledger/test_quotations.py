"""Requests for quotation through the ledger: asked, bid for, awarded, ended; index and audit tell the same as the
contract."""

from __future__ import annotations

from typing import cast

import pytest

from hanse.app.audit import Check
from hanse.app.audit_quotations import audit_quotations
from hanse.errors import ChainFault
from hanse.ledger.embedded import EmbeddedChain
from hanse.ledger.league import ARBITER
from hanse.ledger.store import Ledger
from hanse.market.quotation import DAY, DECISION, Bid, Cause, Stage, Terms
from hanse.units import MILLION

MONEY = 1_000_000
WORDS = "0x" + "11" * 32
HOUR = 3_600


class Market:
    """A requester and three bidders with money, and the time of the chain."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger, self.quotations = ledger, ledger.quotations
        self.keys = 0
        for role in ("requester", "first", "second", "third"):
            ledger.league.mint(ledger.league.address(role), MONEY, key=f"{role}/mint").wait()
            self.quotations.allow(role, MONEY, key=f"{role}/allow").wait()
            self.quotations.deposit(role, MONEY, key=f"{role}/deposit").wait()

    @property
    def now(self) -> int:
        newest = self.ledger.chain.block(self.ledger.chain.height())
        assert newest is not None
        return newest.timestamp

    def at(self, moment: int) -> None:
        chain = cast("EmbeddedChain", self.ledger.chain)
        chain._ask("evm_setNextBlockTimestamp", [moment])
        chain._ask("evm_mine", [])

    def key(self) -> str:
        self.keys += 1
        return f"step {self.keys}"

    def address(self, role: str) -> str:
        return self.ledger.league.address(role)

    def posted(self, by: str = "requester", parent: int = 0) -> tuple[int, Terms]:
        now = self.now
        ends = now + HOUR, now + 2 * HOUR, now + 9 * DAY
        terms = Terms(*ends, 100_000, 5_000, self.address(ARBITER), WORDS, parent=parent)
        return int(self.quotations.post(by, terms, key=self.key()).value("number")), terms

    def awarded(self, by: str = "requester", parent: int = 0) -> tuple[int, Bid]:
        """The second wins at 700.00, or the first if it asks itself; the third never opens."""
        number, terms = self.posted(by, parent)
        bids = {who: Bid(price, terms.reveal_end + DAY, 900_000, who.encode().ljust(32)) for who, price in PRICES}
        bidders = [who for who in bids if who != by]
        for who in bidders:
            self.quotations.bid(who, number, bids[who], key=self.key()).wait()
        self.at(terms.commit_end)
        for who in bidders[:-1]:
            self.quotations.open(who, number, bids[who], key=self.key()).wait()
        self.at(terms.reveal_end)
        self.quotations.release("stranger", number, self.address(bidders[-1]), key=self.key()).wait()
        self.quotations.award("stranger", number, key=self.key()).wait()
        return number, bids["second"]

    def audited(self) -> None:
        """Read models and the contract agree with what the twin makes of the events."""
        self.ledger.sync()
        check = Check("quotations")
        audit_quotations(check, self.ledger)
        assert check.differences == []
        assert check.count > 10


PRICES = (("first", 90_000), ("second", 70_000), ("third", 80_000))


@pytest.fixture(scope="module")
def market(ledger: Ledger) -> Market:
    return Market(ledger)


def test_work_is_asked_for_bid_for_awarded_done_and_paid(market: Market) -> None:
    before = market.quotations.free(market.address("second"))
    number, bid = market.awarded()
    market.quotations.deliver("second", number, WORDS, key=market.key()).wait()
    market.quotations.accept("requester", number, 950_000, key=market.key()).wait()

    assert market.quotations.free(market.address("second")) == before + bid.price
    row = market.ledger.sync().requests()[number - 1]
    assert (row.stage, row.end, row.winner, row.price) == ("done", "accepted", market.address("second"), bid.price)
    assert (row.rating, row.bids, row.to_winner) == (950_000, 3, bid.price + row.terms.bond)
    states = {one.bidder: one.state for one in market.ledger.index.bids() if one.request == number}
    assert states == {
        market.address(who): how for who, how in (("first", "opened"), ("second", "opened"), ("third", "released"))
    }
    market.audited()


def test_seals_are_made_at_home_and_are_what_the_contract_expects(market: Market) -> None:
    bid = Bid(7, market.now, MILLION, b"s" * 32, WORDS)
    asked = market.ledger.league.read("Quotations", "sealOf", 3, market.address("first"), bid.words())
    assert market.quotations.seal("first", 3, bid) == bytes(asked)


def test_a_rival_who_copies_a_seal_cannot_open_it(market: Market) -> None:
    number, terms = market.posted()
    bid = Bid(60_000, terms.reveal_end, MILLION, b"s" * 32)
    market.quotations.bid("first", number, bid, key=market.key()).wait()
    copied = market.quotations.seal("first", number, bid)
    market.ledger.league.send(market.key(), "second", "Quotations", "bid", number, copied).wait()
    market.at(terms.commit_end)
    with pytest.raises(ChainFault, match="NotWhatWasSealed"):
        market.quotations.open("second", number, bid, key=market.key()).wait()
    with pytest.raises(ChainFault, match="NotNow"):  # bidding after seeing
        market.quotations.bid("third", number, bid, key=market.key()).wait()
    market.audited()


def test_a_part_is_handed_on_and_the_chain_of_responsibility_is_recorded(market: Market) -> None:
    number, _ = market.awarded()
    part, _ = market.awarded("second", parent=number)
    rows = {row.number: row for row in market.ledger.sync().requests()}
    assert (rows[part].parent, rows[part].depth, rows[part].requester) == (number, 1, market.address("second"))
    with pytest.raises(ChainFault, match="NotYourWork"):
        market.posted("third", parent=number)
    another, _ = market.posted("second", parent=number)
    with pytest.raises(ChainFault, match="AsksForItself"):
        market.quotations.bid("requester", another, Bid(1, 1, 1, b"s" * 32), key=market.key()).wait()
    market.audited()


def test_what_goes_wrong_is_borne_as_the_terms_say(market: Market) -> None:
    number, _ = market.awarded()
    market.quotations.deliver("second", number, WORDS, key=market.key()).wait()
    market.quotations.report("requester", number, Cause.QUALITY, WORDS, key=market.key()).wait()
    with pytest.raises(ChainFault):
        market.quotations.decide("first", number, Cause.QUALITY, key=market.key()).wait()
    market.quotations.decide(ARBITER, number, Cause.QUALITY, key=market.key()).wait()
    row = market.ledger.sync().requests()[number - 1]
    assert (row.cause, row.to_winner, row.to_requester) == ("quality", 0, 75_000)
    number, _ = market.awarded()
    market.quotations.report("second", number, Cause.BREAKDOWN, WORDS, key=market.key()).wait()
    market.at(market.now + DECISION)
    market.quotations.settle("stranger", number, key=market.key()).wait()
    number, _ = market.awarded()
    market.quotations.give_up("second", number, key=market.key()).wait()
    number, _ = market.posted()
    market.quotations.cancel("requester", number, key=market.key()).wait()
    assert market.quotations.stage(number) is Stage.VOID
    market.quotations.withdraw("first", 10, key=market.key()).wait()
    market.audited()


def test_a_rebuilt_index_tells_the_same(market: Market) -> None:
    before = market.ledger.sync()
    told = before.requests(), before.bids(), before.quotation_moves()
    market.ledger.index.rebuild()
    after = market.ledger.sync()
    assert (after.requests(), after.bids(), after.quotation_moves()) == told
