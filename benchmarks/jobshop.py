"""Job shops: Hanse's `auto` against its own `cpsat`, PyJobShop and a plain CP-SAT model, in one run.

    python benchmarks/jobshop.py FOLDER… [--pattern 'mk*'] [--time-limit 20] [--threads 2] [--seed 0]
                                         [--methods hanse,plain] [--rows rows.jsonl] [--json]

Each FOLDER is a family: problem files, perhaps with `best_known.json`: {name: {"lower_bound": …, "upper_bound": …}}.
All methods get the same file, time, threads and seed, one after the other; those that cannot state a problem are left
out of it. Every value is a makespan that its method claims; Hanse's have passed the judge. A bound above a best-known
value, or a value below a best-known bound, stops the run: somebody is wrong. With `--rows` every run is written to a
file as it ends, and those found there are not run again. `plain` is the usual text-book model plus one workload cut
per machine: what a day's work gives.

Distributed permutation flow shops are left out: Hanse reads their relaxation, whose plans are not comparable.
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

    family: str
    instance: str
    method: str
    value: int | None
    bound: int
    seconds: float

    @property
    def proved(self) -> bool:
        return self.value == self.bound


def run_hanse(
    problem: Problem, time_limit: float, threads: int, seed: int, method: str = "auto"
) -> tuple[int | None, int]:
    result = hanse.solve(problem, "makespan", method=method, time_limit=time_limit, threads=threads, seed=seed)
    value = None if result.measures is None else result.measures.makespan
    return value, (result.lower_bound or 0) // MILLION


def run_cpsat(problem: Problem, time_limit: float, threads: int, seed: int) -> tuple[int | None, int]:
    return run_hanse(problem, time_limit, threads, seed, "cpsat")


def is_plain(problem: Problem) -> bool:
    """Whether every job is one chain and nothing else is asked: all that the peers' models here can state."""
    return problem.transport is None and all(
        len(job.plans) == 1 and not job.single_workpiece
        and all(len(o.after) == (1 if k else 0) for k, o in enumerate(job.plans[0].operations))
        for job in problem.jobs
    )  # fmt: skip


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
    "cpsat": run_cpsat,
    "plain": run_plain,
    "pyjobshop": run_pyjobshop,
}


ONLY_PLAIN = frozenset({"plain", "pyjobshop"})
"""Methods whose models here know chains only."""


def measure(family: str, name: str, problem: Problem, method: str, limit: float, threads: int, seed: int) -> Run:
    begun = time.perf_counter()
    value, bound = METHODS[method](problem, limit, threads, seed)
    return Run(family, name, method, value, bound, round(time.perf_counter() - begun, 2))


Best = dict[str, dict[str, int]]
"""Best known bounds by instance name."""


def contradicts(run: Run, known: dict[str, int]) -> bool:
    low, high = known.get("lower_bound", 0), known.get("upper_bound", math.inf)
    return run.bound > high or (run.value is not None and run.value < low)


def by_family(runs: list[Run], best: Best) -> dict[str, dict[str, dict[str, float]]]:
    """The summary of each family and of all together."""
    families = {
        family: [run for run in runs if run.family == family] for family in dict.fromkeys(r.family for r in runs)
    }
    return {family: summary(its, best) for family, its in {**families, "all": runs}.items()}


def summary(runs: list[Run], best: Best) -> dict[str, dict[str, float]]:
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
        result[method] = {"runs": len(its), "proved": sum(run.proved for run in its),
                          "plans": sum(run.value is not None for run in its)}  # fmt: skip
        if gaps:
            result[method]["mean_gap_percent"] = round(sum(gaps) / len(gaps), 3)
            result[method]["new_best"] = sum(gap < 0 for gap in gaps)
        if pairs:
            times = [math.log(max(a.seconds, 0.01) / max(b.seconds, 0.01)) for a, b in pairs]
            values = [math.log(a.value / b.value) for a, b in pairs if a.value and b.value]
            result[method]["hanse_time_ratio"] = round(math.exp(sum(times) / len(times)), 3)
            result[method]["hanse_value_ratio"] = round(math.exp(sum(values) / max(1, len(values))), 4)
    return result


def known_rows(path: Path | None) -> dict[tuple[str, str, str], Run]:
    """Runs that an earlier call has written, by family, instance and method."""
    if path is None or not path.exists():
        return {}
    runs = [Run(**json.loads(line)) for line in path.read_text().splitlines()]
    return {(run.family, run.instance, run.method): run for run in runs}


def all_runs(options: argparse.Namespace) -> tuple[list[Run], Best]:
    """Run what is not yet written, print each as it ends."""
    runs: list[Run] = []
    best: Best = {}
    written = known_rows(options.rows)
    for folder in options.folders:
        path = folder / "best_known.json"
        known = json.loads(path.read_text()) if path.exists() else {}
        best.update(known)
        for file in sorted(folder.glob(options.pattern)):
            if file == path:
                continue
            problem = hanse.read(file)
            for method in options.methods.split(","):
                if (method in ONLY_PLAIN and not is_plain(problem)) or folder.name == "dpfsp":
                    continue
                run = written.get((folder.name, file.stem, method))
                if run is None:
                    settings = (options.time_limit, options.threads, options.seed)
                    run = measure(folder.name, file.stem, problem, method, *settings)
                    if contradicts(run, known.get(file.stem, {})):
                        raise SystemExit(f"{run} contradicts the best known values {known[file.stem]}")
                    if options.rows is not None:
                        with options.rows.open("a") as rows:
                            rows.write(json.dumps(asdict(run)) + "\n")
                runs.append(run)
                if not options.json:
                    mark = "optimal" if run.proved else f"best known {known.get(file.stem, {}).get('upper_bound', '?')}"
                    print(
                        f"{run.instance:16} {method:10} {run.value!s:>6} {run.bound:>6} {run.seconds:7.2f} s  {mark}",
                        flush=True,
                    )
    return runs, best


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folders", type=Path, nargs="+", help="folders of problem files, one per family")
    parser.add_argument("--pattern", default="*", help="which files (default: %(default)s)")
    parser.add_argument("--time-limit", type=float, default=20.0, help="seconds per run (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--methods", default="hanse,plain,pyjobshop", help=f"of {', '.join(METHODS)} (default: %(default)s)"
    )
    parser.add_argument("--rows", type=Path, help="file of finished runs, one JSON object a line; resumes")
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of tables")
    options = parser.parse_args()
    runs, best = all_runs(options)
    if options.json:
        versions = {name: version(name) for name in ("ortools", "pyjobshop", "numpy", "numba", "highspy")}
        settings = {"time_limit": options.time_limit, "threads": options.threads, "seed": options.seed}
        document = {
            "python": platform.python_version(),
            "versions": versions,
            "settings": settings,
            "runs": [asdict(run) for run in runs],
            "summary": by_family(runs, best),
        }
        print(json.dumps(document, indent=1))
    else:
        print(
            "\nby family and method: runs, optima proved, mean gap to best known (%), Hanse's time and value as ratios"
        )
        for family, methods in by_family(runs, best).items():
            for method, figures in methods.items():
                print(f"{family:16} {method:10} " + "  ".join(f"{key} {value:g}" for key, value in figures.items()))


if __name__ == "__main__":
    main()
