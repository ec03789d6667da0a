"""What a search is given beside its problem: a plan to begin from, and assignments that every plan must keep.

Both are looked at before any engine sees them, by the judge: a start must be a valid plan, frozen assignments must get
along with each other. What they ask of the rest of the plan is left to the engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from hanse.errors import InfeasibleError, InputError
from hanse.model.check import check, measure
from hanse.model.objective import Objective
from hanse.model.plan import Assignment, Plan
from hanse.model.problem import Job, Problem, ProcessPlan

Freeze = int | Plan | Sequence[Assignment]
"""Everything that began before a time of the start, a plan (which may be a part of one), or these assignments."""


def started(problem: Problem, objective: Objective, start: Plan | None) -> tuple[Assignment, ...]:
    """The assignments to begin from. Raises InputError if they are no valid plan of this problem, with the rule they
    break."""
    if start is None:
        return ()
    _of_this(problem, start, "start")
    try:
        truthful = _plan(problem, start.assignments, objective)
    except ValueError as error:
        raise InputError(
            f"it is no plan to start from: {error}", where="start", hint="hanse check says more"
        ) from error
    broken = check(problem, truthful).violations
    if broken:
        raise InputError(f"it is no plan to start from: {broken[0]}", where="start", hint="hanse check says more")
    return start.assignments


def frozen(problem: Problem, freeze: Freeze | None, start: Sequence[Assignment]) -> tuple[Assignment, ...]:
    """The assignments to keep.

    Raises InputError if they are not of this problem or the start does not keep them, InfeasibleError if they break a
    rule among themselves.
    """
    if freeze is None:
        return ()
    if isinstance(freeze, Plan):
        _of_this(problem, freeze, "freeze")
        kept = freeze.assignments
    elif isinstance(freeze, int):
        if not start:
            raise InputError(
                "a time freezes what began before it, but there is no plan to start from",
                where="freeze",
                hint="give the plan that is running as start",
            )
        kept = tuple(a for a in start if a.start < freeze)
    else:
        kept = tuple(freeze)
    if start and not set(kept) <= set(start):
        raise InputError(
            f"the plan to start from does not keep {_named(next(a for a in kept if a not in set(start)))}",
            where="start",
            hint="start from a plan that contains all that is frozen, or from none",
        )
    _consistent(problem, kept)
    return kept


def _of_this(problem: Problem, plan: Plan, where: str) -> None:
    if plan.problem != problem.root:
        raise InputError(
            f"the plan answers problem {plan.problem[:10]}…, this one is {problem.root[:10]}…",
            where=where,
            hint="give a plan of this very problem",
        )


def _consistent(problem: Problem, kept: Sequence[Assignment]) -> None:
    """The judge looks at the frozen operations as if they were all there is. Whatever might come between or after them
    can only ask for more, so a rule broken here is broken in every plan that keeps them."""
    if not kept:
        return
    by_job: dict[str, list[Assignment]] = {}
    for a in kept:
        by_job.setdefault(a.job, []).append(a)
    unknown = by_job.keys() - {job.id for job in problem.jobs}
    if unknown:
        raise InputError(f'there is no job "{min(unknown)}"', where="freeze")
    jobs = tuple(_part(job, by_job[job.id]) for job in problem.jobs if job.id in by_job)
    small = replace(problem, jobs=jobs, preferences=None)
    try:
        plan = _plan(small, kept, Objective.parse("makespan"))
    except ValueError as error:
        raise InputError(f"what is frozen is not of this problem: {error}", where="freeze") from error
    broken = check(small, plan).violations
    if broken:
        raise InfeasibleError(
            f"what is frozen cannot all be kept: {broken[0]}",
            where="freeze",
            hint="freeze less, or a valid plan's part",
        )


def _part(job: Job, kept: Sequence[Assignment]) -> Job:
    """The job with its frozen operations alone. Limits that the missing ones could still meet are left out."""
    where = f"freeze: job {job.id}"
    plan = next((plan for plan in job.plans if plan.id == kept[0].plan), None)
    if plan is None:
        raise InputError(f'it has no process plan "{kept[0].plan}"', where=where)
    names = {a.operation for a in kept}
    unknown = names - {operation.id for operation in plan.operations}
    if unknown:
        raise InputError(f'plan "{plan.id}" has no operation "{min(unknown)}"', where=where)
    whole = len(names) == len(plan.operations)
    begun = all(set(operation.after) <= names for operation in plan.operations if operation.id in names)
    operations = tuple(
        replace(operation, after=tuple(name for name in operation.after if name in names))
        for operation in plan.operations
        if operation.id in names
    )
    return replace(
        job,
        plans=(ProcessPlan(plan.id, operations),),
        origin=job.origin if begun else None,
        destination=job.destination if whole else None,
        min_quality=job.min_quality if whole else None,
    )


def _plan(problem: Problem, assignments: Sequence[Assignment], objective: Objective) -> Plan:
    """A plan that claims nothing but what is measured."""
    measures = measure(problem, assignments)
    value = objective.value(measures, len(problem.jobs))
    return Plan(
        problem.root, tuple(assignments), measures, str(objective), value, None, "none", "feasible", "given", 0.0
    )


def missing(kept: Iterable[Assignment], plan: Iterable[Assignment]) -> str | None:
    """The first frozen assignment that a plan lacks, in words."""
    there = set(plan)
    return next((_named(a) for a in kept if a not in there), None)


def _named(a: Assignment) -> str:
    return f"job {a.job}, operation {a.operation} on {a.machine} from {a.start} to {a.end}"
