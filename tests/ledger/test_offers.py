"""Idle windows through the ledger: published, taken, ended; and the index tells the same as the contract."""

from __future__ import annotations

from typing import cast

import pytest

from hanse.errors import ChainFault, InputError
from hanse.ledger.embedded import EmbeddedChain
from hanse.ledger.league import ARBITER
from hanse.ledger.offers import number_of
from hanse.ledger.store import Ledger
from hanse.market.offers import Book, Need, State, Window

MONEY = 100_000
NOTES = "0x" + "11" * 32


class Market:
    """A host and two guests with money, and the time of the chain."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.offers = ledger.offers
        league = ledger.league
        for role in ("host", "guest", "third"):
            league.register(role, 1, NOTES, key=f"{role}/register").wait()
            league.certify(league.address(role), 1, NOTES, key=f"{role}/certify").wait()
            league.mint(league.address(role), MONEY, key=f"{role}/mint").wait()
            self.offers.allow(role, MONEY, key=f"{role}/allow").wait()
            self.offers.deposit(role, MONEY, key=f"{role}/deposit").wait()
        self.host, self.guest, self.third = map(league.address, ("host", "guest", "third"))
        self.number = int(league.read("MemberRegistry", "number", self.host))
        self.keys = 0

    @property
    def now(self) -> int:
        """Minute of the newest block."""
        newest = self.ledger.chain.block(self.ledger.chain.height())
        assert newest is not None
        return newest.timestamp // 60

    def at(self, minute: int) -> None:
        chain = cast("EmbeddedChain", self.ledger.chain)
        chain._ask("evm_setNextBlockTimestamp", [60 * minute])
        chain._ask("evm_mine", [])

    def key(self) -> str:
        self.keys += 1
        return f"step {self.keys}"

    def window(self) -> Window:
        return Window(self.number, 3, 0, self.now + 60, self.now + 300, 10)

    def published(self) -> tuple[int, Window]:
        window, number = self.window(), self.keys + 1
        self.offers.publish("host", number, window, key=self.key()).wait()
        return number, window

    def confirmed(self) -> tuple[int, Window]:
        number, window = self.published()
        need = Need(0, self.now, window.end)
        self.offers.claim("guest", self.host, number, window.start, 100, need, key=self.key()).wait()
        self.offers.confirm("host", number, key=self.key()).wait()
        return number, window

    def balanced(self) -> None:
        """What the index tells is what the contract has, for everyone."""
        index = self.ledger.sync()
        purses = index.offer_purses()
        for address in (self.host, self.guest, self.third):
            assert purses.get(address, 0) == self.offers.free(address)
        for row in index.windows():
            assert row.window == self.offers.window(row.host, row.number)


@pytest.fixture(scope="module")
def market(ledger: Ledger) -> Market:
    return Market(ledger)


def test_a_window_is_offered_taken_confirmed_and_paid(market: Market) -> None:
    before = market.offers.free(market.host)
    number, _ = market.confirmed()
    window = market.offers.window(market.host, number)
    assert window is not None
    assert (window.state, window.cost, window.locked) == (State.CONFIRMED, 1_000, 1_200)

    market.offers.accept("guest", market.host, number, key=market.key()).wait()

    assert market.offers.free(market.host) == before + 1_000
    market.balanced()


def test_a_window_of_a_book_is_taken_with_its_proof(market: Market) -> None:
    book = Book([market.window() for _ in range(5)])
    market.offers.publish_book("host", 7, book, key=market.key()).wait()
    start, need = book.windows[3].start, Need(0, market.now, book.windows[3].end)

    market.offers.claim_from_book("guest", market.host, 7, book, 3, start, 10, need, key=market.key()).wait()

    taken = market.offers.window(market.host, number_of(7, 3))
    assert taken is not None
    assert taken.state is State.HELD
    assert market.offers.book_root(market.host, 7) == book.root
    assert [(row.number, row.root) for row in market.ledger.sync().books()] == [(7, "0x" + book.root.hex())]
    with pytest.raises(InputError, match="has 5 windows"):
        market.offers.claim_from_book("guest", market.host, 7, book, 5, start, 10, need, key=market.key())
    market.balanced()


def test_the_second_guest_is_told_that_it_is_not_free(market: Market) -> None:
    number, window = market.confirmed()

    need = Need(0, market.now, window.end)
    with pytest.raises(ChainFault, match="NotFree"):
        market.offers.claim("third", market.host, number, window.start, 9, need, key=market.key()).wait()
    market.balanced()


def test_a_host_that_withdraws_pays_and_a_guest_too(market: Market) -> None:
    guest = market.offers.free(market.guest)
    number, _ = market.confirmed()
    market.offers.take_back("host", number, market.guest, key=market.key()).wait()
    assert market.offers.free(market.guest) == guest + 200

    number, _ = market.confirmed()
    market.offers.release("guest", market.host, number, key=market.key()).wait()
    assert market.offers.free(market.guest) == guest
    market.balanced()


def test_disputes_and_silences_come_to_an_end(market: Market) -> None:
    number, window = market.confirmed()
    market.at(window.start)
    market.offers.dispute("guest", market.host, number, b"\x22" * 32, key=market.key()).wait()
    market.offers.decide(ARBITER, market.host, number, market.guest, 300, key=market.key()).wait()
    market.balanced()

    number, window = market.published()
    need = Need(0, market.now, window.end)
    market.offers.claim("guest", market.host, number, window.start, 100, need, key=market.key()).wait()
    market.at(window.start)
    market.offers.expire("stranger", market.host, number, market.guest, key=market.key()).wait()
    market.balanced()

    number, window = market.confirmed()
    market.at(window.start + 100 + 3 * 24 * 60)
    market.offers.collect("host", number, market.guest, key=market.key()).wait()
    market.balanced()

    number, window = market.confirmed()
    market.at(window.start)
    market.offers.dispute("guest", market.host, number, b"\x22" * 32, key=market.key()).wait()
    market.at(window.start + 100 + 17 * 24 * 60)
    market.offers.lapse("stranger", market.host, number, market.guest, key=market.key()).wait()
    market.offers.withdraw("guest", 10, key=market.key()).wait()
    market.balanced()


def test_a_rebuilt_index_tells_the_same(market: Market) -> None:
    before = market.ledger.sync()
    windows, moves, books = before.windows(), before.offer_moves(), before.books()

    rebuilt = market.ledger.index
    rebuilt.rebuild()
    after = market.ledger.sync()

    assert (after.windows(), after.offer_moves(), after.books()) == (windows, moves, books)
