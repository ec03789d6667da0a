"""Several servers: what one of them is told, the others must know (`app/api/unlocked.py`, `once.py`, `limits.py`)."""

from __future__ import annotations

from hanse.ledger.migrations import carry_out

revision = "0007"
down_revision = "0006"

STATEMENTS = (
    """CREATE TABLE api_unlocked (
        session TEXT PRIMARY KEY, sealed BLOB NOT NULL, -- for the session's token and the league's secret, together
        used INTEGER NOT NULL)""",
    "CREATE TABLE api_spent (name TEXT PRIMARY KEY, expires INTEGER NOT NULL)",
    "CREATE TABLE api_buckets (name TEXT PRIMARY KEY, filled INTEGER NOT NULL)",  # when it is full again, microseconds
    "CREATE INDEX api_spent_expires ON api_spent (expires)",
    "CREATE INDEX api_buckets_filled ON api_buckets (filled)",
)


def upgrade() -> None:
    """The step, for alembic."""
    carry_out(STATEMENTS)
