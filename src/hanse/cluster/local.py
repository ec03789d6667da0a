"""Workers that are processes of this machine."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from hanse.cluster.parcel import wrap
from hanse.cluster.port import Bounds, Shared
from hanse.cluster.process import Process, Report


class LocalYard:
    """Shared things wait here as bytes, once, until a process needs them."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[bytes, bool]] = {}

    def seat(self) -> LocalSeat:
        """See `Yard`."""
        return LocalSeat(self)

    def put(self, key: str, data: bytes, folder: bool) -> None:
        """See `Yard`."""
        self.kept[key] = data, folder

    def folder(self, key: str, path: Path) -> Shared[Path]:
        """See `Yard`. Every process of this machine finds it where it is."""
        found = path.resolve()
        self.put(key, wrap(found), folder=False)
        return Shared(key, found)

    def close(self) -> None:
        """See `Yard`."""
        self.kept.clear()


class LocalSeat:
    """See `Seat`."""

    def __init__(self, yard: LocalYard) -> None:
        self._yard = yard
        self._process: Process | None = None
        self._versions = ""

    def open(self) -> str:
        """See `Seat`."""
        if self._process is None:
            self._process = Process()
            try:
                self._versions = self._process.begin()
            except BaseException:
                self._process = None
                raise
        return self._versions

    def do(self, data: bytes, keys: Sequence[str], bounds: Bounds) -> Report:
        """See `Seat`."""
        process = self._process
        assert process is not None
        keeps = [(key, *self._yard.kept[key]) for key in dict.fromkeys(keys) if process.lacks(key)]
        report = process.do(data, keeps, bounds)
        if report.kind not in ("answer", "error"):
            self._process = None
        return report

    def kill(self) -> None:
        """See `Seat`."""
        process = self._process
        if process is not None:
            process.kill()

    def close(self) -> None:
        """See `Seat`."""
        if self._process is not None:
            self._process.end()
            self._process = None
