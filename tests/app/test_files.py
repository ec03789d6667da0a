"""`hanse convert`, `preview` and `export`: problems and plans in the files that others use."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

import hanse as library
from tests.app.cli import hanse
from tests.instances.test_tables import SMALL, archive


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.zip"
    path.write_bytes(archive(dict(SMALL)))
    return path


def test_tables_are_looked_at_converted_planned_and_exported(shop: Path, tmp_path: Path) -> None:
    seen = hanse("preview", shop)
    assert (seen.code, "modes              3 rows" in seen.out, "✔" in seen.out) == (0, True, True), seen
    book, problem, plan = (tmp_path / name for name in ("shop.xlsx", "problem.json", "plan.json"))
    for source, target in ((shop, book), (book, problem)):
        assert hanse("convert", source, target).code == 0
    assert library.read(problem).root == library.read(shop).root
    assert hanse("solve", book, "--time-limit", "5", "--out", plan, "--quiet").code == 0
    start = ("--start", "2026-11-30T08:00+01:00")
    for name in ("plan.ics", "plan.csv", "plan.xlsx"):
        assert hanse("export", problem, plan, tmp_path / name, *start).code == 0
    assert (tmp_path / "plan.ics").read_bytes().count(b"BEGIN:VEVENT") == 2
    hanse("export", problem, plan, tmp_path / "own.csv", "--member", "Vogel")
    assert {r["member"] for r in csv.DictReader(io.StringIO((tmp_path / "own.csv").read_text()))} <= {"Vogel"}


def test_a_folder_of_tables_is_a_problem(shop: Path, tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    folder.mkdir()
    assert hanse("convert", shop, folder).code == 0
    assert (folder / "modes.csv").exists()
    assert hanse("preview", folder).code == 0


def test_faults_are_listed_and_nothing_is_written(tmp_path: Path) -> None:
    path, target = tmp_path / "shop.zip", tmp_path / "problem.json"
    spoiled = {**SMALL, "modes": SMALL["modes"].replace("60,500", "x,500").replace("M2,50", "M9,50")}
    path.write_bytes(archive(dict(spoiled)))
    seen = hanse("preview", path, "--json")
    assert (seen.code, seen.json["total_faults"], seen.json["root"]) == (1, 2, None)
    assert seen.json["faults"][0]["where"] == "modes, row 2, duration"
    hanse("convert", path, target).failed(2, "modes, row 2, duration")
    assert not target.exists()


def test_what_cannot_be_exported_is_said(shop: Path, tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    hanse("solve", shop, "--time-limit", "5", "--out", plan, "--quiet")
    hanse("export", shop, plan, tmp_path / "plan.doc").failed(2, ".ics, .csv or .xlsx")
    hanse("export", shop, plan, tmp_path / "plan.ics").failed(2, "--start")
    hanse("export", shop, plan, tmp_path / "plan.ics", "--start", "noon").failed(2, "no date")
    hanse("export", shop, plan, tmp_path / "plan.ics", "--start", "2026-11-30T08:00").failed(2, "no time zone")
    hanse("preview", plan).failed(2, "no workbook")
    assert not (tmp_path / "plan.ics").exists()
