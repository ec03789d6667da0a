"""Notices: offered and wanted, posted by their author's own account, found by capability, place, price, time, quality,
reputation and ties, each find with its reasons (docs/market.md)."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Query, Response

from hanse.app.api import reading, shapes
from hanse.app.api.callers import Key, SignedIn
from hanse.app.api.problems import NotThere
from hanse.app.api.routes.base import TAKEN, Cursor, Limit, Numbered, taken
from hanse.app.api.routes.base import router as made
from hanse.app.noticing import Posted
from hanse.errors import InputError
from hanse.ledger.desk import Wanted
from hanse.ledger.league import hash_bytes
from hanse.market import notice as rules
from hanse.market.notice import Kind, Notice
from hanse.market.search import CRITERIA, DEFAULT_WEIGHTS, Found, Wish

router = made("notices")

LOOKED_AT = 500
"""Open requests that suggestions are looked for among, the newest."""

Whole = Annotated[int | None, Query(ge=0, le=2**40)]
Metre = Annotated[int | None, Query(ge=-10_000_000, le=10_000_000)]
Names = Annotated[list[str] | None, Query(max_length=32, description="Services, all of which are needed.")]
Weights = Annotated[
    list[str] | None,
    Query(max_length=7, description="`price:4`, 0 to 1000, for each criterion that counts; left out: the league's."),
]


@router.get("/notices", response_model=shapes.Page[shapes.NoticeNow])
def notices(
    who: SignedIn,
    kind: Annotated[Kind | None, Query(description="Only these.")] = None,
    own: Annotated[bool, Query(description="Only your own.")] = False,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> shapes.Page[shapes.NoticeNow]:
    """Notices that stand, in the order they were posted."""
    board = who.service.finder.board()
    rows = [one for one in board.posted if kind in (None, one.notice.kind) and (not own or one.author == who.address)]
    return reading.pages.page(
        lambda after, most: [one for one in rows if one.id > after][:most], lambda one: one.id, _shown, cursor, limit
    )


@router.get("/notices/search", response_model=shapes.Finds)
def search(
    who: SignedIn,
    kind: Kind = "offered",
    service: Names = None,
    budget: Whole = None,
    x: Metre = None,
    y: Metre = None,
    reach: Annotated[int | None, Query(ge=0, le=30_000_000, description="Metres.")] = None,
    since: Whole = None,
    by: Whole = None,
    quality: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    weight: Weights = None,
    limit: Limit = 20,
) -> shapes.Finds:
    """Find notices of others. What is asked for must hold; what is left is ranked, and says why."""
    finder = who.service.finder
    wanted = finder.board().places(service or ())
    missing = sorted(set(service or ()) - set(reading.members.services(who.service)))
    if missing:
        raise InputError(f'the league has no service "{missing[0]}"', where="service")
    if (x is None) != (y is None):
        raise InputError("a place has an x and a y", where="x, y")
    place = None if x is None or y is None else (x, y)
    now = int(who.service.clock.now()) if since is None else since
    weights = _weights(weight) if weight else DEFAULT_WEIGHTS
    wish = Wish(wanted, budget, place, reach, now, by, quality, weights)
    found = [_found(one, why) for one, why in finder.search(who.address, kind, wish, limit)]
    return shapes.Finds(weights=dict(weights), found=found)


@router.get("/notices/suggested", response_model=shapes.Suggested)
def suggested(who: SignedIn, limit: Limit = 50) -> shapes.Suggested:
    """What suits you: offers for what you want, the best first; and what others want that you can do, the newest
    first. limit: of each; requests are looked for among the newest that are open."""
    service = who.service
    offers, wanted = service.finder.suggested(who.address)
    member = service.lookup.member(who.address)
    able = 0 if member is None else member.offered
    now = int(service.clock.now())
    fits = [
        row.number
        for row in service.lookup.newest_requests("open", LOOKED_AT)
        if now < row.terms.commit_end and row.requester != who.address and row.terms.services & ~able == 0 and able
    ]
    return shapes.Suggested(
        offers=[_found(one, why) for one, why in offers[:limit]],
        wanted=[_shown(one) for one in wanted[::-1][:limit]],
        requests=fits[:limit],
    )


@router.post("/notices", **TAKEN)
def post(who: SignedIn, key: Key, body: shapes.PostNotice, response: Response) -> shapes.ActionNow:
    """Post a notice; it stands until it expires or you withdraw it."""
    service = who.service
    one = Notice(
        body.kind, body.title, tuple(body.services), body.price, body.ready, body.expires, body.quality, body.position,
        body.words,
    )  # fmt: skip
    if one.expires <= service.clock.now():
        raise InputError("it has expired already", where="expires")
    data = one.document()

    def build() -> list[Wanted]:
        root = hash_bytes(who.put(data))
        return [service.message("Anchors", "anchor", rules.POSTED, service.finder.own(who.address), root)]

    return taken(who, response, key, "post a notice", None, body, build)


@router.delete("/notices/{number}", **TAKEN)
def withdraw(who: SignedIn, key: Key, number: Numbered, response: Response) -> shapes.ActionNow:
    """Withdraw a notice of your own, by the number you posted it under."""
    service = who.service
    mine = [one for one in service.finder.board().posted if one.author == who.address]
    found = next((one for one in mine if one.number == number), None)
    if found is None:
        raise NotThere(f"you have no notice {number} that stands", where=f"notice {number}")

    def build() -> list[Wanted]:
        return [service.message("Anchors", "anchor", rules.WITHDRAWN, number, hash_bytes(found.hash))]

    return taken(who, response, key, "withdraw a notice", number, None, build)


def _weights(said: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in said:
        name, _, number = one.partition(":")
        if name not in CRITERIA or not number.isascii() or not number.isdigit() or name in found:
            raise InputError(f"{one[:40]!r} is no weight", where="weight", hint="e.g. price:4; " + ", ".join(CRITERIA))
        found[name] = int(number[:6])
    return found


def _shown(one: Posted) -> shapes.NoticeNow:
    its = one.notice
    kind: Literal["offered", "wanted"] = its.kind
    return shapes.NoticeNow(
        id=one.id,
        author=one.author,
        number=one.number,
        document=one.hash,
        kind=kind,
        title=its.title,
        services=list(its.services),
        price=its.price,
        ready=its.ready,
        expires=its.expires,
        quality=its.quality,
        position=its.position,
        words=its.words,
    )


def _found(one: Posted, why: Found) -> shapes.FoundNow:
    return shapes.FoundNow(
        notice=_shown(one), score=why.score, merits=dict(why.merits), parts=dict(why.parts), why=why.explain()
    )
