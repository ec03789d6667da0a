"""Compiled: windows, the search for one job's earliest takeover, and the paper's rule for thousands of jobs.

Plain twin: `floor.py` (idle, fit, lift, put), `takeover.py` (route) and `greedy.py`; the answers are equal, ties
included. The words are theirs.
"""

from __future__ import annotations

import numpy as np

from hanse.planning.composition.jit import compiled, inlined
from hanse.planning.sharing.tables import Ints, Scratch, State, Tables

NONE = -1
FULL = -2
"""A machine has no room left in the arrays."""


@inlined
def refresh(tables: Tables, state: State, m: int | np.int64) -> None:
    """What is idle on a machine, from what is busy (`floor.idle_of`)."""
    if not tables.offered[m]:
        return
    count = 0
    busy = state.busy_count[m]
    for k in range(tables.first_span[m], tables.first_span[m + 1]):
        free = max(tables.span_start[k], tables.now)
        last = min(tables.span_end[k], tables.closes[m])
        for i in range(busy):
            until = min(state.busy_start[m, i] - tables.setup, last)
            if until - free >= tables.least:
                state.idle_start[m, count], state.idle_end[m, count] = free, until
                count += 1
            free = max(free, state.busy_end[m, i] + tables.setup)
            if free >= last:
                break
        if last - free >= tables.least:
            state.idle_start[m, count], state.idle_end[m, count] = free, last
            count += 1
    state.idle_count[m] = count


@inlined
def fit(state: State, m: int | np.int64, ready: int | np.int64, duration: int | np.int64) -> int:
    """First start ≥ ready in an idle window, NONE if there is none."""
    low, high = 0, state.idle_count[m]
    while low < high:
        middle = (low + high) // 2
        if state.idle_end[m, middle] < ready:
            low = middle + 1
        else:
            high = middle
    while low < state.idle_count[m]:
        begin: int = max(state.idle_start[m, low], ready)
        if begin + duration <= state.idle_end[m, low]:
            return begin
        low += 1
    return NONE


@inlined
def machine_of(tables: Tables, state: State, s: int | np.int64) -> int:
    """Where a step is."""
    way = state.at_way[s]
    machine: int = tables.home_machine[s] if way < 0 else tables.way_machine[way]
    return machine


@compiled
def lift(tables: Tables, state: State, g: int | np.int64) -> None:
    """Take what may move of a guest off its machines."""
    first = tables.first_step[g]
    for s in range(first + tables.movable[g], tables.first_step[g + 1]):
        m = machine_of(tables, state, s)
        i = 0
        while (
            state.busy_who[m, i] != g
            or state.busy_start[m, i] != state.at_start[s]
            or state.busy_end[m, i] != state.at_end[s]
        ):
            i += 1
        state.busy_count[m] -= 1
        for k in range(i, state.busy_count[m]):
            state.busy_start[m, k] = state.busy_start[m, k + 1]
            state.busy_end[m, k] = state.busy_end[m, k + 1]
            state.busy_who[m, k] = state.busy_who[m, k + 1]
        refresh(tables, state, m)


@compiled
def put(tables: Tables, state: State, g: int | np.int64) -> bool:
    """Put a guest where its steps say. False, and nothing consistent left, if a machine has no room."""
    first = tables.first_step[g]
    for s in range(first + tables.movable[g], tables.first_step[g + 1]):
        m = machine_of(tables, state, s)
        i = state.busy_count[m]
        if i == state.busy_start.shape[1]:
            return False
        start, end = state.at_start[s], state.at_end[s]
        while i > 0 and (
            state.busy_start[m, i - 1] > start
            or (state.busy_start[m, i - 1] == start and state.busy_end[m, i - 1] > end)
        ):
            state.busy_start[m, i] = state.busy_start[m, i - 1]
            state.busy_end[m, i] = state.busy_end[m, i - 1]
            state.busy_who[m, i] = state.busy_who[m, i - 1]
            i -= 1
        state.busy_start[m, i], state.busy_end[m, i], state.busy_who[m, i] = start, end, g
        state.busy_count[m] += 1
        refresh(tables, state, m)
    return True


@inlined
def delivery(tables: Tables, g: int | np.int64, site: int | np.int64) -> int:
    """Time of the last leg."""
    if tables.destination[g] < 0:
        return 0
    time: int = tables.leg_time[site, tables.destination[g]]
    return time


@inlined
def leave(tables: Tables, g: int | np.int64, site: int | np.int64) -> int:
    """Cost of the last leg."""
    if tables.destination[g] < 0:
        return 0
    cost: int = tables.leg_cost[site, tables.destination[g]]
    return cost


