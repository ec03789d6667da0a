"""What `hanse govern` says of proposals: in words and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanse.app.cli_community import tell

if TYPE_CHECKING:
    from hanse.governance.wording import Wording
    from hanse.ledger.community_tables import ProposalRow
    from hanse.ledger.store import Ledger


def proposal_row(ledger: Ledger, number: int) -> ProposalRow:
    """A proposal as the index has it now. Raises InputError if there is none."""
    from hanse.errors import InputError

    found = next((row for row in ledger.sync().proposals() if row.number == number), None)
    if found is None:
        raise InputError(f"there is no proposal {number}", where="proposal", hint="hanse govern show")
    return found


def words_of(ledger: Ledger) -> Wording:
    """Words for this league's calls, with what its charter says now."""
    from hanse.governance.wording import Wording

    return Wording(ledger.league.addresses, ledger.council.terms())


def as_told(row: ProposalRow, now: int, wording: Wording) -> dict[str, Any]:
    """A proposal for programs."""
    from hanse.governance.rules import WAITING

    count = row.count
    return {
        "number": row.number, "community": row.community, "proposer": row.proposer, "state": count.state(now),
        "does": wording.sentences(row.actions), "why": row.description, "digest": row.digest, "made": row.made,
        "votes_from": count.start, "votes_until": count.end, "for": count.yes, "against": count.no,
        "abstained": count.abstained, "quorum": count.quorum, "executable_from": count.eta or None,
        "lapses": count.lapses if count.state(now) in WAITING else None,
    }  # fmt: skip


def show_proposal(ledger: Ledger, number: int, as_json: bool) -> None:
    """A proposal with its count, its votes, and what comes next."""
    row, now, wording = proposal_row(ledger, number), moment(ledger), words_of(ledger)
    votes = [one for one in ledger.index.votes() if one.proposal == number]
    told = as_told(row, now, wording) | {
        "votes": [{"voter": one.voter, "vote": one.support, "weight": one.weight} for one in votes]
    }
    count, state = row.count, row.count.state(now)
    lines = [f"proposal {number} of community {row.community}, {state}: {row.description}"]
    lines += [f"   to {one}" for one in wording.sentences(row.actions)]
    lines += [f"   {count.yes} for, {count.no} against, {count.abstained} abstain; {count.quorum} must take part"]
    lines += [f"   {_next(row, now)}"] if _next(row, now) else []
    tell(told, "\n".join(lines), as_json)


def _next(row: ProposalRow, now: int) -> str:
    """What comes next."""
    from hanse.governance.charter import span

    state = row.count.state(now)
    if state == "pending":
        return f"votes are taken in {span(row.count.start - now)}"
    if state == "active":
        return f"hanse govern vote {row.number} for|against|abstain, for {span(row.count.end - now)} more"
    if state == "succeeded":
        return f"hanse govern queue {row.number}, within {span(row.count.lapses - now)}"
    if state == "queued" and now < row.count.eta:
        return f"hanse govern execute {row.number}, in {span(row.count.eta - now)}"
    if state == "queued":
        return f"hanse govern execute {row.number}, within {span(row.count.lapses - now)}"
    return "what was decided was not done in time: propose it again" if state == "lapsed" else ""


def moment(ledger: Ledger) -> int:
    """Now, by the clock of the chain."""
    from hanse.clock import SystemClock
    from hanse.ledger.rounds import chain_now

    return chain_now(ledger.chain, SystemClock())
