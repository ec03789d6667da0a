"""The other chain on which this league is shown, as the service sees it: what counts there, whether our chain bears it
out, proofs to take away, and proofs that somebody brings. It has no key there and sends nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Literal

from hanse.app import bridging
from hanse.app.bridge_papers import Proof
from hanse.errors import EnvironmentFault, HanseError, InputError
from hanse.ledger.bridge import records
from hanse.ledger.bridge.beacon import Beacon, Posted
from hanse.ledger.bridge.source import Source
from hanse.ledger.bridge.statement import signer
from hanse.ledger.contracts import Event
from hanse.ledger.impatient import ImpatientChain
from hanse.ledger.tables import Place

if TYPE_CHECKING:
    from hanse.app.api.service import Service

KEPT_SECONDS = 5.0
"""So long the list of statements is believed."""

Step = Literal["path", "signed", "there", "here"]
"""What is looked at in a proof: its path to the root that was signed; who signed; the contract on the other chain; the
record on ours."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A step of a verification. holds: None if it could not be asked now, which `said` tells."""

    step: Step
    holds: bool | None
    said: str


@dataclass(frozen=True, slots=True)
class Compared:
    """A statement beside what our chain says of its blocks. count: events; here: root and hash of the last block, empty
    if our chain has no such block."""

    posted: Posted
    count: int
    root: str
    block_hash: str

    @property
    def agrees(self) -> bool:
        said = self.posted.statement
        return (self.root, self.block_hash) == (said.root.hex(), said.block_hash.hex())


class Bridge:
    """What a service asks of the beacon that its settings name."""

    def __init__(self, service: Service) -> None:
        assert service.settings.other is not None
        self._service, self._lock = service, Lock()
        self._chain = ImpatientChain(service.settings.other, local=False)
        self._found: Beacon | None = None
        self._posted: tuple[float, dict[int, Posted]] = (-KEPT_SECONDS, {})

    @property
    def source(self) -> Source:
        """Our league on our chain."""
        return Source(self._service.quick(), self._service.ledger.chain_id, self._service.league.addresses)

    @property
    def beacon(self) -> Beacon:
        """The contract there. Raises ChainFault if it is silent, EnvironmentFault if it is another league's."""
        if self._found is None:
            address = self._service.settings.beacon
            assert address is not None
            found = Beacon(self._chain, address)
            here = (self._service.ledger.chain_id, self._service.league.addresses.league)
            if (found.scope.source, found.scope.league) != here:
                raise EnvironmentFault(
                    "the beacon that this service was started with is another league's", where=address,
                    hint="hanse serve --other URL --beacon 0x…",
                )  # fmt: skip
            self._found = found
        return self._found

    def posted(self) -> dict[int, Posted]:
        """The statements that count, by number; as of some seconds ago."""
        with self._lock:
            now = self._service.clock.elapsed()
            if now - self._posted[0] >= KEPT_SECONDS:
                self._posted = now, self.beacon.posted()
            return self._posted[1]

    def signed_by(self, posted: Posted) -> list[str]:
        """The attestors of now that signed a statement."""
        told = (signer(posted.statement, self.beacon.scope, one) for one in posted.signatures)
        return sorted({one for one in told if one and self.beacon.is_attestor(one)})

    def compared(self, number: int) -> Compared | None:
        """A statement, computed again from our chain's blocks; None if there is no such statement."""
        posted = self.posted().get(number)
        if posted is None:
            return None
        said, source = posted.statement, self.source
        if source.chain.height() < said.last:
            return Compared(posted, 0, "", "")
        found = source.records(said.first, said.last)
        root = records.root(found).hex() if found else ""
        return Compared(posted, len(found), root, source.block_hash(said.last).hex())

    def proof(self, place: Place, what: str) -> Proof:
        """Of the event at that place of our chain. Raises InputError if no statement has it yet."""
        return bridging.prove(
            self.source, self.beacon, bridging.same_record(place.block, place.index), what, place.block
        )

    def last_of(self, transaction: str) -> Place:
        """Where the last event of the league's contracts stands that a transaction made. Raises InputError."""
        receipt = self._service.quick().receipt(transaction)
        ours = set(self.source.addresses.by_contract().values())
        logs = [] if receipt is None else [log for log in receipt.logs if log.address in ours]
        if not logs:
            raise InputError("the league's contracts told nothing in such a transaction", where=transaction)
        return Place(logs[-1].block, logs[-1].index, transaction)

    def looked(self, proof: Proof) -> Iterator[Looked]:
        """A proof, step by step; what one step finds does not hide the others."""
        yield self._tried("path", lambda: self._path(proof))
        yield self._tried("signed", lambda: self._signed(proof))
        yield self._tried("there", lambda: self._there(proof))
        yield self._tried("here", lambda: self._here(proof))

    def event(self, proof: Proof) -> Event | None:
        """What the record says, by the contract of ours that told it; None if none did."""
        return self.source.event(proof.record)

    def _tried(self, step: Step, look: Callable[[], tuple[bool, str]]) -> Looked:
        try:
            holds, said = look()
        except HanseError as fault:
            return Looked(step, None, fault.message)
        return Looked(step, holds, said)

    def _path(self, proof: Proof) -> tuple[bool, str]:
        said, record = proof.statement, proof.record
        inside = said.first <= record.height <= said.last
        return inside and records.holds(record, proof.position, proof.siblings, said.root), f"0x{said.root.hex()}"

    def _signed(self, proof: Proof) -> tuple[bool, str]:
        beacon = self.beacon
        if proof.scope != beacon.scope:
            return False, f"{proof.scope.beacon}, {proof.scope.target}"
        by, needed = self.signed_by(Posted(proof.statement, proof.signatures)), beacon.threshold()
        return len(by) >= needed, f"{len(by)}/{needed}: {', '.join(by)}"

    def _there(self, proof: Proof) -> tuple[bool, str]:
        beacon = self.beacon
        found = proof.scope == beacon.scope and beacon.has(proof.statement)
        holds = found and beacon.holds(proof.statement.number, proof.record, proof.position, proof.siblings)
        return holds, f"{beacon.address}, {beacon.scope.target}"

    def _here(self, proof: Proof) -> tuple[bool, str]:
        at = proof.record.height
        if at > self.source.chain.height():
            return False, str(at)
        return any(records.Record.of(log) == proof.record for log in self.source.logs(at, at)), str(at)
