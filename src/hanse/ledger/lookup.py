"""`Lookup`: questions to the read models that take only the rows they need, for services with many readers.

Pages are in the order of a table's number and begin after one; whoever reads while the index changes misses nothing
that was there all the time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from hanse.ledger import offer_tables, round_tables, settlement_tables, tables
from hanse.ledger.database import Database
from hanse.ledger.entries import Entry, entries
from hanse.ledger.offer_tables import AnchorRow, WindowRow
from hanse.ledger.round_tables import RoundRow
from hanse.ledger.settlement_tables import AgreementRow, AnswerRow, MilestoneRow, SettledRow
from hanse.ledger.tables import BlockRow, MatchRow, MemberRow, OrderRow, ProductRow

R = TypeVar("R")

CHANGING = {
    "member": ("members", "address"),
    "product": ("products", "number"),
    "order": ("orders", "number"),
    "answer": ("matches", "order_number"),
    "block": ("blocks", "number"),
    "round": ("rounds", "number"),
    "claim": ("claims", "round"),
    "agreement": ("agreements", "number"),
    "milestone": ("milestones", "agreement"),
    "offer": ("windows", "host"),
}
"""What can change, and the table and column that say so."""

_INVOLVED = (
    "(json_extract(deal, '$.customer') = ?1 OR json_extract(deal, '$.proposer') = ?1 OR EXISTS"
    " (SELECT 1 FROM json_each(deal, '$.milestones') WHERE json_extract(value, '$.member') = ?1))"
)
_SEEN = (
    "(customer = ?1 OR number IN"
    " (SELECT order_number FROM matches WHERE member = ?1 AND answer IN ('ACCEPT', 'PARTIAL')))"
)


@dataclass(frozen=True, slots=True)
class Change:
    """Something that is no longer what it was. what: a name of CHANGING; id: its number or address."""

    what: str
    id: str


class Lookup:
    """Reads of the tables of `database`, which should be a connection of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def head(self) -> tuple[int, str]:
        """Number and hash of the last block that was read."""
        number, name = self._database.row("SELECT block, hash FROM index_cursor")
        return int(number), str(name)

    def height(self) -> int:
        """Its number alone."""
        return self.head()[0]

    def rights(self) -> tuple[int, ...]:
        """Other numbers whenever somebody was given a role or lost one, registered, was certified or revoked."""
        held = self._database.row("SELECT count(*), coalesce(max(chain_block), -1) FROM rights")
        members = self._database.row("SELECT count(*), coalesce(max(chain_block), -1) FROM members")
        return (*held, *members)

    def changes(self, since: int) -> tuple[Change, ...]:
        """What changed in blocks after `since`."""
        found: list[Change] = []
        for what, (table, column) in CHANGING.items():
            rows = self._database.rows(f"SELECT DISTINCT {column} FROM {table} WHERE chain_block > ?", (since,))
            found += (Change(what, str(row[0])) for row in rows)
        return tuple(found)

    # Members, products, orders.

    def member(self, address: str) -> MemberRow | None:
        return self._one("members", tables.read_member, "address = ?", address)

    def members(self, after: int, limit: int) -> list[MemberRow]:
        return self._page("members", tables.read_member, after, limit)

    def certified(self) -> list[int]:
        """Numbers of all certified members."""
        rows = self._database.rows("SELECT number FROM members WHERE certified ORDER BY number")
        return [int(row[0]) for row in rows]

    def product(self, number: int) -> ProductRow | None:
        return self._one("products", tables.read_product, "number = ?", number)

    def products(self, after: int, limit: int) -> list[ProductRow]:
        return self._page("products", tables.read_product, after, limit)

    def order(self, number: int, seen_by: str | None = None) -> OrderRow | None:
        """An order. seen_by: only if this address placed it or can work for it; None: in any case."""
        clause = "" if seen_by is None else f" AND {_SEEN}"
        values = (number,) if seen_by is None else (seen_by, number)
        return self._one("orders", tables.read_order, f"number = ?{len(values)}{clause}", *values)

    def orders(self, after: int, limit: int, seen_by: str | None = None, status: str = "") -> list[OrderRow]:
        """Orders, of one status or of all; seen_by as in `order`."""
        clause = (f" AND {_SEEN}" if seen_by is not None else "") + (" AND status = ?4" if status else "")
        values = (seen_by, after, limit, status) if status else (seen_by, after, limit)
        rows = self._database.rows(f"SELECT * FROM orders WHERE number > ?2{clause} ORDER BY number LIMIT ?3", values)
        return list(map(tables.read_order, rows))

    def answers(self, order: int) -> list[MatchRow]:
        """What the contract answered for an order."""
        return self._all("matches", tables.read_match, "order_number = ? ORDER BY member", order)

    # Blocks and rounds.

    def block(self, number: int) -> BlockRow | None:
        return self._one("blocks", tables.read_block, "number = ?", number)

    def newest_block(self) -> BlockRow | None:
        return self._one("blocks", tables.read_block, "1 ORDER BY number DESC")

    def block_of(self, root: str) -> BlockRow | None:
        """The newest block of a problem or a plan, by its Merkle root."""
        return self._one("blocks", tables.read_block, "?1 IN (problem, plan) ORDER BY number DESC", root)

    def blocks(self, after: int, limit: int) -> list[BlockRow]:
        return self._page("blocks", tables.read_block, after, limit)

    def round(self, number: int) -> RoundRow | None:
        return self._one("rounds", round_tables.read_round, "number = ?", number)

    def round_of(self, root: str) -> RoundRow | None:
        """The newest round about a problem, by its Merkle root."""
        return self._one("rounds", round_tables.read_round, "problem = ? ORDER BY number DESC", root)

    def rounds(self, after: int, limit: int) -> list[RoundRow]:
        return self._page("rounds", round_tables.read_round, after, limit)

    # Agreements and what follows.

    def agreement(self, number: int, party: str | None = None) -> AgreementRow | None:
        """An agreement. party: only if this address is its proposer or one of its parties."""
        clause = "" if party is None else f" AND {_INVOLVED}"
        values = (number,) if party is None else (party, number)
        return self._one("agreements", settlement_tables.read_agreement, f"number = ?{len(values)}{clause}", *values)

    def agreements(self, after: int, limit: int, party: str | None = None, status: str = "") -> list[AgreementRow]:
        clause = (f" AND {_INVOLVED}" if party is not None else "") + (" AND status = ?4" if status else "")
        values = (party, after, limit, status) if status else (party, after, limit)
        rows = self._database.rows(
            f"SELECT * FROM agreements WHERE number > ?2{clause} ORDER BY number LIMIT ?3", values
        )
        return list(map(settlement_tables.read_agreement, rows))

    def agreements_of(self, order: int) -> list[AgreementRow]:
        """All that was proposed for an order."""
        clause = "json_extract(deal, '$.order') = ? ORDER BY number"
        return self._all("agreements", settlement_tables.read_agreement, clause, order)

    def said(self, agreement: int) -> list[AnswerRow]:
        """What parties said of an agreement instead of signing it."""
        clause = "agreement = ? ORDER BY chain_block, log_index"
        return self._all("answers", settlement_tables.read_answer, clause, agreement)

    def milestones(self, agreement: int) -> list[MilestoneRow]:
        return self._all("milestones", settlement_tables.read_milestone, "agreement = ? ORDER BY number", agreement)

    def running(self) -> list[MilestoneRow]:
        """Milestones that have not ended, of all agreements."""
        clause = "stage != 'settled' ORDER BY agreement, number"
        return self._all("milestones", settlement_tables.read_milestone, clause)

    def settled(self, agreement: int) -> list[SettledRow]:
        return self._all("settled", settlement_tables.read_settled, "agreement = ? ORDER BY number", agreement)

    def settled_with(self, party: str) -> list[SettledRow]:
        """All settled work of a member or a customer, in chain order."""
        clause = "?1 IN (customer, member) ORDER BY chain_block, log_index"
        return self._all("settled", settlement_tables.read_settled, clause, party)

    # Idle time, anchors, money.

    def windows(self) -> list[WindowRow]:
        return self._all("windows", offer_tables.read_window, "1 ORDER BY host, length(number), number")

    def window(self, host: str, number: int) -> WindowRow | None:
        clause = "host = ?1 AND number = ?2"
        return self._one("windows", offer_tables.read_window, clause, host, str(number))

    def anchors(self, topic: str) -> list[AnchorRow]:
        """Roots anchored about a topic, in chain order."""
        return self._all("anchors", offer_tables.read_anchor, "topic = ? ORDER BY chain_block, log_index", topic)

    def moved(self, address: str) -> list[tuple[str, int, str, int]]:
        """Every change of an account's money, in chain order: of which purse, cents, why, in which block."""
        rows = self._database.rows(
            "SELECT 'account', amount, payer, chain_block, log_index FROM transfers WHERE payee = ?1 UNION ALL"
            " SELECT 'account', '-' || amount, payee, chain_block, log_index FROM transfers WHERE payer = ?1 UNION ALL"
            " SELECT 'settlement', amount, why, chain_block, log_index FROM purse_moves WHERE account = ?1 UNION ALL"
            " SELECT 'rounds', amount, why, chain_block, log_index FROM stake_moves WHERE account = ?1 UNION ALL"
            " SELECT 'offers', amount, why, chain_block, log_index FROM offer_moves WHERE account = ?1"
            " ORDER BY 4, 5",
            (address,),
        )
        return [(str(purse), int(amount), str(why), int(block)) for purse, amount, why, block, _ in rows]

    # The outbox.

    def entries(self, keys: Sequence[str]) -> list[Entry]:
        """The transactions of these keys, as far as they were stored, in the order of signing."""
        marks = ",".join("?" * len(keys))
        return entries(self._database, f"WHERE key IN ({marks}) ORDER BY sequence", tuple(keys))

    def waiting(self) -> int:
        """How many transactions are in no block yet."""
        query = "SELECT count(*) FROM outbox WHERE block IS NULL AND NOT displaced"
        return int(self._database.row(query)[0])

    # Inside.

    def _one(self, table: str, read: Callable[[tuple[Any, ...]], R], clause: str, *values: Any) -> R | None:
        row = self._database.row(f"SELECT * FROM {table} WHERE {clause} LIMIT 1", values)
        return None if row is None else read(row)

    def _all(self, table: str, read: Callable[[tuple[Any, ...]], R], clause: str, *values: Any) -> list[R]:
        return list(map(read, self._database.rows(f"SELECT * FROM {table} WHERE {clause}", values)))

    def _page(self, table: str, read: Callable[[tuple[Any, ...]], R], after: int, limit: int) -> list[R]:
        return self._all(table, read, "number > ? ORDER BY number LIMIT ?", after, limit)
