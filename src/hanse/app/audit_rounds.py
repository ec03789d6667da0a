"""The audit of rounds: their awards by the rules of the market, their money from the events, both to the cent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanse.app.audit_transfers import match_transfers
from hanse.app.rounds.judging import judge
from hanse.app.rounds.question import fetch
from hanse.errors import EvidenceError, HanseError
from hanse.market.award import Prize, award, earnings
from hanse.market.competition import contenders
from hanse.model.keccak import keccak

if TYPE_CHECKING:
    from hanse.app.audit import Check
    from hanse.ledger.content import ContentStore
    from hanse.ledger.index import Index
    from hanse.ledger.league import League
    from hanse.ledger.round_tables import ClaimRow, RoundRow
    from hanse.ledger.rounds import Rounds

COVERED = slice(65, 97)
"""Where a claim names the hash of its bitmap."""


def audit_rounds(check: Check, index: Index, rounds: Rounds) -> None:
    """Claims against what they say of themselves and what the contract keeps; awards and rewards against the rules."""
    check.expect("number of rounds", len(index.rounds()), rounds.count())
    for row in index.rounds():
        where = f"round {row.number}"
        claims = index.claims(row.number)
        state = rounds.round_state(row.number)
        check.expect(f"{where}, claims", len(claims), state.claims)
        check.expect(f"{where}, finalised", row.refund is not None, state.finalised)
        for claim in claims:
            _claim(check, f"{where}, claim {claim.number}", claim, rounds)
        _award(check, where, row, claims, index)


def audit_stakes(check: Check, index: Index, rounds: Rounds, league: League) -> None:
    """All money in the contract is free, a bond or a pot; it came by deposits and left by withdrawals."""
    free = index.stakes()
    for account, amount in free.items():
        check.expect(f"stake of {account}", rounds.stake(account), amount)
    locked = sum(_locked(row, index.claims(row.number)) for row in index.rounds())
    moves = [move for move in index.stake_moves() if move.why in ("deposit", "withdrawal")]
    check.expect("stakes, bonds and pots", sum(free.values()) + locked, sum(move.amount for move in moves))
    told = [(move.place.transaction, move.account, move.amount) for move in moves]
    gifts = match_transfers(check, "deposits and withdrawals", rounds.address, told, index.transfers())
    check.expect("money of the rounds", league.balance(rounds.address), sum(free.values()) + locked + gifts)


def audit_certificates(check: Check, index: Index, content: ContentStore) -> None:
    """What rounds asked and what was claimed, from the documents themselves: accepted claims hold, struck ones lie.

    A document that nobody can see is a difference.
    """
    check.count += 1  # the list of rounds itself
    for row in index.rounds():
        try:
            question = fetch(row, content)
        except HanseError as error:
            check.differences.append(f"round {row.number}, its question: {error.message}")
            continue
        for claim in index.claims(row.number):
            if claim.status in ("accepted", "struck"):
                verdict = judge(question, claim, content)
                found = verdict.silent or ("a lie" if verdict.witness else "true")
                said = "true" if claim.status == "accepted" else "a lie"
                check.expect(f"round {row.number}, claim {claim.number}", said, found)


def _claim(check: Check, where: str, claim: ClaimRow, rounds: Rounds) -> None:
    state = rounds.claim_state(claim.round, claim.number)
    check.expect(f"{where}, status", claim.status, state.status)
    if claim.claim:
        kept = bytes(32) if claim.status == "struck" else keccak(claim.claim)
        check.expect(f"{where}, hash", state.digest, "0x" + kept.hex())
        words = b"".join(word.to_bytes(32, "big") for word in claim.covered)
        check.expect(f"{where}, demands", claim.claim[COVERED].hex(), keccak(words).hex())
    else:
        check.expect(f"{where}, seal", state.digest, claim.seal)


def _award(check: Check, where: str, row: RoundRow, claims: tuple[ClaimRow, ...], index: Index) -> None:
    """The whole award, compared where the contract has decided already."""
    conflicts = [(one.last, *one.others) for one in index.conflicts(row.number)]
    try:
        field = contenders(claims)
    except EvidenceError as error:
        check.differences.append(f"{error.where}: {error.message}")
        return
    accepted = award(field, conflicts, first_wins=row.first_wins)
    rewards = dict(zip(accepted, earnings(field, accepted, Prize(row.pot, row.baseline, row.target)), strict=True))
    for claim in claims:
        if claim.status in ("accepted", "skipped"):
            check.expect(f"{where}, reward of claim {claim.number}", claim.reward, rewards.get(claim.number))
    if row.refund is not None:
        waiting = [claim.number for claim in claims if claim.status == "standing"]
        check.expect(f"{where}, claims that wait for ever", waiting, [])
        check.expect(f"{where}, rest of the pot", row.refund, row.pot - sum(rewards.values()))
        silent = sum(claim.status == "sealed" for claim in claims)
        check.expect(f"{where}, bonds of the silent", row.forfeited, silent * row.bond)


def _locked(row: RoundRow, claims: tuple[ClaimRow, ...]) -> int:
    if row.refund is not None:
        return 0
    bonds = row.bond * sum(claim.status in ("sealed", "standing", "struck") for claim in claims)
    return row.pot - sum(claim.reward or 0 for claim in claims) + bonds
