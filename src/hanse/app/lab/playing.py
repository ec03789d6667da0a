"""Many runs, by several workers, each with its own copy of the fork; nothing of one run reaches another."""

from __future__ import annotations

import atexit
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from hanse.app import documents
from hanse.app.lab.journal import Journal
from hanse.app.lab.season import Season, season
from hanse.cluster import Piece, Told, Wanted, executor
from hanse.errors import EnvironmentFault, EvidenceError, InfeasibleError, InputError
from hanse.instances import hanse_json
from hanse.lab.fork import Bench, Fork, bench
from hanse.lab.study import Run, Study
from hanse.model.problem import Problem


class Table:
    """A place where runs are played: one copy of the fork, and the league's problem if its orders are played."""

    def __init__(self, study: Study, made: Bench) -> None:
        self._study, self._bench = study, made
        self._base = league_problem(made) if study.world.source == "league" else None

    def play(self, run: Run) -> Season | None:
        """One run; None if there is no plan for it."""
        study = self._study
        try:
            return season(
                self._bench,
                self._base,
                study.world,
                study.scenarios[run.scenario],
                study.variants[run.variant],
                run.seed,
            )
        except InfeasibleError:
            return None


def play(fork: Fork, study: Study, journal: Journal, workers: Wanted, told: Told) -> None:
    """All runs that are not in the journal yet. told: hears of runs finished, and in all. Raises what a run raises, and
    EnvironmentFault for runs that were given up; what was finished stays in the journal."""
    waiting = [run for run in study.runs() if run not in journal.runs]
    told(len(study) - len(waiting), len(study))
    if not waiting:
        return
    try:
        with executor(workers) as crew:
            copy, asked = crew.folder(fork.directory), crew.share(study)
            pieces = [Piece(" ".join(map(str, run)), played, (copy, fork, asked, run)) for run in waiting]
            for place, found in crew.run(pieces):
                journal.add(waiting[place], found)
                told(len(journal.runs), len(study))
    finally:
        leave()  # the table of this process, if it was the only worker


def played(directory: Path, fork: Fork, study: Study, run: Run) -> Season | None:
    """One run, at the table of this process. directory: where the fork is here."""
    if not _TABLES or _TABLES[0][0] != (directory, study.text):
        leave()
        stack = ExitStack()
        atexit.register(leave)
        try:
            home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hanse-lab-")))
            made = stack.enter_context(bench(replace(fork, directory=directory), home))
            _TABLES.append(((directory, study.text), Table(study, made), stack))
        except BaseException:
            stack.close()
            raise
    return _TABLES[0][1].play(run)


_TABLES: list[tuple[tuple[Path, bytes], Table, ExitStack]] = []
"""That of this process, if it has one: a copy takes longer to set up than a run to play."""


def leave() -> None:
    """Give up the table of this process, its chain and its files."""
    atexit.unregister(leave)
    while _TABLES:
        _TABLES.pop()[2].close()


def league_problem(made: Bench) -> Problem:
    """The problem of the league's newest block whose evidence is in its store. Raises InputError if there is none."""
    with made.run() as ledger:
        for block in reversed(ledger.index.blocks()):
            try:
                evidence = documents.parse(made.contents().get(block.evidence), "hanse-evidence/1")
                return hanse_json.read_problem(made.contents().get(evidence["problem"]))
            except (EnvironmentFault, EvidenceError, InputError):
                continue
    raise InputError("no block of this league has a problem that can be read", where="world.source", hint='use "drawn"')
