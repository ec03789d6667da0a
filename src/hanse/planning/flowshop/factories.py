"""A distributed permutation flow shop (Naderi and Ruiz, Computers & OR 37, 2010) as an array of durations."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from hanse.model.objective import Objective
from hanse.model.plan import Assignment
from hanse.model.problem import Enterprise, Job, Problem, ProcessPlan

Durations = npt.NDArray[np.int64]
"""Durations [factory, job, machine]."""

Sequences = list[list[int]]
"""The jobs of each factory, by number, in their order."""

SIZE = 1 << 50
"""Most that all durations may sum up to; compiled sums wrap beyond 64 bits."""


def refusal(problem: Problem, objective: Objective) -> str | None:
    """Why the problem is no distributed permutation flow shop whose makespan is asked, None if it is one."""
    if [name for name, _ in objective.weights] != ["makespan"]:
        return f"the objective is {objective}, it takes makespan"
    for enterprise in problem.enterprises:
        if not enterprise.permutation:
            return f'in enterprise "{enterprise.id}" jobs may overtake'
        if len(enterprise.machines) != len(problem.enterprises[0].machines):
            return "the factories have different numbers of machines"
        if any(machine.budget is not None or machine.available is not None for machine in enterprise.machines):
            return f'a machine of enterprise "{enterprise.id}" has a budget or a calendar'
    if problem.transport is not None and any(map(any, problem.transport.time)):
        return "transport takes time"
    for job in problem.jobs:
        if job.release or job.budget is not None or job.min_quality is not None:
            return f'job "{job.id}" has a release, a budget or a least quality'
        if len(job.plans) != len(problem.enterprises):
            return f'job "{job.id}" has not one plan for each factory'
        for plan, enterprise in zip(job.plans, problem.enterprises, strict=True):
            if not _passes(plan, enterprise):
                return f'plan "{plan.id}" of job "{job.id}" does not pass the machines of "{enterprise.id}" in order'
    if int(durations(problem).sum()) > SIZE:
        return "the durations are too large to add up"
    return None


def _passes(plan: ProcessPlan, enterprise: Enterprise) -> bool:
    chain = not plan.operations[0].after and all(b.after == (a.id,) for a, b in pairwise(plan.operations))
    machines = [[mode.machine for mode in operation.modes] for operation in plan.operations]
    return chain and machines == [[machine.id] for machine in enterprise.machines]


def durations(problem: Problem) -> Durations:
    """Durations [factory, job, machine] of a problem that is not refused."""

    def row(job: Job, factory: int) -> list[int]:
        return [operation.modes[0].duration for operation in job.plans[factory].operations]

    factories = range(len(problem.enterprises))
    return np.array([[row(job, factory) for job in problem.jobs] for factory in factories], dtype=np.int64)


def least_makespan(p: Durations) -> int:
    """No makespan is less: a job takes its durations one after the other, and the factory that works longest on its
    k-th machine works there for at least the mean, after the least head and before the least tail of any job."""
    quick = p.min(axis=0)
    heads = (np.cumsum(quick, axis=1) - quick).min(axis=0)
    tails = (np.cumsum(quick[:, ::-1], axis=1)[:, ::-1] - quick).min(axis=0)
    machines = heads + -(-quick.sum(axis=0) // len(p)) + tails
    return int(max(machines.max(), p.sum(axis=2).min(axis=0).max()))


def listed(p: Durations) -> Sequences:
    """Sequences at once: longest job first, to where it is done first if it goes last."""
    found: Sequences = [[] for _ in p]
    ends = [[0] * p.shape[2] for _ in p]
    for job in np.argsort(-p.sum(axis=(0, 2)), kind="stable").tolist():
        trials = [_after(row, p[factory, job].tolist()) for factory, row in enumerate(ends)]
        factory = min(range(len(p)), key=lambda f: (trials[f][-1], f))
        ends[factory] = trials[factory]
        found[factory].append(job)
    return found


def makespan(p: Durations, sequences: Sequences) -> int:
    """When the last job is done, every job as early as it can."""
    latest = 0
    for factory, sequence in enumerate(sequences):
        ends = [0] * p.shape[2]
        for job in sequence:
            ends = _after(ends, p[factory, job].tolist())
        latest = max(latest, ends[-1])
    return latest


def _after(ends: list[int], steps: list[int]) -> list[int]:
    """Ends on every machine after one more job."""
    result, done = [], 0
    for end, step in zip(ends, steps, strict=True):
        done = max(done, end) + step
        result.append(done)
    return result


def assignments(problem: Problem, p: Durations, sequences: Sequences) -> tuple[Assignment, ...]:
    """The plan in the words of the problem, in the order of its jobs."""
    rows: dict[int, list[Assignment]] = {}
    for factory, sequence in enumerate(sequences):
        ends = [0] * p.shape[2]
        for number in sequence:
            steps = p[factory, number].tolist()
            ends = _after(ends, steps)
            job = problem.jobs[number]
            plan = job.plans[factory]
            rows[number] = [
                Assignment(job.id, plan.id, o.id, o.modes[0].machine, end - step, end)
                for o, end, step in zip(plan.operations, ends, steps, strict=True)
            ]
    return tuple(row for number in range(len(problem.jobs)) for row in rows[number])
