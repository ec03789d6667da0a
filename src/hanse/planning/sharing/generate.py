"""Leagues with a present plan, drawn: for benchmarks, studies and tests."""

from __future__ import annotations

import numpy as np

from hanse.model.plan import Assignment
from hanse.model.problem import Enterprise, Job, Machine, Mode, Operation, Problem, ProcessPlan, Site, Transport
from hanse.units import MILLION, Units


def league(
    members: int,
    machines: int,
    jobs: int,
    seed: int = 0,
    *,
    services: int = 40,
    steps: int = 3,
    longest: int = 60,
    reach: int = 24,
    full: float = 0.7,
) -> tuple[Problem, tuple[Assignment, ...]]:
    """A problem and its members' present plans, times in minutes.

    Members stand on a plane of 100 by 100 km; each machine offers one of `services`; each job belongs to a member that
    has the services of its one to `steps` operations, of up to `longest` minutes there and up to 25 % more or less at
    each of the `reach` other machines of the service that are nearest. A job is carried from its home and back, at a
    minute and a unit of money for each km. Every member starts its jobs in the order of drawn release dates, so that
    some are late while others are idle; loads differ between members.
    """
    chance = np.random.default_rng(seed)
    sites = tuple(
        Site(f"E{i}", (int(x), int(y))) for i, (x, y) in enumerate(chance.integers(0, 100, size=(members, 2)))
    )
    transport = Transport.by_distance(sites, cost_rate=1, time_rate=1)
    offered = chance.integers(0, services, size=(members, machines))
    enterprises = tuple(
        Enterprise(
            site.id, site.id, tuple(Machine(f"{site.id}M{k}", frozenset({f"S{s}"})) for k, s in enumerate(offered[i]))
        )
        for i, site in enumerate(sites)
    )
    providers: dict[int, list[tuple[int, int]]] = {}
    for i in range(members):
        for k in range(machines):
            providers.setdefault(int(offered[i, k]), []).append((i, k))
    nearest = {
        (i, s): sorted(own, key=lambda at: (transport.time[i][at[0]], at))[: reach + machines]
        for s, own in providers.items()
        for i in range(members)
    }
    popular = chance.random(members) + 0.3
    homes = np.sort(chance.choice(members, size=jobs, p=popular / popular.sum()))
    horizon = round(jobs / members * (steps + 1) / 2 * (longest / 2) / machines / full * 1.3 / 0.8) + longest
    free = np.zeros((members, machines), dtype=np.int64)
    made, rows = [], []
    release = np.zeros(jobs, dtype=np.int64)
    for home in range(members):
        own = np.flatnonzero(homes == home)
        release[own] = np.sort(chance.integers(0, horizon, size=len(own)))
    for j in range(jobs):
        home = int(homes[j])
        operations: list[Operation] = []
        moment = int(release[j])
        work = 0
        for i, k in enumerate(chance.integers(0, machines, size=int(chance.integers(1, steps + 1)))):
            service = int(offered[home, k])
            duration = int(chance.integers(1, longest + 1))
            modes = []
            for m, c in nearest[home, service]:
                factor = 1.0 if (m, c) == (home, int(k)) else float(chance.uniform(0.75, 1.25))
                modes.append(Mode(f"E{m}M{c}", max(1, round(duration * factor)), round(10 * duration * factor)))
            if not any(mode.machine == f"E{home}M{k}" for mode in modes):
                modes.append(Mode(f"E{home}M{k}", duration, 10 * duration))
            after = (operations[-1].id,) if operations else ()
            operations.append(Operation(f"O{i}", f"S{service}", tuple(modes), after))
            start = max(moment, int(free[home, k]))
            moment = free[home, k] = start + duration
            work += duration
            rows.append(Assignment(f"J{j}", "A", f"O{i}", f"E{home}M{k}", start, int(moment)))
        made.append(
            Job(
                f"J{j}",
                (ProcessPlan("A", tuple(operations)),),
                customer=f"E{home}",
                origin=f"E{home}",
                destination=f"E{home}",
                release=int(release[j]),
                due=int(release[j]) + work + int(chance.integers(30, 6 * longest)),
                weight=int(chance.integers(1, 6)) * MILLION,
            )
        )
    units = Units(time="minute", money="unit", distance="kilometre")
    return Problem(f"league of {members}, seed {seed}", sites, enterprises, tuple(made), units, transport), tuple(rows)
