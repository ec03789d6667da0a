"""Composition under budgets as one states it to a general solver at first: the peers of benchmarks/composition.py.

Both choose one provider per task. CP-SAT looks the cost of a leg up in the matrix (an element constraint); HiGHS gets
one flow variable per pair of consecutive providers, whose linear relaxation is as tight as the shortest path. Problems
are chains of one plan. Each function returns (seconds of building, seconds of searching, value, lower bound), the last
two in millionths of a money unit, None where there is none.
"""

from __future__ import annotations

import time
from itertools import pairwise

import highspy
import numpy as np
import numpy.typing as npt
from ortools.sat.python import cp_model

from hanse.model.problem import Problem
from hanse.planning.composition.forest import forest_of
from hanse.units import MILLION

Outcome = tuple[float, float, int | None, int | None]


def arcs(problem: Problem) -> int:
    """Pairs of modes of consecutive operations."""
    sizes = [[len(o.modes) for o in job.plans[0].operations] for job in problem.jobs]
    return sum(a * b for row in sizes for a, b in pairwise(row))


def _layers(problem: Problem) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64], list[int]]:
    """Costs [demand, task, provider], times [demand, task], legs and budgets."""
    forest, _ = forest_of(problem)
    shape = (len(problem.jobs), len(problem.jobs[0].plans[0].operations), len(problem.machines))
    budget = [machine.budget or 0 for machine in problem.machines.values()]
    return forest.cost.reshape(shape), forest.duration.reshape(shape)[:, :, 0], forest.legs[0], budget


def cpsat(problem: Problem, limit: float, threads: int, seed: int) -> Outcome:
    begun = time.perf_counter()
    cost, times, legs, budget = _layers(problem)
    demands, tasks, providers = cost.shape
    model, terms = cp_model.CpModel(), []
    loads: list[list[cp_model.LinearExprT]] = [[] for _ in range(providers)]
    flat, highest = legs.ravel().tolist(), int(legs.max())
    for d in range(demands):
        before: cp_model.LinearExprT | None = None
        for t in range(tasks):
            chosen = [model.new_bool_var("") for _ in range(providers)]
            model.add_exactly_one(chosen)
            terms.append(cp_model.LinearExpr.weighted_sum(chosen, cost[d, t].tolist()))
            for p, literal in enumerate(chosen):
                loads[p].append(int(times[d, t]) * literal)
            here = cp_model.LinearExpr.weighted_sum(chosen, list(range(providers)))
            if before is not None:
                leg = model.new_int_var(0, highest, "")
                model.add_element(before * providers + here, flat, leg)
                terms.append(leg)
            before = here
    for p, load in enumerate(loads):
        model.add(cp_model.LinearExpr.sum(load) <= budget[p])
    model.minimize(cp_model.LinearExpr.sum(terms))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = limit
    solver.parameters.num_workers = threads
    solver.parameters.random_seed = seed
    built = time.perf_counter()
    status = solver.solve(model)
    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    value = round(solver.objective_value) * MILLION if found else None
    return built - begun, time.perf_counter() - built, value, round(solver.best_objective_bound) * MILLION


def highs(problem: Problem, limit: float, threads: int, seed: int) -> Outcome:
    begun = time.perf_counter()
    cost, times, legs, budget = _layers(problem)
    demands, tasks, providers = cost.shape
    pairs = providers * providers
    choices, flows = cost.size, demands * (tasks - 1) * pairs
    # Rows: budgets; one choice per first task; flow out of each choice but the last; flow into each but the first.
    links = demands * (tasks - 1) * providers
    rows = providers + demands + 2 * links
    d, t, p = (index.ravel() for index in np.indices(cost.shape))
    link = (d * (tasks - 1) + t) * providers + p
    entries = [
        (p, np.arange(choices), times[d, t].astype(np.float64)),
        (providers + d[t == 0], np.flatnonzero(t == 0), np.ones(demands * providers)),
        (providers + demands + link[t < tasks - 1], np.flatnonzero(t < tasks - 1), -np.ones(links)),
        (providers + demands + links + link[t > 0] - providers, np.flatnonzero(t > 0), -np.ones(links)),
    ]
    layer, a, b = (index.ravel() for index in np.indices((demands * (tasks - 1), providers, providers)))
    column = choices + np.arange(flows)
    entries.append((providers + demands + layer * providers + a, column, np.ones(flows)))
    entries.append((providers + demands + links + layer * providers + b, column, np.ones(flows)))
    row, col, value = (np.concatenate(part) for part in zip(*entries, strict=True))
    order = np.argsort(col, kind="stable")
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = choices + flows, rows
    model.col_cost_ = np.concatenate([cost.ravel(), np.tile(legs.ravel(), demands * (tasks - 1))]).astype(np.float64)
    model.col_lower_, model.col_upper_ = np.zeros(choices + flows), np.ones(choices + flows)
    model.row_upper_ = np.concatenate([np.array(budget, dtype=np.float64), np.ones(demands), np.zeros(2 * links)])
    model.row_lower_ = np.where(np.arange(rows) < providers, -highspy.kHighsInf, model.row_upper_)
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.num_col_, model.a_matrix_.num_row_ = choices + flows, rows
    model.a_matrix_.start_ = np.concatenate([[0], np.cumsum(np.bincount(col, minlength=choices + flows))])
    model.a_matrix_.index_, model.a_matrix_.value_ = row[order], value[order]
    kinds = highspy.HighsVarType
    model.integrality_ = [kinds.kInteger] * choices + [kinds.kContinuous] * flows
    highspy.Highs.resetGlobalScheduler(True)  # it keeps the number of threads of its first use, and stops otherwise
    solver = highspy.Highs()
    for name, setting in (("output_flag", False), ("time_limit", limit), ("threads", threads), ("random_seed", seed)):
        solver.setOptionValue(name, setting)
    if solver.passModel(model) == highspy.HighsStatus.kError:
        raise SystemExit("HiGHS refuses the plain model")
    built = time.perf_counter()
    solver.run()
    info = solver.getInfo()
    found = info.primal_solution_status == 2
    best = round(info.objective_function_value) * MILLION if found else None
    bound = None if abs(info.mip_dual_bound) == highspy.kHighsInf else int(info.mip_dual_bound * MILLION)
    return built - begun, time.perf_counter() - built, best, bound
