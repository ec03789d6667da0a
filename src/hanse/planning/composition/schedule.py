"""When things happen, if machines are never full: every operation as soon as it can."""

from __future__ import annotations

from itertools import pairwise

from hanse.model.plan import Assignment
from hanse.model.problem import Job, Problem, ProcessPlan
from hanse.planning.composition.routes import Route


def schedule(problem: Problem, job: Job, route: Route, assignments: list[Assignment]) -> None:
    """Append the route's operations, each as soon as release, origin leg and predecessors allow."""
    time = problem.transport.time if problem.transport else None
    if _is_straight(route.plan):
        _schedule_chain(problem, job, route, assignments)
        return
    site_of = problem.machine_site
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


def _is_straight(plan: ProcessPlan) -> bool:
    """Whether the plan is a chain in the order of the file."""
    operations = plan.operations
    return not operations[0].after and all(b.after == (a.id,) for a, b in pairwise(operations))


def _schedule_chain(problem: Problem, job: Job, route: Route, assignments: list[Assignment]) -> None:
    """The same for chains, the commonest case, without the bookkeeping of trees."""
    site_of, time = problem.machine_site, problem.transport.time if problem.transport else None
    name, plan, moment = job.id, route.plan.id, job.release
    before = None if job.origin is None else problem.site_index[job.origin]
    for operation, index in zip(route.plan.operations, route.modes, strict=True):
        mode = operation.modes[index]
        machine = mode[0]
        if time is not None:
            site = site_of[machine]
            if before is not None:
                moment += time[before][site]
            before = site
        end = moment + mode[1]
        assignments.append(Assignment(name, plan, operation.id, machine, moment, end))
        moment = end
