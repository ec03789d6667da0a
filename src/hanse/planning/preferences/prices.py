"""A bound by prices (Lagrange): what every unit of every machine's time would have to cost.

    value of any plan ≤ Σ prices + Σ_job max over selections and starts of (worth - prices of the time it takes)

for any prices at or above 0, since a plan takes every unit of time at most once. The best selection and starts of one
job are found exactly, so this can be as tight as the relaxation whose columns are whole schedules of jobs (Dantzig and
Wolfe 1960), refusals aside. Prices are sought by subgradient steps towards the value of a known plan (Polyak 1969).
They are integers: whatever they are, the bound holds to the last unit, and the same question and value give the same
bound.
"""

from __future__ import annotations

import numpy as np

from hanse.planning.composition.jit import compiled
from hanse.planning.preferences.choices import Ints
from hanse.planning.preferences.question import Question
from hanse.planning.preferences.tables import Tables

SCALE = 1_000
"""Prices are in thousandths of a millionth of utility."""

ROUNDS, FEWEST = 1_500, 100
"""Most subgradient steps, and so few that they are not worth beginning."""

WORK = 400_000_000
"""Most starts looked at in all: about a second."""

PATIENCE, GAINED = 20, 16
"""The steps are halved after so many that did not lower the bound by one part in 2^GAINED."""

NEVER = -(1 << 60)


@compiled
def best_of(tables: Tables, job: int, modes: Ints, spent: Ints, term: Ints, best: Ints, begin: Ints) -> int:
    """What the completion of a job with these modes is worth at most, less what the machines' time costs; the starts
    that are worth it are written to `begin`. spent: by machine, price of all time before t. term: of a completion.
    best: scratch, of an operation that starts at t and all before it."""
    first, due = tables.jobs[job], tables.due[job]
    size, before = tables.jobs[job + 1] - first, np.int64(0)
    for i in range(size):
        k = tables.modes[first + i] + modes[i]
        m, duration, ready = tables.machine[k], tables.duration[k], np.int64(NEVER)
        for t in range(due + 1):
            if i == 0:
                ready = np.int64(0)
            elif t >= before:  # the operation before has started by t - before
                ready = max(ready, best[i - 1, t - before])
            fits = ready > NEVER and t + duration <= due
            best[i, t] = ready - (spent[m, t + duration] - spent[m, t]) if fits else NEVER
        before = duration
    found = np.int64(NEVER)
    for t in range(due - before + 1):
        if best[size - 1, t] > NEVER and best[size - 1, t] + term[t + before] > found:
            found, begin[size - 1] = best[size - 1, t] + term[t + before], t
    for i in range(size - 2, -1, -1):
        until = begin[i + 1] - tables.duration[tables.modes[first + i] + modes[i]]
        begin[i] = np.argmax(best[i, : until + 1])
    return int(found)


@compiled
def price(tables: Tables, selections: Ints, chosen: Ints, worth: Ints, value: int, rounds: int) -> int:
    """The least bound of so many steps, in millionths. selections: those of job j are chosen[j] up to chosen[j + 1]; by
    row, the position of each operation's mode. worth: of each, in millionths; value: of a known plan."""
    horizon, most = tables.due.max() + 1, selections.shape[1]
    prices = np.zeros((tables.machines, horizon), dtype=np.int64)
    taken, spent = np.zeros_like(prices), np.zeros((tables.machines, horizon + 1), dtype=np.int64)
    best, term = np.empty((most, horizon), dtype=np.int64), np.empty(horizon, dtype=np.int64)
    begin, kept = np.zeros(most, dtype=np.int64), np.zeros(most, dtype=np.int64)
    least, pace, stale = np.int64(1 << 62), 1.0, 0
    for _ in range(rounds):
        for m in range(tables.machines):
            for t in range(horizon):
                spent[m, t + 1] = spent[m, t] + prices[m, t]
        bound = prices.sum()
        taken[:] = 0
        for job in range(len(tables.due)):
            first, size = tables.jobs[job], tables.jobs[job + 1] - tables.jobs[job]
            for t in range(tables.due[job] + 1):
                term[t] = SCALE * tables.value[tables.times[job] + t]
            top, at = np.int64(NEVER), 0
            for s in range(chosen[job], chosen[job + 1]):
                gain = SCALE * worth[s] + best_of(tables, job, selections[s], spent, term, best, begin)
                if gain > top:
                    top, at = gain, s
                    kept[:size] = begin[:size]
            bound += top
            for i in range(size):
                k = tables.modes[first + i] + selections[at, i]
                for t in range(kept[i], kept[i] + tables.duration[k]):
                    taken[tables.machine[k], t] += 1
        stale = 0 if bound < least - (least >> GAINED) else stale + 1
        least = min(least, bound)
        if stale > PATIENCE:
            pace, stale = pace / 2, 0
        square = 0.0
        for m in range(tables.machines):
            for t in range(horizon):
                if prices[m, t] > 0 or taken[m, t] > 1:
                    square += (taken[m, t] - 1) ** 2
        if square == 0 or least < SCALE * (value + 1):
            break
        step = pace * (bound - SCALE * value) / square
        for m in range(tables.machines):
            for t in range(horizon):
                prices[m, t] = max(0, prices[m, t] + int(step * (taken[m, t] - 1)))
    return int(least // SCALE)


def priced_bound(question: Question, tables: Tables, value: int) -> int | None:
    """Millionths that no plan's sum of utilities exceeds; None for a question too large for it. value: of a known plan,
    towards which prices are sought; the bound holds whatever it is. tables: those of the question."""
    sizes = [int(choices.keeps.sum()) for choices in question.choices]  # counted before they are written out
    spans = np.diff(tables.jobs) * (tables.due + 1)
    each = int(np.dot(sizes, spans))
    rounds = min(ROUNDS, WORK // max(1, each))
    if rounds < FEWEST:
        return None
    modes = np.zeros((sum(sizes), int(np.diff(tables.jobs).max())), dtype=np.int64)
    every = [selection for selections in question.selections for selection in selections]
    for row, selection in enumerate(every):
        modes[row, : len(selection.modes)] = selection.modes
    worth = np.array([selection.worth for selection in every], dtype=np.int64)
    return int(price(tables, modes, np.cumsum([0, *sizes]), worth, value, rounds))


def ready(tables: Tables) -> None:
    """Compile, which takes some seconds once per installation and is on nobody's clock."""
    nothing = np.zeros((0, int(np.diff(tables.jobs).max())), dtype=np.int64)
    price(tables, nothing, np.zeros(len(tables.jobs), dtype=np.int64), np.zeros(0, dtype=np.int64), 0, 0)
