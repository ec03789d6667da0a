"""The tabu walk, compiled: make the best move that is not tabu, forbid its undoing, remember the best schedule.

Glover's tabu search (1989, ORSA Journal on Computing 1) as Mastrolilli and Gambardella (2000) use it for flexible job
shops: a pair of task and way it left is tabu for about as many steps as the critical path has tasks, and a tabu move
is allowed if it promises a new best. One call makes a bounded number of steps, so that the caller can look at the
clock; where the calls are cut makes no difference to the walk.
"""

from __future__ import annotations

from hanse.planning.composition.jit import compiled, inlined
from hanse.planning.composition.search import drawn
from hanse.planning.jobshop.search.graph import fold, lift, put, settle, sweep, unseat
from hanse.planning.jobshop.search.moves import (
    BEST,
    IDLE,
    PRESENT,
    SEAT,
    STEP,
    TASK,
    WAY,
    Memory,
    choose,
    critical_path,
    span,
    swap_workpiece,
)
from hanse.planning.jobshop.search.plant import Plant
from hanse.planning.jobshop.search.schedule import Schedule


@inlined
def apply(plant: Plant, s: Schedule, m: Memory) -> bool:
    """Make `m.move` and compute heads, tails and makespan anew; False, and nothing changed, if it closes a circle."""
    task, way = m.move[TASK], m.move[WAY]
    if way < 0:
        other = s.next[task]
        swap_workpiece(s, task)
        first, last = settle(plant, s, other)
        if first >= 0:
            low, high = settle(plant, s, task)
            first, last = (min(first, low), max(last, high)) if low >= 0 else (low, high)
        if first < 0:
            swap_workpiece(s, other)
            settle(plant, s, task)
            settle(plant, s, other)
            return False
    else:
        old = s.way[task]
        seat = lift(plant, s, task)
        put(plant, s, task, way, m.move[SEAT])
        first, last = settle(plant, s, task)
        if first < 0:
            unseat(plant, s, task, m.move[SEAT])
            put(plant, s, task, old, seat)
            settle(plant, s, task)
            return False
    m.totals[PRESENT] = sweep(plant, s, first, last)
    return True


@inlined
def forbid(plant: Plant, m: Memory, task: int, old: int, length: int, tenure: float) -> None:
    """Make the undoing of a move tabu. old: the way it left, -1 for a swap. length: tasks on the critical path;
    tenure: steps per each of them."""
    if old < 0:
        m.swap_until[task] = m.totals[STEP] + 2 + int(drawn(m.chance) * length)
    else:
        choices = plant.ways[task + 1] - plant.ways[task]
        m.until[old] = m.totals[STEP] + choices + int(tenure * length * (1.0 + 0.25 * drawn(m.chance)))


@compiled
def begin(s: Schedule, m: Memory, makespan: int) -> None:
    """Start a walk from the present schedule: nothing is tabu, and nothing better is known."""
    m.until[:] = 0
    m.swap_until[:] = 0
    m.totals[STEP], m.totals[IDLE] = 0, 0
    m.totals[PRESENT], m.totals[BEST] = makespan, makespan
    fold(s, m.best)


@compiled
def walk(
    plant: Plant,
    s: Schedule,
    m: Memory,
    steps: int,
    patience: int,
    goal: int,
    tenure: float,
    weight: float,
    room: float,
) -> bool:
    """At most so many steps; False when the walk is over: `patience` steps brought nothing, or `goal` is reached.

    tenure: steps for which a move is tabu, per task of the critical path. weight: of the prices in the choice of
    moves. room: ways that cost more at those prices are not taken.
    """
    for _ in range(steps):
        if m.totals[BEST] <= goal or m.totals[IDLE] >= patience:
            return False
        m.totals[STEP] += 1
        m.totals[IDLE] += 1
        count = critical_path(plant, s, m, m.totals[PRESENT])
        if not choose(plant, s, m, count, weight, room):
            return False
        task, way = m.move[TASK], m.move[WAY]
        old = s.way[task] if way >= 0 else -1
        if apply(plant, s, m):
            forbid(plant, m, task, old, count, tenure)
        elif way >= 0:
            m.until[way] = m.totals[STEP] + count
        else:
            m.swap_until[s.next[task]] = m.totals[STEP] + count
        if m.totals[PRESENT] < m.totals[BEST]:
            m.totals[BEST], m.totals[IDLE] = m.totals[PRESENT], 0
            fold(s, m.best)
    return True


@compiled
def shake(plant: Plant, s: Schedule, m: Memory, moves: int, room: float) -> None:
    """Random moves of random tasks: any way not dearer than `room`, any seat worth trying there. Leaves `totals` with
    the present makespan."""
    for _ in range(moves):
        task = s.order[int(drawn(m.chance) * s.size[0])]
        low, high = plant.ways[task], plant.ways[task + 1]
        way = low + int(drawn(m.chance) * (high - low))
        if m.extra[way] > room:
            continue
        old = s.way[task]
        seat = lift(plant, s, task)
        machine = plant.machine[way]
        place = -1
        if plant.seats[machine + 1] > plant.seats[machine]:
            first, last = span(plant, s, machine, s.head[task], s.tail[task])
            place = first + int(drawn(m.chance) * (last - first + 1))
        put(plant, s, task, old, seat)
        m.move[TASK], m.move[WAY], m.move[SEAT] = task, way, place
        apply(plant, s, m)
