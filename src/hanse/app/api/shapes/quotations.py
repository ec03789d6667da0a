"""Requests for quotation: asked, bid for under seal, awarded by rule, done and paid."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from hanse.app.api.shapes.base import (
    ADDRESS,
    HASH,
    Address,
    Cents,
    Hash,
    Millionths,
    Moment,
    Number,
    ServiceName,
    Shape,
    Words,
)

Seconds = Annotated[int, Field(ge=1, le=90 * 86_400, examples=[86_400])]
Title = Annotated[
    str,
    StringConstraints(min_length=1, max_length=120, strip_whitespace=True),
    Field(examples=["40 shafts, turned and ground"]),
]
Amount96 = Annotated[int, Field(ge=1, le=2**63 - 1, examples=[100_000])]


class LiabilityTable(Shape):
    """What the winner bears of each failure, of price and bond, millionths; the requester bears the rest. per_day:
    of the price for each day of lateness, at most `cap`."""

    quality: Millionths = Field(default=1_000_000, examples=[1_000_000])
    breakdown: Millionths = Field(default=1_000_000, examples=[100_000])
    transport: Millionths = Field(default=1_000_000, examples=[500_000])
    per_day: Millionths = Field(default=10_000, examples=[10_000])
    cap: Millionths = Field(default=200_000, examples=[200_000])


class AskQuotations(Shape):
    """commit, reveal: seconds in which bids are sealed, then opened. bond: of each bidder. earliest: before this nobody
    needs it, null for now; latest: ready by then. per_day, per_quality: cents by which a later day, and all quality
    that is missing, make a bid worse; both 0: the lowest price wins. services: that a bidder is certified for.
    arbiter: null for the league's. parent: the request you have won whose work this is a part of."""

    title: Title
    words: Words = ""
    budget: Amount96
    bond: Amount96 = Field(examples=[5_000])
    latest: Moment
    earliest: Moment | None = Field(default=None, examples=[1_794_000_000])
    least_quality: Millionths = Field(default=0, examples=[800_000])
    commit: Seconds = 2 * 86_400
    reveal: Seconds = 86_400
    review: Seconds = 7 * 86_400
    patience: Seconds = 14 * 86_400
    per_day: Cents = Field(default=0, examples=[0])
    per_quality: Cents = Field(default=0, examples=[0])
    services: list[ServiceName] = Field(default=[], max_length=256, examples=[[]])
    arbiter: Address | None = Field(default=None, examples=[None])
    parent: Number | None = Field(default=None, examples=[None])
    liability: LiabilityTable = LiabilityTable()


class SealBid(Shape):
    """The seal alone: what is under it stays with the bidder (`hanse.market.slip`)."""

    seal: Hash


class OpenBid(Shape):
    """What was sealed, exactly. document: content hash, zeros for none."""

    price: Cents
    ready: Moment
    quality: Annotated[int, Field(ge=0, le=2**32 - 1, examples=[900_000])]
    document: Hash = Field(default="0x" + "00" * 32, examples=["0x" + "00" * 32])
    salt: Hash


class ReportFailure(Shape):
    cause: Literal["quality", "breakdown", "transport"]
    words: Words


class AcceptWork(Shape):
    rating: Millionths | None = Field(default=None, examples=[950_000])


class DecideCause(Shape):
    """What happened; the request's liabilities say who pays."""

    cause: Literal["none", "quality", "breakdown", "transport"]


class BidNow(Shape):
    """A bidder in a request; price and the rest are 0 and empty until it is opened. value: null if it does not fit."""

    bidder: Address
    place: int = Field(examples=[1])
    state: Literal["sealed", "opened", "released"]
    price: Cents
    ready: int = Field(examples=[1_795_000_000])
    quality: int = Field(examples=[900_000])
    document: str = Field(examples=[HASH])
    value: int | None = Field(examples=[70_000])


class QuotationNow(Shape):
    """stage: open (sealed until `commit_end`, opened until `reveal_end`), void, awarded, delivered, disputed, done.
    winner: who leads, or won. ready: when its work is promised. chain: the requests whose work this is a part of, up to
    the first; parts: what was handed on of it. cause, end, rating, late, to_winner, to_requester: how it ended."""

    number: int = Field(examples=[3])
    requester: Address
    stage: Literal["open", "void", "awarded", "delivered", "disputed", "done"]
    title: str = Field(examples=["40 shafts, turned and ground"])
    words: str = Field(examples=["as drawing 17"])
    document: Hash
    services: list[str] = Field(examples=[["turning"]])
    budget: Cents
    bond: Cents
    commit_end: Moment
    reveal_end: Moment
    earliest: Moment
    latest: Moment
    least_quality: Millionths
    per_day: Cents
    per_quality: Cents
    review: int = Field(examples=[604_800])
    patience: int = Field(examples=[1_209_600])
    arbiter: Address
    liability: LiabilityTable
    depth: int = Field(examples=[0])
    chain: list[int] = Field(examples=[[]])
    parts: list[int] = Field(examples=[[]])
    sealed: int = Field(examples=[3], description="How often a bid was sealed.")
    bids: list[BidNow]
    winner: str = Field(examples=[ADDRESS])
    price: Cents
    ready: int = Field(examples=[1_795_000_000])
    evidence: str = Field(examples=[""])
    cause: str = Field(examples=["none"])
    end: str = Field(examples=[""])
    rating: int | None = Field(examples=[None])
    late: int = Field(examples=[0])
    to_winner: Cents
    to_requester: Cents
