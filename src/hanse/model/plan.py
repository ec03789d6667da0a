"""An answer to a problem: who runs what when, what it measures, and how far from optimal it can be."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple, get_args

from hanse.errors import InputError
from hanse.model import canonical as spelling

Status = Literal["optimal", "feasible"]
"""`optimal`: the value equals the lower bound. `feasible`: a plan, not known to be best."""

BoundKind = Literal["certified", "attested", "none"]
"""`certified`: anyone can recompute the bound (`hanse check` does). `attested`: proved inside a solver, whose word it
is. `none`: no bound is claimed."""

STATUSES: tuple[str, ...] = get_args(Status)
BOUND_KINDS: tuple[str, ...] = get_args(BoundKind)


Prices = tuple[tuple[str, int], ...]
"""Prices of machines' time, by machine; those left out are 0. Where cost counts, millionths of a money unit per unit of
time; for a makespan only their ratios matter."""


class Assignment(NamedTuple):
    """One operation of the chosen process plan of one job: on which machine, in [start, end)."""

    job: str
    plan: str
    operation: str
    machine: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Measures:
    """What a plan amounts to, in the problem's units; tardiness, utilisation and reliability in millionths.

    Definitions: design, *Formats*. cost: modes plus the transport cost of every precedence arc and origin or
    destination leg. makespan: latest completion. tardiness: Σ weight · max(0, completion - due). energy: Σ modes.
    utilisation: mean over used machines of busy time (at least one operation runs) ÷ (last end - first start), the
    mean of ratios of Ramakurthi 2022, Eq. (2). reliability: product over used enterprises. utility: sum of the
    customers' utilities (`model.utility`), millionths; None for a problem without preferences.
    """

    cost: int
    makespan: int
    tardiness: int
    energy: int
    utilisation: int
    reliability: int
    utility: int | None = None


@dataclass(frozen=True)
class Plan:
    """A complete answer. `problem` is the root of the problem it answers; `value` and `lower_bound` are of the
    `objective`, in millionths; `seconds` is what the solver took; `prices` are those at which the bound can be
    recomputed (`model.bound`)."""

    problem: str
    assignments: tuple[Assignment, ...]
    measures: Measures
    objective: str
    value: int
    lower_bound: int | None
    bound_kind: BoundKind
    status: Status
    solver: str
    seconds: float
    prices: Prices = ()

    def __post_init__(self) -> None:
        if self.status not in STATUSES:
            raise InputError(f'"{self.status}" is not one of {", ".join(STATUSES)}', where="status")
        if self.bound_kind not in BOUND_KINDS:
            raise InputError(f'"{self.bound_kind}" is not one of {", ".join(BOUND_KINDS)}', where="bound_kind")
        if (self.lower_bound is None) != (self.bound_kind == "none"):
            raise InputError("a bound and its kind come together", where="lower_bound")

    @cached_property
    def root(self) -> str:
        """Merkle root over the assignments under the problem's root, as `0x…`: what a block commits to."""
        from hanse.model import merkle
        from hanse.model.rows import plan_rows

        rows = [spelling.canonical(row) for row in plan_rows(self.problem, self.assignments)]
        return "0x" + merkle.root(rows).hex()

    @property
    def gap(self) -> float | None:
        """(value - lower bound) ÷ value, 0 for a proved optimum, None without a bound."""
        if self.lower_bound is None:
            return None
        return 0.0 if self.value <= self.lower_bound else (self.value - self.lower_bound) / self.value
