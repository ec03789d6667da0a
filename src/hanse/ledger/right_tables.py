"""The read model of rights: who holds which role of which contract, as the contracts' events tell it (see `tables`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hanse.ledger.contracts import ROLES, Event, role
from hanse.ledger.database import Database
from hanse.ledger.league import hash_text
from hanse.ledger.tables import PLACE, Place, as_row, put

_NAMES = {role(name): name for name in ROLES} | {bytes(32): "DEFAULT_ADMIN_ROLE"}


@dataclass(frozen=True, slots=True)
class RightRow:
    """An account that holds a role. contract: by the name of its artefact; role: by name, `0x…` if it has none here."""

    contract: str
    role: str
    account: str
    place: Place


TABLES: Mapping[str, str] = {
    "rights": f"contract TEXT, role TEXT, account TEXT, {PLACE}, PRIMARY KEY (contract, role, account)",
}
"""Columns by table, in the order of the fields of its row."""


def apply(database: Database, event: Event) -> None:
    """Changes the table by one event; others change nothing. Doing it twice is doing it once."""
    if event.name not in ("RoleGranted", "RoleRevoked"):
        return
    told = event.values
    named = event.contract, _NAMES.get(told["role"], hash_text(told["role"])), told["account"]
    if event.name == "RoleGranted":
        put(database, "rights", *named, event.log.block, event.log.index, event.log.transaction)
    else:
        database.write("DELETE FROM rights WHERE contract = ? AND role = ? AND account = ?", named)


def read_right(row: tuple[Any, ...]) -> RightRow:
    return as_row(RightRow, row)
