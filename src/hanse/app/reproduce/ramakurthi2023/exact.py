"""References, proved by our engines: fewest late jobs, then least tardiness, then makespan; or the makespan first.

Engines minimise weighted tardiness, not the number of late jobs. So sets of jobs that may be late are tried, small ones
first; whoever may not has a weight that no tardiness of the others outweighs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from typing import NamedTuple

from hanse.errors import HanseError, InputError
from hanse.model.plan import Assignment, Plan
from hanse.model.problem import Problem
from hanse.planning.solve import solve
from hanse.units import MILLION


class Reference(NamedTuple):
    """The best plan found: number of late jobs, total tardiness, makespan. settled: late jobs and tardiness are proved
    least (after the makespan, if that came first); bound: no plan as punctual is shorter."""

    late: int
    tardiness: int
    makespan: int
    settled: bool
    bound: int
    assignments: tuple[Assignment, ...]

    @property
    def proved(self) -> bool:
        """Nothing is left open."""
        return self.settled and self.makespan == self.bound


def unavoidable(problem: Problem) -> dict[str, int]:
    """Jobs that would be late even alone on idle machines, and by how much."""
    return {
        job.id: late
        for job in problem.jobs
        if job.due is not None
        and (late := sum(min(m.duration for m in o.modes) for o in job.plans[0].operations) - job.due) > 0
    }


def punctual(problem: Problem, seconds: float, seed: int = 0) -> Reference:
    """Fewest late jobs, then least total tardiness, then least makespan. seconds: for each question."""
    return _least(problem, 10_000, (10_000, 1), seconds, seed)


def shortest(problem: Problem, seconds: float, seed: int = 0) -> Reference:
    """Least makespan, then fewest late jobs, then least total tardiness. seconds: for each question."""
    return _least(problem, 1_000, (1, 1_000_000), seconds, seed)


def _least(problem: Problem, heavy: int, weights: tuple[int, int], seconds: float, seed: int) -> Reference:
    """heavy: weight of a job that may not be late, above any total tardiness: as much shows that one is. weights:
    of tardiness and makespan in the objective; what comes first weighs more than the other can make up for."""
    work = sum(max(m.duration for m in o.modes) for job in problem.jobs for o in job.plans[0].operations)
    if work * sum(job.due is not None for job in problem.jobs) >= heavy:
        raise InputError("too much work for the weights of this study", where=problem.name, hint="use coarser units")
    late, long = weights
    settled = True
    for may in _growing(problem):
        found = [(len(chosen), _solved(problem, chosen, heavy, weights, seconds, seed)) for chosen in may]
        fits: list[Reference] = []
        for size, (plan, least) in found:
            tardiness, makespan = plan.measures.tardiness // MILLION, plan.measures.makespan
            # Proved: that somebody is late who may not be, or that tardiness is least; and before that the makespan.
            settled &= least >= late * min(tardiness, heavy) + (long * makespan if long > late else 0)
            if tardiness < heavy:
                bound = least - late * tardiness if late > long else (least - tardiness) // long
                fits.append(Reference(size, tardiness, makespan, settled, max(0, bound), plan.assignments))
        if fits:
            return min(fits, key=lambda fit: (fit.tardiness, fit.makespan))._replace(settled=settled)
    raise HanseError("no set of late jobs has a plan", where=problem.name, hint="this is a bug in Hanse: report it")


def _solved(
    problem: Problem, may: frozenset[str], heavy: int, weights: tuple[int, int], seconds: float, seed: int
) -> tuple[Plan, int]:
    """The best plan if these jobs may be late, and a bound on its value, in whole units of the objective."""
    jobs = tuple(replace(job, weight=(1 if job.id in may else heavy) * MILLION) for job in problem.jobs)
    objective = f"{weights[0]} tardiness + {weights[1]} makespan"
    found = solve(replace(problem, jobs=jobs), objective, time_limit=seconds, seed=seed)
    if found.plan is None or found.lower_bound is None:
        raise HanseError("the time was too short for any plan", where=problem.name, hint="give more seconds")
    return found.plan, -(-found.lower_bound // MILLION)


def _growing(problem: Problem) -> Iterator[Iterator[frozenset[str]]]:
    """Sets of jobs that may be late, by size; those who cannot help it are in all of them."""
    forced = frozenset(unavoidable(problem))
    others = [job.id for job in problem.jobs if job.due is not None and job.id not in forced]
    for size in range(len(others) + 1):
        yield (forced | set(chosen) for chosen in combinations(others, size))
