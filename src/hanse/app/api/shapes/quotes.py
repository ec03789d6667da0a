"""Quotes of orders, and what they are reckoned from."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from hanse.app.api.shapes.base import Address, Cents, Document, Hash, Millionths, Moment, Number, Shape

Named = Annotated[str, StringConstraints(pattern="^(cheapest|soonest|greenest|balanced)$"), Field(examples=["soonest"])]


class QuoteStep(Shape):
    """A step of making it: which service, by which member on which machine, from when until when."""

    service: str = Field(examples=["milling"])
    member: str = Field(examples=["E1"])
    machine: str = Field(examples=["M1"])
    begins: Moment
    ends: Moment


class QuoteNow(Shape):
    """One way to have an order made. names: what it is best in; proved: those of them that nothing beside what is
    promised to others can surpass. price: what the work costs, with transport, before reward and fee; completion: in
    units of the plan; ready: the moment that is; late: seconds after the order's due date, 0 for none, null without
    one; carbon: grams of CO2e, null where energy has no unit; reliability: of the members together."""

    names: list[str] = Field(examples=[["soonest"]])
    proved: list[str] = Field(examples=[["soonest"]])
    price: Cents
    completion: int = Field(examples=[480])
    ready: Moment
    late: int | None = Field(examples=[0])
    energy: int = Field(examples=[52_000])
    energy_unit: str = Field(examples=["Wh"])
    carbon: int | None = Field(examples=[24_960])
    reliability: Millionths
    steps: list[QuoteStep]


class QuotesNow(Shape):
    """The newest quotes of an order; null before there are any. made: when; until: when one can choose at the latest;
    begins: time 0 of the plans, if the agreement is proposed when they were made; valid: whether one can choose now;
    reckoned_from: the order whose figures they are of, reckoned_pieces: its quantity; binds: what a quote binds, and
    what not; chosen: a name, empty before."""

    order: Number
    made: Moment | None
    until: Moment | None
    begins: Moment | None
    valid: bool
    reckoned_from: int | None = Field(examples=[7])
    reckoned_pieces: int | None = Field(examples=[20])
    binds: str = Field(examples=["A quote binds nobody."])
    chosen: str = Field(examples=[""])
    chosen_at: Moment | None
    quotes: list[QuoteNow]


class Choose(Shape):
    """name: of a quote; made: when the quotes were made that you have seen."""

    name: Named
    made: Moment


class BringFigures(Shape):
    """problem: hanse-problem/1 whose jobs are open orders."""

    problem: Document = Field(examples=[{"format": "hanse-problem/1", "name": "two shops"}])


class FiguresNow(Shape):
    """Figures that quotes are reckoned from: a problem, by its content hash, and whose orders its jobs are."""

    content: Hash
    account: Address
    moment: Moment
    orders: dict[str, int] = Field(examples=[{"J1": 7}])


class ChoiceNow(Shape):
    """An open order whose customer has chosen; objective: what it wants to be best in, of the plan's measures."""

    order: Number
    name: str = Field(examples=["soonest"])
    objective: str = Field(examples=["makespan"])
    price: Cents
    ready: Moment
    chosen_at: Moment
    until: Moment
