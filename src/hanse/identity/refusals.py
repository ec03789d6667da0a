"""`Refusals`: what was refused for whose identity it showed, and why, so that the reason of each is listed."""

from __future__ import annotations

from dataclasses import dataclass

from hanse.ledger.database import Database

KEPT = 10_000
"""The newest; older ones are forgotten, so that nobody fills the disk with nonsense."""

LONGEST = 500


@dataclass(frozen=True, slots=True)
class Refusal:
    """number: from one; moment: seconds since 1970; place: what was asked; party: who it said it was, empty if that
    cannot be told; reason: a name from a list (`presentation.Reason`); detail: in words."""

    number: int
    moment: int
    place: str
    party: str
    reason: str
    detail: str


class Refusals:
    """Refusals in `database`, one of the ledger's."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, place: str, party: str, reason: str, detail: str, moment: int) -> None:
        """Remembers one; the oldest beyond `KEPT` is forgotten."""
        with self._database.transaction():
            self._database.write(
                "INSERT INTO identity_refusals (moment, place, party, reason, detail) VALUES (?, ?, ?, ?, ?)",
                (moment, place[:LONGEST], party[:LONGEST], reason, _clean(detail)),
            )
            self._database.write(
                "DELETE FROM identity_refusals WHERE number <= (SELECT max(number) FROM identity_refusals) - ?", (KEPT,)
            )

    def newest(self, before: int | None = None, limit: int = 50, party: str | None = None) -> list[Refusal]:
        """The newest first. before: only those with smaller numbers; party: only those of this account, under any of
        its names."""
        rows = self._database.rows(
            "SELECT number, moment, place, party, reason, detail FROM identity_refusals WHERE number < ?1"
            " AND (?3 = '' OR substr(party, length(party) - 41) = ?3) ORDER BY number DESC LIMIT ?2",
            (2**62 if before is None else before, limit, party or ""),
        )
        return [Refusal(*row) for row in rows]


def _clean(text: str) -> str:
    """What strangers wrote, so that any database keeps it."""
    return "".join(sign if sign.isprintable() else " " for sign in text)[:LONGEST]
