"""The read models of requests for quotation: rows, tables, and how each event changes them (see `tables`)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from hanse.errors import ChainFault
from hanse.ledger.contracts import Event
from hanse.ledger.database import Database
from hanse.ledger.league import hash_text
from hanse.ledger.quotations import UNRATED
from hanse.ledger.tables import PLACE, Place, as_row, put
from hanse.market.quotation import Liability, Terms

RequestStage = Literal["open", "void", "awarded", "delivered", "disputed", "done"]
QuotationEnd = Literal["accepted", "silent", "decided", "undecided", "given up", "overdue"]
QUOTATION_ENDS: tuple[QuotationEnd, ...] = get_args(QuotationEnd)
CauseName = Literal["none", "quality", "breakdown", "transport"]
CAUSES: tuple[CauseName, ...] = get_args(CauseName)
"""Both in the order of the contract's enums."""

MISFIT = 2**128 - 1
"""The value that the contract tells of a bid that does not fit."""


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request. depth: hands above it. winner: who leads, or won, empty for nobody. price, ready, value: of its bid, 0
    before. bids: seals so far. evidence: content hash of what was said last; said_by: by whom. cause: as reported, or
    decided. rating: millionths, None without one; end: empty before; lateness: seconds; to_…: cents at the end; time:
    of the end, seconds since 1970, 0 before."""

    number: int
    requester: str
    parent: int
    depth: int
    stage: RequestStage
    arbiter: str
    terms: Terms
    bids: int
    winner: str
    price: int
    ready: int
    value: int
    evidence: str
    said_by: str
    cause: CauseName
    end: QuotationEnd | Literal[""]
    rating: int | None
    lateness: int
    to_winner: int
    to_requester: int
    time: int
    place: Place


@dataclass(frozen=True, slots=True)
class BidRow:
    """A bidder in a request. seal: hash, of the last that it sealed. state: `released` if it was never opened and its
    bond has gone to somebody. The rest is empty before it is opened; document: content hash. value: None if it did not
    fit."""

    request: int
    bidder: str
    seal: str
    nth: int
    state: Literal["sealed", "opened", "released"]
    price: int
    ready: int
    quality: int
    document: str
    value: int | None
    place: Place


@dataclass(frozen=True, slots=True)
class QuotationMoveRow:
    """A change of what an account has free among the quotations: cents, negative where locked or taken out."""

    account: str
    amount: int
    why: str
    place: Place


TABLES: Mapping[str, str] = {
    "requests": "number INTEGER PRIMARY KEY, requester TEXT, parent INTEGER, depth INTEGER, stage TEXT, arbiter TEXT, "
    "terms TEXT, bids INTEGER, winner TEXT, price TEXT, ready TEXT, value TEXT, evidence TEXT, said_by TEXT, "
    "cause TEXT, ending TEXT, rating INTEGER, lateness TEXT, to_winner TEXT, to_requester TEXT, time INTEGER, "
    f"{PLACE}",
    "bids": "request INTEGER, bidder TEXT, seal TEXT, nth INTEGER, state TEXT, price TEXT, ready TEXT, quality TEXT, "
    f"document TEXT, value TEXT, {PLACE}, PRIMARY KEY (request, bidder)",
    "quotation_moves": f"account TEXT, amount TEXT, why TEXT, {PLACE}, PRIMARY KEY (chain_block, log_index, why)",
}
"""Columns by table, in the order of the fields of its row."""

_Row = tuple[Any, ...]
_Where = tuple[int, int, str]
_Values = Mapping[str, Any]


def apply(database: Database, event: Event) -> None:
    """Changes the tables by one event; those of other contracts change none. Doing it twice is doing it once. Raises
    ChainFault if the event cannot follow those before."""
    handler = _HANDLERS.get((event.contract, event.name))
    if handler is not None:
        handler(database, event.values, (event.log.block, event.log.index, event.log.transaction))


def read_request(row: _Row) -> RequestRow:
    return as_row(RequestRow, (*row[:6], _terms(row[6]), *row[7:]), numbers=(9, 10, 11, 17, 18, 19))


def read_bid(row: _Row) -> BidRow:
    value = None if row[9] == "" else int(row[9])
    return as_row(BidRow, (*row[:9], value, *row[10:]), numbers=(5, 6, 7))


def read_move(row: _Row) -> QuotationMoveRow:
    return as_row(QuotationMoveRow, row, numbers=(1,))


def _terms(text: str) -> Terms:
    told = json.loads(text)
    return Terms(**{**told, "liability": Liability(**told["liability"])})


def _posted(database: Database, told: _Values, where: _Where) -> None:
    terms = Terms.of(told["terms"])
    head = told["number"], told["requester"], told["parent"], told["depth"], "open", terms.arbiter
    rest = ("", "", "none", "", None, "0", "0", "0", 0)
    put(database, "requests", *head, json.dumps(asdict(terms)), 0, "", "0", "0", "0", *rest, *where)
    _move(database, told["requester"], -terms.budget, "budget", where)


def _committed(database: Database, told: _Values, where: _Where) -> None:
    row = told["number"], told["bidder"], hash_text(told["seal"]), told["place"], "sealed", "0", "0", "0", "", ""
    put(database, "bids", *row, *where)
    _request(database, told, where, "bids = ?", told["place"])
    _move(database, told["bidder"], -told["locked"], "bond", where)


def _opened(database: Database, told: _Values, where: _Where) -> None:
    price, ready, quality, document, _ = told["bid"]
    number, bidder = told["number"], told["bidder"]
    value = "" if told["value"] == MISFIT else str(told["value"])
    terms, _ = _known(database, number)
    database.write(
        "UPDATE bids SET state = 'opened', price = ?, ready = ?, quality = ?, document = ?, value = ?,"
        " chain_block = ?, log_index = ?, chain_transaction = ? WHERE request = ? AND bidder = ?",
        (str(price), str(ready), str(quality), hash_text(document), value, *where, number, bidder),
    )
    if told["leads"]:
        change = "winner = ?, price = ?, ready = ?, value = ?"
        _request(database, told, where, change, bidder, str(price), str(ready), value)
    if int(told["freed"], 16):
        _move(database, told["freed"], terms.bond, "bond back", where)


def _released(database: Database, told: _Values, where: _Where) -> None:
    terms, _ = _known(database, told["number"])
    database.write(
        "UPDATE bids SET state = 'released', chain_block = ?, log_index = ?, chain_transaction = ?"
        " WHERE request = ? AND bidder = ?",
        (*where, told["number"], told["bidder"]),
    )
    _move(database, told["to"], terms.bond, "bond released", where)


def _awarded(database: Database, told: _Values, where: _Where) -> None:
    _request(database, told, where, "stage = 'awarded'")
    _move(database, _known(database, told["number"])[1], told["back"], "budget back", where)


def _voided(database: Database, told: _Values, where: _Where) -> None:
    _request(database, told, where, "stage = 'void'")
    _move(database, _known(database, told["number"])[1], told["back"], "budget back", where)


def _delivered(database: Database, told: _Values, where: _Where) -> None:
    said = "stage = 'delivered', evidence = ?, said_by = winner"
    _request(database, told, where, said, hash_text(told["evidence"]))


def _disputed(database: Database, told: _Values, where: _Where) -> None:
    cause, evidence = CAUSES[told["cause"]], hash_text(told["evidence"])
    said = "stage = 'disputed', cause = ?, evidence = ?, said_by = ?"
    _request(database, told, where, said, cause, evidence, told["by"])


def _settled(database: Database, told: _Values, where: _Where) -> None:
    rating = None if told["rating"] == UNRATED else told["rating"]
    _request(
        database, told, where,
        "stage = 'done', ending = ?, cause = ?, rating = ?, lateness = ?, to_winner = ?, to_requester = ?, time = ?",
        *(QUOTATION_ENDS[told["end"]], CAUSES[told["cause"]], rating),
        *map(str, (told["lateness"], told["toWinner"], told["toRequester"])), told["time"],
    )  # fmt: skip
    _move(database, told["winner"], told["toWinner"], "work that was bid for", where)
    _move(database, told["requester"], told["toRequester"], "not paid for work", where)


def _deposited(database: Database, told: _Values, where: _Where) -> None:
    _move(database, told["account"], told["amount"], "deposit", where)


def _withdrawn(database: Database, told: _Values, where: _Where) -> None:
    _move(database, told["account"], -told["amount"], "withdrawal", where)


def _known(database: Database, number: int) -> tuple[Terms, str]:
    """Terms and requester of a request."""
    found = database.row("SELECT terms, requester FROM requests WHERE number = ?", (number,))
    if found is None:
        raise ChainFault(f"request {number} goes on and was never posted", where="index", hint="run again")
    return _terms(found[0]), str(found[1])


def _request(database: Database, told: _Values, where: _Where, what: str, *values: Any) -> None:
    """Updates the request that an event is about."""
    database.write(
        f"UPDATE requests SET {what}, chain_block = ?, log_index = ?, chain_transaction = ? WHERE number = ?",
        (*values, *where, told["number"]),
    )


def _move(database: Database, account: str, amount: int, why: str, where: _Where) -> None:
    if amount:
        put(database, "quotation_moves", account, str(amount), why, *where)


_HANDLERS: Mapping[tuple[str, str], Callable[[Database, _Values, _Where], None]] = {
    ("Quotations", "Deposited"): _deposited,
    ("Quotations", "Withdrawn"): _withdrawn,
    ("Quotations", "Posted"): _posted,
    ("Quotations", "Committed"): _committed,
    ("Quotations", "Opened"): _opened,
    ("Quotations", "Released"): _released,
    ("Quotations", "Awarded"): _awarded,
    ("Quotations", "Voided"): _voided,
    ("Quotations", "Delivered"): _delivered,
    ("Quotations", "Disputed"): _disputed,
    ("Quotations", "Settled"): _settled,
}
