"""The cheapest way to make each job if machines did not bind: a min-plus dynamic programme, many jobs at a time.

With machines, time and quality left aside, a process plan is a choice of one mode per operation that costs its modes
plus one transport leg per precedence arc. On a chain that is the layered shortest path of Radmanesh 2021,

    f[t, p] = c[t, p] + min over q of (f[t-1, q] + leg[q, p]),

and on any tree of operations the same sum taken leaf by leaf. Work: Σ over arcs of (modes before · modes after).

Jobs whose plans have the same tree over the same machines differ only in their costs, so each layer is one matrix
operation over all of them. `tests/planning/composition/test_routes.py` holds the plain twin.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

import numpy as np
import numpy.typing as npt

from hanse.model.problem import Job, Problem, ProcessPlan

Costs = npt.NDArray[np.int64]
"""Money. A sum over a job stays far below 2^63: a million operations of 10^12 each, legs included, are 2·10^18."""

_BLOCK = 1 << 20
"""Cells of the largest temporary array (8 MB): the layer is cut into slices of jobs beyond it."""


@dataclass(frozen=True, slots=True)
class Route:
    """One cheapest choice: the plan, its cost, and for each operation of the plan the index of its mode."""

    plan: ProcessPlan
    cost: int
    modes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Tree:
    """Operations in the order of a walk from the roots: for each its position in the plan, the place of its parent in
    this order (-1: a root) and whether it comes later than its parent."""

    order: tuple[int, ...]
    parents: tuple[int, ...]
    later: tuple[bool, ...]


@dataclass(slots=True)
class _Batch:
    """Plans with one tree over one tuple of machine lists; `numbers` says which candidates they are."""

    tree: Tree
    places: tuple[int, ...]
    numbers: list[int]
    plans: list[ProcessPlan]
    costs: list[list[tuple[int, ...]]]


def tree_of(plan: ProcessPlan) -> Tree | None:
    """The walk of a plan whose precedence, directions aside, is a forest; None if an arc closes a circle."""
    operations = plan.operations
    if not operations[0].after and all(later.after == (earlier.id,) for earlier, later in pairwise(operations)):
        count = len(operations)  # a chain in file order: by far the commonest shape
        return Tree(tuple(range(count)), tuple(range(-1, count - 1)), (False, *([True] * (count - 1))))
    position = {operation.id: i for i, operation in enumerate(operations)}
    neighbours: list[list[tuple[int, bool]]] = [[] for _ in operations]
    arcs = 0
    for earlier, later_ in plan.arcs():
        neighbours[position[earlier]].append((position[later_], True))
        neighbours[position[later_]].append((position[earlier], False))
        arcs += 1
    walk: list[tuple[int, int, bool]] = []
    seen: set[int] = set()
    roots = 0
    for root in range(len(operations)):
        if root in seen:
            continue
        roots += 1
        seen.add(root)
        walk.append((root, -1, False))
        place = len(walk) - 1
        while place < len(walk):
            for neighbour, is_later in neighbours[walk[place][0]]:
                if neighbour not in seen:
                    seen.add(neighbour)
                    walk.append((neighbour, place, is_later))
            place += 1
    if arcs != len(operations) - roots:
        return None
    order, parents, later = zip(*walk, strict=True)
    return Tree(order, parents, later)


def cheapest_routes(problem: Problem, jobs: Sequence[Job]) -> list[Route | None]:
    """The cheapest route of each job over its plans that are forests; None for a job that has no such plan.

    Ties are broken by the file: the first plan, then, along the walk from its first operation, the first mode.
    """
    candidates: list[tuple[int, ProcessPlan]] = []
    batches: dict[object, _Batch] = {}
    machine_lists: dict[tuple[str, ...], int] = {}
    for number, job in enumerate(jobs):
        for plan in job.plans:
            tree = tree_of(plan)
            if tree is not None:
                _enter(batches, machine_lists, len(candidates), plan, tree)
                candidates.append((number, plan))
    sites = [np.array([problem.machine_site[m] for m in machines], dtype=np.intp) for machines in machine_lists]
    matrix = np.array(problem.transport.cost, dtype=np.int64) if problem.transport else None
    solved = [_Solved(batch, sites, matrix, problem, [jobs[candidates[n][0]] for n in batch.numbers])
              for batch in batches.values()]  # fmt: skip
    best: list[tuple[int, _Solved, int] | None] = [None] * len(jobs)
    homes = {number: (part, row) for part in solved for row, number in enumerate(part.batch.numbers)}
    for number, (job_number, _) in enumerate(candidates):
        part, row = homes[number]
        known, cost = best[job_number], int(part.totals[row])
        if known is None or cost < known[0]:
            best[job_number] = (cost, part, row)
    wanted: dict[int, list[tuple[int, int]]] = {}
    for job_number, found in enumerate(best):
        if found is not None:
            wanted.setdefault(id(found[1]), []).append((job_number, found[2]))
    routes: list[Route | None] = [None] * len(jobs)
    for part in solved:
        rows = wanted.get(id(part), [])
        if rows:
            picks = part.backtrack(np.array([row for _, row in rows], dtype=np.intp))
            for (job_number, row), modes in zip(rows, picks, strict=True):
                routes[job_number] = Route(part.batch.plans[row], int(part.totals[row]), modes)
    return routes


def _enter(
    batches: dict[object, _Batch],
    machine_lists: dict[tuple[str, ...], int],
    number: int,
    plan: ProcessPlan,
    tree: Tree,
) -> None:
    """Convert one plan: its costs column-wise, its machine lists as shared numbers, into the batch of its shape."""
    places, costs = [], []
    for position in tree.order:
        # Transposing named tuples with zip runs in C; reading the attributes one by one takes three times as long.
        machines, _, prices, _, _ = zip(*plan.operations[position].modes, strict=True)
        places.append(machine_lists.setdefault(machines, len(machine_lists)))
        costs.append(prices)
    key = (tree, tuple(places))
    batch = batches.get(key)
    if batch is None:
        batch = batches[key] = _Batch(tree, tuple(places), [], [], [])
    batch.numbers.append(number)
    batch.plans.append(plan)
    batch.costs.append(costs)


class _Solved:
    """The tables of one batch. `totals`: cheapest cost of each row; `backtrack`: the modes that attain it."""

    def __init__(
        self, batch: _Batch, sites: list[Costs], matrix: Costs | None, problem: Problem, jobs: list[Job]
    ) -> None:
        self.batch = batch
        tree, rows = batch.tree, len(batch.numbers)
        self._tables: list[Costs] = []
        for place, column in enumerate(zip(*batch.costs, strict=True)):
            width = len(sites[batch.places[place]])
            flat = np.fromiter(chain.from_iterable(column), dtype=np.int64, count=rows * width)
            self._tables.append(flat.reshape(rows, width))
        self._legs: list[Costs | None] = [None] * len(tree.order)
        known: dict[tuple[int, int], Costs] = {}
        if matrix is not None:
            self._add_outer_legs(sites, matrix, problem, jobs)
            for place, (parent, later) in enumerate(zip(tree.parents, tree.later, strict=True)):
                if parent >= 0:
                    own, other = batch.places[place], batch.places[parent]
                    pair = (other, own) if later else (own, other)
                    if pair not in known:
                        known[pair] = matrix[np.ix_(sites[pair[0]], sites[pair[1]])]
                    self._legs[place] = known[pair] if later else known[pair].T
        self.totals: Costs = np.zeros(rows, dtype=np.int64)
        for place in range(len(tree.order) - 1, -1, -1):
            parent = tree.parents[place]
            if parent < 0:
                self.totals += self._tables[place].min(axis=1)
            else:
                self._tables[parent] += _relax(self._tables[place], self._legs[place])

    def _add_outer_legs(self, sites: list[Costs], matrix: Costs, problem: Problem, jobs: list[Job]) -> None:
        """Legs from the origin are costs of the first operations, legs to the destination of the last."""
        plan = self.batch.plans[0]
        first, last = ({operation.id for operation in group} for group in (plan.first(), plan.last()))
        for ends, name in ((first, "origin"), (last, "destination")):
            given = [getattr(job, name) for job in jobs]
            rows = [row for row, site in enumerate(given) if site is not None]
            if not rows:
                continue
            outside = np.array([problem.site_index[given[row]] for row in rows], dtype=np.intp)
            for place, position in enumerate(self.batch.tree.order):
                if plan.operations[position].id in ends:
                    inside = sites[self.batch.places[place]]
                    pairs = np.ix_(outside, inside) if name == "origin" else np.ix_(inside, outside)
                    self._tables[place][rows] += matrix[pairs] if name == "origin" else matrix[pairs].T

    def backtrack(self, rows: Costs) -> list[tuple[int, ...]]:
        """For each row the chosen mode of every operation, in the plan's order; the first of equals."""
        tree = self.batch.tree
        chosen: list[Costs] = []
        result = np.empty((len(rows), len(tree.order)), dtype=np.intp)
        for place, parent in enumerate(tree.parents):
            table = self._tables[place][rows]
            legs = self._legs[place]
            if parent >= 0 and legs is not None:
                table = table + legs[chosen[parent]]
            chosen.append(table.argmin(axis=1))
            result[:, tree.order[place]] = chosen[-1]
        return [tuple(row) for row in result.tolist()]


def _relax(table: Costs, legs: Costs | None) -> Costs:
    """min over q of (table[job, q] + legs[p, q]) for every job and p; without legs one column serves every p."""
    if legs is None:
        lowest: Costs = table.min(axis=1, keepdims=True)
        return lowest
    (jobs, width), height = table.shape, len(legs)
    result = np.empty((jobs, height), dtype=np.int64)
    step = max(1, _BLOCK // (width * height))
    deep = max(1, _BLOCK // width)
    for begin in range(0, jobs, step):
        part = table[begin : begin + step, None, :]
        for top in range(0, height, deep):
            np.min(part + legs[None, top : top + deep, :], axis=2, out=result[begin : begin + step, top : top + deep])
    return result
