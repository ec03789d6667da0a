"""The front door: split a problem, solve its parts at the same time, merge, judge, and say what it cost and bought."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from hanse.clock import SystemClock
from hanse.cluster import Piece, Told, Wanted, answers
from hanse.errors import InputError
from hanse.model.objective import UTILITY, Objective
from hanse.planning.decomposition.merge import Merged, merge
from hanse.planning.decomposition.parts import part_problem, shared_budgets
from hanse.planning.result import Limits, Result
from hanse.planning.solve import solve

if TYPE_CHECKING:
    from hanse.model.check import Violation
    from hanse.model.plan import BoundKind, Plan
    from hanse.model.problem import Problem
    from hanse.planning.decomposition.split import Part, Split

Budgets = Literal["whole", "shared"]
"""What a part is told of the machines' time budgets. `whole`: all of it, so parts may collide. `shared`: its share."""


@dataclass(frozen=True, slots=True)
class PartResult:
    """One part and its judged result (`result.seconds`: what its engine took)."""

    part: Part
    result: Result


@dataclass(frozen=True, slots=True)
class Decomposition:
    """The merged answer. `merged` is None if a part found no plan in its time; `seconds` is the wall clock from split
    to judged plan, processes and transfers included; `slowest` and `work` are the largest and the sum of the engines'.
    """

    split: Split
    parts: tuple[PartResult, ...]
    merged: Merged | None
    lower_bound: int | None
    bound_kind: BoundKind
    seconds: float

    @property
    def plan(self) -> Plan | None:
        """The merged plan, None unless it exists and nothing collides."""
        return None if self.merged is None else self.merged.plan

    @property
    def violations(self) -> tuple[Violation, ...]:
        """The conflicts between the parts."""
        return () if self.merged is None else self.merged.violations

    @property
    def slowest(self) -> float:
        return max(part.result.seconds for part in self.parts)

    @property
    def work(self) -> float:
        return sum(part.result.seconds for part in self.parts)

    def excess(self, whole: int) -> float | None:
        """What the split costs: value ÷ value of the whole - 1. None without a merged plan; 0 if both are 0."""
        if self.plan is None:
            return None
        return self.plan.value / whole - 1 if whole else float(self.plan.value > 0)


def decompose(
    problem: Problem,
    split: Split,
    objective: str | Objective = "cost",
    method: str = "auto",
    time_limit: float = 60.0,
    *,
    budgets: Budgets = "whole",
    threads: int = 1,
    seed: int = 0,
    workers: Wanted = "cores",
    told: Told | None = None,
) -> Decomposition:
    """Plan every part on its own, then judge the whole.

    objective, method, seed: as in `planning.solve`, for every part alike. time_limit: seconds for each part's engine.
    threads: of each part's engine. budgets: see `Budgets`. workers: see `cluster.Wanted`; any number of them finds the
    same plans, unless engines are stopped by the clock. told: hears how many parts are planned.

    Raises InputError for a split that does not fit the problem and as `planning.solve` does, InfeasibleError if some
    part has no plan (the whole may still have one), EnvironmentFault if a part is given up (`cluster.port`).
    """
    goal, clock = Objective.parse(objective), SystemClock()
    if goal.only == UTILITY:
        raise InputError("refusals join the parts: utility is planned whole", where="objective", hint="use hanse solve")
    Limits(time_limit, threads, seed)  # refuse bad arguments here, not in every worker
    split.check(problem)
    begun = clock.elapsed()
    shares = shared_budgets(problem, split) if budgets == "shared" else [None] * len(split.parts)
    problems = [
        (f"part {part.name}", part_problem(problem, part, share))
        for part, share in zip(split.parts, shares, strict=True)
    ]
    asked = (str(goal), method, time_limit, threads, seed)
    results = answers(workers, [Piece(name, _solve, (part, *asked)) for name, part in problems], told=told)
    parts = tuple(PartResult(part, result) for part, result in zip(split.parts, results, strict=True))
    plans = [part.result.plan for part in parts if part.result.plan is not None]
    attested = _bound_of_whole(split, goal, results, budgets)
    merged = None
    if len(plans) == len(parts):
        seconds = clock.elapsed() - begun
        merged = merge(problem, [plan.assignments for plan in plans], goal, attested=attested, seconds=seconds)
    bound, kind = attested, _kind(attested)
    if merged is not None and merged.plan is not None:
        bound, kind = merged.plan.lower_bound, merged.plan.bound_kind
    return Decomposition(split, parts, merged, bound, kind, round(clock.elapsed() - begun, 6))


def _solve(problem: Problem, objective: str, method: str, time_limit: float, threads: int, seed: int) -> Result:
    """One part, in whatever process this runs."""
    return solve(problem, objective, method, time_limit, threads, seed)


def _kind(attested: int | None) -> BoundKind:
    return "none" if attested is None else "attested"


def _bound_of_whole(split: Split, goal: Objective, results: list[Result], budgets: Budgets) -> int | None:
    """A lower bound of the whole from those of the parts (millionths), None where there is none.

    In any plan of the whole, the jobs of a part form a plan of that part alone, with the whole of every machine at its
    disposal. So parts that only divide the jobs bound the whole: by their sum if the objective adds up over jobs, by
    their maximum if it is the makespan. A restricted part, or one with a share of a budget, proves nothing about it.
    """
    bounds = [result.lower_bound for result in results if result.lower_bound is not None]
    if split.restricted or budgets == "shared" or len(bounds) < len(results):
        return None
    if all(name in ("cost", "tardiness", "energy") for name, _ in goal.weights):
        return sum(bounds)
    return max(bounds)  # of a sum of measures, each part bounds its own share of every one of them
