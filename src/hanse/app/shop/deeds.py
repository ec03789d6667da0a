"""What an agent does on the chain: each deed under a key that names its intention, so that doing it again is doing it
once. What the contract refuses, because somebody was faster or a time is over, is told and left: the next turn sees."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from hanse.app.shop.hosting import Piece
from hanse.app.shop.market import Lot
from hanse.app.shop.taking import Claim
from hanse.ledger.anchors import Anchors
from hanse.ledger.chain import Reverted
from hanse.ledger.league import Sent
from hanse.ledger.store import Ledger
from hanse.market.offers import Book, Window

Refused = Callable[[str, str], None]
"""Hears what was refused, and why."""


class Deeds:
    """Over an open ledger, by the account of a role. purse: cents put down at once when some are needed."""

    def __init__(self, ledger: Ledger, role: str, purse: int, refused: Refused) -> None:
        self._ledger, self._role, self._purse, self._refused = ledger, role, purse, refused

    @property
    def address(self) -> str:
        return self._ledger.league.address(self._role)

    def owned(self) -> int:
        """Cents of the account that are not locked, put down or not."""
        return self._ledger.offers.free(self.address) + self._ledger.league.balance(self.address)

    def afford(self, amount: int) -> int:
        """Makes sure that so much is free among the offers. How much is lacking, 0 if nothing is."""
        offers, league = self._ledger.offers, self._ledger.league
        lacks = amount - offers.free(self.address)
        if lacks <= 0:
            return 0
        owned = league.balance(self.address)
        if owned < lacks:
            return lacks - owned
        down = min(owned, max(lacks, self._purse))
        count = self._ledger.outbox.count("shop/deposit/")
        offers.allow(self._role, down, key=f"shop/allow/{count}").wait()
        offers.deposit(self._role, down, key=f"shop/deposit/{count}").wait()
        return 0

    # --- the host ---------------------------------------------------------------------------------------------------

    def confirm(self, lot: Lot) -> bool:
        return self._do("confirm", lambda key: self._ledger.offers.confirm(self._role, lot.number, key=key), lot)

    def take_back(self, lot: Lot) -> bool:
        """Also from whoever has it."""
        guest = lot.guest or None
        return self._do("back", lambda key: self._ledger.offers.take_back(self._role, lot.number, guest, key=key), lot)

    def collect(self, lot: Lot) -> bool:
        return self._do(
            "collect", lambda key: self._ledger.offers.collect(self._role, lot.number, lot.guest, key=key), lot
        )

    def publish(self, pieces: Iterable[tuple[int, Piece]], host: int) -> list[int]:
        """Offers windows under their numbers, in flight together; which were. host: this member's number."""
        done, flying = [], list[tuple[int, Sent]]()
        with self._ledger.batch():
            for number, piece in pieces:
                window = window_of(piece, host)
                try:
                    sent = self._ledger.offers.publish(self._role, number, window, key=f"shop/publish/{number}")
                    flying.append((number, sent))
                except Reverted as refusal:
                    self._refused(f"window {number}", refusal.message)
        for number, sent in flying:
            sent.wait()
            done.append(number)
        return done

    def publish_book(self, number: int, book: Book) -> bool:
        return self._try(
            f"book {number}",
            lambda: self._ledger.offers.publish_book(self._role, number, book, key=f"shop/book/{number}"),
        )

    def close_book(self, number: int) -> bool:
        return self._try(
            f"book {number}", lambda: self._ledger.offers.close_book(self._role, number, key=f"shop/close/{number}")
        )

    # --- the guest --------------------------------------------------------------------------------------------------

    def claim(self, key: str, claim: Claim, lot: Lot, book: Book | None) -> str | None:
        """Holds a part of a window. book: that it is a leaf of, if it has no slot. Why not, None if it does."""
        offers, words = self._ledger.offers, (claim.start, claim.length, claim.need)
        try:
            if lot.slot:
                sent = offers.claim(self._role, claim.host, claim.number, *words, key=key)
            elif book is None:
                return "its book cannot be seen"
            else:
                sent = offers.claim_from_book(self._role, claim.host, lot.book, book, lot.place, *words, key=key)
            sent.wait()
        except Reverted as refusal:
            return refusal.message
        return None

    def release(self, key: str, claim: Claim) -> bool:
        return self._try(
            f"window {claim.number}",
            lambda: self._ledger.offers.release(self._role, claim.host, claim.number, key=key),
        )

    def accept(self, key: str, claim: Claim) -> bool:
        return self._try(
            f"window {claim.number}", lambda: self._ledger.offers.accept(self._role, claim.host, claim.number, key=key)
        )

    # --- others -----------------------------------------------------------------------------------------------------

    def expire(self, lot: Lot) -> bool:
        return self._do(
            "expire", lambda key: self._ledger.offers.expire(self._role, lot.host, lot.number, lot.guest, key=key), lot
        )

    def anchor(self, topic: bytes, number: int, root: bytes) -> bool:
        anchors = Anchors(self._ledger.league)
        return self._try(
            f"seal {number}", lambda: anchors.anchor(self._role, topic, number, root, key=f"shop/anchor/{number}")
        )

    def _do(self, what: str, send: Callable[[str], Sent], lot: Lot) -> bool:
        """Once for each state of a window: it may be free, held and free again."""
        block, index = lot.order
        return self._try(
            f"window {lot.number}", lambda: send(f"shop/{what}/{lot.host}/{lot.number}/{lot.guest}/{block}.{index}")
        )

    def _try(self, what: str, send: Callable[[], Sent]) -> bool:
        try:
            send().wait()
        except Reverted as refusal:
            self._refused(what, refusal.message)
            return False
        return True


def window_of(piece: Piece, host: int) -> Window:
    """A piece of idle time as a window of a host."""
    return Window(host, piece.machine, piece.service, piece.start, piece.end, piece.price)
