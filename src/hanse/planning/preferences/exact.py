"""The best plan, proved: a time-indexed integer programme (HiGHS).

    y[j, s] = 1    job j is provided by its selection s (one for each job: budget and quality hold by construction)
    x[o, m, t] = 1 operation o starts on machine m at t

    max  Σ worth(s) y[j, s] + Σ time_term(t + p) x[last of j, m, t]
    Σ_s y[j, s] = 1                                     one selection
    Σ_t x[o, m, t] = Σ_{s has o on m} y[j, s]           it starts once, where selected
    Σ_m Σ_{s ≤ t} x[next o] ≤ Σ_m Σ_{s + p ≤ t} x[o]    the next starts when this one is done, for every t
    Σ_{x covers t on m} ≤ 1                             one at a time
    Σ_{s has a} y + Σ_{s has b} y ≤ 1                   for every pair one member refuses, if avoidable

Its linear relaxation is tight (Dyer and Wolsey 1990), which is why it proves what big-M and interval models only find.
(The same in steps, "started by t", has fewer entries but proved slower here.) All coefficients of the objective are
integers (millionths), so a bound less than 1 above a plan proves it.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import highspy
import numpy as np
import numpy.typing as npt
from highspy._core import _Highs

from hanse.errors import EnvironmentFault, InfeasibleError, InputError
from hanse.model.plan import Assignment
from hanse.model.preferences import Place
from hanse.planning.preferences.choices import chain
from hanse.planning.preferences.question import Question

INFINITE = highspy.kHighsInf

COLUMNS = 60_000
"""Largest programme tried; beyond, its first relaxation alone would take minutes."""

SLACK = 1e-3
"""Millionths by which the bound of a floating-point solver may fail the true one; far below the 1 that matters."""


@dataclass(frozen=True, slots=True)
class Proof:
    """assignments: None if none was found in time. value: what they are worth; bound: no plan is worth more; both in
    millionths."""

    assignments: tuple[Assignment, ...] | None
    value: int
    bound: int


class _Rows:
    """A sparse matrix under construction, row by row."""

    def __init__(self) -> None:
        self.lower: list[float] = []
        self.upper: list[float] = []
        self.starts: list[int] = []
        self.columns: list[int] = []
        self.values: list[float] = []

    def add(self, lower: float, upper: float, terms: Sequence[tuple[int, float]]) -> None:
        self.lower.append(lower)
        self.upper.append(upper)
        self.starts.append(len(self.columns))
        for column, value in terms:
            self.columns.append(column)
            self.values.append(value)


class _Programme:
    """The programme of a question."""

    def __init__(self, question: Question) -> None:
        self.question, self.rows = question, _Rows()
        self.worth: list[int] = []
        self.starts: dict[tuple[int, int, int], range] = {}
        """(job, operation, mode) → its possible starts; its columns follow `first`."""
        self.first: dict[tuple[int, int, int], int] = {}
        self.chosen: list[range] = []
        for job in range(len(question.problem.jobs)):
            self._columns(job)
        for job in range(len(question.problem.jobs)):
            self._route(job)
        self._machines()
        self._refusals()

    def _columns(self, number: int) -> None:
        question = self.question
        job, selections = question.problem.jobs[number], question.selections[number]
        self.chosen.append(range(len(self.worth), len(self.worth) + len(selections)))
        self.worth += [selection.worth for selection in selections]
        operations, consumer = chain(job), question.consumers[job.id]
        assert job.due is not None
        least = [min(mode.duration for mode in operation.modes) for operation in operations]
        for i, operation in enumerate(operations):
            head, tail = sum(least[:i]), sum(least[i + 1 :])
            for k, mode in enumerate(operation.modes):
                starts = range(head, max(head, job.due - tail - mode.duration + 1))
                self.starts[number, i, k], self.first[number, i, k] = starts, len(self.worth)
                last = i == len(operations) - 1
                self.worth += [consumer.time_term(t + mode.duration) if last else 0 for t in starts]

    def _route(self, number: int) -> None:
        job, chosen = self.question.problem.jobs[number], self.chosen[number]
        selections, operations = self.question.selections[number], chain(job)
        assert job.due is not None
        self.rows.add(1, 1, [(column, 1) for column in chosen])
        for i, operation in enumerate(operations):
            for k in range(len(operation.modes)):
                terms = [(self.first[number, i, k] + n, 1.0) for n in range(len(self.starts[number, i, k]))]
                with_mode = (c for c, s in zip(chosen, selections, strict=True) if s.modes[i] == k)
                self.rows.add(0, 0, terms + [(column, -1.0) for column in with_mode])
        for i, (before, after) in enumerate(pairwise(operations)):
            for t in range(job.due):
                started = self._until(number, i + 1, t, [0] * len(after.modes))
                done = self._until(number, i, t, [mode.duration for mode in before.modes])
                if started:
                    self.rows.add(-INFINITE, 0, [(c, 1.0) for c in started] + [(c, -1.0) for c in done])

    def _until(self, job: int, operation: int, time: int, durations: Sequence[int]) -> list[int]:
        """Columns of starts that, with the duration of their mode, are not after `time`."""
        found = []
        for k, duration in enumerate(durations):
            starts, first = self.starts[job, operation, k], self.first[job, operation, k]
            found += [first + n for n, start in enumerate(starts) if start + duration <= time]
        return found

    def _machines(self) -> None:
        covers: dict[tuple[str, int], list[int]] = defaultdict(list)
        for (number, i, k), starts in self.starts.items():
            mode = chain(self.question.problem.jobs[number])[i].modes[k]
            for n, start in enumerate(starts):
                for t in range(start, start + mode.duration):
                    covers[mode.machine, t].append(self.first[number, i, k] + n)
        for columns in covers.values():
            if len(columns) > 1:
                self.rows.add(-INFINITE, 1, [(column, 1) for column in columns])

    def _refusals(self) -> None:
        holding: dict[Place, list[int]] = defaultdict(list)
        for job, chosen, selections in zip(
            self.question.problem.jobs, self.chosen, self.question.selections, strict=True
        ):
            for column, selection in zip(chosen, selections, strict=True):
                for operation, k in zip(chain(job), selection.modes, strict=True):
                    holding[Place(job.id, operation.id, operation.modes[k].machine)].append(column)
        for pair in sorted({tuple(sorted(pair)) for pair in self.question.avoidable}):
            if all(holding[place] for place in pair):
                # A way that holds both works, of one job, counts twice and is thereby out.
                held = Counter(holding[pair[0]] + holding[pair[1]])
                self.rows.add(-INFINITE, 1, [(column, float(times)) for column, times in sorted(held.items())])

    def assignments(self, values: npt.NDArray[np.float64]) -> tuple[Assignment, ...]:
        found = []
        for (number, i, k), starts in self.starts.items():
            for n, start in enumerate(starts):
                if values[self.first[number, i, k] + n] > 0.5:
                    job = self.question.problem.jobs[number]
                    operation = chain(job)[i]
                    mode = operation.modes[k]
                    found.append(
                        Assignment(job.id, job.plans[0].id, operation.id, mode.machine, start, start + mode.duration)
                    )
        return tuple(found)

    def columns(self, assignments: Sequence[Assignment]) -> npt.NDArray[np.float64]:
        """The same plan as values of the columns."""
        values = np.zeros(len(self.worth))
        at = {(a.job, a.operation): a for a in assignments}
        for number, job in enumerate(self.question.problem.jobs):
            modes = []
            for i, operation in enumerate(chain(job)):
                a = at[job.id, operation.id]
                k = next(k for k, mode in enumerate(operation.modes) if mode.machine == a.machine)
                modes.append(k)
                values[self.first[number, i, k] + a.start - self.starts[number, i, k].start] = 1
            pick = next(n for n, s in enumerate(self.question.selections[number]) if s.modes == tuple(modes))
            values[self.chosen[number][pick]] = 1
        return values


def columns(question: Question) -> int:
    """How many columns the programme has, or some more."""
    count = sum(int(choices.keeps.sum()) for choices in question.choices)
    for job in question.problem.jobs:
        count += sum(len(operation.modes) for operation in chain(job)) * (job.due or 0)
    return count


def refusal(question: Question) -> str | None:
    """Why the programme would be too large, None if it would not."""
    count = columns(question)
    return f"{count} columns are too many to prove an optimum" if count > COLUMNS else None


def prove(question: Question, seconds: float, start: Sequence[Assignment] | None = None) -> Proof:
    """Maximise the sum of consumers' utilities. seconds: of the solver. start: a plan to begin from.

    Raises InfeasibleError if it is proved that no plan exists, InputError if `refusal` says so.
    """
    said = refusal(question)
    if said is not None:
        raise InputError(said, where="method exact", hint="use recreate, or count time in a coarser unit")
    programme = _Programme(question)
    rows, count = programme.rows, len(programme.worth)
    solver = _Highs()  # the class below `highspy.Highs`, which prints a banner before it can be told not to
    for option, value in (
        ("output_flag", False),
        ("parallel", "off"),
        ("mip_heuristic_effort", 0.0 if start is not None else 0.05),  # a searched plan needs no polishing
        ("time_limit", seconds),
        ("mip_rel_gap", 0.0),
        ("mip_abs_gap", 0.5),  # the next plan is at least one millionth better
    ):
        solver.setOptionValue(option, value)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = count, len(rows.lower)
    model.sense_ = highspy.ObjSense.kMaximize
    model.col_cost_ = np.array(programme.worth, dtype=np.float64)
    model.col_lower_, model.col_upper_ = np.zeros(count), np.ones(count)
    model.row_lower_, model.row_upper_ = np.array(rows.lower), np.array(rows.upper)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.array([*rows.starts, len(rows.columns)], dtype=np.int32)
    model.a_matrix_.index_ = np.array(rows.columns, dtype=np.int32)
    model.a_matrix_.value_ = np.array(rows.values)
    model.integrality_ = [highspy.HighsVarType.kInteger] * count
    solver.passModel(model)
    if start is not None:
        known = highspy.HighsSolution()
        known.col_value = list(programme.columns(start))
        solver.setSolution(known)
    solver.run()
    status, info = solver.getModelStatus(), solver.getInfo()
    if status == highspy.HighsModelStatus.kInfeasible:
        raise InfeasibleError(
            "no plan keeps all due dates, budgets, qualities and refusals together",
            where="method exact",
            hint="move a due date, raise a budget, or promote declined work (compensation)",
        )
    if status not in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kTimeLimit):
        raise EnvironmentFault(f"HiGHS stopped with {status}", where="method exact", hint="report it with the problem")
    bound = info.mip_dual_bound
    ceiling = sum(max(s.worth for s in selections) for selections in question.selections) + sum(
        question.consumers[job.id].time_term(0) for job in question.problem.jobs
    )
    proved = math.floor(bound + SLACK) if math.isfinite(bound) and abs(bound) < 1e18 else ceiling
    values = np.array(solver.getSolution().col_value)
    found = info.primal_solution_status == 2 and len(values) == count
    if not found:
        return Proof(None, 0, min(proved, ceiling))
    value = int(np.dot(np.rint(values).astype(np.int64), np.array(programme.worth, dtype=np.int64)))
    return Proof(programme.assignments(values), value, min(proved, ceiling))
