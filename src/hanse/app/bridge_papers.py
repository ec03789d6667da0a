"""The files of the bridge: papers that attestors sign one after another, and proofs that anyone can carry away."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec

from hanse.errors import InputError
from hanse.instances import read_bytes, write_bytes
from hanse.ledger.bridge.records import DEEPEST, Record
from hanse.ledger.bridge.statement import Retraction, Said, Scope, Statement

PAPER, PROOF = "hanse-bridge-paper/1", "hanse-bridge-proof/1"
LARGEST = 1_000_000
"""Bytes of a file that is read."""

_Hash = Annotated[str, msgspec.Meta(pattern="^0x[0-9a-f]{64}$")]
_Bytes = Annotated[str, msgspec.Meta(pattern="^0x([0-9a-f]{2})*$")]
_Address = Annotated[str, msgspec.Meta(pattern="^0x[0-9a-fA-F]{40}$")]
_Signature = Annotated[str, msgspec.Meta(pattern="^0x[0-9a-f]{130}$")]
_Number = Annotated[int, msgspec.Meta(ge=0, le=(1 << 63) - 1)]
_Signatures = Annotated[tuple[_Signature, ...], msgspec.Meta(max_length=32)]


class _Scope(msgspec.Struct, forbid_unknown_fields=True):
    source: _Number
    league: _Address
    target: _Number
    beacon: _Address


class _Statement(msgspec.Struct, forbid_unknown_fields=True):
    number: _Number
    revision: _Number
    previous: _Hash
    first: _Number
    last: _Number
    block_hash: _Hash
    root: _Hash


class _Retraction(msgspec.Struct, forbid_unknown_fields=True):
    number: _Number
    revision: _Number
    reason: _Hash


class _Record(msgspec.Struct, forbid_unknown_fields=True):
    height: _Number
    index: _Number
    emitter: _Address
    topics: Annotated[tuple[_Hash, ...], msgspec.Meta(max_length=4)]
    data: _Bytes


class _Paper(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    format: str
    scope: _Scope
    signatures: _Signatures
    statement: _Statement | None = None
    retraction: _Retraction | None = None


class _Proof(msgspec.Struct, forbid_unknown_fields=True):
    format: str
    scope: _Scope
    statement: _Statement
    signatures: _Signatures
    record: _Record
    position: _Number
    siblings: Annotated[tuple[_Hash, ...], msgspec.Meta(max_length=DEEPEST)]


@dataclass(frozen=True, slots=True)
class Paper:
    """What attestors say, and who has signed it so far."""

    scope: Scope
    said: Said
    signatures: tuple[bytes, ...]

    def with_signature(self, signature: bytes) -> Paper:
        """The paper with one more signature; signing twice adds nothing."""
        known = self.signatures
        return self if signature in known else replace(self, signatures=(*known, signature))


@dataclass(frozen=True, slots=True)
class Proof:
    """A record, its path to the root of a statement, and the signatures under that."""

    scope: Scope
    statement: Statement
    signatures: tuple[bytes, ...]
    record: Record
    position: int
    siblings: tuple[bytes, ...]


def read_paper(path: Path) -> Paper:
    """Raises InputError for what is none."""
    wire = _decoded(read_bytes(path), str(path), _Paper, PAPER)
    if (wire.statement is None) == (wire.retraction is None):
        raise InputError("a paper says one thing, a statement or a retraction", where=str(path))
    said: Said
    if wire.statement is not None:
        said = _statement(wire.statement)
    else:
        assert wire.retraction is not None
        said = Retraction(wire.retraction.number, wire.retraction.revision, _raw(wire.retraction.reason))
    return Paper(_scope(wire.scope), said, tuple(map(_raw, wire.signatures)))


def write_paper(path: Path, paper: Paper) -> None:
    """In place of what was there, whole or not at all."""
    said, scope, signed = paper.said, _wire_scope(paper.scope), tuple(map(_hex, paper.signatures))
    if isinstance(said, Statement):
        wire = _Paper(PAPER, scope, signed, statement=_wire_statement(said))
    else:
        wire = _Paper(PAPER, scope, signed, retraction=_Retraction(said.number, said.revision, _hex(said.reason)))
    write_bytes(path, _encoded(wire))


def read_proof(path: Path) -> Proof:
    """Raises InputError for what is none; it is not verified."""
    return proof_of(read_bytes(path), str(path))


def proof_of(data: bytes, where: str) -> Proof:
    """The same from bytes. where: what to name in the error."""
    wire = _decoded(data, where, _Proof, PROOF)
    one = wire.record
    record = Record(one.height, one.index, one.emitter, tuple(map(_raw, one.topics)), _raw(one.data))
    signatures, siblings = tuple(map(_raw, wire.signatures)), tuple(map(_raw, wire.siblings))
    return Proof(_scope(wire.scope), _statement(wire.statement), signatures, record, wire.position, siblings)


def write_proof(path: Path, proof: Proof) -> None:
    """In place of what was there, whole or not at all."""
    write_bytes(path, proof_bytes(proof))


def proof_bytes(proof: Proof) -> bytes:
    """The proof as its file."""
    one = proof.record
    record = _Record(one.height, one.index, one.emitter, tuple(map(_hex, one.topics)), _hex(one.data))
    wire = _Proof(
        PROOF, _wire_scope(proof.scope), _wire_statement(proof.statement), tuple(map(_hex, proof.signatures)),
        record, proof.position, tuple(map(_hex, proof.siblings)),
    )  # fmt: skip
    return _encoded(wire)


_Wire = TypeVar("_Wire", _Paper, _Proof)


def _decoded(data: bytes, where: str, kind: type[_Wire], form: str) -> _Wire:
    if len(data) > LARGEST:
        raise InputError(f"a file of the bridge has at most {LARGEST:,} bytes", where=where)
    try:
        found = msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"this is no {form}: {error}", where=where, hint="is it the right file, and whole?") from None
    if found.format != form:
        raise InputError(f"its format is {found.format[:40]!r} and not {form}", where=where, hint="update Hanse")
    return found


def _encoded(wire: _Paper | _Proof) -> bytes:
    return msgspec.json.format(msgspec.json.encode(wire), indent=1) + b"\n"


def _scope(wire: _Scope) -> Scope:
    return Scope(wire.source, wire.league, wire.target, wire.beacon)


def _wire_scope(scope: Scope) -> _Scope:
    return _Scope(scope.source, scope.league, scope.target, scope.beacon)


def _statement(wire: _Statement) -> Statement:
    hashes = (_raw(wire.block_hash), _raw(wire.root))
    return Statement(wire.number, wire.revision, _raw(wire.previous), wire.first, wire.last, *hashes)


def _wire_statement(said: Statement) -> _Statement:
    hashes = (_hex(said.block_hash), _hex(said.root))
    return _Statement(said.number, said.revision, _hex(said.previous), said.first, said.last, *hashes)


def _raw(text: str) -> bytes:
    return bytes.fromhex(text[2:])


def _hex(value: bytes) -> str:
    return "0x" + value.hex()
