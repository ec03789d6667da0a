"""How soon there is a plan: the first one of problems of 20 000 operations, and of a league from the command line.

python benchmarks/first_plans.py [REPEATS]      medians of 3 runs unless said otherwise

Seconds by the clock and of the processor: on a busy machine only the latter says something. The first row of each kind
is to be below 1 s (the solver's time until it tells of a plan), the last one below 2 s (start-up, reading, planning,
judging, writing; compiled code in its cache).
"""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from league import league

import hanse
from hanse.planning.result import Point

JOBS, STEPS, MACHINES, WAYS, SITES = 1000, 20, 100, 3, 10


def large(seed: int = 0, *, rich: bool) -> hanse.Problem:
    """20 000 operations on 100 machines. rich: with transport between ten sites and calendars of 280 windows each."""
    chance = random.Random(seed)
    sites = tuple(hanse.Site(f"E{i}", (chance.randrange(1000), chance.randrange(1000))) for i in range(SITES))
    legs = hanse.Transport.by_distance(sites, cost_rate=1, time_rate=1 / 100) if rich else None

    def machine(name: str) -> hanse.Machine:
        first = chance.randrange(400)  # every machine has hours of its own
        windows = tuple((first + 500 * day, first + 500 * day + 400) for day in range(280))
        return hanse.Machine(name, frozenset({"work"}), available=windows if rich else None)

    shops = tuple(
        hanse.Enterprise(site.id, site.id, tuple(machine(f"{site.id}-{k}") for k in range(MACHINES // SITES)))
        for site in sites
    )
    names = [machine.id for shop in shops for machine in shop.machines]

    def operation(number: int) -> hanse.Operation:
        modes = tuple(hanse.Mode(m, chance.randint(10, 99), chance.randint(1, 9)) for m in chance.sample(names, WAYS))
        return hanse.Operation(f"O{number}", "work", modes, (f"O{number - 1}",) if number else ())

    plans = [hanse.ProcessPlan("A", tuple(operation(i) for i in range(STEPS))) for _ in range(JOBS)]
    orders = tuple(hanse.Job(f"J{j}", (plan,)) for j, plan in enumerate(plans))
    return hanse.Problem("large", sites, shops, orders, transport=legs)


def first_plan(problem: hanse.Problem) -> tuple[float, float]:
    """Seconds by the clock and of the processor until the engine tells of a plan."""
    told: list[tuple[float, float]] = []
    begun, worked = time.perf_counter(), time.process_time()

    def progress(point: Point) -> None:
        if point.value is not None and not told:
            told.append((time.perf_counter() - begun, time.process_time() - worked))

    hanse.solve(problem, time_limit=0.1, threads=1, progress=progress)
    return told[0]


def from_the_command_line(problem: hanse.Problem) -> tuple[float, float]:
    """The same for `hanse solve` as a process, until it has ended, its plan judged and written."""
    with tempfile.TemporaryDirectory() as folder:
        file, plan = Path(folder, "league.json"), Path(folder, "plan.json")
        hanse.write(problem, file)
        words = [sys.executable, "-c", "from hanse.app.cli import main; main()", "solve", str(file)]
        before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run([*words, "--time-limit", "0.1", "--quiet", "--out", str(plan)], check=True)
        taken, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
        assert hanse.check(problem, hanse.read_plan(plan)).valid
    return taken, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main(repeats: int) -> None:
    print(f"{'':52}{'clock':>8}{'processor':>12}")
    for name, problem in (
        ("20 000 operations", large(rich=False)),
        ("20 000 operations, transport, own calendars", large(rich=True)),
        ("a league of 100 jobs, transport, calendars", league()),
    ):
        runs = [first_plan(problem) for _ in range(repeats)]
        print(f"{name:52}{median(a for a, _ in runs):7.2f} s{median(b for _, b in runs):10.2f} s", flush=True)
    runs = [from_the_command_line(league()) for _ in range(repeats + 1)][1:]  # the first one fills the caches
    name = "that league, `hanse solve` from start to end"
    print(f"{name:52}{median(a for a, _ in runs):7.2f} s{median(b for _, b in runs):10.2f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
