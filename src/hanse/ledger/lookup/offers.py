"""Idle time, and roots that were anchored."""

from __future__ import annotations

from hanse.ledger import offer_tables
from hanse.ledger.lookup.base import Reads
from hanse.ledger.offer_tables import AnchorRow, WindowRow


class Offers(Reads):
    def windows(self) -> list[WindowRow]:
        return self._all("windows", offer_tables.read_window, "TRUE ORDER BY host, length(number), number")

    def window(self, host: str, number: int) -> WindowRow | None:
        clause = "host = ?1 AND number = ?2"
        return self._one("windows", offer_tables.read_window, clause, host, str(number))

    def anchors(self, topic: str, account: str = "") -> list[AnchorRow]:
        """Roots anchored about a topic, by one account or by all, in chain order."""
        clause = "topic = ?1 AND ?2 IN ('', account) ORDER BY chain_block, log_index"
        return self._all("anchors", offer_tables.read_anchor, clause, topic, account)

    def public(self, content: str, topic: str) -> list[str]:
        """As which documents members, products and anchors of the topic of services name this content hash."""
        rows = self._database.rows(
            "SELECT 'hanse-member/1' FROM members WHERE metadata = ?1 UNION SELECT 'hanse-product/1' FROM products"
            " WHERE plans = ?1 UNION SELECT 'hanse-services/1' FROM anchors WHERE topic = ?2 AND root = ?1",
            (content, topic),
        )
        return [str(row[0]) for row in rows]
