"""What making things takes, and what customers were offered and chose (see `app/api/quotebook.py`)."""

from __future__ import annotations

from hanse.ledger.migrations import carry_out

revision = "0004"
down_revision = "0003"

STATEMENTS = (
    """CREATE TABLE api_figures (
        content TEXT NOT NULL PRIMARY KEY,           -- hash of a hanse-problem/1
        account TEXT NOT NULL, moment INTEGER NOT NULL,
        orders TEXT NOT NULL)                        -- JSON: number of the order by job""",
    """CREATE TABLE api_quotes (
        order_number INTEGER NOT NULL PRIMARY KEY,
        made INTEGER NOT NULL, begins INTEGER NOT NULL,
        basis TEXT NOT NULL,                         -- JSON: what they were calculated from
        found TEXT NOT NULL,                         -- JSON: names, what is proved, plan
        chosen TEXT NOT NULL, chosen_at INTEGER NOT NULL)""",
)


def upgrade() -> None:
    """The step, for alembic."""
    carry_out(STATEMENTS)
