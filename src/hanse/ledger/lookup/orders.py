"""Products and orders, who specified what, and what the contract answered."""

from __future__ import annotations

from hanse.ledger import tables
from hanse.ledger.lookup.base import Reads
from hanse.ledger.tables import MatchRow, OrderRow, ProductRow

_SEEN = (
    "(customer = ?1 OR number IN"
    " (SELECT order_number FROM matches WHERE member = ?1 AND answer IN ('ACCEPT', 'PARTIAL')))"
)


class Orders(Reads):
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

    def specified(self, specification: str, seen_by: str) -> list[OrderRow]:
        """Orders with this content hash for a specification; seen_by as in `order`."""
        clause = f"specification = ?2 AND {_SEEN} ORDER BY number"
        return self._all("orders", tables.read_order, clause, seen_by, specification)

    def first_to_specify(self, specification: str) -> str | None:
        """Who placed the first order with this content hash for a specification."""
        row = self._database.row(
            "SELECT customer FROM orders WHERE specification = ? ORDER BY number", (specification,)
        )
        return None if row is None else str(row[0])

    def orders_of(self, customer: str) -> list[OrderRow]:
        """All that somebody ever placed."""
        return self._all("orders", tables.read_order, "customer = ? ORDER BY number", customer)

    def answers(self, order: int) -> list[MatchRow]:
        """What the contract answered for an order."""
        return self._all("matches", tables.read_match, "order_number = ? ORDER BY member", order)
