"""Kernels on a schedule's graph: heads and tails, taking a task out and putting it in, keeping a topological order.

The order is repaired where an insertion broke it, as Pearce and Kelly (2007, ACM JEA 11) do for dynamic graphs: within
the window between the two ends of a new arc, whatever hangs on the later end is moved behind the rest. If the earlier
end hangs on it too, the arc would close a circle, and nothing is changed.
"""

from __future__ import annotations

from hanse.planning.composition.jit import compiled, inlined
from hanse.planning.jobshop.search.plant import Ints, Plant
from hanse.planning.jobshop.search.schedule import Schedule, Sketch


@inlined
def arrival(plant: Plant, s: Schedule, head: Ints, task: int, way: int) -> int:
    """When a task can start in a way, its machine aside: release, predecessors with their legs, workpiece."""
    least: int = plant.ready[way]
    for i in range(plant.befores[task], plant.befores[task + 1]):
        other = plant.before[i]
        if s.way[other] >= 0:
            end = head[other] + s.length[other]
            if plant.moving:
                end += plant.legs[plant.site[s.way[other]], plant.site[way]]
            least = max(least, end)
    if s.back[task] >= 0:
        least = max(least, head[s.back[task]] + s.length[s.back[task]])
    return least


@inlined
def remainder(plant: Plant, s: Schedule, tail: Ints, task: int, way: int) -> int:
    """Least time from the end of a task in a way to the end of all, its machine aside: the mirror of `arrival`."""
    least: int = plant.rest[way]
    for i in range(plant.afters[task], plant.afters[task + 1]):
        other = plant.after[i]
        if s.way[other] >= 0:
            rest = tail[other] + s.length[other]
            if plant.moving:
                rest += plant.legs[plant.site[way], plant.site[s.way[other]]]
            least = max(least, rest)
    if s.next[task] >= 0:
        least = max(least, tail[s.next[task]] + s.length[s.next[task]])
    return least


@inlined
def sweep(plant: Plant, s: Schedule, first: int, last: int) -> int:
    """Heads from position `first` of the order on and tails from position `last` down; returns the makespan."""
    size = s.size[0]
    for i in range(first, size):
        task = s.order[i]
        head = arrival(plant, s, s.head, task, s.way[task])
        left = s.left[task]
        if left >= 0:
            head = max(head, s.head[left] + s.length[left])
        s.head[task] = head
        s.near_head[task] = head
    for i in range(last, -1, -1):
        task = s.order[i]
        tail = remainder(plant, s, s.tail, task, s.way[task])
        right = s.right[task]
        if right >= 0:
            tail = max(tail, s.tail[right] + s.length[right])
        s.tail[task] = tail
        s.near_tail[task] = tail
    makespan = 0
    for i in range(size):
        task = s.order[i]
        makespan = max(makespan, s.head[task] + s.length[task] + s.tail[task])
    return makespan


@inlined
def unseat(plant: Plant, s: Schedule, task: int, seat: int) -> None:
    """Take a task out of the seat it has on its machine (nothing to do where machines have no seats)."""
    machine = plant.machine[s.way[task]]
    base = plant.seats[machine]
    if plant.seats[machine + 1] == base:
        return
    for i in range(base + seat, base + s.filled[machine] - 1):
        s.seat[i] = s.seat[i + 1]
    s.filled[machine] -= 1
    left, right = s.left[task], s.right[task]
    if left >= 0:
        s.right[left] = right
    if right >= 0:
        s.left[right] = left
    s.left[task], s.right[task] = -1, -1


@inlined
def lift(plant: Plant, s: Schedule, task: int) -> int:
    """Take a task out of its machine's sequence; the seat (counted within the machine) it had, -1 if none."""
    machine = plant.machine[s.way[task]]
    base = plant.seats[machine]
    if plant.seats[machine + 1] == base:
        return -1
    low, high = 0, s.filled[machine] - 1
    while low < high:  # seats are in the order of places
        middle = (low + high) // 2
        if s.place[s.seat[base + middle]] < s.place[task]:
            low = middle + 1
        else:
            high = middle
    unseat(plant, s, task, low)
    return low


