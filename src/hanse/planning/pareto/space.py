"""A problem as a space of vectors: what every method searches, whoever proposes.

Scores are minimised: objectives of which more is better change their sign. A vector that breaks a budget, a least
quality or a calendar has a violation above 0; it is worth nothing but less of it is better.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from hanse.errors import InputError
from hanse.model.plan import Assignment
from hanse.model.problem import Problem
from hanse.planning.jobshop.dispatch import Draft, assignments
from hanse.planning.jobshop.shop import Shop, build
from hanse.planning.pareto import decode, neighbour
from hanse.planning.pareto.arrays import Arrays, Floats, arrays_of
from hanse.planning.pareto.objectives import LARGER, NAMES, Extras

Chance = np.random.Generator


class Scores(NamedTuple):
    """What vectors are worth. values [vectors, objectives], minimised; broken [vectors]: 0 where the plan is valid."""

    values: Floats
    broken: Floats


class Space:
    """All plans of a problem as vectors in [0, 1]^size, and what they are worth in the objectives asked for.

    gaps: decode to active schedules, otherwise to semi-active ones (`decode.py`). Raises InfeasibleError if some job
    has no usable plan, InputError if numbers are too large or a member keeps jobs in one order.
    """

    def __init__(
        self, problem: Problem, objectives: Sequence[str], extras: Extras | None = None, *, gaps: bool = True
    ) -> None:
        for enterprise in problem.enterprises:
            if enterprise.permutation:
                raise InputError(
                    "jobs keep one order on all its machines, which trade-offs cannot express yet",
                    where=f"enterprise {enterprise.id}, permutation",
                    hint="plan for one objective with hanse solve",
                )
        self.problem, self.objectives = problem, tuple(objectives)
        self.extras = extras or Extras()
        self.shop: Shop = build(problem)
        self.arrays: Arrays = arrays_of(self.shop, self.extras)
        self.gaps = gaps
        self.evaluations = 0
        self._columns = [NAMES.index(name) for name in objectives]
        self._signs = np.array([-1.0 if name in LARGER else 1.0 for name in objectives])
        self._work = decode.work_of(self.arrays)

    @property
    def jobs(self) -> int:
        return len(self.shop.lines)

    @property
    def tasks(self) -> int:
        return len(self.shop.tasks)

    @property
    def size(self) -> int:
        """Length of a vector."""
        return self.jobs + 2 * self.tasks

    def evaluate(self, vectors: Floats) -> Scores:
        """What each row is worth; each counts as one evaluation."""
        every, broken = self.measures(vectors)
        self.evaluations += len(vectors)
        return Scores(every[:, self._columns] * self._signs, broken)

    def measures(self, vectors: Floats) -> tuple[Floats, Floats]:
        """All objectives of each row (columns as `NAMES`), and its violation."""
        given = np.ascontiguousarray(vectors, dtype=np.float64)
        if given.ndim != 2 or given.shape[1] != self.size:
            raise InputError(f"vectors of shape {given.shape} do not have {self.size} columns", where="vectors")
        out, broken = np.empty((len(given), decode.MEASURES)), np.empty(len(given))
        decode.decode_all(self.arrays, given, self.gaps, self._work, out, broken)
        return out, broken

    def assignments(self, vector: Floats) -> tuple[Assignment, ...]:
        """The plan of a vector, in the words of the problem."""
        decode.schedule(self.arrays, np.ascontiguousarray(vector, dtype=np.float64), self.gaps, self._work)
        w, a = self._work, self.arrays
        draft = Draft([int(w.line[job] - a.lines[job]) for job in range(self.jobs)])
        for task in range(self.tasks):
            if w.way[task] >= 0:
                draft.runs[task] = int(w.way[task] - a.ways[task]), int(w.start[task])
        return assignments(self.shop, draft)

    def vector(self, given: Sequence[Assignment]) -> Floats:
        """A vector whose plan makes the same choices in the same order; with `gaps` nothing in it starts later."""
        chosen = {at.job: at.plan for at in given}
        at_task: dict[int, Assignment] = {}
        found = np.full(self.size, 0.5)
        rank: list[tuple[int, int, int, int]] = []
        runs = {(at.job, at.operation): at for at in given}
        for number, (job, lines) in enumerate(zip(self.problem.jobs, self.shop.lines, strict=True)):
            line = next(i for i, line in enumerate(lines) if line.plan == chosen[job.id])
            found[number] = (line + 0.5) / len(lines)
            for place, task in enumerate(lines[line].tasks):
                at = runs[job.id, self.shop.tasks[task].operation.id]
                at_task[task] = at
                ways = self.shop.tasks[task].ways
                way = next(i for i, way in enumerate(ways) if way.machine == at.machine)
                found[self.jobs + task] = (way + 0.5) / len(ways)
                rank.append((at.start, at.end, place, task))
        for place, (_, _, _, task) in enumerate(sorted(rank)):
            found[self.jobs + self.tasks + task] = 1.0 - (place + 0.5) / len(rank)
        return found

    def neighbours(self, vectors: Floats, haste: Floats, chance: Chance) -> Floats:
        """One neighbour of each row (`neighbour.py`); haste [rows]: how much to look at what delays the makespan."""
        given = np.ascontiguousarray(vectors, dtype=np.float64)
        made = np.empty_like(given)
        seeds = chance.integers(1, 2**63, size=len(given), dtype=np.uint64)
        neighbour.neighbours(self.arrays, given, self.gaps, self._work, haste, seeds, made)
        return made

    def random(self, count: int, chance: Chance) -> Floats:
        """So many vectors drawn evenly."""
        return chance.random((count, self.size))
