"""Kernel: simulated annealing over orders, for every objective (Kirkpatrick, Gelatt, Vecchi 1983, Science 220).

Moves are made where they can count: on a path of causes back from the completion of a late job, or of the last one.
What holds a task there is moved behind it, or the task before that, as in the critical blocks of Mati, Dauzère-Pérès,
Lahlou (2011, EJOR 212), who solve job shops for any regular measure with one path for each late job; or the task takes
another way. Some moves are blind: any task, any way; another line for a job. Every move is decoded, so its value is
exact, and decoding ends as soon as it is above what would be accepted; that threshold is drawn beforehand.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hanse.planning.composition.jit import compiled, inlined
from hanse.planning.composition.search import drawn
from hanse.planning.jobshop.search.decode import TOO_MUCH, Roll, decode
from hanse.planning.jobshop.search.plant import Ints, Plant
from hanse.planning.jobshop.search.schedule import Sketch
from hanse.planning.jobshop.search.terms import Terms

BLIND = 0.3
"""Share of moves that look at no path."""

LINES = 0.05
"""Share of moves that send a job along another line, where some job has several."""

REACH = 40
"""A blind move changes a task's place by at most so much."""

PRESENT, BEST, STEP, SIDE = 0, 1, 2, 3
"""What `Course.totals` holds: present and best value, steps made in this cycle, the side of the present schedule."""


class Course(NamedTuple):
    """totals [4]: see `PRESENT`. best: the best order. path [tasks]: scratch. choices [jobs with several lines].
    chance [1]: state of the random numbers."""

    totals: Ints
    best: Sketch
    path: Ints
    choices: Ints
    chance: npt.NDArray[np.uint64]


@inlined
def shift(r: Roll, task: int, to: int) -> None:
    """Put a task at a position of the order; those between move up by one."""
    at = r.place[task]
    step = 1 if to > at else -1
    for i in range(at, to, step):
        r.order[i] = r.order[i + step]
        r.place[r.order[i]] = i
    r.order[to] = task
    r.place[task] = to


@inlined
def within(plant: Plant, r: Roll, task: int, to: int) -> int:
    """The position nearest to `to` that keeps the order topological."""
    low, high = 0, len(r.order) - 1
    for k in range(plant.befores[task], plant.befores[task + 1]):
        low = max(low, r.place[plant.before[k]] + 1)
    for k in range(plant.afters[task], plant.afters[task + 1]):
        high = min(high, r.place[plant.after[k]] - 1)
    return min(max(to, low), high)


@inlined
def follow(plant: Plant, r: Roll, job: int, line: int) -> None:
    """Send a job along a line."""
    old = plant.lines[job] + r.line[job]
    for i in range(plant.line_ends[old], plant.line_ends[old + 1]):
        r.used[plant.members[i]] = False
    r.line[job] = line
    new = plant.lines[job] + line
    for i in range(plant.line_ends[new], plant.line_ends[new + 1]):
        r.used[plant.members[i]] = True


@inlined
def costly_path(terms: Terms, r: Roll, c: Course, side: int) -> int:
    """A path of causes, latest task first, into `c.path`; its length. It ends with a late job, drawn by chance, or
    with the job that is complete last; 0 if none of them counts."""
    chosen, found, latest = -1, 0, 0
    completion, final, causes = r.completion[side], r.final[side], r.cause[side]
    for job in range(len(completion)):
        if terms.late[job] > 0 and completion[job] > terms.due[job]:
            found += 1
            if drawn(c.chance) * found < 1.0:
                chosen = job
        if completion[job] > completion[latest]:
            latest = job
    if terms.span > 0 and (chosen < 0 or drawn(c.chance) < 0.5):
        chosen = latest
    count = 0
    if chosen >= 0:
        task = final[chosen]
        while task >= 0:
            c.path[count] = task
            count += 1
            task = causes[task]
    return count


@inlined
def another_way(plant: Plant, c: Course, task: int, old: int) -> int:
    """A way of a task that is not the old one, by chance; the old one if there is no other."""
    first, count = plant.ways[task], plant.ways[task + 1] - plant.ways[task]
    if count == 1:
        return old
    way: int = first + int(drawn(c.chance) * (count - 1))
    return way + (way >= old)


