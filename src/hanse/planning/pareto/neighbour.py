"""One step away from a vector, compiled: the moves of the local search.

The vector is decoded first; what delays its makespan is known then, and its priorities are rewritten as the ranks of
the starts, so that "before" means before. One of these is done:

    way       a task takes another of its ways
    order     a task goes before one that its machine runs earlier, together with what it waits for
    line      a job follows another of its lines: its tasks take the places of those they replace, and each the quickest
              of its ways, the one of least energy, or any

With probability `haste` the task is one that delays the makespan (a critical path traced back from its end; Van
Laarhoven, Aarts, Lenstra 1992, Operations Research 40), otherwise it is drawn from all in use.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from hanse.planning.composition.jit import compiled, inlined
from hanse.planning.composition.search import drawn
from hanse.planning.pareto.arrays import Arrays, Floats, Ints
from hanse.planning.pareto.decode import Work, build

TO_WAY, TO_LINE = 0.4, 0.2
"""Shares of the moves that change a way and a line; the rest changes the order."""

ANY_WAY = 0.2
"""Share of the tasks of a new line that take any of their ways."""


@inlined
def ranked(a: Arrays, w: Work, order: Ints) -> int:
    """The tasks in use by start, end and place, into `order`; their number."""
    count = 0
    for job in range(len(a.lines) - 1):
        line = w.line[job]
        for i in range(a.places[line], a.places[line + 1]):
            order[count] = a.member[i]
            count += 1
    for i in range(1, count):
        task, k = order[i], i
        start, end = w.start[task], w.start[task] + a.duration[w.way[task]]
        while k > 0:
            other = order[k - 1]
            ends = w.start[other] + a.duration[w.way[other]]
            if w.start[other] < start or (w.start[other] == start and ends <= end):
                break
            order[k] = other
            k -= 1
        order[k] = task
    return count


@inlined
def critical(a: Arrays, w: Work, order: Ints, count: int, chance: npt.NDArray[np.uint64]) -> int:
    """A task on a path of tasks without slack that ends with the makespan, drawn evenly from one such path."""
    task, latest, ties = order[0], -1, 1
    for i in range(count):
        other = order[i]
        end = w.start[other] + a.duration[w.way[other]] + a.departure[w.way[other]]
        if not a.last[other]:
            continue
        ties = ties + 1 if end == latest else 1
        if end > latest or (end == latest and drawn(chance) * ties < 1.0):
            latest, task = end, other
    chosen, seen = task, 1
    while True:
        cause, ties, way = -1, 0, w.way[task]
        place = w.place[task]
        for k in range(a.befores[place], a.befores[place + 1]):
            other = a.before[k]
            moved = a.legs[a.site[w.way[other]], a.site[way]]
            if w.start[other] + a.duration[w.way[other]] + moved == w.start[task]:
                ties += 1
                if drawn(chance) * ties < 1.0:
                    cause = other
        for i in range(count):
            other = order[i]
            if other == task or a.machine[w.way[other]] != a.machine[way] or a.duration[w.way[other]] == 0:
                continue
            if w.start[other] + a.duration[w.way[other]] == w.start[task]:
                ties += 1
                if drawn(chance) * ties < 1.0:
                    cause = other
        if cause < 0 or w.start[cause] >= w.start[task]:
            return int(chosen)
        task = cause
        seen += 1
        if drawn(chance) * seen < 1.0:
            chosen = task


@inlined
def replace_line(
    a: Arrays, w: Work, job: int, line: int, haste: float, chance: npt.NDArray[np.uint64], made: Floats
) -> None:
    """Keys for the tasks of a line that the job does not follow yet; those both lines share keep theirs."""
    jobs, tasks = len(a.lines) - 1, len(a.job)
    old, new = a.places[w.line[job]], a.places[line]
    had, has = a.places[w.line[job] + 1] - old, a.places[line + 1] - new
    by_time = drawn(chance) < haste
    for i in range(has):
        task = a.member[new + i]
        if w.way[task] >= 0:
            continue
        # A little below the task it replaces and, among equals, in its own order.
        made[jobs + tasks + task] = made[jobs + tasks + a.member[old + i * had // has]] - 1e-6 * (i + 1)
        count, best, least = a.ways[task + 1] - a.ways[task], 0, 1 << 62
        for way in range(a.ways[task], a.ways[task + 1]):
            worth = a.duration[way] if by_time else a.energy[way]
            if worth < least:
                best, least = way - a.ways[task], worth
        if drawn(chance) < ANY_WAY:
            best = int(drawn(chance) * count)
        made[jobs + task] = (best + 0.5) / count


@inlined
def step(
    a: Arrays, x: Floats, gaps: bool, w: Work, haste: float, chance: npt.NDArray[np.uint64], order: Ints, made: Floats
) -> None:
    """One neighbour of `x`, into `made`."""
    jobs, tasks = len(a.lines) - 1, len(a.job)
    keys = jobs + tasks
    build(a, x, gaps, w)
    for i in range(len(x)):
        made[i] = x[i]
    count = ranked(a, w, order)
    hasty = drawn(chance) < haste
    task = critical(a, w, order, count, chance) if hasty else order[int(drawn(chance) * count)]
    job, choices = a.job[task], a.ways[task + 1] - a.ways[task]
    lines = a.lines[job + 1] - a.lines[job]
    kind = drawn(chance)
    moved = -1
    new_line = -1
    if lines > 1 and kind < TO_LINE:
        other = (w.line[job] - a.lines[job] + 1 + int(drawn(chance) * (lines - 1))) % lines
        made[job] = (other + 0.5) / lines
        new_line = a.lines[job] + other
    elif choices > 1 and kind < TO_LINE + TO_WAY:
        other = (w.way[task] - a.ways[task] + 1 + int(drawn(chance) * (choices - 1))) % choices
        made[jobs + task] = (other + 0.5) / choices
    else:
        at = 0
        while order[at] != task:
            at += 1
        # Before one of the tasks that its machine runs earlier: hastily the next one, otherwise any.
        seen, target = 0, -1
        for i in range(at - 1, -1, -1):
            if a.machine[w.way[order[i]]] == a.machine[w.way[task]] and a.job[order[i]] != job:
                seen += 1
                if target < 0 or (not hasty and drawn(chance) * seen < 1.0):
                    target = i
                if hasty:
                    break
        if target >= 0:
            # What goes before the target is taken out of order[target:at], in its order: the task's whole job.
            moved = target
            for i in range(target, at + 1):
                if a.job[order[i]] == job:
                    mover, k = order[i], i
                    while k > moved:
                        order[k] = order[k - 1]
                        k -= 1
                    order[moved] = mover
                    moved += 1
        elif choices > 1:
            other = (w.way[task] - a.ways[task] + 1 + int(drawn(chance) * (choices - 1))) % choices
            made[jobs + task] = (other + 0.5) / choices
    for i in range(count):
        made[keys + order[i]] = 1.0 - (i + 0.5) / count
    if new_line >= 0:
        replace_line(a, w, job, new_line, haste, chance, made)


@compiled
def neighbours(
    a: Arrays,
    vectors: Floats,
    gaps: bool,
    w: Work,
    haste: Floats,
    seeds: npt.NDArray[np.uint64],
    made: Floats,
) -> None:
    """One neighbour of each row, into `made`; seeds [rows], none 0, draw everything."""
    order = np.zeros(len(a.job), dtype=np.int64)
    chance = np.zeros(1, dtype=np.uint64)
    for i in range(len(vectors)):
        chance[0] = seeds[i]
        step(a, vectors[i], gaps, w, haste[i], chance, order, made[i])
