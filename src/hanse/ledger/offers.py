"""`Offers`: idle windows on the chain, as typed actions and reads, like `League`, over whose outbox everything goes.

What each step means, and what it costs, is in `hanse.market.offers`, the contract's twin; docs/offers.md has the story.
"""

from __future__ import annotations

from hanse.errors import InputError
from hanse.ledger.league import League, Sent
from hanse.market.offers import TAKEN_BITS, Book, Need, Rules, Window

PLACE_BITS = 32
"""A window of a book is known by the book's number, and its place in these last bits."""


def number_of(book: int, place: int) -> int:
    """What a window of a book is known by."""
    return book << PLACE_BITS | place


class Offers:
    """The idle windows of one league. Every action takes the `key` of its intention and the role whose account signs.
    Hosts and guests are named by address where they are not the caller."""

    def __init__(self, league: League) -> None:
        self._league = league

    @property
    def address(self) -> str:
        """Of the contract."""
        return self._league.addresses.offers

    # Money.

    def allow(self, owner: str, amount: int, *, key: str) -> Sent:
        """Lets the contract take up to `amount` cents from a role."""
        return self._league.send(key, owner, "LeagueToken", "approve", self.address, amount)

    def deposit(self, owner: str, amount: int, *, key: str) -> Sent:
        """A role puts money down; it must be allowed before."""
        return self._send(owner, "deposit", amount, key=key)

    def withdraw(self, owner: str, amount: int, *, key: str) -> Sent:
        """A role takes free money back."""
        return self._send(owner, "withdraw", amount, key=key)

    def free(self, address: str) -> int:
        """What an address has put down and not locked, cents."""
        return int(self._league.read("Offers", "free", address))

    # The host.

    def publish(self, host: str, number: int, window: Window, *, key: str) -> Sent:
        """Offers a window under a number of the host's choice, 1 to 2^32 - 1; its host is the role's account."""
        terms = window.machine, window.service, window.start, window.end, window.price
        return self._send(host, "publish", number, *terms, key=key)

    def publish_book(self, host: str, number: int, book: Book, *, key: str) -> Sent:
        """Offers all windows of a book; others need the book itself to take one."""
        return self._send(host, "publishBook", number, book.root, key=key)

    def close_book(self, host: str, number: int, *, key: str) -> Sent:
        return self._send(host, "closeBook", number, key=key)

    def confirm(self, host: str, number: int, *, key: str) -> Sent:
        return self._send(host, "confirm", number, key=key)

    def take_back(self, host: str, number: int, guest: str | None = None, *, key: str) -> Sent:
        """Withdraws a window for ever. guest: address of who has it."""
        return self._send(host, "takeBack", number, guest or "0x" + "00" * 20, key=key)

    def collect(self, host: str, number: int, guest: str, *, key: str) -> Sent:
        return self._send(host, "collect", number, guest, key=key)

    # The guest.

    def claim(self, guest: str, host: str, number: int, start: int, length: int, need: Need, *, key: str) -> Sent:
        """Holds [start, start + length) of a window that has a slot of its own."""
        return self._send(guest, "claim", host, number, start, length, _words(need), key=key)

    def claim_from_book(
        self,
        guest: str,
        host: str,
        number: int,
        book: Book,
        place: int,
        start: int,
        length: int,
        need: Need,
        *,
        key: str,
    ) -> Sent:
        """Holds a part of a window of a book, for the first time. Raises InputError for a place outside the book."""
        if not 0 <= place < len(book.windows):
            raise InputError(f"the book has {len(book.windows)} windows, no window {place}", where="book")
        terms = book.windows[place].word >> TAKEN_BITS << TAKEN_BITS
        proof = book.siblings(place)
        return self._send(
            guest, "claimFromBook", host, number, place, terms, proof, start, length, _words(need), key=key
        )

    def release(self, guest: str, host: str, number: int, *, key: str) -> Sent:
        return self._send(guest, "release", host, number, key=key)

    def accept(self, guest: str, host: str, number: int, *, key: str) -> Sent:
        return self._send(guest, "accept", host, number, key=key)

    def dispute(self, guest: str, host: str, number: int, evidence: bytes, *, key: str) -> Sent:
        """evidence: content hash, 32 bytes."""
        return self._send(guest, "dispute", host, number, evidence, key=key)

    # Others.

    def decide(self, arbiter: str, host: str, number: int, guest: str, to_host: int, *, key: str) -> Sent:
        """An arbiter divides price and guarantee. to_host: the host's part, cents."""
        return self._send(arbiter, "decide", host, number, guest, to_host, key=key)

    def expire(self, anyone: str, host: str, number: int, guest: str, *, key: str) -> Sent:
        return self._send(anyone, "expire", host, number, guest, key=key)

    def lapse(self, anyone: str, host: str, number: int, guest: str, *, key: str) -> Sent:
        return self._send(anyone, "lapse", host, number, guest, key=key)

    # Reads.

    def window(self, host: str, number: int) -> Window | None:
        """A window as the contract keeps it; None if it has no slot (a free one in a book has none)."""
        fields = self._league.read("Offers", "windowOf", host, number)
        window = Window(*map(int, fields))
        return window if window.host else None

    def rules(self) -> Rules:
        """By which windows are claimed now."""
        number, hold, review, decision, penalty = map(int, self._league.read("Offers", "rules"))
        return Rules(hold, review, decision, penalty, number)

    def book_root(self, host: str, number: int) -> bytes:
        """The root of a book; zeros if there is none, one if it is closed."""
        return bytes(self._league.read("Offers", "bookOf", host, number))

    def _send(self, role: str, function: str, *arguments: object, key: str) -> Sent:
        return self._league.send(key, role, "Offers", function, *arguments)


def _words(need: Need) -> tuple[int, ...]:
    return need.service, need.release, need.due, need.there, need.back
