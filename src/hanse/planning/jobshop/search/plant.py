"""The problem as arrays of integers, for kernels. Made from a `Shop`, whose words (line, task, way) it keeps.

A *way* has a number of its own over all tasks: those of task t are `ways[t]` to `ways[t + 1] - 1`. Precedence is kept
once for all lines: an arc counts where both of its tasks are in use, which is right if every line that holds both also
implies the arc (`refusal` looks).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hanse.model.problem import Enterprise, Job, Machine, Mode, Operation, Problem, ProcessPlan, Site
from hanse.planning.jobshop.shop import Shop

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

TIME_LIMIT = 1 << 52
"""Largest horizon: times then are exact in double precision, in which moves are compared."""


class Plant(NamedTuple):
    """All that kernels know of a problem.

    ways [tasks + 1]: first way of each task. machine, duration, site [ways]. ready [ways]: no start before it. rest
    [ways]: time from the end to the completion of the job, at least. befores, afters [tasks + 1] index before and
    after, the tasks on the other ends of precedence arcs. legs [sites, sites]: times of transport; moving: whether any
    is not 0. seats [machines + 1]: where the sequence of each machine begins in `Schedule.seat`; a machine that runs
    any number at once has no seats. job, shortest, outlook [tasks]: job, least duration, and least time from a task's
    start to the completion of its job. lines [jobs + 1] are the lines of each job, line_ends [lines + 1] index members,
    the tasks of each line in topological order. held [tasks]: its job is a single workpiece that precedence alone does
    not keep apart.
    """

    ways: Ints
    machine: Ints
    duration: Ints
    site: Ints
    ready: Ints
    rest: Ints
    befores: Ints
    before: Ints
    afters: Ints
    after: Ints
    legs: Ints
    moving: bool
    seats: Ints
    job: Ints
    shortest: Ints
    outlook: Ints
    lines: Ints
    line_ends: Ints
    members: Ints
    held: Flags


def refusal(problem: Problem) -> str | None:
    """What the search cannot express in this problem, None if it can take it."""
    users: dict[str, int] = {}
    for job in problem.jobs:
        if job.budget is not None:
            return f'job "{job.id}" has a budget'
        if job.min_quality is not None:
            return f'job "{job.id}" asks for quality'
        if len(job.plans) > 1 and not _agree(job):
            return f'the plans of job "{job.id}" order the same operations differently'
        for plan in job.plans:
            for operation in plan.operations:
                for mode in operation.modes:
                    users[mode.machine] = users.get(mode.machine, 0) + 1
    for name, count in users.items():
        machine = problem.machines[name]
        if machine.available is not None:
            return f'machine "{name}" has a calendar'
        if machine.budget is not None:
            return f'machine "{name}" has a budget'
        if machine.capacity is not None and 1 < machine.capacity < count:
            return f'machine "{name}" runs {machine.capacity} operations at once'
    return None


def _agree(job: Job) -> bool:
    """Whether an arc between two operations that is in one plan is in every plan that has both."""
    arcs = {arc for plan in job.plans for arc in plan.arcs()}
    for plan in job.plans:
        inside, own = {operation.id for operation in plan.operations}, set(plan.arcs())
        if any(a in inside and b in inside and (a, b) not in own for a, b in arcs):
            return False
    return True


def two_operations() -> Problem:
    """The smallest problem worth the name, on which kernels are compiled."""
    jobs = tuple(Job(name, (ProcessPlan("A", (Operation("O", "s", (Mode("M", 1),)),)),)) for name in "ab")
    return Problem("warm", (Site("S"),), (Enterprise("E", "S", (Machine("M", frozenset({"s"})),)),), jobs)


def plant_of(shop: Shop) -> Plant:
    """The arrays of a problem that is not refused."""
    tasks, problem = shop.tasks, shop.problem
    machines = {name: i for i, name in enumerate(problem.machines)}
    ways = [(task, way) for task in tasks for way in task.ways]
    before: list[list[int]] = [[] for _ in tasks]
    after: list[list[int]] = [[] for _ in tasks]
    for arcs in shop.arcs:
        for a, b in arcs:
            before[b].append(a)
            after[a].append(b)
    seats = [0] * len(machines)
    for name, users in shop.by_machine.items():
        capacity = problem.machines[name].capacity
        if capacity is not None and capacity < max(2, len(users)):
            seats[machines[name]] = len(users)
    lines = [line for of_job in shop.lines for line in of_job]
    loose = [
        job.single_workpiece and not all(shop.is_chain(line) for line in of_job)
        for job, of_job in zip(problem.jobs, shop.lines, strict=True)
    ]
    legs = problem.transport.time if problem.transport is not None else [[0] * len(problem.sites)] * len(problem.sites)
    matrix = np.array(legs, dtype=np.int64).reshape(len(problem.sites), len(problem.sites))
    return Plant(
        ways=_ends([len(task.ways) for task in tasks]),
        machine=_ints([machines[way.machine] for _, way in ways]),
        duration=_ints([way.duration for _, way in ways]),
        site=_ints([way.site for _, way in ways]),
        ready=_ints([way.starts[0][0] for _, way in ways]),
        rest=_ints([shop.departure(problem.jobs[t.job], way.site) if t.last else 0 for t, way in ways]),
        befores=_ends([len(row) for row in before]),
        before=_ints([a for row in before for a in row]),
        afters=_ends([len(row) for row in after]),
        after=_ints([b for row in after for b in row]),
        legs=matrix,
        moving=bool(matrix.any()),
        seats=_ends(seats),
        job=_ints([task.job for task in tasks]),
        shortest=_ints([task.shortest for task in tasks]),
        outlook=_ints([task.shortest + task.tail for task in tasks]),
        lines=_ends([len(of_job) for of_job in shop.lines]),
        line_ends=_ends([len(line.tasks) for line in lines]),
        members=_ints([task for line in lines for task in line.tasks]),
        held=np.array([loose[task.job] for task in tasks], dtype=np.bool_),
    )


def _ints(values: list[int]) -> Ints:
    return np.array(values, dtype=np.int64)


def _ends(counts: list[int]) -> Ints:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
