"""A plan as a calendar and as a table: every operation once, at its time, with its machine."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import icalendar
import openpyxl
import pytest

import hanse
from hanse.errors import InputError
from hanse.instances import schedule
from hanse.units import Units
from tests.instances.test_tables import SMALL, archive

START = datetime.fromisoformat("2026-11-30T08:00+01:00")


@pytest.fixture(scope="module")
def problem() -> hanse.Problem:
    from hanse.instances import tables

    return tables.read_problem(archive(dict(SMALL)))


@pytest.fixture(scope="module")
def plan(problem: hanse.Problem) -> hanse.Plan:
    found = hanse.solve(problem, objective="makespan", time_limit=5).plan
    assert found is not None
    return found


def test_a_calendar_has_every_operation_at_its_time(problem: hanse.Problem, plan: hanse.Plan) -> None:
    events = icalendar.Calendar.from_ical(schedule.write_ics(problem, plan, START)).walk("VEVENT")
    told = {(str(e["location"]), e.decoded("dtstart"), e.decoded("dtend") - e.decoded("dtstart")) for e in events}
    owner = {"M1": "Müller", "M2": "Vogel"}
    assert told == {
        (
            f"{row.machine} at {owner[row.machine]}",
            START.astimezone(UTC) + timedelta(minutes=row.start),
            timedelta(minutes=row.end - row.start),
        )
        for row in plan.assignments
    }
    assert len({str(event["uid"]) for event in events}) == len(plan.assignments)


def test_a_calendar_read_again_is_not_doubled(problem: hanse.Problem, plan: hanse.Plan) -> None:
    first, moved = (schedule.write_ics(problem, plan, start) for start in (START, START + timedelta(days=1)))
    assert schedule.write_ics(problem, plan, START) == first
    names = [
        {str(event["uid"]) for event in icalendar.Calendar.from_ical(data).walk("VEVENT")} for data in (first, moved)
    ]
    assert names[0] == names[1]


def test_names_with_commas_and_line_ends_stay_inside_their_event(problem: hanse.Problem, plan: hanse.Plan) -> None:
    job = replace(problem.jobs[0], customer="A, B;C\\n")
    named = replace(problem, jobs=(job,))
    found = replace(plan, problem=named.root)
    events = icalendar.Calendar.from_ical(schedule.write_ics(named, found, START)).walk("VEVENT")
    assert all("for A, B;C\\n" in str(event["description"]) for event in events)
    assert len(events) == len(plan.assignments)


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_table_has_them_too(problem: hanse.Problem, plan: hanse.Plan, suffix: str) -> None:
    data = schedule.write_table(problem, plan, suffix, START)
    if suffix == ".csv":
        rows = list(csv.reader(io.StringIO(data.decode())))
    else:
        page = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
        rows = [["" if v is None else str(v) for v in line] for line in page.iter_rows(values_only=True)]
    assert tuple(rows[0]) == schedule.COLUMNS
    first = min(plan.assignments, key=lambda row: (row.start, row.end))
    assert rows[1][:3] == ["7", "", first.operation]
    assert rows[1][6] == "2026-11-30 07:00+00:00"
    assert rows[1][8] == "2026-11-30 11:00+00:00"
    assert len(rows) == 1 + len(plan.assignments)


def test_without_a_start_times_are_numbers_of_the_unit(problem: hanse.Problem, plan: hanse.Plan) -> None:
    rows = list(csv.DictReader(io.StringIO(schedule.write_table(problem, plan, ".csv").decode())))
    assert {(int(r["start"]), int(r["end"])) for r in rows} == {(row.start, row.end) for row in plan.assignments}


def test_one_member_gets_its_own_part(problem: hanse.Problem, plan: hanse.Plan) -> None:
    own = schedule.items(problem, plan, "Müller")
    assert {item.row for item in own} == {row for row in plan.assignments if row.machine == "M1"}
    with pytest.raises(InputError, match="no member"):
        schedule.items(problem, plan, "Falk")


def test_what_cannot_be_dated_is_refused(problem: hanse.Problem, plan: hanse.Plan) -> None:
    with pytest.raises(InputError, match="no time zone"):
        schedule.write_ics(problem, plan, datetime(2026, 11, 30, 8))  # noqa: DTZ001 - that is the point
    with pytest.raises(InputError, match="another problem"):
        schedule.write_ics(replace(problem, name="other"), plan, START)
    abstract = replace(problem, units=Units())
    with pytest.raises(InputError, match="abstract"):
        schedule.write_ics(abstract, replace(plan, problem=abstract.root), START)
    lost = replace(plan, assignments=(plan.assignments[0]._replace(machine="M9"),))
    with pytest.raises(InputError, match="knows nothing of"):
        schedule.items(problem, lost)
