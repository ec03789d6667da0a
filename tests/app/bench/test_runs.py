"""The file of finished runs: nothing finished is lost, nothing cut is believed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from hanse.app.bench.runs import Journal
from hanse.errors import InputError
from tests.app.bench.runs import run

DONE = run("hanse", 5, (0.25, 7, None), (1.0, 5, 5), bound=5)


def test_a_run_is_found_again_by_its_key_and_by_no_other(tmp_path: Path) -> None:
    Journal(tmp_path / "new" / "runs.jsonl").add(DONE)
    again = Journal(tmp_path / "new" / "runs.jsonl")
    assert again.get(DONE.key) == DONE
    for other in (replace(DONE.key, seed=1), replace(DONE.key, version="2"), replace(DONE.key, limit=11.0)):
        assert again.get(other) is None


def test_a_line_that_was_cut_by_a_kill_is_dropped_and_the_file_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "runs.jsonl"
    Journal(path).add(DONE)
    with path.open("a") as file:
        file.write('{"key": {"family": "sm')
    journal, other = Journal(path), replace(DONE, key=replace(DONE.key, seed=9))
    journal.add(other)
    again = Journal(path)
    assert again.get(DONE.key) == DONE
    assert again.get(other.key) == other


@pytest.mark.parametrize("line", ["rubbish", "{}", '{"key": {}, "trajectory": []}', "[1]"])
def test_a_line_that_is_no_run_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "runs.jsonl"
    Journal(path).add(DONE)
    path.write_text(path.read_text() + line + "\n")
    with pytest.raises(InputError, match="not a finished run") as refusal:
        Journal(path)
    assert refusal.value.where.endswith("line 2")
