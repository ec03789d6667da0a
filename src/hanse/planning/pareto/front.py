"""A front as it leaves here: checked plans of which none dominates another, and what is known of all others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hanse.errors import HanseError, InputError
from hanse.model.check import check, measure
from hanse.model.objective import MINIMISED, Objective
from hanse.model.plan import Assignment, Plan
from hanse.model.problem import Problem
from hanse.planning.pareto.objectives import Extras, minimised, values


@dataclass(frozen=True, slots=True)
class Point:
    """One compromise. number: from 1, in the order of the first objective. values: in the order of the front's
    objectives, whole units or millionths (`objectives.WHOLE`)."""

    number: int
    values: tuple[int, ...]
    plan: Plan


@dataclass(frozen=True, slots=True)
class Front:
    """The answer to a question about trade-offs.

    complete: proved that no plan is missing. bound: corners (values of the objectives) of which every plan, found or
    not, has one that is at least as good in all; None where nothing is known. repeatable: the same seed gives the same
    front again (with one thread, when the clock did not end the search). evaluations: vectors decoded.
    """

    problem: Problem
    objectives: tuple[str, ...]
    extras: Extras
    points: tuple[Point, ...]
    complete: bool
    bound: tuple[tuple[int, ...], ...] | None
    method: str
    seed: int
    evaluations: int
    seconds: float
    repeatable: bool

    @property
    def knee(self) -> Point:
        """The compromise to look at first (`knee`)."""
        return self.points[knee([point.values for point in self.points], self.objectives)]

    def point(self, which: str) -> Point:
        """The point called `knee` or by its number. Raises InputError."""
        if which == "knee":
            return self.knee
        if not which.isdecimal() or not 1 <= int(which) <= len(self.points):
            raise InputError(
                f'there is no point "{which}"', where="point", hint=f"use knee or a number from 1 to {len(self.points)}"
            )
        return self.points[int(which) - 1]


def knee(rows: Sequence[Sequence[int]], objectives: Sequence[str]) -> int:
    """The row with the least sum of objectives, each scaled to 0 (best of the front) … 1 (worst); the first of several.

    With two objectives that is the point farthest from the line between the two ends (Das 1999, Structural
    Optimization 18). An objective that is the same everywhere counts nothing.
    """
    columns = [[minimised(name, row[k]) for row in rows] for k, name in enumerate(objectives)]
    spans = [(min(column), max(column) - min(column)) for column in columns]
    sums = [
        sum((column[i] - least) / span for column, (least, span) in zip(columns, spans, strict=True) if span)
        for i in range(len(rows))
    ]
    return sums.index(min(sums))


def judged(problem: Problem, given: tuple[Assignment, ...], objectives: Sequence[str], solver: str) -> Plan:
    """A plan that the judge found valid. Its objective is the first of the objectives that a plan can claim,
    makespan if none is. Raises HanseError if the judge objects (a bug in Hanse)."""
    objective = Objective.parse(next((name for name in objectives if name in MINIMISED), "makespan"))
    measures = measure(problem, given)
    plan = Plan(
        problem=problem.root,
        assignments=given,
        measures=measures,
        objective=str(objective),
        value=objective.value(measures, len(problem.jobs)),
        lower_bound=None,
        bound_kind="none",
        status="feasible",
        solver=solver,
        seconds=0.0,
    )
    judgement = check(problem, plan)
    if not judgement.valid:
        raise HanseError(
            "the search contradicts the judge: " + "; ".join(map(str, judgement.violations[:5])),
            where=f"method {solver}",
            hint="this is a bug in Hanse: please report it with the problem file",
        )
    return plan


def points_of(
    problem: Problem, found: Sequence[tuple[Assignment, ...]], objectives: Sequence[str], extras: Extras, solver: str
) -> tuple[Point, ...]:
    """Judge every plan and keep those no other dominates, one for each combination of values."""
    rows = [tuple(values(problem, given, objectives, extras)) for given in found]
    keys = [tuple(minimised(name, v) for name, v in zip(objectives, row, strict=True)) for row in rows]
    kept: dict[tuple[int, ...], int] = {}
    for i, key in enumerate(keys):
        dominated = any(o != key and all(x <= y for x, y in zip(o, key, strict=True)) for o in keys)
        if not dominated and key not in kept:
            kept[key] = i
    return tuple(
        Point(number, rows[i], judged(problem, found[i], objectives, solver))
        for number, (_, i) in enumerate(sorted(kept.items()), 1)
    )
