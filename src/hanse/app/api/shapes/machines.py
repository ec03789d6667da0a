"""Machines as they tell of themselves, the gateways that speak for them, and what that means for agreed work."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from hanse.app.api.shapes.base import ADDRESS, Address, Hash, Number, Shape, Signature
from hanse.telemetry.forward import MOST_READINGS

Long = Annotated[int, Field(ge=0, le=2**63 - 1)]
Millis = Annotated[int, Field(ge=0, le=2**48 - 1, examples=[1_795_000_000_000], description="Milliseconds since 1970.")]
Machine = Annotated[str, StringConstraints(min_length=1, max_length=128), Field(examples=["M1"])]
Reported = bool | int | float | str


class GatewayNow(Shape):
    """A delegate of a member for readings. all: of all its machines; machines: of these; unheard: and of these, which
    have not said anything here yet, by their kind of delegate; until: seconds since 1970. seal: its newest here, 0
    before the first; received: when that came; missing: seals that were left out; refused: readings that were not
    taken."""

    address: Address
    all: bool = Field(examples=[False])
    machines: list[str] = Field(examples=[["M1"]])
    unheard: list[str] = Field(examples=[["hanse/readings/24a3d7a1cbd1b8fc"]])
    until: int = Field(examples=[1_795_000_000])
    seal: int = Field(examples=[12])
    received: int | None = Field(examples=[1_795_000_000_000])
    missing: int = Field(examples=[0])
    refused: int = Field(examples=[0])


class SealGiven(Shape):
    """A seal of a gateway's journal (docs/telemetry.md), with its signature."""

    number: Annotated[int, Field(ge=1, le=2**63 - 1, examples=[12])]
    first: Annotated[int, Field(ge=1, le=2**63 - 1, examples=[221])]
    count: Annotated[int, Field(ge=1, le=MOST_READINGS, examples=[1])]
    root: Hash
    previous: Hash
    sealed: Millis
    signature: Signature


class Forwarded(Shape):
    """A seal with its readings, each in its canonical spelling, signed for this league and this member's account."""

    account: Address
    member: Annotated[str, StringConstraints(pattern=r"^[\w-]{1,32}$"), Field(examples=["E1"])]
    seal: SealGiven
    readings: list[Annotated[str, StringConstraints(min_length=2, max_length=20_000)]] = Field(
        min_length=1, max_length=MOST_READINGS, examples=[['["E1/line","M1","State",1795000000000,"running"]']]
    )
    signature: Signature


class ForwardedNow(Shape):
    """stored, known, refused: readings; newest: number of the gateway's newest seal here."""

    gateway: Address
    seal: Number
    stored: int = Field(examples=[1])
    known: int = Field(examples=[0])
    refused: int = Field(examples=[0])
    newest: int = Field(examples=[12])


class MetricNow(Shape):
    """What a machine said last of a metric; gateway and seal: who signed it, under which number."""

    metric: str = Field(examples=["State"])
    value: Reported = Field(examples=["running"])
    measured: int = Field(examples=[1_795_000_000_000])
    gateway: Address
    seal: int = Field(examples=[12])


class MachineNow(Shape):
    """state: running, idle, down, or nothing; operation: `job/operation` it began and has not ended; heard: when it
    said anything last, ms; energy: Wh of the last day by its meter, null without one."""

    id: str = Field(examples=["M1"])
    state: str = Field(examples=["running"])
    since: int | None = Field(examples=[1_795_000_000_000])
    operation: str = Field(examples=["J1/O1"])
    began: int | None = Field(examples=[1_795_000_000_000])
    heard: int = Field(examples=[1_795_000_000_000])
    energy: float | None = Field(examples=[2200.0])
    metrics: list[MetricNow]


class MachinesNow(Shape):
    """A member's machines and gateways. now: by the service's clock, ms."""

    member: Address = Field(examples=[ADDRESS])
    now: int = Field(examples=[1_795_000_000_000])
    machines: list[MachineNow]
    gateways: list[GatewayNow]


class ReadingNow(Shape):
    measured: int = Field(examples=[1_795_000_000_000])
    value: Reported = Field(examples=[1450.5])


class WorkNow(Shape):
    """A member's part of an order that was not delivered, by what machines said. stage: agreed or started, as the
    member said. operations, begun, finished: how many; expected: when it will
    be finished, seconds since 1970; late: seconds after its due date, 0 for in time."""

    order: Number
    job: str = Field(examples=["J1"], description="What plans and machines call the order.")
    agreement: Number
    milestone: int = Field(examples=[0])
    member: Address
    stage: str = Field(examples=["started"])
    operations: int = Field(examples=[3])
    begun: int = Field(examples=[2])
    finished: int = Field(examples=[1])
    expected: int = Field(examples=[1_795_000_000])
    due: int = Field(examples=[1_795_000_000])
    late: int = Field(examples=[0])