@inlined
def put(plant: Plant, s: Schedule, task: int, way: int, seat: int) -> None:
    """Give a task a way and a seat among those now on its machine; the order is not looked at."""
    s.way[task] = way
    s.length[task] = plant.duration[way]
    machine = plant.machine[way]
    base = plant.seats[machine]
    if plant.seats[machine + 1] == base:
        return
    end = base + s.filled[machine]
    here = base + seat
    for i in range(end, here, -1):
        s.seat[i] = s.seat[i - 1]
    s.seat[here] = task
    s.filled[machine] += 1
    left = s.seat[here - 1] if here > base else -1
    right = s.seat[here + 1] if here < end else -1
    s.left[task], s.right[task] = left, right
    if left >= 0:
        s.right[left] = task
    if right >= 0:
        s.left[right] = task


@inlined
def defer(plant: Plant, s: Schedule, first: int, last: int) -> bool:
    """Move the task at position `first` of the order, and all up to `last` that waits for it, behind the others there.

    False, and nothing changed, if the task at `last` itself waits for it.
    """
    kept, count = first, 0
    s.mark[s.order[first]] = True
    for i in range(first + 1, last + 1):
        task = s.order[i]
        waits = (s.left[task] >= 0 and s.mark[s.left[task]]) or (s.back[task] >= 0 and s.mark[s.back[task]])
        if not waits:
            for k in range(plant.befores[task], plant.befores[task + 1]):
                if s.mark[plant.before[k]]:
                    waits = True
                    break
        s.mark[task] = waits
    if s.mark[s.order[last]]:
        for i in range(first, last + 1):
            s.mark[s.order[i]] = False
        return False
    for i in range(first, last + 1):
        task = s.order[i]
        if s.mark[task]:
            s.row[count] = task
            count += 1
            s.mark[task] = False
        else:
            s.order[kept] = task
            s.place[task] = kept
            kept += 1
    for i in range(count):
        s.order[kept + i] = s.row[i]
        s.place[s.row[i]] = kept + i
    return True


@inlined
def settle(plant: Plant, s: Schedule, task: int) -> tuple[int, int]:
    """Repair the order after a task got new neighbours: first and last position touched, (-1, -1) for a circle (the
    order may then be changed, but is still one of the graph without the task's new neighbours)."""
    first = last = s.place[task]
    for earlier in (s.left[task], s.back[task]):
        if earlier >= 0 and s.place[earlier] > s.place[task]:
            last = max(last, s.place[earlier])
            first = min(first, s.place[task])
            if not defer(plant, s, s.place[task], s.place[earlier]):
                return -1, -1
    for later in (s.right[task], s.next[task]):
        if later >= 0 and s.place[later] < s.place[task]:
            first = min(first, s.place[later])
            last = max(last, s.place[task])
            if not defer(plant, s, s.place[later], s.place[task]):
                return -1, -1
    return first, last


@compiled
def clear(s: Schedule) -> None:
    """Nothing in use."""
    s.way[:] = -1
    s.left[:] = -1
    s.right[:] = -1
    s.back[:] = -1
    s.next[:] = -1
    s.filled[:] = 0
    s.size[0] = 0


@inlined
def append(plant: Plant, s: Schedule, task: int, way: int, holder: int) -> None:
    """Add a task at the end: of the order, of its machine's sequence, and of its workpiece's after `holder` (-1: it
    is the first)."""
    put(plant, s, task, way, s.filled[plant.machine[way]])
    s.order[s.size[0]] = task
    s.place[task] = s.size[0]
    s.size[0] += 1
    if plant.held[task]:
        s.back[task] = holder
        if holder >= 0:
            s.next[holder] = task


@compiled
def unfold(plant: Plant, sketch: Sketch, s: Schedule) -> int:
    """Rebuild the schedule a sketch stands for; its makespan."""
    clear(s)
    count = 0
    s.row[:] = -1
    for task in range(len(sketch.way)):
        if sketch.way[task] >= 0:
            s.row[sketch.place[task]] = task
            count += 1
    holder = s.near_head  # scratch: who holds each workpiece last; `sweep` fills it again
    for job in range(len(s.line)):
        s.line[job] = sketch.line[job]
        holder[plant.members[plant.line_ends[plant.lines[job]]]] = -1
    for i in range(count):
        task = s.row[i]
        anchor = plant.members[plant.line_ends[plant.lines[plant.job[task]]]]
        append(plant, s, task, sketch.way[task], holder[anchor])
        holder[anchor] = task
    return sweep(plant, s, 0, count - 1)


@compiled
def fold(s: Schedule, sketch: Sketch) -> None:
    """Keep a schedule as a sketch."""
    sketch.line[:] = s.line
    sketch.way[:] = s.way
    sketch.place[:] = s.place
