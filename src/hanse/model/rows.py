"""The rows a problem and a plan are made of, as plain JSON values in a fixed order: what their Merkle roots cover.

Version 1. These shapes are anchored on chain: never change them, add a version instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hanse.model.plan import Assignment
    from hanse.model.problem import Problem


def problem_rows(problem: Problem) -> Iterator[list[Any]]:
    """Header, sites with transport, enterprises, machines, jobs, operations."""
    units = problem.units
    yield ["hanse-problem/1", problem.name, units.time, units.money, units.distance, units.energy]
    for i, site in enumerate(problem.sites):
        legs = [problem.transport.cost[i], problem.transport.time[i]] if problem.transport else []
        yield ["site", site.id, site.position, legs]
    for enterprise in problem.enterprises:
        yield ["enterprise", enterprise.id, enterprise.site, enterprise.reliability]
        for m in enterprise.machines:
            yield ["machine", enterprise.id, m.id, sorted(m.services), m.capacity, m.budget, m.power, m.available]
    for job in problem.jobs:
        yield [
            "job", job.id, job.customer, job.origin, job.destination, job.release, job.due, job.weight, job.budget,
            job.min_quality, job.single_workpiece, [plan.id for plan in job.plans],
        ]  # fmt: skip
        for plan in job.plans:
            for operation in plan.operations:
                yield ["operation", job.id, plan.id, operation.id, operation.service, operation.after, operation.modes]


def plan_rows(problem_root: str, assignments: tuple[Assignment, ...]) -> Iterator[list[Any]]:
    """Header and one row per assignment, in the order of the plan."""
    yield ["hanse-plan/1", problem_root]
    for a in assignments:
        yield [a.job, a.plan, a.operation, a.machine, a.start, a.end]
