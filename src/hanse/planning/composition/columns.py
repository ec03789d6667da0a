"""The linear programme of column generation: one route per job in fractions, within the budgets (HiGHS)."""

from __future__ import annotations

import highspy
import numpy as np
import numpy.typing as npt
from highspy._core import _Highs

from hanse.planning.composition.dual import Pricing, Routes
from hanse.planning.composition.forest import UNLIMITED, Ints


class Master:
    """Rows: the machines with budgets, then the jobs. Columns: routes, and per machine time beyond the budget at the
    price `ceiling`, so that there always is a solution. Money is divided by a scale that brings it near 1."""

    def __init__(self, pricing: Pricing, ceiling: int) -> None:
        self._forest, self._jobs = pricing.forest, pricing.jobs
        self._limited = np.flatnonzero(pricing.budget < UNLIMITED)
        self._machines = len(pricing.budget)
        self._known: dict[tuple[int, bytes], int] = {}
        self._scale = max(1.0, float(np.max(pricing.forest.cost, initial=1)))
        self._owner = np.repeat(
            np.repeat(np.arange(pricing.jobs), np.diff(pricing.forest.jobs)), np.diff(pricing.forest.plans)
        )
        # The class below `highspy.Highs`, which prints a banner when it is made, before it can be told not to.
        solver = _Highs()
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("parallel", "off")
        none = np.array([], dtype=np.int32), np.array([], dtype=np.float64)
        for machine in self._limited:
            solver.addRow(-highspy.kHighsInf, float(pricing.budget[machine]), 0, *none)
        for _ in range(pricing.jobs):
            solver.addRow(1.0, 1.0, 0, *none)
        for row in range(len(self._limited)):
            index = np.array([row], dtype=np.int32)
            solver.addCol(ceiling / self._scale, 0.0, highspy.kHighsInf, 1, index, np.array([-1.0]))
        self._solver = solver

    def add(self, routes: Routes, price: Ints) -> int:
        """Enter the routes, found at these prices, that are new or cheaper than one of the same use; how many."""
        use = self._use(routes)
        own = routes.least - use @ price
        rows = use[:, self._limited]
        added = 0
        for job in range(self._jobs):
            key, cost = (job, rows[job].tobytes()), int(own[job])
            if key in self._known and self._known[key] <= cost:
                continue
            self._known[key] = cost
            touched = np.flatnonzero(rows[job])
            index = np.append(touched, len(self._limited) + job).astype(np.int32)
            values = np.append(rows[job][touched], 1).astype(np.float64)
            self._solver.addCol(cost / self._scale, 0.0, highspy.kHighsInf, len(index), index, values)
            added += 1
        return added

    def _use(self, routes: Routes) -> Ints:
        """Time each job gives each machine."""
        result = np.zeros((self._jobs, self._machines), dtype=np.int64)
        chosen = np.zeros(len(self._forest.plans) - 1, dtype=np.bool_)
        chosen[routes.plan] = True
        nodes = np.flatnonzero(np.repeat(chosen, np.diff(self._forest.plans)))
        picked = routes.choice[nodes]
        np.add.at(result, (self._owner[nodes], self._forest.machine[picked]), self._forest.duration[picked])
        return result

    def solve(self) -> tuple[float, npt.NDArray[np.float64], bool] | None:
        """Its value and the machines' prices, in the forest's scale, and whether it buys time beyond the budgets; None
        if the solver gave up."""
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        solution = self._solver.getSolution()
        duals = np.array(solution.row_dual)[: len(self._limited)]
        prices = np.zeros(self._machines)
        prices[self._limited] = np.maximum(0.0, -duals) * self._scale
        beyond = float(np.sum(np.array(solution.col_value)[: len(self._limited)]))
        return float(self._solver.getInfo().objective_function_value) * self._scale, prices, beyond > 1e-6
