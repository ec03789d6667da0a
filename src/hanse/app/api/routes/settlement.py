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
from hanse.ledger.settlement import CAUSES, UNRATED
from hanse.ledger.settlement_tables import AgreementRow

router = made("settlement")

MILESTONE = "/agreements/{number}/milestones/{milestone}"
FREE = "the arbiter rules by a share"
BOTH = 3
"""Customer and member have waived."""

Milestoned = Annotated[int, Path(ge=0, le=31, examples=[0])]


@router.post(MILESTONE + "/start", **TAKEN)
def start(who: SignedIn, key: Key, number: Numbered, milestone: Milestoned, response: Response) -> shapes.ActionNow:
    """The member reports that it has begun."""
    row, one = work_of(who, number, milestone)
    only(who, [one.member], "its member")
    return _send(who, response, key, "start", row, milestone, None)


@router.post(MILESTONE + "/delivery", **TAKEN)
def deliver(
    who: SignedIn, key: Key, number: Numbered, milestone: Milestoned, body: shapes.Evidence, response: Response
) -> shapes.ActionNow:
    """The member reports that it has delivered."""
    row, one = work_of(who, number, milestone)
    only(who, [one.member], "its member")
    return _send(who, response, key, "deliver", row, milestone, body, _stored(who, body.words))


@router.post(MILESTONE + "/surrender", **TAKEN)
def give_up(who: SignedIn, key: Key, number: Numbered, milestone: Milestoned, response: Response) -> shapes.ActionNow:
    """The member gives a piece of work back, unpaid."""
    row, one = work_of(who, number, milestone)
    only(who, [one.member], "its member")
    return _send(who, response, key, "giveUp", row, milestone, None)


@router.post(MILESTONE + "/dispute", **TAKEN)
def dispute(
    who: SignedIn, key: Key, number: Numbered, milestone: Milestoned, body: shapes.Evidence, response: Response
) -> shapes.ActionNow:
    """The customer disputes a delivery; an arbiter decides."""
    row, _ = work_of(who, number, milestone)
    only(who, [row.deal.customer], "the customer")
    return _send(who, response, key, "dispute", row, milestone, body, _stored(who, body.words))


@router.post(MILESTONE + "/ruling", **TAKEN)
def rule(
    who: Arbiter, key: Key, number: Numbered, milestone: Milestoned, body: shapes.Rule, response: Response
) -> shapes.ActionNow:
    """An arbiter that the deal names decides: by what happened, where all have signed who bears it, or by a share."""
    row, _ = work_of(who, number, milestone)
    ends = row.deal.conditions
    judge = next((one for one in (ends.arbiter, ends.second_arbiter) if who.is_(one)), None)
    only(who, [] if judge is None else [who.address], "an arbiter of this agreement")
    function, found = _ruling(who, row, milestone, body)
    return _send(who, response, key, function, row, milestone, body, found, _stored(who, body.words, judge))


@router.post(MILESTONE + "/waiver", **TAKEN)
def waive(who: SignedIn, key: Key, number: Numbered, milestone: Milestoned, response: Response) -> shapes.ActionNow:
    """Let the arbiter decide by a share in spite of what was signed; the customer and the member both have to."""
    row, one = work_of(who, number, milestone)
    only(who, [row.deal.customer, one.member], "the customer or its member")
    if not row.deal.conditions.liability:
        raise Conflict("this agreement does not say who bears what", where=f"agreement {number}", hint=FREE)
    return _send(who, response, key, "waive", row, milestone, None)


@router.post(MILESTONE + "/appeal", **TAKEN)
def appeal(
    who: SignedIn, key: Key, number: Numbered, milestone: Milestoned, body: shapes.Evidence, response: Response
) -> shapes.ActionNow:
    """The customer or the member appeals a ruling, once."""
    row, one = work_of(who, number, milestone)
    only(who, [row.deal.customer, one.member], "the customer or its member")
    return _send(who, response, key, "appeal", row, milestone, body, _stored(who, body.words))


@router.post("/agreements/{number}/acceptances", **TAKEN)
def accept(who: SignedIn, key: Key, number: Numbered, body: shapes.Accept, response: Response) -> shapes.ActionNow:
    """The customer accepts deliveries, which are paid at once, and rates them."""
    row = active_agreement(who, number)
    only(who, [row.deal.customer], "the customer")
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


def _ruling(who: Caller, row: AgreementRow, milestone: int, body: shapes.Rule) -> tuple[str, int]:
    """The function that rules, and what it is told. Raises InputError, Conflict for what the contract would refuse."""
    if (body.share is None) == (body.cause is None):
        raise InputError("a ruling says a share or a cause", where="share, cause", hint="one of the two")
    clause = bool(row.deal.conditions.liability)
    if body.cause is not None:
        if not clause:
            raise Conflict("this agreement does not say who bears what", where="cause", hint=FREE)
        return "ruleByCause", CAUSES.index(body.cause)
    progress = {one.number: one.waived for one in who.service.lookup.milestones(row.number)}
    if clause and progress.get(milestone) != BOTH:
        raise Conflict(
            "all have signed who bears what", where="share",
            hint="say what happened; by share only if customer and member both waive that",
        )  # fmt: skip
    return "rule", body.share or 0


def active_agreement(who: Caller, number: int) -> AgreementRow:
    """One that the caller may see, in force. Raises NotThere, Conflict."""
    row = reading.agreements.own_agreement(who, number)
    if row.status != "active":
        raise Conflict(f"the agreement is {row.status}", where=f"agreement {number}", hint="all parties sign it first")
    return row


def work_of(who: Caller, number: int, milestone: int) -> tuple[AgreementRow, Milestone]:
    """Of such an agreement a milestone. Raises InputError too."""
    row = active_agreement(who, number)
    if milestone >= len(row.deal.milestones):
        raise InputError(
            f"agreement {number} has {len(row.deal.milestones)} milestones", where=f"milestone {milestone}"
        )
    return row, row.deal.milestones[milestone]


def only(who: Caller, allowed: list[str], named: str) -> None:
    """Raises NotAllowed for anybody else. named: who they are, in words."""
    if who.address not in allowed:
        raise NotAllowed(f"only {named} may do this", where=who.name)


def _stored(who: Caller, words: str, party: str | None = None) -> bytes:
    """The hash of what is said, as `party` or as oneself. Of a record of a feed its hash is said, and is the evidence
    itself."""
    if who.service.feeds.is_record(words.strip()):
        return hash_bytes(words.strip())
    return hash_bytes(who.say(words, party))
