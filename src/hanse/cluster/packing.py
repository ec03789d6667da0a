"""A problem as bytes for another process of this machine, and back.

`Problem` keeps read-only views of itself that cannot be pickled, and pickling modes one by one (named tuples, hundreds
of thousands of them) takes longer than solving; so modes travel as columns. The bytes are for the sender's own worker
processes, never for storage or for strangers: unpickling runs what it is given.
"""

from __future__ import annotations

import pickle
from typing import Any

from hanse.model.problem import Job, Mode, Operation, Problem, ProcessPlan

_JOB = ("id", "customer", "origin", "destination", "release", "due", "weight", "budget", "min_quality",
        "single_workpiece")  # fmt: skip


def pack(problem: Problem) -> bytes:
    """Everything `unpack` needs to build an equal problem."""
    jobs = [
        (
            {name: getattr(job, name) for name in _JOB},
            [(plan.id, [(o.id, o.service, o.after, tuple(zip(*o.modes, strict=True))) for o in plan.operations])
             for plan in job.plans],
        )
        for job in problem.jobs
    ]  # fmt: skip
    head = (problem.name, problem.sites, problem.enterprises, problem.units, problem.transport, problem.preferences)
    return pickle.dumps((head, jobs), protocol=pickle.HIGHEST_PROTOCOL)


def unpack(data: bytes) -> Problem:
    """The problem again, checked at birth like any other."""
    head, packed = pickle.loads(data)
    name, sites, enterprises, units, transport, preferences = head
    jobs = tuple(Job(plans=tuple(_plan(*plan) for plan in plans), **fields) for fields, plans in packed)
    return Problem(name, sites, enterprises, jobs, units, transport, preferences)


def _plan(name: str, operations: list[tuple[str, str, tuple[str, ...], tuple[Any, ...]]]) -> ProcessPlan:
    return ProcessPlan(
        name,
        tuple(
            Operation(id_, service, tuple(map(Mode._make, zip(*columns, strict=True))), after)
            for id_, service, after, columns in operations
        ),
    )
