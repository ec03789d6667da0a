"""Requests for quotation: asked, bid for under seal, done and paid (docs/market.md). The service awards and ends what
is out of time; the rule decides, not the service."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Query, Response
from pydantic import BaseModel

from hanse.app.api import reading, shapes, tendering
from hanse.app.api.callers import Arbiter, Caller, Key, SignedIn
from hanse.app.api.problems import NotAllowed
from hanse.app.api.routes.base import TAKEN, Cursor, Limit, Numbered, taken
from hanse.app.api.routes.base import router as made
from hanse.app.api.routes.money import put_down
from hanse.ledger.desk import Wanted
from hanse.ledger.league import hash_bytes
from hanse.ledger.quotation_tables import CAUSES, RequestRow
from hanse.ledger.quotations import UNRATED
from hanse.ledger.rounds import chain_now
from hanse.market.quotation import Cause

router = made("quotations")

ONE = "/quotations/{number}"
POST_GAS, BID_GAS = 500_000, 250_000
"""At most 300,000 and 110,000; they cannot be asked before the money is down."""

Stage = Annotated[
    Literal["open", "void", "awarded", "delivered", "disputed", "done"] | None, Query(description="Only these.")
]
Own = Annotated[bool, Query(description="Only those that you asked for, bid for or decide about.")]


@router.get("/quotations", response_model=shapes.Page[shapes.QuotationNow])
def quotations(
    who: SignedIn, stage: Stage = None, own: Own = False, cursor: Cursor = None, limit: Limit = 50
) -> shapes.Page[shapes.QuotationNow]:
    """Requests for quotation."""
    party = who.address if own else None
    return reading.pages.page(
        lambda after, most: who.service.lookup.requests(after, most, party, stage or ""),
        lambda row: row.number,
        lambda row: tendering.quotation(who.service, row),
        cursor,
        limit,
    )


@router.get(ONE, response_model=shapes.QuotationNow)
def quotation(who: SignedIn, number: Numbered) -> shapes.QuotationNow:
    """One request: its rule, its bids, and what became of it."""
    return tendering.quotation(who.service, tendering.found(who.service, number))


@router.post("/quotations", **TAKEN)
def ask(who: SignedIn, key: Key, body: shapes.AskQuotations, response: Response) -> shapes.ActionNow:
    """Ask for quotations; the budget is locked, and nothing above it can be bid."""
    service = who.service

    def build() -> list[Wanted]:
        terms = tendering.terms(who, body, chain_now(service.quick(), service.clock))
        return [*_put_down(who, body.budget), service.message("Quotations", "post", terms.words(), gas=POST_GAS)]

    return taken(who, response, key, "ask for quotations", None, body, build)


@router.delete(ONE, **TAKEN)
def cancel(who: SignedIn, key: Key, number: Numbered, response: Response) -> shapes.ActionNow:
    """Take a request back, before the first bid can be opened."""
    row = _as(who, number, "requester")
    return _send(who, response, key, "cancel", row, None)


@router.post(ONE + "/bids", **TAKEN)
def bid(who: SignedIn, key: Key, number: Numbered, body: shapes.SealBid, response: Response) -> shapes.ActionNow:
    """Bid under seal; the bond is locked. Keep what is under the seal: nobody else has it."""
    row, service = tendering.found(who.service, number), who.service

    def build() -> list[Wanted]:
        tendering.check_bidder(who, row, chain_now(service.quick(), service.clock))
        again = any(one.bidder == who.address and one.state == "sealed" for one in service.lookup.bids(number))
        money = [] if again else _put_down(who, row.terms.bond)
        return [*money, service.message("Quotations", "bid", number, hash_bytes(body.seal), gas=BID_GAS)]

    return taken(who, response, key, "bid under seal", number, body, build)


@router.post(ONE + "/opening", **TAKEN)
def open_(who: SignedIn, key: Key, number: Numbered, body: shapes.OpenBid, response: Response) -> shapes.ActionNow:
    """Open your bid."""
    row = tendering.found(who.service, number)
    words = body.price, body.ready, body.quality, hash_bytes(body.document), hash_bytes(body.salt)
    return _send(who, response, key, "open", row, body, words)


@router.post(ONE + "/delivery", **TAKEN)
def deliver(who: SignedIn, key: Key, number: Numbered, body: shapes.Evidence, response: Response) -> shapes.ActionNow:
    """The winner says that it is done."""
    row = _as(who, number, "winner")
    return _send(who, response, key, "deliver", row, body, _stored(who, body.words))


@router.post(ONE + "/surrender", **TAKEN)
def give_up(who: SignedIn, key: Key, number: Numbered, response: Response) -> shapes.ActionNow:
    """The winner does not do it: the bond is the requester's."""
    return _send(who, response, key, "giveUp", _as(who, number, "winner"), None)


@router.post(ONE + "/report", **TAKEN)
def report(
    who: SignedIn, key: Key, number: Numbered, body: shapes.ReportFailure, response: Response
) -> shapes.ActionNow:
    """Say what went wrong: the winner before it delivers, the requester after. An arbiter decides."""
    row = _as(who, number, "requester", "winner")
    return _send(who, response, key, "report", row, body, CAUSES.index(body.cause), _stored(who, body.words))


@router.post(ONE + "/acceptance", **TAKEN)
def accept(who: SignedIn, key: Key, number: Numbered, body: shapes.AcceptWork, response: Response) -> shapes.ActionNow:
    """The requester is content: the winner is paid."""
    row = _as(who, number, "requester")
    return _send(who, response, key, "accept", row, body, UNRATED if body.rating is None else body.rating)


@router.post(ONE + "/decision", **TAKEN)
def decide(who: Arbiter, key: Key, number: Numbered, body: shapes.DecideCause, response: Response) -> shapes.ActionNow:
    """The arbiter that the request names says what happened; its liabilities say who pays."""
    row = _as(who, number, "arbiter")
    return _send(who, response, key, "decide", row, body, int(Cause(CAUSES.index(body.cause))))


def _send(
    who: Caller, response: Response, key: str, function: str, row: RequestRow, body: BaseModel | None, *words: Any
) -> shapes.ActionNow:
    message, what = who.service.message, f"{function} a request for quotation"
    build = lambda: [message("Quotations", function, row.number, *words)]  # noqa: E731 - it is one line either way
    return taken(who, response, key, what, row.number, body, build)


def _as(who: Caller, number: int, *parts: str) -> RequestRow:
    """A request in which the caller plays one of these parts. Raises NotThere, NotAllowed."""
    row = tendering.found(who.service, number)
    plays = {part: who.address == getattr(row, part) for part in ("requester", "winner")}
    if not any(plays.get(part) or (part == "arbiter" and who.is_(row.arbiter)) for part in parts):
        raise NotAllowed(f"only its {' or its '.join(parts)} may do this", where=f"request {number}")
    return row


def _put_down(who: Caller, amount: int) -> list[Wanted]:
    """What brings the caller's free money among the quotations to this amount."""
    return put_down(who, "quotations", amount - reading.money.purse(who.service, who.address, "quotations"))


def _stored(who: Caller, words: str) -> bytes:
    return hash_bytes(who.say(words))
