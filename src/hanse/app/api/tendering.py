"""Requests for quotation as the API shows them, and the terms that a body asks for. All of it stands on the chain, so
everybody in the league sees it; words about work are for its parties and the league's staff."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from hanse.app import documents
from hanse.app.api import reading, shapes
from hanse.app.api.callers import Caller
from hanse.app.api.problems import Conflict, NotAllowed, NotThere
from hanse.app.api.service import Service
from hanse.errors import HanseError, InputError
from hanse.ledger.league import ARBITER, NOTHING, SECOND_ARBITER
from hanse.ledger.quotation_tables import BidRow, RequestRow
from hanse.market.matching import service_names, service_set
from hanse.market.quotation import DEEPEST, LONGEST_WORK, Liability, Terms


def found(service: Service, number: int) -> RequestRow:
    """A request. Raises NotThere."""
    row = service.lookup.request(number)
    if row is None:
        raise NotThere(f"there is no request {number}", where=f"request {number}")
    return row


def terms(who: Caller, body: shapes.AskQuotations, moment: int) -> Terms:
    """What a body asks for; its words are stored. moment: now, by the chain. Raises InputError, Conflict, NotAllowed,
    NotThere."""
    service = who.service
    if body.parent is not None:
        above = found(service, body.parent)
        if above.stage != "awarded" or above.winner != who.address:
            raise NotAllowed("only who has won work, and not delivered it, hands parts of it on", where="parent")
        if above.depth + 1 > DEEPEST:
            raise Conflict(f"work goes through at most {DEEPEST} hands", where="parent")
    wanted = service_set(body.services, reading.members.services(service)) if body.services else 0
    said = documents.request(body.title, body.words, tuple(body.services))
    commit_end, reveal_end = moment + body.commit, moment + body.commit + body.reveal
    if not reveal_end <= body.latest <= reveal_end + LONGEST_WORK:
        raise InputError("work is ready after all bids are open, and within 1000 days", where="latest")
    return Terms(
        commit_end, reveal_end, body.latest, body.budget, body.bond,
        body.arbiter or _arbiter(service, who.address), who.put(said), body.earliest or moment,
        body.least_quality, body.review, body.patience, body.per_day, body.per_quality, wanted, body.parent or 0,
        Liability(**body.liability.model_dump()),
    )  # fmt: skip


def check_bidder(who: Caller, row: RequestRow, moment: int) -> None:
    """Raises Conflict or NotAllowed if the contract would refuse a bid of the caller: before any money is put down."""
    service, where = who.service, f"request {row.number}"
    if row.stage != "open" or moment >= row.terms.commit_end:
        raise Conflict("bids are no longer taken", where=where)
    above: RequestRow | None = row
    while above is not None:
        if above.requester == who.address:
            raise NotAllowed(
                "whoever asked for this work, or for what it is a part of, does not bid for it", where=where
            )
        above = service.lookup.request(above.parent) if above.parent else None
    member = service.lookup.member(who.address)
    if row.terms.services & ~(0 if member is None else member.offered):
        raise NotAllowed("this request wants bidders that are certified for its services", where=where)
    if who.address == row.arbiter or who.is_(row.arbiter):
        raise NotAllowed("its arbiter does not bid for it", where=where)


def _arbiter(service: Service, requester: str) -> str:
    """The first arbiter of the league that is not the requester, people before a key that nobody looks after."""
    keys = [service.league.address(role) for role in (ARBITER, SECOND_ARBITER)]
    people = [one for one in service.holders("arbiter") if one != requester and one not in keys]
    return people[0] if people else keys[0]


def quotation(service: Service, row: RequestRow) -> shapes.QuotationNow:
    """A request with its bids and its place in the chain of responsibility."""
    said, lookup, one = _said(service, row.terms.document), service.lookup, row.terms
    chain: list[int] = []
    above = row
    while above.parent and (next_ := lookup.request(above.parent)) is not None:
        above = next_
        chain.append(above.number)
    plain = {
        name: getattr(one, name)
        for name in (
            *("document", "budget", "bond", "commit_end", "reveal_end", "earliest", "latest", "least_quality"),
            *("per_day", "per_quality", "review", "patience", "arbiter"),
        )
    }
    return shapes.QuotationNow(
        number=row.number,
        requester=row.requester,
        stage=row.stage,
        title=said["title"],
        words=said["words"],
        services=list(service_names(one.services, reading.members.services(service))) if one.services else [],
        liability=shapes.LiabilityTable.model_construct(**asdict(one.liability)),
        depth=row.depth,
        chain=chain,
        parts=[part.number for part in lookup.parts_of(row.number)],
        sealed=row.bids,
        bids=[_bid(bid) for bid in lookup.bids(row.number)],
        winner=row.winner,
        price=row.price,
        ready=row.ready,
        evidence=row.evidence,
        cause=row.cause,
        end=row.end,
        rating=row.rating,
        late=row.lateness,
        to_winner=row.to_winner,
        to_requester=row.to_requester,
        **plain,
    )


def may_read(who: Caller, name: str) -> bool:
    """Whether this content is shown to the caller as a party of a request: evidence by whoever named it there, and to
    its requester what bidders have opened. That it is named there is not enough: whoever names what others sent would
    read it."""
    service = who.service
    senders = service.uploads.by(name)
    for row in service.lookup.requests(0, 2**31, who.address) if senders else ():
        if name == row.evidence and who.address in (row.requester, row.winner, row.arbiter) and row.said_by in senders:
            return True
        bids = service.lookup.bids(row.number) if who.address in (row.requester, row.arbiter) else ()
        if any(bid.document == name and bid.bidder in senders for bid in bids):
            return True
    return False


def _bid(row: BidRow) -> shapes.BidNow:
    return shapes.BidNow(
        bidder=row.bidder,
        place=row.nth,
        state=row.state,
        price=row.price,
        ready=row.ready,
        quality=row.quality,
        document=row.document if row.document != NOTHING else "",
        value=row.value,
    )


def _said(service: Service, name: str) -> dict[str, Any]:
    """What a request says in words; nothing if we do not have it, or it is none."""
    try:
        said = documents.parse(service.content.get(name), "hanse-request/1") if service.content.has(name) else {}
    except HanseError:
        said = {}
    return {part: str(said.get(part, "")) for part in ("title", "words")}
