"""Members, and who they are tied to."""

from __future__ import annotations

from collections.abc import Sequence

from hanse.ledger import tables
from hanse.ledger.lookup.base import Reads
from hanse.ledger.tables import MemberRow
from hanse.ledger.ties import Ties, ties


class Members(Reads):
    def member(self, address: str) -> MemberRow | None:
        return self._one("members", tables.read_member, "address = ?", address)

    def members(self, after: int, limit: int) -> list[MemberRow]:
        return self._page("members", tables.read_member, after, limit)

    def members_at(self, addresses: Sequence[str]) -> list[MemberRow]:
        """Those of these addresses that are members."""
        marks = ",".join("?" * len(addresses))
        return self._all("members", tables.read_member, f"address IN ({marks}) ORDER BY number", *addresses)

    def ties(self, now: int, around: str, most: int) -> Ties:
        """See `ties.ties`."""
        return ties(self._database, now, around, most)

    def certified(self) -> list[int]:
        """Numbers of all certified members."""
        rows = self._database.rows("SELECT number FROM members WHERE certified ORDER BY number")
        return [int(row[0]) for row in rows]
