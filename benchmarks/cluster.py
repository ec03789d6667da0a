"""How time falls with workers, here and on Ray, and where it stops falling. Writes `benchmarks/results/cluster.md`.

    python benchmarks/cluster.py [--workers 1 --workers 2 --workers 4] [--no-ray] [--scale 1.0] [--out FILE]

All work ends by itself (generations, proofs, rounds), never by the clock, so less time is less waiting and not a worse
answer; every line's answers are compared with those of one worker. Every worker has one thread. Workers are started
and warm before the clock runs; what starting them takes is a line of its own. Ray is a head and another node on this
machine. scale: of the work, for a quick look.
"""

from __future__ import annotations

import argparse
import operator
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"))

import numpy as np

from hanse.app.bench.bench import Question, bench
from hanse.app.cases.radmanesh2021 import generate
from hanse.app.reproduce.study import work
from hanse.cluster import Executor, Piece, answers, executor
from hanse.instances import read
from hanse.planning.decomposition import by_region, decompose, merge, part_problem
from hanse.planning.genetic import Parameters
from hanse.planning.starts import solve_starts

RESULTS = Path(__file__).parent / "results" / "cluster.md"


def shop(seed: int, jobs: int, machines: int) -> str:
    """A flexible job shop as an `.fjs` file: three of the machines for each of five operations."""
    chance = np.random.default_rng(seed)
    lines = [f"{jobs} {machines}"]
    for _ in range(jobs):
        words = ["5"]
        for _ in range(5):
            able = chance.choice(machines, 3, replace=False) + 1
            words += ["3", *(f"{m} {chance.integers(5, 40)}" for m in able)]
        lines.append(" ".join(words))
    return "\n".join(lines) + "\n"


class Town:
    """Decomposed composition as in Radmanesh 2021: eight regions, each planned exactly and by the paper's genetic
    algorithm, merged and judged as one plan."""

    name = "decomposed composition, genetic, 8 regions"

    def __init__(self, scale: float) -> None:
        self.problem = generate(60, 140, 20, 100)
        self.split = by_region(self.problem, 8, restrict=True)
        self.parts = [part_problem(self.problem, part) for part in self.split.parts]
        self.parameters = Parameters(generations=max(10, round(4000 * scale)))

    def run(self, crew: Executor) -> object:
        asked = [Piece(str(number), work, (self.parameters, 0, part)) for number, part in enumerate(self.parts)]
        plans = [done.evolution.assignments for done in answers(crew, asked)]
        return merge(self.problem, plans, "cost").measures.cost


class Exact(Town):
    """The same by the exact engine, whose planning takes less time than the way there and back."""

    name = "decomposed composition, exact, 8 regions"

    def run(self, crew: Executor) -> object:
        found = decompose(self.problem, self.split, "cost", workers=crew)
        return None if found.plan is None else found.plan.value


class Benchmark:
    """`hanse bench` to the proof, each run in a process of its own."""

    name = "hanse bench, cpsat, shops to the proof"

    def __init__(self, scale: float) -> None:
        self.home = tempfile.TemporaryDirectory()
        self.family = Path(self.home.name, "shops")
        self.family.mkdir()
        for seed in range(12 if scale >= 1 else 2):
            (self.family / f"{seed}.fjs").write_text(shop(seed, 6 if scale >= 1 else 4, 5))

    def run(self, crew: Executor) -> object:
        with tempfile.TemporaryDirectory() as out:
            asked = Question(
                (str(self.family),), ("hanse:cpsat",), time_limit=120, threads=1, out=Path(out), workers=crew
            )
            runs = bench(asked, lambda *_: None).runs
        assert all(run.proved for run in runs), runs
        return [run.value for run in runs]


class Starts:
    """One shop searched from eight seeds, so many rounds each."""

    name = "a shop from several seeds, rounds counted"

    def __init__(self, scale: float) -> None:
        with tempfile.TemporaryDirectory() as home:
            path = Path(home, "shop.fjs")
            path.write_text(shop(0, 40, 10))
            self.problem = read(path)
        self.rounds, self.starts = max(1, round(8 * scale)), 8 if scale >= 1 else 4

    def run(self, crew: Executor) -> object:
        found = solve_starts(self.problem, time_limit=600, starts=self.starts, rounds=self.rounds, workers=crew)
        return None if found.plan is None else found.plan.assignments


@dataclass(frozen=True)
class Line:
    where: str
    workers: int
    seconds: float
    same: bool


def timed(does: Callable[[], object]) -> tuple[float, object]:
    begun = time.perf_counter()
    found = does()
    return time.perf_counter() - begun, found


