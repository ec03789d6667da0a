"""What machines said, as their gateways handed it on: the newest of it (see `app/api/machines.py`)."""

from __future__ import annotations

from hanse.ledger.migrations import carry_out

revision = "0003"
down_revision = "0002"

STATEMENTS = (
    """CREATE TABLE api_seals (
        account TEXT NOT NULL, gateway TEXT NOT NULL, number INTEGER NOT NULL,
        count INTEGER NOT NULL, digest TEXT NOT NULL,
        missing INTEGER NOT NULL,                    -- seals between the one before and this one
        received INTEGER NOT NULL,                   -- milliseconds since 1970
        stored INTEGER NOT NULL, known INTEGER NOT NULL, refused INTEGER NOT NULL,
        PRIMARY KEY (account, gateway, number))""",
    """CREATE TABLE api_readings (
        account TEXT NOT NULL, machine TEXT NOT NULL, metric TEXT NOT NULL, measured INTEGER NOT NULL,
        source TEXT NOT NULL, value TEXT NOT NULL,   -- JSON
        event BOOLEAN NOT NULL,                      -- of an operation
        gateway TEXT NOT NULL, seal INTEGER NOT NULL,
        PRIMARY KEY (account, machine, metric, measured, source))""",
    "CREATE INDEX api_readings_age ON api_readings (account, event, measured)",
)


def upgrade() -> None:
    """The step, for alembic."""
    carry_out(STATEMENTS)
