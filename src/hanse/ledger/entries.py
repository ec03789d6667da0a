"""What the outbox remembers: requests, entries, and where they and the chain begin to disagree."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count as naturals
from itertools import islice
from typing import TYPE_CHECKING, Any

from hanse.errors import InputError
from hanse.ledger.chain import Call, Chain
from hanse.ledger.database import Database
from hanse.ledger.signing import unsigned_fields
from hanse.model.canonical import canonical, digest

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

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

    def as_call(self) -> Call:
        """The message it would send."""
        return Call(self.sender.address, self.to, self.data, self.value)

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
    failed: bool,
    reason: str,
) -> Entry:
    return Entry(
        sequence, key, content, sender, nonce, name, raw, gas, int(cost), after, block, used, bool(failed), reason
    )


def free_nonces(database: Database, sender: str, used: int | None, count: int = 1) -> list[int]:
    """What the next transactions of a sender are numbered. used: how many of its transactions the chain has, None if it
    could not be asked. A number that is missing between others comes first: as long as nobody has it, none of those
    after it can be mined. It is missing if it was somebody else's, with the same key, and the chain dropped that."""
    query = "SELECT nonce FROM outbox WHERE sender = ? AND NOT displaced AND nonce >= ? ORDER BY nonce"
    if used is None:
        last = database.row("SELECT max(nonce) FROM outbox WHERE sender = ? AND NOT displaced", (sender,))[0]
        first = 0 if last is None else int(last) + 1
        return list(range(first, first + count))
    held = {int(row[0]) for row in database.rows(query, (sender, used))}
    return list(islice((nonce for nonce in naturals(used) if nonce not in held), count))


@dataclass(frozen=True, slots=True)
class Signed:
    """A transaction that is to be stored; its values as in the entry that is made of it."""

    key: str
    content: str
    sender: str
    nonce: int
    hash: str
    raw: bytes = field(repr=False)
    gas_limit: int
    cost: int


def insert(database: Database, signed: Sequence[Signed]) -> list[Entry]:
    """Stores signed transactions in their order, inside a transaction of the database; returns their entries."""
    newest = int(database.row("SELECT coalesce(max(sequence), 0) FROM outbox")[0])
    first = first_pending(database)
    after = newest if first is None else first - 1
    for one in signed:
        database.write(
            "INSERT INTO outbox (key, content, sender, nonce, hash, raw, gas_limit, cost, after)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (one.key, one.content, one.sender, one.nonce, one.hash, one.raw, one.gas_limit, str(one.cost), after),
        )
    return entries(database, "WHERE sequence > ? ORDER BY sequence", (newest,))


def first_pending(database: Database) -> int | None:
    """The sequence of the oldest entry that is in no block and may yet be."""
    first = database.row("SELECT min(sequence) FROM outbox WHERE block IS NULL AND NOT displaced")[0]
    return None if first is None else int(first)


def newest_of(database: Database, keys: Sequence[str]) -> dict[str, Entry]:
    """The latest entry of each of these keys, some hundred at most, that has one."""
    marks = ", ".join("?" * len(keys))
    return {one.key: one for one in entries(database, f"WHERE key IN ({marks}) ORDER BY sequence", tuple(keys))}


def content_of(chain_id: int, sender: str, to: str | None, value: int, data: bytes) -> str:
    """Digest of what a key stands for. Gas and fees are not part of it: they vary from day to day."""
    return digest(canonical([chain_id, sender.lower(), (to or "").lower(), str(value), data.hex()]))


def first_lost_block(database: Database, chain: Chain) -> int | None:
    """The first block of which an entry remembers another hash than the chain has; None if they agree.

    Blocks name their predecessors, so if one agrees all before do: the newest is asked first, the rest by halving.
    """

    def agrees(number: int, expected: str) -> bool:
        head = chain.block(number)
        if head is None:  # of somebody else's chain it is a node that lags behind: nothing is known against it
            return not chain.forgets
        return head.hash == expected

    newest = database.row("SELECT block, block_hash FROM outbox WHERE block IS NOT NULL ORDER BY block DESC LIMIT 1")
    if newest is None or agrees(*newest):
        return None
    known = database.rows("SELECT DISTINCT block, block_hash FROM outbox WHERE block IS NOT NULL ORDER BY block")
    return int(known[bisect_left(known, True, key=lambda row: not agrees(*row))][0])
