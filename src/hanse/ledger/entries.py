"""What the outbox remembers: requests, entries, and where they and the chain begin to disagree."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hanse.errors import InputError
from hanse.ledger.chain import Call, Chain
from hanse.ledger.database import Database
from hanse.ledger.signing import unsigned_fields
from hanse.model.canonical import canonical, digest

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

SCHEMA = (
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
        failed INTEGER NOT NULL DEFAULT 0,
        displaced INTEGER NOT NULL DEFAULT 0,        -- another transaction has its nonce
        reason TEXT NOT NULL DEFAULT '',
        UNIQUE (sender, nonce, hash))""",
    "CREATE UNIQUE INDEX IF NOT EXISTS outbox_key ON outbox (key) WHERE NOT failed",
    "CREATE UNIQUE INDEX IF NOT EXISTS outbox_nonce ON outbox (sender, nonce) WHERE NOT displaced",
    "CREATE INDEX IF NOT EXISTS outbox_pending ON outbox (sequence) WHERE block IS NULL AND NOT displaced",
    "CREATE INDEX IF NOT EXISTS outbox_block ON outbox (block)",
)

_COLUMNS = "sequence, key, content, sender, nonce, hash, raw, gas_limit, cost, after, block, gas_used, failed, reason"


@dataclass(frozen=True, slots=True)
class Request:
    """An intention: what `sender` wants the chain to do. to: None creates a contract. gas: None estimates it."""

    key: str
    sender: LocalAccount
    to: str | None
    data: bytes
    value: int = 0
    gas: int | None = None

    def __post_init__(self) -> None:
        if not self.key:
            raise InputError("a transaction needs a key that names its intention", where="outbox")

    def content(self, chain_id: int) -> str:
        """Digest of what the key stands for."""
        return content_of(chain_id, self.sender.address, self.to, self.value, self.data)


@dataclass(frozen=True, slots=True)
class Entry:
    """A signed transaction. cost: the most wei it can take. block, gas_used: None while it is in no block."""

    sequence: int
    key: str
    content: str
    sender: str
    nonce: int
    hash: str
    raw: bytes = field(repr=False)
    gas_limit: int
    cost: int
    after: int
    block: int | None
    gas_used: int | None
    failed: bool
    reason: str

    @property
    def pending(self) -> bool:
        """Whether a block may yet hold it. One that failed and was forgotten by the chain counts as decided."""
        return self.block is None and not self.failed

    def as_call(self) -> Call:
        """The message it carries, to hear a contract's reason again."""
        to, value, data = unsigned_fields(self.raw)
        return Call(self.sender, to, data, value)


def entries(database: Database, clause: str, values: tuple[Any, ...] = ()) -> list[Entry]:
    """Entries by an SQL clause (ours, never a user's text)."""
    rows = database.rows(f"SELECT {_COLUMNS} FROM outbox {clause}", values)
    return [_entry(*row) for row in rows]


def _entry(
    sequence: int,
    key: str,
    content: str,
    sender: str,
    nonce: int,
    name: str,
    raw: bytes,
    gas: int,
    cost: str,
    after: int,
    block: int | None,
    used: int | None,
    failed: int,
    reason: str,
) -> Entry:
    return Entry(
        sequence, key, content, sender, nonce, name, raw, gas, int(cost), after, block, used, bool(failed), reason
    )


def next_nonce(database: Database, sender: str, used: int) -> int:
    """What the next transaction of a sender is numbered. used: how many of its transactions the chain has."""
    last = database.row("SELECT max(nonce) FROM outbox WHERE sender = ? AND NOT displaced", (sender,))[0]
    return used if last is None else max(used, int(last) + 1)


def insert(
    database: Database, *, key: str, content: str, sender: str, nonce: int, name: str, raw: bytes, gas: int, cost: int
) -> int:
    """Stores a signed transaction, inside a transaction of the database; returns its sequence."""
    first = database.row("SELECT min(sequence) FROM outbox WHERE block IS NULL AND NOT displaced")[0]
    newest = database.row("SELECT coalesce(max(sequence), 0) FROM outbox")[0]
    after = newest if first is None else first - 1
    return database.write(
        "INSERT INTO outbox (key, content, sender, nonce, hash, raw, gas_limit, cost, after)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (key, content, sender, nonce, name, raw, gas, str(cost), after),
    )


def content_of(chain_id: int, sender: str, to: str | None, value: int, data: bytes) -> str:
    """Digest of what a key stands for. Gas and fees are not part of it: they vary from day to day."""
    return digest(canonical([chain_id, sender.lower(), (to or "").lower(), str(value), data.hex()]))


def first_lost_block(database: Database, chain: Chain) -> int | None:
    """The first block of which an entry remembers another hash than the chain has; None if they agree.

    Blocks name their predecessors, so if one agrees all before do: the newest is asked first, the rest by halving.
    """

    def agrees(number: int, expected: str) -> bool:
        head = chain.block(number)
        return head is not None and head.hash == expected

    newest = database.row("SELECT block, block_hash FROM outbox WHERE block IS NOT NULL ORDER BY block DESC LIMIT 1")
    if newest is None or agrees(*newest):
        return None
    known = database.rows("SELECT DISTINCT block, block_hash FROM outbox WHERE block IS NOT NULL ORDER BY block")
    return int(known[bisect_left(known, True, key=lambda row: not agrees(*row))][0])
