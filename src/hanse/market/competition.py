"""A round as the award rule sees it, from the read models: what a solver, a keeper and an auditor begin with."""

from __future__ import annotations

from collections.abc import Sequence

from hanse.errors import EvidenceError, InputError
from hanse.ledger.certificates.claim import Claim
from hanse.ledger.round_tables import ClaimRow
from hanse.ledger.rounds import WORD, covered_bits
from hanse.market.award import Contender, ranking


def contenders(claims: Sequence[ClaimRow]) -> list[Contender]:
    """The claims of one round, in the order of commitments. What was never revealed stands not and covers nothing.
    Raises EvidenceError for a revealed claim that says nothing."""
    return [_contender(claim) for claim in claims]


def next_order(claims: Sequence[ClaimRow], *, first_wins: bool) -> tuple[int, ...]:
    """Numbers of the claims that still wait for the award, by rank: what the contract wants to be given next."""
    return tuple(number for number in ranking(contenders(claims), first_wins) if claims[number].status == "standing")


def said(row: ClaimRow) -> Claim:
    """What a revealed claim says. Raises EvidenceError if its bytes say nothing."""
    try:
        return Claim.decode(row.claim, b"".join(word.to_bytes(WORD, "big") for word in row.covered))
    except InputError as error:
        raise EvidenceError(error.message, where=f"round {row.round}, claim {row.number}") from None


def _contender(row: ClaimRow) -> Contender:
    if not row.claim:
        return Contender(0, 0, 0, 0, stands=False)
    claim = said(row)
    stands = row.status in ("standing", "accepted", "skipped")
    return Contender(covered_bits(row.covered), claim.cost, claim.baseline, claim.target, stands)
