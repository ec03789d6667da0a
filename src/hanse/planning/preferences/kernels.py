"""Compiled: the decoder and one generation of the population methods. Plain twin of the decoder: the tests' `decode`.

A chromosome has two parts. *sequence*: job numbers, job j as often as it has operations; its k-th mention is its k-th
operation. *allocation*: by operation, the position of its mode. The decoder takes operations in sequence and starts
each as early as its machine has a gap for it, so every schedule is active, and some sequence gives an optimal one.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from hanse.planning.composition.jit import compiled
from hanse.planning.preferences.choices import Ints
from hanse.planning.preferences.tables import BROKEN, Tables

Floats = npt.NDArray[np.float64]

GA, CLIMBING, ANNEALING = 0, 1, 2
"""What improves individuals after crossover and mutation: nothing, hill climbing, simulated annealing."""

LATE = 1000
"""Millionths per unit of time beyond a due date, on top of the broken limit."""


@compiled
def earliest(starts: Ints, ends: Ints, count: int, ready: int, duration: int) -> tuple[int, int]:
    """Where in a machine's timeline, and when, an operation fits first, not before `ready`."""
    low, high = 0, count
    while low < high:  # busy intervals that end by `ready` do not matter
        middle = (low + high) // 2
        if ends[middle] <= ready:
            low = middle + 1
        else:
            high = middle
    begin = ready
    while low < count and starts[low] < begin + duration:
        begin = max(begin, ends[low])
        low += 1
    return low, begin


@compiled
def occupy(starts: Ints, ends: Ints, count: int, place: int, begin: int, end: int) -> None:
    """Enter an interval into a machine's timeline."""
    for i in range(count, place, -1):
        starts[i] = starts[i - 1]
        ends[i] = ends[i - 1]
    starts[place] = begin
    ends[place] = end


@compiled
def completion_worth(tables: Tables, job: int | np.int64, completion: int) -> int:
    """Of a job: its term of time, or what lateness costs."""
    late: int = completion - tables.due[job]
    if late > 0:
        return -BROKEN - LATE * late
    value: int = tables.value[tables.times[job] + completion]
    return value


@compiled
def choice_worth(tables: Tables, job: int, allocation: Ints) -> int:
    """Of a job: cost and quality of its providers."""
    code = tables.codes[job]
    for n in range(tables.jobs[job], tables.jobs[job + 1]):
        code += allocation[n] * tables.radix[n]
    value: int = tables.worth[code]
    return value


@compiled
def refused(tables: Tables, allocation: Ints, held: npt.NDArray[np.bool_]) -> int:
    """Pairs held that a member refuses. held: scratch by mode, all false, and left so."""
    for n in range(len(allocation)):
        held[tables.modes[n] + allocation[n]] = True
    found = 0
    for n in range(len(allocation)):
        k = tables.modes[n] + allocation[n]
        for i in range(tables.partners[k], tables.partners[k + 1]):
            if held[tables.partner[i]]:
                found += 1
    for n in range(len(allocation)):
        held[tables.modes[n] + allocation[n]] = False
    return found


@compiled
def decode(tables: Tables, sequence: Ints, allocation: Ints, start: Ints) -> int:
    """Schedule a chromosome into `start` (by operation) and return its worth: millionths, broken limits deducted."""
    jobs = len(tables.due)
    following = tables.jobs[:-1].copy()
    ready = np.zeros(jobs, dtype=np.int64)
    starts = np.empty((tables.machines, tables.room), dtype=np.int64)
    ends = np.empty((tables.machines, tables.room), dtype=np.int64)
    count = np.zeros(tables.machines, dtype=np.int64)
    for job in sequence:
        n = following[job]
        following[job] += 1
        k = tables.modes[n] + allocation[n]
        m, duration = tables.machine[k], tables.duration[k]
        place, begin = earliest(starts[m], ends[m], count[m], ready[job], duration)
        occupy(starts[m], ends[m], count[m], place, begin, begin + duration)
        count[m] += 1
        start[n] = begin
        ready[job] = begin + duration
    total = -BROKEN * refused(tables, allocation, np.zeros(len(tables.machine), dtype=np.bool_))
    for job in range(jobs):
        total += choice_worth(tables, job, allocation) + completion_worth(tables, job, ready[job])
    return total


@compiled
def draw(tables: Tables, sequences: Ints, allocations: Ints, worth: Ints, chance: np.random.Generator) -> None:
    """A random population."""
    start = np.empty(sequences.shape[1], dtype=np.int64)
    for i in range(len(sequences)):
        n = 0
        for job in range(len(tables.due)):
            for _ in range(tables.jobs[job], tables.jobs[job + 1]):
                sequences[i, n] = job
                n += 1
        chance.shuffle(sequences[i])
        for n in range(sequences.shape[1]):
            allocations[i, n] = chance.integers(0, tables.modes[n + 1] - tables.modes[n])
        worth[i] = decode(tables, sequences[i], allocations[i], start)