def measured(kind: type[Any], places: list[tuple[str, str, int]], scale: float, known: dict[str, object]) -> list[Line]:
    """Time and answer of one kind of work everywhere; small work first, so that all is loaded and compiled. known: the
    first answers, by name of the work."""
    small, whole, lines = kind(0.01), kind(scale), []
    for where, words, count in places:
        with executor(words) as crew:
            small.run(crew)
            seconds, found = timed(partial(whole.run, crew))
        same = known.setdefault(kind.name, found) == found
        lines.append(Line(where, count, seconds, same))
        print(f"{kind.name}, {where}, {count} workers: {seconds:.2f} s, same answer: {same}", flush=True)
    return lines


def overheads(places: list[tuple[str, str, int]]) -> list[tuple[str, int, float, float, float]]:
    """Seconds to start workers, milliseconds of a piece that does nothing, seconds for pieces that share 10 MB."""
    rows, problem = [], generate(100, 400, 20, 100)
    for where, words, count in places:
        if count == 1:
            continue
        with executor(words) as crew:
            start = timed(partial(answers, crew, pieces(count)))[0]
            each = timed(partial(answers, crew, pieces(400)))[0] / 400 * 1000
            asked = [Piece("", operator.attrgetter("name"), (crew.share(problem),))] * 40
            rows.append((where, count, start, each, timed(partial(answers, crew, asked))[0]))
    return rows


def pieces(count: int) -> list[Piece[int]]:
    """Pieces that do nothing."""
    return [Piece(str(number), operator.index, (number,)) for number in range(count)]


@contextmanager
def ray(counts: list[int]) -> Iterator[list[tuple[str, str, int]]]:
    """A head and another node on this machine, with as many CPUs each as half the workers."""
    from ray.cluster_utils import Cluster

    os.environ |= {
        "RAY_USAGE_STATS_ENABLED": "0",
        "GRPC_ENABLE_FORK_SUPPORT": "0",
        "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path]),
    }
    half = {"num_cpus": max(1, max(counts) // 2), "object_store_memory": 200 << 20}
    cluster = Cluster(initialize_head=True, head_node_args={**half, "include_dashboard": False})
    cluster.add_node(**half)
    os.environ["RAY_ADDRESS"] = cluster.address
    try:
        yield [("Ray", f"ray?workers={count}", count) for count in counts]
    finally:
        cluster.shutdown()


HEAD = """# Workers: how time falls, and where it stops falling

{day}. {cores} × {machine}, Python {python}; load {load:.1f} over five minutes of measuring. Where the load is beyond
the number of workers, others had the cores, and the ratios say little.

    {command}

All work ends by itself, never by the clock; *same* says that the answer is that of one worker here. Workers were
warm; *times as fast* compares with one worker of the same kind.

| work | where | workers | seconds | times as fast | same |
|---|---|---|---|---|---|
"""

COSTS = """
| where | workers | all of them started | a piece that does nothing | 40 pieces that share 10 MB |
|---|---|---|---|---|
"""

FOOT = """
Time stops falling at the number of cores; where pieces are shorter than what they cost to send (exact composition:
parts are planned in milliseconds, and building, sending and judging problems takes longer); and where there are fewer
pieces than workers, or one piece that takes longer than all others.
"""


def report(found: dict[str, list[Line]], rows: list[tuple[str, int, float, float, float]], command: str) -> str:
    head = HEAD.format(
        day=f"{datetime.now(UTC):%Y-%m-%d}", cores=os.cpu_count(), command=command, load=os.getloadavg()[1],
        machine=platform.processor() or platform.machine(), python=platform.python_version(),
    )  # fmt: skip
    first = {(name, line.where): line.seconds for name, own in found.items() for line in reversed(own)}
    lines = [
        f"| {name} | {line.where} | {line.workers} | {line.seconds:.2f} | "
        f"{first[name, line.where] / line.seconds:.2f} | {'yes' if line.same else '**no**'} |\n"
        for name, own in found.items()
        for line in own
    ]
    costs = [
        f"| {where} | {count} | {start:.2f} s | {each:.2f} ms | {large:.2f} s |\n"
        for where, count, start, each, large in rows
    ]
    return head + "".join(lines) + COSTS + "".join(costs) + FOOT


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--workers", action="append", type=int, help="how many, repeatable")
    parser.add_argument("--no-ray", action="store_true", help="this machine's processes only")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args()
    counts = options.workers or [1, 2, 4]
    here = [("processes", str(count), count) for count in counts]
    kinds, known = (Town, Exact, Benchmark, Starts), dict[str, object]()
    found = {kind.name: measured(kind, here, options.scale, known) for kind in kinds}
    rows = overheads(here)
    if not options.no_ray:
        with ray(counts) as there:
            for kind in kinds:
                found[kind.name] += measured(kind, there, options.scale, known)
            rows += overheads(there)
    options.out.write_text(report(found, rows, "python " + " ".join(["benchmarks/cluster.py", *sys.argv[1:]])))


if __name__ == "__main__":
    main()
