"""Requests for quotation, and bids for them."""

from __future__ import annotations

from hanse.ledger import quotation_tables
from hanse.ledger.lookup.base import Reads
from hanse.ledger.quotation_tables import BidRow, RequestRow


class Quotations(Reads):
    def request(self, number: int) -> RequestRow | None:
        return self._one("requests", quotation_tables.read_request, "number = ?", number)

    def requests(self, after: int, limit: int, party: str | None = None, stage: str = "") -> list[RequestRow]:
        """Requests, of one stage or of all. party: only those that this address asked, bid for or decides about."""
        clause = "number > ?1"
        values: list[int | str] = [after, limit]
        if party is not None:
            bids = "SELECT request FROM bids WHERE bidder = ?3"
            clause += f" AND (requester = ?3 OR arbiter = ?3 OR number IN ({bids}))"
            values.append(party)
        if stage:
            clause += f" AND stage = ?{len(values) + 1}"
            values.append(stage)
        return self._all("requests", quotation_tables.read_request, f"{clause} ORDER BY number LIMIT ?2", *values)

    def newest_requests(self, stage: str, most: int) -> list[RequestRow]:
        """The newest of a stage."""
        clause = "stage = ? ORDER BY number DESC LIMIT ?"
        return self._all("requests", quotation_tables.read_request, clause, stage, most)

    def open_requests(self) -> list[RequestRow]:
        """All that have not ended, and those whose bids were sealed and never asked for."""
        waiting = "number IN (SELECT request FROM bids WHERE state = 'sealed')"
        clause = f"stage NOT IN ('void', 'done') OR {waiting} ORDER BY number"
        return self._all("requests", quotation_tables.read_request, clause)

    def parts_of(self, number: int) -> list[RequestRow]:
        """What was handed on of a request's work."""
        return self._all("requests", quotation_tables.read_request, "parent = ? ORDER BY number", number)

    def bids(self, request: int) -> list[BidRow]:
        """Of one request, in the order of their seals."""
        return self._all("bids", quotation_tables.read_bid, "request = ? ORDER BY nth", request)

    def worked_with(self, party: str) -> list[RequestRow]:
        """What was bid for, done and paid of a requester or a winner, in chain order."""
        clause = "?1 IN (requester, winner) AND stage = 'done' ORDER BY chain_block, log_index"
        return self._all("requests", quotation_tables.read_request, clause, party)

    def all_worked(self) -> list[RequestRow]:
        """The same of everybody."""
        clause = "stage = 'done' ORDER BY chain_block, log_index"
        return self._all("requests", quotation_tables.read_request, clause)
