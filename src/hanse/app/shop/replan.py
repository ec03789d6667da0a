"""The rest of a member's day anew: what has begun stays, promises to guests stay, the rest is planned around them.

What stays is taken out of the question: machines are closed while it runs, and a job's rest is released when what stays
of it is done. So the solver needs to know nothing of clocks, and its answer is judged like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from hanse.app.shop.day import GUEST, Rows, Seen, Shop, Span
from hanse.model.plan import Assignment
from hanse.model.problem import Job, Machine, Operation, Problem, ProcessPlan
from hanse.units import QUANTITY_LIMIT

Solver = Callable[[Problem], Rows | None]
"""The best plan it finds, None for none."""

FOREVER = QUANTITY_LIMIT
"""End of the hours of a machine that is always open."""


@dataclass(frozen=True, slots=True)
class Rest:
    """What is left to plan. problem: of this member's machines alone. stays: rows that are not in question."""

    problem: Problem
    stays: Rows


def rest_of(shop: Shop, rows: Rows, seen: Seen) -> Rest | None:
    """What may still be planned anew; None if that is nothing, or if it cannot be said (an own machine runs several
    operations at once, or has a budget, and something stays on it)."""
    lies = {(at.job, at.operation): at for at in seen.rows}
    kept = {(at.job, at.operation) for at in rows if not _free(shop, rows, seen, at)}
    closed: dict[str, list[Span]] = {name: [] for name in shop.own}
    for at in (*seen.busy, *(lies[key] for key in kept)):
        if at.machine in closed and at.end > seen.now and (at.plan == GUEST or (at.job, at.operation) in kept):
            closed[at.machine].append((at.start, at.end))
    jobs = []
    for job in shop.problem.jobs:
        mine = [at for at in rows if at.job == job.id]
        rest = _rest_of_job(shop, job, mine, [lies[job.id, at.operation] for at in mine if _key(at) in kept], kept)
        if mine and rest is not None:
            jobs.append(rest)
    machines = [_open(machine, closed[machine.id], seen) for machine in shop.member.machines]
    if not jobs or None in machines:
        return None
    house = replace(shop.member, machines=tuple(machine for machine in machines if machine is not None))
    problem = replace(
        shop.problem, name=f"{shop.member.id} at {seen.now}", enterprises=(house,), jobs=tuple(jobs), preferences=None
    )
    return Rest(problem, tuple(at for at in rows if _key(at) in kept))


def replanned(shop: Shop, rows: Rows, seen: Seen, solver: Solver) -> Rows | None:
    """The plan with its rest planned anew, None if the solver has none. Whether it is better is for the caller to see
    (by `see`), and nothing is lost if it is not."""
    rest = rest_of(shop, rows, seen)
    found = None if rest is None else solver(rest.problem)
    return None if rest is None or found is None else (*rest.stays, *found)


def _key(at: Assignment) -> tuple[str, str]:
    return at.job, at.operation


def _free(shop: Shop, rows: Rows, seen: Seen, at: Assignment) -> bool:
    """Whether an operation may be planned anew: it has not begun, is at home, and nobody elsewhere waits for it."""
    if _key(at) in seen.forecast.frozen or at.machine not in shop.own:
        return False
    waiting = _followers(shop, at)
    return all(other.machine in shop.own for other in rows if other.job == at.job and other.operation in waiting)


def _followers(shop: Shop, at: Assignment) -> set[str]:
    """Operations of the same job that come after it."""
    job = next(job for job in shop.problem.jobs if job.id == at.job)
    plan = next(plan for plan in job.plans if plan.id == at.plan)
    found = {at.operation}
    for operation in plan.topological():
        if found & set(operation.after):
            found.add(operation.id)
    return found - {at.operation}


def _rest_of_job(
    shop: Shop, job: Job, mine: Sequence[Assignment], stays: Sequence[Assignment], kept: set[tuple[str, str]]
) -> Job | None:
    """The job with the operations that are left, on own machines."""
    if len(stays) == len(mine):
        return None
    chosen = mine[0].plan
    plans = []
    for plan in job.plans:
        if stays and plan.id != chosen:
            continue
        left = {operation.id for operation in plan.operations if (job.id, operation.id) not in kept}
        operations = [_at_home(shop, operation, left) for operation in plan.operations if operation.id in left]
        if all(operation is not None for operation in operations):
            plans.append(ProcessPlan(plan.id, tuple(one for one in operations if one is not None)))
    if not plans:
        return None
    if not stays:
        return replace(job, plans=tuple(plans))
    here = shop.problem.site_index[shop.member.site]
    ready = max(at.end + shop.problem.transport_time(shop.problem.machine_site[at.machine], here) for at in stays)
    return replace(job, plans=tuple(plans), origin=None, release=max(job.release, ready), budget=None, min_quality=None)


def _at_home(shop: Shop, operation: Operation, left: Iterable[str]) -> Operation | None:
    modes = tuple(mode for mode in operation.modes if mode.machine in shop.own)
    if not modes:
        return None
    return Operation(operation.id, operation.service, modes, tuple(name for name in operation.after if name in left))


def _open(machine: Machine, closed: list[Span], seen: Seen) -> Machine | None:
    """The machine with the hours that are left; None if what stays on it cannot be told by hours."""
    if closed and (machine.capacity != 1 or machine.budget is not None):
        return None
    begins = seen.back.get(machine.id, seen.now)
    hours: list[Span] = []
    for opens, shuts in machine.available or ((0, FOREVER),):
        free = max(opens, begins)
        for start, end in sorted(closed):
            if free < min(start, shuts):
                hours.append((free, min(start, shuts)))
            free = max(free, end)
        if free < shuts:
            hours.append((free, shuts))
    return replace(machine, available=tuple(hours))
