"""The experiments: matching on a chain, methods at equal evaluations, and exact fronts of the smallest sizes.

Every method decodes as many vectors and keeps its best in the same archive, so a front is never worse for what a
population forgot. Hypervolumes are scaled by the union of all fronts of an instance (`indicators.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np
from rich.console import Console

from hanse.app import voyage
from hanse.app.cases import data
from hanse.app.reproduce.ramakurthi.instances import scenario, with_energy
from hanse.app.reproduce.ramakurthi.published import Scenario
from hanse.app.reproduce.ramakurthi.runs import DEFAULT, HELPED, HYBRID, METHODS, Desk, Outcome, Task
from hanse.app.story import Story
from hanse.app.wiring import Settings
from hanse.errors import InputError
from hanse.instances import read
from hanse.model.problem import Problem
from hanse.planning.pareto import explore
from hanse.planning.pareto.arrays import Floats
from hanse.planning.pareto.indicators import Quality, coverage, hypervolume, quality, reference

OBJECTIVES = ("makespan", "energy", "utilisation")
"""The three of the paper (Table 6); utilisation read as a mean of ratios."""

CLAIMED, LESS_SEEDS = (DEFAULT, HELPED, HYBRID), 5
"""Methods that claims are about; most seeds of the others."""

LONGER = 20
"""Evaluations of the long run that shows how much there is to be found, in those of a run."""

REFERENCE_SEED = 1000
"""Seed of the long run of the hybrid that shows how much there is to be found; it takes no part in the race."""


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
    0 where it is a public instance; whole: hypervolume of the best known front, the union of all runs and the long
    one."""

    group: str
    number: int
    name: str
    jobs: int
    machines: int
    evaluations: int
    whole: float
    runs: tuple[Run, ...]

    def volumes(self, method: str) -> list[float]:
        """Hypervolumes of a method, by seed."""
        return [run.quality.hypervolume for run in self.runs if run.method == method]

    def middle(self, method: str) -> float:
        """Median hypervolume."""
        return median(self.volumes(method))

    def covered(self, method: str, other: str) -> float:
        """Mean over the seeds both have of C(method, other)."""
        pairs = zip(self._fronts(method), self._fronts(other), strict=False)
        return float(np.mean([coverage(a, b) for a, b in pairs]))

    def _fronts(self, method: str) -> list[Floats]:
        return [run.front for run in self.runs if run.method == method]


def above(one: float, other: float) -> float:
    """By how many per cent a hypervolume is above another; infinite over one of 0, whose front lies beyond the
    reference point."""
    if other <= 0:
        return inf if one > 0 else 0.0
    return 100 * (one / other - 1)


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


@dataclass(frozen=True, slots=True)
class Entry:
    """An instance that methods race on; the fields are those of `Race`."""

    group: str
    number: int
    problem: Problem
    methods: tuple[str, ...]
    seeds: int
    evaluations: int
    reference: int = 0

    def runs(self, method: str) -> int:
        """Seeds of a method: of those no claim is about, LESS_SEEDS at most."""
        return self.seeds if method in CLAIMED else min(self.seeds, LESS_SEEDS)

    def tasks(self) -> list[Task]:
        """The runs of all methods, method by method, then the long one."""
        made = [
            Task(self.problem, method, OBJECTIVES, seed, self.evaluations)
            for method in self.methods
            for seed in range(self.runs(method))
        ]
        if self.reference:
            made.append(Task(self.problem, HYBRID, OBJECTIVES, REFERENCE_SEED, self.reference))
        return made


def races(entries: Sequence[Entry], desk: Desk, told: Callable[[int, int], None]) -> list[Race]:
    """All runs on all instances, and what their fronts are worth. told: hears how many runs of how many are done."""
    tasks = [entry.tasks() for entry in entries]
    outcomes = iter(desk.outcomes([task for own in tasks for task in own], told))
    return [_race(entry, [(task, next(outcomes)) for task in own]) for entry, own in zip(entries, tasks, strict=True)]


def _race(entry: Entry, found: Sequence[tuple[Task, Outcome]]) -> Race:
    union, scale = reference([outcome.front for _, outcome in found])
    runs = tuple(
        Run(
            task.method,
            task.seed,
            quality(outcome.front, union, scale),
            outcome.seconds,
            float(outcome.front[:, 0].min()),
            float(outcome.front[:, 1].min()),
            outcome.front,
        )
        for task, outcome in found[: sum(map(entry.runs, entry.methods))]
    )
    jobs, machines = len(entry.problem.jobs), len(entry.problem.machines)
    whole = hypervolume(union, scale)
    return Race(entry.group, entry.number, entry.problem.name, jobs, machines, entry.evaluations, whole, runs)


def scenarios(group: str, rows: Sequence[Scenario], seeds: int, evaluations: int, reference: int) -> list[Entry]:
    """The scenarios of Table 11 (practical) or Table 9 (experimental), every method. reference: evaluations of the
    long run that shows what is there."""
    return [
        Entry(group, row.number, scenario(row.jobs, row.machines, row.number), METHODS, seeds, evaluations, reference)
        for row in rows
    ]


def public(folder: Path, seeds: int, evaluations: int, reference: int) -> list[Entry]:
    """Flexible job shops of a folder, with energy by the rule of `with_energy`; every method."""
    files = sorted(folder.glob("*.fjs"))
    if not files:
        raise InputError("no .fjs file", where=str(folder), hint="name a folder of flexible job shops")
    return [Entry("public", 0, with_energy(read(path)), METHODS, seeds, evaluations, reference) for path in files]


def prove(
    sizes: Sequence[tuple[int, int, int]], seeds: int, evaluations: int, seconds: float, desk: Desk
) -> list[Proof]:
    """The sizes of Table 8 (number, jobs, machines): the whole front of makespan and energy, and what the hybrid finds
    of it. seconds: for each proof."""
    found, both = [], ("makespan", "energy")
    problems = [scenario(jobs, machines, number) for number, jobs, machines in sizes]
    tasks = [Task(problem, HYBRID, both, seed, evaluations) for problem in problems for seed in range(seeds)]
    outcomes = iter(desk.outcomes(tasks, lambda _done, _all: None))
    for (number, jobs, machines), problem in zip(sizes, problems, strict=True):
        exact = explore(problem, both, "exact", seconds)
        front = np.array([point.values for point in exact.points], dtype=np.float64)
        fronts = [next(outcomes).front for _ in range(seeds)]
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
