"""The plain twin of the search's kernels: the graph of a schedule as dictionaries, longest paths by recursion."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cache

from hanse.planning.jobshop.search.plant import Plant
from hanse.planning.jobshop.search.schedule import Schedule


@dataclass(frozen=True)
class Heads:
    """head, tail by task in use, and the makespan."""

    head: dict[int, int]
    tail: dict[int, int]
    makespan: int


def in_use(s: Schedule) -> list[int]:
    return [task for task in range(len(s.way)) if s.way[task] >= 0]


def sequences(plant: Plant, s: Schedule) -> list[list[int]]:
    """The tasks of each machine in sequence."""
    bases = plant.seats[:-1]
    return [[int(t) for t in s.seat[base : base + count]] for base, count in zip(bases, s.filled, strict=True)]


def longest_paths(plant: Plant, s: Schedule, without: int | None = None) -> Heads:
    """Heads and tails from the definition. without: a task that no machine arc touches, at its least duration."""
    tasks = in_use(s)
    way = {t: int(s.way[t]) for t in tasks}
    length = {t: int(plant.duration[way[t]]) for t in tasks}
    if without is not None:
        length[without] = int(plant.shortest[without])
    arcs: dict[tuple[int, int], int] = {}
    for t in tasks:
        for i in range(plant.befores[t], plant.befores[t + 1]):
            a = int(plant.before[i])
            if a in way:
                arcs[a, t] = int(plant.legs[plant.site[way[a]], plant.site[way[t]]])
        if s.back[t] >= 0:
            arcs.setdefault((int(s.back[t]), t), 0)
    for row in sequences(plant, s):
        row = [t for t in row if t != without]
        for a, b in itertools.pairwise(row):
            arcs.setdefault((a, b), 0)
    before = {t: [(a, leg) for (a, b), leg in arcs.items() if b == t] for t in tasks}
    after = {t: [(b, leg) for (a, b), leg in arcs.items() if a == t] for t in tasks}

    @cache
    def head(t: int) -> int:
        return max([int(plant.ready[way[t]]), *(head(a) + length[a] + leg for a, leg in before[t])])

    @cache
    def tail(t: int) -> int:
        return max([int(plant.rest[way[t]]), *(leg + length[b] + tail(b) for b, leg in after[t])])

    return Heads(
        {t: head(t) for t in tasks},
        {t: tail(t) for t in tasks},
        max((head(t) + length[t] + tail(t) for t in tasks), default=0),
    )


def is_whole(plant: Plant, s: Schedule) -> bool:
    """Whether order, places, seats and neighbours of a schedule say the same."""
    tasks = in_use(s)
    order = [int(t) for t in s.order[: s.size[0]]]
    if sorted(order) != tasks or any(s.place[t] != i for i, t in enumerate(order)):
        return False
    seated = set()
    for machine, row in enumerate(sequences(plant, s)):
        if any(plant.machine[s.way[t]] != machine for t in row):
            return False
        for a, b in zip([-1, *row], [*row, -1], strict=True):
            if (a >= 0 and s.right[a] != b) or (b >= 0 and s.left[b] != a):
                return False
            if a >= 0 and b >= 0 and s.place[a] > s.place[b]:
                return False
        seated |= set(row)
    limited = {t for t in tasks if plant.seats[plant.machine[s.way[t]] + 1] > plant.seats[plant.machine[s.way[t]]]}
    waits = [(int(plant.before[i]), t) for t in tasks for i in range(plant.befores[t], plant.befores[t + 1])]
    waits += [(int(s.back[t]), t) for t in tasks if s.back[t] >= 0]
    return seated == limited and all(s.way[a] < 0 or s.place[a] < s.place[t] for a, t in waits)
