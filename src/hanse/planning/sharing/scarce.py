"""A bound on any sharing that knows how little idle time there is: prices on machines' time (Lagrangian relaxation).

Idle time is cut into buckets of SLOT time units by machine; together guests cannot use more of a bucket than is idle
in it. With a price for each unit of it (≥ 0), every guest alone picks the takeover, or its home, of least tardiness
plus price; the sum of these minima less the price of all idle time is no more than any sharing's tardiness, whatever
the prices are (Fisher 1981). Better prices are found by subgradients. All integers (millionths), so the bound is exact.

The search of a guest is a dynamic programme over time for every way of every step, exact but for budgets and margins,
which it leaves out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from hanse.clock import SystemClock
from hanse.planning.composition.jit import compiled, inlined
from hanse.planning.sharing.floor import Floor
from hanse.planning.sharing.guests import Guest
from hanse.planning.sharing.tables import Ints, State, Tables, state_of, tables_of

SHIFT = 3
SLOT = 1 << SHIFT
"""Time units of a bucket."""

WORK, ROOM = 1_000_000_000, 20_000_000
"""Starts a sweep over all guests may try, and cells a table may have, at most; beyond, the bound of each job alone has
to do."""

FAR = np.int64(1 << 60)

Cube = npt.NDArray[np.int64]
"""Three axes: step of a guest, way (its home last), time since its release."""


@inlined
def paid(price: Ints, total: Ints, m: int | np.int64, until: int | np.int64) -> int:
    """Price of a machine's time from 0 to `until`. total: at the beginning of each bucket."""
    k = until >> SHIFT
    value: int = total[m, k] + price[m, k] * (until & (SLOT - 1))
    return value


@inlined
def begins(tables: Tables, g: int | np.int64, s: int | np.int64, site: int | np.int64, away: bool) -> int:
    """When the workpiece can be there for the first step that may move. away: not at home, where it may have been sent
    already."""
    if s == tables.first_step[g]:
        ready = max(tables.release[g], tables.now) if away else tables.release[g]
        return int(ready + (tables.leg_time[tables.origin[g], site] if tables.origin[g] >= 0 else 0))
    end = max(tables.home_end[s - 1], tables.now) if away else tables.home_end[s - 1]
    return int(end + tables.leg_time[tables.home_site[s - 1], site])


@inlined
def site_of(tables: Tables, s: int | np.int64, k: int | np.int64) -> int:
    """Where the k-th way of a step stands; the one after the last is its home."""
    w = tables.first_way[s] + k
    site: int = tables.way_site[w] if w < tables.first_way[s + 1] else tables.home_site[s]
    return site


@inlined
def joins(tables: Tables, s: int | np.int64, k: int | np.int64, before: int | np.int64) -> bool:
    """Whether the k-th way of a step may follow that one of the step before: if there is one host, on its machines."""
    if not tables.one_host:
        return True
    host = tables.way_enterprise[tables.first_way[s] + k]
    return bool(host == tables.way_enterprise[tables.first_way[s - 1] + before])


@inlined
def options(tables: Tables, s: int | np.int64) -> int:
    """Ways of a step; its home is one unless there is one host."""
    count: int = tables.first_way[s + 1] - tables.first_way[s] + (0 if tables.one_host else 1)
    return count


@compiled
def arrive(
    tables: Tables, g: int | np.int64, s: int | np.int64, k: int, by: Cube, span: int | np.int64, ready: Ints
) -> None:
    """ready[t]: least price to have the workpiece at the k-th way of a step by t."""
    i, site = s - tables.first_step[g], site_of(tables, s, k)
    ready[:span] = FAR
    away = tables.first_way[s] + k < tables.first_way[s + 1]
    if i == tables.movable[g]:
        ready[max(0, begins(tables, g, s, site, away) - tables.release[g]) : span] = 0
        return
    for p in range(options(tables, s - 1)):
        if joins(tables, s, k, p):
            leg = tables.leg_time[site_of(tables, s - 1, p), site]
            for t in range(leg, span):
                ready[t] = min(ready[t], by[i - 1, p, t - leg])


