"""A chain in memory that mines at once and can forget: the port's adapter for tests of the outbox alone."""

# ruff: noqa: ARG002 - a chain in memory needs not all that the port offers

from __future__ import annotations

from collections.abc import Sequence

import rlp  # type: ignore[import-untyped]
from eth_account import Account
from eth_hash.auto import keccak

from hanse.errors import ChainFault
from hanse.ledger.chain import Call, Head, Log, NonceUsed, Receipt, Reverted, Unreachable

REFUSED = b"refuse me"
"""Data that this chain's only contract refuses."""


class MemoryChain:
    """Every sent transaction whose nonce is next gets a block of its own; later nonces wait in a pool."""

    def __init__(self) -> None:
        self.blocks: list[tuple[str, str, int, bytes]] = []  # hash, sender, nonce, data
        self.pool: dict[tuple[str, int], tuple[str, bytes]] = {}
        self.fork = 0
        self.fail_next = False
        """The next transaction is lost on the way and the connection with it."""
        self.seen: dict[bytes, tuple[str, int, bytes]] = {}

    def forget(self, blocks: int) -> None:
        """Loses its newest blocks and all that waits; what is mined from now on has other hashes."""
        self.blocks = self.blocks[: max(0, len(self.blocks) - blocks)]
        self.pool.clear()
        self.fork += 1

    def chain_id(self) -> int:
        return 7

    def height(self) -> int:
        return len(self.blocks)

    def block(self, number: int) -> Head | None:
        if number > len(self.blocks):
            return None
        trail = repr(self._forks[:number]) + repr([block[0] for block in self.blocks[:number]])
        return Head(number, "0x" + keccak(trail.encode()).hex(), 0, 0)

    forgets = True

    def client(self) -> str:
        return "memory"

    def finalized(self) -> int | None:
        return None

    def nonce(self, address: str, block: int | None = None) -> int:
        return sum(sender == address for _, sender, _, _ in self.blocks[:block])

    def transactions(self, number: int) -> tuple[tuple[str, str, int], ...]:
        return tuple((name, sender, nonce) for name, sender, nonce, _ in self.blocks[number - 1 : number])

    def nonces(self, addresses: Sequence[str]) -> list[int]:
        return [self.nonce(address) for address in addresses]

    def balance(self, address: str) -> int:
        return 0

    def code(self, address: str) -> bytes:
        return b""

    def base_fee(self) -> int | None:
        return 0

    def tip(self) -> int:
        return 0

    def estimate(self, call: Call) -> int:
        if call.data == REFUSED:
            raise Reverted("the contract refused: it was asked to", b"")
        return 60_000

    def estimates(self, calls: Sequence[Call]) -> list[int | ChainFault]:
        found: list[int | ChainFault] = []
        for call in calls:
            try:
                found.append(self.estimate(call))
            except Reverted as refusal:
                found.append(refusal)
        return found

    def call(self, call: Call, block: int | None = None) -> bytes:
        self.estimate(call)
        return b""

    def send_raw(self, raw: bytes) -> None:
        if self.fail_next:
            self.fail_next = False
            raise Unreachable("the connection broke")
        if raw not in self.seen:
            sender = Account.recover_transaction(raw)
            fields = rlp.decode(raw[1:])
            self.seen[raw] = (sender, int.from_bytes(fields[1]), bytes(fields[7]))
        sender, nonce, data = self.seen[raw]
        if nonce < self.nonce(sender):
            raise NonceUsed("nonce too low")
        self.pool[sender, nonce] = ("0x" + keccak(raw).hex(), data)
        while (sender, self.nonce(sender)) in self.pool:
            nonce = self.nonce(sender)
            name, data = self.pool.pop((sender, nonce))
            self.blocks.append((name, sender, nonce, data))
            self._forks = [*self._forks[: len(self.blocks) - 1], self.fork]

    def send_all(self, raw: Sequence[bytes]) -> list[ChainFault | None]:
        return [self._refusal(one) for one in raw]

    def _refusal(self, raw: bytes) -> ChainFault | None:
        try:
            self.send_raw(raw)
        except Unreachable:
            raise
        except ChainFault as fault:
            return fault
        return None

    _forks: list[int] = []  # noqa: RUF012 - replaced, never changed

    def receipt(self, transaction: str) -> Receipt | None:
        for number, (name, _, _, data) in enumerate(self.blocks, 1):
            if name == transaction:
                head = self.block(number)
                if head is None:
                    raise ChainFault("no such block")
                return Receipt(name, number, head.hash, data != REFUSED, 21_000, None, ())
        return None

    def receipts(self, transactions: Sequence[str]) -> list[Receipt | None]:
        return [self.receipt(one) for one in transactions]

    def logs(self, addresses: tuple[str, ...], first: int, last: int) -> tuple[Log, ...]:
        return ()

    def logs_of(self, addresses: tuple[str, ...], block_hash: str) -> tuple[Log, ...]:
        return ()

    def close(self) -> None:
        pass