@inlined
def reach(tables: Tables, x: Scratch, g: int | np.int64, i: int, site: int | np.int64) -> None:
    """Earliest arrival of step i of a guest at a site, into x.arrival and x.source, if not known yet."""
    if x.stamp[site] == x.clock[0]:
        return
    x.stamp[site] = x.clock[0]
    if i == 0:
        ready = np.int64(max(tables.release[g], tables.now))
        if tables.origin[g] >= 0:
            ready += tables.leg_time[tables.origin[g], site]
        x.arrival[site], x.source[site] = ready, NONE
        return
    best, source = np.int64(0), np.int64(NONE)
    for k in range(x.made[i - 1]):
        time = max(x.end[i - 1, k], tables.now) + tables.leg_time[x.site[i - 1, k], site]
        if source == NONE or time < best:
            best, source = time, np.int64(k)
    x.arrival[site], x.source[site] = best, source


@inlined
def free_at_home(tables: Tables, state: State, s: int | np.int64) -> bool:
    """Whether nobody took the home of a lifted step; guests that moved keep their margin from it. The paper's rule asks
    only who is at home; `recreate` asks everybody again."""
    m = tables.home_machine[s]
    start, end = tables.home_start[s], tables.home_end[s]
    for i in range(state.busy_count[m]):
        who = state.busy_who[m, i]
        margin = tables.setup if who >= 0 and state.moved[who] else 0
        if who >= 0 and state.busy_start[m, i] < end + margin and state.busy_end[m, i] > start - margin:
            return False
    return True


@inlined
def paid(tables: Tables, x: Scratch, g: int | np.int64, i: int, source: int | np.int64, site: int | np.int64) -> int:
    """Cost so far of a workpiece that reaches step i at a site from a label of the step before."""
    money: int = 0
    if i > 0:
        money = x.money[i - 1, source] + tables.leg_cost[x.site[i - 1, source], site]
    elif tables.origin[g] >= 0:
        money = tables.leg_cost[tables.origin[g], site]
    return money


@inlined
def label(
    x: Scratch,
    i: int,
    way: int | np.int64,
    site: int | np.int64,
    start: int | np.int64,
    end: int | np.int64,
    before: int | np.int64,
    money: int | np.int64,
) -> None:
    """Enter a way to have step i done."""
    k = x.made[i]
    x.way[i, k], x.site[i, k], x.start[i, k], x.end[i, k] = way, site, start, end
    x.before[i, k], x.money[i, k] = before, money
    x.made[i] = k + 1


@compiled
def search(
    tables: Tables,
    state: State,
    x: Scratch,
    g: int | np.int64,
    limit: int | np.int64,
    host: int | np.int64,
    cheap: bool,
) -> int:
    """`takeover._search`: completion, or NONE; the path into x.found_…. host: NONE for any. cheap: of the ways that
    end equally late, or in time, the cheapest that was seen, instead of the earliest."""
    base = tables.first_step[g]
    steps = tables.first_step[g + 1] - base
    first = tables.movable[g]
    spent = np.int64(0)
    for i in range(first):  # these stay; only the cost of having come here and the last place matter
        s = base + i
        if i == 0 and tables.origin[g] >= 0:
            spent = tables.leg_cost[tables.origin[g], tables.home_site[s]]
        if i > 0:
            spent += tables.leg_cost[tables.home_site[s - 1], tables.home_site[s]]
        spent += tables.home_cost[s]
    if first > 0:
        x.made[first - 1] = 0
        s = base + first - 1
        label(x, first - 1, NONE, tables.home_site[s], tables.home_start[s], tables.home_end[s], NONE, spent)
    for i in range(first, steps):
        s = base + i
        latest = limit - tables.rest[s]
        x.clock[0] += 1
        x.made[i] = 0
        if host < 0 and tables.home_end[s] <= latest and free_at_home(tables, state, s):
            site, source, soonest = tables.home_site[s], NONE, np.int64(0)
            for k in range(x.made[i - 1] if i > 0 else 0):
                time = x.end[i - 1, k] + tables.leg_time[x.site[i - 1, k], site]
                if source == NONE or time < soonest:
                    soonest, source = time, k
            if i == 0 or (source != NONE and soonest <= tables.home_start[s]):
                money = paid(tables, x, g, i, source, site) + tables.home_cost[s]
                label(x, i, NONE, site, tables.home_start[s], tables.home_end[s], source, money)
        for w in range(tables.first_way[s], tables.first_way[s + 1]):
            if host >= 0 and tables.way_enterprise[w] != host:
                continue
            site, duration = tables.way_site[w], tables.way_duration[w]
            reach(tables, x, g, i, site)
            if x.arrival[site] + duration > latest:
                continue
            start = fit(state, tables.way_machine[w], x.arrival[site], duration)
            if start != NONE and start + duration <= latest:
                money = paid(tables, x, g, i, x.source[site], site) + tables.way_cost[w]
                label(x, i, w, site, start, start + duration, x.source[site], money)
        if x.made[i] == 0:
            return NONE
    return choose(tables, x, g, steps, first, limit, cheap)


