"""What every solver answers with, and how it tells of its progress."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from hanse.errors import InputError
from hanse.model.objective import Objective
from hanse.model.plan import Assignment, BoundKind, Measures, Plan, Prices
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
    """When and with what to stop, and what is there already. time_limit: seconds (> 0, finite). threads: 1 to 1024.
    seed: any non-negative integer. start: a valid plan to begin from, which engines may use. frozen: assignments every
    plan must contain, for engines that can keep them (`solve.KEEPERS`). rounds: of search, after which engines that
    count them (`solve.COUNTING`) end whatever the clock says; with one thread only. Raises InputError for anything
    else."""

    time_limit: float = 60.0
    threads: int = 2
    seed: int = 0
    start: tuple[Assignment, ...] = ()
    frozen: tuple[Assignment, ...] = ()
    rounds: int | None = None

    def __post_init__(self) -> None:
        limit = self.time_limit
        if isinstance(limit, bool) or not isinstance(limit, int | float) or not 0 < limit < math.inf:
            raise InputError(f"{limit!r} is not a positive number of seconds", where="time_limit")
        for name, least, most in (("threads", 1, 1024), ("seed", 0, None)):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < least or (most and value > most):
                said = f"between {least} and {most}" if most else f"from {least} upwards"
                raise InputError(f"{value!r} is not an integer {said}", where=name)
        rounds = self.rounds
        if rounds is not None and (isinstance(rounds, bool) or not isinstance(rounds, int) or rounds < 1):
            raise InputError(f"{rounds!r} is not a number of rounds", where="rounds", hint="use 1 or more")
        if rounds is not None and self.threads != 1:
            raise InputError("several threads do not count rounds alike", where="rounds", hint="use one thread")


@dataclass(frozen=True, slots=True)
class Answer:
    """What an engine returns: assignments (None: none found in time), what it believes they are worth and a proved
    lower bound (both in millionths of the objective), and its trajectory. The front door (`planning.solve`) measures,
    judges and seals it into a `Result`. prices: of machine time, if the bound or a part of it follows from them
    (`composition.dual`): (machine id, millionths of a money unit per unit of time), machines at 0 left out."""

    assignments: tuple[Assignment, ...] | None
    value: int | None
    lower_bound: int | None
    bound_kind: BoundKind
    trajectory: tuple[Point, ...] = ()
    prices: Prices = ()


class Engine(Protocol):
    """One solver. Raises InfeasibleError if it proves that no plan exists."""

    @property
    def name(self) -> str:
        """What the registry and a plan's `solver` call it."""
        ...

    def refuses(self, problem: Problem, objective: Objective) -> str | None:
        """Why this engine cannot take this problem, or None if it can."""
        ...

    def solve(self, problem: Problem, objective: Objective, limits: Limits, progress: Progress) -> Answer:
        """The best plan within the limits, for a problem it does not refuse."""
        ...


@dataclass(frozen=True)
class Result:
    """A judged answer. `plan` is None only if status is `unknown`: nothing was found in the time given.
    `lower_bound` is in millionths; `seconds` is what the engine took, judging not included. `prices`: see `Answer`."""

    plan: Plan | None
    status: Literal["optimal", "feasible", "unknown"]
    lower_bound: int | None
    bound_kind: BoundKind
    seconds: float
    trajectory: tuple[Point, ...]
    prices: Prices = ()

    @property
    def measures(self) -> Measures | None:
        return self.plan.measures if self.plan else None

    @property
    def gap(self) -> float | None:
        """(value - lower bound) ÷ value, as `Plan.gap`, of the question asked: with what was frozen kept."""
        if self.plan is None or self.lower_bound is None:
            return None
        return 0.0 if self.plan.value <= self.lower_bound else (self.plan.value - self.lower_bound) / self.plan.value

    def __repr__(self) -> str:
        if self.plan is None:
            return f"Result(unknown after {self.seconds:.1f} s)"
        gap = "" if self.gap is None else f", gap {self.gap:.2%} {self.bound_kind}"
        return (
            f"Result({self.status}, {self.plan.objective} = {self.plan.value / MILLION:g}{gap}, {self.seconds:.2f} s)"
        )
