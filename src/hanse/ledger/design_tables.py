"""The read models of designs, licences and royalties: rows, tables, and how each event changes them (see `tables`)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hanse.ledger.contracts import Event
from hanse.ledger.database import Database
from hanse.ledger.league import hash_text
from hanse.ledger.tables import PLACE, Place, as_row, put


@dataclass(frozen=True, slots=True)
class DesignRow:
    """A registered design. number: counted here, in chain order; design: hash of its file; parents: designs it was made
    from, as its author says; time: seconds since 1970."""

    number: int
    design: str
    author: str
    owner: str
    parents: tuple[str, ...]
    time: int
    place: Place


@dataclass(frozen=True, slots=True)
class ContestRow:
    """Somebody says that a design is its own. evidence, reason: content hashes; state: open, upheld, refused."""

    design: str
    claimant: str
    evidence: str
    state: str
    reason: str
    place: Place


@dataclass(frozen=True, slots=True)
class LicenceRow:
    """order: the only one it is for, 0 for any; left: pieces; until: seconds since 1970, 0 if an arbiter found that the
    design was another's; royalty: cents a piece."""

    number: int
    design: str
    licensor: str
    licensee: str
    order: int
    pieces: int
    left: int
    until: int
    royalty: int
    place: Place


@dataclass(frozen=True, slots=True)
class UseRow:
    """An order that uses a design. owner: who is paid; amount: cents held; paid: whether it has ended."""

    order: int
    design: str
    licence: int
    owner: str
    licensee: str
    pieces: int
    amount: int
    to_owner: int
    paid: bool
    place: Place


@dataclass(frozen=True, slots=True)
class DesignMoveRow:
    """A change of what an account has free among the designs: cents, negative where they were held or taken out."""

    account: str
    amount: int
    why: str
    place: Place


