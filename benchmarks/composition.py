"""Composition without limits: Hanse's exact engine against a plain shortest-path twin and CP-SAT, in one run.

    python benchmarks/composition.py [--size 15x30x10 --size 50x90x25] [--seed 1] [--repeat 5] [--json]

A size is enterprises x jobs x tasks per job; every enterprise offers every task (Radmanesh 2021 has the like, with a
genetic algorithm; the instances here are random: positions in a square of 1000, costs 100 to 999, one money unit per
distance unit). Times include the conversion from the problem's tuples. The peers:

    twin    the same recursion, job by job in plain Python, dictionaries hoisted out of its loops
    cpsat   the engine `cpsat` of Hanse on the same problem, left out beyond --cpsat-cells pairs of sites
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import statistics
import time
from importlib.metadata import version

from hanse.model.objective import Objective
from hanse.model.problem import Enterprise, Job, Machine, Mode, Operation, Problem, ProcessPlan, Site, Transport
from hanse.planning import solve
from hanse.planning.result import Limits
from hanse.planning.solve import load
from hanse.units import MILLION

COST = Objective.parse("cost")


def instance(enterprises: int, jobs: int, tasks: int, seed: int) -> Problem:
    chance = random.Random(seed)
    sites = tuple(Site(f"E{i}", (chance.randrange(1000), chance.randrange(1000))) for i in range(enterprises))
    members = tuple(
        Enterprise(f"E{i}", f"E{i}", (Machine(f"M{i}", frozenset({"work"}), capacity=None),))
        for i in range(enterprises)
    )

    def operation(t: int) -> Operation:
        modes = tuple(Mode(f"M{i}", chance.randrange(1, 100), chance.randrange(100, 1000)) for i in range(enterprises))
        return Operation(f"T{t}", "work", modes, (f"T{t - 1}",) if t else ())

    return Problem(
        f"{enterprises}x{jobs}x{tasks}",
        sites,
        members,
        tuple(Job(f"J{j}", (ProcessPlan("A", tuple(operation(t) for t in range(tasks))),)) for j in range(jobs)),
        transport=Transport.by_distance(sites, cost_rate=1.0, time_rate=1.0),
    )


def twin(problem: Problem) -> int:
    """Σ over jobs of the layered shortest path, in plain Python."""
    assert problem.transport is not None
    legs, site, total = problem.transport.cost, problem.machine_site, 0
    columns = list(zip(*legs, strict=True))
    for job in problem.jobs:
        best: list[tuple[int, int]] = []
        for operation in job.plans[0].operations:
            if not best:
                best = [(site[mode.machine], mode.cost) for mode in operation.modes]
                continue
            layer = []
            for mode in operation.modes:
                column = columns[site[mode.machine]]
                layer.append((site[mode.machine], mode.cost + min(cost + column[place] for place, cost in best)))
            best = layer
        total += min(cost for _, cost in best)
    return total


def measure(size: str, seed: int, repeat: int, cpsat_limit: float, cells: int) -> dict[str, float | str]:
    enterprises, jobs, tasks = map(int, size.split("x"))
    problem, engine = instance(enterprises, jobs, tasks, seed), load("composition")
    times, value = [], 0
    for _ in range(repeat):
        begun = time.perf_counter()
        answer = engine.solve(problem, COST, Limits(), lambda _: None)
        times.append(time.perf_counter() - begun)
        assert answer.value is not None
        value = answer.value // MILLION
    begun = time.perf_counter()
    expected = twin(problem)
    plain = time.perf_counter() - begun
    if value != expected:
        raise SystemExit(f"{size}: the engine says {value}, its twin {expected}")
    result: dict[str, float | str] = {
        "size": size,
        "modes": enterprises * jobs * tasks,
        "cost": value,
        "first_ms": round(times[0] * 1000, 1),
        "median_ms": round(statistics.median(times) * 1000, 1),
        "best_ms": round(min(times) * 1000, 1),
        "twin_ms": round(plain * 1000, 1),
        "twin_over_median": round(plain / statistics.median(times), 1),
    }
    if cpsat_limit and enterprises**2 * jobs * (tasks - 1) <= cells:
        other = solve(problem, "cost", method="cpsat", time_limit=cpsat_limit)
        assert other.plan is not None
        if other.plan.value != value * MILLION and other.status == "optimal":
            raise SystemExit(f"{size}: cpsat calls {other.plan.value} optimal, the engine {value * MILLION}")
        result |= {
            "cpsat_s": round(other.seconds, 2),
            "cpsat_status": other.status,
            "cpsat_over_median": round(other.seconds / statistics.median(times), 1),
        }
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--size", action="append", help="ENTERPRISESxJOBSxTASKS, repeatable")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--cpsat-limit", type=float, default=60.0, help="seconds for cpsat (0: leave it out)")
    parser.add_argument("--cpsat-cells", type=int, default=300_000, help="largest Σ pairs of sites over arcs for cpsat")
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of lines")
    options = parser.parse_args()
    rows = []
    for size in options.size or ["5x10x5", "15x30x10", "30x60x15", "50x90x25"]:
        rows.append(measure(size, options.seed, options.repeat, options.cpsat_limit, options.cpsat_cells))
        if not options.json:
            print("  ".join(f"{key} {value}" for key, value in rows[-1].items()), flush=True)
    if options.json:
        versions = {name: version(name) for name in ("numpy", "ortools")}
        print(json.dumps({"python": platform.python_version(), "versions": versions, "rows": rows}, indent=1))


if __name__ == "__main__":
    main()
