"""Blocks, and rounds of solvers."""

from __future__ import annotations

from hanse.ledger import round_tables, tables
from hanse.ledger.lookup.base import Reads
from hanse.ledger.round_tables import RoundRow
from hanse.ledger.tables import BlockRow


class Planning(Reads):
    def block(self, number: int) -> BlockRow | None:
        return self._one("blocks", tables.read_block, "number = ?", number)

    def newest_block(self) -> BlockRow | None:
        return self._one("blocks", tables.read_block, "TRUE ORDER BY number DESC")

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