@compiled
def pox(tables: Tables, one: Ints, other: Ints, child: Ints, chance: np.random.Generator) -> None:
    """Precedence operation crossover: random jobs keep their places from `one`, the rest follow as in `other`."""
    kept = chance.random(len(tables.due)) < 0.5
    source = 0
    for place in range(len(child)):
        if kept[one[place]]:
            child[place] = one[place]
            continue
        while kept[other[source]]:
            source += 1
        child[place] = other[source]
        source += 1


@compiled
def multipoint(one: Ints, other: Ints, child: Ints, chance: np.random.Generator) -> None:
    """Multi-point crossover: each provider from one parent or the other."""
    for n in range(len(child)):
        child[n] = one[n] if chance.random() < 0.5 else other[n]


@compiled
def reassign(tables: Tables, allocation: Ints, chance: np.random.Generator) -> None:
    """Constrained mutation: one operation gets another of the providers that can run it, if there is another."""
    n = chance.integers(0, len(allocation))
    choices = tables.modes[n + 1] - tables.modes[n]
    if choices > 1:
        allocation[n] = (allocation[n] + 1 + chance.integers(0, choices - 1)) % choices


@compiled
def swap(sequence: Ints, chance: np.random.Generator) -> None:
    """Two places change their jobs."""
    a, b = chance.integers(0, len(sequence)), chance.integers(0, len(sequence))
    sequence[a], sequence[b] = sequence[b], sequence[a]


@compiled
def reverse(sequence: Ints, chance: np.random.Generator) -> None:
    """A stretch runs backwards."""
    a, b = chance.integers(0, len(sequence)), chance.integers(0, len(sequence))
    low, high = min(a, b), max(a, b)
    while low < high:
        sequence[low], sequence[high] = sequence[high], sequence[low]
        low += 1
        high -= 1


@compiled
def insert(sequence: Ints, chance: np.random.Generator) -> None:
    """One place moves elsewhere, those between shift."""
    a, b = chance.integers(0, len(sequence)), chance.integers(0, len(sequence))
    job = sequence[a]
    step = 1 if b > a else -1
    for i in range(a, b, step):
        sequence[i] = sequence[i + step]
    sequence[b] = job


@compiled
def improve(
    tables: Tables,
    sequence: Ints,
    allocation: Ints,
    worth: int,
    tries: int,
    heat: float,
    changing: float,
    chance: np.random.Generator,
) -> int:
    """Walk from one individual, which becomes the best seen; its worth is returned. Each step is a swap, a reversion or
    an insertion, with probability `changing` a new provider instead. heat: temperature in millionths, 0 climbs."""
    here, there = sequence.copy(), sequence.copy()
    having, trying = allocation.copy(), allocation.copy()
    start = np.empty(len(sequence), dtype=np.int64)
    now, best = worth, worth
    for _ in range(tries):
        there[:], trying[:] = here, having
        if chance.random() < changing:
            reassign(tables, trying, chance)
        else:
            kind = chance.integers(0, 3)
            if kind == 0:
                swap(there, chance)
            elif kind == 1:
                reverse(there, chance)
            else:
                insert(there, chance)
        new = decode(tables, there, trying, start)
        if new >= now or (heat > 0 and chance.random() < math.exp((new - now) / heat)):
            here[:], having[:] = there, trying
            now = new
            if now > best:
                best = now
                sequence[:], allocation[:] = here, having
    return best


@compiled
def generation(
    tables: Tables,
    sequences: Ints,
    allocations: Ints,
    worth: Ints,
    crossing: float,
    mutating: float,
    kind: int,
    improved: int,
    tries: int,
    heat: float,
    changing: float,
    chance: np.random.Generator,
) -> int:
    """One generation in place; how many chromosomes it decoded. The best individual survives; parents win a tournament
    of two; POX and multi-point crossover with probability `crossing`, else a copy; then with probability `mutating` a
    constrained mutation and a swap. The `improved` best are then walked from, `tries` steps each, if `kind` says so."""
    size, length = sequences.shape
    old, having, before = sequences.copy(), allocations.copy(), worth.copy()
    start = np.empty(length, dtype=np.int64)
    best = int(np.argmax(before))
    sequences[0], allocations[0], worth[0] = old[best], having[best], before[best]
    decoded = 0
    for i in range(1, size):
        a, b = chance.integers(0, size), chance.integers(0, size)
        one = a if before[a] >= before[b] else b
        a, b = chance.integers(0, size), chance.integers(0, size)
        other = a if before[a] >= before[b] else b
        if chance.random() < crossing:
            pox(tables, old[one], old[other], sequences[i], chance)
            multipoint(having[one], having[other], allocations[i], chance)
        else:
            sequences[i], allocations[i] = old[one], having[one]
        if chance.random() < mutating:
            reassign(tables, allocations[i], chance)
            swap(sequences[i], chance)
        worth[i] = decode(tables, sequences[i], allocations[i], start)
        decoded += 1
    if kind == GA:
        return decoded
    ranked = np.argsort(-worth)
    for r in range(min(improved, size)):
        i = ranked[r]
        warm = heat if kind == ANNEALING else 0.0
        worth[i] = improve(tables, sequences[i], allocations[i], worth[i], tries, warm, changing, chance)
        decoded += tries
    return decoded
