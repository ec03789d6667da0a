"""The cheapest way to make each job if machines did not bind: a min-plus dynamic programme, many jobs at a time.

With machines, time and quality left aside, a process plan is a choice of one mode per operation that costs its modes
plus one transport leg per precedence arc. On a chain that is the layered shortest path of Radmanesh 2021,

    f[t, p] = c[t, p] + min over q of (f[t-1, q] + leg[q, p]),

and on any tree of operations the same sum taken leaf by leaf. Work: Σ over arcs of (modes before · modes after).

Jobs whose plans have the same tree over the same machines differ only in their costs, so each layer is one matrix
operation over all of them. `tests/planning/composition/test_routes.py` holds the plain twin.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter

import numpy as np
import numpy.typing as npt

from hanse.model.problem import Job, Problem, ProcessPlan
from hanse.planning.composition.tree import Tree as Tree
from hanse.planning.composition.tree import tree_of as tree_of

Costs = npt.NDArray[np.int64]
"""Money. A sum over a job stays far below 2^63: a million operations of 10^12 each, legs included, are 2·10^18."""

_BLOCK = 1 << 14
"""Cells of the largest temporary array: a layer is cut into slices of jobs that stay in the processor's cache."""

_WORTH = 256
"""Sums per column from which going column by column pays for its calls."""

_MACHINE, _COST = itemgetter(0), itemgetter(2)

_MANY, _HUGE = 5_000, 500_000_000
"""Modes from which compiled code is used if it is loaded; sums from which it is loaded for them."""

_SHORT = 1 << 30
"""If all sums stay below this, 32 bits hold them, and twice as many are added at once."""


@dataclass(frozen=True, slots=True)
class Route:
    """One cheapest choice: the plan, its cost, and for each operation of the plan the index of its mode."""

    plan: ProcessPlan
    cost: int
    modes: tuple[int, ...]


@dataclass(slots=True)
class _Batch:
    """Plans with one tree over one tuple of machine lists; `numbers` says which candidates they are."""

    tree: Tree
    places: tuple[int, ...]
    numbers: list[int]
    plans: list[ProcessPlan]


def cheapest_routes(problem: Problem, threads: int = 1) -> list[Route | None]:
    """The cheapest route of each job over its plans that are forests; None for a job that has no such plan.

    Ties are broken by the file: the first plan, then, along the walk from its first operation, the first mode. Large
    problems go to compiled code (`kernels.py`), with at most so many threads; the routes are the same.
    """
    if _compiling_pays(problem):
        from hanse.planning.composition.fast import fast_routes

        found = fast_routes(problem, threads)
        if found is not None:
            return found
    return plain_routes(problem)


def _compiling_pays(problem: Problem) -> bool:
    """Whether machine code wins although loading it may take half a second: it does not if it is loaded already."""
    modes = np.diff(problem.facts.first_mode)
    return bool(modes.sum() >= _MANY if "numba" in sys.modules else (modes * modes).sum() >= _HUGE)


def plain_routes(problem: Problem) -> list[Route | None]:
    """`cheapest_routes` without compiled code."""
    jobs = problem.jobs
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
    """Put one plan into the batch of its shape, its machine lists as shared numbers."""
    operations, places = plan.operations, []
    for position in tree.order:
        # Items of a tuple by number, mapped in C: reading attributes one by one takes three times as long.
        machines = tuple(map(_MACHINE, operations[position].modes))
        places.append(machine_lists.setdefault(machines, len(machine_lists)))
    key = (tree, tuple(places))
    batch = batches.get(key)
    if batch is None:
        batch = batches[key] = _Batch(tree, tuple(places), [], [])
    batch.numbers.append(number)
    batch.plans.append(plan)


class _Solved:
    """The tables of one batch. `totals`: cheapest cost of each row; `backtrack`: the modes that attain it."""

    def __init__(
        self, batch: _Batch, sites: list[Costs], matrix: Costs | None, problem: Problem, jobs: list[Job]
    ) -> None:
        self.batch = batch
        tree, rows = batch.tree, len(batch.numbers)
        self._tables: list[Costs] = []
        for place, position in enumerate(tree.order):
            width = len(sites[batch.places[place]])
            modes = chain.from_iterable(plan.operations[position].modes for plan in batch.plans)
            flat = np.fromiter(map(_COST, modes), dtype=np.int64, count=rows * width)
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
        reach = sum(int(table.max()) for table in self._tables)
        reach += sum(int(legs.max()) for legs in self._legs if legs is not None)
        if reach < _SHORT:
            self._tables = [table.astype(np.int32) for table in self._tables]
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
    result = np.empty((jobs, height), dtype=table.dtype)
    if min(jobs, _BLOCK // height) * height < _WORTH:  # few sums per column: all at once
        deep = max(1, _BLOCK // width)
        for job in range(jobs):
            for top in range(0, height, deep):
                np.min(table[job] + legs[top : top + deep], axis=1, out=result[job, top : top + deep])
        return result
    columns = np.ascontiguousarray(legs.T, dtype=table.dtype)
    step = max(1, _BLOCK // height)
    for begin in range(0, jobs, step):
        part, best = table[begin : begin + step], result[begin : begin + step]
        np.add(part[:, :1], columns[0], out=best)
        sums = np.empty_like(best)
        for q in range(1, width):
            np.add(part[:, q : q + 1], columns[q], out=sums)
            np.minimum(best, sums, out=best)
    return result
