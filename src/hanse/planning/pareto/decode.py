"""From random keys to a schedule and its objectives, compiled; `twin.py` says the same in plain Python.

A vector holds numbers in [0, 1], in this order: one per job (which of its lines), one per task (which of its ways: the
interval [i/n, (i+1)/n) is the i-th of n), one per task (its priority). Random keys: Bean 1994, ORSA Journal on
Computing 6. Serial schedule generation (Kolisch 1996, EJOR 90): of the tasks that wait for nothing the one of highest
priority is placed next, as early as it fits. With `gaps` it may go between operations placed before (active schedules),
without only behind them (semi-active).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from hanse.planning.composition.jit import compiled, inlined
from hanse.planning.pareto.arrays import Arrays, Floats, Ints

MEASURES = 9
"""Length of `objectives.NAMES`, in whose order measures are written."""

UNPLACED = 1e9
"""Violation of a task that fits none of its windows; other violations are shares of what is allowed."""


class Work(NamedTuple):
    """Scratch of one decoding, and the schedule it leaves: line [jobs], way and start [tasks], -1 where not in use.
    begin, end [lanes, tasks] and filled [lanes] are the occupied times of each lane in increasing order; lanes of jobs
    follow those of machines."""

    line: Ints
    way: Ints
    start: Ints
    place: Ints
    waiting: Ints
    free: Ints
    begin: Ints
    end: Ints
    filled: Ints
    busy: Ints
    load: Ints
    first: Ints
    final: Ints
    used: Ints
    finish: Ints


def work_of(a: Arrays) -> Work:
    """Room to decode one vector after another."""
    jobs, tasks, machines = len(a.lines) - 1, len(a.job), len(a.lanes) - 1
    lanes = int(a.lanes[machines]) + jobs
    return Work(
        np.zeros(jobs, dtype=np.int64),
        np.zeros(tasks, dtype=np.int64),
        np.zeros(tasks, dtype=np.int64),
        np.zeros(tasks, dtype=np.int64),
        np.zeros(tasks, dtype=np.int64),
        np.zeros(tasks, dtype=np.int64),
        np.zeros((lanes, tasks), dtype=np.int64),
        np.zeros((lanes, tasks), dtype=np.int64),
        np.zeros(lanes, dtype=np.int64),
        np.zeros(machines, dtype=np.int64),
        np.zeros(machines, dtype=np.int64),
        np.zeros(machines, dtype=np.int64),
        np.zeros(machines, dtype=np.int64),
        np.zeros(len(a.reliability), dtype=np.int64),
        np.zeros(jobs, dtype=np.int64),
    )


@inlined
def pick(key: float, count: int) -> int:
    """Which of `count` equal parts of [0, 1] a key lies in."""
    return min(count - 1, max(0, int(key * count)))


@inlined
def fit(w: Work, lane: int, ready: int, duration: int, gaps: bool) -> int:
    """First start ≥ ready at which `duration` fits into a lane."""
    count = w.filled[lane]
    if count == 0 or w.end[lane, count - 1] <= ready:
        return ready
    if not gaps:
        return int(w.end[lane, count - 1])
    start = ready
    for k in range(count):
        if w.end[lane, k] > start and w.begin[lane, k] < start + duration:
            start = w.end[lane, k]
        elif w.begin[lane, k] >= start + duration and w.begin[lane, k] > start:
            break
    return start


@inlined
def occupy(w: Work, lane: int, start: int, duration: int) -> None:
    """Keep [start, start + duration) of a lane, ordered by start and end."""
    k = w.filled[lane]
    end = start + duration
    while k > 0 and (w.begin[lane, k - 1] > start or (w.begin[lane, k - 1] == start and w.end[lane, k - 1] > end)):
        w.begin[lane, k] = w.begin[lane, k - 1]
        w.end[lane, k] = w.end[lane, k - 1]
        k -= 1
    w.begin[lane, k] = start
    w.end[lane, k] = end
    w.filled[lane] += 1


@inlined
def settle(a: Arrays, w: Work, task: int, way: int, ready: int, gaps: bool) -> int:
    """Place a task in a way as early as lanes, workpiece and calendar allow; its start, or -1 if it fits nowhere."""
    machine, duration, job = a.machine[way], a.duration[way], a.job[task]
    lane, above = a.lanes[machine], a.lanes[machine + 1]
    if duration == 0 and above - lane != 1:  # an instant occupies nothing where several may run
        above = lane
    own = a.lanes[len(a.lanes) - 1] + job if a.held[job] and duration > 0 else -1
    for window in range(a.windows[way], a.windows[way + 1]):
        if a.closes[window] < ready:
            continue
        start = max(ready, a.opens[window])
        while start <= a.closes[window]:
            least, chosen = start, -1
            if above > lane:
                least, chosen = fit(w, lane, start, duration, gaps), lane
                for other in range(lane + 1, above):
                    found = fit(w, other, start, duration, gaps)
                    if found < least:
                        least, chosen = found, other
            if own >= 0:
                least = fit(w, own, least, duration, gaps)
            if least == start:
                if chosen >= 0:
                    occupy(w, chosen, start, duration)
                if own >= 0:
                    occupy(w, own, start, duration)
                return int(start)
            start = least
    return -1


@inlined
def build(a: Arrays, x: Floats, gaps: bool, w: Work) -> float:
    """The schedule of a vector, into `w`; the number of tasks that fit nowhere, times UNPLACED."""
    jobs, tasks = len(a.lines) - 1, len(a.job)
    w.way[:] = -1
    w.start[:] = -1
    w.filled[:] = 0
    count, missing = 0, 0.0
    for job in range(jobs):
        w.line[job] = a.lines[job] + pick(x[job], a.lines[job + 1] - a.lines[job])
        for i in range(a.places[w.line[job]], a.places[w.line[job] + 1]):
            task = a.member[i]
            w.place[task] = i
            w.way[task] = a.ways[task] + pick(x[jobs + task], a.ways[task + 1] - a.ways[task])
            w.waiting[task] = a.befores[i + 1] - a.befores[i]
            if w.waiting[task] == 0:
                w.free[count] = task
                count += 1
    keys = jobs + tasks
    while count > 0:
        best = 0
        for i in range(1, count):
            lead = x[keys + w.free[i]] - x[keys + w.free[best]]
            if lead > 0 or (lead == 0 and w.free[i] < w.free[best]):
                best = i
        task = w.free[best]
        count -= 1
        w.free[best] = w.free[count]
        way, place = w.way[task], w.place[task]
        ready = 0
        for k in range(a.befores[place], a.befores[place + 1]):
            other = w.way[a.before[k]]
            moved = w.start[a.before[k]] + a.duration[other] + a.legs[a.site[other], a.site[way]]
            ready = max(ready, moved)
        start = settle(a, w, task, way, ready, gaps)
        if start < 0:
            missing += UNPLACED
            start = max(ready, a.opens[a.windows[way]])
        w.start[task] = start
        for k in range(a.afters[place], a.afters[place + 1]):
            other = a.after[k]
            w.waiting[other] -= 1
            if w.waiting[other] == 0:
                w.free[count] = other
                count += 1
    return missing


@inlined
def covered(a: Arrays, w: Work, machine: int) -> int:
    """Time at which at least one operation runs on a machine."""
    count = 0
    for task in range(len(a.job)):
        if w.way[task] >= 0 and a.machine[w.way[task]] == machine:
            w.free[count] = task
            count += 1
    for i in range(1, count):
        task, k = w.free[i], i
        while k > 0 and w.start[w.free[k - 1]] > w.start[task]:
            w.free[k] = w.free[k - 1]
            k -= 1
        w.free[k] = task
    reached, total = w.first[machine], 0
    for i in range(count):
        start = w.start[w.free[i]]
        end = start + a.duration[w.way[w.free[i]]]
        total += max(0, end - max(start, reached))
        reached = max(reached, end)
    return total


@inlined
def judge(a: Arrays, w: Work, out: Floats) -> float:
    """The measures of the schedule in `w`, into `out`; by how much it breaks budgets and least qualities."""
    machines, jobs = len(a.lanes) - 1, len(a.lines) - 1
    w.busy[:] = 0
    w.load[:] = -1
    w.used[:] = 0
    w.finish[:] = 0
    cost_of_all, energy, moving, broken = 0.0, 0.0, 0.0, 0.0
    for job in range(jobs):
        cost, quality, count = 0, 0, 0
        line = w.line[job]
        for i in range(a.places[line], a.places[line + 1]):
            task = a.member[i]
            way = w.way[task]
            end, machine = w.start[task] + a.duration[way], a.machine[way]
            cost += a.cost[way]
            energy += a.energy[way]
            moving += a.outer[way]
            quality += a.quality[way]
            count += 1
            for k in range(a.befores[i], a.befores[i + 1]):
                there = a.site[w.way[a.before[k]]]
                cost += a.fares[there, a.site[way]]
                moving += a.legs[there, a.site[way]]
            if a.last[task]:
                w.finish[job] = max(w.finish[job], end + a.departure[way])
            if w.load[machine] < 0:
                w.load[machine], w.first[machine], w.final[machine] = 0, w.start[task], end
            w.load[machine] += a.duration[way]
            w.first[machine] = min(w.first[machine], w.start[task])
            w.final[machine] = max(w.final[machine], end)
        cost_of_all += cost
        if a.budget[job] >= 0 and cost > a.budget[job]:
            broken += (cost - a.budget[job]) / max(1.0, float(a.budget[job]))
        if a.least[job] >= 0 and quality < a.least[job] * count:
            broken += (a.least[job] * count - quality) / 1e6
    makespan, late = 0, 0.0
    for job in range(jobs):
        makespan = max(makespan, w.finish[job])
        if a.due[job] >= 0 and w.finish[job] > a.due[job]:
            late += a.weight[job] * (w.finish[job] - a.due[job])
    ratios, count, all_busy, spans, idle, by_machine = 0.0, 0, 0.0, 0.0, 0.0, 1.0
    for machine in range(machines):
        if w.load[machine] < 0:
            continue
        if a.limit[machine] >= 0 and w.load[machine] > a.limit[machine]:
            broken += (w.load[machine] - a.limit[machine]) / max(1.0, float(a.limit[machine]))
        unary = a.lanes[machine + 1] - a.lanes[machine] == 1
        busy = w.load[machine] if unary else covered(a, w, machine)
        span = w.final[machine] - w.first[machine]
        ratios += busy / span if span > 0 else 1.0
        count += 1
        all_busy += busy
        spans += span
        idle += float(a.power[machine]) * (span - busy)
        w.used[a.owner[machine]] = 1
        by_machine *= a.reliability[a.owner[machine]]
    by_member = 1.0
    for member in range(len(a.reliability)):
        if w.used[member]:
            by_member *= a.reliability[member]
    out[0], out[1], out[2], out[3] = makespan, cost_of_all, late, energy
    out[4] = energy + np.rint(idle * a.idle / 100.0) + a.moving * moving
    out[5] = np.rint(ratios / count * 1e6)
    out[6] = np.rint(all_busy / spans * 1e6) if spans > 0 else 1e6
    out[7] = np.rint(by_member * 1e6)
    out[8] = np.rint(by_machine * 1e6)
    return broken


@compiled
def schedule(a: Arrays, x: Floats, gaps: bool, w: Work) -> None:
    """The schedule of one vector, into `w`."""
    build(a, x, gaps, w)


@compiled
def decode_all(a: Arrays, vectors: Floats, gaps: bool, w: Work, out: Floats, broken: Floats) -> None:
    """The measures of each row of `vectors` into `out`, and by how much it breaks limits (0: a valid plan)."""
    for i in range(len(vectors)):
        missing = build(a, vectors[i], gaps, w)
        broken[i] = missing + judge(a, w, out[i])
