"""What was refused for whose identity it showed, and why (see `identity/refusals.py`)."""

from __future__ import annotations

from hanse.ledger.migrations import carry_out

revision = "0005"
down_revision = "0004"

STATEMENTS = (
    """CREATE TABLE identity_refusals (
        number INTEGER PRIMARY KEY AUTOINCREMENT, moment INTEGER NOT NULL,
        place TEXT NOT NULL,                         -- what was asked
        party TEXT NOT NULL,                         -- who it said it was; empty: nobody could tell
        reason TEXT NOT NULL, detail TEXT NOT NULL)""",
)


def upgrade() -> None:
    """The step, for alembic."""
    carry_out(STATEMENTS)
