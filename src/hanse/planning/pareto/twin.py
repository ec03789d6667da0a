"""The decoder in plain Python: slow, short, and the yardstick that the compiled one must agree with to the last digit.

Written from the definitions, on the model's own objects where the kernels use arrays. The measures are those of
`objectives.values`, which knows nothing of either.
"""

from __future__ import annotations

from collections.abc import Sequence

from hanse.model.plan import Assignment
from hanse.planning.jobshop.dispatch import Draft, assignments
from hanse.planning.jobshop.shop import Line, Shop, Task, Way
from hanse.planning.pareto.objectives import NAMES, Extras, values

Busy = list[tuple[int, int]]


def decode(shop: Shop, vector: Sequence[float], *, gaps: bool = True) -> tuple[Assignment, ...] | None:
    """The schedule of a vector (`decode.py` has its layout), None if a task fits none of its windows."""
    jobs, tasks = len(shop.lines), len(shop.tasks)
    chosen = [_pick(key, len(lines)) for key, lines in zip(vector, shop.lines, strict=False)]
    ways = [_pick(key, len(task.ways)) for key, task in zip(vector[jobs:], shop.tasks, strict=False)]
    priority = vector[jobs + tasks :]
    lines = [shop.lines[job][line] for job, line in enumerate(chosen)]
    left = {task for line in lines for task in line.tasks}
    before = {task: [a for a, b in _line_of(shop, lines, task).arcs if b == task] for task in left}
    lanes: dict[str, list[Busy]] = {}
    pieces: dict[int, Busy] = {}
    draft = Draft(chosen)
    while left:
        ready_ones = [task for task in left if not any(other in left for other in before[task])]
        number = max(ready_ones, key=lambda task: (priority[task], -task))
        left.remove(number)
        task = shop.tasks[number]
        way = task.ways[ways[number]]
        ready = 0
        for other in before[number]:
            index, start = draft.runs[other]
            earlier = shop.tasks[other].ways[index]
            ready = max(ready, start + earlier.duration + shop.leg_time(earlier.site, way.site))
        start_found = _place(shop, task, way, ready, lanes, pieces, gaps=gaps)
        if start_found is None:
            return None
        draft.runs[number] = (ways[number], start_found)
    return assignments(shop, draft)


def measures(shop: Shop, found: tuple[Assignment, ...], extras: Extras) -> list[int]:
    """All objectives of a decoded schedule, in the order of `NAMES`."""
    return values(shop.problem, found, NAMES, extras)


def _pick(key: float, count: int) -> int:
    return min(count - 1, max(0, int(key * count)))


def _line_of(shop: Shop, lines: list[Line], task: int) -> Line:
    return lines[shop.tasks[task].job]


def _place(
    shop: Shop, task: Task, way: Way, ready: int, lanes: dict[str, list[Busy]], pieces: dict[int, Busy], *, gaps: bool
) -> int | None:
    machine = shop.problem.machines[way.machine]
    users = len(shop.by_machine[way.machine])
    tracks: list[Busy] = []
    if machine.capacity == 1:
        tracks = lanes.setdefault(way.machine, [[]])
    elif machine.capacity is not None and machine.capacity < users and way.duration:
        tracks = lanes.setdefault(way.machine, [[] for _ in range(machine.capacity)])
    single = shop.problem.jobs[task.job].single_workpiece
    held = single and not all(shop.is_chain(line) for line in shop.lines[task.job]) and way.duration > 0
    piece = pieces.setdefault(task.job, []) if held else None
    for begin, end in way.starts:
        if end is not None and end < ready:
            continue
        start = max(ready, begin)
        while end is None or start <= end:
            fits = [_fit(track, start, way.duration, gaps=gaps) for track in tracks]
            least = min(fits, default=start)
            if piece is not None:
                least = _fit(piece, least, way.duration, gaps=gaps)
            if least == start:
                for busy in ([tracks[fits.index(start)]] if tracks else []) + ([piece] if piece is not None else []):
                    busy.append((start, start + way.duration))
                    busy.sort()
                return start
            start = least
    return None


def _fit(busy: Busy, ready: int, duration: int, *, gaps: bool) -> int:
    if not gaps:
        return max(ready, busy[-1][1]) if busy else ready
    start = ready
    for begin, end in busy:
        if start < end and begin < start + duration:
            start = end
    return start