@inlined
def choose(
    tables: Tables,
    x: Scratch,
    g: int | np.int64,
    steps: int | np.int64,
    first: int | np.int64,
    limit: int | np.int64,
    cheap: bool,
) -> int:
    """The best label of the last step, and its path into x.found_…."""
    best, rank, money = NONE, np.int64(0), np.int64(0)
    for k in range(x.made[steps - 1]):
        done = x.end[steps - 1, k] + delivery(tables, g, x.site[steps - 1, k])
        cost = x.money[steps - 1, k] + leave(tables, g, x.site[steps - 1, k])
        key = max(done, tables.due[g]) if cheap else done
        if done > limit or (cheap and 0 <= tables.budget[g] < cost):
            continue
        if best == NONE or key < rank or (cheap and key == rank and cost < money):
            best, rank, money = k, key, cost
    if best == NONE or 0 <= tables.budget[g] < money:
        return NONE
    completion: int = x.end[steps - 1, best] + delivery(tables, g, x.site[steps - 1, best])
    k = best
    for i in range(steps - 1, first - 1, -1):
        x.found_way[i], x.found_start[i], x.found_end[i] = x.way[i, k], x.start[i, k], x.end[i, k]
        k = x.before[i, k]
    x.money[steps - 1, 0] = money
    return completion


@compiled
def route(
    tables: Tables, state: State, x: Scratch, g: int | np.int64, limit: int | np.int64, cheap: bool, into: Ints
) -> int:
    """`takeover.earliest` of a lifted guest: completion or NONE. into: three rows (way, start, end) by step of the job,
    and in a fourth, at 0, the cost."""
    steps = tables.first_step[g + 1] - tables.first_step[g]
    if not tables.one_host:
        found = search(tables, state, x, g, limit, NONE, cheap)
        if found != NONE:
            keep(x, steps, into)
        return found
    base = tables.first_step[g] + tables.movable[g]
    best, last, rank = NONE, np.int64(NONE), 0
    for w in range(tables.first_way[base], tables.first_way[base + 1]):
        host = tables.way_enterprise[w]  # ways are by machine, and machines by enterprise
        if host == last:
            continue
        last = host
        found = search(tables, state, x, g, limit, host, cheap)
        if found == NONE:
            continue
        key: int = max(found, tables.due[g]) if cheap else found
        if best == NONE or key < rank or (cheap and key == rank and x.money[steps - 1, 0] < into[3, 0]):
            best, rank = found, key
            keep(x, steps, into)
    return best


@inlined
def keep(x: Scratch, steps: int | np.int64, into: Ints) -> None:
    """The path found, out of the scratch."""
    for i in range(steps):
        into[0, i], into[1, i], into[2, i] = x.found_way[i], x.found_start[i], x.found_end[i]
    into[3, 0] = x.money[steps - 1, 0]


@compiled
def settle(tables: Tables, state: State, g: int | np.int64, completion: int | np.int64, into: Ints) -> bool:
    """Put a lifted guest where `route` found a place. False if a machine has no room."""
    base = tables.first_step[g]
    for s in range(base + tables.movable[g], tables.first_step[g + 1]):
        i = s - base
        state.at_way[s], state.at_start[s], state.at_end[s] = into[0, i], into[1, i], into[2, i]
    state.moved[g], state.completion[g], state.money[g] = True, completion, into[3, 0]
    return put(tables, state, g)


@compiled
def greedy(tables: Tables, state: State, x: Scratch, order: Ints, into: Ints) -> bool:
    """`greedy.greedy`. False if a machine had no room: make more and begin again."""
    left = order.copy()
    count = len(left)
    while count:
        still = 0
        for i in range(count):
            g = left[i]
            lift(tables, state, g)
            found = route(tables, state, x, g, tables.limit[g], False, into)
            if found == NONE:
                left[still] = g
                still += 1
                put(tables, state, g)
            elif not settle(tables, state, g, found, into):
                return False
        if still == count:
            break
        count = still
    return True


@compiled
def alone(tables: Tables, state: State, x: Scratch, into: Ints) -> Ints:
    """For each guest the earliest completion if it had all idle time, that of all late jobs too, for itself; NONE if it
    cannot be done by its limit. Budgets are ignored. The floor must be without guests."""
    best = np.empty(len(tables.limit), dtype=np.int64)
    for g in range(len(best)):
        best[g] = route(tables, state, x, g, tables.limit[g], False, into)
    return best
