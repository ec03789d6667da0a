"""Sealed files: keys of readers, grants, who has asked (`app/api/vault.py`); published passports."""

from __future__ import annotations

from hanse.ledger.migrations import carry_out

revision = "0006"
down_revision = "0005"

STATEMENTS = (
    """CREATE TABLE api_reading_keys (
        account TEXT PRIMARY KEY, public TEXT NOT NULL, number INTEGER NOT NULL, signature TEXT NOT NULL)""",
    """CREATE TABLE api_sealed (
        content TEXT PRIMARY KEY, owner TEXT NOT NULL, design TEXT NOT NULL, moment INTEGER NOT NULL)""",
    """CREATE TABLE api_grants (
        content TEXT NOT NULL, reader TEXT NOT NULL, wrapped TEXT NOT NULL, moment INTEGER NOT NULL,
        withdrawn INTEGER,                           -- null: it may still fetch it
        PRIMARY KEY (content, reader))""",
    """CREATE TABLE api_reads (
        content TEXT NOT NULL, number INTEGER NOT NULL, reader TEXT NOT NULL, what TEXT NOT NULL,
        moment INTEGER NOT NULL, PRIMARY KEY (content, number))""",
    """CREATE TABLE api_passports (
        content TEXT PRIMARY KEY, order_number INTEGER NOT NULL, issuer TEXT NOT NULL, moment INTEGER NOT NULL)""",
)


def upgrade() -> None:
    """The step, for alembic."""
    carry_out(STATEMENTS)
