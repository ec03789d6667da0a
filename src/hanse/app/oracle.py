"""The oracle: a notary names feeds on the chain, sources sign, a record says which value counted and who said so.

A feed is a document; the notary anchors its hash under the feed's name, as number 1. Whoever is withdrawn is missing in
the document with the next number, and counts in no record any more, old ones included: `examine` always goes by the
newest. A record is evidence like any other: its hash goes into a delivery, a dispute, a ruling or an appeal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Protocol, TypeVar

import msgspec

from hanse.errors import EvidenceError, InputError
from hanse.ledger.content import ContentStore
from hanse.ledger.contracts import role
from hanse.ledger.identities import Identities, holder
from hanse.ledger.league import NOTARY, League, Sent
from hanse.model.canonical import canonical, digest
from hanse.model.keccak import keccak
from hanse.telemetry.feeds import MOST_STATEMENTS, Counted, Feed, Kind, Signed, Statement, Verdict, Where, judge

FEED, RECORD, STATEMENT = "hanse-feed/1", "hanse-oracle-record/1", "hanse-statement/1"
LARGEST = 1_000_000
"""Bytes of a document that is read."""

NOTHING = bytes(32)

_Address = Annotated[str, msgspec.Meta(pattern="^0x[0-9a-fA-F]{40}$")]
_Hash = Annotated[str, msgspec.Meta(pattern="^0x[0-9a-f]{64}$")]
_Signature = Annotated[str, msgspec.Meta(pattern="^0x[0-9a-f]{130}$")]


class _Source(msgspec.Struct, forbid_unknown_fields=True):
    address: _Address
    name: str


class _Feed(msgspec.Struct, forbid_unknown_fields=True):
    format: str
    name: str
    kind: Kind
    unit: str
    sources: list[_Source]
    threshold: int
    fresh: int


class _Statement(msgspec.Struct, forbid_unknown_fields=True):
    format: str
    feed: str
    subject: str
    value: str
    measured: int
    signature: _Signature


class _Counted(msgspec.Struct, forbid_unknown_fields=True):
    source: _Address
    name: str
    value: str
    measured: int


class _Record(msgspec.Struct, forbid_unknown_fields=True):
    format: str
    notary: _Address
    feed: _Hash
    revision: int
    subject: str
    at: int
    value: str
    counted: list[_Counted]
    statements: Annotated[list[_Statement], msgspec.Meta(max_length=MOST_STATEMENTS)]


def topic(feed: str) -> bytes:
    """What a notary anchors a feed under."""
    return keccak(b"hanse feed/" + feed.encode())


def feed_document(feed: Feed) -> bytes:
    """The feed as what is hashed and anchored."""
    sources = [{"address": address, "name": name} for address, name in feed.sources]
    return canonical({
        "format": FEED, "name": feed.name, "kind": feed.kind, "unit": feed.unit, "sources": sources,
        "threshold": feed.threshold, "fresh": feed.fresh,
    })  # fmt: skip


def read_feed(data: bytes) -> Feed:
    """Raises InputError for what is none."""
    wire = _decoded(data, _Feed, FEED)
    sources = tuple((one.address, one.name) for one in wire.sources)
    return Feed(wire.name, wire.kind, wire.unit, sources, wire.threshold, wire.fresh)


def statement_document(signed: Signed) -> dict[str, Any]:
    """A signed statement as a file."""
    said = signed.statement
    return {
        "format": STATEMENT, "feed": said.feed, "subject": said.subject, "value": said.value,
        "measured": said.measured, "signature": "0x" + signed.signature.hex(),
    }  # fmt: skip


def read_statement(data: bytes) -> Signed:
    """Raises InputError for what is none."""
    return _signed(_decoded(data, _Statement, STATEMENT))


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a record says of itself; `examine` says whether it is so. feed: hash of the feed's document."""

    notary: str
    feed: str
    revision: int
    subject: str
    at: int
    value: str
    counted: tuple[Counted, ...]


def read_record(data: bytes) -> Claimed:
    """Raises InputError for what is none."""
    wire = _decoded(data, _Record, RECORD)
    counted = tuple(Counted(one.source, one.name, one.value, one.measured) for one in wire.counted)
    return Claimed(wire.notary, wire.feed, wire.revision, wire.subject, wire.at, wire.value, counted)


class Anchored(Protocol):
    """What is asked of a league: `OfLeague`, or the audit's."""

    where: Where

    def is_notary(self, account: str) -> bool:
        """Whether this key may certify now: as itself, or in the seat of an identity."""

    def root(self, account: str, topic: bytes, number: int) -> bytes:
        """What it anchored, zeros for nothing."""


class OfLeague:
    """The anchors and notaries of an open league."""

    def __init__(self, league: League, chain_id: int) -> None:
        self._league, self.where = league, Where(chain_id, league.addresses.anchors)

    def is_notary(self, account: str) -> bool:
        def has(identity: str) -> bool:
            return bool(self._league.read("MemberRegistry", "hasRole", role("NOTARY_ROLE"), identity))

        return holder(Identities(self._league).seats(account), has) is not None

    def root(self, account: str, topic: bytes, number: int) -> bytes:
        return bytes(self._league.read("Anchors", "rootOf", account, topic, number))