@compiled
def keep(r: Roll, c: Course, value: int) -> None:
    """Remember the present order as the best."""
    c.totals[BEST] = value
    c.best.line[:] = r.line
    c.best.way[:] = r.way
    c.best.place[:] = r.place


@compiled
def load(plant: Plant, terms: Terms, r: Roll, c: Course, sketch: Sketch) -> int:
    """Make a sketch (ways and places of all tasks) the present order; its value, `TOO_MUCH` if no window takes it."""
    r.used[:] = False
    for job in range(len(r.line)):
        r.line[job] = sketch.line[job]
        follow(plant, r, job, sketch.line[job])
    r.way[:] = sketch.way
    r.place[:] = sketch.place
    for task in range(len(r.place)):
        r.order[r.place[task]] = task
    value = decode(plant, terms, r, 0, 1 << 62)
    c.totals[PRESENT], c.totals[STEP], c.totals[SIDE] = value, 0, 0
    return value


@inlined
def aim(plant: Plant, terms: Terms, r: Roll, c: Course, side: int) -> tuple[int, int]:
    """A task and the position it should have, by chance: (-1, -1) if the draw fell on a task not in use."""
    count = 0 if drawn(c.chance) < BLIND else costly_path(terms, r, c, side)
    if count == 0:
        task = r.order[int(drawn(c.chance) * len(r.order))]
        to: int = r.place[task] + int((2.0 * drawn(c.chance) - 1.0) * REACH)
        return (task, to) if r.used[task] else (-1, -1)
    task = c.path[int(drawn(c.chance) * count)]
    cause, to = r.cause[side, task], r.place[task]
    if cause < 0 or plant.job[cause] == plant.job[task]:
        return task, to - int(drawn(c.chance) * REACH)
    if drawn(c.chance) < 0.5:
        return cause, to
    before = r.cause[side, cause]
    while before >= 0 and plant.job[before] != plant.job[cause] and drawn(c.chance) < 0.5:
        cause, before = before, r.cause[side, before]
    return task, r.place[cause]


@compiled
def anneal(plant: Plant, terms: Terms, r: Roll, c: Course, steps: int, length: int, hot: float, cold: float) -> bool:
    """At most so many steps of a cycle of `length`, in which the temperature falls from hot to cold (values, > 0)
    geometrically. Whether the cycle goes on. The present order has been decoded (`load`)."""
    for _ in range(steps):
        if c.totals[STEP] >= length:
            return False
        heat = hot * (cold / hot) ** (c.totals[STEP] / length)
        c.totals[STEP] += 1
        side, trial = c.totals[SIDE], 1 - c.totals[SIDE]
        limit = c.totals[PRESENT] + int(min(-math.log(1.0 - drawn(c.chance)) * heat, 1e17))
        if len(c.choices) > 0 and drawn(c.chance) < LINES:
            job = c.choices[int(drawn(c.chance) * len(c.choices))]
            line = r.line[job]
            other = int(drawn(c.chance) * (plant.lines[job + 1] - plant.lines[job] - 1))
            follow(plant, r, job, other + (other >= line))
            value = decode(plant, terms, r, trial, limit)
            if value == TOO_MUCH:
                follow(plant, r, job, line)
        else:
            task, to = aim(plant, terms, r, c, side)
            if task < 0:
                continue
            way, at = r.way[task], r.place[task]
            to = within(plant, r, task, to)
            if to == at or drawn(c.chance) < 0.5:
                r.way[task] = another_way(plant, c, task, way)
            if to == at and r.way[task] == way:
                continue
            shift(r, task, to)
            value = decode(plant, terms, r, trial, limit)
            if value == TOO_MUCH:
                shift(r, task, at)
                r.way[task] = way
        if value != TOO_MUCH:
            c.totals[PRESENT], c.totals[SIDE] = value, trial
            if value < c.totals[BEST]:
                keep(r, c, value)
    return True
