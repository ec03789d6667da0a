"""Compiled: the paper's rule once more after a change, asking only the jobs whose windows are not as they were.

The rule is a sequence of searches. At each point of it idle time may differ from what it was last time at the same
point: some may have come (`more`), some gone (`less`), by machine and sixtieth of the time; that only grows. A job that
found nothing finds nothing again unless there is more before its limit. A job that moved finds the same again unless
there is more before the moment at which it was done then, or less where it was. All such answers are copied. So the end
is, to the last tie, that of the rule applied to everybody anew.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from hanse.planning.composition.jit import compiled, inlined
from hanse.planning.sharing.kernels import FULL, NONE, lift, machine_of, put, route, settle
from hanse.planning.sharing.tables import Ints, Scratch, State, Tables
from hanse.planning.sharing.windows import OPEN

UNKNOWN = -1
"""A job that was not asked last time."""


PARTS = 60
"""Time is looked at in so many parts of `Stretches.width`; the last has no end."""


class Stretches(NamedTuple):
    """Where idle time may differ from last time: by machine, a bit for each part of time."""

    bits: Ints
    width: int

    @classmethod
    def none(cls, machines: int, end: int) -> Stretches:
        """Nowhere. end: about where work ends."""
        return cls(np.zeros(machines, dtype=np.int64), end // PARTS + 1)

    def all(self, m: int) -> None:
        """Anywhere on a machine."""
        self.bits[m] = (1 << PARTS) - 1


@inlined
def parts(where: Stretches, start: int | np.int64, end: int | np.int64) -> int:
    """The bits of [start, end]; none if it is empty."""
    if end < start:
        return 0
    low, high = np.int64(start) // where.width, np.int64(end) // where.width
    low, high = min(max(low, np.int64(0)), np.int64(PARTS - 1)), min(max(high, np.int64(0)), np.int64(PARTS - 1))
    return int((np.int64(1) << (high + 1)) - (np.int64(1) << low))


@inlined
def stain(state: State, m: int | np.int64, start: int | np.int64, end: int | np.int64, where: Stretches) -> None:
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
    where.bits[m] |= parts(where, before, after)


@inlined
def differs(
    tables: Tables, last: State, g: int | np.int64, until: int | np.int64, moved: bool, more: Stretches, less: Stretches
) -> bool:
    """Whether a guest may find something else than last time. until: when it was done then if it moved, else its
    limit."""
    first, end = tables.first_step[g], tables.first_step[g + 1]
    for s in range(first + tables.movable[g], end):
        bits = parts(more, tables.release[g], until - tables.rest[s])
        for w in range(tables.first_way[s], tables.first_way[s + 1]):
            if more.bits[tables.way_machine[w]] & bits:
                return True
        there = machine_of(tables, last, s)
        if moved and last.at_way[s] >= 0 and less.bits[there] & parts(less, last.at_start[s], last.at_end[s]):
            return True
    return False


@compiled
def stain_all(
    tables: Tables, state: State, last: State, g: int | np.int64, stayed: bool, more: Stretches, less: Stretches
) -> None:
    """A guest is not where it was last time at this point; now it is where `state` says. stayed: it was at home."""
    for s in range(tables.first_step[g] + tables.movable[g], tables.first_step[g + 1]):
        home, start, end = tables.home_machine[s], tables.home_start[s], tables.home_end[s]
        then = machine_of(tables, last, s)
        if last.at_way[s] >= 0:  # there then, or, if it stayed then, later on
            stain(state, then, last.at_start[s], last.at_end[s], more)
        if state.at_way[s] >= 0:
            stain(state, machine_of(tables, state, s), state.at_start[s], state.at_end[s], less)
        if state.at_way[s] < 0 and last.at_way[s] >= 0:
            stain(state, home, start, end, less)
        if state.at_way[s] >= 0 and (stayed or last.at_way[s] < 0):
            stain(state, home, start, end, more)


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
    more: Stretches,
    less: Stretches,
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
            moved = then[g] == turn
            until = last.completion[g] if moved else tables.limit[g]
            known = then[g] != UNKNOWN and not differs(tables, last, g, until, moved, more, less)
            if known and not moved:  # it found nothing in this turn last time
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
                if not known and not (moved and as_last(tables, state, last, g)):
                    stain_all(tables, state, last, g, not moved, more, less)
            else:
                if not put(tables, state, g):
                    return FULL
                if moved:
                    stain_all(tables, state, last, g, False, more, less)
                    then[g] = UNKNOWN  # of the turns to come last time says nothing
                left[still] = g
                still += 1
        if still == count:
            break
        count = still
    return asked
