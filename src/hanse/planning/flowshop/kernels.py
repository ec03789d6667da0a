"""Compiled: sequences of factories, the best place of a job in them, construction, descent, iterated greedy.

For every factory the heads (completion times of its first i jobs on each machine) and the tails (time from the start of
job i on a machine to the end of all) are kept; with them all places of a job are tried in one pass over the sequence
(Taillard 1990, EJOR 47). The search is the iterated greedy of Ruiz, Pan and Naderi (2019, Omega 83), itself after Ruiz
and Stützle (2007, EJOR 177): take some jobs out, half of them of the factory that is done last, put each back where it
is done first, descend, keep what is better, and sometimes what is a little worse.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hanse.planning.composition.jit import compiled
from hanse.planning.composition.search import drawn

Ints = npt.NDArray[np.int64]

FAR = 2**62
"""Later than any end."""


class Line(NamedTuple):
    """Sequences under work. p [factory, job, machine]. jobs [factory, place]: the first `size` of each count. heads
    [factory, place + 1, machine + 1] and tails [factory, place, machine + 1], of what is there; ends [factory]."""

    p: Ints
    jobs: Ints
    size: Ints
    heads: Ints
    tails: Ints
    ends: Ints


def empty_line(p: Ints) -> Line:
    """No job anywhere."""
    factories, jobs, machines = p.shape
    return Line(
        p,
        np.zeros((factories, jobs), dtype=np.int64),
        np.zeros(factories, dtype=np.int64),
        np.zeros((factories, jobs + 1, machines + 1), dtype=np.int64),
        np.zeros((factories, jobs + 1, machines + 1), dtype=np.int64),
        np.zeros(factories, dtype=np.int64),
    )


@compiled
def refresh(line: Line, f: int) -> None:
    """Heads, tails and end of a factory from its sequence."""
    machines, size = line.p.shape[2], line.size[f]
    for i in range(size):
        job = line.jobs[f, i]
        for k in range(machines):
            line.heads[f, i + 1, k + 1] = max(line.heads[f, i + 1, k], line.heads[f, i, k + 1]) + line.p[f, job, k]
    for k in range(machines + 1):
        line.tails[f, size, k] = 0
    for i in range(size - 1, -1, -1):
        job = line.jobs[f, i]
        line.tails[f, i, machines] = 0
        for k in range(machines - 1, -1, -1):
            line.tails[f, i, k] = max(line.tails[f, i, k + 1], line.tails[f, i + 1, k]) + line.p[f, job, k]
    line.ends[f] = line.heads[f, size, machines]


@compiled
def best_place(line: Line, f: int, job: int) -> tuple[int, int]:
    """The least end of a factory with one more job, and the first place that gives it."""
    machines, least, where = line.p.shape[2], FAR, 0
    for i in range(line.size[f] + 1):
        done, end = 0, 0
        for k in range(machines):
            done = max(done, line.heads[f, i, k + 1]) + line.p[f, job, k]
            end = max(end, done + line.tails[f, i, k])
        if end < least:
            least, where = end, i
    return least, where


@compiled
def put(line: Line, f: int, place: int, job: int) -> None:
    for i in range(line.size[f], place, -1):
        line.jobs[f, i] = line.jobs[f, i - 1]
    line.jobs[f, place] = job
    line.size[f] += 1
    refresh(line, f)


@compiled
def take(line: Line, f: int, place: int) -> int:
    """Take the job at a place out."""
    job = line.jobs[f, place]
    for i in range(place, line.size[f] - 1):
        line.jobs[f, i] = line.jobs[f, i + 1]
    line.size[f] -= 1
    refresh(line, f)
    return int(job)


@compiled
def put_best(line: Line, job: int, chance: npt.NDArray[np.uint64]) -> None:
    """Put a job where its factory is done first (the second rule of Naderi and Ruiz 2010), then a neighbour of it anew
    (Ruiz, Pan and Naderi 2019)."""
    factory, where, least = 0, 0, FAR
    for f in range(line.p.shape[0]):
        end, place = best_place(line, f, job)
        if end < least:
            factory, where, least = f, place, end
    put(line, factory, where, job)
    if line.size[factory] > 2:
        neighbour = where + 1 if where == 0 or (where + 1 < line.size[factory] and drawn(chance) < 0.5) else where - 1
        other = take(line, factory, neighbour)
        end, place = best_place(line, factory, other)
        put(line, factory, place, other)


@compiled
def construct(line: Line, order: Ints, chance: npt.NDArray[np.uint64]) -> None:
    """All jobs in this order, each at its best place."""
    line.size[:] = 0
    for f in range(line.p.shape[0]):
        refresh(line, f)
    for job in order:
        put_best(line, int(job), chance)


@compiled
def descend(line: Line, chance: npt.NDArray[np.uint64], halt: Ints) -> None:
    """Move single jobs, of all factories, until no move lowers the makespan or, at the same makespan, the sum of the
    factories' ends. halt: one number; another thread makes it 1 when it is time to stop. Every job has a place then."""
    factories, count = line.p.shape[0], line.p.shape[1]
    order = np.arange(count)
    idle = 0
    while idle < count:
        for i in range(count - 1, 0, -1):
            other = int(drawn(chance) * (i + 1))
            order[i], order[other] = order[other], order[i]
        for number in order:
            job, home, place = int(number), 0, -1
            for f in range(factories):
                for i in range(line.size[f]):
                    if line.jobs[f, i] == job:
                        home, place = f, i
            worst, total = int(line.ends.max()), int(line.ends.sum())
            take(line, home, place)
            # With the job out: the best factory for it by (makespan, sum of ends).
            chosen, where = home, place
            for f in range(factories):
                end, at = best_place(line, f, job)
                most, summed = end, end
                for g in range(factories):
                    if g != f:
                        most, summed = max(most, int(line.ends[g])), summed + int(line.ends[g])
                if most < worst or (most == worst and summed < total):
                    worst, total, chosen, where = most, summed, f, at
            moved = chosen != home or where != place
            put(line, chosen, where, job)
            idle = 0 if moved else idle + 1
            if idle >= count:
                break
            if halt[0]:
                return


@compiled
def copy(line: Line, to: Line) -> None:
    to.jobs[:], to.size[:], to.heads[:] = line.jobs, line.size, line.heads
    to.tails[:], to.ends[:] = line.tails, line.ends


@compiled
def greedy(
    line: Line,
    present: Line,
    best: Line,
    chance: npt.NDArray[np.uint64],
    rounds: int,
    out: int,
    warmth: float,
    halt: Ints,
) -> None:
    """So many rounds of the iterated greedy. line: scratch; present: where the walk stands; best: the best of all.

    out: jobs taken out in a round. warmth: a makespan worse by x is kept with probability exp(-x ÷ warmth). halt: as in
    `descend`.
    """
    factories = line.p.shape[0]
    taken = np.empty(out, dtype=np.int64)
    for _ in range(rounds):
        copy(present, line)
        for number in range(out):
            f = int(np.argmax(line.ends))
            if number >= (out + 1) // 2 or line.size[f] == 0:
                f = int(drawn(chance) * factories)
                while line.size[f] == 0:
                    f = (f + 1) % factories
            taken[number] = take(line, f, int(drawn(chance) * line.size[f]))
        for number in range(out):
            put_best(line, int(taken[number]), chance)
        descend(line, chance, halt)
        worse = line.ends.max() - present.ends.max()
        if worse <= 0 or drawn(chance) < math.exp(-worse / warmth):
            copy(line, present)
            if line.ends.max() < best.ends.max():
                copy(line, best)
        if halt[0]:
            return
