"""The experiments: matching on a chain, methods at equal evaluations, and exact fronts of the smallest sizes.

Every method decodes as many vectors and keeps its best in the same archive, so a front is never worse for what a
population forgot. Hypervolumes are scaled by the union of all fronts of an instance (`indicators.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np
from rich.console import Console

from hanse.app import voyage
from hanse.app.cases import data
from hanse.app.reproduce.ramakurthi.instances import scenario, with_energy
from hanse.app.reproduce.ramakurthi.published import Scenario
from hanse.app.story import Story
from hanse.app.wiring import Settings
from hanse.clock import Clock, SystemClock
from hanse.errors import InputError
from hanse.instances import read
from hanse.model.problem import Problem
from hanse.planning.pareto import explore
from hanse.planning.pareto.archive import Archive
from hanse.planning.pareto.arrays import Floats
from hanse.planning.pareto.climb import Climbing
from hanse.planning.pareto.front import points_of
from hanse.planning.pareto.indicators import Quality, coverage, hypervolume, quality, reference
from hanse.planning.pareto.method import Budget, Method, run
from hanse.planning.pareto.moth import MothFlame
from hanse.planning.pareto.nsga import Nsga
from hanse.planning.pareto.objectives import Extras, minimised
from hanse.planning.pareto.space import Space

OBJECTIVES = ("makespan", "energy", "utilisation")
"""The three of the paper (Table 6); utilisation read as a mean of ratios."""

METHODS = ("NSGA-III", "NSGA-II", "NSGA-III + climbing", "moth-flame alone", "moth-flame hybrid")
"""The first two are pymoo's defaults on semi-active schedules; the others use active ones. The last climbs, too."""

DEFAULT, HELPED, HYBRID = "NSGA-III", "NSGA-III + climbing", "moth-flame hybrid"
HIGHEST = 10**9
"""Seconds: here evaluations stop every run."""


@dataclass(frozen=True, slots=True)
class Match:
    """The contract's answer for one enterprise beside the published one."""

    enterprise: str
    answer: str
    published: str


@dataclass(frozen=True, slots=True)
class Run:
    """One method, one seed: its front's quality, seconds, and the least makespan and energy it found."""

    method: str
    seed: int
    quality: Quality
    seconds: float
    makespan: float
    energy: float
    front: Floats


@dataclass(frozen=True, slots=True)
class Race:
    """All runs on one instance. group: practical (Table 11), experimental (Table 9) or public; number: of the scenario,
    0 where it is a public instance."""

    group: str
    number: int
    name: str
    jobs: int
    machines: int
    evaluations: int
    runs: tuple[Run, ...]

    def volumes(self, method: str) -> list[float]:
        """Hypervolumes of a method, by seed."""
        return [run.quality.hypervolume for run in self.runs if run.method == method]

    def middle(self, method: str) -> float:
        """Median hypervolume."""
        return median(self.volumes(method))

    def covered(self, method: str, other: str) -> float:
        """Mean over seeds of C(method, other)."""
        pairs = zip(self._fronts(method), self._fronts(other), strict=True)
        return float(np.mean([coverage(a, b) for a, b in pairs]))

    def _fronts(self, method: str) -> list[Floats]:
        return [run.front for run in self.runs if run.method == method]


@dataclass(frozen=True, slots=True)
class Proof:
    """A size of Table 8, whole front of makespan and energy proved. best: least makespan and least energy of any plan;
    hybrid: of the moth-flame hybrid in its best run; ratio: hypervolume of that run ÷ that of the proved front."""

    number: int
    jobs: int
    machines: int
    points: int
    complete: bool
    seconds: float
    best: tuple[float, float]
    hybrid: tuple[float, float]
    ratio: float


def match(seed: int) -> tuple[Match, ...]:
    """The ten cases put to the matching contract on Hanse's own chain."""
    with TemporaryDirectory(prefix="hanse-") as folder:
        settings = Settings.of(
            case="ramakurthi2022",
            data=Path(folder, "league"),
            chain=None,
            league=None,
            out=Path(folder, "out"),
            seed=seed,
            threads=1,
        )
        record, _ = voyage.run(settings, Story(Console(quiet=True)))
    given = {row["enterprise"]: row["published_answer"] for row in data("ramakurthi2022.json")["enterprises"]}
    return tuple(Match(m.member, str(m.answer).upper().split()[0], given[m.member]) for m in record.matches)


