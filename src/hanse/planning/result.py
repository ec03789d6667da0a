"""What every solver answers with, and how it tells of its progress."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from hanse.model.objective import Objective
from hanse.model.plan import Assignment, BoundKind, Measures, Plan
from hanse.model.problem import Problem
from hanse.units import MILLION


@dataclass(frozen=True, slots=True)
class Point:
    """One step of a trajectory: seconds since the start, best value and lower bound known then (millionths)."""

    seconds: float
    value: int | None
    lower_bound: int | None


Progress = Callable[[Point], None]
"""Called, possibly from a solver's thread, whenever a better plan or bound is known."""


@dataclass(frozen=True, slots=True)
class Limits:
    """When and with what to stop. time_limit: seconds (> 0). threads: ≥ 1. seed: any non-negative integer."""

    time_limit: float = 60.0
    threads: int = 2
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What an engine returns: assignments (None: none found in time), a proved lower bound (millionths) and its
    trajectory. The front door (`planning.solve`) measures, judges and seals it into a `Result`."""

    assignments: tuple[Assignment, ...] | None
    lower_bound: int | None
    bound_kind: BoundKind
    trajectory: tuple[Point, ...] = ()


class Engine(Protocol):
    """One solver. Raises InfeasibleError if it proves that no plan exists."""

    name: str

    def refuses(self, problem: Problem, objective: Objective) -> str | None:
        """Why this engine cannot take this problem, or None if it can."""
        ...

    def solve(self, problem: Problem, objective: Objective, limits: Limits, progress: Progress) -> Answer: ...


@dataclass(frozen=True)
class Result:
    """A judged answer. `plan` is None only if status is `unknown`: nothing was found in the time given."""

    plan: Plan | None
    status: Literal["optimal", "feasible", "unknown"]
    lower_bound: int | None
    bound_kind: BoundKind
    seconds: float
    trajectory: tuple[Point, ...]

    @property
    def measures(self) -> Measures | None:
        return self.plan.measures if self.plan else None

    def __repr__(self) -> str:
        if self.plan is None:
            return f"Result(unknown after {self.seconds:.1f} s)"
        gap = "" if self.plan.gap is None else f", gap {self.plan.gap:.2%} {self.bound_kind}"
        return (
            f"Result({self.status}, {self.plan.objective} = {self.plan.value / MILLION:g}{gap}, {self.seconds:.2f} s)"
        )
