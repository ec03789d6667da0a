"""A problem as a workbook or a folder of CSV files: nothing is lost, nothing is guessed, every fault is named."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hanse
from hanse.app import cases
from hanse.errors import InputError
from hanse.instances import tables
from hanse.instances.tables.files import pack, unpack
from hanse.instances.tables.sheets import SHEETS
from tests import strategies

SMALL = {
    "league": "setting,value\nname,two shops\ntime,minute\nmoney,cent\nstart,2026-11-30 08:00\n",
    "members": "member,reliability\nMüller,0.98\nVogel,\n",
    "machines": "machine,member,services,power\nM1,Müller,milling; turning,300\nM2,Vogel,milling,\n",
    "hours": "machine,from,to\nM1,2026-11-30 08:00,2026-11-30 16:00\nM1,2026-12-01 08:00,2026-12-01 16:00\n",
    "orders": "order,due\n7,2026-11-30 12:00\n",
    "operations": "order,operation,service\n7,rough,milling\n7,fine,turning\n",
    "modes": "order,operation,machine,duration,cost\n7,rough,M1,60,500\n7,rough,M2,50,700\n7,fine,M1,30,200\n",
}


def archive(files: dict[str, str | bytes]) -> bytes:
    """An archive of CSV files, by the names of their sheets."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, text in files.items():
            made.writestr(f"{name}.csv", text)
    return out.getvalue()


def faults(files: dict[str, str]) -> list[str]:
    seen = tables.look(archive(dict(files)))
    assert (seen.problem is None) == bool(seen.total)
    return [str(fault) for fault in seen.faults]


def test_a_small_league_is_read_as_a_person_would_write_it() -> None:
    problem = tables.read_problem(archive(dict(SMALL)))
    assert problem.name == "two shops"
    assert [site.id for site in problem.sites] == ["Müller", "Vogel"]
    first = problem.enterprises[0].machines[0]
    assert (first.id, first.services, first.available) == (
        "M1",
        frozenset({"milling", "turning"}),
        ((0, 480), (1440, 1920)),
    )
    job = problem.jobs[0]
    assert (job.id, job.due, job.plans[0].operations[1].after) == ("7", 240, ("rough",))
    assert job.plans[0].operations[0].modes[0].energy == 300 * 60
    assert hanse.solve(problem, objective="cost").plan is not None


def test_semicolons_and_byte_order_marks_of_spreadsheets_are_understood() -> None:
    german = {
        name: text.replace("milling; turning", '"milling; turning"').replace(",", ";") for name, text in SMALL.items()
    }
    files = {name: text.encode("utf-8-sig") for name, text in german.items()}
    assert tables.read_problem(archive(dict(files))).root == tables.read_problem(archive(dict(SMALL))).root


def test_a_workbook_may_hold_dates_and_numbers_as_such() -> None:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, text in SMALL.items():
        page = book.create_sheet(name.capitalize())
        for line in text.splitlines():
            page.append([_value(cell) for cell in line.split(",")])
    out = io.BytesIO()
    book.save(out)
    assert tables.read_problem(out.getvalue()).root == tables.read_problem(archive(dict(SMALL))).root


def _value(cell: str) -> object:
    if cell.replace(".", "").isdigit():
        return float(cell)
    return datetime.fromisoformat(cell) if cell.startswith("2026-") else cell


@pytest.mark.parametrize("case", ["ramakurthi2022", "radmanesh2021", "ramakurthi2023"])
def test_packaged_cases_survive_as_workbook_archive_and_folder(case: str, tmp_path: Path) -> None:
    problem = replace(cases.load(case, seed=0).parts[0].problem, preferences=None)
    folder = tmp_path / "folder"
    folder.mkdir()
    for target in (tmp_path / "book.xlsx", tmp_path / "archive.zip", folder):
        hanse.write(problem, target)
        assert hanse.read(target) == problem


@settings(max_examples=60)
@given(strategies.problems())
def test_whatever_a_problem_is_its_tables_say_the_same(problem: hanse.Problem) -> None:
    sheets = tables.sheets_of(problem)
    again = tables.problem_of(unpack(tables.pack_archive(sheets)))
    assert again == problem
    assert again.root == problem.root
    assert tables.pack_archive(tables.sheets_of(again)) == tables.pack_archive(sheets)


@settings(max_examples=15)
@given(strategies.problems())
def test_so_does_its_workbook(problem: hanse.Problem) -> None:
    assert tables.problem_of(unpack(pack(tables.sheets_of(problem)))) == problem


@pytest.mark.parametrize("text", ["=1+1", "+1", "-x", "@cmd", "'quoted", "007", "1e3", "2026-01-01"])
def test_no_name_becomes_a_formula_a_number_or_a_date(text: str) -> None:
    problem = tables.read_problem(archive(dict(SMALL)))
    job = replace(problem.jobs[0], id=text, customer=text)
    named = replace(problem, jobs=(job,))
    sheets = tables.sheets_of(named)
    assert tables.problem_of(unpack(tables.pack_archive(sheets))) == named
    assert tables.problem_of(unpack(pack(sheets))) == named
    for line in tables.pack_csv(sheets)["orders.csv"].decode().splitlines()[1:]:
        assert line[0] not in "=+-@"
    cell = openpyxl.load_workbook(io.BytesIO(pack(sheets)))["orders"]["A2"]
    assert (cell.data_type, cell.value) == ("s", text)


@pytest.mark.parametrize("name", ["a;b", " a", "-"])
def test_names_a_cell_cannot_say_are_refused(name: str) -> None:
    problem = tables.read_problem(archive(dict(SMALL)))
    with pytest.raises(InputError, match="cannot carry the name"):
        tables.sheets_of(replace(problem, jobs=(replace(problem.jobs[0], id=name),)))


