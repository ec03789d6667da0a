"""What a campaign has done so far, so that one that was stopped goes on; and the table of all that were run."""

from __future__ import annotations

import datetime
import json
import os
import platform
import subprocess
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from tests.campaign.trial import Found

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "benchmarks" / "results" / "campaign.jsonl"

HEAD = """# Campaigns of faults

What `make campaign` did and found ([how it works](../../docs/campaign.md)). Each row can be run again by its
seed. *Failures* are those found in that run; what was found is mended, and a test of the plain suite holds it.

| date | commit | part | what | seed | done | failures | minutes | machine |
|---|---|---|---|---:|---:|---:|---:|---|
"""


@dataclass(frozen=True)
class Entry:
    """A trial that has ended."""

    name: str
    kind: str
    done: int
    failures: tuple[str, ...]
    seconds: float


class Journal:
    """Of one part and seed. A line is written when a trial has ended, and on disk when `add` returns."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.entries: dict[str, Entry] = {}
        if file.exists():
            for line in file.read_text().splitlines():
                try:
                    told = json.loads(line)
                except ValueError:
                    continue  # cut off when it was killed: that trial is done again
                self.entries[told["name"]] = Entry(**{**told, "failures": tuple(told["failures"])})

    def add(self, name: str, kind: str, found: Found, seconds: float) -> Entry:
        entry = Entry(name, kind, found.done, found.failures, round(seconds, 1))
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with self.file.open("a") as out:
            if out.tell() and not self.file.read_bytes().endswith(b"\n"):
                out.write("\n")
            out.write(json.dumps(asdict(entry)) + "\n")
            out.flush()
            os.fsync(out.fileno())
        self.entries[name] = entry
        return entry


@dataclass(frozen=True)
class Row:
    """All trials of a kind, in one campaign."""

    date: str
    version: str
    commit: str
    machine: str
    part: str
    kind: str
    seed: int
    done: int
    failures: int
    seconds: float


def rows(part: str, seed: int, entries: Iterable[Entry]) -> list[Row]:
    """Sums by kind, in order of appearance."""
    kinds: dict[str, list[Entry]] = {}
    for entry in entries:
        kinds.setdefault(entry.kind, []).append(entry)
    today, machine = datetime.datetime.now(datetime.UTC).date().isoformat(), _machine()
    return [
        Row(
            today, version("hanse"), _commit(), machine, part, kind, seed, sum(one.done for one in some),
            sum(len(one.failures) for one in some), round(sum(one.seconds for one in some), 1),
        )
        for kind, some in kinds.items()
    ]  # fmt: skip


def record(new: Iterable[Row], file: Path = RESULTS) -> None:
    """Appends rows to the results and writes the page of them anew. The same campaign, gone on with, replaces its own
    rows."""
    known = [Row(**json.loads(line)) for line in file.read_text().splitlines()] if file.exists() else []
    added = list(new)
    again = {(row.part, row.kind, row.seed, row.commit) for row in added}
    kept = [row for row in known if (row.part, row.kind, row.seed, row.commit) not in again]
    every = [*kept, *added]
    file.write_text("".join(json.dumps(asdict(row)) + "\n" for row in every))
    file.with_suffix(".md").write_text(page(every))


def page(every: Iterable[Row]) -> str:
    """The table for people."""
    lines = (
        f"| {row.date} | {row.commit} | {row.part} | {row.kind} | {row.seed} | {row.done:,} | {row.failures} "
        f"| {row.seconds / 60:.1f} | {row.machine} |\n"
        for row in every
    )
    return HEAD + "".join(lines)


def _machine() -> str:
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


def _commit() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or "unknown"
