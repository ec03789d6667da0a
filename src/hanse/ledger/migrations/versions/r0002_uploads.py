"""Who sent which content: drawings, and words (see `app/api/uploads.py`)."""

from __future__ import annotations

from hanse.ledger.migrations import carry_out

revision = "0002"
down_revision = "0001"

STATEMENTS = (
    """CREATE TABLE api_uploads (
        account TEXT NOT NULL, content TEXT NOT NULL,
        file TEXT NOT NULL,                          -- empty: words
        bytes INTEGER NOT NULL, moment INTEGER NOT NULL,
        PRIMARY KEY (account, content))""",
)


def upgrade() -> None:
    """The step, for alembic."""
    carry_out(STATEMENTS)
