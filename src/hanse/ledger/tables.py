"""The read models of a league: their rows, their tables, and how each event changes them.

Amounts and service sets are stored as decimal text, because Solidity's integers outgrow SQLite's.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from hanse.errors import ChainFault
from hanse.ledger.contracts import Event
from hanse.ledger.database import Database
from hanse.ledger.league import ANSWERS, BOUND_KINDS, Answer, BoundKind, OrderStatus, hash_text


@dataclass(frozen=True, slots=True)
class Place:
    """Where on the chain something was told last: block number, log index in it, hash of the transaction."""

    block: int
    index: int
    transaction: str


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member. number: from one, in the order of registration; claimed: service bits; metadata: content hash of its
    description."""

    address: str
    number: int
    claimed: int
    certified: bool
    metadata: str
    place: Place

    @property
    def offered(self) -> int:
        """Service bits that count in matching."""
        return self.claimed if self.certified else 0


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A product. required: service bits; plans: content hash of its process plans; active: can be ordered."""

    number: int
    required: int
    plans: str
    active: bool
    place: Place


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order. deposit: cents; planned: number of the block that plans it."""

    number: int
    customer: str
    product: int
    quantity: int
    specification: str
    due: int
    deposit: int
    status: OrderStatus
    planned: int | None
    place: Place


@dataclass(frozen=True, slots=True)
class MatchRow:
    """The newest answer of the contract for an order and a member: `offered` of `required` services."""

    order: int
    member: str
    answer: Answer
    required: int
    offered: int
    place: Place


