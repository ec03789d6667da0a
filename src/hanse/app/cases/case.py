"""What a packaged case is: a league, its orders, and how each question to the solvers is put."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hanse.model.problem import Problem

if TYPE_CHECKING:
    from hanse.planning.preferences.member import Member


@dataclass(frozen=True, slots=True)
class CaseMember:
    """An enterprise of the case; `services` are names from the case's list. place: what it says of where it is, as its
    profile has it (see `documents.member`); it need not. resources: what it has besides machines, as its profile has
    them."""

    id: str
    name: str
    services: tuple[str, ...]
    place: Mapping[str, str | int] | None = None
    resources: tuple[Mapping[str, str | int | None], ...] = ()


@dataclass(frozen=True, slots=True)
class CaseProduct:
    """A product and the services it needs."""

    id: str
    name: str
    required: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CaseOrder:
    """An order; `job` is its name in a problem of the case, `deposit` in league money (cents)."""

    job: str
    product: str
    quantity: int
    deposit: int


@dataclass(frozen=True, slots=True)
class CasePart:
    """One question: the problem with every quote of every member (matching strikes those of members that cannot),
    what is minimised, and how long a solver may think (seconds). members: whoever weighs its work by preferences of its
    own, by enterprise; the others sign what is planned. fund: what the operator can spend on compensations."""

    problem: Problem
    objective: str
    time_limit: float
    members: Mapping[str, Member] = field(default_factory=dict)
    fund: int = 0


@dataclass(frozen=True, slots=True)
class Case:
    """A whole voyage's input. services: the league's list, bit i of every set; notes: what a reader must know."""

    id: str
    title: str
    source: str
    notes: tuple[str, ...]
    services: tuple[str, ...]
    members: tuple[CaseMember, ...]
    products: tuple[CaseProduct, ...]
    orders: tuple[CaseOrder, ...]
    parts: tuple[CasePart, ...]
