"""Kernels that make whole schedules: from priorities (list scheduling), and on the way from one schedule to another."""

from __future__ import annotations

import numpy as np

from hanse.planning.composition.jit import compiled
from hanse.planning.composition.search import drawn
from hanse.planning.jobshop.search.graph import append, arrival, clear, put, settle, sweep, unfold, unseat
from hanse.planning.jobshop.search.moves import Memory, span, through
from hanse.planning.jobshop.search.plant import Plant
from hanse.planning.jobshop.search.schedule import Floats, Schedule, Sketch


@compiled
def dispatch(plant: Plant, s: Schedule, m: Memory, greed: float, noise: float, weight: float, extra: Floats) -> int:
    """A schedule from nothing by list scheduling, for the lines in `s.line`; its makespan.

    Again and again, of the tasks that wait for nothing, each in its best way, the one with the least start - greed ·
    time still to come is added at the end of its machine. Times to come are shaken by up to `noise` of themselves; best
    is the least end + weight · extra of the way.
    """
    clear(s)
    jobs, tasks = len(s.line), len(plant.job)
    until_free = np.zeros(len(plant.seats), dtype=np.int64)
    holder = np.full(jobs, -1, dtype=np.int64)
    waiting = np.full(tasks, -1, dtype=np.int64)
    to_come = np.zeros(tasks)
    free = np.empty(tasks, dtype=np.int64)
    count = 0
    for job in range(jobs):
        line = plant.lines[job] + s.line[job]
        for i in range(plant.line_ends[line], plant.line_ends[line + 1]):
            waiting[plant.members[i]] = 0
        for i in range(plant.line_ends[line], plant.line_ends[line + 1]):
            task = plant.members[i]
            to_come[task] = greed * plant.outlook[task] * (1.0 + noise * (2.0 * drawn(m.chance) - 1.0))
            for k in range(plant.befores[task], plant.befores[task + 1]):
                waiting[task] += waiting[plant.before[k]] >= 0
            if waiting[task] == 0:
                free[count] = task
                count += 1
    while count > 0:
        least, chosen, its_way, its_end = 1e300, -1, -1, 0
        for i in range(count):
            task = free[i]
            best, best_way, best_start = 1e300, -1, 0
            for way in range(plant.ways[task], plant.ways[task + 1]):
                start = max(arrival(plant, s, s.head, task, way), until_free[plant.machine[way]])
                if plant.held[task] and holder[plant.job[task]] >= 0:
                    other = holder[plant.job[task]]
                    start = max(start, s.head[other] + s.length[other])
                score = start + plant.duration[way] + weight * extra[way]
                if score < best:
                    best, best_way, best_start = score, way, start
            if best_start - to_come[task] < least:
                least, chosen, its_way, its_end = best_start - to_come[task], i, best_way, best_start
        task = free[chosen]
        append(plant, s, task, its_way, holder[plant.job[task]])
        s.head[task] = its_end
        holder[plant.job[task]] = task
        machine = plant.machine[its_way]
        if plant.seats[machine + 1] > plant.seats[machine]:
            until_free[machine] = its_end + s.length[task]
        count -= 1
        free[chosen] = free[count]
        for k in range(plant.afters[task], plant.afters[task + 1]):
            other = plant.after[k]
            if waiting[other] > 0:
                waiting[other] -= 1
                if waiting[other] == 0:
                    free[count] = other
                    count += 1
    return sweep(plant, s, 0, s.size[0] - 1)


