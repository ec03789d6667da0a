"""Ruin and recreate (Schrimpf et al. 2000) for hundreds of jobs: take some jobs out, put each back where it is worth most.

A job is put back with the best of *all* its choices of providers against the timelines as they stand, which the
two-part chromosome has to find by chance. A step is kept if it is no worse, or not much worse while the search is warm.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hanse.planning.composition.jit import compiled
from hanse.planning.preferences.kernels import BROKEN, completion_worth, earliest, occupy
from hanse.planning.preferences.tables import Ints, Tables

BATCH = 50
"""Steps between two looks at the clock."""


@compiled
def put(
    tables: Tables,
    job: int,
    allocation: Ints,
    start: Ints,
    starts: Ints,
    ends: Ints,
    count: Ints,
    held: npt.NDArray[np.bool_],
    foes: Ints,
) -> None:
    """Schedule one job by its best choice: `allocation` and `start` of its operations are written, timelines filled.
    held: modes in the plan; foes: by mode, how many held modes it may not stand beside."""
    first, last = tables.jobs[job], tables.jobs[job + 1]
    size = last - first
    ready, pick = np.zeros(size + 1, dtype=np.int64), np.zeros(size, dtype=np.int64)
    begins = np.zeros(size, dtype=np.int64)
    best, base = -(1 << 60), tables.codes[job]
    level = 0  # depth first over the providers, so that common beginnings are scheduled once
    pick[0] = -1
    best_pick, best_begin = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    while level >= 0:
        n = first + level
        pick[level] += 1
        if pick[level] >= tables.modes[n + 1] - tables.modes[n]:
            level -= 1
            continue
        k = tables.modes[n] + pick[level]
        m, duration = tables.machine[k], tables.duration[k]
        # An earlier operation of this job on the same machine ends by `ready`, so it is never in the way.
        _, begins[level] = earliest(starts[m], ends[m], count[m], ready[level], duration)
        ready[level + 1] = begins[level] + duration
        if level + 1 < size:
            level += 1
            pick[level] = -1
            continue
        code, broken = base, 0
        for i in range(size):
            code += pick[i] * tables.radix[first + i]
            broken += foes[tables.modes[first + i] + pick[i]]
        worth = tables.worth[code] + completion_worth(tables, job, ready[size]) - BROKEN * broken
        if worth > best:
            best = worth
            best_pick[:], best_begin[:] = pick, begins
    for i in range(size):
        n = first + i
        allocation[n], start[n] = best_pick[i], best_begin[i]
        k = tables.modes[n] + best_pick[i]
        m, duration = tables.machine[k], tables.duration[k]
        place, begin = earliest(starts[m], ends[m], count[m], best_begin[i], duration)
        occupy(starts[m], ends[m], count[m], place, begin, begin + duration)
        count[m] += 1
        hold(tables, k, True, held, foes)


@compiled
def hold(tables: Tables, k: int, yes: bool, held: npt.NDArray[np.bool_], foes: Ints) -> None:
    """Enter a mode into the plan or take it out. `partners` must list both directions (`both_ways`)."""
    held[k] = yes
    for i in range(tables.partners[k], tables.partners[k + 1]):
        foes[tables.partner[i]] += 1 if yes else -1


@compiled
def take(
    tables: Tables,
    job: int,
    allocation: Ints,
    start: Ints,
    starts: Ints,
    ends: Ints,
    count: Ints,
    held: npt.NDArray[np.bool_],
    foes: Ints,
) -> None:
    """Take one job out of the timelines."""
    for n in range(tables.jobs[job], tables.jobs[job + 1]):
        k = tables.modes[n] + allocation[n]
        m = tables.machine[k]
        place = np.searchsorted(starts[m, : count[m]], start[n])
        for i in range(place, count[m] - 1):
            starts[m, i] = starts[m, i + 1]
            ends[m, i] = ends[m, i + 1]
        count[m] -= 1
        hold(tables, k, False, held, foes)


@compiled
def settle(tables: Tables, allocation: Ints, start: Ints, starts: Ints, ends: Ints) -> int:
    """Start every operation as early as the order on its machine and in its job allows; returns the plan's worth."""
    order = np.argsort(start)
    ready = np.zeros(len(tables.due), dtype=np.int64)
    count = np.zeros(tables.machines, dtype=np.int64)
    total = 0
    owner = np.empty(len(allocation), dtype=np.int64)
    for job in range(len(tables.due)):
        owner[tables.jobs[job] : tables.jobs[job + 1]] = job
    for n in order:
        k = tables.modes[n] + allocation[n]
        m, duration, job = tables.machine[k], tables.duration[k], owner[n]
        place, begin = earliest(starts[m], ends[m], count[m], ready[job], duration)
        occupy(starts[m], ends[m], count[m], place, begin, begin + duration)
        count[m] += 1
        start[n] = begin
        ready[job] = begin + duration
    for job in range(len(tables.due)):
        code = tables.codes[job]
        for n in range(tables.jobs[job], tables.jobs[job + 1]):
            code += allocation[n] * tables.radix[n]
        total += tables.worth[code] + completion_worth(tables, job, ready[job])
    return total