@dataclass(frozen=True, slots=True)
class BlockRow:
    """A block of accepted plans, with all it commits to (see league.AcceptedPlan)."""

    number: int
    hash: str
    previous: str
    problem: str
    plan: str
    evidence: str
    objective: str
    value: int
    bound: int
    bound_kind: BoundKind
    cost: int
    makespan: int
    tardiness: int
    energy: int
    solver: str
    orders: tuple[int, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class TransferRow:
    """Money that moved, in cents; payer is the zero address when it was minted."""

    payer: str
    payee: str
    amount: int
    place: Place


Row = MemberRow | ProductRow | OrderRow | MatchRow | BlockRow | TransferRow

R = TypeVar("R")
_Row = tuple[Any, ...]

PLACE = "chain_block INTEGER NOT NULL, log_index INTEGER NOT NULL, chain_transaction TEXT NOT NULL"

PACKED_ANSWER = struct.Struct(">IBH")
"""An answer in MatchedMany: the member's number, answer, offered."""

TABLES: Mapping[str, str] = {
    "members": "address TEXT PRIMARY KEY, number INTEGER UNIQUE, claimed TEXT, certified BOOLEAN, metadata TEXT, "
    f"{PLACE}",
    "products": f"number INTEGER PRIMARY KEY, required TEXT, plans TEXT, active BOOLEAN, {PLACE}",
    "orders": "number INTEGER PRIMARY KEY, customer TEXT, product INTEGER, quantity INTEGER, specification TEXT, "
    f"due INTEGER, deposit TEXT, status TEXT, planned INTEGER, {PLACE}",
    "matches": "nth INTEGER, order_number INTEGER, member TEXT, answer TEXT, required INTEGER, offered INTEGER, "
    f"{PLACE}, PRIMARY KEY (order_number, member)",
    "blocks": "number INTEGER PRIMARY KEY, hash TEXT, previous TEXT, problem TEXT, plan TEXT, evidence TEXT, "
    "objective TEXT, value TEXT, bound TEXT, bound_kind TEXT, cost TEXT, makespan TEXT, tardiness TEXT, energy TEXT, "
    f"solver TEXT, orders TEXT, {PLACE}",
    "transfers": f"payer TEXT, payee TEXT, amount TEXT, {PLACE}, PRIMARY KEY (chain_block, log_index)",
}
"""Columns by table, in the order of the fields of its row; `nth` tells apart what one event says, and is no part of a
row. None of it is a source of truth: all can be made again."""


def apply(database: Database, event: Event) -> None:
    """Changes the tables by one event; events that change none are passed over. Doing it twice is doing it once.
    Raises ChainFault if the event cannot follow those before."""
    handler = _HANDLERS.get((event.contract, event.name))
    if handler is not None:
        handler(database, event.values, (event.log.block, event.log.index, event.log.transaction))


def read_member(row: _Row) -> MemberRow:
    return as_row(MemberRow, row, numbers=(2,), flags=(3,))


def read_product(row: _Row) -> ProductRow:
    return as_row(ProductRow, row, numbers=(1,), flags=(3,))


def read_order(row: _Row) -> OrderRow:
    return as_row(OrderRow, row, numbers=(6,))


def read_match(row: _Row) -> MatchRow:
    return as_row(MatchRow, row[1:])


def read_block(row: _Row) -> BlockRow:
    orders = tuple(json.loads(row[15]))
    return as_row(BlockRow, (*row[:15], orders, *row[16:]), numbers=(7, 8, 10, 11, 12, 13))


def read_transfer(row: _Row) -> TransferRow:
    return as_row(TransferRow, row, numbers=(2,))


def as_row(kind: Callable[..., R], row: _Row, numbers: tuple[int, ...] = (), flags: tuple[int, ...] = ()) -> R:
    """A row of a table as its class; numbers, flags: positions that are stored as text, or perhaps as 0 and 1."""
    values = [
        int(value) if at in numbers else bool(value) if at in flags else value for at, value in enumerate(row[:-3])
    ]
    return kind(*values, Place(*row[-3:]))


_Where = tuple[int, int, str]
_Values = Mapping[str, Any]


def put(database: Database, table: str, *values: Any) -> None:
    """A row, in the place of one with the same key."""
    database.put(table, values)


def _registered(database: Database, told: _Values, where: _Where) -> None:
    claim = (str(told["services"]), False, hash_text(told["metadata"]))
    put(database, "members", told["member"], told["number"], *claim, *where)


def _updated(database: Database, told: _Values, where: _Where) -> None:
    database.write(
        "UPDATE members SET claimed = ?, certified = FALSE, metadata = ?, chain_block = ?, log_index = ?,"
        " chain_transaction = ? WHERE address = ?",
        (str(told["services"]), hash_text(told["metadata"]), *where, told["member"]),
    )


def _certificate(given: bool) -> Callable[[Database, _Values, _Where], None]:
    def change(database: Database, told: _Values, where: _Where) -> None:
        database.write(
            "UPDATE members SET certified = ?, chain_block = ?, log_index = ?, chain_transaction = ? WHERE address = ?",
            (given, *where, told["member"]),
        )

    return change


def _added(database: Database, told: _Values, where: _Where) -> None:
    put(database, "products", told["product"], str(told["required"]), hash_text(told["plans"]), True, *where)


def _retired(database: Database, told: _Values, where: _Where) -> None:
    database.write(
        "UPDATE products SET active = FALSE, chain_block = ?, log_index = ?, chain_transaction = ? WHERE number = ?",
        (*where, told["product"]),
    )


def _placed(database: Database, told: _Values, where: _Where) -> None:
    order = (told["order"], told["customer"], told["product"], told["quantity"], hash_text(told["specification"]))
    put(database, "orders", *order, told["due"], str(told["deposit"]), "open", None, *where)


def _became(status: OrderStatus) -> Callable[[Database, _Values, _Where], None]:
    def change(database: Database, told: _Values, where: _Where) -> None:
        database.write(
            "UPDATE orders SET status = ?, planned = coalesce(?, planned), chain_block = ?, log_index = ?,"
            " chain_transaction = ? WHERE number = ?",
            (status, told.get("block_"), *where, told["order"]),
        )

    return change


def _matched(database: Database, told: _Values, where: _Where) -> None:
    answer = ANSWERS[told["answer"]]
    put(database, "matches", 0, told["order"], told["member"], answer, told["oc"], told["ec"], *where)


def _matched_many(database: Database, told: _Values, where: _Where) -> None:
    # Events come in chain order, so whoever answers is in the table of members already.
    for nth, (number, answer, offered) in enumerate(PACKED_ANSWER.iter_unpack(told["answers"])):
        member = database.row("SELECT address FROM members WHERE number = ?", (number,))
        if member is None:
            raise ChainFault(f"member {number} answered and never registered", where="index", hint="run again")
        put(database, "matches", nth, told["order"], member[0], ANSWERS[answer], told["oc"], offered, *where)


def _appended(database: Database, told: _Values, where: _Where) -> None:
    previous, problem, plan, evidence, objective, value, bound, kind, *sums, solver = told["plan"]
    hashes = map(hash_text, (told["hash"], previous, problem, plan, evidence))
    name = objective.rstrip(b"\0").replace(b"\0", b"?").decode("ascii", "replace")
    rest = (name, str(value), str(bound), BOUND_KINDS[kind], *map(str, sums), solver, json.dumps(told["orders"]))
    put(database, "blocks", told["number"], *hashes, *rest, *where)


def _moved(database: Database, told: _Values, where: _Where) -> None:
    put(database, "transfers", told["from"], told["to"], str(told["value"]), *where)


_HANDLERS: Mapping[tuple[str, str], Callable[[Database, _Values, _Where], None]] = {
    ("MemberRegistry", "Registered"): _registered,
    ("MemberRegistry", "Updated"): _updated,
    ("MemberRegistry", "Certified"): _certificate(True),
    ("MemberRegistry", "Revoked"): _certificate(False),
    ("ProductCatalogue", "Added"): _added,
    ("ProductCatalogue", "Retired"): _retired,
    ("OrderBook", "Placed"): _placed,
    ("OrderBook", "Cancelled"): _became("cancelled"),
    ("OrderBook", "Planned"): _became("planned"),
    ("OrderBook", "Refunded"): _became("refunded"),
    ("OrderBook", "HandedOver"): _became("agreed"),
    ("Matching", "Matched"): _matched,
    ("Matching", "MatchedMany"): _matched_many,
    ("Blocks", "Appended"): _appended,
    ("LeagueToken", "Transfer"): _moved,
}