TABLES: Mapping[str, str] = {
    "designs": f"number INTEGER UNIQUE, design TEXT PRIMARY KEY, author TEXT, owner TEXT, parents TEXT, time INTEGER, "
    f"{PLACE}",
    "contests": f"design TEXT, claimant TEXT, evidence TEXT, state TEXT, reason TEXT, {PLACE}, "
    "PRIMARY KEY (design, claimant)",
    "licences": "number INTEGER PRIMARY KEY, design TEXT, licensor TEXT, licensee TEXT, order_number INTEGER, "
    f"pieces INTEGER, remaining INTEGER, until INTEGER, royalty TEXT, {PLACE}",
    "uses": "order_number INTEGER, design TEXT, licence INTEGER, owner TEXT, licensee TEXT, pieces INTEGER, "
    f"amount TEXT, to_owner TEXT, paid BOOLEAN, {PLACE}, PRIMARY KEY (order_number, design)",
    "design_moves": f"account TEXT, amount TEXT, why TEXT, {PLACE}, PRIMARY KEY (chain_block, log_index, why)",
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


def read_design(row: _Row) -> DesignRow:
    return as_row(DesignRow, (*row[:4], tuple(json.loads(row[4])), *row[5:]))


def read_contest(row: _Row) -> ContestRow:
    return as_row(ContestRow, row)


def read_licence(row: _Row) -> LicenceRow:
    return as_row(LicenceRow, row, numbers=(8,))


def read_use(row: _Row) -> UseRow:
    return as_row(UseRow, row, numbers=(6, 7), flags=(8,))


def read_move(row: _Row) -> DesignMoveRow:
    return as_row(DesignMoveRow, row, numbers=(1,))


def _registered(database: Database, told: _Values, where: _Where) -> None:
    design, parents = hash_text(told["design"]), json.dumps([hash_text(one) for one in told["parents"]])
    known = database.row("SELECT number FROM designs WHERE design = ?", (design,))
    number = int((known or database.row("SELECT coalesce(max(number), 0) + 1 FROM designs"))[0])
    put(database, "designs", number, design, told["author"], told["author"], parents, told["time"], *where)


def _transferred(database: Database, told: _Values, where: _Where) -> None:
    database.write(
        "UPDATE designs SET owner = ?, chain_block = ?, log_index = ?, chain_transaction = ? WHERE design = ?",
        (told["to"], *where, hash_text(told["design"])),
    )


def _contested(database: Database, told: _Values, where: _Where) -> None:
    head = hash_text(told["design"]), told["claimant"], hash_text(told["evidence"])
    put(database, "contests", *head, "open", "", *where)


def _decided(database: Database, told: _Values, where: _Where) -> None:
    database.write(
        "UPDATE contests SET state = ?, reason = ?, chain_block = ?, log_index = ?, chain_transaction = ?"
        " WHERE design = ? AND claimant = ?",
        (
            "upheld" if told["upheld"] else "refused",
            hash_text(told["reason"]),
            *where,
            hash_text(told["design"]),
            told["claimant"],
        ),
    )
    if told["upheld"]:  # whoever gave them was not the owner
        change = "until = 0, chain_block = ?, log_index = ?, chain_transaction = ?"
        database.write(f"UPDATE licences SET {change} WHERE design = ?", (*where, hash_text(told["design"])))


def _licensed(database: Database, told: _Values, where: _Where) -> None:
    design, licensee, left, order, until, royalty = told["terms"]
    head = told["licence"], hash_text(design), told["owner"], licensee, order
    put(database, "licences", *head, left, left, until, str(royalty), *where)


def _used(database: Database, told: _Values, where: _Where) -> None:
    owner, licensee, licence, pieces, amount, _ = told["its"]
    head = told["order"], hash_text(told["design"]), licence
    put(database, "uses", *head, owner, licensee, pieces, str(amount), "0", False, *where)
    _count(database, licence, -pieces, where)
    _move(database, licensee, -amount, "royalty held", where)


def _paid(database: Database, told: _Values, where: _Where) -> None:
    key = told["order"], hash_text(told["design"])
    found = "SELECT owner, licensee, licence FROM uses WHERE order_number = ? AND design = ?"
    owner, licensee, licence = database.row(found, key)
    database.write(
        "UPDATE uses SET paid = TRUE, to_owner = ?, chain_block = ?, log_index = ?, chain_transaction = ?"
        " WHERE order_number = ? AND design = ?",
        (str(told["toOwner"]), *where, *key),
    )
    _count(database, licence, told["returned"], where)
    _move(database, owner, told["toOwner"], "royalty", where)
    _move(database, licensee, told["toLicensee"], "royalty back", where)


def _count(database: Database, licence: int, pieces: int, where: _Where) -> None:
    """What a licence has left. Told by place, so that reading an event again counts once."""
    database.write(
        "UPDATE licences SET remaining = remaining + ?, chain_block = ?, log_index = ?, chain_transaction = ?"
        " WHERE number = ? AND (chain_block < ? OR (chain_block = ? AND log_index < ?))",
        (pieces, *where, licence, where[0], where[0], where[1]),
    )


def _deposited(database: Database, told: _Values, where: _Where) -> None:
    _move(database, told["account"], told["amount"], "deposit", where)


def _withdrawn(database: Database, told: _Values, where: _Where) -> None:
    _move(database, told["account"], -told["amount"], "withdrawal", where)


def _move(database: Database, account: str, amount: int, why: str, where: _Where) -> None:
    if amount:
        put(database, "design_moves", account, str(amount), why, *where)


_HANDLERS: Mapping[tuple[str, str], Callable[[Database, _Values, _Where], None]] = {
    ("Designs", "Deposited"): _deposited,
    ("Designs", "Withdrawn"): _withdrawn,
    ("Designs", "Registered"): _registered,
    ("Designs", "Transferred"): _transferred,
    ("Designs", "Contested"): _contested,
    ("Designs", "Decided"): _decided,
    ("Designs", "Licensed"): _licensed,
    ("Designs", "Used"): _used,
    ("Designs", "Paid"): _paid,
}
