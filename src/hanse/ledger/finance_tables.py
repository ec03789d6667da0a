"""The read models of instalments and of advances: rows, tables, and how each event changes them (see
`tables`). What they move is in the purses of the settlement."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from hanse.ledger.contracts import Event
from hanse.ledger.database import Database
from hanse.ledger.settlement import NOBODY
from hanse.ledger.tables import PLACE, Place, as_row, put

AdvanceState = Literal["asked", "taken back", "given", "repaid"]


@dataclass(frozen=True, slots=True)
class InstalmentRow:
    """An instalment that a customer has paid in, cents."""

    agreement: int
    milestone: int
    amount: int
    place: Place


@dataclass(frozen=True, slots=True)
class AdvanceRow:
    """Money now for a part of what a milestone will pay its member. financier: who may give it, then who did; empty for
    anyone. amount: cents, at once; repay: cents, first of what the member is paid; until: seconds since 1970, to be
    given; repaid: cents that the financier got, in the end."""

    agreement: int
    milestone: int
    member: str
    financier: str
    amount: int
    repay: int
    until: int
    state: AdvanceState
    repaid: int
    place: Place


TABLES: Mapping[str, str] = {
    "instalments": f"agreement INTEGER, milestone INTEGER, amount TEXT, {PLACE}, PRIMARY KEY (agreement, milestone)",
    "advances": "agreement INTEGER, milestone INTEGER, member TEXT, financier TEXT, amount TEXT, repay TEXT, "
    f"until INTEGER, state TEXT, repaid TEXT, {PLACE}, PRIMARY KEY (agreement, milestone)",
}
"""Columns by table, in the order of the fields of its row."""

_Row = tuple[Any, ...]
_Where = tuple[int, int, str]
_Values = Mapping[str, Any]


def apply(database: Database, event: Event) -> None:
    """Changes the tables by one event; those of other contracts change none. Doing it twice is doing it once."""
    handler = _HANDLERS.get((event.contract, event.name))
    if handler is not None:
        handler(database, event.values, (event.log.block, event.log.index, event.log.transaction))


def read_instalment(row: _Row) -> InstalmentRow:
    return as_row(InstalmentRow, row, numbers=(2,))


def read_advance(row: _Row) -> AdvanceRow:
    return as_row(AdvanceRow, row, numbers=(4, 5, 8))


def _funded(database: Database, told: _Values, where: _Where) -> None:
    put(database, "instalments", told["agreement"], told["milestone"], str(told["amount"]), *where)
    (customer,) = database.row(
        "SELECT orders.customer FROM agreements JOIN orders ON orders.number = agreements.order_number"
        " WHERE agreements.number = ?",
        (told["agreement"],),
    )
    _move(database, customer, -told["amount"], "instalment", where)


def _asked(database: Database, told: _Values, where: _Where) -> None:
    financier, amount, repay, until = told["terms"]
    named = "" if financier == NOBODY else financier
    state = "asked" if amount else "taken back"
    head = told["agreement"], told["milestone"], told["member"]
    put(database, "advances", *head, named, str(amount), str(repay), until, state, "0", *where)


def _given(database: Database, told: _Values, where: _Where) -> None:
    _change(database, told, where, "state = 'given', financier = ?", told["financier"])
    _move(database, told["financier"], -told["amount"], "advance given", where)
    _move(database, told["member"], told["amount"], "advance", where)


def _repaid(database: Database, told: _Values, where: _Where) -> None:
    _change(database, told, where, "state = 'repaid', repaid = ?", str(told["amount"]))
    # The settlement tells the member's pay whole, beside this.
    _move(database, told["financier"], told["amount"], "advance repaid", where)
    _move(database, told["member"], -told["amount"], "to the financier", where)


def _change(database: Database, told: _Values, where: _Where, what: str, value: str) -> None:
    database.write(
        f"UPDATE advances SET {what}, chain_block = ?, log_index = ?, chain_transaction = ?"
        " WHERE agreement = ? AND milestone = ?",
        (value, *where, told["agreement"], told["milestone"]),
    )


def _move(database: Database, account: str, amount: int, why: str, where: _Where) -> None:
    if amount:
        put(database, "purse_moves", account, str(amount), why, *where)


_HANDLERS: Mapping[tuple[str, str], Callable[[Database, _Values, _Where], None]] = {
    ("Settlement", "Funded"): _funded,
    ("Settlement", "AdvanceAsked"): _asked,
    ("Settlement", "AdvanceGiven"): _given,
    ("Settlement", "Repaid"): _repaid,
}
