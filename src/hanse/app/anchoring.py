"""Seals of a journal against what is anchored of them on a chain.

What is anchored is a seal's digest. It names the root over the seal's readings and the digest of the seal before, so
one anchor stands for every reading until then.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from hanse.app.wiring import check_url
from hanse.errors import EvidenceError, InputError
from hanse.ledger.anchors import anchored, topic_of
from hanse.ledger.rpc import RpcChain
from hanse.telemetry.journal import Journal


@dataclass(frozen=True, slots=True)
class Anchored:
    """seals: how many are on the chain; readings: how many the newest of them stands for."""

    seals: int
    readings: int


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest seal of a journal, as it is anchored. readings: how many it stands for."""

    number: int
    digest: bytes
    readings: int


def newest(journal: Journal) -> Newest | None:
    """None before the first seal."""
    signed = next(reversed(journal.seals()), None)
    if signed is None:
        return None
    seal = signed.seal
    return Newest(seal.number, seal.digest(journal.member, journal.chain_id), seal.first + seal.count - 1)


def compare(journal: Journal, chain_url: str, league: str | None, account: str) -> Anchored:
    """Compares every seal with what the member's account anchored. Call `journal.verify` before.

    Raises EvidenceError if a seal is not the one that was anchored, or one that was is missing here; InputError
    without a league; ChainFault.
    """
    if league is None:
        raise InputError("a chain without a league", where="--league", hint="give the league's address")
    check_url(chain_url)
    chain, seals = RpcChain(chain_url), journal.seals()
    try:
        # One more than there are: a seal that was anchored and then taken out of the journal with all after it.
        found = anchored(chain, league, account, topic_of(journal.member), range(1, len(seals) + 2))
    finally:
        chain.close()
    readings = 0
    for number, digest in found.items():
        where = f"seal {number} of {journal.member}"
        if number > len(seals):
            raise EvidenceError("a seal is on the chain and not in the journal", where=where)
        seal = seals[number - 1].seal
        if seal.digest(journal.member, journal.chain_id) != digest:
            raise EvidenceError("the seal is not the one that was anchored", where=where)
        readings = seal.first + seal.count - 1
    return Anchored(len(found), readings)


def check_delegated(
    journal: Journal, found: Anchored, chain_url: str, league: str | None, member: str, gateway: str
) -> None:
    """Whether a gateway may speak, now, for the machines of readings that the member has not anchored yet. What it has
    anchored it has made its own word, whatever became of the gateway since.

    Raises EvidenceError for a machine whose readings it may not seal, or may no longer; InputError, ChainFault.
    """
    from hanse.app.identifying import seals_readings
    from hanse.identity.registry import Registry

    if league is None:
        raise InputError("a chain without a league", where="--league", hint="give the league's address")
    machines = sorted({reading.machine for _, reading in journal.since(found.readings)})
    chain = RpcChain(chain_url)
    try:
        registry = Registry.of_league(chain, league, now=int(time.time()))
        refused = seals_readings(registry, member, gateway, machines)
    finally:
        chain.close()
    if refused:
        raise EvidenceError(
            f"{member} does not let {gateway} speak for {', '.join(refused[:5])}",
            where=f"readings after {found.readings} of {journal.member}, at block {registry.at.number}",
            hint="hanse identity delegate GATEWAY --as MEMBER --machine MACHINE",
        )
