"""A made-up league of many shops, with transport and working hours, as a problem file; and how soon it is planned.

python benchmarks/league.py league.json [JOBS]      100 jobs unless said otherwise
time hanse solve league.json --time-limit 0.2       start-up, reading, planning, judging: under 2 s
"""

from __future__ import annotations

import random
import sys

import hanse

SHOPS, MACHINES, STEPS, WAYS, DAYS = 12, 4, 5, 3, 60


def league(jobs: int = 100, seed: int = 0) -> hanse.Problem:
    """So many jobs of five operations, each with three machines to choose from in twelve shops of four. Times are
    minutes; machines work on weekdays' hours, eight to sixteen or round the clock; half of the jobs have due dates."""
    chance = random.Random(seed)
    sites = tuple(hanse.Site(f"E{i}", (chance.randrange(80_000), chance.randrange(80_000))) for i in range(SHOPS))
    legs = hanse.Transport.by_distance(sites, cost_rate=0.01, time_rate=1 / 1000)
    days = tuple((1440 * day + 480, 1440 * day + 960) for day in range(DAYS + jobs // 2) if day % 7 < 5)
    services = [f"service {k}" for k in range(MACHINES)]
    shops = tuple(
        hanse.Enterprise(
            site.id,
            site.id,
            tuple(
                hanse.Machine(
                    f"{site.id}-M{k}", frozenset({services[k]}), available=None if chance.random() < 0.3 else days
                )
                for k in range(MACHINES)
            ),
        )
        for site in sites
    )
    orders = []
    for number in range(jobs):
        steps = []
        for i in range(STEPS):
            kind = chance.randrange(MACHINES)
            able = [f"{shop.id}-M{kind}" for shop in chance.sample(shops, WAYS)]
            modes = tuple(hanse.Mode(m, chance.randint(30, 240), chance.randint(2_000, 20_000)) for m in able)
            steps.append(hanse.Operation(f"O{i + 1}", services[kind], modes, (f"O{i}",) if i else ()))
        due = 1440 * chance.randint(4, 20) if chance.random() < 0.5 else None
        where = chance.choice(sites).id
        orders.append(hanse.Job(f"J{number + 1}", (hanse.ProcessPlan("A", tuple(steps)),), destination=where, due=due))
    units = hanse.Units(time="minute", money="cent", distance="metre")
    return hanse.Problem(f"a league of {SHOPS} shops", sites, shops, tuple(orders), units, legs)


if __name__ == "__main__":
    hanse.write(league(int(sys.argv[2]) if len(sys.argv) > 2 else 100), sys.argv[1])
