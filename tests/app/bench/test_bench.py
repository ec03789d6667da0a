"""`hanse bench` as its users meet it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.app.cli import hanse
from tests.instances.test_instances import FJS


@pytest.fixture
def family(tmp_path: Path) -> Path:
    folder = tmp_path / "instances" / "small"
    folder.mkdir(parents=True)
    for name in ("one", "two"):
        (folder / f"{name}.fjs").write_bytes(FJS)
    (folder / "best_known.json").write_text(json.dumps({"one": {"lower_bound": 7, "upper_bound": 8, "source": "us"}}))
    return folder


def bench(family: Path, out: Path, *more: str) -> tuple[str, ...]:
    limits = ("--time-limit", "2", "--threads", "1", "--out", str(out))
    return ("bench", family.name, "--folder", str(family.parent), *limits, *more)


def test_runs_are_written_as_they_end_and_not_repeated(family: Path, tmp_path: Path) -> None:
    out = tmp_path / "results"
    first = hanse(*bench(family, out, "--against", "cpsat", "--method", "cpsat", "--json"))
    assert first.code == 0, first.err
    runs = first.json["runs"]
    assert [(run["key"]["instance"], run["key"]["solver"], run["value"]) for run in runs] == [
        ("one", "hanse:cpsat", 7), ("one", "cpsat", 7), ("two", "hanse:cpsat", 7), ("two", "cpsat", 7),
    ]  # fmt: skip
    lines = (out / "runs.jsonl").read_text().splitlines()
    assert len(lines) == 4
    (out / "runs.jsonl").write_text("\n".join(lines[:3]) + "\n" + lines[3][:50])  # as a kill leaves it
    again = hanse(*bench(family, out, "--against", "cpsat", "--method", "cpsat", "--json"))
    assert again.json["runs"][:3] == runs[:3]
    assert len((out / "runs.jsonl").read_text().splitlines()) == 4
    kept = list((out / "plans").iterdir())
    assert len(kept) == 2  # 7 is better than the 8 that is known
    assert hanse("check", family / "one.fjs", kept[0]).code == 0


def test_two_workers_measure_the_same_runs_with_a_thread_each(family: Path, tmp_path: Path) -> None:
    words = ("bench", family.name, "--folder", family.parent, "--time-limit", "2", "--against", "cpsat", "--method",
             "cpsat", "--workers", "2", "--json", "--out", tmp_path / "two")  # fmt: skip
    two = hanse(*words)
    assert two.code == 0, two.err
    found = [(run["key"]["instance"], run["key"]["solver"], run["key"]["threads"], run["value"], run["failure"])
             for run in two.json["runs"]]  # fmt: skip
    assert found == [(name, solver, 1, 7, "") for name in ("one", "two") for solver in ("hanse:cpsat", "cpsat")]
    hanse(*words, "--threads", "2").failed(2, "each of several workers has one thread")
    hanse(*words, "--workers", "ray://nowhere").failed(2, "not a number of workers")


def test_the_folder_of_results_has_a_summary_and_a_page_of_its_own(family: Path, tmp_path: Path) -> None:
    out = tmp_path / "results"
    run = hanse(*bench(family, out, "--method", "cpsat", "--pattern", "one"))
    assert run.code == 0, run.err
    assert "hanse:cpsat" in run.out
    summary, page = (out / "summary.md").read_text(), (out / "gap.html").read_text()
    assert "| small | one | hanse:cpsat | 7 | 7 | 8 |" in summary
    assert "-12.50%" in summary
    assert "<svg" in page
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")


def test_a_value_that_best_known_bounds_speak_against_is_said_and_ends_with_1(family: Path, tmp_path: Path) -> None:
    (family / "best_known.json").write_text(json.dumps({"one": {"lower_bound": 8, "upper_bound": 9}}))
    run = hanse(*bench(family, tmp_path / "results", "--method", "cpsat", "--pattern", "one", "--quiet"))
    run.failed(1, "value 7 is below the known bound 8")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (("nowhere",), "there is no such family"),
        (("--pattern", "x*"), "no file fits"),
        (("--against", "magic"), '"magic" is not a solver'),
        (("--method", "magic"), "is not a solver"),
        (("--time-limit", "0"), "not a positive number of seconds"),
    ],
)
def test_what_cannot_be_measured_is_refused_before_anything_runs(
    family: Path, tmp_path: Path, changes: tuple[str, ...], said: str
) -> None:
    run = hanse(*bench(family, tmp_path / "results", *changes))
    run.failed(2, said)
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_file_that_cannot_be_read_is_named_as_its_user_knows_it(family: Path, tmp_path: Path, workers: str) -> None:
    (family / "one.fjs").write_text("2 2\n1 nonsense\n")
    run = hanse(*bench(family, tmp_path / "results", "--workers", workers, "--method", "cpsat"))
    run.failed(2, "small/one, hanse:cpsat: one.fjs")


def test_rubbish_for_best_known_values_is_named(family: Path, tmp_path: Path) -> None:
    (family / "best_known.json").write_text("[1, 2]")
    hanse(*bench(family, tmp_path / "results")).failed(2, "not a list of best known values", "best_known.json")
