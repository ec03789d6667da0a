"""One run and the file of finished runs, one JSON object a line: a benchmark that was stopped goes on where it was."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from hanse.errors import EnvironmentFault, InputError

Point = tuple[float, int | None, int | None]
"""Seconds since the solver began, best makespan and best bound known then."""


@dataclass(frozen=True, slots=True)
class Key:
    """What makes two runs the same experiment. limit: seconds of the solver's time. version: of the solver."""

    family: str
    instance: str
    solver: str
    limit: float
    threads: int
    seed: int
    version: str


@dataclass(frozen=True, slots=True)
class Run:
    """What came of one run. Makespans in the instance's unit of time.

    value: makespan of the judged plan, None if there is none. bound: the best lower bound told. seconds: from the
    solver's start to its end, stating its model included; startup: from the start of the process to that of the
    solver: loading, reading, compiling. peak: most memory of the process in MiB. failure: why there is no answer
    (killed, crashed, refused by the judge, cannot state the problem), empty if all went well. trajectory: as told while
    it ran. when: UTC. machine: what it ran on.
    """

    key: Key
    value: int | None
    bound: int | None
    seconds: float
    startup: float
    peak: int
    failure: str
    trajectory: tuple[Point, ...]
    when: str
    machine: str

    @property
    def proved(self) -> bool:
        return self.value is not None and self.value == self.bound

    @property
    def first(self) -> float | None:
        """Seconds until the first plan."""
        return next((seconds for seconds, value, _ in self.trajectory if value is not None), None)

    @property
    def declined(self) -> bool:
        """Whether the solver has no way to state the problem: no answer is missing then."""
        return self.failure.startswith(DECLINED)


DECLINED = "cannot state it"


class Journal:
    """The finished runs of a results folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._runs = {run.key: run for run in self._read()}

    def get(self, key: Key) -> Run | None:
        return self._runs.get(key)

    def add(self, run: Run) -> None:
        """Remember a run, on disk too before this returns."""
        line = json.dumps(asdict(run), ensure_ascii=False, separators=(",", ":")) + "\n"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a", encoding="utf-8") as file:
                file.write(line)
                file.flush()
                os.fsync(file.fileno())
        except OSError as fault:
            raise EnvironmentFault(f"cannot be written: {fault.strerror}", where=str(self.path)) from fault
        self._runs[run.key] = run

    def _read(self) -> list[Run]:
        """All runs on disk. A last line that was cut when a benchmark was killed is taken off; others are errors."""
        if not self.path.exists():
            return []
        text = self.path.read_text(encoding="utf-8")
        whole = text[: text.rfind("\n") + 1]
        if whole != text:
            self.path.write_text(whole, encoding="utf-8")
        found = []
        for number, line in enumerate(whole.splitlines(), 1):
            try:
                found.append(_run(json.loads(line)))
            except (ValueError, TypeError, KeyError) as fault:
                hint = "this file is written by hanse bench; remove the line, or choose another --out"
                raise InputError(
                    f"not a finished run: {fault}", where=f"{self.path}: line {number}", hint=hint
                ) from None
        return found


def _run(row: dict[str, object]) -> Run:
    key, trajectory = row.pop("key"), row.pop("trajectory")
    points = tuple((s, value, bound) for s, value, bound in trajectory)  # type: ignore[attr-defined]
    return Run(key=Key(**key), trajectory=points, **row)  # type: ignore[arg-type]
