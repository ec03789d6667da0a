"""What ties accounts now, of one account or of all, and no more of it than is asked for: keys that were given on,
delegates, mandates, guardians."""

from __future__ import annotations

from typing import Any, NamedTuple

from hanse.ledger import identity_tables
from hanse.ledger.database import Database
from hanse.ledger.identity_tables import DelegateRow, GuardRow, MandateRow, OwnerRow

_ORDER = "ORDER BY chain_block DESC, log_index DESC LIMIT ?2"
_LASTS = "(length(valid_to) > length(?3) OR (length(valid_to) = length(?3) AND valid_to > ?3))"
"""Of a number that outgrows 64 bits, which is decimal text."""


class Ties(NamedTuple):
    """more: whether there are more than were asked for."""

    owners: list[OwnerRow]
    delegates: list[DelegateRow]
    mandates: list[MandateRow]
    guards: list[GuardRow]
    more: bool


def ties(database: Database, now: int, around: str, most: int) -> Ties:
    """The newest ties of each kind that last at a time, seconds since 1970. around: of this account, or empty for all;
    most: of each kind."""

    def rows(table: str, other: str, lasts: str, *moment: int | str) -> list[tuple[Any, ...]]:
        clause = f"{lasts} AND ('' = ?1 OR identity = ?1 OR {other})"
        return database.rows(f"SELECT * FROM {table} WHERE {clause} {_ORDER}", (around, most + 1, *moment))

    found = (
        rows("identity_owners", "owner = ?1", "owner != identity"),
        rows("identity_delegates", "delegate = ?1", _LASTS, str(now)),
        rows("identity_mandates", "clerk = ?1", "valid_to > ?3", now),
        # Addresses are all of one length, so that none is within another.
        rows("identity_guards", "guardians LIKE '%' || ?1 || '%'", "TRUE"),
    )
    return Ties(
        [identity_tables.read_owner(row) for row in found[0][:most]],
        [identity_tables.read_delegate(row) for row in found[1][:most]],
        [identity_tables.read_mandate(row) for row in found[2][:most]],
        [identity_tables.read_guard(row) for row in found[3][:most]],
        any(len(one) > most for one in found),
    )
