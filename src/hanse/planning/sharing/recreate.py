"""Compiled: better takeovers by ruin and recreate (Schrimpf et al. 2000).

A step lifts a few guests that compete for the same machines and puts them back in a random order, each by the search
for its earliest, or cheapest, takeover; whoever finds nothing goes home, if home is free. The step is kept if weighted
tardiness, and at equal tardiness cost, is no worse, or at a chance that
sinks with the time. Hosts are never lifted, so they cannot move.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from hanse.planning.composition.jit import compiled
from hanse.planning.sharing.kernels import FULL, NONE, free_at_home, lift, put, route, settle
from hanse.planning.sharing.tables import Ints, Scratch, State, Tables

CHEAP, HOME = 0.5, 0.05
"""Chance that a guest goes where it is cheapest instead of earliest, and that it goes home if that is free."""


@compiled
def vacant(tables: Tables, state: State, g: int | np.int64) -> bool:
    """Whether a lifted guest's place at home is free."""
    for s in range(tables.first_step[g] + tables.movable[g], tables.first_step[g + 1]):
        if not free_at_home(tables, state, s):
            return False
    return True


@compiled
def home(tables: Tables, state: State, g: int | np.int64, at_home: State) -> bool:
    """Put a lifted guest home. at_home: where everybody was at first. False if a machine has no room."""
    for s in range(tables.first_step[g], tables.first_step[g + 1]):
        state.at_way[s], state.at_start[s], state.at_end[s] = NONE, tables.home_start[s], tables.home_end[s]
    state.moved[g] = False
    state.completion[g], state.money[g] = at_home.completion[g], at_home.money[g]
    return put(tables, state, g)


@compiled
def late(tables: Tables, state: State, g: int | np.int64) -> int:
    """Weighted tardiness of a guest, millionths."""
    value: int = tables.weight[g] * max(0, state.completion[g] - tables.due[g])
    return value


@compiled
def rivals(
    tables: Tables,
    state: State,
    pool: Ints,
    most: int,
    chosen: Ints,
    held: npt.NDArray[np.bool_],
    chance: np.random.Generator,
) -> int:
    """A random guest, the later of two, and up to `most` - 1 others on machines it could use; how many. held: marks
    the chosen ones."""
    a, b = pool[chance.integers(0, len(pool))], pool[chance.integers(0, len(pool))]
    chosen[0] = a if late(tables, state, a) >= late(tables, state, b) else b
    held[chosen[0]] = True
    count = 1
    for _ in range(3 * most):
        if count == most:
            break
        g = chosen[0]
        s = chance.integers(tables.first_step[g] + tables.movable[g], tables.first_step[g + 1])
        m = tables.home_machine[s]
        if tables.first_way[s] < tables.first_way[s + 1] and chance.random() < 0.8:
            m = tables.way_machine[chance.integers(tables.first_way[s], tables.first_way[s + 1])]
        if state.busy_count[m] == 0:
            continue
        who = state.busy_who[m, chance.integers(0, state.busy_count[m])]
        if who >= 0 and not held[who]:
            held[who] = True
            chosen[count] = who
            count += 1
    return count


@compiled
def recreate(
    tables: Tables,
    state: State,
    at_home: State,
    x: Scratch,
    into: Ints,
    chosen: Ints,
    held: npt.NDArray[np.bool_],
    chance: np.random.Generator,
) -> int:
    """Put lifted guests back in random order; each that is back is no longer held. NONE if one finds no place, FULL if
    a machine has no room."""
    chance.shuffle(chosen)
    for g in chosen:
        staying = chance.random() < HOME and vacant(tables, state, g)
        found = NONE
        if not staying:
            found = route(tables, state, x, g, tables.limit[g], chance.random() < CHEAP, into)
        if found != NONE:
            if not settle(tables, state, g, found, into):
                return FULL
        elif staying or vacant(tables, state, g):
            if not home(tables, state, g, at_home):
                return FULL
        else:
            return NONE
        held[g] = False
    return len(chosen)


@compiled
def improve(
    tables: Tables,
    state: State,
    at_home: State,
    x: Scratch,
    into: Ints,
    pool: Ints,
    most: int,
    tries: int,
    heat: float,
    chance: np.random.Generator,
) -> bool:
    """So many steps with at most `most` guests each, from the guests in `pool`. heat: weighted tardiness (millionths)
    by which a step may make it worse at a chance of 1/e (Kirkpatrick et al. 1983); 0: by none. False, and nothing
    consistent left, if a machine has no room in the arrays."""
    chosen = np.empty(most, dtype=np.int64)
    held = np.zeros(len(tables.due), dtype=np.bool_)
    steps = into.shape[1]
    way = np.empty((most, steps), dtype=np.int64)
    start, end = np.empty_like(way), np.empty_like(way)
    moved = np.empty(most, dtype=np.bool_)
    completion, money = np.empty(most, dtype=np.int64), np.empty(most, dtype=np.int64)
    for _ in range(tries):
        count = rivals(tables, state, pool, int(chance.integers(1, most + 1)), chosen, held, chance)
        before, spent = np.int64(0), np.int64(0)
        original = chosen[:count].copy()
        for k in range(count):
            g = original[k]
            first = tables.first_step[g]
            for i in range(tables.first_step[g + 1] - first):
                way[k, i], start[k, i] = state.at_way[first + i], state.at_start[first + i]
                end[k, i] = state.at_end[first + i]
            moved[k], completion[k], money[k] = state.moved[g], state.completion[g], state.money[g]
            before += late(tables, state, g)
            spent += money[k]
            lift(tables, state, g)
        done = recreate(tables, state, at_home, x, into, chosen[:count], held, chance)
        if done == FULL:
            return False
        after, price = np.int64(0), np.int64(0)
        if done != NONE:
            for k in range(count):
                after += late(tables, state, original[k])
                price += state.money[original[k]]
            if after < before or (after == before and price <= spent):
                continue
            if heat > 0 and after - before < -heat * np.log(1 - chance.random()):
                continue
        for k in range(count):  # those that came back leave again, then all return to where they were
            if not held[original[k]]:
                lift(tables, state, original[k])
            held[original[k]] = False
        for k in range(count):
            g = original[k]
            first = tables.first_step[g]
            for i in range(tables.first_step[g + 1] - first):
                state.at_way[first + i], state.at_start[first + i] = way[k, i], start[k, i]
                state.at_end[first + i] = end[k, i]
            state.moved[g], state.completion[g], state.money[g] = moved[k], completion[k], money[k]
            if not put(tables, state, g):
                return False
    return True
