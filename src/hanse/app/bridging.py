"""The bridge: attestors state what a league recorded, a relayer brings it to another chain, anyone proves it there."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hanse.app.bridge_papers import Paper, Proof
from hanse.errors import EnvironmentFault, EvidenceError, InputError
from hanse.ledger.bridge import records
from hanse.ledger.bridge.beacon import Beacon
from hanse.ledger.bridge.source import Source
from hanse.ledger.bridge.statement import Retraction, Said, Scope, Statement, digest, sign, signer, signers
from hanse.ledger.content import sync_directory
from hanse.ledger.contracts import NAMES, Event, contract

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hanse.ledger.chain import Log

ATTESTOR, RELAYER, KEEPER = "attestor", "relayer", "keeper"
"""Roles of a data directory's keys: who signs what a league recorded; who pays for bringing it; who names attestors."""

DEPTH = 12
"""So many blocks must lie above what is stated, unless told otherwise. Where blocks are final at once, none need."""


# --- attestors ----------------------------------------------------------------------------------------------------


def attest(source: Source, beacon: Beacon, depth: int) -> Paper | None:
    """The next statement, unsigned; None if nothing new is deep enough. Raises InputError for a beacon of others."""
    _same_league(source, beacon)
    place = beacon.place()
    said = source.statement(place.number, place.revision, place.previous, place.first or 0, depth)
    return None if said is None else Paper(beacon.scope, said, ())


def retraction(source: Source, beacon: Beacon) -> Paper | None:
    """What takes back the first statement that the league's chain does not bear out any more; None if it does all."""
    _same_league(source, beacon)
    wrong = turned(source, beacon)
    if wrong is None:
        return None
    return Paper(beacon.scope, source.retraction(wrong, beacon.place().revision), ())


def turned(source: Source, beacon: Beacon) -> Statement | None:
    """The first statement that counts on the other chain and is not true of the league's."""
    for _, posted in sorted(beacon.posted().items()):
        if not source.agrees(posted.statement):
            return posted.statement
    return None


def check(source: Source, beacon: Beacon, paper: Paper, depth: int) -> None:
    """What an attestor makes sure of before it signs another's paper. Raises EvidenceError if it is not true here,
    InputError if it is of another league or place."""
    _same_league(source, beacon)
    same_scope(beacon, paper)
    place = beacon.place()
    if isinstance(paper.said, Retraction):
        wrong = turned(source, beacon)
        if wrong is None or paper.said != source.retraction(wrong, place.revision):
            raise EvidenceError("the league's chain does not say so", where=_place(paper.said), hint="do not sign it")
        return
    said, first = paper.said, paper.said.first if place.first is None else place.first
    if (said.number, said.revision, said.previous, said.first) != (place.number, place.revision, place.previous, first):
        raise InputError(
            "this is not the next statement", where=_place(said), hint="make a new one: hanse bridge attest"
        )
    if said.last > source.chain.height() - depth:
        raise EvidenceError(f"fewer than {depth} blocks lie above it", where=_place(said), hint="sign it later")
    if not source.agrees(said):
        raise EvidenceError("the league's chain does not say so", where=_place(said), hint="do not sign it")


def same_scope(beacon: Beacon, paper: Paper) -> None:
    """Raises InputError for a paper that is for another contract, chain or league."""
    if paper.scope != beacon.scope:
        raise InputError("the paper is for another league, chain or contract", where=_place(paper.said))


def signed(paper: Paper, key: LocalAccount, memory: Path) -> Paper:
    """The paper with one more signature. memory: folder in which the attestor remembers what it has signed, before it
    does: in one place it never signs two statements. Raises InputError if it would."""
    if isinstance(paper.said, Statement):
        _remember(memory, paper.said, paper.scope)
    return paper.with_signature(sign(paper.said, paper.scope, key))


def _remember(memory: Path, said: Statement, scope: Scope) -> None:
    name = f"{scope.target}-{scope.beacon.lower()}-{said.revision}-{said.number}"
    path, words = memory / name, digest(said, scope).hex()
    try:
        memory.mkdir(parents=True, exist_ok=True)
        aside = memory / f".{secrets.token_hex(8)}"
        try:
            with aside.open("x") as file:
                file.write(words)
                file.flush()
                os.fsync(file.fileno())
            os.link(aside, path)
            sync_directory(memory)
        except FileExistsError:
            if path.read_text() != words:
                raise InputError(
                    "this attestor has signed another statement for this place",
                    where=_place(said),
                    hint="sign the other one's file; if that is not true any more: hanse bridge retract",
                ) from None
        finally:
            aside.unlink(missing_ok=True)
    except OSError as failure:
        raise EnvironmentFault(
            f"what was signed cannot be remembered, so nothing is signed ({failure.strerror})", where=str(memory)
        ) from None


def merged(papers: Sequence[Paper]) -> Paper:
    """One paper with the signatures of all, who must say the same. Raises InputError otherwise."""
    first = papers[0]
    for paper in papers[1:]:
        if (paper.scope, paper.said) != (first.scope, first.said):
            raise InputError(
                "the papers do not say the same",
                where=_place(paper.said),
                hint="if one attestor signed both: hanse bridge expose",
            )
        for signature in paper.signatures:
            first = first.with_signature(signature)
    return first


