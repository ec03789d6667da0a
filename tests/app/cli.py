"""Running the command line as its users do: a process, its output and its exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HANSE = (sys.executable, "-m", "hanse.app.cli")


@dataclass(frozen=True)
class Run:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    def failed(self, code: int, *said: str) -> None:
        """It ended with this code, three lines at most, all the words given and no traceback."""
        assert self.code == code, self
        assert "Traceback" not in self.err, self.err
        assert len(self.err.strip().splitlines()) <= 3, self.err
        for words in said:
            assert words in self.err, self.err


def hanse(*arguments: str | Path, cwd: Path | None = None, **environment: str) -> Run:
    done = subprocess.run(
        [*HANSE, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=300,
        cwd=cwd,
        env={**os.environ, "COLUMNS": "100", **environment},
        check=False,
    )
    return Run(done.returncode, done.stdout, done.stderr)