@compiled
def broken_pairs(tables: Tables, allocation: Ints, foes: Ints) -> int:
    """Pairs held that a member refuses."""
    found = 0
    for n in range(len(allocation)):
        found += foes[tables.modes[n] + allocation[n]]
    return found // 2


@compiled
def steps(
    tables: Tables,
    allocation: Ints,
    start: Ints,
    out: npt.NDArray[np.bool_],
    ruin: int,
    tries: int,
    heat: float,
    worth: int,
    best_allocation: Ints,
    best_start: Ints,
    best: int,
    chance: np.random.Generator,
) -> tuple[int, int]:
    """`tries` steps from the plan (allocation, start), the best seen kept aside; worth of the last and of the best.
    out: jobs not in the plan yet, put in first. ruin: most jobs a step takes out."""
    jobs, length = len(tables.due), len(allocation)
    starts = np.empty((tables.machines, tables.room), dtype=np.int64)
    ends, count = np.empty_like(starts), np.zeros(tables.machines, dtype=np.int64)
    held, foes = np.zeros(len(tables.machine), dtype=np.bool_), np.zeros(len(tables.machine), dtype=np.int64)
    trying, begun = allocation.copy(), start.copy()
    for _ in range(tries):
        count[:] = 0
        held[:] = False
        foes[:] = 0
        chosen = out.copy()
        if not out.any():
            # Jobs that end at nearly the same time, since only those can trade places; how many is drawn too.
            wanted = 1 + chance.integers(0, ruin)
            centre = begun[tables.jobs[1 + chance.integers(0, jobs)] - 1]
            gaps = np.empty(jobs, dtype=np.float64)
            for job in range(jobs):
                gaps[job] = abs(begun[tables.jobs[job + 1] - 1] - centre) * chance.random()
            chosen[np.argsort(gaps)[: min(jobs, wanted)]] = True
        order = np.argsort(begun)
        owner = np.empty(length, dtype=np.int64)
        for job in range(jobs):
            owner[tables.jobs[job] : tables.jobs[job + 1]] = job
        for n in order:  # the jobs that stay, as they are
            if not chosen[owner[n]]:
                k = tables.modes[n] + trying[n]
                m = tables.machine[k]
                starts[m, count[m]] = begun[n]
                ends[m, count[m]] = begun[n] + tables.duration[k]
                count[m] += 1
                hold(tables, k, True, held, foes)
        returning = np.flatnonzero(chosen)
        chance.shuffle(returning)
        for job in returning:
            put(tables, job, trying, begun, starts, ends, count, held, foes)
        new = settle(tables, trying, begun, starts, ends) - BROKEN * broken_pairs(tables, trying, foes)
        if out.any() or new >= worth or (heat > 0 and chance.random() < math.exp((new - worth) / heat)):
            allocation[:], start[:] = trying, begun
            worth = new
            out[:] = False
            if worth > best:
                best = worth
                best_allocation[:], best_start[:] = allocation, start
        else:
            trying[:], begun[:] = allocation, start
    return worth, best


@dataclass(frozen=True, slots=True)
class Found:
    """allocation, start: by operation. worth: millionths, less broken limits."""

    allocation: Ints
    start: Ints
    worth: int


def recreate(tables: Tables, chance: np.random.Generator, told: Callable[[int], float], ruin: int = 12) -> Found:
    """Search until told to stop. told: hears the best worth and says which share of the search is over (1: stop)."""
    both, length = both_ways(tables), len(tables.radix)
    allocation, start = np.zeros(length, dtype=np.int64), np.zeros(length, dtype=np.int64)
    best_allocation, best_start = allocation.copy(), start.copy()
    out = np.ones(len(tables.due), dtype=np.bool_)
    worth = best = -(1 << 60)
    gone, batch = 0.0, 1
    while gone < 1:
        heat = 5_000.0 * (1 - gone) ** 2
        worth, best = steps(
            both, allocation, start, out, ruin, batch, heat, worth, best_allocation, best_start, best, chance
        )
        gone, batch = told(best), BATCH
    return Found(best_allocation, best_start, best)


def both_ways(tables: Tables) -> Tables:
    """The same with every refused pair listed from both sides."""
    pairs = [
        (k, int(other)) for k in range(len(tables.machine)) for other in tables.partner[slice(*tables.partners[k : k + 2])]
    ]
    beside: list[list[int]] = [[] for _ in tables.machine]
    for a, b in pairs:
        beside[a].append(b)
        beside[b].append(a)
    return tables._replace(
        partners=np.cumsum([0, *map(len, beside)]).astype(np.int64),
        partner=np.array([other for others in beside for other in others], dtype=np.int64),
    )