def newest(of: Anchored, notary: str, feed: str) -> tuple[int, bytes]:
    """Number and hash of a feed's newest document; 0 if this notary never anchored it."""
    number, found = 0, NOTHING
    while (root := of.root(notary, topic(feed), number + 1)) != NOTHING:
        number, found = number + 1, root
    return number, found


def publish(league: League, content: ContentStore, feed: Feed, of: Anchored) -> tuple[int, str]:
    """The notary anchors a feed or its next revision; returns its number and hash. The same again does nothing."""
    data = feed_document(feed)
    number, root = newest(of, league.address(NOTARY), feed.name)
    name = content.put(data)
    if "0x" + root.hex() == name:
        return number, name
    sent: Sent = league.send(
        f"feed/{feed.name}/{number + 1}/{name}", NOTARY, "Anchors", "anchor",
        topic(feed.name), number + 1, bytes.fromhex(name[2:]),
    )  # fmt: skip
    sent.wait()
    return number + 1, name


def record(
    feed: Feed, revision: int, notary: str, subject: str, said: Sequence[Signed], at: int, where: Where
) -> bytes:
    """The record of what counted. Raises EvidenceError if too few sources agree, saying who did not count and why."""
    verdict = judge(feed, subject, said, at, where)
    if verdict.value is None:
        why = "; ".join(f"{who or 'nobody'}: {reason.value}" for who, reason in verdict.refused)
        raise EvidenceError(
            f"{len(verdict.counted)} sources count and do not agree or are too few, {feed.threshold} must",
            where=f"feed {feed.name}, {subject}",
            hint=why or "ask more sources",
        )
    # Only what counts is kept: nobody can fill a record with what says nothing.
    kept = [one for one in said if _is_counted(one, verdict, where)]
    return canonical({
        "format": RECORD, "notary": notary, "feed": digest(feed_document(feed)), "revision": revision,
        "subject": subject, "at": at, "value": verdict.value, "counted": _counted(verdict),
        "statements": [statement_document(one) for one in kept],
    })  # fmt: skip


@dataclass(frozen=True, slots=True)
class Examined:
    """A record that is right. revision: the newest of the feed, by which it was examined."""

    feed: Feed
    subject: str
    at: int
    verdict: Verdict
    revision: int


def examine(data: bytes, content: ContentStore, of: Anchored) -> Examined:
    """Recomputes a record from its signatures, by the newest revision of the feed on the chain.

    Raises InputError for what is no record; EvidenceError if the feed was never anchored by a notary, if a source was
    withdrawn without which too few agree, or if the record says anything else than its statements.
    """
    wire = _decoded(data, _Record, RECORD)
    where = f"record of {wire.subject}"
    if not of.is_notary(wire.notary):
        raise EvidenceError(f"{wire.notary} is no notary of this league", where=where)
    written = read_feed(content.get(wire.feed))
    if of.root(wire.notary, topic(written.name), wire.revision) != bytes.fromhex(wire.feed[2:]):
        raise EvidenceError("the notary never anchored this feed", where=where, hint="the record is forged")
    number, root = newest(of, wire.notary, written.name)
    current = read_feed(content.get("0x" + root.hex()))
    said = [_signed(one) for one in wire.statements]
    then = judge(written, wire.subject, said, wire.at, of.where)
    if (then.value, _counted(then)) != (wire.value, [msgspec.to_builtins(one) for one in wire.counted]):
        raise EvidenceError("the record does not say what its sources signed", where=where, hint="it is forged")
    still = {address.lower() for address, _ in current.sources}
    now = judge(written, wire.subject, [one for one in said if _by(one, of.where) in still], wire.at, of.where)
    if now.value is None:
        gone = ", ".join(one.name for one in then.counted if one.source.lower() not in still)
        raise EvidenceError(
            f"too few sources are left: the notary has withdrawn {gone}", where=where, hint="ask other sources"
        )
    if now.value != wire.value:
        raise EvidenceError(
            f"without the sources that the notary has withdrawn, it is {now.value} and not {wire.value}", where=where
        )
    return Examined(written, wire.subject, wire.at, now, number)


_Wire = TypeVar("_Wire", _Feed, _Statement, _Record)


def _decoded(data: bytes, kind: type[_Wire], form: str) -> _Wire:
    if len(data) > LARGEST:
        raise InputError(f"a document of a feed has at most {LARGEST:,} bytes", where=form)
    try:
        found = msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"this is no {form}: {error}", where=form, hint="is it the right file, and whole?") from None
    if found.format != form:
        raise InputError(f"its format is {found.format[:40]!r}", where=form, hint="is it the right file?")
    return found


def _signed(wire: _Statement) -> Signed:
    said = Statement(wire.feed, wire.subject, wire.value, wire.measured)
    return Signed(said, bytes.fromhex(wire.signature[2:]))


def _by(one: Signed, where: Where) -> str:
    return (one.source(where) or "").lower()


def _is_counted(one: Signed, verdict: Verdict, where: Where) -> bool:
    who, said = _by(one, where), one.statement
    return any(
        (counted.source.lower(), counted.value, counted.measured) == (who, said.value, said.measured)
        for counted in verdict.counted
    )


def _counted(verdict: Verdict) -> list[Mapping[str, Any]]:
    return [
        {"source": one.source, "name": one.name, "value": one.value, "measured": one.measured}
        for one in verdict.counted
    ]
