"""The read models of idle windows and anchors: rows, tables, and how each event changes them (see `tables`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hanse.errors import ChainFault
from hanse.ledger.contracts import Event
from hanse.ledger.database import Database
from hanse.ledger.league import hash_text
from hanse.ledger.tables import PLACE, Place, as_row, put
from hanse.market.offers import DISPUTED, Window


@dataclass(frozen=True, slots=True)
class WindowRow:
    """A window that has a slot. number: as the host chose, or of its book and place. guest: address of who has it or
    had it last, empty for nobody yet."""

    host: str
    number: int
    window: Window
    guest: str
    place: Place


@dataclass(frozen=True, slots=True)
class BookRow:
    """Windows under one root. closed: nothing new can be claimed from it."""

    host: str
    number: int
    root: str
    closed: bool
    place: Place


@dataclass(frozen=True, slots=True)
class OfferMoveRow:
    """A change of what an account has free among the offers: cents, negative where they were locked or taken out."""

    account: str
    amount: int
    why: str
    place: Place


@dataclass(frozen=True, slots=True)
class AnchorRow:
    """A root that an account anchored. topic: hash of what it is about."""

    account: str
    topic: str
    number: int
    root: str
    place: Place


TABLES: Mapping[str, str] = {
    "windows": f"host TEXT, number TEXT, word TEXT, guest TEXT, {PLACE}, PRIMARY KEY (host, number)",
    "books": f"host TEXT, number INTEGER, root TEXT, closed BOOLEAN, {PLACE}, PRIMARY KEY (host, number)",
    "offer_moves": f"account TEXT, amount TEXT, why TEXT, {PLACE}, PRIMARY KEY (chain_block, log_index, why)",
    "anchors": f"account TEXT, topic TEXT, number TEXT, root TEXT, {PLACE}, PRIMARY KEY (account, topic, number)",
}
"""Columns by table, in the order of the fields of its row. Numbers of 64 bits and words are text."""

_Row = tuple[Any, ...]
_Where = tuple[int, int, str]
_Values = Mapping[str, Any]


def apply(database: Database, event: Event) -> None:
    """Changes the tables by one event; those of other contracts change none. Doing it twice is doing it once. Raises
    ChainFault if the event cannot follow those before."""
    handler = _HANDLERS.get((event.contract, event.name))
    if handler is not None:
        handler(database, event.values, (event.log.block, event.log.index, event.log.transaction))


def read_window(row: _Row) -> WindowRow:
    return as_row(WindowRow, (row[0], int(row[1]), Window.of(int(row[2])), *row[3:]))


def read_book(row: _Row) -> BookRow:
    return as_row(BookRow, row, flags=(3,))


def read_move(row: _Row) -> OfferMoveRow:
    return as_row(OfferMoveRow, row, numbers=(1,))


def read_anchor(row: _Row) -> AnchorRow:
    return as_row(AnchorRow, row, numbers=(2,))


def _published(database: Database, told: _Values, where: _Where) -> None:
    put(database, "windows", told["host"], str(told["id"]), str(told["word"]), "", *where)


def _book(database: Database, told: _Values, where: _Where) -> None:
    put(database, "books", told["host"], told["book"], hash_text(told["root"]), False, *where)


def _closed(database: Database, told: _Values, where: _Where) -> None:
    database.write(
        "UPDATE books SET closed = TRUE, chain_block = ?, log_index = ?, chain_transaction = ?"
        " WHERE host = ? AND number = ?",
        (*where, told["host"], told["book"]),
    )


def _claimed(database: Database, told: _Values, where: _Where) -> None:
    put(database, "windows", told["host"], str(told["id"]), str(told["word"]), told["guest"], *where)
    _move(database, told["guest"], -told["price"], "price", where)


def _confirmed(database: Database, told: _Values, where: _Where) -> None:
    _mark(database, told, told["until"], where)
    _move(database, told["host"], -told["guarantee"], "guarantee", where)


def _released(database: Database, told: _Values, where: _Where) -> None:
    window = _window(database, told)
    _free(database, told, window, where)
    _move(database, told["guest"], window.cost - told["kept"], "price back", where)
    if told["kept"]:
        _move(database, told["host"], told["kept"], "penalty", where)
        _move(database, told["host"], told["kept"], "guarantee back", where)


def _expired(database: Database, told: _Values, where: _Where) -> None:
    window = _window(database, told)
    _free(database, told, window, where)
    _move(database, told["guest"], window.cost, "price back", where)


def _taken_back(database: Database, told: _Values, where: _Where) -> None:
    window = _window(database, told)
    _mark(database, told, window.over, where)
    if window.guest:
        _move(database, told["guest"], window.cost, "price back", where)
        _move(database, told["guest"], told["penalty"], "penalty", where)


def _disputed(database: Database, told: _Values, where: _Where) -> None:
    _mark(database, told, _window(database, told).until | DISPUTED, where)


def _settled(database: Database, told: _Values, where: _Where) -> None:
    _mark(database, told, _window(database, told).over, where)
    _move(database, told["host"], told["toHost"], "settled, to the host", where)
    _move(database, told["guest"], told["toGuest"], "settled, to the guest", where)


def _deposited(database: Database, told: _Values, where: _Where) -> None:
    _move(database, told["account"], told["amount"], "deposit", where)


def _withdrawn(database: Database, told: _Values, where: _Where) -> None:
    _move(database, told["account"], -told["amount"], "withdrawal", where)


def _anchored(database: Database, told: _Values, where: _Where) -> None:
    head = told["account"], hash_text(told["topic"]), str(told["number"])
    put(database, "anchors", *head, hash_text(told["root"]), *where)


def _window(database: Database, told: _Values) -> Window:
    found = database.row("SELECT word FROM windows WHERE host = ? AND number = ?", (told["host"], str(told["id"])))
    if found is None:
        raise ChainFault(f"window {told['id']} goes on and was never offered", where="index", hint="run again")
    return Window.of(int(found[0]))


def _mark(database: Database, told: _Values, mark: int, where: _Where) -> None:
    """The last 32 bits say how far it is."""
    word = _window(database, told).word >> 32 << 32 | mark
    _change(database, told, word, where)


def _free(database: Database, told: _Values, window: Window, where: _Where) -> None:
    _change(database, told, window.terms.word, where)


def _change(database: Database, told: _Values, word: int, where: _Where) -> None:
    database.write(
        "UPDATE windows SET word = ?, chain_block = ?, log_index = ?, chain_transaction = ?"
        " WHERE host = ? AND number = ?",
        (str(word), *where, told["host"], str(told["id"])),
    )


def _move(database: Database, account: str, amount: int, why: str, where: _Where) -> None:
    if amount:
        put(database, "offer_moves", account, str(amount), why, *where)


_HANDLERS: Mapping[tuple[str, str], Callable[[Database, _Values, _Where], None]] = {
    ("Offers", "Deposited"): _deposited,
    ("Offers", "Withdrawn"): _withdrawn,
    ("Offers", "Published"): _published,
    ("Offers", "BookPublished"): _book,
    ("Offers", "BookClosed"): _closed,
    ("Offers", "Claimed"): _claimed,
    ("Offers", "Confirmed"): _confirmed,
    ("Offers", "Released"): _released,
    ("Offers", "Expired"): _expired,
    ("Offers", "TakenBack"): _taken_back,
    ("Offers", "Disputed"): _disputed,
    ("Offers", "Settled"): _settled,
    ("Anchors", "Anchored"): _anchored,
}
