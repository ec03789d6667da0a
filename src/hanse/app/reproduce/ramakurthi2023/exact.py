"""References, proved by our engines: fewest late jobs, then least tardiness, then makespan; or the makespan first.

Engines minimise weighted tardiness, not the number of late jobs. So sets of jobs that may be late are tried, small ones
first; whoever may not has a weight that no tardiness of the others outweighs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from typing import NamedTuple

from hanse.errors import HanseError
from hanse.model.plan import Assignment
from hanse.model.problem import Job, Problem
from hanse.planning.solve import solve
from hanse.units import MILLION

HEAVY = 10_000
"""Weight of a job that may not be late, and of tardiness before makespan: above any sum of tardiness or makespan here.
"""


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
    return _least(problem, f"{HEAVY} tardiness + makespan", HEAVY, 1, seconds, seed)


def shortest(problem: Problem, seconds: float, seed: int = 0) -> Reference:
    """Least makespan, then fewest late jobs, then least total tardiness. seconds: for each question."""
    return _least(problem, f"{MILLION} makespan + tardiness", 1, MILLION, seconds, seed)


def _least(problem: Problem, objective: str, late: int, long: int, seconds: float, seed: int) -> Reference:
    """late, long: weights of tardiness and makespan in the objective."""
    settled, ends = True, set()
    for may in _growing(problem):
        best: Reference | None = None
        for chosen in may:
            found = solve(_weighted(problem, chosen), objective, time_limit=seconds, seed=seed)
            if found.plan is None or found.lower_bound is None:
                raise HanseError("the time was too short for any plan", where=problem.name, hint="give more seconds")
            measures, least = found.plan.measures, found.lower_bound // MILLION
            tardiness = measures.tardiness // MILLION
            ends.add(measures.makespan)
            if tardiness >= HEAVY:  # Somebody is late who may not be.
                settled &= least >= late * HEAVY + long * (measures.makespan if long > late else 0)
                continue
            settled &= least >= late * tardiness + (long * measures.makespan if long > late else 0)
            bound = measures.makespan if long > late else least - late * tardiness
            mine = Reference(len(chosen), tardiness, measures.makespan, settled, max(0, bound), found.plan.assignments)
            if best is None or (mine.tardiness, mine.makespan) < (best.tardiness, best.makespan):
                best = mine
        if best is not None:
            # Who comes first in the objective must not depend on the set: a makespan that does was not proved.
            return best._replace(settled=settled and (long < late or len(ends) == 1))
    raise HanseError("no set of late jobs has a plan", where=problem.name, hint="this is a bug in Hanse: report it")


def _growing(problem: Problem) -> Iterator[Iterator[frozenset[str]]]:
    """Sets of jobs that may be late, by size; those who cannot help it are in all of them."""
    forced = frozenset(unavoidable(problem))
    others = [job.id for job in problem.jobs if job.due is not None and job.id not in forced]
    for size in range(len(others) + 1):
        yield (forced | set(chosen) for chosen in combinations(others, size))


def _weighted(problem: Problem, may: frozenset[str]) -> Problem:
    def weigh(job: Job) -> Job:
        return replace(job, weight=MILLION if job.id in may else HEAVY * MILLION)

    return replace(problem, jobs=tuple(map(weigh, problem.jobs)))
