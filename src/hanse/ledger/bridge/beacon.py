"""`Beacon`, the contract on another chain that believes what enough attestors sign of a league's chain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eth_utils.address import is_address, to_checksum_address

from hanse.errors import ChainFault, InputError
from hanse.ledger.bridge.records import Record
from hanse.ledger.bridge.statement import NOTHING, Retraction, Scope, Statement, digest, signer, signers
from hanse.ledger.chain import Call, Chain
from hanse.ledger.contracts import contract
from hanse.ledger.entries import Request
from hanse.ledger.signing import created_address

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hanse.ledger.outbox import Outbox

READ = 5_000
"""So many blocks are asked for at once."""


@dataclass(frozen=True, slots=True)
class Posted:
    """A statement that was believed once, with the signatures it was believed for."""

    statement: Statement
    signatures: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the next statement goes. first: block it begins with, None if it may choose."""

    number: int
    revision: int
    previous: bytes
    first: int | None


class Beacon:
    """The contract at `address` of `chain`. Raises InputError for no address, ChainFault if none is there."""

    def __init__(self, chain: Chain, address: str) -> None:
        if not is_address(address):
            raise InputError("a beacon's address is 0x and 40 hexadecimal digits", where=address[:80])
        self.chain, self.address = chain, to_checksum_address(address)
        if not chain.code(self.address):
            raise ChainFault("there is no contract at this address", where=self.address, hint="is it the right chain?")
        source, league = self._read("sourceChain"), self._read("league")
        self.scope = Scope(int(source), str(league), chain.chain_id(), self.address)

    # What is known.

    def place(self) -> Place:
        """Where the next statement goes."""
        head, revision = int(self._read("head")), int(self._read("revision"))
        if head == 0:
            return Place(1, revision, NOTHING, None)
        kept, _, last, _ = self._read("kept", head)
        return Place(head + 1, revision, bytes(kept), int(last) + 1)

    def threshold(self) -> int:
        """How many attestors must sign."""
        return int(self._read("threshold"))

    def is_attestor(self, account: str) -> bool:
        """Whether its signature counts."""
        return bool(self._read("isAttestor", account))

    def posted(self) -> dict[int, Posted]:
        """The statements that count now, by number, from the contract's own events."""
        code = contract("Beacon")
        found: dict[int, Posted] = {}
        height = self.chain.height()
        for start in range(0, height + 1, READ):
            for log in self.chain.logs((self.address,), start, min(start + READ - 1, height)):
                event = code.event(log)
                if event is None:
                    continue
                if event.name == "Posted":
                    statement = Statement(*event.values["statement"])
                    found[statement.number] = Posted(statement, tuple(event.values["signatures"]))
                elif event.name == "Retracted":
                    found = {number: one for number, one in found.items() if number < event.values["number"]}
        return found

    def has(self, said: Statement) -> bool:
        """Whether this statement counts, whoever brought it."""
        kept, _, _, _ = self._read("kept", said.number)
        return said.number <= int(self._read("head")) and bytes(kept) == digest(said, self.scope)

    def holds(self, number: int, record: Record, position: int, siblings: Sequence[bytes]) -> bool:
        """Whether the contract finds the record under the statement, which must count now."""
        return bool(self._read("holds", number, record.words, position, tuple(siblings)))

    def digest(self, said: Statement) -> bytes:
        """What the contract has attestors sign."""
        return bytes(self._read("digestOf", said.words))

    # What is done; each is sent under a key that names it, so that doing it again does nothing.

    def post(self, outbox: Outbox, sender: LocalAccount, said: Statement, signatures: Mapping[str, bytes]) -> str:
        """Brings a statement; returns the transaction's hash. Raises Reverted if it is not believed."""
        return self._send(outbox, sender, self._key("post", said), "post", said.words, tuple(signatures.values()))

    def retract(self, outbox: Outbox, sender: LocalAccount, said: Retraction, signatures: Mapping[str, bytes]) -> str:
        """Takes statements back; returns the transaction's hash."""
        words = (said.number, said.reason, tuple(signatures.values()))
        return self._send(outbox, sender, self._key("retract", said), "retract", *words)

    def expose(
        self, outbox: Outbox, sender: LocalAccount, one: tuple[Statement, bytes], other: tuple[Statement, bytes]
    ) -> str:
        """Has an attestor struck for two statements in one place; returns the transaction's hash."""
        key = f"{self._key('expose', one[0])}/{digest(other[0], self.scope).hex()}/{one[1].hex()}"
        return self._send(outbox, sender, key, "expose", one[0].words, one[1], other[0].words, other[1])

    def prove(
        self, outbox: Outbox, sender: LocalAccount, number: int, record: Record, place: int, siblings: Sequence[bytes]
    ) -> str:  # fmt: skip
        """Has the contract tell that it has seen the record; returns the transaction's hash."""
        key = f"beacon/{self.address}/prove/{number}/{int(self._read('revision'))}/{place}"
        return self._send(outbox, sender, key, "prove", number, record.words, place, tuple(siblings))

    def enough(self, said: Statement | Retraction, signatures: Sequence[bytes]) -> dict[str, bytes]:
        """The attestors that signed, as the contract takes them. Raises InputError if they are too few."""
        told = (signer(said, self.scope, one) for one in signatures)
        counted = signers(said, self.scope, signatures, [one for one in told if one and self.is_attestor(one)])
        if len(counted) < (needed := self.threshold()):
            raise InputError(
                f"{len(counted)} attestors have signed, {needed} must",
                where=f"statement {said.number}",
                hint="gather the others' signatures: hanse bridge attest",
            )
        return counted

    def _key(self, what: str, said: Statement | Retraction) -> str:
        return f"beacon/{self.address}/{what}/{digest(said, self.scope).hex()}"

    def _send(self, outbox: Outbox, sender: LocalAccount, key: str, function: str, *words: Any) -> str:
        # By its key, not by its bytes: the same statement comes again with one more signature.
        entry = outbox.entry(key)
        if entry is None or entry.failed:
            entry = outbox.submit(Request(key, sender, self.address, contract("Beacon").encode(function, *words)))
        outbox.wait(entry)
        return entry.hash

    def _read(self, function: str, *words: Any) -> Any:
        code = contract("Beacon")
        return code.decode(function, self.chain.call(Call(self.address, self.address, code.encode(function, *words))))


def found_beacon(
    outbox: Outbox, admin: LocalAccount, source: int, league: str, attestors: Sequence[str], threshold: int
) -> str:
    """Deploys a beacon for a league on the chain `source`; returns its address. Doing it again gives the same one.
    Raises InputError for no addresses, Reverted for a threshold that is not more than half of them."""
    for one in (league, *attestors):
        if not is_address(one):
            raise InputError("an address is 0x and 40 hexadecimal digits", where=one[:80])
    named = tuple(to_checksum_address(one) for one in attestors)
    at = to_checksum_address(league)
    data = contract("Beacon").creation(admin.address, source, at, named, threshold)
    entry = outbox.submit(Request(f"beacon/found/{source}/{at}", admin, None, data))
    outbox.wait(entry)
    return to_checksum_address(created_address(entry.sender, entry.nonce))
