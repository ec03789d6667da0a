"""Runs of methods: by several workers, each kept on disk, so that a study that was stopped goes on where it was.

A run is named by all that decides it: the problem's root, method, objectives, seed, evaluations and the source of the
method. A run whose code has changed since is made again.
"""

from __future__ import annotations

import ast
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

import numpy as np

from hanse.app.reproduce.ramakurthi.instances import scenario
from hanse.clock import SystemClock
from hanse.cluster import Piece, Wanted, executor
from hanse.errors import InputError
from hanse.instances import write_bytes
from hanse.model.problem import Problem
from hanse.planning.pareto.archive import Archive
from hanse.planning.pareto.arrays import Floats
from hanse.planning.pareto.climb import Climbing
from hanse.planning.pareto.front import points_of
from hanse.planning.pareto.hybrid import Hybrid
from hanse.planning.pareto.method import Budget, Method, run
from hanse.planning.pareto.moth import MothFlame
from hanse.planning.pareto.nsga import Nsga
from hanse.planning.pareto.objectives import Extras, minimised
from hanse.planning.pareto.space import Space

DEFAULT, HELPED, HYBRID, ALONE = "NSGA-III", "NSGA-III + climbing", "moth-flame hybrid", "moth-flame alone"
METHODS = (DEFAULT, "NSGA-II", HELPED, ALONE, HYBRID)
"""The first two are pymoo's defaults on semi-active schedules; the others use active ones. '+ climbing' and the hybrid
climb, with the same share of their evaluations."""

SHARED = ("archive", "arrays", "decode", "method", "objectives", "space")
SOURCES = {
    DEFAULT: ("nsga",),
    "NSGA-II": ("nsga",),
    HELPED: ("nsga", "climb", "neighbour"),
    ALONE: ("moth",),
    HYBRID: ("hybrid", "flight", "climb", "neighbour"),
}
"""Modules of `hanse.planning.pareto` that decide what a run finds: of all methods, and of each beside them."""

HIGHEST = 10**9
"""Seconds: here evaluations stop every run."""


@dataclass(frozen=True, slots=True)
class Task:
    """A run to be made."""

    problem: Problem
    method: str
    objectives: tuple[str, ...]
    seed: int
    evaluations: int

    @property
    def name(self) -> str:
        """What its result is kept as."""
        said = [self.problem.root, self.method, self.objectives, self.seed, self.evaluations, _sources(self.method)]
        return sha256(json.dumps(said).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run found: its front, all objectives minimised, and seconds it took."""

    front: Floats
    seconds: float


def search(problem: Problem, method: str, objectives: Sequence[str], seed: int, evaluations: int) -> Archive:
    """The archive of one run. Each member is judged: a plan the judge objects to is an error, not a result."""
    chance = np.random.default_rng(seed)
    space = Space(problem, objectives, gaps=method not in (DEFAULT, "NSGA-II"))
    archive = Archive(space.size, len(objectives))
    run(space, _method(method, space, archive, chance), archive, Budget(evaluations, HIGHEST), SystemClock())
    plans = [space.assignments(vector) for vector in archive.vectors]
    points = points_of(problem, plans, objectives, Extras(), method)
    keys = sorted(tuple(minimised(n, v) for n, v in zip(objectives, p.values, strict=True)) for p in points)
    if keys != sorted(map(tuple, archive.values.astype(int).tolist())):
        raise InputError("the judge measures another front than the search", where=f"{problem.name}, {method}")
    return archive


def _method(name: str, space: Space, archive: Archive, chance: np.random.Generator) -> Method:
    if name == "NSGA-II":
        return Nsga("nsga2", space, chance)
    if name == DEFAULT:
        return Nsga("nsga3", space, chance)
    if name == HELPED:
        return Climbing(Nsga("nsga3", space, chance), space, archive, chance)
    return MothFlame(space, archive, chance) if name == ALONE else Hybrid(space, archive, chance)


class Desk:
    """Where runs are made and kept. kept: a folder, None to keep nothing. workers: see `cluster.Wanted`."""

    def __init__(self, kept: Path | None = None, workers: Wanted = 1) -> None:
        self._kept, self._workers = kept, workers

    def outcomes(self, tasks: Sequence[Task], told: Callable[[int, int], None]) -> list[Outcome]:
        """What all of them found, in their order. told: hears how many of them are there."""
        found = {i: outcome for i, task in enumerate(tasks) if (outcome := self._read(task)) is not None}
        told(len(found), len(tasks))
        left = [i for i in range(len(tasks)) if i not in found]
        for i, outcome in self._made([(i, tasks[i]) for i in left]):
            found[i] = outcome
            self._write(tasks[i], outcome)
            told(len(found), len(tasks))
        return [found[i] for i in range(len(tasks))]

    def _made(self, tasks: Sequence[tuple[int, Task]]) -> Iterator[tuple[int, Outcome]]:
        if not tasks:
            return
        with executor(self._workers) as crew:
            problems = {task.problem.root: task.problem for _, task in tasks}
            shared = {root: crew.share(problem) for root, problem in problems.items()}
            pieces = [
                Piece(f"{task.problem.name}, {task.method}, seed {task.seed}", _elsewhere,
                      (shared[task.problem.root], task.method, task.objectives, task.seed, task.evaluations))
                for _, task in tasks
            ]  # fmt: skip
            for place, outcome in crew.run(pieces):
                yield tasks[place][0], outcome

    def _read(self, task: Task) -> Outcome | None:
        path = self._path(task)
        if path is None or not path.exists():
            return None
        try:
            given = json.loads(path.read_bytes())
            front = np.array(given["front"], dtype=np.float64).reshape(-1, len(task.objectives))
            return Outcome(front, float(given["seconds"]))
        except (ValueError, KeyError, TypeError):
            return None  # half a file: made again

    def _write(self, task: Task, outcome: Outcome) -> None:
        path = self._path(task)
        if path is not None:
            said = {"instance": task.problem.name, "method": task.method, "seed": task.seed,
                    "evaluations": task.evaluations, "objectives": task.objectives,
                    "seconds": round(outcome.seconds, 3), "front": outcome.front.tolist()}  # fmt: skip
            write_bytes(path, json.dumps(said).encode())

    def _path(self, task: Task) -> Path | None:
        return None if self._kept is None else self._kept / f"{task.name}.json"


def work(task: Task) -> Outcome:
    """Make a run. Seconds are processor time, so that what else the machine does counts little."""
    _warm(task.method, task.objectives)
    begun = time.process_time()
    archive = search(task.problem, task.method, task.objectives, task.seed, task.evaluations)
    return Outcome(archive.values, time.process_time() - begun)


def _elsewhere(problem: Problem, method: str, objectives: tuple[str, ...], seed: int, evaluations: int) -> Outcome:
    """`work` by a worker."""
    return work(Task(problem, method, objectives, seed, evaluations))


@cache
def _warm(method: str, objectives: tuple[str, ...]) -> None:
    """Load the compiled code, which is no part of any run."""
    search(scenario(2, 2, 0), method, objectives, 0, 200)


@cache
def _sources(method: str) -> str:
    """A fingerprint of the code that decides what a method finds; comments and docstrings do not count."""
    package = files("hanse.planning.pareto")
    modules = [(package / f"{name}.py").read_text(encoding="utf-8") for name in (*SHARED, *SOURCES[method])]
    return sha256("".join(map(_bare, modules)).encode()).hexdigest()


def _bare(source: str) -> str:
    """The code of a module without comments, docstrings and layout."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            node.body = [part for part in node.body if not _told(part)]
    return ast.dump(tree)


def _told(part: ast.stmt) -> bool:
    return isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant)
