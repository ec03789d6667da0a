"""What anyone can recompute of time and energy: how early every job can be done, how little energy it takes, and how
long machines need for all the work.

* **Paths.** An operation begins after its predecessors, each as short as any of its modes and as near as any of its
  sites; a job is done when the longest such path is. A single workpiece also takes all its durations one after another.
* **Loads.** At prices λ ≥ 0 of the machines' time, whatever modes are chosen, the work costs at least what the cheapest
  plan and modes of every job cost; and in a makespan W the machines have at most λ · capacity · W to spend, less the
  time before the first operation can reach a machine and after the last one must have left it. So

      W · Σ λ · capacity  ≥  Σ over jobs of the cheapest λ · duration + Σ over machines of λ · capacity · (head + tail)

  The best λ are the dual of a linear programme; whoever claims a bound names them, and this is all that is recomputed.

Calendars, budgets and quality are left aside: the bounds hold with them, too.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hanse.errors import InputError
from hanse.model.facts import Column, Facts

if TYPE_CHECKING:
    from hanse.model.plan import Prices
    from hanse.model.problem import Problem

_LARGE = 1 << 60


@dataclass(frozen=True, eq=False)
class Floors:
    """Of each operation: shortest (its least duration), head (no start is earlier), tail (no completion of its job
    is sooner after its end). Of each job: completion. path: the largest of these; energy: of all jobs together."""

    shortest: Column
    head: Column
    tail: Column
    completion: Column
    path: int
    energy: int


def floors_of(facts: Facts) -> Floors:
    """From scratch: ask for `Problem.floors`, which keeps them."""
    modes, operations, plans = facts.first_mode[:-1], facts.first_operation[:-1], facts.first_plan[:-1]
    shortest = np.minimum.reduceat(facts.mode_duration, modes)
    later = np.repeat(np.arange(len(shortest)), np.diff(facts.first_arc))
    earlier = facts.arc_earlier
    legs, arrival, delivery = _legs(facts, earlier, later)
    head = _longest(np.where(np.diff(facts.first_arc) == 0, facts.job_release[facts.operation_job] + arrival, 0),
                    earlier, later, shortest[earlier] + legs)  # fmt: skip
    tail = _longest(np.where(facts.operation_last == 1, delivery, 0), later, earlier, legs + shortest[later])
    done = np.maximum.reduceat(head + shortest + tail, operations)
    alone = (
        np.minimum.reduceat(head, operations)
        + np.add.reduceat(shortest, operations)
        + np.minimum.reduceat(tail, operations)
    )
    done = np.where(facts.job_single[facts.plan_job] == 1, np.maximum(done, alone), done)
    completion = np.minimum.reduceat(done, plans)
    energy = np.add.reduceat(np.minimum.reduceat(facts.mode_energy, modes), operations)
    least = int(np.minimum.reduceat(energy, plans).sum())
    return Floors(shortest, head, tail, completion, int(completion.max()), least)


def tardiness_floor(problem: Problem) -> int:
    """No plan has less weighted tardiness: millionths."""
    facts = problem.facts
    late = np.maximum(problem.floors.completion - facts.job_due, 0)[facts.job_due >= 0].tolist()
    return sum(weight * by for weight, by in zip(facts.job_weight[facts.job_due >= 0].tolist(), late, strict=True))


def makespan_floor(problem: Problem, prices: Prices = ()) -> int:
    """No plan has a smaller makespan: the longest path, what each machine must do alone, or what these prices prove.

    prices: by machine, in any unit; those left out are 0. Raises InputError for a price that is negative, too large, or
    of a machine that is unknown or runs any number of operations at once.
    """
    facts, floors = problem.facts, problem.floors
    idle = _idle(facts, floors)
    best = max(floors.path, _alone(facts, floors, idle))
    every = np.where(facts.machine_capacity > 0, 1, 0)
    for column in (every, *([_column(problem, prices)] if prices else [])):
        capacity = int((column * np.maximum(facts.machine_capacity, 0)).sum())
        if capacity:
            charge = np.minimum.reduceat(column[facts.mode_machine] * facts.mode_duration, facts.first_mode[:-1])
            work = np.minimum.reduceat(np.add.reduceat(charge, facts.first_operation[:-1]), facts.first_plan[:-1])
            spare = int((column * np.maximum(facts.machine_capacity, 0) * idle).sum())
            best = max(best, -(-(int(work.sum()) + spare) // capacity))
    return best


def _column(problem: Problem, prices: Prices) -> Column:
    facts, number = problem.facts, {name: i for i, name in enumerate(problem.machines)}
    column = np.zeros(len(number), dtype=np.int64)
    for name, price in prices:
        if name not in number or facts.machine_capacity[number[name]] < 1 or not 0 <= price < _LARGE:
            raise InputError("a price is of no machine with a capacity, or not one of 60 bits", where=f"prices, {name}")
        column[number[name]] = price
    longest = int(facts.mode_duration.max()) + 2 * problem.floors.path
    amount = len(facts.operation_job) + int(np.maximum(facts.machine_capacity, 0).sum())
    if int(column.max()) * longest * amount >= 2**62:
        raise InputError("prices times durations need more than 64 bits", where="prices", hint="divide them all")
    return column


def _idle(facts: Facts, floors: Floors) -> Column:
    """Time in which a machine cannot work: until its first operation can reach it, and after its last one. One that
    nobody uses stands idle all the time, which is at least the longest path."""
    operation = np.repeat(np.arange(len(floors.head)), np.diff(facts.first_mode))
    result = np.full((2, len(facts.machine_capacity)), _LARGE)
    np.minimum.at(result[0], facts.mode_machine, floors.head[operation])
    np.minimum.at(result[1], facts.mode_machine, floors.tail[operation])
    idle: Column = np.minimum(result.sum(axis=0), floors.path)
    return idle


def _alone(facts: Facts, floors: Floors, idle: Column) -> int:
    """The load of what no other machine can do, of jobs that have one plan only."""
    single = (np.diff(facts.first_mode) == 1) & (np.diff(facts.first_plan)[facts.operation_job] == 1)
    load = np.zeros(len(idle), dtype=np.int64)
    np.add.at(load, facts.mode_machine[facts.first_mode[:-1][single]], floors.shortest[single])
    bound = facts.machine_capacity > 0
    if not bound.any():
        return 0
    return int((-(-load[bound] // facts.machine_capacity[bound]) + np.where(load > 0, idle, 0)[bound]).max())


def _legs(facts: Facts, earlier: Column, later: Column) -> tuple[Column, Column, Column]:
    """Least times: of each arc, of the way in to each operation from its job's origin, and of the way out."""
    count = len(facts.operation_job)
    arcs, arrival, delivery = (np.zeros(size, dtype=np.int64) for size in (len(earlier), count, count))
    if not facts.transport:
        return arcs, arrival, delivery
    sites = facts.machine_site[facts.mode_machine]
    bounds = facts.first_mode.tolist()
    places = [tuple(sorted(set(sites[a:b].tolist()))) for a, b in itertools.pairwise(bounds)]
    known: dict[tuple[tuple[int, ...], tuple[int, ...]], int] = {}

    def least(from_: tuple[int, ...], to: tuple[int, ...]) -> int:
        if (from_, to) not in known:
            known[from_, to] = int(facts.leg_time[np.ix_(from_, to)].min())
        return known[from_, to]

    for i, (a, b) in enumerate(zip(earlier.tolist(), later.tolist(), strict=True)):
        arcs[i] = least(places[a], places[b])
    origin, destination = facts.job_origin[facts.operation_job], facts.job_destination[facts.operation_job]
    for i in np.flatnonzero(origin >= 0).tolist():
        arrival[i] = least((int(origin[i]),), places[i])
    for i in np.flatnonzero(destination >= 0).tolist():
        delivery[i] = least(places[i], (int(destination[i]),))
    return arcs, arrival, delivery


def _longest(at_least: Column, from_: Column, to: Column, length: Column) -> Column:
    """The longest path to each operation. As many rounds as the longest chain has arcs."""
    result = at_least.copy()
    while len(from_):
        reached = result.copy()
        np.maximum.at(reached, to, result[from_] + length)
        if (reached == result).all():
            break
        result = reached
    return result
