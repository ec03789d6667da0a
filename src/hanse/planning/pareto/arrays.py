"""A problem as arrays for the decoder. Made from a `Shop`, whose words (line, task, way) it keeps.

Unlike the plant of the makespan search it holds everything the model knows: calendars, capacities, budgets, least
qualities, money and energy.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hanse.errors import InputError
from hanse.planning.jobshop.shop import Shop
from hanse.planning.pareto.objectives import Extras

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

OPEN = 1 << 60
"""A window of starts without an end."""

LONGEST = 1 << 52
"""Largest horizon: times are exact in double precision up to here."""


class Arrays(NamedTuple):
    """All that the kernels know of a problem.

    Jobs: lines [jobs + 1] are the lines of each job; due, budget, least (quality) are -1 where nothing is asked; weight
    in ones; held: the workpiece must be kept apart by more than precedence. Lines: places [lines + 1] index member, the
    tasks of a line in topological order, and befores and afters, which index before and after: the tasks a member waits
    for, and those that wait for it, in this line. Tasks: job, last (nothing of its job waits for it); ways [tasks + 1].
    Ways: machine, site, duration, cost (with outer legs), energy, quality, outer (time of outer legs), departure (time
    to the destination); windows [ways + 1] index opens and closes, the intervals of admissible starts. Machines: lanes
    [machines + 1], tracks on which one operation runs at a time (none: any number run); limit (budget, -1 for none),
    power, owner. reliability: of each enterprise, 0 to 1. legs, fares [sites, sites]: time and cost of transport.
    idle: per cent of power drawn while waiting. moving: energy per time of transport.
    """

    lines: Ints
    due: Ints
    weight: Floats
    budget: Ints
    least: Ints
    held: Flags
    places: Ints
    member: Ints
    befores: Ints
    before: Ints
    afters: Ints
    after: Ints
    job: Ints
    last: Flags
    ways: Ints
    machine: Ints
    site: Ints
    duration: Ints
    cost: Ints
    energy: Ints
    quality: Ints
    outer: Ints
    departure: Ints
    windows: Ints
    opens: Ints
    closes: Ints
    lanes: Ints
    limit: Ints
    power: Ints
    owner: Ints
    reliability: Floats
    legs: Ints
    fares: Ints
    idle: float
    moving: float


def arrays_of(shop: Shop, extras: Extras) -> Arrays:
    """The arrays of a problem. Raises InputError if its times are too long to be exact."""
    if shop.horizon > LONGEST:
        raise InputError(f"times reach {shop.horizon:.1e}", where="problem", hint="declare a coarser unit of time")
    problem = shop.problem
    machines = {name: i for i, name in enumerate(problem.machines)}
    owners = {enterprise.id: i for i, enterprise in enumerate(problem.enterprises)}
    ways = [(task, way) for task in shop.tasks for way in task.ways]
    lines = [line for of_job in shop.lines for line in of_job]
    before: list[list[int]] = []
    after: list[list[int]] = []
    for line in lines:
        for number in line.tasks:
            before.append([a for a, b in line.arcs if b == number])
            after.append([b for a, b in line.arcs if a == number])
    outer = []
    for task, way in ways:
        job = problem.jobs[task.job]
        arriving = shop.arrival(job, way.site) - job.release if task.first else 0
        outer.append(arriving + (shop.departure(job, way.site) if task.last else 0))
    count = len(problem.sites)
    nothing = [[0] * count] * count
    transport = problem.transport
    return Arrays(
        lines=_ends([len(of_job) for of_job in shop.lines]),
        due=_ints([-1 if job.due is None else job.due for job in problem.jobs]),
        weight=np.array([float(job.weight) for job in problem.jobs]),
        budget=_ints([-1 if job.budget is None else job.budget for job in problem.jobs]),
        least=_ints([-1 if job.min_quality is None else job.min_quality for job in problem.jobs]),
        held=np.array(
            [
                job.single_workpiece and not all(shop.is_chain(line) for line in of_job)
                for job, of_job in zip(problem.jobs, shop.lines, strict=True)
            ],
            dtype=np.bool_,
        ),
        places=_ends([len(line.tasks) for line in lines]),
        member=_ints([task for line in lines for task in line.tasks]),
        befores=_ends([len(row) for row in before]),
        before=_ints([a for row in before for a in row]),
        afters=_ends([len(row) for row in after]),
        after=_ints([b for row in after for b in row]),
        job=_ints([task.job for task in shop.tasks]),
        last=np.array([task.last for task in shop.tasks], dtype=np.bool_),
        ways=_ends([len(task.ways) for task in shop.tasks]),
        machine=_ints([machines[way.machine] for _, way in ways]),
        site=_ints([way.site for _, way in ways]),
        duration=_ints([way.duration for _, way in ways]),
        cost=_ints([shop.way_cost(task, way) for task, way in ways]),
        energy=_ints([way.energy for _, way in ways]),
        quality=_ints([way.quality for _, way in ways]),
        outer=_ints(outer),
        departure=_ints([shop.departure(problem.jobs[t.job], way.site) if t.last else 0 for t, way in ways]),
        windows=_ends([len(way.starts) for _, way in ways]),
        opens=_ints([start for _, way in ways for start, _ in way.starts]),
        closes=_ints([OPEN if end is None else end for _, way in ways for _, end in way.starts]),
        lanes=_ends([_lanes(shop, name) for name in machines]),
        limit=_ints([-1 if machine.budget is None else machine.budget for machine in problem.machines.values()]),
        power=_ints([machine.power for machine in problem.machines.values()]),
        owner=_ints([owners[problem.owner[name].id] for name in machines]),
        reliability=np.array([enterprise.reliability / 1e6 for enterprise in problem.enterprises]),
        legs=np.array(transport.time if transport else nothing, dtype=np.int64).reshape(count, count),
        fares=np.array(transport.cost if transport else nothing, dtype=np.int64).reshape(count, count),
        idle=float(extras.idle_percent),
        moving=float(extras.transport_energy),
    )


def _lanes(shop: Shop, name: str) -> int:
    """One for a machine that runs one operation at a time, none where all that may run on it can run at once."""
    capacity, users = shop.problem.machines[name].capacity, len(shop.by_machine.get(name, ()))
    if capacity is None or (capacity > 1 and users <= capacity):
        return 0
    return capacity


def _ints(values: list[int]) -> Ints:
    return np.array(values, dtype=np.int64)


def _ends(counts: list[int]) -> Ints:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