@compiled
def step_of(
    tables: Tables, state: State, price: Ints, total: Ints, g: int | np.int64, s: int | np.int64, k: int,
    span: int | np.int64, ready: Ints, by: Cube, begun: Cube,
) -> None:  # fmt: skip
    """by[t]: least price, for the last step with tardiness, to have the step done by its k-th way at t (last step) or
    by t (others); begun[t]: when it starts then."""
    i, last = s - tables.first_step[g], s == tables.first_step[g + 1] - 1
    by[i, k, :span] = FAR
    zero, w = tables.release[g], tables.first_way[s] + k
    home = w == tables.first_way[s + 1]
    m = tables.home_machine[s] if home else tables.way_machine[w]
    length = tables.home_end[s] - tables.home_start[s] if home else tables.way_duration[w]
    site = site_of(tables, s, k)
    delivery = tables.leg_time[site, tables.destination[g]] if last and tables.destination[g] >= 0 else np.int64(0)
    low, latest = zero if home else max(zero, tables.now), tables.limit[g] - tables.rest[s] - delivery - length
    fixed = rent(tables, state, price, total, s) if home else 0
    for window in range(1 if home else state.idle_count[m]):
        a = max(low, tables.home_start[s] if home else state.idle_start[m, window])
        b = min(latest, tables.home_start[s] if home else state.idle_end[m, window] - length)
        for start in range(a, b + 1):
            value = ready[start - zero]
            if value >= FAR:
                continue
            done = start + length
            value += fixed if home else paid(price, total, m, done) - paid(price, total, m, start)
            if last:
                value += tables.weight[g] * max(0, done + delivery - tables.due[g])
            if value < by[i, k, done - zero]:
                by[i, k, done - zero], begun[i, k, done - zero] = value, start
    if not last:
        for t in range(1, span):
            if by[i, k, t - 1] < by[i, k, t]:
                by[i, k, t], begun[i, k, t] = by[i, k, t - 1], begun[i, k, t - 1]


@inlined
def rent(tables: Tables, state: State, price: Ints, total: Ints, s: int | np.int64) -> int:
    """Price of a step's home, as far as that is idle without it."""
    m = tables.home_machine[s]
    value = 0
    for k in range(state.idle_count[m]):
        a, b = max(tables.home_start[s], state.idle_start[m, k]), min(tables.home_end[s], state.idle_end[m, k])
        if a < b:
            value += paid(price, total, m, b) - paid(price, total, m, a)
    return value


@inlined
def use(used: Ints, m: int | np.int64, start: int | np.int64, end: int | np.int64) -> None:
    """Count [start, end) of a machine in its buckets."""
    while start < end:
        until = min(end, ((start >> SHIFT) + 1) << SHIFT)
        used[m, start >> SHIFT] += until - start
        start = until


@inlined
def use_home(tables: Tables, state: State, used: Ints, s: int | np.int64) -> None:
    """Count a step's home, as far as that is idle without it."""
    m = tables.home_machine[s]
    for k in range(state.idle_count[m]):
        a, b = max(tables.home_start[s], state.idle_start[m, k]), min(tables.home_end[s], state.idle_end[m, k])
        if a < b:
            use(used, m, a, b)


@compiled
def sweep(
    tables: Tables, state: State, price: Ints, total: Ints, used: Ints, by: Cube, begun: Cube, ready: Ints
) -> int:
    """Σ of the guests' minima at these prices, and what they use. by, begun: room by step of a guest, way and time."""
    sum_ = 0
    for g in range(len(tables.limit)):
        base, final = tables.first_step[g] + tables.movable[g], tables.first_step[g + 1]
        span = tables.limit[g] - tables.release[g] + 1
        best = tables.weight[g] * max(0, state.completion[g] - tables.due[g])
        for s in range(base, final):
            best += rent(tables, state, price, total, s)
            for k in range(options(tables, s)):
                arrive(tables, g, s, k, by, span, ready)
                step_of(tables, state, price, total, g, s, k, span, ready, by, begun)
        at, moment = -1, np.int64(0)
        i = final - 1 - tables.first_step[g]
        for k in range(options(tables, final - 1)):
            for t in range(span):
                if by[i, k, t] < best:
                    best, at, moment = by[i, k, t], k, np.int64(t)
        sum_ += best
        if at < 0:
            for s in range(base, final):
                use_home(tables, state, used, s)
        else:
            follow(tables, state, g, at, moment, by, begun, used)
    return sum_


