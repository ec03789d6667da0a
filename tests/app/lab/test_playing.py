"""Many runs: in processes, cut off, and gone on with."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hanse.app.lab.journal import NAME, Journal
from hanse.app.lab.playing import play
from hanse.cluster import Shared
from hanse.cluster.crew import Crew
from hanse.cluster.local import LocalYard
from hanse.cluster.parcel import wrap_folder
from hanse.errors import InputError
from hanse.lab.fork import Fork
from hanse.lab.study import Run, Study, read_study

TEXT = """
format = "hanse-lab/1"
name = "small"
runs = 3

[world]
members = 5
orders = 3

[scenario.storm]
breakdowns = 4.0

[variant.free]
"settlement.fee" = 0
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    written = tmp_path_factory.mktemp("study") / "study.toml"
    written.write_text(TEXT)
    return written


@pytest.fixture(scope="module")
def study(file: Path) -> Study:
    return read_study(file)


@pytest.fixture(scope="module")
def whole(copy: Fork, study: Study, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a study that was played in one go."""
    out = tmp_path_factory.mktemp("whole")
    told: list[tuple[int, int]] = []
    play(copy, study, Journal(out, study, copy), 1, lambda done, total: told.append((done, total)))
    assert told == [(i, 6) for i in range(7)]
    return out


def hanse(*words: object) -> list[str]:
    return [sys.executable, "-m", "hanse.app.cli", "lab", *map(str, words)]


def test_a_killed_study_goes_on_where_it_was_and_its_report_is_the_same_byte_for_byte(
    copy: Fork, file: Path, whole: Path, tmp_path: Path
) -> None:
    words = hanse("run", copy.directory, file, "--out", tmp_path, "--workers", 2, "--json")
    begun = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 120
    while len(finished(tmp_path)) < 2 and time.monotonic() < until:
        time.sleep(0.02)
    os.kill(begun.pid, signal.SIGKILL)
    begun.wait()
    before = finished(tmp_path)
    assert 2 <= len(before) < 6
    with (tmp_path / NAME).open("a") as journal:
        journal.write('{"run":["storm","pre')  # as a kill leaves it
    told = json.loads(subprocess.run(words, capture_output=True, check=True).stdout)
    assert (told["runs"], told["before"]) == (6, len(before))
    assert finished(tmp_path)[: len(before)] == before
    for out in (tmp_path, whole):
        subprocess.run(hanse("compare", copy.directory, file, "--out", out, "--quiet"), check=True)
    for name in ("lab.html", "lab.json", "lab.md", "lab-differences.svg"):
        assert (tmp_path / name).read_bytes() == (whole / name).read_bytes()


def finished(out: Path) -> list[str]:
    """Lines of runs in a journal, whole ones."""
    path = out / NAME
    return [] if not path.exists() else [line for line in path.read_text().split("\n")[1:-1] if line]


def test_processes_end_with_the_command_that_was_killed(copy: Fork, file: Path, tmp_path: Path) -> None:
    words = hanse("run", copy.directory, file, "--out", tmp_path, "--workers", 2, "--json")
    begun = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    until = time.monotonic() + 120
    while not finished(tmp_path) and time.monotonic() < until:
        time.sleep(0.02)
    os.kill(begun.pid, signal.SIGKILL)
    begun.wait()
    until = time.monotonic() + 20
    while (left := descendants(begun.pid)) and time.monotonic() < until:
        time.sleep(0.05)
    assert left == []


def descendants(session: int) -> list[str]:
    """Processes of the session that a command was the leader of; only Linux tells."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(words[3]) == session and words[0] != "Z":
            found.append(stat.parent.name)
    return found


class Abroad(LocalYard):
    """Workers who get copies of folders, as on other machines."""

    def folder(self, key: str, path: Path) -> Shared[Path]:
        self.put(key, wrap_folder(path), folder=True)
        return Shared(key, path)


def test_workers_without_the_fork_play_on_copies_of_it_and_find_the_same(
    copy: Fork, study: Study, whole: Path, tmp_path: Path
) -> None:
    few = tmp_path / "few.toml"
    few.write_text(TEXT.replace("runs = 3", "runs = 1"))
    asked = read_study(few)
    journal = Journal(tmp_path / "out", asked, copy)
    with Crew(Abroad(), 2) as crew:
        play(copy, asked, journal, crew, lambda *_: None)
    known = Journal(whole, study, copy).runs
    assert len(journal.runs) == 2
    assert all(known[run] == season for run, season in journal.runs.items())


def test_a_journal_of_another_study_is_refused_and_not_touched(
    copy: Fork, study: Study, whole: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.toml"
    other.write_text(TEXT.replace("breakdowns = 4.0", "breakdowns = 5.0"))
    before = (whole / NAME).read_bytes()
    with pytest.raises(InputError, match="another study"):
        Journal(whole, read_study(other), copy)
    assert (whole / NAME).read_bytes() == before
    assert set(Journal(whole, study, copy).runs) == set(study.runs())


def test_a_finished_study_plays_nothing(copy: Fork, study: Study, whole: Path) -> None:
    journal = Journal(whole, study, copy)
    before = (whole / NAME).read_bytes()
    play(copy, study, journal, 2, lambda *_: None)
    assert (whole / NAME).read_bytes() == before


def test_a_run_without_any_plan_is_remembered_as_that(copy: Fork, study: Study, tmp_path: Path) -> None:
    run = Run("storm", "present", 0)
    Journal(tmp_path, study, copy).add(run, None)
    assert Journal(tmp_path, study, copy).runs == {run: None}
