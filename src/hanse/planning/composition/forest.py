"""A composition problem as arrays: jobs, their plans that are trees, operations in walking order, modes.

Nested ranges instead of objects: `jobs[j] : jobs[j+1]` are the plans of job j, `plans[c] : plans[c+1]` the operations
of plan c, `modes[n] : modes[n+1]` the modes of operation n, each one row of `cost`, `duration`, `machine`, `site`.
Operations stand in the order of `tree.tree_of`, so a parent comes before its children.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hanse.model.facts import Facts
from hanse.model.problem import Problem
from hanse.planning.composition.routes import Route
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
    """What the numbers of a forest stand for in the problem's columns (`Problem.facts`): its process plans, and for
    each operation its number there; machines have the same numbers."""

    plans: Ints
    operations: Ints


def forest_of(problem: Problem, *, scale: int = 1) -> tuple[Forest, Named]:
    """The arrays of a problem, plans that are no trees left out. `scale` multiplies all money."""
    facts = problem.facts
    walk = _walk(problem)
    order, first = walk.order, facts.first_mode
    cost = facts.mode_cost.copy()
    if facts.transport:
        _add_outer_legs(facts, cost)
    if scale != 1:
        cost *= scale
    count = first[order + 1] - first[order]
    modes = np.zeros(len(order) + 1, dtype=np.int64)
    np.cumsum(count, out=modes[1:])
    duration, machine = facts.mode_duration, facts.mode_machine
    if len(order) < len(first) - 1 or (order[1:] < order[:-1]).any():
        at = np.arange(modes[-1]) + np.repeat(first[order] - modes[:-1], count)
        cost, duration, machine = cost[at], duration[at], machine[at]
    legs = facts.leg_cost * scale
    jobs = np.zeros(len(problem.jobs) + 1, dtype=np.int64)
    np.cumsum(np.bincount(facts.plan_job[walk.plans], minlength=len(problem.jobs)), out=jobs[1:])
    forest = Forest(
        jobs, walk.ends, modes, walk.parent, walk.later, cost, duration, machine, facts.machine_site[machine],
        np.zeros(len(problem.jobs), dtype=np.int64), legs[None], np.ascontiguousarray(legs.T)[None], bool(legs.any()),
    )  # fmt: skip
    return forest, Named(walk.plans, order)


def routes_of(problem: Problem, forest: Forest, named: Named, plan: Ints, choice: Ints, cost: Ints) -> list[Route]:
    """What was chosen on a forest, in the words of the problem: by job its plan and cost, by operation its mode."""
    picks = np.zeros(int(problem.facts.first_operation[-1]), dtype=np.int64)
    picks[named.operations] = choice - forest.modes[:-1]
    modes, first, numbers = picks.tolist(), problem.facts.first_operation.tolist(), named.plans[plan].tolist()
    plans = [plan for job in problem.jobs for plan in job.plans]
    return [
        Route(plans[number], least, tuple(modes[first[number] : first[number + 1]]))
        for number, least in zip(numbers, cost.tolist(), strict=True)
    ]


class _Walk(NamedTuple):
    """Plans that are trees by their numbers, where their operations end, and the operations in walking order by their
    numbers, with the place of the parent in this order and whether they come later than it."""

    plans: Ints
    ends: Ints
    order: Ints
    parent: Ints
    later: npt.NDArray[np.bool_]


def _walk(problem: Problem) -> _Walk:
    facts = problem.facts
    first = facts.first_operation
    order = np.arange(first[-1])
    if straight(facts).all():  # by far the commonest case needs no walk at all
        parent = order - 1
        parent[first[:-1]] = -1
        return _Walk(np.arange(len(first) - 1), first, order, parent, parent >= 0)
    plans = [plan for job in problem.jobs for plan in job.plans]
    trees = [(number, tree) for number, tree in enumerate(map(tree_of, plans)) if tree is not None]
    ends = np.zeros(len(trees) + 1, dtype=np.int64)
    np.cumsum([len(tree.order) for _, tree in trees], out=ends[1:])
    begins = ends[:-1].tolist()
    return _Walk(
        np.array([number for number, _ in trees], dtype=np.int64),
        ends,
        np.array([int(first[number]) + i for number, tree in trees for i in tree.order], dtype=np.int64),
        np.array([-1 if p < 0 else b + p for b, (_, t) in zip(begins, trees, strict=True) for p in t.parents],
                 dtype=np.int64),
        np.array([later for _, tree in trees for later in tree.later], dtype=np.bool_),
    )  # fmt: skip


def straight(facts: Facts) -> npt.NDArray[np.bool_]:
    """Which process plans are chains in the order of the file."""
    count = np.diff(facts.first_arc)
    previous = np.full(len(count), -1)
    previous[count == 1] = facts.arc_earlier[facts.first_arc[:-1][count == 1]]
    fits = (count == 1) & (previous == np.arange(len(count)) - 1)
    begins = facts.first_operation[:-1]
    fits[begins] = count[begins] == 0
    return np.logical_and.reduceat(fits, begins)


def _add_outer_legs(facts: Facts, cost: Ints) -> None:
    """Legs from the origin are costs of the first operations, legs to the destination of the last."""
    last = np.ones(len(facts.operation_job), dtype=np.bool_)
    last[facts.arc_earlier] = False
    ends = (
        (np.diff(facts.first_arc) == 0, facts.job_origin, facts.leg_cost),
        (last, facts.job_destination, facts.leg_cost.T),
    )
    for at_end, outside, legs in ends:
        there = outside[facts.operation_job]
        moved = np.flatnonzero(at_end & (there >= 0))
        count = facts.first_mode[moved + 1] - facts.first_mode[moved]
        modes = np.arange(count.sum()) + np.repeat(facts.first_mode[moved] - (np.cumsum(count) - count), count)
        cost[modes] += legs[np.repeat(there[moved], count), facts.machine_site[facts.mode_machine[modes]]]
