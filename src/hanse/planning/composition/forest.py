"""A composition problem as arrays: jobs, their plans that are trees, operations in walking order, modes.

Nested ranges instead of objects: `jobs[j] : jobs[j+1]` are the plans of job j, `plans[c] : plans[c+1]` the operations
of plan c, `modes[n] : modes[n+1]` the modes of operation n, each one row of `cost`, `duration`, `machine`, `site`.
Operations stand in the order of `routes.tree_of`, so a parent comes before its children.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from operator import itemgetter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hanse.model.problem import Job, Mode, Operation, Problem, ProcessPlan
from hanse.planning.composition.tree import tree_of

Ints = npt.NDArray[np.int64]

UNLIMITED = 1 << 60
"""The budget of a machine that has none."""


class Forest(NamedTuple):
    """The arrays. A named tuple, because compiled functions take those as they are.

    parent: operation whose leg this one pays, by number, -1 for a root. later: whether it comes after its parent.
    cost: of the mode and of its legs from the origin or to the destination, times the scale. legs: transport cost
    [block][from][to] times the scale, over sites; back: the same [block][to][from]; block: which of them a job uses,
    one for all unless the forest is thinned. moving: whether there is transport at all.
    """

    jobs: Ints
    plans: Ints
    modes: Ints
    parent: Ints
    later: npt.NDArray[np.bool_]
    cost: Ints
    duration: Ints
    machine: Ints
    site: Ints
    block: Ints
    legs: Ints
    back: Ints
    moving: bool


class Named(NamedTuple):
    """What the numbers of a forest stand for: the process plans in its order, and for each operation its position in
    its plan; machines are numbered as in `Problem.machines`."""

    plans: tuple[ProcessPlan, ...]
    position: Ints


def forest_of(problem: Problem, jobs: Sequence[Job], *, scale: int = 1, compiled: bool = False) -> tuple[Forest, Named]:
    """Arrays of these jobs, plans that are no trees left out. `scale` multiplies all money. `compiled`: read the modes
    with machine code, which is worth it where that is needed anyway."""
    operations: list[Operation] = []
    kept: list[ProcessPlan] = []
    parent: list[int] = []
    later: list[bool] = []
    position: list[int] = []
    job_ends, plan_ends = [0], [0]
    for job in jobs:
        for plan in job.plans:
            tree = tree_of(plan)
            if tree is None:
                continue
            first = len(operations)
            operations += [plan.operations[i] for i in tree.order]
            parent += [-1 if p < 0 else first + p for p in tree.parents]
            later += tree.later
            position += tree.order
            kept.append(plan)
            plan_ends.append(len(operations))
        job_ends.append(len(kept))
    lists = [operation.modes for operation in operations]
    modes = np.zeros(len(lists) + 1, dtype=np.int64)
    np.cumsum(np.fromiter(map(len, lists), dtype=np.int64, count=len(lists)), out=modes[1:])
    count = int(modes[-1])
    names = list(problem.machines)
    if compiled:
        from hanse.planning.composition import packed

        machine, duration, cost = packed.read_modes(lists, names, count)
    else:
        machine, duration, cost = read_modes(lists, names, count)
    home = np.fromiter(problem.machine_site.values(), dtype=np.int64, count=len(names))
    site = home[machine]
    size = len(problem.sites)
    legs = np.array(problem.transport.cost, dtype=np.int64) if problem.transport else np.zeros((size, size), np.int64)
    forest = Forest(
        np.array(job_ends, dtype=np.int64),
        np.array(plan_ends, dtype=np.int64),
        modes,
        np.array(parent, dtype=np.int64),
        np.array(later, dtype=np.bool_),
        cost,
        duration,
        machine,
        site,
        np.zeros(len(jobs), dtype=np.int64),
        (legs * scale)[None],
        np.ascontiguousarray(legs.T * scale)[None],
        bool(legs.any()),
    )
    named = Named(tuple(kept), np.array(position, dtype=np.int64))
    if forest.moving:
        _add_outer_legs(problem, jobs, forest, named, legs)
    if scale != 1:
        forest.cost[:] *= scale
    return forest, named


def read_modes(lists: Sequence[tuple[Mode, ...]], machines: Sequence[str], count: int) -> tuple[Ints, Ints, Ints]:
    """Machine numbers, durations and costs of `count` modes in all, in order. Compiled twin: `packed.read_modes`."""
    number = {name: i for i, name in enumerate(machines)}
    known: dict[tuple[str, ...], Ints] = {}  # equal lists, the common case, are looked up once
    machine, at, name = np.empty(count, dtype=np.int64), 0, itemgetter(0)
    for modes in lists:
        names = tuple(map(name, modes))
        numbers = known.get(names)
        if numbers is None:
            numbers = known[names] = np.array([number[n] for n in names], dtype=np.int64)
        machine[at : at + len(names)] = numbers
        at += len(names)
    duration, cost = (
        np.fromiter(map(itemgetter(item), chain.from_iterable(lists)), dtype=np.int64, count=count) for item in (1, 2)
    )
    return machine, duration, cost


def _add_outer_legs(problem: Problem, jobs: Sequence[Job], forest: Forest, named: Named, legs: Ints) -> None:
    """Legs from the origin are costs of the first operations, legs to the destination of the last."""
    for number, job in enumerate(jobs):
        if job.origin is None and job.destination is None:
            continue
        for c in range(int(forest.jobs[number]), int(forest.jobs[number + 1])):
            plan = named.plans[c]
            first, last = ({o.id for o in group} for group in (plan.first(), plan.last()))
            for node in range(int(forest.plans[c]), int(forest.plans[c + 1])):
                own = slice(forest.modes[node], forest.modes[node + 1])
                name = plan.operations[int(named.position[node])].id
                if job.origin is not None and name in first:
                    forest.cost[own] += legs[problem.site_index[job.origin], forest.site[own]]
                if job.destination is not None and name in last:
                    forest.cost[own] += legs[forest.site[own], problem.site_index[job.destination]]
