"""Writes, from what a wallet is to sign to what became of it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hanse.app.api.shapes.base import Address, Hash, Moment, Raw, Shape


class ToSign(Shape):
    """A transaction for a wallet. fees: wei per gas, `tip` null on a chain without EIP-1559."""

    to: Address
    data: Raw
    value: int = Field(examples=[0])
    nonce: int = Field(examples=[3])
    gas: int = Field(examples=[150_000])
    chain_id: int = Field(examples=[4219])
    most: int = Field(examples=[0])
    tip: int | None = Field(examples=[0])


class Step(Shape):
    """A stored transaction. block: that holds it, null before."""

    transaction: Hash
    block: int | None = Field(examples=[42])
    reason: str = Field(examples=[""])


class ActionNow(Shape):
    """state: `to sign` waits for a wallet; `stored` is on its way and will not be lost; `done` can be read everywhere;
    `failed` changed nothing, and says why. final: the chain will not replace what it became; until then `done` can
    become `stored` again. result: numbers that the contracts gave."""

    id: str = Field(examples=["0c" * 16])
    what: str = Field(examples=["place an order"])
    state: Literal["to sign", "stored", "done", "failed"]
    reason: str = Field(examples=[""])
    final: bool
    created: Moment
    steps: list[Step]
    sign: list[ToSign]
    result: dict[str, int | str] = Field(examples=[{"order": 7}])


class Bring(Shape):
    """The transactions of an action, signed, in their order."""

    signed: list[Raw] = Field(min_length=1, max_length=8)
