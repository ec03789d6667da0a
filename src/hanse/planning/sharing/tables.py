"""A sharing question as arrays, for `kernels.py`; and the answer back as places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from hanse.planning.sharing.floor import Floor
from hanse.planning.sharing.greedy import Moved
from hanse.planning.sharing.guests import Guest, Place

Ints = npt.NDArray[np.int64]

SPARE = 48
"""Operations a machine may be given beyond those it has, before the arrays are made again with more room."""


GUEST = ("movable", "release", "due", "weight", "limit", "budget", "origin", "destination")
STEP = ("rest", "home_machine", "home_site", "home_cost", "home_start", "home_end")
WAY = ("way_machine", "way_enterprise", "way_site", "way_duration", "way_cost")
"""Columns of `Tables` by guest, by step and by way."""


class Tables(NamedTuple):
    """What is asked. Guest g has the steps first_step[g] … first_step[g + 1] - 1, step s the ways first_way[s] …
    first_way[s + 1] - 1; -1 is none. movable: the first step of a guest that may move. rest: least time from the end of
    a step to the end of its job. Machines: calendars by first_span, `closes` as in `Floor`."""

    first_step: Ints
    first_way: Ints
    movable: Ints
    release: Ints
    due: Ints
    weight: Ints
    limit: Ints
    budget: Ints
    origin: Ints
    destination: Ints
    rest: Ints
    home_machine: Ints
    home_site: Ints
    home_cost: Ints
    home_start: Ints
    home_end: Ints
    way_machine: Ints
    way_enterprise: Ints
    way_site: Ints
    way_duration: Ints
    way_cost: Ints
    leg_time: Ints
    leg_cost: Ints
    first_span: Ints
    span_start: Ints
    span_end: Ints
    closes: Ints
    offered: npt.NDArray[np.bool_]
    least: int
    setup: int
    now: int
    one_host: bool


class State(NamedTuple):
    """Who is where. busy, idle: by machine, `count` entries each; who: guest of an entry, -1 a host. at: by step, its
    way (-1: at home), start and end. moved: by guest. completion, money: of each guest."""

    busy_start: Ints
    busy_end: Ints
    busy_who: Ints
    busy_count: Ints
    idle_start: Ints
    idle_end: Ints
    idle_count: Ints
    at_way: Ints
    at_start: Ints
    at_end: Ints
    moved: npt.NDArray[np.bool_]
    completion: Ints
    money: Ints

    def copy(self) -> State:
        """The same once more, to work on."""
        ints = [getattr(self, name).copy() for name in self._fields]
        return State(*ints)


class Scratch(NamedTuple):
    """Labels of one search by step of the job and way, arrivals by site, and the path found. made: labels by step;
    stamp: the clock's reading when a site's arrival was last worked out."""

    end: Ints
    start: Ints
    site: Ints
    way: Ints
    before: Ints
    money: Ints
    made: Ints
    arrival: Ints
    source: Ints
    stamp: Ints
    found_way: Ints
    found_start: Ints
    found_end: Ints
    clock: Ints


def tables_of(floor: Floor, guests: Sequence[Guest]) -> Tables:
    """The question about these guests on this floor."""
    rules, legs = floor.rules, floor.legs
    index = legs.site_index
    steps = [(g, i) for g in guests for i in range(len(g.home))]
    homes = [place for g in guests for place in g.home]
    ways = chain.from_iterable(chain.from_iterable(options for g in guests for options in g.ways))
    columns = _ints(ways).reshape(-1, 5).T.copy()
    return Tables(
        first_step=_starts([len(g.home) for g in guests]),
        first_way=_starts([len(options) for g in guests for options in g.ways]),
        movable=_ints(g.first for g in guests),
        release=_ints(g.job.release for g in guests),
        due=_ints(g.job.due or 0 for g in guests),
        weight=_ints(g.job.weight for g in guests),
        limit=_ints(g.limit for g in guests),
        budget=_ints(-1 if g.job.budget is None else g.job.budget for g in guests),
        origin=_ints(-1 if g.job.origin is None else index[g.job.origin] for g in guests),
        destination=_ints(-1 if g.job.destination is None else index[g.job.destination] for g in guests),
        rest=_ints(g.head[i + 1] for g, i in steps),
        home_machine=_ints(place.way.machine for place in homes),
        home_site=_ints(place.way.site for place in homes),
        home_cost=_ints(place.way.cost for place in homes),
        home_start=_ints(place.start for place in homes),
        home_end=_ints(place.end for place in homes),
        way_machine=columns[0],
        way_enterprise=columns[1],
        way_site=columns[2],
        way_duration=columns[3],
        way_cost=columns[4],
        leg_time=legs.matrices[0],
        leg_cost=legs.matrices[1],
        first_span=_starts([len(spans) for spans in floor.calendar]),
        span_start=_ints(start for spans in floor.calendar for start, _ in spans),
        span_end=_ints(end for spans in floor.calendar for _, end in spans),
        closes=_ints(floor.closes),
        offered=np.array(floor.offered, dtype=np.bool_),
        least=rules.least,
        setup=rules.setup,
        now=rules.now,
        one_host=rules.moves == "job",
    )


def state_of(floor: Floor, guests: Sequence[Guest], tables: Tables, spare: int = SPARE) -> State:
    """Everybody at home: the floor as it is, in arrays with `spare` room on every machine."""
    number = {guest.job.id: i for i, guest in enumerate(guests)}
    machines = len(floor.busy)
    width = max(map(len, floor.busy), default=0) + spare
    spans = max((len(spans) for spans in floor.calendar), default=0)
    busy_start, busy_end, busy_who = (np.zeros((machines, width), dtype=np.int64) for _ in range(3))
    idle_start, idle_end = (np.zeros((machines, width + spans + 1), dtype=np.int64) for _ in range(2))
    state = State(
        busy_start,
        busy_end,
        busy_who,
        np.zeros(machines, dtype=np.int64),
        idle_start,
        idle_end,
        np.zeros(machines, dtype=np.int64),
        np.full(len(tables.home_start), -1, dtype=np.int64),
        tables.home_start.copy(),
        tables.home_end.copy(),
        np.zeros(len(guests), dtype=np.bool_),
        _ints(guest.completion for guest in guests),
        _ints(floor.legs.money(guest.job, guest.home) for guest in guests),
    )
    for m in range(machines):
        copy_machine(floor, m, number, state)
    return state


def copy_machine(floor: Floor, m: int, number: Mapping[str, int], state: State) -> bool:
    """What is busy and idle on a machine, into its row of a state. number: of the guests, by job. False, and nothing
    done, if the row is too short."""
    busy, idle = floor.busy[m], floor.idle[m]
    if len(busy) >= state.busy_start.shape[1] or len(idle) > state.idle_start.shape[1]:
        return False
    for i, (start, end, job) in enumerate(busy):
        state.busy_start[m, i], state.busy_end[m, i], state.busy_who[m, i] = start, end, number.get(job, -1)
    for i, (start, end) in enumerate(idle):
        state.idle_start[m, i], state.idle_end[m, i] = start, end
    state.busy_count[m], state.idle_count[m] = len(busy), len(idle)
    return True


def joined(tables: Tables, more: Tables) -> Tables:
    """The guests of both, one after the other, on the floor of the second."""
    columns: dict[str, Any] = {
        name: np.concatenate([getattr(tables, name), getattr(more, name)]) for name in (*GUEST, *STEP, *WAY)
    }
    for name in ("first_step", "first_way"):
        begun = getattr(tables, name)
        columns[name] = np.concatenate([begun, getattr(more, name)[1:] + begun[-1]])
    return more._replace(**columns)


def scratch_of(tables: Tables) -> Scratch:
    """Room for the searches."""
    steps = int(np.diff(tables.first_step).max(initial=1))
    most = int(np.diff(tables.first_way).max(initial=0)) + 1
    sites = len(tables.leg_time)
    labels = [np.zeros((steps, most), dtype=np.int64) for _ in range(6)]
    rows = [np.zeros(size, dtype=np.int64) for size in (steps, sites, sites, sites, steps, steps, steps, 1)]
    return Scratch(*labels, *rows)


def with_guest(state: State, guest: Guest, floor: Floor) -> State:
    """The same with one more guest, at home; the machines' rows are not touched."""
    steps = len(guest.home)
    return state._replace(
        at_way=np.append(state.at_way, np.full(steps, -1)),
        at_start=np.append(state.at_start, _ints(at.start for at in guest.home)),
        at_end=np.append(state.at_end, _ints(at.end for at in guest.home)),
        moved=np.append(state.moved, np.False_),
        completion=np.append(state.completion, guest.completion),
        money=np.append(state.money, floor.legs.money(guest.job, guest.home)),
    )


def places_of(guests: Sequence[Guest], tables: Tables, state: State) -> Moved:
    """Where the guests that moved are."""
    return {g: places_of_one(guests[g], g, tables, state) for g in np.flatnonzero(state.moved).tolist()}


def places_of_one(guest: Guest, g: int, tables: Tables, state: State) -> tuple[Place, ...]:
    """Where a guest is, the one of number g in the tables."""
    first, places = int(tables.first_step[g]), []
    for i, home in enumerate(guest.home):
        way = int(state.at_way[first + i])
        start, end = int(state.at_start[first + i]), int(state.at_end[first + i])
        places.append(home if way < 0 else Place(guest.ways[i][way - int(tables.first_way[first + i])], start, end))
    return tuple(places)


def _ints(values: Iterable[int]) -> Ints:
    return np.fromiter(values, dtype=np.int64)


def _starts(counts: list[int]) -> Ints:
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(np.array(counts, dtype=np.int64))])
