"""What communities decide: proposals, votes, and what is done; the charter (docs/governance.md)."""

from __future__ import annotations

from fastapi import Response

from hanse.app.api import governing, reading, shapes
from hanse.app.api.callers import Key, SignedIn
from hanse.app.api.problems import Conflict
from hanse.app.api.routes.base import TAKEN, Cursor, Limit, Numbered, taken
from hanse.app.api.routes.base import router as made
from hanse.governance.rules import SUPPORTS
from hanse.governance.wishes import Wishes
from hanse.ledger.community_tables import ProposalRow
from hanse.ledger.council import check
from hanse.ledger.desk import Wanted
from hanse.ledger.league import hash_bytes

router = made("decisions")


@router.get("/charter", response_model=shapes.CharterNow)
def charter(who: SignedIn) -> shapes.CharterNow:
    """The league's parameters, and where it goes on."""
    return governing.charter(who.service)


@router.get("/proposals", response_model=shapes.Page[shapes.ProposalNow])
def proposals(who: SignedIn, cursor: Cursor = None, limit: Limit = 50) -> shapes.Page[shapes.ProposalNow]:
    """Proposals to all communities, in their order."""
    now = governing.moment(who.service)
    return reading.pages.page(
        who.service.lookup.proposals,
        lambda row: row.number,
        lambda row: governing.proposal(who, row, now),
        cursor,
        limit,
    )


@router.get("/proposals/{number}", response_model=shapes.ProposalStory)
def proposal(who: SignedIn, number: Numbered) -> shapes.ProposalStory:
    """One proposal with its votes."""
    return governing.proposal_story(who, governing.proposal_row(who, number))


@router.post("/communities/{number}/proposals", **TAKEN)
def propose(who: SignedIn, key: Key, number: Numbered, body: shapes.PutForward, response: Response) -> shapes.ActionNow:
    """Propose something to a community you are in."""
    row, service = governing.community_row(who, number), who.service
    actions = Wishes(service.league.addresses, number, row.hand, row.rules).actions(body.do)
    check(actions, body.why)
    words = number, tuple(one.words() for one in actions), body.why

    def build() -> list[Wanted]:
        return [service.message("Council", "propose", *words)]

    return taken(who, response, key, "propose to a community", number, body, build)


@router.post("/proposals/{number}/vote", **TAKEN)
def vote(who: SignedIn, key: Key, number: Numbered, body: shapes.CastVote, response: Response) -> shapes.ActionNow:
    """Vote, once."""
    row = governing.proposal_row(who, number)
    if row.digest != body.digest:
        raise Conflict("this is not the proposal that you read", where="digest", hint="read it again")
    message = who.service.message
    words = number, hash_bytes(body.digest), SUPPORTS.index(body.vote)
    return taken(who, response, key, "vote", number, body, lambda: [message("Council", "vote", *words)])


@router.post("/proposals/{number}/queue", **TAKEN)
def queue(who: SignedIn, key: Key, number: Numbered, response: Response) -> shapes.ActionNow:
    """Give what was decided to the timelock. Anyone."""
    return _do(who, key, response, "queue", governing.proposal_row(who, number))


@router.post("/proposals/{number}/execution", **TAKEN)
def execute(who: SignedIn, key: Key, number: Numbered, response: Response) -> shapes.ActionNow:
    """Do what was decided, when the timelock is over. Anyone."""
    return _do(who, key, response, "execute", governing.proposal_row(who, number))


@router.delete("/proposals/{number}", **TAKEN)
def cancel(who: SignedIn, key: Key, number: Numbered, response: Response) -> shapes.ActionNow:
    """Take your own proposal back, before votes are taken."""
    row, message = governing.proposal_row(who, number), who.service.message
    return taken(
        who, response, key, "take a proposal back", number, None, lambda: [message("Council", "cancel", row.number)]
    )


def _do(who: SignedIn, key: Key, response: Response, function: str, row: ProposalRow) -> shapes.ActionNow:
    message, actions = who.service.message, tuple(one.words() for one in row.actions)
    return taken(
        who, response, key, f"{function} a decision", row.number, None,
        lambda: [message("Council", function, row.number, actions)],
    )  # fmt: skip
