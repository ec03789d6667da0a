"""The benchmark in order: find the instances, run what is not yet on file, judge, sum up, write the results."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import hanse
from hanse.app.bench import results
from hanse.app.bench.families import Instance, Known, find
from hanse.app.bench.measure import run_one
from hanse.app.bench.runs import Journal, Key, Run
from hanse.app.bench.solvers import solver_of, version_of
from hanse.app.bench.summary import contradicts
from hanse.planning.result import Limits

Told = Callable[[int, int, str], None]
"""Called with the number of finished runs, of all runs, and what begins now."""


@dataclass(frozen=True)
class Question:
    """What is measured. families, folder, pattern: see `families.find`. solvers: names, Hanse's first. memory: MiB one
    run may take. out: the folder of results. Raises InputError for limits that cannot be."""

    families: tuple[str, ...]
    solvers: tuple[str, ...]
    folder: Path | None = None
    pattern: str = "*"
    time_limit: float = 20.0
    threads: int = 2
    seed: int = 0
    memory: int = 4096
    out: Path = Path("out", "bench")

    def __post_init__(self) -> None:
        Limits(self.time_limit, self.threads, self.seed)


@dataclass(frozen=True)
class Findings:
    """What was found. contradictions: runs that the best known values speak against: somebody is wrong."""

    runs: tuple[Run, ...]
    best: dict[tuple[str, str], Known]
    contradictions: tuple[str, ...]
    files: dict[str, Path]


def bench(question: Question, told: Told) -> Findings:
    """Run it. A run that is on file with the same key is not repeated; a plan better than any known is kept in
    `plans/`. Raises InputError for families, files or solvers that are not there, before anything is run."""
    for name in question.solvers:
        solver_of(name)
    instances = find(list(question.families), question.folder, question.pattern)
    versions = {name: version_of(name) for name in question.solvers}
    journal, runs = Journal(question.out / "runs.jsonl"), list[Run]()
    total = len(instances) * len(question.solvers)
    for instance in instances:
        keys = [Key(instance.family, instance.name, name, question.time_limit, question.threads, question.seed, version)
                for name, version in versions.items()]  # fmt: skip
        problem = None
        for key in keys:
            run = journal.get(key)
            if run is None:
                told(len(runs), total, f"{key.family}/{key.instance}, {key.solver}")
                problem = problem or hanse.read(instance.path)
                run = _measured(instance, problem, key, question, journal)
            runs.append(run)
    told(total, total, "")
    best = {(instance.family, instance.name): instance.known for instance in instances}
    wrong = [(run, contradicts(run, best[run.key.family, run.key.instance])) for run in runs]
    return Findings(
        tuple(runs),
        best,
        tuple(f"{run.key.instance}, {run.key.solver}: {said}" for run, said in wrong if said),
        {"runs": journal.path, **results.write(question.out, runs, best)},
    )


def _measured(instance: Instance, problem: hanse.Problem, key: Key, question: Question, journal: Journal) -> Run:
    judged = run_one(instance, problem, key, question.memory)
    upper, value = instance.known.upper, judged.run.value
    if judged.plan is not None and value is not None and upper is not None and value < upper:
        hanse.write_plan(judged.plan, question.out / "plans" / f"{key.family}-{key.instance}-{key.solver}-{value}.json")
    journal.add(judged.run)
    return judged.run
