"""The wire shapes of `hanse-problem/1` and `hanse-plan/1`: exactly what stands in the files, before it means anything.

msgspec checks names, types and ranges while it decodes (errors carry the path into the file), and the published JSON
Schemas are generated from these same classes. `hanse_json.py` turns them into the model and back.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from hanse.units import DISTANCE_UNITS, ENERGY_UNITS, MONEY_UNITS, QUANTITY_LIMIT, TIME_UNITS

Quantity = Annotated[int, Meta(ge=0, le=QUANTITY_LIMIT)]
Sum = Annotated[int, Meta(ge=0, le=2**63 - 1)]
Coordinate = Annotated[int, Meta(ge=-QUANTITY_LIMIT, le=QUANTITY_LIMIT)]
Ratio = Annotated[float, Meta(ge=0, le=1, description="at most six decimal digits")]
Weight = Annotated[float, Meta(ge=0, le=1_000_000, description="at most six decimal digits")]
Identifier = Annotated[str, Meta(min_length=1, max_length=128)]
Root = Annotated[str, Meta(pattern="^0x[0-9a-f]{64}$")]


class Shape(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Base of all wire shapes: unknown fields are refused, so that a typing error never passes silently."""


class UnitsShape(Shape, omit_defaults=False):
    time: str = "unit"
    money: str = "unit"
    distance: str = "unit"
    energy: str = "unit"


class SiteShape(Shape):
    id: Identifier
    position: tuple[Coordinate, Coordinate] | None = None


class TransportShape(Shape):
    """Either the two matrices over the sites in their order, or rates per unit of Euclidean distance."""

    cost: list[list[Quantity]] | UnsetType = UNSET
    time: list[list[Quantity]] | UnsetType = UNSET
    cost_per_distance: Weight | UnsetType = UNSET
    time_per_distance: Weight | UnsetType = UNSET


class MachineShape(Shape):
    id: Identifier
    services: list[Identifier]
    capacity: Annotated[int, Meta(ge=1, le=QUANTITY_LIMIT)] | None = 1
    budget: Quantity | None = None
    power: Quantity = 0
    available: list[tuple[Quantity, Quantity]] | None = None


class EnterpriseShape(Shape):
    id: Identifier
    site: Identifier
    machines: list[MachineShape]
    reliability: Ratio = 1
    permutation: bool = False


class ModeShape(Shape):
    machine: Identifier
    duration: Quantity
    cost: Quantity = 0
    energy: Quantity | UnsetType = UNSET
    quality: Ratio | None = None


class OperationShape(Shape):
    id: Identifier
    service: Identifier
    modes: list[ModeShape]
    after: list[Identifier] | UnsetType = UNSET


class ProcessPlanShape(Shape):
    id: Identifier
    operations: list[OperationShape]


class JobShape(Shape):
    id: Identifier
    plans: list[ProcessPlanShape]
    customer: str | None = None
    origin: Identifier | None = None
    destination: Identifier | None = None
    release: Quantity = 0
    due: Quantity | None = None
    weight: Weight = 1
    budget: Quantity | None = None
    min_quality: Ratio | None = None
    workpiece: Literal["single"] | None = None


class ConsumerShape(Shape):
    """What the customer of a job weighs; decays are per unit of money and of time."""

    job: Identifier
    cost_decay: Decimal
    time_decay: Decimal
    reputation: Ratio
    weights: tuple[Quantity, Quantity, Quantity] = (1, 1, 1)
    best: Weight = 1


PlaceShape = tuple[Identifier, Identifier, Identifier]


class PreferencesShape(Shape):
    """refusals: (job, operation, machine) declined, and beside which."""

    consumers: list[ConsumerShape]
    refusals: list[tuple[PlaceShape, PlaceShape]] = []


class ProblemShape(Shape, omit_defaults=True):
    format: Literal["hanse-problem/1"]
    name: str
    sites: list[SiteShape]
    enterprises: list[EnterpriseShape]
    jobs: list[JobShape]
    units: UnitsShape = msgspec.field(default_factory=UnitsShape)
    transport: TransportShape | None = None
    preferences: PreferencesShape | None = None


class MeasuresShape(Shape):
    cost: Sum
    makespan: Sum
    tardiness: Sum | Annotated[float, Meta(ge=0)]
    energy: Sum
    utilisation: Ratio
    reliability: Ratio
    utility: Weight | None = None


class AssignmentShape(Shape):
    job: Identifier
    plan: Identifier
    operation: Identifier
    machine: Identifier
    start: Coordinate
    end: Coordinate


class PlanShape(Shape, omit_defaults=False):
    format: Literal["hanse-plan/1"]
    problem: Root
    solver: str
    objective: str
    value: int | float
    lower_bound: int | float | None
    bound_kind: Literal["certified", "attested", "none"]
    status: Literal["optimal", "feasible"]
    seconds: Annotated[float, Meta(ge=0)]
    measures: MeasuresShape
    assignments: list[AssignmentShape]
    prices: dict[Identifier, int | float] | UnsetType = UNSET  # of machines with budgets, money per unit of time


def schema(which: Literal["problem", "plan"]) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a format."""
    shape = ProblemShape if which == "problem" else PlanShape
    made = msgspec.json.schema(shape)
    made["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    made["title"] = f"hanse-{which}/1"
    _tidy(made)
    for name, allowed in (
        ("time", TIME_UNITS), ("money", MONEY_UNITS), ("distance", DISTANCE_UNITS), ("energy", ENERGY_UNITS),
    ):  # fmt: skip
        units = made["$defs"].get("Units")
        if units:
            units["properties"][name]["enum"] = list(allowed)
    return made


def _tidy(value: Any) -> None:
    """Drop the `Shape` suffix and the Python docstrings from a generated schema, in place."""
    if isinstance(value, dict):
        for key in [key for key in value if isinstance(key, str) and key.endswith("Shape")]:
            value[key.removesuffix("Shape")] = value.pop(key)
        if isinstance(value.get("$ref"), str):
            value["$ref"] = value["$ref"].removesuffix("Shape")
        if value.get("type") == "object" and str(value.get("title", "")).endswith("Shape"):
            value["title"] = value["title"].removesuffix("Shape")
            value.pop("description", None)
        for inner in value.values():
            _tidy(inner)
    elif isinstance(value, list):
        for inner in value:
            _tidy(inner)
