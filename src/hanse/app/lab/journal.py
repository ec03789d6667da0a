"""Finished runs of a study, one JSON object a line, each on disk before the next is counted: a study that was killed
goes on where it was. The first line says of which study and which fork they are."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from hanse.app.lab.season import Season
from hanse.errors import EnvironmentFault, InputError
from hanse.lab.fork import Fork
from hanse.lab.study import Run, Study
from hanse.model.canonical import digest

FORMAT = "hanse-lab-runs/1"
NAME = "runs.jsonl"


class Journal:
    """The runs of the folder `out`. Raises InputError if they are of another study or another fork."""

    def __init__(self, out: Path, study: Study, fork: Fork) -> None:
        self.path = out / NAME
        self._head = {
            "format": FORMAT, "study": digest(study.text), "league": fork.league, "block": fork.block,
            "hash": fork.hash,
        }  # fmt: skip
        self.runs: dict[Run, Season | None] = {}
        if not self.path.exists():
            self._write(self._head)
            return
        lines = self._lines()
        if not lines:  # killed while the first was written
            self.path.unlink()
            self._write(self._head)
            return
        if lines[0] != self._head:
            raise InputError(
                "these runs are of another study, or of another fork",
                where=str(self.path),
                hint="choose another --out, or give the study and the fork they were begun with",
            )
        for number, line in enumerate(lines[1:], 2):
            try:
                run, told = Run(*line["run"]), line["season"]
                self.runs[run] = None if told is None else Season(**told)
            except (KeyError, TypeError):
                raise InputError(
                    "this is no finished run", where=f"{self.path}, line {number}", hint="remove the line"
                ) from None

    def add(self, run: Run, found: Season | None) -> None:
        """Remember a run, on disk before this returns. found: None if there was no plan for it."""
        self._write({"run": list(run), "season": None if found is None else asdict(found)})
        self.runs[run] = found

    def _write(self, line: Mapping[str, Any]) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line, separators=(",", ":")) + "\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as failure:
            raise EnvironmentFault(f"cannot be written ({failure.strerror})", where=str(self.path)) from None

    def _lines(self) -> list[Any]:
        """What is on disk; a last line that was cut by a kill is taken off."""
        text = self.path.read_text(encoding="utf-8")
        whole = text[: text.rfind("\n") + 1]
        if whole != text:
            self.path.write_text(whole, encoding="utf-8")
        try:
            return [json.loads(line) for line in whole.splitlines()]
        except ValueError:
            raise InputError("these are no finished runs", where=str(self.path), hint="choose another --out") from None
