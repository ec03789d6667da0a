"""`hanse share` as its users run it."""

from __future__ import annotations

from pathlib import Path

import pytest

import hanse as door
from hanse.planning.sharing.share import sealed
from tests.app.cli import hanse
from tests.planning.sharing.test_sharing import pooled


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("share")
    problem, rows = pooled()
    door.write(problem, folder / "problem.json")
    door.write_plan(sealed(problem, rows, "jackson", 0.0), folder / "plan.json")
    return folder / "problem.json", folder / "plan.json"


def test_the_papers_one_rescue_is_told_in_words_and_its_plan_passes_the_judge(
    paper: tuple[Path, Path], tmp_path: Path
) -> None:
    out = tmp_path / "shared.json"
    run = hanse("share", *paper, "--moves", "operation", "--least", "2", "--in-time", "--out", out)
    assert (run.code, run.err) == (0, "")
    assert "E4-J4 goes to E1 Q [40, 49) with Q: done 49 instead of 61, on time" in run.out
    assert "E1-J1 stays, 11 late" in run.out
    assert hanse("check", paper[0], out).code == 0


def test_programs_get_every_late_job_with_its_reason(paper: tuple[Path, Path]) -> None:
    told = hanse("share", *paper, "--moves", "job", "--least", "2", "--in-time", "--json").json
    assert told["takeovers"] == 0
    assert told["tardiness"] == {"before": 218, "after": 218, "bound": 218}
    assert {job["stays"]["why"] for job in told["jobs"]} == {"late"}
    assert all(job["stays"]["nearest"]["lacking"] > 0 for job in told["jobs"])


def test_rubbish_is_refused(paper: tuple[Path, Path], tmp_path: Path) -> None:
    hanse("share", *paper, "--moves", "all").failed(2, "moves", "operation")
    hanse("share", *paper, "--method", "magic").failed(2, "method")
    hanse("share", *paper, "--least", "0").failed(2, "least")
    hanse("share", paper[0]).failed(2, "no member")
    other = tmp_path / "plan.json"
    other.write_text(paper[1].read_text().replace('"start": 0', '"start": 1'))
    hanse("share", paper[0], other).failed(2, "not valid")