def contradiction(one: Paper, other: Paper) -> tuple[tuple[Statement, bytes], tuple[Statement, bytes], str]:
    """What shows that an attestor signed both papers for one place, and its address. Raises InputError if none did."""
    left, right = one.said, other.said
    if not isinstance(left, Statement) or not isinstance(right, Statement) or one.scope != other.scope:
        raise InputError("only two statements for one contract contradict each other", where="papers")
    if left != right and (left.number, left.revision) == (right.number, right.revision):
        by = _by(other)
        for who, signature in _by(one).items():
            if who in by:
                return (left, signature), (right, by[who]), who
    raise InputError(
        "no attestor has signed both for one place", where=_place(left), hint="are these the right papers?"
    )


def _by(paper: Paper) -> dict[str, bytes]:
    return {who: one for one in paper.signatures if (who := signer(paper.said, paper.scope, one)) is not None}


# --- proofs -------------------------------------------------------------------------------------------------------


def prove(
    source: Source, beacon: Beacon, wanted: Callable[[Event, Log], bool], what: str, height: int | None = None
) -> Proof:
    """The newest record that is `wanted`, with its path to a statement that counts. height: block it is in, if that is
    known. Raises InputError if no statement has it, EvidenceError if one that counts is not true of the league's
    chain."""
    _same_league(source, beacon)
    for _, posted in sorted(beacon.posted().items(), reverse=True):
        said = posted.statement
        if height is not None and not said.first <= height <= said.last:
            continue
        found = source.records(said.first, said.last)
        if not found or records.root(found) != said.root:
            raise EvidenceError(
                "a statement on the other chain is not what the league's chain says",
                where=_place(said),
                hint="hanse bridge retract, and tell the attestors",
            )
        for position in reversed(range(len(found))):
            event = source.event(found[position])
            if event is not None and wanted(event, found[position].log()):
                path = records.path(found, position)
                return Proof(beacon.scope, said, posted.signatures, found[position], position, path)
    raise InputError(f"no statement covers {what}", where="other chain", hint="hanse bridge attest, then anchor")


def same_record(height: int, index: int) -> Callable[[Event, Log], bool]:
    """Whether it is the event at that place of the league's chain."""
    return lambda _, log: (log.block, log.index) == (height, index)


@dataclass(frozen=True, slots=True)
class Verified:
    """A proof that is right. event: what the league recorded; by: attestors who signed for it; on_chain: whether the
    contract was asked, too."""

    event: Event
    by: tuple[str, ...]
    on_chain: bool


def verify(proof: Proof, attestors: Sequence[str], threshold: int, beacon: Beacon | None = None) -> Verified:
    """Recomputes everything. Without `beacon`, nothing is asked of anyone: the attestors and how many must have signed
    are those that the caller trusts, and whether the statement was retracted since is not known.

    Raises EvidenceError if the path does not lead to the root, too few signed, or the contract does not find it.
    """
    said = proof.statement
    if not records.holds(proof.record, proof.position, proof.siblings, said.root):
        raise EvidenceError(
            "the path does not lead to the root that was signed", where="proof", hint="ask for it again"
        )
    if not said.first <= proof.record.height <= said.last:
        raise EvidenceError("the record is outside the blocks of the statement", where="proof")
    by = tuple(signers(said, proof.scope, proof.signatures, attestors))
    if beacon is not None:
        if beacon.scope != proof.scope:
            raise EvidenceError("the proof is for another league, chain or contract", where="proof")
        if not beacon.holds(said.number, proof.record, proof.position, proof.siblings):
            raise EvidenceError(
                "the contract does not find the record", where=_place(said), hint="was the statement retracted?"
            )
    elif threshold < 1 or len(by) < threshold:
        raise EvidenceError(
            f"{len(by)} of the attestors you trust signed, you ask for {max(1, threshold)}", where=_place(said)
        )
    return Verified(_event(proof), by, beacon is not None)


def _event(proof: Proof) -> Event:
    """What the record says. That a contract of the league told it is what the attestors signed for; which one, its form
    shows, or leaves open between a few."""
    found = [event for name in NAMES if (event := contract(name).event(proof.record.log())) is not None]
    if not found:
        raise EvidenceError("the record is of no kind that this version knows", where="proof", hint="update Hanse")
    return replace(found[0], contract=" or ".join(event.contract for event in found))


def shown(event: Event) -> dict[str, Any]:
    """An event for people and programs: hashes as 0x…"""
    return {"contract": event.contract, "event": event.name, "values": {k: _plain(v) for k, v in event.values.items()}}


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return "0x" + value.hex()
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


def _same_league(source: Source, beacon: Beacon) -> None:
    scope = beacon.scope
    if (source.chain_id, source.addresses.league) != (scope.source, scope.league):
        raise InputError(
            f"the beacon is of the league {scope.league} on chain {scope.source}, not of {source.addresses.league} on "
            f"chain {source.chain_id}",
            where=scope.beacon,
            hint="give that league, or another beacon",
        )


def _place(said: Said) -> str:
    return f"statement {said.number}, revision {said.revision}"
