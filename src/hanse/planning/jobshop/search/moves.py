"""Kernels that look for the next move: the critical path, what a move would lead to, the choice among moves.

A move takes a task of the critical path out and puts it in anywhere it may run. With heads and tails of the graph
without it, the seats worth trying on a machine are a short interval of its sequence, every one of them is acyclic, and
the longest path through the task in its new seat follows from its neighbours alone (Mastrolilli and Gambardella 2000,
Journal of Scheduling 3, theorems 1 to 3). Those heads and tails are recomputed for the next `WINDOW` positions of the
topological order only; beyond, the old ones stand in, which can only overestimate. Where a workpiece is held by one
task after the other, two neighbours on it may also change places (van Laarhoven, Aarts, Lenstra 1992).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from hanse.planning.composition.jit import inlined
from hanse.planning.composition.search import drawn
from hanse.planning.jobshop.search.graph import arrival, lift, put, remainder
from hanse.planning.jobshop.search.plant import Ints, Plant
from hanse.planning.jobshop.search.schedule import Floats, Schedule, Sketch, empty_sketch

WINDOW = 60
"""Positions of the topological order on each side of a task that feel its absence."""

SEATS = 16
"""About how many seats of a machine are looked at; of a longer interval every second, third, … from a random one on."""

TASKS = 48
"""About how many tasks of the critical path are looked at in one step, of a longer path as for seats."""

TASK, WAY, SEAT, VALUE = 0, 1, 2, 3
"""What `Memory.move` holds. WAY -1: the task changes places with the one after it on the workpiece."""

STEP, PRESENT, BEST, IDLE = 0, 1, 2, 3
"""What `Memory.totals` holds: steps made, present and best makespan, steps since the best."""


class Memory(NamedTuple):
    """What a walk remembers. until [ways]: the step until which the task may not come (back) to the way; swap_until
    [tasks]: the same for coming forward on its workpiece. extra [ways]: what a way costs at the prices of the workload
    relaxation, in time (`prices.py`). path: scratch [tasks]. move [4], rival [4]: the best move allowed, and one that
    is not. totals [4]: see `STEP`. best: the best schedule. chance [1]: state of the random numbers."""

    until: Ints
    swap_until: Ints
    extra: Floats
    path: Ints
    move: Ints
    rival: Ints
    totals: Ints
    best: Sketch
    chance: np.ndarray[tuple[int], np.dtype[np.uint64]]


def new_memory(plant: Plant, extra: Floats, seed: int) -> Memory:
    """A memory of nothing. seed: any non-negative integer."""
    chance = np.random.default_rng(seed).integers(1, 2**63, size=1, dtype=np.uint64)
    tasks, ways = len(plant.job), len(plant.machine)

    def zero(count: int) -> Ints:
        return np.zeros(count, dtype=np.int64)

    return Memory(
        zero(ways), zero(tasks), extra, zero(tasks), zero(4), zero(4), zero(4), empty_sketch(plant), chance
    )  # fmt: skip


@inlined
def critical_path(plant: Plant, s: Schedule, m: Memory, makespan: int) -> int:
    """A random longest path, written to `m.path`; how many tasks it has."""
    task, found = -1, 0
    for i in range(s.size[0]):
        other = s.order[i]
        if s.head[other] == plant.ready[s.way[other]] and s.head[other] + s.length[other] + s.tail[other] == makespan:
            found += 1
            if drawn(m.chance) * found < 1.0:
                task = other
    count = 0
    while task >= 0:
        m.path[count] = task
        count += 1
        end, rest, follower, found = s.head[task] + s.length[task], s.tail[task], -1, 0
        for i in range(plant.afters[task], plant.afters[task + 1]):
            other = plant.after[i]
            if s.way[other] >= 0:
                leg = plant.legs[plant.site[s.way[task]], plant.site[s.way[other]]] if plant.moving else 0
                if s.head[other] == end + leg and rest == leg + s.length[other] + s.tail[other]:
                    found += 1
                    if drawn(m.chance) * found < 1.0:
                        follower = other
        for other in (s.right[task], s.next[task]):
            if other >= 0 and s.head[other] == end and rest == s.length[other] + s.tail[other]:
                found += 1
                if drawn(m.chance) * found < 1.0:
                    follower = other
        task = follower
    return count


@inlined
def loosen(plant: Plant, s: Schedule, task: int) -> None:
    """Near heads and tails around a task that is out of its machine, as if it took its least duration."""
    s.length[task] = plant.shortest[task]
    place, size = s.place[task], s.size[0]
    for i in range(place, min(size, place + WINDOW + 1)):
        other = s.order[i]
        head = arrival(plant, s, s.near_head, other, s.way[other])
        left = s.left[other]
        if left >= 0:
            head = max(head, s.near_head[left] + s.length[left])
        s.near_head[other] = head
    for i in range(place, max(-1, place - WINDOW - 1), -1):
        other = s.order[i]
        tail = remainder(plant, s, s.near_tail, other, s.way[other])
        right = s.right[other]
        if right >= 0:
            tail = max(tail, s.near_tail[right] + s.length[right])
        s.near_tail[other] = tail


@inlined
def tighten(s: Schedule, task: int) -> None:
    """Undo `loosen` (the length is set when the task is put back)."""
    place = s.place[task]
    for i in range(max(0, place - WINDOW), min(s.size[0], place + WINDOW + 1)):
        other = s.order[i]
        s.near_head[other] = s.head[other]
        s.near_tail[other] = s.tail[other]


@inlined
def span(plant: Plant, s: Schedule, machine: int, arrive: int, rest: int) -> tuple[int, int]:
    """First and last seat worth trying on a machine for a task that arrives and has so much before it after its end.

    Those that end later than it arrives are a suffix of the sequence, those with more than its rest behind their start
    a prefix. Between the two any seat is as good as the neighbours say; where they overlap, the best is in the overlap.
    """
    base = plant.seats[machine]
    low, high = 0, s.filled[machine]
    while low < high:
        middle = (low + high) // 2
        other = s.seat[base + middle]
        if s.near_head[other] + s.length[other] > arrive:
            high = middle
        else:
            low = middle + 1
    suffix = low
    low, high = 0, s.filled[machine]
    while low < high:
        middle = (low + high) // 2
        other = s.seat[base + middle]
        if s.near_tail[other] + s.length[other] > rest:
            low = middle + 1
        else:
            high = middle
    return min(suffix, low), max(suffix, low)


@inlined
def through(plant: Plant, s: Schedule, machine: int, seat: int, arrive: int, rest: int) -> int:
    """Longest path through a task in a seat, its own duration not counted."""
    here = plant.seats[machine] + seat
    if seat > 0:
        other = s.seat[here - 1]
        arrive = max(arrive, s.near_head[other] + s.length[other])
    if seat < s.filled[machine]:
        other = s.seat[here]
        rest = max(rest, s.near_tail[other] + s.length[other])
    return arrive + rest


@inlined
def weigh_task(
    plant: Plant, s: Schedule, m: Memory, task: int, weight: float, room: float, least: float, ties: int, barred: int
) -> tuple[float, int, int]:
    """Look at all moves of one task. `least` is the score of the best allowed move so far, `ties` how many share it,
    `barred` how many tabu moves were seen; all are returned as they then are. score = longest path through the task
    + weight · what the way costs more than the present one. Ways dearer than `room` are left out."""
    old, step = s.way[task], m.totals[STEP]
    taken = lift(plant, s, task)
    loosen(plant, s, task)
    for way in range(plant.ways[task], plant.ways[task + 1]):
        if m.extra[way] > room and way != old:
            continue
        arrive = arrival(plant, s, s.near_head, task, way)
        rest = remainder(plant, s, s.near_tail, task, way)
        duration = plant.duration[way]
        charge = weight * (m.extra[way] - m.extra[old])
        if arrive + duration + rest + charge > least:
            continue
        machine = plant.machine[way]
        if plant.seats[machine + 1] == plant.seats[machine]:
            first, last = -1, -1
        else:
            first, last = span(plant, s, machine, arrive, rest)
        stride = 1 + (last - first) // SEATS
        if stride > 1:
            first += int(drawn(m.chance) * stride)
        for seat in range(first, last + 1, stride):
            if way == old and seat == taken:
                continue
            value = duration + (arrive + rest if seat < 0 else through(plant, s, machine, seat, arrive, rest))
            if m.until[way] > step and value >= m.totals[BEST]:
                barred += 1
                if drawn(m.chance) * barred < 1.0:
                    m.rival[TASK], m.rival[WAY], m.rival[SEAT], m.rival[VALUE] = task, way, seat, value
                continue
            score = value + charge
            if score > least:
                continue
            ties = ties + 1 if score == least else 1
            least = score
            if drawn(m.chance) * ties < 1.0:
                m.move[TASK], m.move[WAY], m.move[SEAT], m.move[VALUE] = task, way, seat, value
    tighten(s, task)
    put(plant, s, task, old, taken)
    return least, ties, barred


@inlined
def may_swap(plant: Plant, s: Schedule, task: int) -> bool:
    """Whether a task and the next one on its workpiece are critical neighbours that no precedence orders."""
    other = s.next[task]
    if other < 0 or s.head[other] != s.head[task] + s.length[task] or s.right[task] == other:
        return False
    free = True
    for i in range(plant.afters[task], plant.afters[task + 1]):
        free = free and plant.after[i] != other
    return free


@inlined
def swap_workpiece(s: Schedule, task: int) -> None:
    """Let the next task on the workpiece go first."""
    other, before = s.next[task], s.back[task]
    after = s.next[other]
    s.back[other], s.next[other], s.back[task], s.next[task] = before, task, other, after
    if before >= 0:
        s.next[before] = other
    if after >= 0:
        s.back[after] = task


@inlined
def weigh_swap(
    plant: Plant, s: Schedule, m: Memory, task: int, least: float, ties: int, barred: int
) -> tuple[float, int, int]:
    """Look at the swap of a task with the next on its workpiece; arguments and result as in `weigh_task`."""
    other = s.next[task]
    swap_workpiece(s, task)
    head = arrival(plant, s, s.head, other, s.way[other])
    if s.left[other] >= 0:
        head = max(head, s.head[s.left[other]] + s.length[s.left[other]])
    rest = remainder(plant, s, s.tail, task, s.way[task])
    if s.right[task] >= 0:
        rest = max(rest, s.tail[s.right[task]] + s.length[s.right[task]])
    swap_workpiece(s, other)
    # The two follow one another; each may also be held up, or hurried, by what else it is tied to.
    value = head + s.length[other] + s.length[task] + rest
    if m.swap_until[other] > m.totals[STEP] and value >= m.totals[BEST]:
        barred += 1
        if drawn(m.chance) * barred < 1.0:
            m.rival[TASK], m.rival[WAY], m.rival[SEAT], m.rival[VALUE] = task, -1, -1, value
    elif value <= least:
        ties = ties + 1 if value == least else 1
        least = float(value)
        if drawn(m.chance) * ties < 1.0:
            m.move[TASK], m.move[WAY], m.move[SEAT], m.move[VALUE] = task, -1, -1, value
    return least, ties, barred


@inlined
def all_tabu(plant: Plant, m: Memory, task: int) -> bool:
    """Whether every way of a task is tabu."""
    closed = True
    for way in range(plant.ways[task], plant.ways[task + 1]):
        closed = closed and m.until[way] > m.totals[STEP]
    return closed


@inlined
def choose(plant: Plant, s: Schedule, m: Memory, count: int, weight: float, room: float) -> bool:
    """The best move of the tasks on `m.path`, into `m.move`; False if there is none.

    Tasks all of whose ways are tabu are looked at only if nothing else is left; then one of their moves is drawn.
    """
    least, ties, barred = 1e300, 0, 0
    stride = 1 + (count - 1) // TASKS
    first = int(drawn(m.chance) * stride) if stride > 1 else 0
    for late in range(2):
        if ties > 0:
            break
        for i in range(first, count, stride):
            task = m.path[i]
            movable = plant.ways[task + 1] - plant.ways[task] > 1 or s.left[task] >= 0 or s.right[task] >= 0
            if movable and all_tabu(plant, m, task) == (late == 1):
                least, ties, barred = weigh_task(plant, s, m, task, weight, room, least, ties, barred)
            if late == 0 and plant.held[task] and may_swap(plant, s, task):
                least, ties, barred = weigh_swap(plant, s, m, task, least, ties, barred)
    if ties == 0 and barred > 0:
        for i in range(len(m.move)):
            m.move[i] = m.rival[i]
    return ties > 0 or barred > 0
