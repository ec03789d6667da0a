"""The bound anyone can recompute: the cheapest way to make each job if nothing else existed, at prices of machine time.

At prices λ a mode costs cost + λ(machine) · duration, everything multiplied by a scale. A process plan whose precedence
is a forest is then a min-plus dynamic programme, folded from the leaves into the roots (Radmanesh 2021: without
coupling, a shortest path per demand). An arc that would close a circle is bounded by the cheapest leg its ends allow.
Machines, times and quality are left aside, and of budgets only what the prices say: for any plan that keeps them, weak
duality gives cost · scale >= Σ over jobs of the cheapest way - Σ over machines of λ · budget.

Plans of one shape (arcs, and sites of the modes) differ in costs alone and are folded together. The judge's own, shared
with no solver; `tests/model/bound_twin.py` is the plain twin without prices.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from hanse.errors import InputError
from hanse.model.facts import Column, Facts
from hanse.units import MILLION

if TYPE_CHECKING:
    from hanse.model.plan import Prices
    from hanse.model.problem import Problem

_TOGETHER = 8
"""Plans of one shape from which going mode by mode over all of them beats going plan by plan."""
_BLOCK = 1 << 20
"""Cells of the largest temporary array."""
_CACHED = 1 << 14
"""Cells of an array that stays in the processor's cache while it is gone over again and again."""


@dataclass(frozen=True, slots=True)
class Path:
    """A cheapest choice for one job: its process plan, the mode of each operation, its cost at the prices."""

    plan: int
    picks: tuple[int, ...]
    cost: int


def cost_bound(facts: Facts) -> int:
    """The least that all jobs together can cost, machines and limits ignored, in money units."""
    return int(job_bounds(facts, None, 1).sum())


