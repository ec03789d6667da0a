"""Compiled: the paper's rule once more after a change, asking only the jobs whose windows are not as they were.

The rule is a sequence of searches. A search looks at no window that is over before its job can begin or that opens
after its limit, so it finds what it found last time if no such window on its machines has changed. `low` and `high`
tell, by machine, where windows may differ from last time, at this point of the sequence or any earlier one; they only
grow. All other answers are copied. So the end is, to the last tie, that of the rule applied to everybody anew.
"""

from __future__ import annotations

import numpy as np

from hanse.planning.composition.jit import compiled, inlined
from hanse.planning.sharing.kernels import FULL, NONE, lift, machine_of, put, route, settle
from hanse.planning.sharing.tables import Ints, Scratch, State, Tables
from hanse.planning.sharing.windows import OPEN

UNKNOWN = -1
"""A job that was not asked last time."""


@inlined
def stain(state: State, m: int | np.int64, start: int | np.int64, end: int | np.int64, low: Ints, high: Ints) -> None:
    """An operation at [start, end) came or went: all windows between the hosts before and after it may differ. Guests
    do not count as borders, because they move."""
    before, after = np.int64(0), np.int64(OPEN)
    for i in range(state.busy_count[m]):
        opens, shuts = state.busy_start[m, i], state.busy_end[m, i]
        if state.busy_who[m, i] >= 0 or (opens == start and shuts == end):
            continue
        if shuts <= start:
            before = max(before, shuts)
        elif opens >= end:
            after = min(after, opens)
    low[m], high[m] = min(low[m], before), max(high[m], after)


@inlined
def differs(tables: Tables, g: int | np.int64, low: Ints, high: Ints) -> bool:
    """Whether a guest may see other windows than last time."""
    first = tables.first_step[g]
    for w in range(tables.first_way[first + tables.movable[g]], tables.first_way[tables.first_step[g + 1]]):
        m = tables.way_machine[w]
        if low[m] <= tables.limit[g] and high[m] >= tables.release[g]:
            return True
    return False


@compiled
def stain_all(tables: Tables, state: State, last: State, g: int | np.int64, low: Ints, high: Ints) -> None:
    """A guest is not where it was last time: its home, its place then and its place now may differ."""
    for s in range(tables.first_step[g] + tables.movable[g], tables.first_step[g + 1]):
        stain(state, tables.home_machine[s], tables.home_start[s], tables.home_end[s], low, high)
        m = machine_of(tables, last, s)
        stain(state, m, last.at_start[s], last.at_end[s], low, high)
        m = machine_of(tables, state, s)
        stain(state, m, state.at_start[s], state.at_end[s], low, high)


@compiled
def again(tables: Tables, last: State, g: int | np.int64, into: Ints) -> int:
    """What a guest found last time, as `route` tells it."""
    first = tables.first_step[g]
    for s in range(first + tables.movable[g], tables.first_step[g + 1]):
        i = s - first
        into[0, i], into[1, i], into[2, i] = last.at_way[s], last.at_start[s], last.at_end[s]
    into[3, 0] = last.money[g]
    completion: int = last.completion[g]
    return completion


@compiled
def as_last(tables: Tables, state: State, last: State, g: int | np.int64) -> bool:
    """Whether a guest is where it ended up last time."""
    for s in range(tables.first_step[g], tables.first_step[g + 1]):
        if state.at_way[s] != last.at_way[s] or state.at_start[s] != last.at_start[s]:
            return False
    return True


@compiled
def replay(
    tables: Tables,
    state: State,
    x: Scratch,
    order: Ints,
    into: Ints,
    last: State,
    turns: Ints,
    low: Ints,
    high: Ints,
) -> int:
    """`kernels.greedy`, from everybody at home in `state` to the end. last: the end of last time; turns: in which turn
    each guest moved then (0: in none, UNKNOWN: it was not asked), made those of this time. How many were searched for,
    FULL if a machine had no room: then nothing is consistent."""
    left, then = order.copy(), turns.copy()
    count, turn, asked = len(left), 0, 0
    turns[:] = UNKNOWN
    turns[order] = 0
    while count:
        turn += 1
        still = 0
        for i in range(count):
            g = left[i]
            known = then[g] != UNKNOWN and not differs(tables, g, low, high)
            if known and then[g] != turn:  # it found nothing in this turn last time
                left[still] = g
                still += 1
                continue
            lift(tables, state, g)
            if known:
                found = again(tables, last, g, into)
            else:
                found = route(tables, state, x, g, tables.limit[g], False, into)
                asked += 1
            if found != NONE:
                if not settle(tables, state, g, found, into):
                    return FULL
                turns[g] = turn
                if not known and not (then[g] == turn and as_last(tables, state, last, g)):
                    stain_all(tables, state, last, g, low, high)
            else:
                if not put(tables, state, g):
                    return FULL
                if then[g] == turn:
                    stain_all(tables, state, last, g, low, high)
                    then[g] = UNKNOWN  # of the turns to come last time says nothing
                left[still] = g
                still += 1
        if still == count:
            break
        count = still
    return asked
