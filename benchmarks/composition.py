"""Composition: exact without limits, exact at the scale of arrays, near-optimal under budgets; peers in the same run.

    python benchmarks/composition.py [--part exact] [--part arrays] [--part budgets] [--size 1 --size 4] [--json]

Problems are the four sizes of Radmanesh 2021, Table 7 (`hanse.app.cases.radmanesh2021`, 30 to 90 providers, 1 050 to
7 200 tasks). Under budgets every task takes 1 to 20 units of time, the same at every provider, and each provider may be
given (1 + slack) × all the work ÷ providers, rounded down.

    exact     the engine `composition`, conversion from the problem's tuples included, and its kernel alone, beside the
              same recursion in plain Python (twin)
    arrays    1 000 providers × 4 000 demands × 25 tasks, costs drawn on the fly, and the share of the peak rate of
              min-plus operations that a loop over the nearest cache reaches
    budgets   the engine `lagrangian` beside CP-SAT and HiGHS on the plain model, each given the same time for the
              search and the building of its model on top
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import resource
import statistics
import time
from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import version
from typing import Any

import numpy as np
import plain_models

from hanse.app.cases.radmanesh2021 import SIZES, generate
from hanse.model.objective import Objective
from hanse.model.problem import Enterprise, Job, Machine, Mode, Operation, Problem, ProcessPlan, Site, Transport
from hanse.planning.composition.dense import LANES, Numbers, chains
from hanse.planning.composition.dual import Pricing
from hanse.planning.composition.forest import UNLIMITED, forest_of
from hanse.planning.composition.jit import compiled
from hanse.planning.result import Limits
from hanse.planning.solve import load
from hanse.units import MILLION

COST = Objective.parse("cost")
Row = dict[str, Any]


def instance(enterprises: int, jobs: int, tasks: int, seed: int) -> Problem:
    """A random problem without limits for the other benchmarks: positions in a square of 1000, costs 100 to 999,
    durations 1 to 99, every enterprise offering every task, one unit of money per unit of distance."""
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


def budgeted(size: str, slack: float, seed: int) -> Problem:
    """One of the four sizes with times and budgets as described above."""
    whole = generate(*SIZES[size], seed=seed)
    draw, work = random.Random(f"{size}/{seed}"), 0
    jobs: list[Job] = []
    for job in whole.jobs:
        operations = []
        for operation in job.plans[0].operations:
            taken = draw.randint(1, 20)
            work += taken
            operations.append(replace(operation, modes=tuple(m._replace(duration=taken) for m in operation.modes)))
        jobs.append(replace(job, plans=(ProcessPlan("A", tuple(operations)),)))
    budget = int((1 + slack) * work / len(whole.enterprises))
    members = tuple(
        replace(member, machines=tuple(replace(m, budget=budget) for m in member.machines))
        for member in whole.enterprises
    )
    return replace(whole, jobs=tuple(jobs), enterprises=members)


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


def exact(size: str, seed: int, repeat: int, threads: int) -> Row:
    problem, engine = generate(*SIZES[size], seed=seed), load("composition")
    times, value = [], 0
    for _ in range(repeat + 1):  # the first may load compiled code
        begun = time.perf_counter()
        answer = engine.solve(problem, COST, Limits(threads=threads), lambda _: None)
        times.append(time.perf_counter() - begun)
        assert answer.value is not None
        value = answer.value // MILLION
    forest, _ = forest_of(problem)
    free, kernel = np.zeros(len(problem.machines), dtype=np.int64), []
    with Pricing(forest, np.full_like(free, UNLIMITED), threads) as pricing:
        for _ in range(repeat + 1):
            begun = time.perf_counter()
            total = int(pricing.at(free).least.sum())
            kernel.append(time.perf_counter() - begun)
    begun = time.perf_counter()
    expected = twin(problem)
    plain = time.perf_counter() - begun
    if not value == expected == total:
        raise SystemExit(f"size {size}: the engine says {value}, its kernel {total}, its twin {expected}")
    whole, alone = statistics.median(times[1:]), statistics.median(kernel[1:])
    return {
        "size": size,
        "modes": len(forest.cost),
        "cost": value,
        "first_ms": round(times[0] * 1000, 1),
        "engine_ms": round(whole * 1000, 1),
        "engine_best_ms": round(min(times[1:]) * 1000, 1),
        "kernel_ms": round(alone * 1000, 2),
        "kernel_best_ms": round(min(kernel[1:]) * 1000, 2),
        "twin_ms": round(plain * 1000),
        "twin_over_engine": round(plain / whole, 1),
    }


@compiled
def peak(legs: Numbers, far: Numbers, times: int) -> int:
    """Min-plus sums of two rows with four, all in the nearest cache and the results in registers."""
    total = np.int64(0)
    for turn in range(times):
        k, m = legs[turn % 2], legs[1 - turn % 2]
        a0 = a1 = a2 = a3 = b0 = b1 = b2 = b3 = np.int32(2**31 - 1)
        for q in range(legs.shape[1]):
            a0 = min(a0, np.int32(k[q] + far[0, q]))
            a1 = min(a1, np.int32(k[q] + far[1, q]))
            a2 = min(a2, np.int32(k[q] + far[2, q]))
            a3 = min(a3, np.int32(k[q] + far[3, q]))
            b0 = min(b0, np.int32(m[q] + far[0, q]))
            b1 = min(b1, np.int32(m[q] + far[1, q]))
            b2 = min(b2, np.int32(m[q] + far[2, q]))
            b3 = min(b3, np.int32(m[q] + far[3, q]))
        far[turn % 4, turn % legs.shape[1]] = (a0 ^ b1) & 0xFFFF  # no turn may be skipped
        total += a0 + a1 + a2 + a3 + b0 + b1 + b2 + b3
    return int(total)


def peak_rate() -> float:
    """Min-plus operations per second of one core at best."""
    draw, turns = np.random.default_rng(0), 100_000
    legs, far = (draw.integers(0, 10_000, (rows, 1024), dtype=np.int32) for rows in (2, 4))
    peak(legs, far, 10)
    best = float("inf")
    for _ in range(5):
        begun = time.perf_counter()
        peak(legs, far, turns)
        best = min(best, time.perf_counter() - begun)
    return turns * 8 * 1024 / best


def arrays(providers: int, demands: int, tasks: int, seed: int, threads: int) -> Row:
    draw = np.random.default_rng(seed)
    points = draw.integers(0, 100_000, (providers, 2)).astype(np.float64)
    legs = np.rint(np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1)) * 0.1).astype(np.int32)
    drawing = 0.0

    def blocks() -> Iterator[Numbers]:
        nonlocal drawing
        for first in range(0, demands, 10 * LANES):
            begun = time.perf_counter()
            count = min(10 * LANES, demands - first)
            block = draw.integers(100, 2000, (count, tasks, providers), dtype=np.int32)
            drawing += time.perf_counter() - begun
            yield block

    list(chains([np.ones((LANES, 2, providers), dtype=np.int32)], legs))  # compile outside the clock
    begun = time.perf_counter()
    cost, used = 0, 0
    for part in chains(blocks(), legs, threads):
        cost += int(part.least.sum())
        used += part.choice.nbytes
    seconds = time.perf_counter() - begun
    steps, top = demands * (tasks - 1) * providers**2, peak_rate()
    return {
        "size": f"{providers} × {demands * tasks}",
        "cost": cost,
        "seconds": round(seconds, 2),
        "drawing_s": round(drawing, 2),
        "giga_steps_per_s": round(steps / seconds / 1e9, 1),
        "peak_per_core": round(top / 1e9, 1),
        "share_of_peak": round(steps / seconds / (threads * top), 3),
        "memory_gb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 2),
        "choices_mb": round(used / 1e6, 1),
    }


def budgets(size: str, slack: float, options: argparse.Namespace) -> Iterator[Row]:
    problem = budgeted(size, slack, options.seed)
    engine, limits = load("lagrangian"), Limits(options.limit, options.threads, options.seed)
    begun = time.perf_counter()
    answer = engine.solve(problem, COST, limits, lambda _: None)
    seconds = time.perf_counter() - begun
    lowest = answer.lower_bound or 0
    aim = 0.01 if slack < 0.2 else 0.005
    reached = [p.seconds for p in answer.trajectory if p.value and p.value - lowest <= aim * p.value]
    bound_at = [p.seconds for p in answer.trajectory if p.lower_bound and p.lower_bound >= 0.9999 * lowest]
    row = outcome("lagrangian", size, slack, answer.value, answer.lower_bound, seconds)
    yield row | {
        "aim": aim,
        "aim_reached_s": round(reached[0], 2) if reached else None,
        "bound_s": round(bound_at[0], 2),
    }
    for name, model in (("cpsat", plain_models.cpsat), ("highs", plain_models.highs)):
        arcs = plain_models.arcs(problem)
        if name == "highs" and arcs > options.peer_arcs:  # CP-SAT's model has no variable for a pair
            yield {"method": name, "size": size, "slack": slack, "left out": f"{arcs / 1e6:.0f} M pairs of modes"}
            continue
        built, seconds, value, bound = model(problem, options.limit, options.threads, options.seed)
        ratio = round(value / answer.value, 3) if value and answer.value else None
        yield outcome(name, size, slack, value, bound, seconds) | {
            "building_s": round(built, 1),
            "value_over_lagrangian": ratio,
        }


def outcome(method: str, size: str, slack: float, value: int | None, bound: int | None, seconds: float) -> Row:
    gap = None if value is None or bound is None else round(100 * (value - bound) / value, 3)
    whole = None if value is None else value // MILLION
    low = None if bound is None else bound // MILLION
    return {
        "method": method,
        "size": size,
        "slack": slack,
        "value": whole,
        "bound": low,
        "gap_%": gap,
        "seconds": round(seconds, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--part", action="append", choices=("exact", "arrays", "budgets"), help="repeatable; all")
    parser.add_argument("--size", action="append", choices=tuple(SIZES), help="published size, repeatable; all")
    parser.add_argument("--slack", action="append", type=float, help="of the budgets, repeatable; 0.25 and 0.1")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--repeat", type=int, default=9)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--limit", type=float, default=10.0, help="seconds for every method under budgets")
    parser.add_argument("--peer-arcs", type=float, default=6e6, help="pairs of modes beyond which HiGHS is left out")
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of lines")
    options = parser.parse_args()
    rows: list[Row] = []

    def show(row: Row) -> None:
        rows.append(row)
        if not options.json:
            print("  ".join(f"{key} {value}" for key, value in row.items()), flush=True)

    load("lagrangian").solve(budgeted("1", 0.25, 0), COST, Limits(0.1, 1), lambda _: None)  # load compiled code
    for part in options.part or ("exact", "arrays", "budgets"):
        if part == "arrays":
            show({"part": part} | arrays(1000, 4000, 25, options.seed, options.threads))
        for size in (options.size or SIZES) if part != "arrays" else ():
            if part == "exact":
                show({"part": part} | exact(size, options.seed, options.repeat, options.threads))
            for slack in (options.slack or (0.25, 0.1)) if part == "budgets" else ():
                for row in budgets(size, slack, options):
                    show({"part": part} | row)
    if options.json:
        versions = {name: version(name) for name in ("numpy", "numba", "highspy", "ortools")}
        print(json.dumps({"python": platform.python_version(), "versions": versions, "rows": rows}, indent=1))


if __name__ == "__main__":
    main()
