"""The port to an EVM chain: the few questions Hanse asks of one, and the values it answers with.

Adapters: `rpc.RpcChain` (any JSON-RPC address), `embedded.EmbeddedChain` (a local chain that Hanse owns). All of them
raise `ChainFault`; the four subclasses below are the cases somebody upstream decides about. Addresses and hashes are
`0x…` strings, addresses with checksum; amounts of gas money are wei.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from hanse.errors import ChainFault

DEVELOPMENT = ("anvil", "hardhat", "ganache")
"""Programs whose chain is one node; how they begin to call themselves."""


class Unreachable(ChainFault):
    """Nobody answers, or not in time: whether the request had an effect is unknown."""


class Reverted(ChainFault):
    """A contract refused. data: what it gave as its reason, as ABI bytes (empty if it gave none)."""

    def __init__(self, message: str, data: bytes, *, where: str = "", hint: str = "") -> None:
        super().__init__(message, where=where, hint=hint)
        self.data = data


class NonceUsed(ChainFault):
    """The chain has, or takes, a transaction of this sender with this nonce already: perhaps this one, perhaps
    another."""


class Underpriced(ChainFault):
    """The chain asks for a higher fee than a transaction offers."""


@dataclass(frozen=True, slots=True)
class Call:
    """A message to a contract. to: None creates a contract. value: wei."""

    sender: str
    to: str | None
    data: bytes
    value: int = 0


@dataclass(frozen=True, slots=True)
class Head:
    """What is asked about a block. timestamp: seconds since 1970. base_fee: wei per gas, None before EIP-1559. parent:
    hash of the block before. difficulty, mix, extra: what tells how it was agreed on (see `finality.py`)."""

    number: int
    hash: str
    timestamp: int
    base_fee: int | None
    parent: str = ""
    difficulty: int = 0
    mix: str = ""
    extra: bytes = b""


@dataclass(frozen=True, slots=True)
class Log:
    """One event as the chain stores it. index: its place among all logs of the block; block_hash: empty where nobody
    asked a node."""

    address: str
    topics: tuple[bytes, ...]
    data: bytes
    block: int
    index: int
    transaction: str
    block_hash: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a transaction. ok: False if it reverted. contract: the address it created."""

    transaction: str
    block: int
    block_hash: str
    ok: bool
    gas: int
    contract: str | None
    logs: tuple[Log, ...]


class Chain(Protocol):
    """One EVM chain. `latest` is the newest block; nothing here looks at unmined transactions.

    forgets: whether it may have fewer blocks than before, for good: a chain of our own that begins again from an older
    state. Somebody else's chain with fewer blocks is a node that lags behind.
    """

    @property
    def forgets(self) -> bool: ...

    def client(self) -> str:
        """How the node's program calls itself, in lower case; empty if it does not say."""
        ...

    def finalized(self) -> int | None:
        """Number of the block that the chain itself calls final (the tag `finalized`), None if it knows no such."""
        ...

    def chain_id(self) -> int:
        """The number that signatures are bound to (EIP-155)."""
        ...

    def height(self) -> int:
        """Number of the latest block; the first is 0."""
        ...

    def block(self, number: int) -> Head | None:
        """The block of that number, None if the chain has none."""
        ...

    def nonce(self, address: str, block: int | None = None) -> int:
        """How many transactions of `address` are in blocks, now or after `block`; nodes forget old states."""
        ...

    def transactions(self, number: int) -> tuple[tuple[str, str, int], ...]:
        """Hash, sender and nonce of each transaction in a block; none if there is no such block."""
        ...

    def nonces(self, addresses: Sequence[str]) -> list[int]:
        """The same of many, in their order."""
        ...

    def balance(self, address: str) -> int:
        """Gas money in wei."""
        ...

    def code(self, address: str) -> bytes:
        """The program at `address`, empty if there is none."""
        ...

    def base_fee(self) -> int | None:
        """Wei per gas of the latest block, None on a chain without EIP-1559."""
        ...

    def tip(self) -> int:
        """Wei per gas the chain suggests on top of the base fee (or as the whole price, where there is none)."""
        ...

    def estimate(self, call: Call) -> int:
        """Gas that `call` would take now. Raises Reverted."""
        ...

    def estimates(self, calls: Sequence[Call]) -> list[int | ChainFault]:
        """The same of many, in their order, each as if it were the only one; a fault for each that is refused. Raises
        Unreachable."""
        ...

    def call(self, call: Call, block: int | None = None) -> bytes:
        """What `call` would answer now, or after `block`. Raises Reverted."""
        ...

    def send_raw(self, raw: bytes) -> None:
        """Hands over a signed transaction; one that is already waiting is no error. Raises NonceUsed."""
        ...

    def send_all(self, raw: Sequence[bytes]) -> list[ChainFault | None]:
        """Hands over many, in their order: for each None, or why it was refused. Raises Unreachable."""
        ...

    def receipt(self, transaction: str) -> Receipt | None:
        """What became of a transaction, None while it is in no block."""
        ...

    def receipts(self, transactions: Sequence[str]) -> list[Receipt | None]:
        """What became of many, in their order."""
        ...

    def logs(self, addresses: tuple[str, ...], first: int, last: int) -> tuple[Log, ...]:
        """All events of `addresses` in blocks first..last (both included), in chain order."""
        ...

    def logs_of(self, addresses: tuple[str, ...], block_hash: str) -> tuple[Log, ...]:
        """All events of `addresses` in the block of that hash, and of no other. Raises ChainFault if the node has it
        not."""
        ...

    def close(self) -> None:
        """Lets go of connections and processes."""
        ...
