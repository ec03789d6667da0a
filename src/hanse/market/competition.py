"""A round as the award rule sees it, from the read models: what a solver, a keeper and an auditor begin with."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from hanse.errors import EvidenceError
from hanse.ledger.round_tables import ClaimRow
from hanse.ledger.rounds import covered_bits
from hanse.market.award import Contender, ranking

CLAIM_LENGTH = 305
_COST = struct.Struct(">QQ")  # work and transport, at 129; baseline and target of what is covered, at 237


def contenders(claims: Sequence[ClaimRow]) -> list[Contender]:
    """The claims of one round, in the order of commitments. What was never revealed stands not and covers nothing.
    Raises EvidenceError for a revealed claim of the wrong length."""
    return [_contender(claim) for claim in claims]


def next_order(claims: Sequence[ClaimRow], *, first_wins: bool) -> tuple[int, ...]:
    """Numbers of the claims that still wait for the award, by rank: what the contract wants to be given next."""
    return tuple(number for number in ranking(contenders(claims), first_wins) if claims[number].status == "standing")


def _contender(row: ClaimRow) -> Contender:
    if not row.claim:
        return Contender(0, 0, 0, 0, stands=False)
    if len(row.claim) != CLAIM_LENGTH:
        raise EvidenceError(
            f"a revealed claim has {len(row.claim)} bytes instead of {CLAIM_LENGTH}",
            where=f"round {row.round}, claim {row.number}",
        )
    (work, transport), (baseline, target) = (_COST.unpack_from(row.claim, at) for at in (129, 237))
    stands = row.status in ("standing", "accepted", "skipped")
    return Contender(covered_bits(row.covered), work + transport, baseline, target, stands)
