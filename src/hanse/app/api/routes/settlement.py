"""Work and its payment: started, delivered, accepted, disputed, ruled, appealed, given up. Silence is ended by the
service."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path, Response
from pydantic import BaseModel

from hanse.app.api import reading, shapes
from hanse.app.api.callers import Arbiter, Caller, Key, SignedIn
from hanse.app.api.problems import Conflict, NotAllowed
from hanse.app.api.routes.base import TAKEN, Numbered, taken
from hanse.app.api.routes.base import router as made
from hanse.errors import InputError
from hanse.ledger.deal import Milestone
from hanse.ledger.league import hash_bytes
from hanse.ledger.settlement import UNRATED
from hanse.ledger.settlement_tables import AgreementRow

router = made("settlement")

MILESTONE = "/agreements/{number}/milestones/{milestone}"
Milestoned = Annotated[int, Path(ge=0, le=31, examples=[0])]


@router.post(MILESTONE + "/start", **TAKEN)
def start(who: SignedIn, key: Key, number: Numbered, milestone: Milestoned, response: Response) -> shapes.ActionNow:
    """The member reports that it has begun."""
    row, one = _work(who, number, milestone)
    _only(who, [one.member], "its member")
    return _send(who, response, key, "start", row, milestone, None)


@router.post(MILESTONE + "/delivery", **TAKEN)
def deliver(
    who: SignedIn, key: Key, number: Numbered, milestone: Milestoned, body: shapes.Evidence, response: Response
) -> shapes.ActionNow:
    """The member reports that it has delivered."""
    row, one = _work(who, number, milestone)
    _only(who, [one.member], "its member")
    return _send(who, response, key, "deliver", row, milestone, body, _stored(who, body.words))


@router.post(MILESTONE + "/surrender", **TAKEN)
def give_up(who: SignedIn, key: Key, number: Numbered, milestone: Milestoned, response: Response) -> shapes.ActionNow:
    """The member gives a piece of work back, unpaid."""
    row, one = _work(who, number, milestone)
    _only(who, [one.member], "its member")
    return _send(who, response, key, "giveUp", row, milestone, None)


@router.post(MILESTONE + "/dispute", **TAKEN)
def dispute(
    who: SignedIn, key: Key, number: Numbered, milestone: Milestoned, body: shapes.Evidence, response: Response
) -> shapes.ActionNow:
    """The customer disputes a delivery; an arbiter decides."""
    row, _ = _work(who, number, milestone)
    _only(who, [row.deal.customer], "the customer")
    return _send(who, response, key, "dispute", row, milestone, body, _stored(who, body.words))


@router.post(MILESTONE + "/ruling", **TAKEN)
def rule(
    who: Arbiter, key: Key, number: Numbered, milestone: Milestoned, body: shapes.Rule, response: Response
) -> shapes.ActionNow:
    """An arbiter that the deal names decides."""
    row, _ = _work(who, number, milestone)
    _only(who, [row.deal.conditions.arbiter, row.deal.conditions.second_arbiter], "an arbiter of this agreement")
    return _send(who, response, key, "rule", row, milestone, body, body.share, _stored(who, body.words))


@router.post(MILESTONE + "/appeal", **TAKEN)
def appeal(
    who: SignedIn, key: Key, number: Numbered, milestone: Milestoned, body: shapes.Evidence, response: Response
) -> shapes.ActionNow:
    """The customer or the member appeals a ruling, once."""
    row, one = _work(who, number, milestone)
    _only(who, [row.deal.customer, one.member], "the customer or its member")
    return _send(who, response, key, "appeal", row, milestone, body, _stored(who, body.words))


@router.post("/agreements/{number}/acceptances", **TAKEN)
def accept(who: SignedIn, key: Key, number: Numbered, body: shapes.Accept, response: Response) -> shapes.ActionNow:
    """The customer accepts deliveries, which are paid at once, and rates them."""
    row = _active(who, number)
    _only(who, [row.deal.customer], "the customer")
    if len(body.milestones) != len(body.ratings) or max(body.milestones) >= len(row.deal.milestones):
        raise InputError("name milestones of this agreement, and a rating or null for each", where="milestones")
    ratings = tuple(UNRATED if one is None else one for one in body.ratings)
    words = number, row.deal.words(), tuple(body.milestones), ratings
    message = who.service.message
    return taken(
        who, response, key, "accept deliveries", number, body, lambda: [message("Settlement", "accept", *words)]
    )


def _send(
    who: Caller,
    response: Response,
    key: str,
    function: str,
    row: AgreementRow,
    milestone: int,
    body: BaseModel | None,
    *words: Any,
) -> shapes.ActionNow:
    message = who.service.message
    return taken(
        who,
        response,
        key,
        f"{function} a milestone",
        [row.number, milestone],
        body,
        lambda: [message("Settlement", function, row.number, row.deal.words(), milestone, *words)],
    )


def _active(who: Caller, number: int) -> AgreementRow:
    row = reading.own_agreement(who, number)
    if row.status != "active":
        raise Conflict(f"the agreement is {row.status}", where=f"agreement {number}", hint="all parties sign it first")
    return row


def _work(who: Caller, number: int, milestone: int) -> tuple[AgreementRow, Milestone]:
    row = _active(who, number)
    if milestone >= len(row.deal.milestones):
        raise InputError(
            f"agreement {number} has {len(row.deal.milestones)} milestones", where=f"milestone {milestone}"
        )
    return row, row.deal.milestones[milestone]


def _only(who: Caller, allowed: list[str], named: str) -> None:
    if who.address not in allowed:
        raise NotAllowed(f"only {named} may do this", where=who.name)


def _stored(who: Caller, words: str) -> bytes:
    return hash_bytes(who.service.content.put(words.encode()))
