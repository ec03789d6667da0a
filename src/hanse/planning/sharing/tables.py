"""A sharing question as arrays, for `kernels.py`; and the answer back as places."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hanse.planning.sharing.floor import Floor
from hanse.planning.sharing.greedy import Moved
from hanse.planning.sharing.guests import Guest, Place

Ints = npt.NDArray[np.int64]

SPARE = 48
"""Operations a machine may be given beyond those it has, before the arrays are made again with more room."""


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
        leg_time=np.array(legs.time, dtype=np.int64).reshape(len(index), len(index)),
        leg_cost=np.array(legs.cost, dtype=np.int64).reshape(len(index), len(index)),
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
    for m, (entries, idle) in enumerate(zip(floor.busy, floor.idle, strict=True)):
        for i, (start, end, job) in enumerate(entries):
            busy_start[m, i], busy_end[m, i], busy_who[m, i] = start, end, number.get(job, -1)
        for i, (start, end) in enumerate(idle):
            idle_start[m, i], idle_end[m, i] = start, end
    return State(
        busy_start,
        busy_end,
        busy_who,
        _ints(map(len, floor.busy)),
        idle_start,
        idle_end,
        _ints(map(len, floor.idle)),
        np.full(len(tables.home_start), -1, dtype=np.int64),
        tables.home_start.copy(),
        tables.home_end.copy(),
        np.zeros(len(guests), dtype=np.bool_),
        _ints(guest.completion for guest in guests),
        _ints(floor.legs.money(guest.job, guest.home) for guest in guests),
    )


def scratch_of(tables: Tables) -> Scratch:
    """Room for the searches."""
    steps = int(np.diff(tables.first_step).max(initial=1))
    most = int(np.diff(tables.first_way).max(initial=0)) + 1
    sites = len(tables.leg_time)
    labels = [np.zeros((steps, most), dtype=np.int64) for _ in range(6)]
    rows = [np.zeros(size, dtype=np.int64) for size in (steps, sites, sites, sites, steps, steps, steps, 1)]
    return Scratch(*labels, *rows)


def places_of(guests: Sequence[Guest], tables: Tables, state: State) -> Moved:
    """Where the guests that moved are."""
    moved: Moved = {}
    for g in np.flatnonzero(state.moved).tolist():
        guest, first = guests[g], int(tables.first_step[g])
        places = []
        for i, home in enumerate(guest.home):
            way = int(state.at_way[first + i])
            start, end = int(state.at_start[first + i]), int(state.at_end[first + i])
            places.append(home if way < 0 else Place(guest.ways[i][way - int(tables.first_way[first + i])], start, end))
        moved[g] = tuple(places)
    return moved


def _ints(values: Iterable[int]) -> Ints:
    return np.fromiter(values, dtype=np.int64)


def _starts(counts: list[int]) -> Ints:
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(np.array(counts, dtype=np.int64))])
