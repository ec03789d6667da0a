"""The host's half of a turn: carries out what `hosting` decides."""

from __future__ import annotations

from hanse.app.shop import hosting
from hanse.app.shop.deeds import Deeds, window_of
from hanse.app.shop.hosting import Offering, Piece
from hanse.app.shop.market import Lot
from hanse.app.shop.memory import Memory
from hanse.app.shop.settings import OfferSettings
from hanse.app.shop.telling import Tell, Told, money, span, window
from hanse.app.shop.world import Look, World
from hanse.ledger.store import Ledger
from hanse.market.offers import Book, State


class Host:
    """Over what the agent shares with it."""

    def __init__(self, ledger: Ledger, memory: Memory, deeds: Deeds, look: Look, tell: Tell) -> None:
        self._ledger, self._memory, self._deeds, self._look, self._tell = ledger, memory, deeds, look, tell
        self._lacked = 0

    def answer(self, world: World) -> bool:
        """Claims on own windows, promises that cannot be kept, money that is due. Whether anything was done."""
        own = {lot.number: lot for lot in world.own}
        done = False
        for number in sorted(world.seen.broken):
            lot = own[number]
            if self._deeds.take_back(lot):
                cost = money(lot.window.penalty)
                self._say("withdrawn", world, lot, f"cannot be kept; taken back, {cost} go to {world.name(lot.guest)}")
            done = True
        idle = world.to_offer(self._settings.horizon)
        answers = hosting.answer(world.bench, world.own, idle, world.minute)
        for number in answers.confirm:
            done = self._confirm(world, own[number]) or done
        for number in answers.decline:
            if self._deeds.take_back(own[number]):
                self._say(
                    "declined",
                    world,
                    own[number],
                    f"declined: this time is no longer free for {self._who(world, own[number])}",
                )
            done = True
        for number in hosting.to_expire(world.own, world.minute):
            done = self._deeds.expire(own[number]) or done
        for number in hosting.to_collect(world.own, world.minute):
            if self._deeds.collect(own[number]):
                lot = own[number]
                self._say(
                    "collected", world, lot, f"{self._who(world, lot)} was silent: {money(lot.window.cost)} collected"
                )
            done = True
        return done

    def _confirm(self, world: World, lot: Lot) -> bool:
        rules = self._ledger.offers.rules()
        if not lot.window.claimed_by(rules):
            return False  # the charter has changed since: nobody can confirm it, and it expires
        guarantee = lot.window.guarantee(rules)
        lacks = self._deeds.afford(guarantee)
        if lacks:
            self._lacked = guarantee
            sentence = f"{money(lacks)} are lacking for the guarantee"
            if self._deeds.take_back(lot):
                self._say("declined", world, lot, f"declined: {sentence}")
        elif self._deeds.confirm(lot):
            self._say("confirmed", world, lot, f"confirmed for {self._who(world, lot)}, pays {money(lot.window.cost)}")
        return True

    # --- offering ---------------------------------------------------------------------------------------------------

    def offer(self, world: World) -> None:
        """What is idle now and not offered yet is; what is not idle any more is not."""
        for number, _ in self._memory.unsent().items():
            self._memory.sent(number)  # published before we were interrupted, or never to be: what is idle is seen anew
        idle, mode = world.to_offer(self._settings.horizon), self._settings.publish
        if self._lacked and self._deeds.owned() < self._lacked:
            idle = {}  # who cannot guarantee promises nothing, or guests would come and be declined for ever
        if mode == "book":
            self._offer_book(world, idle)
            return
        self._close_books(world)
        own = [lot for lot in world.own if lot.slot]
        found = hosting.offering(world.bench, own, idle if mode == "windows" else {}, world.minute)
        self._take_back(world, found.take_back)
        self._publish(world, found)

    def _publish(self, world: World, found: Offering) -> None:
        highest = max((lot.number for lot in world.own if not lot.book), default=0)
        numbered = {self._memory.number(piece, highest): piece for piece in found.publish}
        for number in self._deeds.publish(numbered.items(), world.me.number):
            self._memory.sent(number)
            piece = numbered[number]
            facts = {"window": number, "machine": world.bench.machines[piece.machine - 1], **self._facts(world, piece)}
            words = f"offers {facts['machine']} {span(piece.start, piece.end)} for {money(piece.price)} a minute"
            self._tell(Told("offered", f"{words} ({facts['service']}, {window(number)})", facts))

    def _offer_book(self, world: World, idle: hosting.Idle) -> None:
        mine = [row for row in self._ledger.index.books() if row.host == world.me.address]
        open_books = [row for row in mine if not row.closed]
        newest = max((row.place.block for row in open_books), default=None)
        head = None if newest is None else self._ledger.chain.block(newest)
        due = head is None or world.minute - head.timestamp // 60 >= self._settings.every
        found, anew = hosting.book_of(world.bench, world.own, idle, world.minute, due=due)
        self._take_back(world, found.take_back)
        if not anew:
            return
        # The new one first: a claim on both is declined once, while a gap would send guests elsewhere.
        if found.publish:
            book = Book([window_of(piece, world.me.number) for piece in found.publish])
            root = self._look.shelf.put(book)
            number = self._memory.book(root, max((row.number for row in mine), default=0))
            if not self._deeds.publish_book(number, book):
                return
            hours = sum(piece.end - piece.start for piece in found.publish) / 60
            words = f"offers {len(book.windows)} windows, {hours:.1f} h in all, as book {number}"
            self._tell(Told("book", words, {"book": number, "root": root, "windows": len(book.windows)}))
        for row in open_books:
            self._deeds.close_book(row.number)

    def _close_books(self, world: World) -> None:
        for row in self._ledger.index.books():
            if row.host == world.me.address and not row.closed:
                self._deeds.close_book(row.number)

    def _take_back(self, world: World, numbers: tuple[int, ...]) -> None:
        own = {lot.number: lot for lot in world.own}
        for number in numbers:
            if self._deeds.take_back(own[number]):
                self._say("taken back", world, own[number], "no longer offered")

    # --- words ------------------------------------------------------------------------------------------------------

    @property
    def _settings(self) -> OfferSettings:
        return self._look.settings.offer

    def _who(self, world: World, lot: Lot) -> str:
        return world.name(lot.guest)

    def _say(self, what: str, world: World, lot: Lot, words: str) -> None:
        taken = lot.state is not State.FREE
        start = lot.window.start_of_guest if taken else lot.window.start
        end = start + lot.window.length if taken else lot.window.end
        machine = world.bench.machine_of(lot) or f"machine {lot.window.machine}"
        facts = {"window": lot.number, "machine": machine, "start": start, "end": end, "guest": lot.guest}
        self._tell(Told(what, f"{machine} {span(start, end)} ({window(lot.number)}): {words}", facts))

    def _facts(self, world: World, piece: Piece) -> dict[str, object]:
        service = world.me.services[piece.service]
        return {"service": service, "start": piece.start, "end": piece.end, "price": piece.price}
