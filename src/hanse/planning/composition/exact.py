"""Composition without limits, exactly: every job takes its cheapest route, and starts as early as it can.

If no machine can be full, out of budget or closed, jobs do not interact, and the cheapest routes of `routes.py` are
together the optimum (Radmanesh 2021; the design's models.md, section 1, calls it polynomial against the paper's claim).
The bound is the one the judge recomputes, so it is certified.
"""

from __future__ import annotations

from hanse.clock import SystemClock
from hanse.errors import InfeasibleError
from hanse.model.objective import Objective
from hanse.model.plan import Assignment
from hanse.model.problem import Job, Problem, ProcessPlan
from hanse.planning.composition.routes import Route, cheapest_routes, tree_of
from hanse.planning.result import Answer, Limits, Point, Progress
from hanse.units import MILLION


class Composition:
    """The engine. Takes cost alone, machines without limits, and precedence that is a chain or a tree."""

    name = "composition"

    def refuses(self, problem: Problem, objective: Objective) -> str | None:
        if {name for name, _ in objective.weights} != {"cost"}:
            return f"it minimises cost alone, the objective is {objective}"
        return _limited_machine(problem) or next(filter(None, map(_limited_job, problem.jobs)), None)

    def solve(self, problem: Problem, objective: Objective, limits: Limits, progress: Progress) -> Answer:
        """Always optimal and always in one step, so `limits` are not needed."""
        del limits
        clock = SystemClock()
        begun = clock.elapsed()
        assignments: list[Assignment] = []
        total = 0
        for job, route in zip(problem.jobs, cheapest_routes(problem, problem.jobs), strict=True):
            assert route is not None, "refuses() lets only forests pass"
            if job.budget is not None and route.cost > job.budget:
                raise InfeasibleError(
                    f"the cheapest way to make it costs {route.cost}, its budget is {job.budget}",
                    where=f"job {job.id}, budget",
                    hint=f"raise the budget to at least {route.cost}",
                )
            total += route.cost
            _schedule(problem, job, route, assignments)
        value = total * objective.weight("cost") * MILLION
        point = Point(clock.elapsed() - begun, value, value)
        progress(point)
        return Answer(tuple(assignments), value, value, "certified", (point,))


ENGINE = Composition()


def _limited_machine(problem: Problem) -> str | None:
    limited = {
        machine.id
        for machine in problem.machines.values()
        if machine.capacity is not None or machine.budget is not None or machine.available is not None
    }
    if not limited:
        return None
    for job in problem.jobs:
        for plan in job.plans:
            for operation in plan.operations:
                for mode in operation.modes:
                    if mode.machine in limited:
                        return f'machine "{mode.machine}" has a capacity, a budget or a calendar'
    return None


def _limited_job(job: Job) -> str | None:
    if job.min_quality is not None:
        return f'job "{job.id}" asks for a least quality'
    for plan in job.plans:
        if tree_of(plan) is None:
            return f'the precedence of job "{job.id}", plan "{plan.id}" is not a tree'
        if job.single_workpiece and not _is_chain(plan):
            return f'job "{job.id}" is a single workpiece whose plan "{plan.id}" is not a chain'
    return None


def _is_chain(plan: ProcessPlan) -> bool:
    """Whether the operations of a forest follow each other one by one."""
    return len(plan.first()) == 1 and len(plan.last()) == 1 and all(len(set(o.after)) <= 1 for o in plan.operations)


def _schedule(problem: Problem, job: Job, route: Route, assignments: list[Assignment]) -> None:
    """Every operation as soon as release, origin leg and predecessors allow."""
    site_of, time = problem.machine_site, problem.transport.time if problem.transport else None
    origin = None if job.origin is None else problem.site_index[job.origin]
    index = {operation.id: i for i, operation in enumerate(route.plan.operations)}
    done: dict[str, tuple[int, int]] = {}  # end and site by operation
    found: list[Assignment | None] = [None] * len(index)
    for operation in route.plan.topological():
        number = index[operation.id]
        mode = operation.modes[route.modes[number]]
        site, start = site_of[mode.machine], job.release
        if not operation.after and origin is not None and time is not None:
            start += time[origin][site]
        for earlier in operation.after:
            end, place = done[earlier]
            start = max(start, end if time is None else end + time[place][site])
        done[operation.id] = (start + mode.duration, site)
        found[number] = Assignment(job.id, route.plan.id, operation.id, mode.machine, start, start + mode.duration)
    assignments.extend(at for at in found if at is not None)
