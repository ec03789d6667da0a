"""A mixed-integer programme under construction, solved by HiGHS."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np
from highspy._core import _Highs

from hanse.errors import EnvironmentFault

INFINITE = highspy.kHighsInf

Terms = Sequence[tuple[int, float]]
"""A linear expression: (column, coefficient); a column may appear more than once."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """values: of the columns, None if no solution was found in time. bound: no solution costs less; None if unknown.
    infeasible: it is proved that there is no solution. proved: the solution is known to be a best one."""

    values: tuple[float, ...] | None
    bound: float | None
    infeasible: bool
    proved: bool


class Programme:
    """Minimise Σ cost · column, subject to rows lower ≤ Σ coefficient · column ≤ upper."""

    def __init__(self) -> None:
        self._cost: list[float] = []
        self._lower: list[float] = []
        self._upper: list[float] = []
        self._whole: list[bool] = []
        self._rows: list[tuple[float, float, dict[int, float]]] = []

    def column(self, lower: float, upper: float, *, whole: bool = False) -> int:
        """A new number between bounds; whole: an integer."""
        self._cost.append(0.0)
        self._lower.append(lower)
        self._upper.append(upper)
        self._whole.append(whole)
        return len(self._cost) - 1

    def choice(self) -> int:
        """A new number that is 0 or 1."""
        return self.column(0, 1, whole=True)

    def charge(self, terms: Terms) -> None:
        """Add to what is minimised."""
        for column, cost in terms:
            self._cost[column] += cost

    def at_least(self, terms: Terms, least: float) -> None:
        self._row(terms, least, INFINITE)

    def at_most(self, terms: Terms, most: float) -> None:
        self._row(terms, -INFINITE, most)

    def equal(self, terms: Terms, value: float) -> None:
        self._row(terms, value, value)

    def _row(self, terms: Terms, lower: float, upper: float) -> None:
        summed: dict[int, float] = {}
        for column, value in terms:
            summed[column] = summed.get(column, 0.0) + value
        self._rows.append((lower, upper, summed))

    def solve(self, seconds: float, threads: int, seed: int) -> Outcome:
        """Raises EnvironmentFault if HiGHS ends in a way that says nothing."""
        solver = _Highs()  # the class below `highspy.Highs`, which prints a banner before it can be told not to
        for option, value in (
            ("output_flag", False), ("threads", threads), ("random_seed", seed), ("time_limit", seconds),
            ("mip_rel_gap", 0.0), ("mip_abs_gap", 1e-6), ("mip_feasibility_tolerance", 1e-9),
        ):  # fmt: skip
            solver.setOptionValue(option, value)
        solver.resetGlobalScheduler(True)  # another call in this process may have asked for other threads
        solver.passModel(self._model())
        solver.run()
        status, info = solver.getModelStatus(), solver.getInfo()
        kinds = highspy.HighsModelStatus
        if status == kinds.kInfeasible:
            return Outcome(None, None, infeasible=True, proved=False)
        if status not in (kinds.kOptimal, kinds.kTimeLimit, kinds.kInterrupt):
            raise EnvironmentFault(
                f"HiGHS stopped with {status}", where="method milp", hint="report it with the problem"
            )
        values = tuple(solver.getSolution().col_value)
        found = info.primal_solution_status == 2 and len(values) == len(self._cost)
        bound = info.mip_dual_bound
        known = math.isfinite(bound) and abs(bound) < 1e18
        return Outcome(values if found else None, bound if known else None, False, status == kinds.kOptimal)

    def _model(self) -> highspy.HighsLp:
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(self._cost), len(self._rows)
        model.col_cost_ = np.array(self._cost)
        model.col_lower_, model.col_upper_ = np.array(self._lower, dtype=float), np.array(self._upper, dtype=float)
        model.row_lower_ = np.array([lower for lower, _, _ in self._rows], dtype=float)
        model.row_upper_ = np.array([upper for _, upper, _ in self._rows], dtype=float)
        starts = np.cumsum([0, *(len(terms) for _, _, terms in self._rows)])
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = starts.astype(np.int32)
        model.a_matrix_.index_ = np.array([column for *_, terms in self._rows for column in terms], dtype=np.int32)
        model.a_matrix_.value_ = np.array([value for *_, terms in self._rows for value in terms.values()], dtype=float)
        kinds = highspy.HighsVarType
        model.integrality_ = [kinds.kInteger if whole else kinds.kContinuous for whole in self._whole]
        return model
