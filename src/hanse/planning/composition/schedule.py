"""When things happen, if machines are never full: every operation as soon as it can."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import chain

import numpy as np

from hanse.model.plan import Assignment
from hanse.model.problem import Job, Problem
from hanse.planning.composition.forest import Ints, straight
from hanse.planning.composition.routes import Route


def schedule(problem: Problem, routes: Sequence[Route]) -> tuple[Assignment, ...]:
    """The operations of each job's route, in its order, each as soon as release, origin leg and predecessors allow."""
    facts = problem.facts
    number = {id(plan): i for i, plan in enumerate(plan for job in problem.jobs for plan in job.plans)}
    plans = np.array([number[id(route.plan)] for route in routes], dtype=np.int64)
    first, count = facts.first_operation[plans], np.diff(facts.first_operation)[plans]
    begins = np.cumsum(count) - count
    operations = np.arange(count.sum()) + np.repeat(first - begins, count)
    picks = np.fromiter(chain.from_iterable(route.modes for route in routes), dtype=np.int64, count=len(operations))
    modes = facts.first_mode[operations] + picks
    machine, duration = facts.mode_machine[modes], facts.mode_duration[modes]
    start = _chained(problem, begins, facts.machine_site[machine], duration)
    for job in np.flatnonzero(~straight(facts)[plans]).tolist():
        start[begins[job] : begins[job] + count[job]] = _starts(problem, problem.jobs[job], routes[job])
    names = list(problem.machines)
    jobs = chain.from_iterable([job.id] * len(r.modes) for job, r in zip(problem.jobs, routes, strict=True))
    columns = zip(
        jobs,
        chain.from_iterable([route.plan.id] * len(route.modes) for route in routes),
        [operation.id for route in routes for operation in route.plan.operations],
        map(names.__getitem__, machine.tolist()),
        start.tolist(),
        (start + duration).tolist(),
        strict=True,
    )
    # `Assignment._make` without its Python frame, which would cost more than all the rest.
    return tuple(map(partial(tuple.__new__, Assignment), columns))


def _chained(problem: Problem, begins: Ints, site: Ints, duration: Ints) -> Ints:
    """Starts as if every job's operations followed each other one by one; `begins`: where those of a job begin."""
    facts = problem.facts
    wait = np.zeros(len(site), dtype=np.int64)
    if facts.transport:
        wait[1:] = facts.leg_time[site[:-1], site[1:]]
        origin = facts.job_origin
        wait[begins] = np.where(origin >= 0, facts.leg_time[np.maximum(origin, 0), site[begins]], 0)
    wait[begins] += facts.job_release
    end = np.cumsum(wait + duration)
    before = end[begins] - (wait + duration)[begins]
    start: Ints = end - duration - np.repeat(before, np.diff(np.append(begins, len(site))))
    return start


def _starts(problem: Problem, job: Job, route: Route) -> list[int]:
    """Starts of the operations of any plan, in its order."""
    time, site_of = problem.transport.time if problem.transport else None, problem.machine_site
    origin = None if job.origin is None else problem.site_index[job.origin]
    modes = {o.id: o.modes[number] for o, number in zip(route.plan.operations, route.modes, strict=True)}
    starts: dict[str, int] = {}
    for operation in route.plan.topological():
        site, start = site_of[modes[operation.id].machine], job.release
        if not operation.after and origin is not None and time is not None:
            start += time[origin][site]
        for earlier in operation.after:
            before = modes[earlier]
            leg = 0 if time is None else time[site_of[before.machine]][site]
            start = max(start, starts[earlier] + before.duration + leg)
        starts[operation.id] = start
    return [starts[operation.id] for operation in route.plan.operations]
