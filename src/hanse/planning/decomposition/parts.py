"""A part as a problem of its own: the same ids, only its jobs and, if it is restricted, only its machines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from hanse.errors import InfeasibleError
from hanse.model.problem import Job, Problem, ProcessPlan

if TYPE_CHECKING:
    from hanse.planning.decomposition.split import Part, Split


def part_problem(problem: Problem, part: Part, budgets: Mapping[str, int] | None = None) -> Problem:
    """The question put to the solver of one part.

    Sites and transport stay whole, so that a leg costs the same everywhere. In a restricted part, modes on other
    machines, process plans that lose an operation by it, and enterprises left without machines are dropped. budgets: by
    machine id, replaces the machine's budget. Raises InfeasibleError if a job is left without any plan, naming the
    service nobody in the part offers.
    """
    own = set(part.jobs)
    jobs = tuple(_restrict(job, part) if part.machines is not None else job for job in problem.jobs if job.id in own)
    return replace(
        problem,
        name=f"{problem.name}, {part.name}",
        jobs=jobs,
        preferences=None,  # refusals join parts: `decompose` does not take utility
        enterprises=tuple(
            replace(
                enterprise,
                machines=tuple(
                    machine
                    if budgets is None or machine.budget is None
                    else replace(machine, budget=budgets.get(machine.id, machine.budget))
                    for machine in enterprise.machines
                    if part.machines is None or machine.id in part.machines
                ),
            )
            for enterprise in problem.enterprises
            if part.machines is None or any(machine.id in part.machines for machine in enterprise.machines)
        ),
    )


def shared_budgets(problem: Problem, split: Split) -> list[dict[str, int]]:
    """For each part its share of every machine's budget, in proportion to the most time its jobs could ask of it.

    The shares of a machine add up to its budget, so plans within them never break it when merged. The price is that a
    part may run short of what another leaves unused. What proportions leave over after rounding down goes, unit by
    unit, to the parts that rounding has cost most so far: over many machines each gets its due.
    """
    asked: list[dict[str, int]] = []
    jobs = {job.id: job for job in problem.jobs}
    for part in split.parts:
        load: dict[str, int] = {}
        for job in part.jobs:
            for machine_id, time in _most(jobs[job]).items():
                if part.machines is None or machine_id in part.machines:
                    load[machine_id] = load.get(machine_id, 0) + time
        asked.append(load)
    shares: list[dict[str, int]] = [{} for _ in split.parts]
    owed = [Fraction(0)] * len(split.parts)
    for name, machine in problem.machines.items():
        loads = [load.get(name, 0) for load in asked]
        whole = sum(loads)
        if machine.budget is not None and whole:
            due = [Fraction(machine.budget * time, whole) for time in loads]
            granted = [int(share) for share in due]
            owed = [old + share - grant for old, share, grant in zip(owed, due, granted, strict=True)]
            asking = [place for place, time in enumerate(loads) if time]
            for place in sorted(asking, key=lambda place: -owed[place])[: machine.budget - sum(granted)]:
                granted[place] += 1
                owed[place] -= 1
            for of_part, grant in zip(shares, granted, strict=True):
                of_part[name] = grant
    return shares


def _most(job: Job) -> dict[str, int]:
    """The most time a job can ask of each machine, over its plans."""
    most: dict[str, int] = {}
    for plan in job.plans:
        load: dict[str, int] = {}
        for operation in plan.operations:
            for mode in operation.modes:
                load[mode.machine] = load.get(mode.machine, 0) + mode.duration
        for machine, time in load.items():
            most[machine] = max(most.get(machine, 0), time)
    return most


def _restrict(job: Job, part: Part) -> Job:
    assert part.machines is not None
    plans = [plan for plan in (_restrict_plan(plan, part.machines) for plan in job.plans) if plan is not None]
    if plans:
        return replace(job, plans=tuple(plans))
    lost = next(
        operation
        for operation in job.plans[0].operations
        if not any(mode.machine in part.machines for mode in operation.modes)
    )
    raise InfeasibleError(
        f'no machine of this part offers "{lost.service}"',
        where=f"part {part.name}, job {job.id}, operation {lost.id}",
        hint="make fewer parts, or only divide the jobs and leave every machine to every part",
    )


def _restrict_plan(plan: ProcessPlan, machines: frozenset[str]) -> ProcessPlan | None:
    operations = []
    for operation in plan.operations:
        modes = tuple(mode for mode in operation.modes if mode.machine in machines)
        if not modes:
            return None
        operations.append(replace(operation, modes=modes))
    return replace(plan, operations=tuple(operations))
