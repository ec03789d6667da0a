"""Events of a league as rows of a Merkle tree: the twin of `Beacon.holds`.

A row is what the event is and where it stands, in the form of Solidity's `abi.encode`: block, place in it, contract,
topics, data. The rows of a stretch of blocks stand in the order of the chain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eth_abi.abi import encode

from hanse.ledger.chain import Log
from hanse.model import merkle

_FORM = "(uint64,uint64,address,bytes32[],bytes)"

DEEPEST = 32
"""Most siblings of a path."""


@dataclass(frozen=True, slots=True)
class Record:
    """An event of one of the league's contracts. height: block it is in; index: its place among the block's events."""

    height: int
    index: int
    emitter: str
    topics: tuple[bytes, ...]
    data: bytes

    @classmethod
    def of(cls, log: Log) -> Record:
        return cls(log.block, log.index, log.address, log.topics, log.data)

    @property
    def words(self) -> tuple[int, int, str, tuple[bytes, ...], bytes]:
        """The contract's struct."""
        return (self.height, self.index, self.emitter, self.topics, self.data)

    @property
    def row(self) -> bytes:
        """What its leaf is the hash of."""
        return bytes(encode([_FORM], [self.words]))

    def log(self) -> Log:
        """The event again, of no known transaction."""
        return Log(self.emitter, self.topics, self.data, self.height, self.index, "")


def root(records: Sequence[Record]) -> bytes:
    """Of the tree over the records, at least one, in their order."""
    return merkle.root([one.row for one in records])


def path(records: Sequence[Record], position: int) -> tuple[bytes, ...]:
    """Siblings of a record, from its leaf to the root. Raises IndexError for a position where there is none."""
    return tuple(sibling for _, sibling in merkle.prove([one.row for one in records], position))


def holds(record: Record, position: int, siblings: Sequence[bytes], expected: bytes) -> bool:
    """Whether the record stands at this position under the root."""
    if position < 0 or len(siblings) > DEEPEST or position >> len(siblings):
        return False
    steps = tuple(((position >> level) % 2 == 1, sibling) for level, sibling in enumerate(siblings))
    return merkle.verify(record.row, steps, expected)
