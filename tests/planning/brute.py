"""The best plan by trying everything: the plain twin of every engine, for problems of a handful of operations.

For each choice of plans and modes, every order of all operations that respects precedence is built up, each operation
at the first integer moment at which it gets along with those before it. Sorting a best plan by its starts gives one of
these orders, and taking each operation earlier never hurts, so some best plan is among them. The judge decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from hanse.model.check import check, measure
from hanse.model.objective import Objective
from hanse.model.plan import Assignment, Plan
from hanse.model.problem import Job, Mode, Operation, Problem, ProcessPlan

LATEST = 200
"""No small problem needs a later moment."""

Choice = tuple[Job, ProcessPlan, Operation, Mode]


def best(problem: Problem, objective: Objective) -> int | None:
    """Least value in millionths of any valid plan, None if there is none."""
    found: int | None = None
    for plans in product(*[job.plans for job in problem.jobs]):
        operations = [(job, plan, o) for job, plan in zip(problem.jobs, plans, strict=True) for o in plan.operations]
        for modes in product(*[operation.modes for _, _, operation in operations]):
            choices = [(*operation, mode) for operation, mode in zip(operations, modes, strict=True)]
            seen: set[tuple[Assignment, ...]] = set()
            for assignments in _schedules(problem, choices, []):
                ordered = tuple(sorted(assignments))
                if ordered in seen:
                    continue
                seen.add(ordered)
                value = _value(problem, objective, ordered)
                if (found is None or value < found) and valid(problem, objective, ordered):
                    found = value
                if {name for name, _ in objective.weights} <= {"cost", "energy"} and value == found:
                    break  # time does not matter: one valid schedule of a choice is as good as any
    return found


def valid(problem: Problem, objective: Objective, assignments: tuple[Assignment, ...]) -> bool:
    measures = measure(problem, assignments)
    value = _value(problem, objective, assignments)
    plan = Plan(
        problem.root, assignments, measures, str(objective), value, None, "none", "feasible", "brute force", 0.0
    )
    return check(problem, plan).valid


def _value(problem: Problem, objective: Objective, assignments: tuple[Assignment, ...]) -> int:
    m = measure(problem, assignments)
    return objective.millionths(cost=m.cost, makespan=m.makespan, tardiness=m.tardiness, energy=m.energy)


def _schedules(problem: Problem, left: list[Choice], placed: list[Assignment]) -> Iterator[list[Assignment]]:
    if not left:
        yield placed
        return
    waiting = {(job.id, operation.id) for job, _, operation, _ in left}
    for i, (job, plan, operation, mode) in enumerate(left):
        if any((job.id, name) in waiting for name in operation.after):
            continue
        at = _first_fit(problem, job, plan, operation, mode, placed)
        if at is not None:
            yield from _schedules(problem, left[:i] + left[i + 1 :], [*placed, at])


def _first_fit(
    problem: Problem, job: Job, plan: ProcessPlan, operation: Operation, mode: Mode, placed: list[Assignment]
) -> Assignment | None:
    site, machine = problem.machine_site[mode.machine], problem.machines[mode.machine]
    ready = job.release
    if not operation.after and job.origin is not None:
        ready += problem.transport_time(problem.site_index[job.origin], site)
    for at in placed:
        if at.job == job.id and at.operation in operation.after:
            ready = max(ready, at.end + problem.transport_time(problem.machine_site[at.machine], site))
    for start in range(ready, LATEST):
        end = start + mode.duration
        if machine.available is not None and not any(a <= start and end <= b for a, b in machine.available):
            continue
        here = [at for at in placed if at.machine == machine.id]
        if machine.capacity == 1 and any(start < at.end and at.start < end for at in here):
            continue
        if machine.capacity is not None and any(
            sum(at.start <= moment < at.end for at in here) >= machine.capacity for moment in range(start, end)
        ):
            continue
        own = [at for at in placed if at.job == job.id and at.end > at.start]
        if job.single_workpiece and end > start and any(start < at.end and at.start < end for at in own):
            continue
        return Assignment(job.id, plan.id, operation.id, machine.id, start, end)
    return None