@compiled
def relink(plant: Plant, s: Schedule, m: Memory, here: Sketch, there: Sketch, share: float, made: Sketch) -> int:
    """A schedule on the straight way from one to another; its makespan. `made` receives its sketch.

    share: how far to go (0: stay, 1: arrive). Each task stands at the weighted mean of its two places, so whatever both
    agree on stays as it is, and takes its way from the one or the other by chance. Jobs that follow different lines
    are taken whole from either. (Path relinking: Glover 1998; for flexible job shops González, Vela, Varela 2015,
    EJOR 245, from whom the idea is, not the distance.)
    """
    tasks = len(plant.job)
    rank = np.empty(tasks)
    used = 0
    chosen = np.zeros(len(here.line), dtype=np.int64)
    for job in range(len(here.line)):
        if here.line[job] != there.line[job]:
            chosen[job] = 2 if drawn(m.chance) < share else 1
        made.line[job] = there.line[job] if chosen[job] == 2 else here.line[job]
    for task in range(tasks):
        job = plant.job[task]
        if chosen[job] == 1:
            made.way[task], rank[task] = here.way[task], here.place[task]
        elif chosen[job] == 2:
            made.way[task], rank[task] = there.way[task], there.place[task]
        else:
            made.way[task] = there.way[task] if drawn(m.chance) < share else here.way[task]
            rank[task] = (1.0 - share) * here.place[task] + share * there.place[task]
        if made.way[task] < 0:
            rank[task] = 1e300
        else:
            used += 1
    order = np.argsort(rank, kind="mergesort")
    for i in range(used):
        made.place[order[i]] = i
    return unfold(plant, made, s)


@compiled
def reinsert(plant: Plant, s: Schedule, m: Memory, job: int, line: int, weight: float) -> int:
    """Take a whole job out and put it back along one of its lines, task by task in the best seat; the makespan.

    line: counted within the job. Seats are judged as moves are, with the least time still to come after a task.
    """
    kept = 0
    for i in range(s.size[0]):
        task = s.order[i]
        if plant.job[task] != job:
            s.order[kept] = task
            s.place[task] = kept
            kept += 1
            continue
        s.mark[task] = True
    for machine in range(len(s.filled)):
        base, count = plant.seats[machine], 0
        for i in range(base, base + s.filled[machine]):
            task = s.seat[i]
            if not s.mark[task]:
                s.seat[base + count] = task
                s.left[task] = s.seat[base + count - 1] if count > 0 else -1
                s.right[task] = -1
                if count > 0:
                    s.right[s.seat[base + count - 1]] = task
                count += 1
        s.filled[machine] = count
    for task in range(len(plant.job)):
        if s.mark[task]:
            s.mark[task] = False
            s.way[task], s.left[task], s.right[task], s.back[task], s.next[task] = -1, -1, -1, -1, -1
    s.size[0] = kept
    makespan = sweep(plant, s, 0, kept - 1)
    s.line[job] = line
    row, holder = plant.lines[job] + line, -1
    for i in range(plant.line_ends[row], plant.line_ends[row + 1]):
        task = plant.members[i]
        s.order[s.size[0]] = task
        s.place[task] = s.size[0]
        s.size[0] += 1
        if plant.held[task]:
            s.back[task] = holder
            if holder >= 0:
                s.next[holder] = task
        least, ties, best_way, best_seat = 1e300, 0, -1, -1
        for way in range(plant.ways[task], plant.ways[task + 1]):
            arrive = arrival(plant, s, s.head, task, way)
            rest = max(plant.rest[way], plant.outlook[task] - plant.shortest[task])
            machine = plant.machine[way]
            first, last = -1, -1
            if plant.seats[machine + 1] > plant.seats[machine]:
                first, last = span(plant, s, machine, arrive, rest)
            for seat in range(first, last + 1):
                score = plant.duration[way] + weight * m.extra[way]
                score += arrive + rest if seat < 0 else through(plant, s, machine, seat, arrive, rest)
                if score > least:
                    continue
                ties = ties + 1 if score == least else 1
                least = score
                if drawn(m.chance) * ties < 1.0:
                    best_way, best_seat = way, seat
        put(plant, s, task, best_way, best_seat)
        first, last = settle(plant, s, task)
        if first < 0:  # only instants can tie so; the end of the machine is always open
            unseat(plant, s, task, best_seat)
            put(plant, s, task, best_way, s.filled[plant.machine[best_way]])
            first, last = settle(plant, s, task)
        makespan = sweep(plant, s, first, s.size[0] - 1)
        holder = task
    return makespan
