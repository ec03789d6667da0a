"""The read model of supply: what money was created and destroyed against, as the token's events tell it (see
`tables`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hanse.ledger.contracts import Event
from hanse.ledger.database import Database
from hanse.ledger.league import hash_text
from hanse.ledger.tables import PLACE, Place, as_row, put


@dataclass(frozen=True, slots=True)
class SupplyRow:
    """Money created for an account, or destroyed by it (below 0). reason: hash of the record that justifies it."""

    account: str
    amount: int
    reason: str
    place: Place


TABLES: Mapping[str, str] = {
    "supply": f"account TEXT, amount TEXT, reason TEXT, {PLACE}, PRIMARY KEY (chain_block, log_index)",
}
"""Columns by table, in the order of the fields of its row."""


def apply(database: Database, event: Event) -> None:
    """Changes the table by one event; others change nothing. Doing it twice is doing it once."""
    if event.contract != "LeagueToken" or event.name not in ("Minted", "Retired"):
        return
    told, log = event.values, event.log
    account, amount = (told["to"], told["amount"]) if event.name == "Minted" else (told["holder"], -told["amount"])
    put(database, "supply", account, str(amount), hash_text(told["reason"]), log.block, log.index, log.transaction)


def read_supply(row: tuple[Any, ...]) -> SupplyRow:
    return as_row(SupplyRow, row, numbers=(1,))
