"""Transactions signed several times with rising fees (`bids.py`)."""

from __future__ import annotations

from hanse.ledger.migrations import carry_out

revision = "0008"
down_revision = "0007"

STATEMENTS = (
    """CREATE TABLE outbox_bids (
        sequence INTEGER NOT NULL,                   -- of the entry in the outbox
        step INTEGER NOT NULL, hash TEXT NOT NULL, raw BLOB NOT NULL,
        most TEXT NOT NULL,                          -- wei per gas; text, because wei outgrow 64 bits
        PRIMARY KEY (sequence, step))""",
)


def upgrade() -> None:
    """The step, for alembic."""
    carry_out(STATEMENTS)
