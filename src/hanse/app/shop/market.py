"""What the chain and the shelf of books offer, as values: every window with its number, its host and who has it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hanse.errors import HanseError
from hanse.ledger.index import Index
from hanse.ledger.offer_tables import BookRow
from hanse.ledger.offers import PLACE_BITS, number_of
from hanse.ledger.shelf import Shelf
from hanse.market.offers import Book, State, Window


@dataclass(frozen=True, slots=True)
class Lot:
    """A window as it stands. host, guest: addresses; guest is empty for nobody. order: when its state came about, by
    block and place in it; leaves of a book are of the book's time. slot: whether the chain knows it by itself; a leaf
    of a book has none until it is claimed for the first time."""

    host: str
    number: int
    window: Window
    guest: str
    order: tuple[int, int]
    slot: bool = True

    @property
    def book(self) -> int:
        """Number of its book, 0 for a window published singly."""
        return self.number >> PLACE_BITS

    @property
    def place(self) -> int:
        """Its place in the book."""
        return self.number & ((1 << PLACE_BITS) - 1)

    @property
    def state(self) -> State:
        return self.window.state


class Library:
    """Books that were fetched once. A book nobody can see offers nothing."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._known: dict[str, Book] = {}

    def book(self, root: str) -> Book | None:
        if root not in self._known:
            try:
                self._known[root] = self._shelf.get(root)
            except HanseError:
                return None
        return self._known[root]


def lots(index: Index, library: Library) -> tuple[Lot, ...]:
    """Every window anybody offers or has offered, by host and number."""
    slots = {(row.host, row.number): row for row in index.windows()}
    found = [
        Lot(row.host, row.number, row.window, row.guest if row.window.guest else "", (row.place.block, row.place.index))
        for row in slots.values()
    ]
    for book in index.books():
        if not book.closed:
            found += [lot for lot in _leaves(book, library) if (lot.host, lot.number) not in slots]
    return tuple(sorted(found, key=lambda lot: (lot.host, lot.number)))


def _leaves(row: BookRow, library: Library) -> Iterable[Lot]:
    book = library.book(row.root)
    if book is None:
        return
    for place, window in enumerate(book.windows):
        yield Lot(row.host, number_of(row.number, place), window, "", (row.place.block, row.place.index), slot=False)


def of_host(found: Iterable[Lot], host: str) -> tuple[Lot, ...]:
    """What one account offers, as it came about."""
    return tuple(sorted((lot for lot in found if lot.host == host), key=lambda lot: (lot.order, lot.number)))


def free_elsewhere(found: Iterable[Lot], own: str, numbers: Mapping[str, int]) -> tuple[Lot, ...]:
    """What others offer. numbers: of the certified members, by address; what names another host is nobody's."""
    return tuple(
        lot for lot in found if lot.host != own and lot.state is State.FREE and numbers.get(lot.host) == lot.window.host
    )
