"""What all shapes are made of: kinds of values, each with an example, and their base."""

from __future__ import annotations

from typing import Annotated, Any, Generic, TypeVar

import msgspec
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

T = TypeVar("T")

ADDRESS = "0xC0ffee254729296a45a3885639AC7E10F9d54979"
HASH = "0x" + "5e" * 32

Address = Annotated[str, StringConstraints(pattern="^0x[0-9a-fA-F]{40}$"), Field(examples=[ADDRESS])]
Hash = Annotated[str, StringConstraints(pattern="^0x[0-9a-f]{64}$"), Field(examples=[HASH])]
Raw = Annotated[str, StringConstraints(pattern="^0x([0-9a-fA-F]{2})+$", max_length=65_536), Field(examples=["0x02f8"])]
Signature = Annotated[
    str, StringConstraints(pattern="^0x([0-9a-fA-F]{2}){1,4096}$", max_length=8194), Field(examples=["0x" + "1b" * 65])
]
"""65 bytes of a key; what a contract takes for its signature (ERC-1271) is longer."""
Cents = Annotated[int, Field(ge=0, le=2**63 - 1, examples=[25_000])]
Change = Annotated[int, Field(examples=[-25_000], description="Cents, negative where they went away.")]
Millionths = Annotated[int, Field(ge=0, le=1_000_000, examples=[950_000])]
Moment = Annotated[int, Field(ge=0, le=2**40 - 1, examples=[1_795_000_000])]
Number = Annotated[int, Field(ge=1, le=2**32 - 1, examples=[7])]
Place = Annotated[int, Field(ge=0, le=31, examples=[0])]
Minute = Annotated[int, Field(ge=0, le=2**32 - 1, examples=[29_916_660], description="Minutes since 1970.")]
Plan = Annotated[int, Field(ge=0, le=10**12, examples=[480], description="Time units of the league's problems.")]
Name = Annotated[
    str, StringConstraints(pattern=r"^[\w][\w .,&'+-]{0,63}$", strip_whitespace=True), Field(examples=["Mueller"])
]
Words = Annotated[str, StringConstraints(max_length=2000), Field(examples=["three parts are out of tolerance"])]
Phrase = Annotated[
    str, StringConstraints(min_length=12, max_length=256), Field(examples=["four words are easy to keep"])
]
ServiceName = Annotated[str, StringConstraints(min_length=1, max_length=64), Field(examples=["milling"])]
Code = Annotated[str, StringConstraints(min_length=8, max_length=128), Field(examples=["Yk3v-an-invitation-code"])]


def _is_text(document: dict[str, Any]) -> dict[str, Any]:
    try:
        msgspec.json.encode(document)
    except UnicodeEncodeError:
        raise ValueError("halves of surrogate pairs are no text") from None
    return document


Document = Annotated[dict[str, Any], AfterValidator(_is_text)]
"""A file in the form of JSON that somebody sends, as it is; its own reader says what it must hold."""


class Shape(BaseModel):
    """Base of all: nothing unknown, nothing changed afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Problem(Shape):
    """What went wrong, where, and what to do (RFC 9457)."""

    model_config = ConfigDict(extra="allow", frozen=True)

    type: str = Field(examples=["/problems/not-there"])
    title: str = Field(examples=["not there"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["there is no order 7 of yours"])
    where: str = Field(examples=["order 7"])
    hint: str = Field(examples=[""])
    request: str = Field(examples=["5f0c1d2e3a4b5c6d"], description="The request's number in the log.")


class Page(Shape, Generic[T]):
    """A part of a list. next: cursor of the part after it, null at the end."""

    items: list[T]
    next: str | None = Field(examples=["bzc"])
