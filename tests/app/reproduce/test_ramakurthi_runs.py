"""Runs that are kept: made once, made again where their code or file changed, the same by several workers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hanse.app.reproduce.ramakurthi import runs
from hanse.app.reproduce.ramakurthi.instances import scenario
from hanse.app.reproduce.ramakurthi.runs import DEFAULT, HYBRID, Desk, Outcome, Task

TASKS = tuple(Task(scenario(3, 3, 0), method, ("makespan", "energy"), 0, 300) for method in (DEFAULT, HYBRID))


def ignored(done: int, count: int) -> None:
    del done, count


def test_a_finished_run_is_not_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, int]] = []
    first = Desk(tmp_path).outcomes(TASKS, lambda *at: told.append(at))
    assert told == [(0, 2), (1, 2), (2, 2)]

    def again(task: Task) -> Outcome:
        raise AssertionError(f"{task.method} was made again")

    monkeypatch.setattr(runs, "work", again)
    kept = Desk(tmp_path).outcomes(TASKS, ignored)
    assert all(np.array_equal(a.front, b.front) for a, b in zip(first, kept, strict=True))
    monkeypatch.setattr(runs, "_sources", lambda _method: "changed")
    with pytest.raises(AssertionError, match="again"):
        Desk(tmp_path).outcomes(TASKS, ignored)


def test_half_a_file_is_made_again(tmp_path: Path) -> None:
    (whole,) = Desk(tmp_path).outcomes(TASKS[1:], ignored)
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:40])
    (again,) = Desk(tmp_path).outcomes(TASKS[1:], ignored)
    assert np.array_equal(whole.front, again.front)


def test_comments_and_docstrings_are_no_change_of_code() -> None:
    code = 'def f(x):\n    """Old."""\n    return x + 1\n'
    assert runs._bare(code) == runs._bare('"""Module."""\n# why\ndef f(x):\n    return x+1\n')
    assert runs._bare(code) != runs._bare(code.replace("1", "2"))


def test_other_workers_find_the_same() -> None:
    here, there = (Desk(None, workers).outcomes(TASKS, ignored) for workers in (1, 2))
    assert all(np.array_equal(a.front, b.front) for a, b in zip(here, there, strict=True))
