"""Trade-offs: how fast plans are decoded, and how good fronts are beside named peers at equal work or equal time.

    python benchmarks/pareto.py [--part decoder] [--part methods] [--part auto] [--seeds 3] [--json]

Problems are seeded instances of the sizes of Ramakurthi 2022 (`hanse.app.reproduce.ramakurthi.instances`).

    decoder   6 × 12: plans a second, compiled and by the plain twin, in the same run, least time of five
    methods   the ten sizes of Table 11, three objectives, equal evaluations: median hypervolume of the hybrid
              against pymoo's NSGA-III as it comes, and against NSGA-III with the same decoder and local search
    auto      two objectives: share of the proved front's hypervolume; larger problems: auto beside the hybrid, NSGA-II
              and NSGA-III at equal time, by hypervolume and coverage
"""

from __future__ import annotations

import argparse
import json
import platform
import time
from importlib.metadata import version
from statistics import median
from typing import Any

import numpy as np

from hanse.app.reproduce.ramakurthi.instances import scenario
from hanse.app.reproduce.ramakurthi.published import published
from hanse.app.reproduce.ramakurthi.runs import DEFAULT, HELPED, HYBRID, Desk
from hanse.app.reproduce.ramakurthi.study import Entry, races
from hanse.planning.pareto import Extras, Front, explore, twin
from hanse.planning.pareto.arrays import Floats
from hanse.planning.pareto.indicators import coverage, hypervolume, reference
from hanse.planning.pareto.objectives import minimised
from hanse.planning.pareto.space import Space

Row = dict[str, Any]

SMALL = ((3, 2), (3, 5), (4, 5), (6, 6), (8, 8), (6, 12), (10, 10))
LARGE = ((15, 15), (20, 10), (20, 20))
PAIR, TRIPLE = ("makespan", "energy"), ("makespan", "energy", "utilisation")


def decoder() -> list[Row]:
    """Plans a second, and how many times the twin's."""
    rows: list[Row] = []
    for gaps in (True, False):
        space = Space(scenario(6, 12, 0), PAIR, gaps=gaps)
        vectors = space.random(20_000, np.random.default_rng(0))
        space.measures(vectors[:10])
        few = vectors[:300].tolist()

        def compiled(space: Space = space, vectors: Floats = vectors) -> None:
            space.measures(vectors)

        def plain(space: Space = space, few: list[list[float]] = few, gaps: bool = gaps) -> None:
            for vector in few:
                plan = twin.decode(space.shop, vector, gaps=gaps)
                assert plan is not None
                twin.measures(space.shop, plan, Extras())

        fast, slow = len(vectors) / least(compiled), len(few) / least(plain)
        kind = "active" if gaps else "semi-active"
        rows.append({"part": "decoder", "schedules": kind, "plans_per_second": round(fast), "times_twin": fast / slow})
    return rows


def least(work: Any, times: int = 5) -> float:
    """Seconds of the fastest of several runs."""
    found = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        found.append(time.perf_counter() - begun)
    return min(found)


def methods(seeds: int, evaluations: int) -> list[Row]:
    """The hybrid against both peers on the ten sizes of Table 11."""
    rows: list[Row] = []
    for row in published().practical:
        problem = scenario(row.jobs, row.machines, row.number)
        entry = Entry("practical", row.number, problem, (DEFAULT, HELPED, HYBRID), seeds, evaluations)
        (found,) = races([entry], Desk(), lambda _done, _all: None)
        rows.append(
            {
                "part": "methods",
                "scenario": row.number,
                "size": f"{row.jobs} × {row.machines}",
                "nsga3": found.middle(DEFAULT),
                "nsga3_helped": found.middle(HELPED),
                "hybrid": found.middle(HYBRID),
                "gain_percent": 100 * (found.middle(HYBRID) / found.middle(DEFAULT) - 1),
                "gain_helped_percent": 100 * (found.middle(HYBRID) / found.middle(HELPED) - 1),
            }
        )
    return rows


def auto(seconds: float, seeds: int) -> list[Row]:
    """Against proved fronts where they are known, against the methods at equal time elsewhere."""
    rows: list[Row] = []
    for jobs, machines in SMALL:
        problem = scenario(jobs, machines, 0)
        exact = explore(problem, PAIR, "exact", 120)
        found = [explore(problem, PAIR, "auto", seconds, seed=seed) for seed in range(seeds)]
        _, scale = reference([rows_of(exact)])
        whole = hypervolume(rows_of(exact), scale)
        shares = [hypervolume(rows_of(front), scale) / whole for front in found]
        rows.append(
            {
                "part": "auto, proved",
                "size": f"{jobs} × {machines}",
                "points": len(exact.points),
                "complete": exact.complete,
                "exact_seconds": exact.seconds,
                "auto_seconds": median(front.seconds for front in found),
                "least_share": min(shares),
            }
        )
    for jobs, machines in LARGE:
        for objectives in (PAIR, TRIPLE):
            rows.append(_at_equal_time(jobs, machines, objectives, seconds, seeds))
    return rows


def _at_equal_time(jobs: int, machines: int, objectives: tuple[str, ...], seconds: float, seeds: int) -> Row:
    problem, names = scenario(jobs, machines, 0), ("auto", "moth-flame", "nsga2", "nsga3")
    found = {
        name: [
            rows_of(explore(problem, objectives, name, seconds, evaluations=10**9, seed=seed)) for seed in range(seeds)
        ]
        for name in names
    }
    _, scale = reference([front for fronts in found.values() for front in fronts])
    volumes = {name: median(hypervolume(front, scale) for front in fronts) for name, fronts in found.items()}
    row: Row = {"part": "auto, equal time", "size": f"{jobs} × {machines}", "objectives": len(objectives), **volumes}
    for name in names[1:]:
        pairs = list(zip(found["auto"], found[name], strict=True))
        row[f"covers_{name}"] = float(np.mean([coverage(a, b) for a, b in pairs]))
        row[f"covered_by_{name}"] = float(np.mean([coverage(b, a) for a, b in pairs]))
    return row


def rows_of(front: Front) -> Floats:
    """Values of a front, all minimised."""
    names = front.objectives
    return np.array(
        [[minimised(n, v) for n, v in zip(names, p.values, strict=True)] for p in front.points], dtype=np.float64
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", action="append", choices=("decoder", "methods", "auto"))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--evaluations", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    parts = asked.part or ["decoder", "methods", "auto"]
    rows: list[Row] = []
    if "decoder" in parts:
        rows += decoder()
    if "methods" in parts:
        rows += methods(asked.seeds, asked.evaluations)
    if "auto" in parts:
        rows += auto(asked.seconds, asked.seeds)
    if asked.json:
        print(json.dumps(rows, indent=1, ensure_ascii=False))
        return
    packages = ", ".join(f"{name} {version(name)}" for name in ("numpy", "numba", "pymoo", "ortools"))
    print(f"Python {platform.python_version()}, {packages}; {platform.machine()}")
    for row in rows:
        print("  ".join(f"{k} {v:.4g}" if isinstance(v, float) else f"{k} {v}" for k, v in row.items()))


if __name__ == "__main__":
    main()
