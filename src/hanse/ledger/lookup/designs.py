"""Designs, licences and royalties."""

from __future__ import annotations

from hanse.ledger import design_tables
from hanse.ledger.design_tables import ContestRow, DesignRow, LicenceRow, UseRow
from hanse.ledger.lookup.base import Reads


class Designs(Reads):
    def designs(self, after: int, most: int, owner: str = "") -> list[DesignRow]:
        """Designs in the order of their numbers, of one owner or of all."""
        clause = "number > ?1 AND ?3 IN ('', owner) ORDER BY number LIMIT ?2"
        return self._all("designs", design_tables.read_design, clause, after, most, owner)

    def design(self, design: str) -> DesignRow | None:
        return self._one("designs", design_tables.read_design, "design = ?", design)

    def contests(self, design: str) -> list[ContestRow]:
        return self._all("contests", design_tables.read_contest, "design = ? ORDER BY chain_block, log_index", design)

    def licences(self, after: int, most: int, party: str | None) -> list[LicenceRow]:
        """Licences that an account has given or got; None: all."""
        clause = "number > ?1 AND (?3 = '' OR ?3 IN (licensee, licensor)) ORDER BY number LIMIT ?2"
        return self._all("licences", design_tables.read_licence, clause, after, most, party or "")

    def licence(self, number: int) -> LicenceRow | None:
        return self._one("licences", design_tables.read_licence, "number = ?", number)

    def uses(self, order: int) -> list[UseRow]:
        """Designs that an order uses."""
        return self._all("uses", design_tables.read_use, "order_number = ? ORDER BY design", order)

    def held_royalties(self) -> list[UseRow]:
        """Of orders whose royalty has not ended."""
        return self._all("uses", design_tables.read_use, "NOT paid ORDER BY order_number, design")
