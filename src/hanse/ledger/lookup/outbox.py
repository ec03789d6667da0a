"""Transactions of our own."""

from __future__ import annotations

from collections.abc import Sequence

from hanse.ledger.entries import Entry, entries
from hanse.ledger.lookup.base import Reads


class Outbox(Reads):
    def entries(self, keys: Sequence[str]) -> list[Entry]:
        """The transactions of these keys, as far as they were stored, in the order of signing."""
        marks = ",".join("?" * len(keys))
        return entries(self._database, f"WHERE key IN ({marks}) ORDER BY sequence", tuple(keys))

    def waiting(self) -> int:
        """How many transactions are in no block yet."""
        query = "SELECT count(*) FROM outbox WHERE block IS NULL AND NOT displaced"
        return int(self._database.row(query)[0])