@compiled
def follow(
    tables: Tables, state: State, g: int | np.int64, at: int, moment: np.int64, by: Cube, begun: Cube, used: Ints
) -> None:
    """Count what a guest uses whose last step is done by its way `at` at a moment."""
    base = tables.first_step[g] + tables.movable[g]
    for s in range(tables.first_step[g + 1] - 1, base - 1, -1):
        i, w = s - tables.first_step[g], tables.first_way[s] + at
        start = begun[i, at, moment]
        if w == tables.first_way[s + 1]:
            use_home(tables, state, used, s)
        else:
            use(used, tables.way_machine[w], start, start + tables.way_duration[w])
        if s > base:
            site, found, least, when = site_of(tables, s, at), -1, FAR, moment
            for p in range(options(tables, s - 1)):
                t = start - tables.release[g] - tables.leg_time[site_of(tables, s - 1, p), site]
                if t >= 0 and joins(tables, s, at, p) and by[i - 1, p, t] < least:
                    found, least, when = p, by[i - 1, p, t], t
            at, moment = found, when


def bound(lifted: Floor, guests: Sequence[Guest], least: Sequence[int], known: int, seconds: float) -> int:
    """No sharing of these guests, lifted off the floor, has less weighted tardiness (millionths). least: of each with
    all idle time for itself; known: of some sharing; seconds: for looking for prices."""
    clock = SystemClock()
    begin = clock.elapsed()
    tables = tables_of(lifted, guests)
    work = sum((g.limit - g.job.release + 1) * sum(map(len, g.ways)) for g in guests)
    best = sum(least)
    if not guests or work > WORK or min(g.limit - g.job.release for g in guests) < 0:
        return best
    longest = max(g.limit - g.job.release + 1 for g in guests)
    most = max(max(g.limit for g in guests), int(tables.home_end.max(initial=0)))
    buckets, most_ways = (most >> SHIFT) + 2, int(np.diff(tables.first_way).max(initial=0)) + 1
    deepest = max(len(g.home) for g in guests)
    if max(len(lifted.idle) * buckets, deepest * most_ways * longest) > ROOM:
        return best
    state, idle = state_of(lifted, guests, tables), _idle(lifted, buckets)
    by, begun = (np.zeros((deepest, most_ways, longest), dtype=np.int64) for _ in range(2))
    ready = np.zeros(longest, dtype=np.int64)
    price = np.zeros_like(idle)
    pace, stuck = 0.5, 0
    while pace > 0.0005:
        started = clock.elapsed()
        total = np.zeros_like(price)
        total[:, 1:] = np.cumsum(price[:, :-1] * SLOT, axis=1)
        used = np.zeros_like(idle)
        value = int(sweep(tables, state, price, total, used, by, begun, ready)) - int((price * idle).sum())
        stuck = 0 if value > best else stuck + 1
        best = max(best, value)
        if 2 * clock.elapsed() - started - begin > seconds or best >= known:
            break
        if stuck >= 8:
            pace, stuck = pace / 2, 0
        slope = (used - idle).astype(np.float64)
        slope[(slope < 0) & (price == 0)] = 0
        norm = float((slope**2).sum())
        if not norm:
            break
        price = np.maximum(0, price + np.rint(pace * (1.05 * known - value) / norm * slope)).astype(np.int64)
    return min(best, known)


def _idle(floor: Floor, buckets: int) -> Ints:
    """Idle time by machine and bucket."""
    edges = np.arange(buckets, dtype=np.int64) * SLOT
    idle = np.zeros((len(floor.idle), buckets), dtype=np.int64)
    for m, spans in enumerate(floor.idle):
        for start, end in spans:
            idle[m] += np.maximum(0, np.minimum(edges + SLOT, end) - np.maximum(edges, start))
    return idle
