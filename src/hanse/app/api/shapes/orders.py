"""Members, products and orders."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, model_validator

from hanse.app.api.shapes.agreements import AgreementNow
from hanse.app.api.shapes.base import (
    Address,
    Cents,
    Hash,
    Millionths,
    Moment,
    Name,
    Number,
    Plan,
    ServiceName,
    Shape,
    Words,
)
from hanse.app.api.shapes.identities import Judge
from hanse.app.api.shapes.planning import BlockNow


class Services(Shape):
    """The league's list; a service is known by its place, so the list only grows."""

    services: list[ServiceName] = Field(min_length=1, max_length=256, examples=[["milling", "turning"]])


class Site(Shape):
    """Where a member is, as it says itself: shown to the whole league. Millionths of a degree, north and east."""

    town: Annotated[str, StringConstraints(min_length=1, max_length=64), Field(examples=["Luebeck"])]
    latitude: Annotated[int, Field(ge=-90_000_000, le=90_000_000, examples=[53_866_000])]
    longitude: Annotated[int, Field(ge=-180_000_000, le=180_000_000, examples=[10_687_000])]


ResourceKind = Literal["computing", "storage", "software", "data"]


class Resource(Shape):
    """Something that a member lets others use, as it says itself. capacity: so many units at once; price: cents of one
    unit for one `per`; available: from and until, null for always."""

    kind: ResourceKind
    name: Name = Field(examples=["Simulation cluster"])
    capacity: Annotated[int, Field(ge=1, le=2**53 - 1, examples=[64])]
    unit: Name = Field(examples=["core"])
    price: Annotated[int, Field(ge=0, le=2**40 - 1, examples=[12])]
    per: Literal["use", "hour", "day", "month"] = "hour"
    available_from: Moment | None = None
    available_until: Moment | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Resource:
        if self.available_until is not None and (self.available_from or 0) >= self.available_until:
            raise ValueError("available_from is before available_until")
        return self


class Register(Shape):
    """id: how plans name the member, for example E1; services: names from the league's list; place: null to say
    nothing of it; resources: what it has besides machines, null for what it said before."""

    id: Annotated[str, StringConstraints(pattern=r"^[\w-]{1,32}$"), Field(examples=["E1"])]
    name: Name
    services: list[ServiceName] = Field(min_length=1, max_length=256, examples=[["milling"]])
    place: Site | None = None
    resources: Annotated[list[Resource], Field(max_length=64)] | None = None


class MemberNow(Shape):
    """description: content hash of what it says of itself; it counts once it is certified. place: null if it says
    none. resources: what it lets others use, besides machines."""

    address: Address
    number: Number
    id: str = Field(examples=["E1"])
    name: str = Field(examples=["Mueller"])
    services: list[str] = Field(examples=[["milling"]])
    certified: bool
    description: Hash
    place: Site | None = None
    resources: list[Resource] = Field(default=[])


class ResourceNow(Resource):
    """A resource and whose it is. certified: whether a notary has confirmed all that the member says of itself."""

    member: Address
    member_name: str = Field(examples=["Mueller"])
    certified: bool


class Certify(Shape):
    """description: of what you have seen; if the member changed it meanwhile nothing is certified. standing: what other
    notaries state of you, shown for questions of yours, as many as the charter asks for."""

    description: Hash
    standing: list[Judge] = Field(default=[], max_length=8, examples=[[]])


class Revoke(Shape):
    reason: Words


class AddProduct(Shape):
    id: Annotated[str, StringConstraints(pattern=r"^[\w-]{1,32}$"), Field(examples=["gearbox"])]
    name: Name
    required: list[ServiceName] = Field(min_length=1, max_length=256, examples=[["milling", "turning"]])


class ProductNow(Shape):
    number: Number
    id: str = Field(examples=["gearbox"])
    name: str = Field(examples=["Gearbox"])
    required: list[str] = Field(examples=[["milling", "turning"]])
    active: bool


class PlaceOrder(Shape):
    """deposit: taken from your money now; budget: most the work may cost; due, release: in the time units of the
    league's plans; job: how plans name it, given if left out; drawing: a file you sent before (POST /contents), for
    whoever sees the order."""

    product: Number
    quantity: Annotated[int, Field(ge=1, le=2**32 - 1, examples=[20])]
    deposit: Cents
    due: Plan | None = None
    release: Plan = Field(default=0, examples=[0])
    weight: Annotated[int, Field(ge=0, le=10**12, examples=[1_000_000])] = 1_000_000
    budget: Annotated[int, Field(ge=0, le=10**12, examples=[400_000])] | None = None
    min_quality: Millionths | None = None
    origin: Annotated[str, StringConstraints(max_length=64), Field(examples=["E1"])] | None = None
    destination: Annotated[str, StringConstraints(max_length=64), Field(examples=["C1"])] | None = None
    job: Annotated[str, StringConstraints(pattern=r"^[\w-]{1,32}$"), Field(examples=["J1"])] | None = None
    drawing: Hash | None = Field(default=None, examples=[None])


class UploadNow(Shape):
    """A file that was sent: its hash as it is stored, sealed; design: the hash of the file itself, by which designs are
    registered; its name; bytes: as it was sent."""

    content: Hash
    design: Hash
    file: str = Field(examples=["flange.step"])
    bytes: int = Field(examples=[48_120])


class OrderNow(Shape):
    """status: open, cancelled, planned, refunded or agreed."""

    number: Number
    customer: Address
    product: Number
    quantity: int = Field(examples=[20])
    due: int = Field(examples=[480])
    deposit: Cents
    status: str = Field(examples=["planned"])
    block: int | None = Field(examples=[1])
    specification: Hash


class AnswerNow(Shape):
    """The contract's answer: `offered` of `required` services."""

    member: Address
    id: str = Field(examples=["E1"])
    answer: str = Field(examples=["ACCEPT"])
    required: int = Field(examples=[2])
    offered: int = Field(examples=[2])


class OrderStory(Shape):
    """An order with all that became of it."""

    order: OrderNow
    asked: dict[str, Any] = Field(examples=[{"format": "hanse-order/1", "job": "J1"}])
    answers: list[AnswerNow]
    block: BlockNow | None
    agreements: list[AgreementNow]


class AddedNow(Shape):
    """added: the member's Shapley value, cents; margin: half of its 95 % interval, 0 where it is exact; alone: what it
    reaches by itself."""

    member: str = Field(examples=["E1"])
    added: int = Field(examples=[39_750])
    margin: int = Field(examples=[0])
    alone: int = Field(examples=[0])


class ContributionNow(Shape):
    """Who added what to an order (docs/value.md). whole: of all together; method: exact or sampled; stable: whether
    nobody would get more by leaving together, null if that was not counted; leaving: who would, for `gain` cents;
    set_aside: what it does not look at."""

    whole: int = Field(examples=[79_500])
    method: str = Field(examples=["exact"])
    members: list[AddedNow]
    stable: bool | None = Field(examples=[True])
    leaving: list[str] = Field(examples=[[]])
    gain: int = Field(examples=[0])
    set_aside: list[str] = Field(examples=[["calendars"]])
