"""The tables as they were before there were migrations. Statements change nothing where they are there already, so that
older databases are taken over by them. The read models are no part of it: the index makes them (see `index.py`)."""

from __future__ import annotations

from hanse.ledger.migrations import carry_out

revision = "0001"
down_revision = None

STATEMENTS = (
    "CREATE TABLE IF NOT EXISTS identity (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    """CREATE TABLE IF NOT EXISTS outbox (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,  -- the order of signing, over all senders
        key TEXT NOT NULL,
        content TEXT NOT NULL,                       -- digest of what the key stands for
        sender TEXT NOT NULL,
        nonce INTEGER NOT NULL,
        hash TEXT NOT NULL UNIQUE,
        raw BLOB NOT NULL,
        gas_limit INTEGER NOT NULL,
        cost TEXT NOT NULL,                          -- most wei it can take; text, because wei outgrow 64 bits
        after INTEGER NOT NULL,                      -- all up to this one were in blocks when it was signed
        block INTEGER,                               -- NULL: in no block
        block_hash TEXT,
        gas_used INTEGER,
        failed BOOLEAN NOT NULL DEFAULT FALSE,
        displaced BOOLEAN NOT NULL DEFAULT FALSE,    -- another transaction has its nonce
        reason TEXT NOT NULL DEFAULT '',
        UNIQUE (sender, nonce, hash))""",
    "CREATE UNIQUE INDEX IF NOT EXISTS outbox_key ON outbox (key) WHERE NOT failed",
    "CREATE UNIQUE INDEX IF NOT EXISTS outbox_nonce ON outbox (sender, nonce) WHERE NOT displaced",
    "CREATE INDEX IF NOT EXISTS outbox_pending ON outbox (sequence) WHERE block IS NULL AND NOT displaced",
    "CREATE INDEX IF NOT EXISTS outbox_block ON outbox (block)",
    """CREATE TABLE IF NOT EXISTS api_accounts (
        address TEXT PRIMARY KEY, name TEXT COLLATE NOCASE NOT NULL UNIQUE,
        keyfile TEXT, recovery TEXT,                 -- NULL: a wallet
        created INTEGER NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS api_invitations (
        hash TEXT PRIMARY KEY, offices TEXT NOT NULL, note TEXT NOT NULL, inviter TEXT NOT NULL,
        expires INTEGER NOT NULL, taken TEXT)""",
    "CREATE TABLE IF NOT EXISTS api_sessions (hash TEXT PRIMARY KEY, address TEXT NOT NULL, expires INTEGER NOT NULL)",
    """CREATE TABLE IF NOT EXISTS api_signatures (
        agreement INTEGER NOT NULL, digest TEXT NOT NULL, party TEXT NOT NULL, signature BLOB NOT NULL,
        PRIMARY KEY (agreement, digest, party))""",
    """CREATE TABLE IF NOT EXISTS api_actions (
        id TEXT PRIMARY KEY, caller TEXT NOT NULL, content TEXT NOT NULL, what TEXT NOT NULL, created INTEGER NOT NULL,
        drafts TEXT NOT NULL, signed BOOLEAN NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS api_actions_caller ON api_actions (caller, created)",
)

ALIKE = "CREATE COLLATION nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = FALSE)"
"""Names that differ in capitals only are one. SQLite knows this collation by itself, for the letters of ASCII."""


def upgrade() -> None:
    """The step, for alembic."""
    from alembic import op

    if op.get_bind().dialect.name == "postgresql":
        op.get_bind().exec_driver_sql(ALIKE)
    carry_out(STATEMENTS)