def cost_bound_at(problem: Problem, prices: Prices) -> int:
    """The same at these prices: what they prove, rounded up, as costs are integers.

    Raises InputError for prices that are negative, too large, or of a machine that is unknown or has no budget, and for
    sums beyond 64 bits.
    """
    number = {name: i for i, name in enumerate(problem.machines)}
    column, spent = np.zeros(len(number), dtype=np.int64), 0
    for name, price in prices:
        budget = problem.machines[name].budget if name in number else None
        if budget is None or not 0 <= price < 2**62:
            raise InputError("a price is of no machine with a budget, or not one of 62 bits", where=f"prices, {name}")
        column[number[name]] = price
        spent += price * budget
    least = int(job_bounds(problem.facts, column, MILLION).sum())
    return max(0, -((spent - least) // MILLION))


def job_bounds(facts: Facts, prices: Column | None, scale: int) -> Column:
    """A bound for each job: the cheapest path at these prices (one a machine, times scale; None: all 0)."""
    work = _work(facts, prices, scale)
    shapes: dict[tuple[object, ...], list[int]] = {}
    for plan in range(len(facts.plan_job)):
        shapes.setdefault(_shape(facts, plan), []).append(plan)
    best = np.full(len(facts.job_origin), np.iinfo(np.int64).max)
    for plans in shapes.values():
        numbers = np.array(plans)
        np.minimum.at(best, facts.plan_job[numbers], _Fold(facts, numbers, work, scale).totals)
    return best


def cheapest_path(facts: Facts, job: int, prices: Column | None, scale: int) -> Path:
    """The path that attains a job's bound (over forests; else one that may cost more). Ties: the first in the file."""
    work = _work(facts, prices, scale)
    plans = range(int(facts.first_plan[job]), int(facts.first_plan[job + 1]))
    folds = {plan: _Fold(facts, np.array([plan]), work, scale) for plan in plans}
    plan = min(plans, key=lambda plan: int(folds[plan].totals[0]))
    return Path(plan, folds[plan].picks(), int(folds[plan].totals[0]))


def _work(facts: Facts, prices: Column | None, scale: int) -> Column:
    """Cost of each mode at the prices, times scale. Raises InputError if sums over a job could leave 64 bits."""
    top = int(facts.mode_cost.max()) + 2 * int(facts.leg_cost.max(initial=0))
    dear = 0 if prices is None else int(np.abs(prices).max(initial=0)) * int(facts.mode_duration.max())
    longest = int(np.diff(facts.first_job_operation).max()) + len(facts.arc_earlier)
    if (top * scale + dear) * longest >= 2**62:
        raise InputError("prices times durations need more than 64 bits", hint="declare a smaller scale")
    if prices is None:
        return facts.mode_cost * scale
    return facts.mode_cost * scale + prices[facts.mode_machine] * facts.mode_duration


def _shape(facts: Facts, plan: int) -> tuple[object, ...]:
    begin, end = int(facts.first_operation[plan]), int(facts.first_operation[plan + 1])
    modes, arcs = facts.first_mode[begin : end + 1], facts.first_arc[begin : end + 1]
    sites = facts.machine_site[facts.mode_machine[modes[0] : modes[-1]]]
    earlier = facts.arc_earlier[arcs[0] : arcs[-1]] - begin
    return (modes - modes[0]).tobytes(), (arcs - arcs[0]).tobytes(), sites.tobytes(), earlier.tobytes()


class _Fold:
    """The tables of plans of one shape. `totals`: cheapest cost of each plan; `picks`: the modes that attain it."""

    def __init__(self, facts: Facts, plans: npt.NDArray[np.int64], work: Column, scale: int) -> None:
        begins, end = facts.first_operation[plans], int(facts.first_operation[plans[0] + 1])
        begin = int(begins[0])
        bounds = (facts.first_mode[begin : end + 1] - facts.first_mode[begin]).tolist()
        first = facts.first_mode[begin]
        self._sites = [facts.machine_site[facts.mode_machine[first + a : first + b]] for a, b in _pairs(bounds)]
        columns = facts.first_mode[begins][:, None] + np.arange(bounds[-1])
        self._tables = [work[columns[:, a:b]] for a, b in _pairs(bounds)]
        self._legs = facts.leg_cost * scale if facts.transport else None
        if self._legs is not None:
            self._add_outer_legs(facts, plans, begin, end)
        self._walk, left_out = _forest(facts, begin, end)
        self.totals = np.full(len(plans), sum(int(self._between(a, b).min()) for a, b in left_out), dtype=np.int64)
        for place, parent, later in reversed(self._walk):
            table = self._tables[place]
            if parent < 0:
                self.totals += table.min(axis=1)
            elif self._legs is None:
                self._tables[parent] = self._tables[parent] + table.min(axis=1, keepdims=True)
            else:
                self._tables[parent] += _relax(table, self._toward(place, parent, later))

    def _between(self, earlier: int, later: int) -> Column:
        """Legs from the modes of one operation to those of another."""
        if self._legs is None:
            return np.zeros((1, 1), dtype=np.int64)
        return self._legs[np.ix_(self._sites[earlier], self._sites[later])]

    def _toward(self, place: int, parent: int, later: bool) -> Column:
        """Legs with the modes of `place` as rows and those of its parent as columns."""
        return self._between(parent, place).T if later else self._between(place, parent)

    def _add_outer_legs(self, facts: Facts, plans: npt.NDArray[np.int64], begin: int, end: int) -> None:
        assert self._legs is not None
        jobs = facts.plan_job[plans]
        for place, operation in enumerate(range(begin, end)):
            if facts.first_arc[operation] == facts.first_arc[operation + 1]:
                rows = np.flatnonzero(facts.job_origin[jobs] >= 0)
                self._tables[place][rows] += self._legs[np.ix_(facts.job_origin[jobs[rows]], self._sites[place])]
            if facts.operation_last[operation]:
                rows = np.flatnonzero(facts.job_destination[jobs] >= 0)
                legs = self._legs[np.ix_(self._sites[place], facts.job_destination[jobs[rows]])]
                self._tables[place][rows] += legs.T

    def picks(self) -> tuple[int, ...]:
        """The modes that attain the first plan's total."""
        chosen = [0] * len(self._tables)
        for place, parent, later in self._walk:
            costs = self._tables[place][0]
            if parent >= 0 and self._legs is not None:
                costs = costs + self._toward(place, parent, later)[:, chosen[parent]]
            chosen[place] = int(costs.argmin())
        return tuple(chosen)


def _pairs(bounds: Sequence[int]) -> list[tuple[int, int]]:
    return list(pairwise(bounds))


def _forest(facts: Facts, begin: int, end: int) -> tuple[list[tuple[int, int, bool]], list[tuple[int, int]]]:
    """A walk over a plan's operations, (place, its parent's place or -1, whether it comes later than its parent), along
    arcs that form a forest; and the arcs left out, which would close circles."""
    group = list(range(end - begin))

    def find(place: int) -> int:
        while group[place] != place:
            group[place] = group[group[place]]
            place = group[place]
        return place

    neighbours: list[list[tuple[int, bool]]] = [[] for _ in group]
    left_out: list[tuple[int, int]] = []
    starts = facts.first_arc[begin : end + 1].tolist()
    for later, (a, b) in enumerate(_pairs(starts)):
        for earlier in (facts.arc_earlier[a:b] - begin).tolist():
            if find(earlier) == find(later):
                left_out.append((earlier, later))
            else:
                group[find(earlier)] = find(later)
                neighbours[earlier].append((later, True))
                neighbours[later].append((earlier, False))
    walk: list[tuple[int, int, bool]] = []
    seen: set[int] = set()
    done = 0
    for root in range(len(group)):
        if root not in seen:
            seen.add(root)
            walk.append((root, -1, False))
        while done < len(walk):
            place = walk[done][0]
            done += 1
            for neighbour, comes_later in neighbours[place]:
                if neighbour not in seen:
                    seen.add(neighbour)
                    walk.append((neighbour, place, comes_later))
    return walk, left_out


def _relax(table: Column, legs: Column) -> Column:
    """min over modes q of table[plan, q] + legs[q, p], for every plan and p."""
    plans, width = table.shape
    if plans < _TOGETHER:
        step = max(1, _BLOCK // legs.size)
        parts = [table[i : i + step, :, None] + legs[None] for i in range(0, plans, step)]
        return np.concatenate([part.min(axis=1) for part in parts])
    result = np.empty((plans, legs.shape[1]), dtype=np.int64)
    step = max(1, _CACHED // legs.shape[1])
    for begin in range(0, plans, step):
        part = table[begin : begin + step]
        best = part[:, :1] + legs[0]
        trial = np.empty_like(best)
        for q in range(1, width):
            np.add(part[:, q : q + 1], legs[q], out=trial)
            np.minimum(best, trial, out=best)
        result[begin : begin + step] = best
    return result
