"""Ruin and recreate (Schrimpf et al. 2000) for hundreds of jobs: take some jobs out, put each back where it
is worth most.

A job is put back with the best of *all* its choices of providers against the timelines as they stand, which the
two-part chromosome has to find by chance. A step is kept if it is no worse, or not much worse while the search is warm.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hanse.planning.composition.jit import compiled
from hanse.planning.preferences.choices import Ints
from hanse.planning.preferences.kernels import completion_worth, decode, earliest, occupy
from hanse.planning.preferences.tables import BROKEN, Tables

Number = int | np.int64

BATCH = 50
"""Times `period` steps between two looks at the clock."""

QUARRELS = 0.2
"""Share of steps that look for refused work first, if there is any."""

SETTLED = 100
"""Operations a plan has for each step between two settlings: settling costs as much as a step per so many."""

HEAT = 5_000.0
"""Temperature at the start, millionths of utility; it falls with the square of the time left."""


@compiled
def put(
    tables: Tables, job: Number, allocation: Ints, start: Ints, starts: Ints, ends: Ints, count: Ints, foes: Ints
) -> None:
    """Schedule one job by its best choice: `allocation` and `start` of its operations are written, timelines filled.
    foes: by mode, how many modes in the plan it may not stand beside."""
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
        hold(tables, k, 1, foes)


@compiled
def hold(tables: Tables, k: int, change: int, foes: Ints) -> None:
    """Enter a mode into the plan (1) or take it out (-1). `partners` must list both directions (`both_ways`)."""
    for i in range(tables.partners[k], tables.partners[k + 1]):
        foes[tables.partner[i]] += change


@compiled
def leave(tables: Tables, n: int, allocation: Ints, start: Ints, starts: Ints, ends: Ints, count: Ints) -> None:
    """Take one operation out of its machine's timeline."""
    m = tables.machine[tables.modes[n] + allocation[n]]
    place = np.searchsorted(starts[m, : count[m]], start[n])
    for i in range(place, count[m] - 1):
        starts[m, i] = starts[m, i + 1]
        ends[m, i] = ends[m, i + 1]
    count[m] -= 1


@compiled
def take(
    tables: Tables, job: Number, allocation: Ints, start: Ints, starts: Ints, ends: Ints, count: Ints, foes: Ints
) -> None:
    """Take one job out of the plan."""
    for n in range(tables.jobs[job], tables.jobs[job + 1]):
        leave(tables, n, allocation, start, starts, ends, count)
        hold(tables, tables.modes[n] + allocation[n], -1, foes)


@compiled
def job_worth(tables: Tables, job: Number, allocation: Ints, start: Ints, foes: Ints) -> int:
    """Of a job in the plan: choice and completion, less all refusals it is part of."""
    code, broken = tables.codes[job], 0
    for n in range(tables.jobs[job], tables.jobs[job + 1]):
        code += allocation[n] * tables.radix[n]
        broken += foes[tables.modes[n] + allocation[n]]
    last = tables.jobs[job + 1] - 1
    completion = start[last] + tables.duration[tables.modes[last] + allocation[last]]
    worth: int = tables.worth[code] + completion_worth(tables, job, completion) - BROKEN * broken
    return worth


@compiled
def settle(tables: Tables, allocation: Ints, start: Ints, owner: Ints, starts: Ints, ends: Ints, count: Ints) -> None:
    """Schedule anew in the order of starts, every operation as early as it fits; nothing starts later than before."""
    count[:] = 0
    ready = np.zeros(len(tables.due), dtype=np.int64)
    for n in np.argsort(start):
        k, job = tables.modes[n] + allocation[n], owner[n]
        m, duration = tables.machine[k], tables.duration[k]
        place, begin = earliest(starts[m], ends[m], count[m], ready[job], duration)
        occupy(starts[m], ends[m], count[m], place, begin, begin + duration)
        count[m] += 1
        start[n] = begin
        ready[job] = begin + duration


