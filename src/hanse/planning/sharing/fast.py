"""The compiled rule and search as Python functions: arrays in, places out. Importing this loads numba."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hanse.planning.sharing import kernels
from hanse.planning.sharing.floor import Floor
from hanse.planning.sharing.greedy import Moved, order
from hanse.planning.sharing.guests import Guest
from hanse.planning.sharing.tables import SPARE, Ints, State, Tables, places_of, scratch_of, state_of, tables_of


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


def room_of(tables: Tables) -> Ints:
    """Where `kernels.route` leaves a path."""
    return np.zeros((4, int(np.diff(tables.first_step).max(initial=1))), dtype=np.int64)