@pytest.mark.parametrize(
    ("sheet", "old", "new", "expected"),
    [
        ("modes", "M1,60,500", "M1,6x,500", "modes, row 2, duration: '6x' is not a whole number"),
        ("modes", "M1,60,500", "M1,60.5,500", "modes, row 2, duration: '60.5' is not a whole number"),
        ("modes", "M1,60,500", "M1,-60,500", "modes, row 2, duration: '-60' is not a whole number"),
        ("modes", "M1,60,500", "M1,,500", "modes, row 2, duration: is empty"),
        ("modes", "M1,60,500", "M1,1e999999999,5", "modes, row 2, duration: '1e999999999' is not a whole number"),
        ("modes", "M1,60,500", "M1,nan,5", "modes, row 2, duration: 'nan' is not a whole number"),
        ("modes", "M2,50", "M9,50", 'modes, row 3, machine: unknown machine "M9"'),
        ("modes", "7,fine", "7,polish", "operations, row 3, operation: no machine is listed"),
        ("machines", "M2,Vogel", "M2,Falk", 'machines, row 3, member: unknown member "Falk"'),
        ("machines", "milling,\n", ",\n", "machines, row 3, services: is empty"),
        ("members", "0.98", "1.2", "members, row 2, reliability: '1.2' is not a number from 0 to 1"),
        ("members", "0.98", "0.1234567", "members, row 2, reliability: '0.1234567' is not a number"),
        ("hours", "2026-11-30 16:00", "2026-11-30 16:00:30", "hours, row 2, to: '2026-11-30 16:00:30' is not a whole"),
        ("hours", "2026-11-30 16:00", "2026-11-30 16:00+01:00", "hours, row 2, to: one of this date and `start`"),
        ("hours", "2026-11-30 16:00", "2026-11-29 16:00", "hours, row 2, to: '2026-11-29 16:00' is not a whole"),
        ("hours", "M1,2026-12", "M7,2026-12", 'hours, row 3, machine: unknown machine "M7"'),
        ("league", "start,2026-11-30 08:00", "start,soon", "league, row 5, value: is no date"),
        ("league", "start,2026-11-30 08:00", "colour,red", "league, row 5, setting: 'colour' is no setting"),
        ("league", "minute", "fortnight", 'league, row 3, value: "fortnight" is not a unit of time'),
        ("orders", "order,due", "order,until", "orders, row 1: there is no column 'until'"),
        ("operations", "service\n", "what\n", "operations, row 1: the column 'service' is missing"),
    ],
)
def test_every_fault_says_sheet_row_and_column(sheet: str, old: str, new: str, expected: str) -> None:
    assert old in SMALL[sheet]
    found = faults({**SMALL, sheet: SMALL[sheet].replace(old, new, 1)})
    assert any(expected in fault for fault in found), found


def test_all_faults_are_told_at_once() -> None:
    spoiled = {
        **SMALL,
        "modes": SMALL["modes"].replace("60,500", "x,500").replace("M2,50", "M9,50"),
        "members": SMALL["members"].replace("0.98", "2"),
    }
    assert len(faults(spoiled)) == 3
    with pytest.raises(InputError, match="3 faults in the tables") as told:
        tables.read_problem(archive(dict(spoiled)))
    assert "modes, row 2, duration" in str(told.value)
    assert "members, row 2, reliability" in str(told.value)


def test_a_date_without_a_start_is_no_time() -> None:
    found = faults({**SMALL, "league": "setting,value\ntime,minute\n"})
    assert "nothing says what time 0 is" in found[0]


def test_a_missing_sheet_is_named_with_its_columns() -> None:
    rest = {name: text for name, text in SMALL.items() if name != "modes"}
    seen = tables.look(archive(dict(rest)))
    assert (seen.faults[0].where, seen.faults[0].hint) == ("modes", f"its columns are: {', '.join(SHEETS['modes'])}")


@pytest.mark.parametrize("cut", [5, 60, -30])
@pytest.mark.parametrize("form", ["book", "archive"])
def test_a_damaged_file_is_bad_input(form: str, cut: int) -> None:
    sheets = tables.sheets_of(tables.read_problem(archive(dict(SMALL))))
    data = pack(sheets) if form == "book" else tables.pack_archive(sheets)
    with pytest.raises(InputError):
        tables.read_problem(data[:cut])


@given(st.binary(max_size=300))
def test_rubbish_is_bad_input(data: bytes) -> None:
    with pytest.raises(InputError):
        tables.read_problem(b"PK\x03\x04" + data)


def test_an_archive_that_unpacks_too_far_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hanse.instances.tables.files.SIZE_LIMIT", 100)
    with pytest.raises(InputError, match="unpacks to more"):
        tables.read_problem(archive(dict(SMALL)))


@pytest.mark.parametrize("entry", ["xl/workbook.xml", "xl/worksheets/sheet5.xml"])
def test_a_workbook_does_not_explode(entry: str) -> None:
    """Ten entities, each ten times the one before: expanded, a hundred gigabytes."""
    laughs = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 11))
    root = "workbook" if entry == "xl/workbook.xml" else "worksheet"
    bomb = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "0123456789">{laughs}]><{root}>&e10;</{root}>'
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(pack(tables.sheets_of(tables.read_problem(archive(dict(SMALL))))))) as good:
        assert entry in good.namelist()
        with zipfile.ZipFile(out, "w") as bad:
            for one in good.namelist():
                bad.writestr(one, bomb if one == entry else good.read(one))
    with pytest.raises(InputError):
        tables.read_problem(out.getvalue())
