"""Flexible job shops: Hanse's `cpsat` against PyJobShop and against a plain CP-SAT model, in one run.

    python benchmarks/jobshop.py FOLDER [--pattern 'mk*.fjs'] [--time-limit 20] [--threads 2] [--seed 0] [--json]

FOLDER holds `.fjs` files and may hold `best_known.json`: {name: {"lower_bound": …, "upper_bound": …}}. All methods get
the same file, time, threads and seed, one after the other. Every value is a makespan that its method claims; Hanse's
have passed the judge. A bound above a best-known value, or a value below a best-known bound, stops the run: somebody
is wrong. `plain` is the usual text-book model plus one workload cut per machine: what a day's work gives.
"""

from __future__ import annotations

import argparse
import json
import math
import platform
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from ortools.sat.python import cp_model

import hanse
from hanse.model.problem import Problem
from hanse.units import MILLION


@dataclass(frozen=True)
class Run:
    """One method on one instance. value, bound: makespan (None: no plan). seconds: model building included."""

    instance: str
    method: str
    value: int | None
    bound: int
    seconds: float

    @property
    def proved(self) -> bool:
        return self.value == self.bound


def run_hanse(problem: Problem, time_limit: float, threads: int, seed: int) -> tuple[int | None, int]:
    result = hanse.solve(problem, "makespan", method="cpsat", time_limit=time_limit, threads=threads, seed=seed)
    value = None if result.measures is None else result.measures.makespan
    return value, (result.lower_bound or 0) // MILLION


def run_plain(problem: Problem, time_limit: float, threads: int, seed: int) -> tuple[int | None, int]:
    """Optional intervals, no-overlap per machine, and makespan ≥ least head + load + least tail for each machine."""
    model = cp_model.CpModel()
    chains = [job.plans[0].operations for job in problem.jobs]
    horizon = sum(max(mode.duration for mode in o.modes) for chain in chains for o in chain)
    makespan = model.new_int_var(0, horizon, "makespan")
    intervals: dict[str, list[cp_model.IntervalVar]] = {}
    loads: dict[str, list[cp_model.LinearExpr]] = {}
    heads: dict[str, int] = {}
    tails: dict[str, int] = {}
    for chain in chains:
        shortest = [min(mode.duration for mode in o.modes) for o in chain]
        previous: cp_model.LinearExpr | int = 0
        for i, o in enumerate(chain):
            start, end = model.new_int_var(0, horizon, ""), model.new_int_var(0, horizon, "")
            used = [model.new_bool_var("") for _ in o.modes]
            model.add_exactly_one(used)
            model.add(end == start + sum(mode.duration * x for mode, x in zip(o.modes, used, strict=True)))
            model.add(start >= previous)
            previous = end
            for mode, x in zip(o.modes, used, strict=True):
                interval = model.new_optional_fixed_size_interval_var(start, mode.duration, x, "")
                intervals.setdefault(mode.machine, []).append(interval)
                loads.setdefault(mode.machine, []).append(mode.duration * x)
                heads[mode.machine] = min(heads.get(mode.machine, horizon), sum(shortest[:i]))
                tails[mode.machine] = min(tails.get(mode.machine, horizon), sum(shortest[i + 1 :]))
        model.add(makespan >= previous)
    for machine, own in intervals.items():
        model.add_no_overlap(own)
        model.add(makespan >= heads[machine] + cp_model.LinearExpr.sum(loads[machine]) + tails[machine])
    model.minimize(makespan)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = time_limit
    solver.parameters.num_workers = threads
    solver.parameters.random_seed = seed
    status = solver.solve(model)
    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    return (solver.value(makespan) if found else None), math.ceil(solver.best_objective_bound - 1e-6)


def run_pyjobshop(problem: Problem, time_limit: float, threads: int, seed: int) -> tuple[int | None, int]:
    from pyjobshop import Model

    model = Model()
    machines = {name: model.add_machine(name=name) for name in problem.machines}
    for job in problem.jobs:
        its_job, tasks = model.add_job(name=job.id), {}
        for operation in job.plans[0].operations:
            tasks[operation.id] = task = model.add_task(job=its_job, name=operation.id)
            for mode in operation.modes:
                model.add_mode(task, machines[mode.machine], mode.duration)
            for earlier in operation.after:
                model.add_end_before_start(tasks[earlier], task)
    result = model.solve(time_limit=time_limit, display=False, num_workers=threads, random_seed=seed)
    value = None if math.isinf(result.objective) else round(result.objective)
    return value, math.ceil(result.lower_bound - 1e-6)


