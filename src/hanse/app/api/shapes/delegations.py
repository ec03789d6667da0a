"""Delegations signed by their owner and sent by somebody else (docs/identity.md)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from hanse.app.api.shapes.base import ADDRESS, Address, Moment, Shape
from hanse.app.api.shapes.identities import Days
from hanse.app.api.shapes.machines import Machine

_LONGEST = 3650 * 86_400


class Lend(Shape):
    """machine: may seal the readings of this one only; null for all. days: 0 ends it; wait_days: so long the paper can
    be sent."""

    delegate: Address
    kind: Literal["hanse/readings", "sigAuth", "veriKey"] = "hanse/readings"
    machine: Machine | None = None
    days: Days = 365
    wait_days: int = Field(default=7, ge=1, le=365, examples=[7])


class DelegationPaper(Shape):
    """A file `hanse-delegation/1`. identities: the contract it is for; seconds: so long the delegate acts from the
    block on that takes it, 0 to end it; nonce: of the identity, used once; deadline: it can be sent until then."""

    format: Literal["hanse-delegation/1"]
    chain_id: int = Field(ge=0, le=2**63 - 1, examples=[4219])
    identities: Address
    identity: Address
    kind: Annotated[str, StringConstraints(min_length=1, max_length=32), Field(examples=["hanse/readings"])]
    delegate: Address
    seconds: int = Field(ge=0, le=_LONGEST, examples=[31_536_000])
    nonce: int = Field(ge=0, le=2**63 - 1, examples=[0])
    deadline: Moment
    signature: Annotated[
        str, StringConstraints(pattern="^0x([0-9a-f]{2}){65,4096}$"), Field(examples=["0x" + "1b" * 65])
    ]


class Lent(Shape):
    """paper: signed, or null for a wallet, which signs `typed`; unsigned: the paper without its signature."""

    typed: dict[str, Any] = Field(examples=[{"primaryType": "AddDelegate"}])
    unsigned: dict[str, Any] = Field(examples=[{"format": "hanse-delegation/1", "identity": ADDRESS}])
    paper: DelegationPaper | None
