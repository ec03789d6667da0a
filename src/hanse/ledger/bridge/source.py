"""The league's chain as attestors read it: the records of a stretch of blocks, deep enough that it will not turn."""

from __future__ import annotations

from dataclasses import dataclass

from eth_utils.address import is_address, to_checksum_address

from hanse.errors import ChainFault, InputError
from hanse.ledger.bridge import records
from hanse.ledger.bridge.records import Record
from hanse.ledger.bridge.statement import Retraction, Statement
from hanse.ledger.chain import Call, Chain, Log, Reverted
from hanse.ledger.contracts import Event, contract
from hanse.ledger.founding import NOBODY, PARTS
from hanse.ledger.league import Addresses

LONGEST = 50_000
"""Most blocks of one statement."""

READ = 2_000
"""So many blocks are asked for at once."""


@dataclass(frozen=True)
class Source:
    """A league on a chain. chain_id: of that chain; addresses: of its contracts."""

    chain: Chain
    chain_id: int
    addresses: Addresses

    @classmethod
    def of(cls, chain: Chain, league: str) -> Source:
        """The league whose address book is at `league`. Raises InputError for no address, ChainFault without one."""
        if not is_address(league):
            raise InputError("a league's address is 0x and 40 hexadecimal digits", where=league[:80])
        book, at = contract("League"), to_checksum_address(league)
        try:
            parts = [str(book.decode(part, chain.call(Call(at, at, book.encode(part))))) for part in PARTS]
        except (Reverted, ChainFault) as fault:
            raise ChainFault(
                f"there is no league at this address ({fault.message})",
                where=at,
                hint="is it the right chain, and the address of the League contract?",
            ) from None
        return cls(chain, chain.chain_id(), Addresses(at, *parts))

    def records(self, first: int, last: int) -> tuple[Record, ...]:
        """All events of the league's contracts in blocks first..last, in the order of the chain. Raises ChainFault if
        the chain turns meanwhile, or has not so many blocks."""
        before = self.block_hash(last)
        found: list[Record] = []
        for start in range(first, last + 1, READ):
            found += map(Record.of, self.logs(start, min(start + READ - 1, last)))
        if self.block_hash(last) != before:
            raise ChainFault("the chain turned while it was read", where=f"block {last}", hint="run again")
        return tuple(found)

    def logs(self, first: int, last: int) -> tuple[Log, ...]:
        """The same as the chain has them, asked for in one question."""
        at = tuple(one for one in self.addresses.by_contract().values() if one != NOBODY)
        return self.chain.logs(at, first, last)

    def block_hash(self, number: int) -> bytes:
        """Raises ChainFault if the chain has no such block."""
        head = self.chain.block(number)
        if head is None:
            raise ChainFault(f"the league's chain has no block {number}", where=f"chain {self.chain_id}")
        return bytes.fromhex(head.hash.removeprefix("0x"))

    def statement(self, number: int, revision: int, previous: bytes, first: int, depth: int) -> Statement | None:
        """What is true of the blocks from `first` on, so far as `depth` blocks lie above them; None if there is nothing
        new. Every attestor with a node of the same chain at the same height says the same, and one a block behind
        says what is true of fewer."""
        if depth < 0:
            raise InputError(f"{depth} blocks are no depth", where="--depth", hint="give 0 or more")
        last = min(self.chain.height() - depth, first + LONGEST - 1)
        if last < first:
            return None
        found = self.records(first, last)
        if not found:
            return None
        # Up to the last record and no further: who looks a little later still says the same.
        last = found[-1].height
        return Statement(number, revision, previous, first, last, self.block_hash(last), records.root(found))

    def agrees(self, said: Statement) -> bool:
        """Whether a statement is true of this chain now: the block, and every record."""
        try:
            if self.block_hash(said.last) != said.block_hash:
                return False
        except ChainFault:
            if self.chain.height() < said.last:  # it is shorter now: its other blocks have turned
                return False
            raise
        found = self.records(said.first, said.last)
        return bool(found) and records.root(found) == said.root

    def retraction(self, said: Statement, revision: int) -> Retraction:
        """What an attestor says of a statement that is not true any more. Raises InputError if it still is."""
        if self.agrees(said):
            raise InputError(
                f"statement {said.number} is true", where=f"blocks {said.first} to {said.last}", hint="let it stand"
            )
        last = min(said.last, self.chain.height())
        return Retraction(said.number, revision, self.block_hash(last))

    def event(self, record: Record) -> Event | None:
        """What a record says, None for an event of none of the league's contracts."""
        return self.told(record.log())

    def told(self, log: Log) -> Event | None:
        """The same of an event as the chain has it."""
        name = next((name for name, at in self.addresses.by_contract().items() if at == log.address), None)
        return None if name is None else contract(name).event(log)
