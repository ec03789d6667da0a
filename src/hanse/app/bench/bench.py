"""The benchmark in order: find the instances, run what is not yet on file, judge, sum up, write the results."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import hanse
from hanse.app.bench import results
from hanse.app.bench.families import Instance, Known, find
from hanse.app.bench.measure import Judged, run_one
from hanse.app.bench.runs import Journal, Key, Run
from hanse.app.bench.solvers import solver_of, version_of
from hanse.app.bench.summary import contradicts
from hanse.cluster import Piece, Wanted, executor
from hanse.errors import HanseError
from hanse.planning.result import Limits

Told = Callable[[int, int, str], None]
"""Called with the number of finished runs, of all runs, and which is at work for longest."""


@dataclass(frozen=True)
class Question:
    """What is measured. families, folder, pattern: see `families.find`. solvers: names, Hanse's first. memory: MiB one
    run may take. out: the folder of results. workers: runs at a time (`cluster.Wanted`), each with so many `threads`.
    Raises InputError for limits that cannot be."""

    families: tuple[str, ...]
    solvers: tuple[str, ...]
    folder: Path | None = None
    pattern: str = "*"
    time_limit: float = 20.0
    threads: int = 2
    seed: int = 0
    memory: int = 4096
    out: Path = Path("out", "bench")
    workers: Wanted = 1

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
    journal = Journal(question.out / "runs.jsonl")
    asked = [
        (instance, Key(instance.family, instance.name, name, question.time_limit, question.threads, question.seed,
                       version))
        for instance in instances for name, version in versions.items()
    ]  # fmt: skip
    missing = {key: instance for instance, key in asked if journal.get(key) is None}
    for judged in _judged(missing, question, len(asked), told):
        _keep(judged, missing[judged.run.key], question.out)
        journal.add(judged.run)
    runs = [run for _, key in asked if (run := journal.get(key)) is not None]
    best = {(instance.family, instance.name): instance.known for instance in instances}
    wrong = [(run, contradicts(run, best[run.key.family, run.key.instance])) for run in runs]
    return Findings(
        tuple(runs),
        best,
        tuple(f"{run.key.instance}, {run.key.solver}: {said}" for run, said in wrong if said),
        {"runs": journal.path, **results.write(question.out, runs, best)},
    )


def _judged(missing: Mapping[Key, Instance], question: Question, total: int, told: Told) -> Iterator[Judged]:
    """What came of the runs that are not on file, as they end."""
    pieces = [
        Piece(f"{key.family}/{key.instance}, {key.solver}", measured,
              (instance.path.name, instance.path.read_bytes(), key, question.memory))
        for key, instance in missing.items()
    ]  # fmt: skip
    before, left = total - len(pieces), {place: piece.name for place, piece in enumerate(pieces)}
    with executor(question.workers) as crew:
        told(before, total, next(iter(left.values()), ""))
        for place, judged in crew.run(pieces):
            del left[place]
            yield judged
            told(total - len(left), total, next(iter(left.values()), ""))


def measured(name: str, data: bytes, key: Key, memory: int) -> Judged:
    """One run, wherever this is: the file's bytes came along. name: of the file. memory: MiB."""
    with tempfile.TemporaryDirectory(prefix="hanse-bench-") as folder:
        path = Path(folder, name)
        path.write_bytes(data)
        try:
            return run_one(Instance(key.family, key.instance, path, Known()), hanse.read(path), key, memory)
        except HanseError as error:
            error.where = error.where.replace(str(path), name)  # nobody knows the copy
            raise


def _keep(judged: Judged, instance: Instance, out: Path) -> None:
    """A plan that is better than any known."""
    key, upper, value = judged.run.key, instance.known.upper, judged.run.value
    if judged.plan is not None and value is not None and upper is not None and value < upper:
        hanse.write_plan(judged.plan, out / "plans" / f"{key.family}-{key.instance}-{key.solver}-{value}.json")