@compiled
def plan_worth(tables: Tables, allocation: Ints, start: Ints, foes: Ints, nobody: Ints) -> int:
    """Of a whole plan, every refused pair counted once. nobody: zeros by mode."""
    total, broken = 0, 0
    for job in range(len(tables.due)):
        total += job_worth(tables, job, allocation, start, nobody)
    for n in range(len(allocation)):
        broken += foes[tables.modes[n] + allocation[n]]
    return total - BROKEN * (broken // 2)


@compiled
def whole_worth(tables: Tables, allocation: Ints, start: Ints) -> int:
    """Of a plan counted afresh."""
    foes, nobody = np.zeros(len(tables.machine), dtype=np.int64), np.zeros(len(tables.machine), dtype=np.int64)
    for n in range(len(allocation)):
        hold(tables, tables.modes[n] + allocation[n], 1, foes)
    return plan_worth(tables, allocation, start, foes, nobody)


@compiled
def pick_jobs(tables: Tables, start: Ints, wanted: Number, chance: np.random.Generator) -> Ints:
    """Jobs that end at nearly the same time, since those can trade places."""
    jobs = len(tables.due)
    centre = start[tables.jobs[1 + chance.integers(0, jobs)] - 1]
    gaps = np.empty(jobs, dtype=np.float64)
    for job in range(jobs):
        gaps[job] = abs(start[tables.jobs[job + 1] - 1] - centre) * chance.random()
    chosen = np.argsort(gaps)[: min(jobs, wanted)]
    chance.shuffle(chosen)
    return chosen


@compiled
def pick_quarrel(
    tables: Tables, allocation: Ints, owner: Ints, foes: Ints, wanted: Number, chance: np.random.Generator
) -> Ints:
    """A job that holds something refused, and some of those it is refused beside; nobody if all get on."""
    length = len(allocation)
    first = chance.integers(0, length)
    for shift in range(length):
        n = (first + shift) % length
        k = tables.modes[n] + allocation[n]
        if foes[k] > 0:
            chosen = np.zeros(len(tables.due), dtype=np.bool_)
            chosen[owner[n]] = True
            for i in range(tables.partners[k], tables.partners[k + 1]):
                other = tables.partner[i]
                at = np.searchsorted(tables.modes, other, side="right") - 1
                if tables.modes[at] + allocation[at] == other and chosen.sum() < wanted:
                    chosen[owner[at]] = True
            found = np.flatnonzero(chosen)
            chance.shuffle(found)
            return found
    return np.empty(0, dtype=np.int64)


@compiled
def steps(
    tables: Tables,
    allocation: Ints,
    start: Ints,
    empty: bool,
    ruin: int,
    tries: int,
    period: int,
    heat: float,
    best_allocation: Ints,
    best_start: Ints,
    best: int,
    chance: np.random.Generator,
) -> int:
    """`tries` steps from the plan (allocation, start), which is left where the walk ends; the best plan seen is kept
    aside and its worth returned. empty: there is no plan yet, so all jobs are put in first. ruin: most jobs a step
    takes out. period: steps between two settlings of the whole plan."""
    jobs, length = len(tables.due), len(allocation)
    starts = np.empty((tables.machines, tables.room), dtype=np.int64)
    ends, count = np.empty_like(starts), np.zeros(tables.machines, dtype=np.int64)
    foes, nobody = np.zeros(len(tables.machine), dtype=np.int64), np.zeros(len(tables.machine), dtype=np.int64)
    owner = np.empty(length, dtype=np.int64)
    for job in range(jobs):
        owner[tables.jobs[job] : tables.jobs[job + 1]] = job
    if empty:
        for moved in chance.permutation(jobs):
            put(tables, moved, allocation, start, starts, ends, count, foes)
    else:
        for n in range(length):
            hold(tables, tables.modes[n] + allocation[n], 1, foes)
    settle(tables, allocation, start, owner, starts, ends, count)
    worth = plan_worth(tables, allocation, start, foes, nobody)
    for step in range(tries):
        if worth > best:
            best = worth
            best_allocation[:], best_start[:] = allocation, start
        wanted = 1 + chance.integers(0, ruin)
        chosen = np.empty(0, dtype=np.int64)
        if chance.random() < QUARRELS:
            chosen = pick_quarrel(tables, allocation, owner, foes, wanted + 1, chance)
        if not len(chosen):
            chosen = pick_jobs(tables, start, wanted, chance)
        kept, begun = allocation.copy(), start.copy()
        lost = np.int64(0)
        for moved in chosen:  # one by one, so that a refusal between two of them is counted once
            lost += job_worth(tables, moved, allocation, start, foes)
            take(tables, moved, allocation, start, starts, ends, count, foes)
        gained = np.int64(0)
        for moved in chosen:
            put(tables, moved, allocation, start, starts, ends, count, foes)
            gained += job_worth(tables, moved, allocation, start, foes)
        if step % period == 0:
            settle(tables, allocation, start, owner, starts, ends, count)
            change = plan_worth(tables, allocation, start, foes, nobody) - worth
        else:
            change = int(gained - lost)
        if change >= 0 or (heat > 0 and chance.random() < math.exp(change / heat)):
            worth += change
            continue
        for moved in chosen:
            for n in range(tables.jobs[moved], tables.jobs[moved + 1]):
                hold(tables, tables.modes[n] + allocation[n], -1, foes)
                hold(tables, tables.modes[n] + kept[n], 1, foes)
        if step % period == 0:
            allocation[:], start[:] = kept, begun
            settle(tables, allocation, start, owner, starts, ends, count)
            worth = plan_worth(tables, allocation, start, foes, nobody)
            continue
        for moved in chosen:
            for n in range(tables.jobs[moved], tables.jobs[moved + 1]):
                leave(tables, n, allocation, start, starts, ends, count)
        for moved in chosen:
            for n in range(tables.jobs[moved], tables.jobs[moved + 1]):
                k = tables.modes[n] + kept[n]
                m = tables.machine[k]
                place, _ = earliest(starts[m], ends[m], count[m], begun[n], tables.duration[k])
                occupy(starts[m], ends[m], count[m], place, begun[n], begun[n] + tables.duration[k])
                count[m] += 1
                allocation[n], start[n] = kept[n], begun[n]
    if worth > best:
        best = worth
        best_allocation[:], best_start[:] = allocation, start
    return best


@dataclass(frozen=True, slots=True)
class Found:
    """allocation, start: by operation. worth: millionths, less broken limits."""

    allocation: Ints
    start: Ints
    worth: int


def recreate(
    tables: Tables,
    chance: np.random.Generator,
    told: Callable[[int, int], float],
    ruin: int = 12,
    first: Found | None = None,
) -> Found:
    """Search until told to stop. told: hears the best worth and the steps done, and says which share of the search is
    over (1: stop). first: a plan to begin from; without one, every job takes its best in turn."""
    both, length = both_ways(tables), len(tables.radix)
    allocation, start = np.zeros(length, dtype=np.int64), np.zeros(length, dtype=np.int64)
    best, gone, batch, empty, done = -(1 << 60), 0.0, 1, True, 0
    if first is not None:
        allocation[:], start[:], empty = first.allocation, first.start, False
    best_allocation, best_start = allocation.copy(), start.copy()
    period = max(1, length // SETTLED)
    while gone < 1:
        heat = HEAT * (1 - gone) ** 2
        best = int(
            steps(both, allocation, start, empty, ruin, batch, period, heat, best_allocation, best_start, best, chance)
        )
        done += batch
        gone, batch, empty = told(best, done), BATCH * period, False
    return Found(best_allocation, best_start, int(whole_worth(both, best_allocation, best_start)))


def scheduled(tables: Tables, allocation: Ints) -> Found:
    """Chosen providers as a plan: all first operations, then all second ones, and so on."""
    sizes, start = np.diff(tables.jobs), np.empty(len(allocation), dtype=np.int64)
    turn = np.concatenate([np.arange(size) for size in sizes])
    sequence = np.repeat(np.arange(len(sizes)), sizes)[np.argsort(turn, kind="stable")]
    return Found(allocation, start, decode(tables, sequence, allocation, start))


def both_ways(tables: Tables) -> Tables:
    """The same with every refused pair listed from both sides."""
    pairs = [
        (k, int(other))
        for k in range(len(tables.machine))
        for other in tables.partner[slice(*tables.partners[k : k + 2])]
    ]
    beside: list[list[int]] = [[] for _ in tables.machine]
    for a, b in pairs:
        beside[a].append(b)
        beside[b].append(a)
    return tables._replace(
        partners=np.cumsum([0, *map(len, beside)]).astype(np.int64),
        partner=np.array([other for others in beside for other in others], dtype=np.int64),
    )
