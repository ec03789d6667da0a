"""Idle time: offered, taken, confirmed, given back (docs/offers.md). What ends by the clock the service ends."""

from __future__ import annotations

from typing import Annotated, Any

from eth_utils.address import to_checksum_address
from fastapi import Path, Query, Response
from pydantic import BaseModel

from hanse.app.api import governing, reading, shapes
from hanse.app.api.callers import Caller, Key, Member, SignedIn
from hanse.app.api.problems import NotAllowed, NotThere
from hanse.app.api.routes.base import TAKEN, Addressed, Limit, taken
from hanse.app.api.routes.base import router as made
from hanse.ledger.league import hash_bytes
from hanse.ledger.offer_tables import WindowRow

router = made("offers")

ONE = "/offers/{host}/{number}"
NOBODY = "0x" + "00" * 20
Window = Annotated[int, Path(ge=1, le=2**63 - 1, examples=[1])]
Host = Annotated[str | None, Query(pattern="^0x[0-9a-fA-F]{40}$", description="Only of this member.")]
State = Annotated[str | None, Query(pattern="^(free|held|confirmed|disputed|over)$", description="Only these.")]


@router.get("/offers", response_model=shapes.Page[shapes.OfferNow])
def offers(
    who: SignedIn,
    host: Host = None,
    state: State = None,
    cursor: Annotated[str | None, Query(max_length=64)] = None,
    limit: Limit = 50,
) -> shapes.Page[shapes.OfferNow]:
    """Windows of idle time that have been offered one by one."""
    of = None if host is None else to_checksum_address(host)
    rows = [row for row in who.service.lookup.windows() if of in (None, row.host)]
    rules = governing.idle_rules(who.service)
    shown = [one for one in (reading.offers.offer(row, rules) for row in rows) if state in (None, one.state)]
    numbered = list(enumerate(shown, start=1))
    return reading.pages.page(
        lambda after, most: [one for one in numbered if one[0] > after][:most],
        lambda one: one[0],
        lambda one: one[1],
        cursor,
        limit,
    )


@router.get(ONE, response_model=shapes.OfferNow)
def offer(who: SignedIn, host: Addressed, number: Window) -> shapes.OfferNow:
    """One window."""
    return reading.offers.offer(_window(who, host, number), governing.idle_rules(who.service))


@router.post("/offers", **TAKEN)
def publish(who: Member, key: Key, body: shapes.PublishOffer, response: Response) -> shapes.ActionNow:
    """Offer idle time of one of your machines."""
    words = body.number, body.machine, body.service, body.start, body.end, body.price
    return _send(who, response, key, "publish", None, body, *words)


@router.post(ONE + "/claim", **TAKEN)
def claim(
    who: Member, key: Key, host: Addressed, number: Window, body: shapes.ClaimOffer, response: Response
) -> shapes.ActionNow:
    """Take a part of a window for a job; its price is locked until the work is done or the host lets it go."""
    row = _window(who, host, number)
    need = row.window.service, body.release, body.due, body.there, body.back
    return _send(who, response, key, "claim", row, body, row.host, number, body.start, body.length, need)


@router.post(ONE + "/confirmation", **TAKEN)
def confirm(who: Member, key: Key, host: Addressed, number: Window, response: Response) -> shapes.ActionNow:
    """The host confirms, and puts its guarantee down."""
    row = _own(who, host, number)
    return _send(who, response, key, "confirm", row, None, number)


@router.post(ONE + "/release", **TAKEN)
def release(who: Member, key: Key, host: Addressed, number: Window, response: Response) -> shapes.ActionNow:
    """The guest gives its part back; once it is confirmed, for a fifth of the price."""
    row = _as_guest(who, host, number)
    return _send(who, response, key, "release", row, None, row.host, number)


@router.delete(ONE, **TAKEN)
def take_back(who: Member, key: Key, host: Addressed, number: Window, response: Response) -> shapes.ActionNow:
    """The host withdraws a window for ever; if it has confirmed, for a fifth of the price."""
    row = _own(who, host, number)
    return _send(who, response, key, "takeBack", row, None, number, row.guest if row.window.guest else NOBODY)


@router.post(ONE + "/acceptance", **TAKEN)
def accept(who: Member, key: Key, host: Addressed, number: Window, response: Response) -> shapes.ActionNow:
    """The guest is content: the host is paid."""
    row = _as_guest(who, host, number)
    return _send(who, response, key, "accept", row, None, row.host, number)


@router.post(ONE + "/dispute", **TAKEN)
def dispute(
    who: Member, key: Key, host: Addressed, number: Window, body: shapes.Evidence, response: Response
) -> shapes.ActionNow:
    """The guest is not content: an arbiter divides."""
    row = _as_guest(who, host, number)
    evidence = hash_bytes(who.put(body.words.encode()))
    return _send(who, response, key, "dispute", row, body, row.host, number, evidence)


@router.post(ONE + "/collection", **TAKEN)
def collect(who: Member, key: Key, host: Addressed, number: Window, response: Response) -> shapes.ActionNow:
    """The host takes its pay after the review: the guest was silent."""
    row = _own(who, host, number)
    return _send(who, response, key, "collect", row, None, number, row.guest or NOBODY)


def _send(
    who: Caller, response: Response, key: str, function: str, row: WindowRow | None, body: BaseModel | None, *words: Any
) -> shapes.ActionNow:
    message, about = who.service.message, None if row is None else [row.host, row.number]
    what = f"{function} idle time"
    return taken(who, response, key, what, about, body, lambda: [message("Offers", function, *words)])


def _window(who: Caller, host: str, number: int) -> WindowRow:
    row = who.service.lookup.window(to_checksum_address(host), number)
    if row is None:
        raise NotThere("there is no such window", where=f"window {number} of {host}")
    return row


def _own(who: Caller, host: str, number: int) -> WindowRow:
    row = _window(who, host, number)
    if row.host != who.address:
        raise NotAllowed("this is somebody else's window", where=f"window {number}")
    return row


def _as_guest(who: Caller, host: str, number: int) -> WindowRow:
    row = _window(who, host, number)
    if row.guest != who.address or not row.window.guest:
        raise NotAllowed("somebody else has this window, or nobody", where=f"window {number}")
    return row
