"""Feeds: named by a notary, said by sources, put down with who said what, and recomputed for whoever asks."""

from __future__ import annotations

from eth_utils.address import to_checksum_address
from fastapi import Response

from hanse.app import oracle
from hanse.app.api import shapes
from hanse.app.api.callers import Key, Notary, SignedIn
from hanse.app.api.feeding import Standing, Told
from hanse.app.api.problems import Conflict, NotThere
from hanse.app.api.routes.base import TAKEN, Hashed, Limit, taken
from hanse.app.api.routes.base import router as made
from hanse.errors import InputError
from hanse.ledger.desk import Wanted
from hanse.ledger.league import hash_bytes
from hanse.telemetry.feeds import Feed, Signed, Statement

router = made("feeds")


@router.get("/feeds", response_model=list[shapes.FeedNow])
def feeds(who: SignedIn) -> list[shapes.FeedNow]:
    """Feeds of the league's notaries, the newest revision of each, by name."""
    return [_feed(one) for one in who.service.feeds.standing()]


@router.post("/feeds", **TAKEN)
def publish(who: Notary, key: Key, body: shapes.PublishFeed, response: Response) -> shapes.ActionNow:
    """Name a feed, or give the next revision of one of yours."""
    service = who.service
    sources = tuple((to_checksum_address(one.address), one.name) for one in body.sources)
    said = Feed(body.name, body.kind, body.unit, sources, body.threshold, body.fresh)

    def build() -> list[Wanted]:
        number, root = oracle.newest(service.feeds, who.address, said.name)
        name = who.say(oracle.feed_document(said).decode())
        if "0x" + root.hex() == name:
            raise Conflict("the feed says exactly this already", where=said.name)
        return [service.message("Anchors", "anchor", oracle.topic(said.name), number + 1, hash_bytes(name))]

    return taken(who, response, key, "name a feed", None, body, build)


@router.post("/feeds/statements", status_code=201, response_model=shapes.StatementFile)
def say(who: SignedIn, body: shapes.SayStatement) -> shapes.StatementFile:
    """Sign what you saw, as a source. Nothing of it is kept here: hand it to whoever makes the record."""
    key = who.key()
    if key is None:
        raise InputError("wallets sign no statements here", where=who.name, hint="hanse oracle say, with your key")
    now = int(who.service.clock.now())
    said = Statement(body.feed, body.subject, body.value, now if body.measured is None else body.measured)
    signed = Signed.of(said, who.service.feeds.where, key)
    return shapes.StatementFile.model_validate(oracle.statement_document(signed))


@router.post("/feeds/records", status_code=201, response_model=shapes.RecordNow)
def record(who: SignedIn, body: shapes.MakeRecord) -> shapes.RecordNow:
    """Put down which value counts now, and who said it. Its hash is evidence of a delivery, dispute, ruling or
    appeal."""
    service = who.service
    notary = None if body.notary is None else to_checksum_address(body.notary)
    feed = service.feeds.of(body.feed, notary)
    statements = [
        Signed(Statement(one.feed, one.subject, one.value, one.measured), bytes.fromhex(one.signature[2:]))
        for one in body.statements
    ]
    at, where = int(service.clock.now()), service.feeds.where
    data = oracle.record(feed.feed, feed.revision, feed.notary, body.subject, statements, at, where)
    return _told(who, service.uploads.say(service.content, who.address, data.decode()))


@router.get("/feeds/records", response_model=list[shapes.RecordNow])
def records(who: SignedIn, limit: Limit = 50) -> list[shapes.RecordNow]:
    """Records that were given as evidence in agreements you see, the newest first, each recomputed."""
    service, found = who.service, list[shapes.RecordNow]()
    for row in reversed(service.lookup.agreements(0, 2**31, who.eyes)):
        for one in service.lookup.milestones(row.number):
            told = service.feeds.told(one.evidence) if one.evidence else None
            if told is not None:
                found.append(_record(told, row.number, one.number))
                if len(found) == limit:
                    return found
    return found


@router.get("/feeds/records/{name}", response_model=shapes.RecordNow)
def examined(who: SignedIn, name: Hashed) -> shapes.RecordNow:
    """One record by its hash, recomputed. Whoever was told the hash may know it."""
    return _told(who, name)


def _told(who: SignedIn, evidence: str) -> shapes.RecordNow:
    told = who.service.feeds.told(evidence)
    if told is None:
        raise NotThere("there is no such record", where=evidence)
    return _record(told, None, None)


def _feed(one: Standing) -> shapes.FeedNow:
    its = one.feed
    return shapes.FeedNow(
        name=its.name,
        kind=its.kind,
        unit=its.unit,
        sources=[shapes.FeedSource(address=address, name=name) for address, name in its.sources],
        threshold=its.threshold,
        fresh=its.fresh,
        notary=one.notary,
        revision=one.revision,
        document=one.document,
    )


def _record(one: Told, agreement: int | None, milestone: int | None) -> shapes.RecordNow:
    said, feed = one.said, one.feed
    return shapes.RecordNow(
        evidence=one.evidence,
        feed="" if feed is None else feed.name,
        notary=said.notary,
        revision=one.revision or said.revision,
        subject=said.subject,
        at=said.at,
        value=said.value,
        unit="" if feed is None else feed.unit,
        counted=[
            shapes.CountedNow(source=by.source, name=by.name, value=by.value, measured=by.measured)
            for by in said.counted
        ],
        sources=0 if feed is None else len(feed.sources),
        threshold=0 if feed is None else feed.threshold,
        holds=not one.fault,
        fault=one.fault,
        cure=one.cure,
        agreement=agreement,
        milestone=milestone,
    )
