"""Kernel: the schedule an order of all tasks stands for, and what it is worth under any objective.

Each task, in its turn, starts as early as its predecessors with their legs, its workpiece, the tasks before it on its
machine and the windows of its way allow. Some order decodes to a best plan: take the plan's own order by start, and no
task starts later than it did (Sprecher, Kolisch, Drexl 1995, EJOR 80: semi-active schedules). On a machine with several
slots a task takes the one that was free last, which leaves the others for those that come early.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hanse.planning.composition.jit import inlined
from hanse.planning.jobshop.search.plant import Flags, Ints, Plant
from hanse.planning.jobshop.search.terms import Terms

Pairs = npt.NDArray[np.int64]
"""An array of two rows, one for each side."""

TOO_MUCH = -1
"""What `decode` returns for an order above the limit, or with a task that no window takes any more."""


class Roll(NamedTuple):
    """line [jobs]: the line each job follows. way [tasks], also of tasks not in use; order, place [tasks]: a
    topological order of all tasks, and the position in it; used [tasks]. As decoded, on two sides, so that the present
    schedule outlives a trial: start [2, tasks]; cause [2, tasks]: the task whose end (or leg) holds the start, -1:
    none; completion, final [2, jobs]: when a job is complete, and the task that completes it. Scratch: free, keeper
    [slots]: until when a slot is taken and by whom; held_until, holder [jobs]: the same of a workpiece.
    """

    line: Ints
    way: Ints
    order: Ints
    place: Ints
    used: Flags
    start: Pairs
    cause: Pairs
    completion: Pairs
    final: Pairs
    free: Ints
    keeper: Ints
    held_until: Ints
    holder: Ints


def empty_roll(plant: Plant, terms: Terms) -> Roll:
    """A roll with nothing in it."""
    jobs, tasks, slots = len(plant.lines) - 1, len(plant.job), int(terms.slots[-1])

    def zero(count: int) -> Ints:
        return np.zeros(count, dtype=np.int64)

    def both(count: int) -> Pairs:
        return np.zeros((2, count), dtype=np.int64)

    used = np.zeros(tasks, dtype=np.bool_)
    return Roll(
        zero(jobs), zero(tasks), zero(tasks), zero(tasks), used, both(tasks), both(tasks),
        both(jobs), both(jobs), zero(slots), zero(slots), zero(jobs), zero(jobs),
    )  # fmt: skip


@inlined
def admitted(terms: Terms, way: int, least: int) -> int:
    """First admissible start of a way from `least` on, -1 if there is none."""
    low, high = terms.windows[way], terms.over[way]
    end = high
    while low < high:  # the first window that is not over
        middle = (low + high) // 2
        if terms.closes[middle] < least:
            low = middle + 1
        else:
            high = middle
    return -1 if low == end else max(least, terms.opens[low])


@inlined
def decode(plant: Plant, terms: Terms, r: Roll, side: int, limit: int) -> int:
    """Value of the order in steps of the objective, the schedule on this side; `TOO_MUCH` as soon as the value is sure
    to be above the limit."""
    starts, causes, completion, final = r.start[side], r.cause[side], r.completion[side], r.final[side]
    r.free[:] = 0
    r.keeper[:] = -1
    r.held_until[:] = 0
    r.holder[:] = -1
    completion[:] = 0
    value, makespan = 0, 0
    for i in range(len(r.order)):
        task = r.order[i]
        if not r.used[task]:
            continue
        way = r.way[task]
        machine, job, duration = plant.machine[way], plant.job[task], plant.duration[way]
        least, cause = 0, -1
        value += terms.charge[way]
        for k in range(plant.befores[task], plant.befores[task + 1]):
            other = plant.before[k]
            if r.used[other]:
                end = starts[other] + plant.duration[r.way[other]]
                if plant.moving:
                    end += plant.legs[plant.site[r.way[other]], plant.site[way]]
                value += terms.leg_charge[plant.site[r.way[other]], plant.site[way]]
                if end > least:
                    least, cause = end, other
        holds = plant.held[task] and duration > 0
        if holds and r.held_until[job] > least:
            least, cause = r.held_until[job], r.holder[job]
        first, last = terms.slots[machine], terms.slots[machine + 1]
        taken = -1
        if last > first and (duration > 0 or last == first + 1):  # where several run at once, an instant takes no slot
            taken = first
            for slot in range(first + 1, last):
                if r.free[slot] < r.free[taken]:
                    taken = slot
            if r.free[taken] > least:
                least, cause = r.free[taken], r.keeper[taken]
        start = admitted(terms, way, least)
        if start < 0:
            return TOO_MUCH
        starts[task], causes[task] = start, cause
        end = start + duration
        if taken >= 0:
            for slot in range(first, last):
                if r.free[taken] < r.free[slot] <= start:
                    taken = slot
            r.free[taken], r.keeper[taken] = end, task
        if holds:
            r.held_until[job], r.holder[job] = end, task
        complete, before = end + plant.rest[way], completion[job]
        if complete >= before:
            completion[job], final[job] = complete, task
            value += terms.late[job] * (max(0, complete - terms.due[job]) - max(0, before - terms.due[job]))
            if complete > makespan:
                value += terms.span * (complete - makespan)
                makespan = complete
        if value > limit:
            return TOO_MUCH
    return value