def race(
    group: str,
    problem: Problem,
    sizes: tuple[int, int, int],
    methods: Sequence[str],
    seeds: int,
    evaluations: int,
    clock: Clock,
) -> Race:
    """Every method with every seed on one instance. sizes: number of the scenario, jobs, machines."""
    found: list[tuple[str, int, Archive, float]] = []
    for method in methods:
        for seed in range(seeds):
            begun = clock.elapsed()
            found.append(
                (method, seed, search(problem, method, OBJECTIVES, seed, evaluations), clock.elapsed() - begun)
            )
    union, scale = reference([archive.values for _, _, archive, _ in found])
    runs = tuple(
        Run(
            method,
            seed,
            quality(archive.values, union, scale),
            seconds,
            float(archive.ideal[0]),
            float(archive.ideal[1]),
            archive.values,
        )
        for method, seed, archive, seconds in found
    )
    return Race(group, *sizes[:1], problem.name, *sizes[1:], evaluations, runs)


def search(problem: Problem, method: str, objectives: Sequence[str], seed: int, evaluations: int) -> Archive:
    """The archive of one run. Each member is judged: a plan the judge objects to is an error, not a result."""
    chance = np.random.default_rng(seed)
    space = Space(problem, objectives, gaps=method not in ("NSGA-III", "NSGA-II"))
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
    if name == "NSGA-III":
        return Nsga("nsga3", space, chance)
    if name == "NSGA-III + climbing":
        return Climbing(Nsga("nsga3", space, chance), space, archive, chance)
    moths = MothFlame(space, archive, chance)
    return moths if name == "moth-flame alone" else Climbing(moths, space, archive, chance)


def practical(rows: Sequence[Scenario], seeds: int, evaluations: int, told: Callable[[int, int], None]) -> list[Race]:
    """The ten scenarios of Table 11, every method."""
    return _races("practical", rows, METHODS, seeds, evaluations, told)


def experimental(
    rows: Sequence[Scenario], seeds: int, evaluations: int, told: Callable[[int, int], None]
) -> list[Race]:
    """The scenarios of Table 9, the hybrid and NSGA-III by default."""
    return _races("experimental", rows, (DEFAULT, HYBRID), seeds, evaluations, told)


def _races(
    group: str,
    rows: Sequence[Scenario],
    methods: Sequence[str],
    seeds: int,
    evaluations: int,
    told: Callable[[int, int], None],
) -> list[Race]:
    found = []
    for done, row in enumerate(rows):
        told(done, len(rows))
        problem = scenario(row.jobs, row.machines, row.number)
        sizes = row.number, row.jobs, row.machines
        found.append(race(group, problem, sizes, methods, seeds, evaluations, SystemClock()))
    return found


def public(folder: Path, seeds: int, evaluations: int, told: Callable[[int, int], None]) -> list[Race]:
    """Flexible job shops of a folder, with energy by the rule of `with_energy`; every method."""
    files = sorted(folder.glob("*.fjs"))
    if not files:
        raise InputError("no .fjs file", where=str(folder), hint="name a folder of flexible job shops")
    found = []
    for done, path in enumerate(files):
        told(done, len(files))
        problem = with_energy(read(path))
        sizes = 0, len(problem.jobs), len(problem.machines)
        found.append(race("public", problem, sizes, METHODS, seeds, evaluations, SystemClock()))
    return found


def prove(sizes: Sequence[tuple[int, int, int]], seeds: int, evaluations: int, seconds: float) -> list[Proof]:
    """The sizes of Table 8 (number, jobs, machines): the whole front of makespan and energy, and what the hybrid finds
    of it. seconds: for each proof."""
    found, both = [], ("makespan", "energy")
    for number, jobs, machines in sizes:
        problem = scenario(jobs, machines, number)
        exact = explore(problem, both, "exact", seconds)
        front = np.array([point.values for point in exact.points], dtype=np.float64)
        fronts = [search(problem, HYBRID, both, seed, evaluations).values for seed in range(seeds)]
        union, scale = reference([front, *fronts])
        del union
        whole = hypervolume(front, scale)
        best = max(fronts, key=lambda found: hypervolume(found, scale))
        found.append(
            Proof(
                number,
                jobs,
                machines,
                len(front),
                exact.complete,
                exact.seconds,
                (front[:, 0].min(), front[:, 1].min()),
                (min(f[:, 0].min() for f in fronts), min(f[:, 1].min() for f in fronts)),
                hypervolume(best, scale) / whole,
            )
        )
    return found
