"""Notices: what is offered and wanted, found and ranked with reasons."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from hanse.app.api.shapes.base import Address, Hash, Millionths, Moment, ServiceName, Shape

Metres = Annotated[int, Field(ge=-10_000_000, le=10_000_000, examples=[3_000])]
Price = Annotated[int, Field(ge=0, le=2**40 - 1, examples=[9_000])]


class PostNotice(Shape):
    """price: asked at least, or paid at most; ready: offered from then, or wanted by then; quality: promised, or wanted
    at least; position: metres on the league's map, null for anywhere."""

    kind: Literal["offered", "wanted"]
    title: Annotated[str, StringConstraints(min_length=1, max_length=120), Field(examples=["milling on Thursdays"])]
    services: list[ServiceName] = Field(min_length=1, max_length=32, examples=[["milling"]])
    price: Price
    ready: Moment
    expires: Moment = Field(examples=[1_800_000_000])
    quality: Millionths = Field(default=1_000_000, examples=[950_000])
    position: tuple[Metres, Metres] | None = Field(default=None, examples=[[3_000, 4_000]])
    words: Annotated[str, StringConstraints(max_length=2_000), Field(examples=["up to 400 mm"])] = ""


class NoticeNow(PostNotice):
    """id: on the board; number: its author's own; document: hash of what its author anchored."""

    id: int = Field(examples=[12])
    author: Address
    number: int = Field(examples=[1])
    document: Hash


class FoundNow(Shape):
    """A find. merits: by criterion, millionths; parts: what each adds to the score; why: in words, the most first."""

    notice: NoticeNow
    score: int = Field(examples=[9_400_000])
    merits: dict[str, int] = Field(examples=[{"price": 917_431}])
    parts: dict[str, int] = Field(examples=[{"price": 3_669_724}])
    why: str = Field(examples=["price 0.92, reputation 0.50"])


class Finds(Shape):
    """The best first. weights: by which they were ranked."""

    weights: dict[str, int] = Field(examples=[{"price": 4}])
    found: list[FoundNow]


class Suggested(Shape):
    """offers: of others, for what you want; wanted: by others, what you are certified to do; requests: for quotation,
    open now, whose numbers you are certified for."""

    offers: list[FoundNow]
    wanted: list[NoticeNow]
    requests: list[int] = Field(examples=[[3]])
