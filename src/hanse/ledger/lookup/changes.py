"""How far the chain is read, what changed since, and what was told last of each thing."""

from __future__ import annotations

from dataclasses import dataclass

from hanse.ledger.lookup.base import Reads

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
    "advance": ("advances", "agreement"),
    "offer": ("windows", "host"),
    "design": ("designs", "number"),
    "licence": ("licences", "number"),
    "request": ("requests", "number"),
    "anchor": ("anchors", "account"),
    "money": ("transfers", "chain_block"),  # whose is nobody's business
    "right": ("rights", "account"),
    "community": ("communities", "number"),
    "proposal": ("proposals", "number"),
    "term": ("terms", "number"),
    "version": ("versions", "number"),
    "delegate": ("identity_delegates", "identity"),
}
"""What can change, and the table and column that say so."""

MOST_LOGS = 2**20
"""A block tells less."""


@dataclass(frozen=True, slots=True)
class Change:
    """Something that is no longer what it was. what: a name of CHANGING; id: its number or address."""

    what: str
    id: str


@dataclass(frozen=True, slots=True)
class Told:
    """What was told of something, last: in which block, at which place in it, by which transaction."""

    what: str
    id: str
    block: int
    index: int
    transaction: str

    @property
    def at(self) -> int:
        """Its place in the whole ledger."""
        return self.block * MOST_LOGS + self.index


class Changes(Reads):
    def head(self) -> tuple[int, str]:
        """Number and hash of the last block that was read."""
        number, name = self._database.row("SELECT block, hash FROM index_cursor")
        return int(number), str(name)

    def height(self) -> int:
        """Its number alone."""
        return self.head()[0]

    def turns(self) -> int:
        """How often something was taken back because the chain replaced blocks that had been read."""
        return int(self._database.row("SELECT turns FROM index_cursor")[0])

    def rights(self) -> tuple[int, ...]:
        """Other numbers whenever somebody was given a role or lost one, registered, was certified or revoked, got
        another key, or took a seat."""
        held = self._database.row("SELECT count(*), coalesce(max(chain_block), -1) FROM rights")
        members = self._database.row("SELECT count(*), coalesce(max(chain_block), -1) FROM members")
        owners = self._database.row("SELECT count(*), coalesce(max(chain_block), -1) FROM identity_owners")
        seats = self._database.row("SELECT count(*), coalesce(max(chain_block), -1) FROM identity_seats")
        return (*held, *members, *owners, *seats)

    def changes(self, since: int) -> tuple[Change, ...]:
        """What changed in blocks after `since`."""
        found: list[Change] = []
        for what, (table, column) in CHANGING.items():
            rows = self._database.rows(f"SELECT DISTINCT {column} FROM {table} WHERE chain_block > ?", (since,))
            found += (Change(what, str(row[0])) for row in rows)
        return tuple(found)

    def told(self, before: int, limit: int) -> list[Told]:
        """What the ledger told last of each thing, the newest first. before: a `Told.at`, 0 for the very newest."""
        parts = (
            f"SELECT '{what}' AS what, CAST({column} AS TEXT) AS id, chain_block, max(log_index) AS log_index,"
            f" chain_transaction FROM {table} GROUP BY {column}, chain_block, chain_transaction"
            for what, (table, column) in CHANGING.items()
            if what != "money"
        )
        at = f"chain_block * {MOST_LOGS} + log_index"
        told = f"SELECT * FROM ({' UNION ALL '.join(parts)}) AS told WHERE ?1 = 0 OR {at} < ?1"
        rows = self._database.rows(f"{told} ORDER BY {at} DESC LIMIT ?2", (before, limit))
        return [Told(str(what), str(id_), int(block), int(index), str(name)) for what, id_, block, index, name in rows]
