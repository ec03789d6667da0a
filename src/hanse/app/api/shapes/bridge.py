"""The other chain: statements of attestors that count there, proofs to take away, and proofs that are brought
(docs/bridge.md)."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from hanse.app.api.shapes.base import ADDRESS, Address, Document, Hash, Shape


class StatementNow(Shape):
    """What attestors said of a stretch of the league's blocks, and the other chain believes. root: over all events of
    the stretch; signed_by: attestors of now."""

    number: int = Field(examples=[1])
    revision: int = Field(examples=[0])
    first: int = Field(examples=[0])
    last: int = Field(examples=[120])
    block_hash: Hash
    root: Hash
    signed_by: list[Address] = Field(examples=[[ADDRESS]])


class BridgeNow(Shape):
    """here: the league and its chain; there: the contract that believes, and its chain; threshold: attestors that must
    sign; height: the newest block here; statements: that count, the newest first."""

    chain_id: int = Field(examples=[4219])
    league: Address
    other_chain_id: int = Field(examples=[4220])
    beacon: Address
    threshold: int = Field(examples=[2])
    height: int = Field(examples=[130])
    statements: list[StatementNow]


class StatementChecked(Shape):
    """A statement computed again from the league's own chain. count: events in the stretch; root, block_hash: as they
    are here, empty if there is no such block."""

    statement: StatementNow
    count: int = Field(examples=[210])
    root: str = Field(examples=["0x" + "5e" * 32])
    block_hash: str = Field(examples=["0x" + "5e" * 32])
    agrees: bool


class VerifyProof(Shape):
    """proof: a file `hanse-bridge-proof/1`, as it is."""

    proof: Document = Field(examples=[{"format": "hanse-bridge-proof/1"}])


class ProofStep(Shape):
    """path: it leads to the root that was signed; signed: by enough attestors of now; there: the contract on the other
    chain finds it, now; here: the league's chain has exactly this record. holds: null if it could not be asked."""

    step: Literal["path", "signed", "there", "here"]
    holds: bool | None
    said: str = Field(examples=["2/2"])


class ProofChecked(Shape):
    """holds: whether every step does. contract, event, values: what the record says; empty if no contract of the league
    told it."""

    holds: bool
    steps: list[ProofStep]
    contract: str = Field(examples=["Blocks"])
    event: str = Field(examples=["Appended"])
    values: dict[str, Any] = Field(examples=[{"number": 1}])
    block: int = Field(examples=[17])
