"""Communities: founded, joined, left, given to; what they own and who is in them (docs/governance.md)."""

from __future__ import annotations

from eth_utils.address import to_checksum_address
from fastapi import Response

from hanse.app.api import governing, reading, shapes
from hanse.app.api.callers import Key, SignedIn
from hanse.app.api.routes.base import TAKEN, Cursor, Limit, Numbered, taken
from hanse.app.api.routes.base import router as made
from hanse.app.api.routes.money import put_down
from hanse.governance.rules import Rules
from hanse.ledger.desk import Wanted

router = made("communities")

FOUND_GAS = 4_000_000
"""Founding makes a contract, the community's hand."""
CONTRIBUTE_GAS = 250_000
"""It cannot be asked before the money is put down."""


@router.get("/communities", response_model=shapes.Page[shapes.CommunityNow])
def communities(who: SignedIn, cursor: Cursor = None, limit: Limit = 50) -> shapes.Page[shapes.CommunityNow]:
    """All communities; number 1 is the league itself."""
    return reading.pages.page(
        who.service.lookup.communities, lambda row: row.number, lambda row: governing.community(who, row), cursor, limit
    )


@router.get("/communities/{number}", response_model=shapes.CommunityStory)
def community(who: SignedIn, number: Numbered) -> shapes.CommunityStory:
    """One community with its members."""
    return governing.story(who, governing.community_row(who, number))


@router.post("/communities", **TAKEN)
def found(who: SignedIn, key: Key, body: shapes.FoundCommunity, response: Response) -> shapes.ActionNow:
    """Found a community and be its first member."""
    rules = Rules(**body.rules.model_dump())
    words = body.name, rules.words(), body.timelock
    message = who.service.message
    return taken(
        who, response, key, "found a community", None, body,
        lambda: [message("Communities", "found", *words, gas=FOUND_GAS)],
    )  # fmt: skip


@router.post("/communities/{number}/membership", **TAKEN)
def join(who: SignedIn, key: Key, number: Numbered, response: Response) -> shapes.ActionNow:
    """Become a member, if the community's rule lets you."""
    governing.community_row(who, number)
    message = who.service.message
    return taken(who, response, key, "join a community", number, None, lambda: [message("Communities", "join", number)])


@router.delete("/communities/{number}/membership", **TAKEN)
def leave(who: SignedIn, key: Key, number: Numbered, response: Response) -> shapes.ActionNow:
    """Be a member no more. What you contributed stays; what you were given is yours."""
    governing.community_row(who, number)
    message = who.service.message
    return taken(
        who, response, key, "leave a community", number, None, lambda: [message("Communities", "leave", number)]
    )


@router.post("/communities/{number}/delegation", **TAKEN)
def delegate(
    who: SignedIn, key: Key, number: Numbered, body: shapes.DelegateTo, response: Response
) -> shapes.ActionNow:
    """Let another member vote for you on proposals made from then on; your own address takes it back."""
    governing.community_row(who, number)
    message, to = who.service.message, to_checksum_address(body.to)
    return taken(
        who, response, key, "let somebody vote for you", number, body,
        lambda: [message("Communities", "delegate", number, to)],
    )  # fmt: skip


@router.post("/communities/{number}/contribution", **TAKEN)
def contribute(who: SignedIn, key: Key, number: Numbered, body: shapes.Amount, response: Response) -> shapes.ActionNow:
    """Give money to the treasury: what is free in the purse of communities, and the rest from your hand."""
    governing.community_row(who, number)
    service = who.service

    def build() -> list[Wanted]:
        lacks = body.amount - reading.money.purse(service, who.address, "communities")
        gives = service.message("Communities", "contribute", number, body.amount, gas=CONTRIBUTE_GAS)
        return [*put_down(who, "communities", lacks), gives]

    return taken(who, response, key, "contribute to a community", number, body, build)