METHODS: dict[str, Callable[[Problem, float, int, int], tuple[int | None, int]]] = {
    "hanse": run_hanse,
    "plain": run_plain,
    "pyjobshop": run_pyjobshop,
}


def measure(name: str, problem: Problem, method: str, limit: float, threads: int, seed: int) -> Run:
    begun = time.perf_counter()
    value, bound = METHODS[method](problem, limit, threads, seed)
    return Run(name, method, value, bound, round(time.perf_counter() - begun, 2))


def contradicts(run: Run, known: dict[str, int]) -> bool:
    low, high = known.get("lower_bound", 0), known.get("upper_bound", math.inf)
    return run.bound > high or (run.value is not None and run.value < low)


def summary(runs: list[Run], best: dict[str, dict[str, int]]) -> dict[str, dict[str, float]]:
    """Per method: optima proved, mean gap to the best known value (%), and time and gap as ratios of Hanse's to it."""
    result: dict[str, dict[str, float]] = {}
    own = {run.instance: run for run in runs if run.method == "hanse"}
    for method in dict.fromkeys(run.method for run in runs):
        its = [run for run in runs if run.method == method]
        gaps = [
            (run.value / best[run.instance]["upper_bound"] - 1) * 100
            for run in its
            if run.value is not None and run.instance in best
        ]
        pairs = [(own[run.instance], run) for run in its if run.instance in own]
        result[method] = {"proved": sum(run.proved for run in its), "plans": sum(run.value is not None for run in its)}
        if gaps:
            result[method]["mean_gap_percent"] = round(sum(gaps) / len(gaps), 2)
        if pairs:
            times = [math.log(max(a.seconds, 0.01) / max(b.seconds, 0.01)) for a, b in pairs]
            values = [math.log(a.value / b.value) for a, b in pairs if a.value and b.value]
            result[method]["hanse_time_ratio"] = round(math.exp(sum(times) / len(times)), 3)
            result[method]["hanse_value_ratio"] = round(math.exp(sum(values) / max(1, len(values))), 4)
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", type=Path, help="folder of .fjs files, with best_known.json if there is one")
    parser.add_argument("--pattern", default="*.fjs", help="which files (default: %(default)s)")
    parser.add_argument("--time-limit", type=float, default=20.0, help="seconds per run (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--methods", default="hanse,plain,pyjobshop", help="(default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of tables")
    options = parser.parse_args()
    path = options.folder / "best_known.json"
    best = json.loads(path.read_text()) if path.exists() else {}
    runs: list[Run] = []
    for file in sorted(options.folder.glob(options.pattern)):
        problem = hanse.read(file)
        for method in options.methods.split(","):
            run = measure(file.stem, problem, method, options.time_limit, options.threads, options.seed)
            if contradicts(run, best.get(file.stem, {})):
                raise SystemExit(f"{run} contradicts the best known values {best[file.stem]}")
            runs.append(run)
            if not options.json:
                mark = "optimal" if run.proved else ""
                print(
                    f"{run.instance:16} {method:10} {run.value!s:>6} {run.bound:>6} {run.seconds:7.2f} s {mark}",
                    flush=True,
                )
    if options.json:
        versions = {name: version(name) for name in ("ortools", "pyjobshop", "numpy")}
        settings = {"time_limit": options.time_limit, "threads": options.threads, "seed": options.seed}
        document = {
            "python": platform.python_version(),
            "versions": versions,
            "settings": settings,
            "runs": [asdict(run) for run in runs],
            "summary": summary(runs, best),
        }
        print(json.dumps(document, indent=1))
    else:
        print("\nmethod: optima proved, mean gap to best known (%), Hanse's time and value as a ratio to it")
        for method, figures in summary(runs, best).items():
            print(f"{method:10} " + "  ".join(f"{key} {value:g}" for key, value in figures.items()))


if __name__ == "__main__":
    main()
