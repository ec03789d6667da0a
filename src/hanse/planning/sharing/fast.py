"""The compiled rule and search as Python functions: arrays in, places out. Importing this loads numba."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hanse.clock import Clock, SystemClock
from hanse.planning.sharing import kernels, recreate
from hanse.planning.sharing.floor import Floor
from hanse.planning.sharing.greedy import Moved, order
from hanse.planning.sharing.guests import Guest
from hanse.planning.sharing.tables import SPARE, Ints, State, Tables, places_of, scratch_of, state_of, tables_of

MOST = 8
"""Guests lifted at once, at most."""

STEPS = 2_000
"""Steps between two looks at the clock."""

HEAT, COLD = 0.3, 0.2
"""How hot the search begins, as a share of the mean tardiness of the guests, and the share of the time at its end in
which nothing worse is kept."""


def greedy(floor: Floor, guests: Sequence[Guest]) -> Moved:
    """As `greedy.greedy` by all guests, but the floor stays as it is."""
    if not guests:
        return {}
    tables = tables_of(floor, guests)
    return places_of(guests, tables, shared(floor, guests, tables))


def shared(floor: Floor, guests: Sequence[Guest], tables: Tables) -> State:
    """The state that the paper's rule ends in."""
    scratch, queue = scratch_of(tables), np.array(order(guests), dtype=np.int64)
    spare = SPARE
    while True:
        state = state_of(floor, guests, tables, spare)
        if kernels.greedy(tables, state, scratch, queue, room_of(tables)):
            return state
        spare *= 4


def alone(lifted: Floor, guests: Sequence[Guest]) -> list[int | None]:
    """Earliest completion of each guest if it had all idle time of this floor, where no guest is, for itself; None if
    it could not be done by its limit."""
    tables = tables_of(lifted, guests)
    best = kernels.alone(tables, state_of(lifted, guests, tables), scratch_of(tables), room_of(tables))
    return [None if done == kernels.NONE else done for done in best.tolist()]


def improve(
    floor: Floor, guests: Sequence[Guest], pool: Sequence[int], seconds: float, seed: int, clock: Clock | None = None
) -> Moved:
    """The best sharing ruin and recreate finds in so many seconds, beginning with the paper's rule. pool: places of the
    guests that can be helped. With the same seed and as many steps it repeats itself. clock: by which the seconds are
    (None: the system's)."""
    if not pool:
        return greedy(floor, guests)
    clock, tables = clock or SystemClock(), tables_of(floor, guests)
    arguments = scratch_of(tables), room_of(tables), np.array(pool, dtype=np.int64)
    at_home, best = state_of(floor, guests, tables), shared(floor, guests, tables)
    chance = np.random.default_rng(seed)
    recreate.improve(tables, at_home.copy(), at_home, *arguments, MOST, 1, 0.0, chance)  # compiles, outside of the time
    state, value = best.copy(), _value(tables, best)
    hot = HEAT * value[0] / max(1, len(pool))
    begun = clock.elapsed()
    while seconds > 0 and (left := 1 - (clock.elapsed() - begun) / seconds) > 0:
        heat = hot * left**2 if left > COLD else 0.0
        if not recreate.improve(tables, state, at_home, *arguments, MOST, STEPS, heat, chance):
            break
        found = _value(tables, state)
        if found < value:
            best, value = state.copy(), found
        elif left <= COLD:
            state = best.copy()
    return places_of(guests, tables, best)


def _value(tables: Tables, state: State) -> tuple[int, int]:
    """Weighted tardiness and cost of a state."""
    return int((tables.weight * np.maximum(0, state.completion - tables.due)).sum()), int(state.money.sum())


def room_of(tables: Tables) -> Ints:
    """Where `kernels.route` leaves a path."""
    return np.zeros((4, int(np.diff(tables.first_step).max(initial=1))), dtype=np.int64)
