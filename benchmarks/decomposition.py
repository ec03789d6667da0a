"""What a split costs and buys: whole against parts, by regions and by dividing the jobs, in one run.

    python benchmarks/decomposition.py [--size 50x90x25] [--parts 2 --parts 4] [--workers 2] [--seed 0] [--json]

A size is providers x demands x tasks of the generator of Radmanesh 2021 in a square of 100 km. Every row is judged as
one plan of the whole. Times: `whole` and `slowest part` are the engine's, `wall` is everything from split to judged
plan, processes, transfers and judging included, with the whole's wall beside it. The peers are the whole by the same
exact engine and the genetic algorithm of the paper (`--genetic`).
"""

from __future__ import annotations

import argparse
import json
import platform
import time
from importlib.metadata import version

from hanse.app.cases.radmanesh2021 import generate
from hanse.planning import solve
from hanse.planning.decomposition import Split, by_region, deal, decompose
from hanse.units import MILLION


def measure(size: str, counts: list[int], workers: str, seed: int, genetic: bool) -> list[dict[str, float | str]]:
    providers, demands, tasks = map(int, size.split("x"))
    problem = generate(providers, demands, tasks, 100, seed=seed)
    rows: list[dict[str, float | str]] = []
    for method in ("composition", "genetic") if genetic else ("composition",):
        solve(generate(3, 2, 2, 10), "cost", method=method)  # compiled engines pay for their first call
        # Derived anew, so that the bound the judge recomputes is paid by this run as by the parts'.
        problem = generate(providers, demands, tasks, 100, seed=seed)
        begun = time.perf_counter()
        whole = solve(problem, "cost", method=method, seed=seed)
        wall = time.perf_counter() - begun
        assert whole.plan is not None
        rows.append(_row(size, method, "whole", whole.plan.value, whole.plan.value, whole.seconds, wall))
        ways: list[tuple[str, Split]] = []
        for parts in counts:
            ways.append((f"{parts} regions", by_region(problem, parts, restrict=True)))
            ways.append((f"{parts} groups", deal(problem, parts)))
        for way, split in ways:
            found = decompose(problem, split, "cost", method, seed=seed, workers=workers)
            if found.plan is None:
                raise SystemExit(f"{size}, {way}: {found.violations[:1]}")
            if method == "composition" and found.plan.value < whole.plan.value:
                raise SystemExit(f"{size}, {way}: {found.plan.value} is below the optimum {whole.plan.value}")
            rows.append(_row(size, method, way, found.plan.value, whole.plan.value, found.slowest, found.seconds))
    return rows


def _row(
    size: str, method: str, way: str, value: int, whole: int, seconds: float, wall: float
) -> dict[str, float | str]:
    return {
        "size": size,
        "method": method,
        "way": way,
        "cost": value // MILLION,
        "excess_%": round(100 * (value / whole - 1), 2),
        "slowest_part_ms": round(1000 * seconds, 1),
        "wall_s": round(wall, 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--size", action="append", help="PROVIDERSxDEMANDSxTASKS, repeatable")
    parser.add_argument("--parts", action="append", type=int, help="how many parts, repeatable")
    parser.add_argument("--workers", default="2")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--genetic", action="store_true", help="the paper's genetic algorithm too")
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of lines")
    options = parser.parse_args()
    rows = []
    for size in options.size or ["30x70x15", "50x90x25", "60x140x20"]:
        for row in measure(size, options.parts or [2, 4, 8], options.workers, options.seed, options.genetic):
            rows.append(row)
            if not options.json:
                print("  ".join(f"{key} {value}" for key, value in row.items()), flush=True)
    if options.json:
        print(json.dumps({"python": platform.python_version(), "numpy": version("numpy"), "rows": rows}, indent=1))


if __name__ == "__main__":
    main()
