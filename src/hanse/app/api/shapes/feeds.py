"""Feeds: what several sources say of one thing, which value counts, and who said it (docs/oracles.md)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from hanse.app.api.shapes.base import Address, Hash, Moment, Shape

_Word = Annotated[str, StringConstraints(min_length=1, max_length=128), Field(examples=["delivery"])]
_Subject = Annotated[str, StringConstraints(min_length=1, max_length=128), Field(examples=["agreement 4, milestone 0"])]
_Value = Annotated[str, StringConstraints(min_length=1, max_length=128), Field(examples=["3600"])]
_Signature = Annotated[str, StringConstraints(pattern="^0x[0-9a-f]{130}$"), Field(examples=["0x" + "1b" * 65])]


class FeedSource(Shape):
    address: Address
    name: _Word = Field(examples=["gate"])


class PublishFeed(Shape):
    """A feed, or its next revision: whoever is missing in it counts in no record any more, old ones included. kind:
    numbers count by their median, states if they agree; threshold: how many must count, more than half of the sources;
    fresh: how old a statement may be, seconds."""

    name: _Word
    kind: Literal["number", "state"]
    unit: Annotated[str, StringConstraints(max_length=128), Field(examples=["seconds late"])]
    sources: list[FeedSource] = Field(min_length=1, max_length=64)
    threshold: int = Field(ge=1, le=64, examples=[1])
    fresh: int = Field(ge=1, le=2**31 - 1, examples=[600])


class FeedNow(PublishFeed):
    """revision: the newest; document: its hash, which the notary anchored."""

    notary: Address
    revision: int = Field(examples=[1])
    document: Hash


class SayStatement(Shape):
    """measured: when it was seen, null for now."""

    feed: _Word
    subject: _Subject
    value: _Value
    measured: Moment | None = None


class StatementFile(Shape):
    """A signed statement, as `hanse oracle say` writes it."""

    format: Literal["hanse-statement/1"]
    feed: _Word
    subject: _Subject
    value: _Value
    measured: Moment
    signature: _Signature


class MakeRecord(Shape):
    """notary: whose feed, where several have one of this name."""

    feed: _Word
    notary: Address | None = None
    subject: _Subject
    statements: list[StatementFile] = Field(min_length=1, max_length=1_000)


class CountedNow(Shape):
    """Who said what when."""

    source: Address
    name: str = Field(examples=["gate"])
    value: str = Field(examples=["3600"])
    measured: int = Field(examples=[1_795_000_000])


class RecordNow(Shape):
    """What sources said of a subject at a moment. evidence: hash of the record, which a delivery, dispute, ruling or
    appeal names; sources: how many the feed has, of which `threshold` must count; holds: whether all of it was
    recomputed from the signatures, by the feed as it is now; fault, cure: why not, and what to do. agreement,
    milestone: where it was given as evidence, null if nowhere you can see."""

    evidence: Hash
    feed: str = Field(examples=["delivery"])
    notary: Address
    revision: int = Field(examples=[1])
    subject: str = Field(examples=["agreement 4, milestone 0"])
    at: int = Field(examples=[1_795_000_000])
    value: str = Field(examples=["3600"])
    unit: str = Field(examples=["seconds late"])
    counted: list[CountedNow]
    sources: int = Field(examples=[3])
    threshold: int = Field(examples=[2])
    holds: bool
    fault: str = Field(examples=[""])
    cure: str = Field(examples=[""])
    agreement: int | None = Field(default=None, examples=[4])
    milestone: int | None = Field(default=None, examples=[0])
