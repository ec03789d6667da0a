"""Readings as a CSV file that `hanse telemetry import` reads."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from hanse.instances import write_bytes
from hanse.telemetry.reading import Reading
from hanse.telemetry.table import COLUMNS


class Table:
    """Collects readings; `close` writes them, all or nothing."""

    def __init__(self, path: Path) -> None:
        self._path, self._text = path, io.StringIO()
        self._rows = csv.writer(self._text, lineterminator="\n")
        self._rows.writerow(COLUMNS)

    def __call__(self, reading: Reading) -> None:
        self._rows.writerow([reading.source, reading.machine, reading.metric, reading.measured, reading.value])

    def close(self) -> None:
        """Raises EnvironmentFault if the disk refuses."""
        write_bytes(self._path, self._text.getvalue().encode())
