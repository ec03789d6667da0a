"""Matching orders with members (Ramakurthi 2022, Section 4): the Python twin of `contracts/src/Matching.sol`.

Required and offered services are bit sets over the league's list of services (bit i is its i-th service, at most 256).
With oc required services of which ec are offered: ACCEPT if ec = oc > 0, PARTIAL if 0 < ec < oc, REJECT if ec = 0.
The contract answers; this twin predicts it, checks it in audits, and explains it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from hanse.errors import InfeasibleError, InputError
from hanse.model.problem import Job, Operation, Problem, ProcessPlan

Answer = Literal["ACCEPT", "PARTIAL", "REJECT"]

SERVICE_LIMIT = 256


def service_set(names: Iterable[str], catalogue: Sequence[str]) -> int:
    """The bit set of `names` within the league's list. Raises InputError for a name that is not in it."""
    if len(catalogue) > SERVICE_LIMIT:
        raise InputError(f"{len(catalogue)} services, a league has at most {SERVICE_LIMIT}", where="services")
    position = {name: i for i, name in enumerate(catalogue)}
    bits = 0
    for name in names:
        if name not in position:
            raise InputError(
                f'the league has no service "{name}"', where="services", hint="add it to the league's list"
            )
        bits |= 1 << position[name]
    return bits


def service_names(bits: int, catalogue: Sequence[str]) -> tuple[str, ...]:
    """The names in a bit set, in the order of the league's list."""
    return tuple(name for i, name in enumerate(catalogue) if bits >> i & 1)


def answer(required: int, offered: int) -> Answer:
    """The contract's rule. Raises InputError for an empty requirement: such an order is malformed."""
    if required == 0:
        raise InputError("an order must need at least one service", where="required services")
    matched = (required & offered).bit_count()
    return "REJECT" if matched == 0 else "ACCEPT" if matched == required.bit_count() else "PARTIAL"


def restrict(problem: Problem, candidates: Mapping[str, Iterable[str]], orders: Mapping[str, int]) -> Problem:
    """The problem with only the modes of each job's candidates.

    candidates: enterprise ids by job that answered ACCEPT or PARTIAL; orders: order number by job, for messages.
    A process plan with an operation nobody is left for is dropped; a job without any plan raises InfeasibleError
    naming the order, the service and who comes closest.
    """
    jobs = []
    for job in problem.jobs:
        allowed = set(candidates.get(job.id, ()))
        plans = [plan for plan in (_restrict_plan(problem, plan, allowed) for plan in job.plans) if plan is not None]
        if not plans:
            raise _nobody(problem, job, allowed, orders.get(job.id))
        jobs.append(replace(job, plans=tuple(plans)))
    return replace(problem, jobs=tuple(jobs))


def _restrict_plan(problem: Problem, plan: ProcessPlan, allowed: set[str]) -> ProcessPlan | None:
    operations = []
    for operation in plan.operations:
        modes = tuple(mode for mode in operation.modes if problem.owner[mode.machine].id in allowed)
        if not modes:
            return None
        operations.append(replace(operation, modes=modes))
    return replace(plan, operations=tuple(operations))


def _nobody(problem: Problem, job: Job, allowed: set[str], order: int | None) -> InfeasibleError:
    def lacks(operation: Operation) -> bool:
        return not any(problem.owner[mode.machine].id in allowed for mode in operation.modes)

    missing = next(operation.service for plan in job.plans for operation in plan.operations if lacks(operation))
    closest = ", ".join(sorted(allowed)[:5]) or "nobody offers any of its services"
    return InfeasibleError(
        f'no certified member offers "{missing}"',
        where=f"order {order} (job {job.id})" if order else f"job {job.id}",
        hint=f"closest: {closest}. Add a member or change the order",
    )
