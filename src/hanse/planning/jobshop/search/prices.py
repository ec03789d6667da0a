"""The workload relaxation: a lower bound on the makespan, and prices that say which ways it can afford.

    least C:   Σ of durations given to machine m + its least head + its least tail ≤ C   for every machine
               every job follows its lines, every task of them takes its ways, in fractions

Time on a machine has a price, prices sum to 1, and at given prices the bound follows by choosing the cheapest ways:

    Σ over jobs of (cheapest line at price · duration) + Σ over machines of price · (head + tail)   ≤   C

It is summed in integers at prices rounded to millionths, so floating point cannot make it false, and anyone can do so.
A way's *extra* is what it costs more than the cheapest way of its task: a plan whose extras sum to more than (its
makespan - bound) does not exist.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np

from hanse.planning.jobshop.bounds import least_makespan
from hanse.planning.jobshop.search.plant import Ints, Plant
from hanse.planning.jobshop.search.schedule import Floats
from hanse.planning.jobshop.shop import Shop

_SCALE = 1_000_000
_TIME_LIMIT = 2.0
"""Seconds for the linear programme; it takes some tenths on the largest benchmarks. Stopped, it still has prices."""


@dataclass(frozen=True)
class Workload:
    """bound: no makespan is below. extra [ways]: see the module, in units of time. In the relaxation, share [lines] is
    how much of its job a line carries, and astray [ways] is 0 for the way that carries most of its task, else 1.
    price [machines]: from which anyone recomputes the bound (`model.floors`), in millionths that sum to about one."""

    bound: int
    price: Ints
    extra: Floats
    share: Floats
    astray: Floats


def workload(shop: Shop, plant: Plant) -> Workload:
    """Solve the relaxation. Without machines that bind, the bound is that of the longest job and extras are 0."""
    least = least_makespan(shop)
    unary = np.diff(plant.seats) > 0
    idle = _idle(shop, plant, least)
    price, share, carried = _solve(plant, unary, idle, least)
    whole = np.floor(np.maximum(price, 0) * _SCALE).astype(np.int64)
    whole[~unary] = 0
    total = int(whole.sum())
    most = np.maximum.reduceat(carried, plant.ways[:-1])
    astray = (carried < np.repeat(most, np.diff(plant.ways))).astype(np.float64)
    if total == 0:
        return Workload(least, whole, np.zeros(len(plant.machine)), share, astray)
    charge = whole[plant.machine] * plant.duration
    cheapest = np.minimum.reduceat(charge, plant.ways[:-1])
    lines = np.add.reduceat(cheapest[plant.members], plant.line_ends[:-1])
    jobs = np.minimum.reduceat(lines, plant.lines[:-1])
    bound = -(-(sum(map(int, jobs)) + sum(map(int, whole * idle))) // total)
    extra = (charge - np.repeat(cheapest, np.diff(plant.ways))) / total
    return Workload(max(least, bound), whole, extra, share, astray)


def _idle(shop: Shop, plant: Plant, least: int) -> Ints:
    """Least head + least tail on each machine: it stands still that long if it is used at all; if it is not, the
    makespan is `least` at least anyway."""
    result = np.zeros(len(plant.seats) - 1, dtype=np.int64)
    for number, name in enumerate(shop.problem.machines):
        users = shop.by_machine.get(name, [])
        if users:
            head = min(task.head for task, _ in users)
            tail = min(task.tail for task, _ in users)
            result[number] = min(head + tail, least)
    return result


def _solve(plant: Plant, unary: np.ndarray, idle: Ints, least: int) -> tuple[Floats, Floats, Floats]:
    """Prices of the machines' time, shares of lines, shares of ways.

    Columns: ways, lines, makespan; rows: machines, tasks, jobs."""
    ways, lines, tasks = len(plant.machine), len(plant.line_ends) - 1, len(plant.job)
    machines, jobs = len(idle), len(plant.lines) - 1
    way_task = np.repeat(np.arange(tasks), np.diff(plant.ways))
    line_of_member = np.repeat(np.arange(lines), np.diff(plant.line_ends))
    line_job = np.repeat(np.arange(jobs), np.diff(plant.lines))
    load = np.flatnonzero(unary[plant.machine])
    rows = np.concatenate(
        [
            plant.machine[load],
            machines + way_task,
            machines + plant.members,
            machines + tasks + line_job,
            np.arange(machines),
        ]
    )
    columns = np.concatenate(
        [load, np.arange(ways), ways + line_of_member, ways + np.arange(lines), np.full(machines, ways + lines)]
    )
    values = np.concatenate(
        [plant.duration[load], np.ones(ways), -np.ones(len(plant.members)), np.ones(lines), -np.ones(machines)]
    ).astype(np.float64)
    order = np.lexsort((rows, columns))
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = ways + lines + 1, machines + tasks + jobs
    model.col_cost_ = np.concatenate([np.zeros(ways + lines), [1.0]])
    model.col_lower_ = np.concatenate([np.zeros(ways + lines), [float(least)]])
    model.col_upper_ = np.full(ways + lines + 1, highspy.kHighsInf)
    model.row_lower_ = np.concatenate([np.full(machines, -highspy.kHighsInf), np.zeros(tasks), np.ones(jobs)])
    model.row_upper_ = np.concatenate([np.where(unary, -idle, 0).astype(np.float64), np.zeros(tasks), np.ones(jobs)])
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.num_col_, model.a_matrix_.num_row_ = model.num_col_, model.num_row_
    model.a_matrix_.start_ = np.concatenate([[0], np.cumsum(np.bincount(columns, minlength=ways + lines + 1))])
    model.a_matrix_.index_, model.a_matrix_.value_ = rows[order], values[order]
    solver = highspy.Highs()
    for name, setting in (("output_flag", False), ("time_limit", _TIME_LIMIT)):
        solver.setOptionValue(name, setting)
    solver.passModel(model)
    solver.run()
    solution = solver.getSolution()
    duals = np.array(solution.row_dual[:machines]) if solution.row_dual else np.zeros(machines)
    values = np.array(solution.col_value) if solution.col_value else np.ones(ways + lines)
    return -duals, np.clip(values[ways : ways + lines], 0.0, 1.0), np.clip(values[:ways], 0.0, 1.0)
