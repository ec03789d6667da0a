"""The port to an EVM chain: the few questions Hanse asks of one, and the values it answers with.

Adapters: `rpc.RpcChain` (any JSON-RPC address), `embedded.EmbeddedChain` (a local chain that Hanse owns). All of them
raise `ChainFault`; the three subclasses below are the cases somebody upstream decides about. Addresses and hashes are
`0x…` strings, addresses with checksum; amounts of gas money are wei.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from hanse.errors import ChainFault


class Unreachable(ChainFault):
    """Nobody answers, or not in time: whether the request had an effect is unknown."""


class Reverted(ChainFault):
    """A contract refused. data: what it gave as its reason, as ABI bytes (empty if it gave none)."""

    def __init__(self, message: str, data: bytes, *, where: str = "", hint: str = "") -> None:
        super().__init__(message, where=where, hint=hint)
        self.data = data


class NonceUsed(ChainFault):
    """The chain already has a transaction of this sender with this nonce: perhaps this one, perhaps another."""


@dataclass(frozen=True, slots=True)
class Call:
    """A message to a contract. to: None creates a contract. value: wei."""

    sender: str
    to: str | None
    data: bytes
    value: int = 0


@dataclass(frozen=True, slots=True)
class Head:
    """What is asked about a block. timestamp: seconds since 1970. base_fee: wei per gas, None before EIP-1559."""

    number: int
    hash: str
    timestamp: int
    base_fee: int | None


@dataclass(frozen=True, slots=True)
class Log:
    """One event as the chain stores it. index: its place among all logs of the block."""

    address: str
    topics: tuple[bytes, ...]
    data: bytes
    block: int
    index: int
    transaction: str


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
    """One EVM chain. `latest` is the newest block; nothing here looks at unmined transactions."""

    def chain_id(self) -> int:
        """The number that signatures are bound to (EIP-155)."""
        ...

    def height(self) -> int:
        """Number of the latest block; the first is 0."""
        ...

    def block(self, number: int) -> Head | None:
        """The block of that number, None if the chain has none."""
        ...

    def nonce(self, address: str) -> int:
        """How many transactions of `address` are in blocks."""
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

    def call(self, call: Call, block: int | None = None) -> bytes:
        """What `call` would answer now, or after `block`. Raises Reverted."""
        ...

    def send_raw(self, raw: bytes) -> None:
        """Hands over a signed transaction; one that is already waiting is no error. Raises NonceUsed."""
        ...

    def receipt(self, transaction: str) -> Receipt | None:
        """What became of a transaction, None while it is in no block."""
        ...

    def logs(self, addresses: tuple[str, ...], first: int, last: int) -> tuple[Log, ...]:
        """All events of `addresses` in blocks first..last (both included), in chain order."""
        ...

    def close(self) -> None:
        """Lets go of connections and processes."""
        ...
