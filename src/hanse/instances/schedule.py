"""A plan for other programs: a calendar (iCalendar, RFC 5545) or a table (CSV, a workbook).

One event or row for each operation, in the order of their starts. Names in a table that a spreadsheet would take for
formulas are written as text, as `tables` does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from hanse.errors import EnvironmentFault, InputError
from hanse.instances.tables import files
from hanse.instances.tables.sheets import Raw, Row, Sheets
from hanse.units import TIME_UNITS

if TYPE_CHECKING:
    from hanse.model.plan import Assignment, Plan
    from hanse.model.problem import Problem

SUFFIXES = (".ics", ".csv", ".xlsx")

COLUMNS = ("order", "customer", "operation", "service", "member", "machine", "start", "end", "due", "late", "cost")


@dataclass(frozen=True, slots=True)
class Item:
    """One operation of the plan with all that is said of it. late: its order is done after it is due."""

    row: Assignment
    customer: str
    service: str
    member: str
    cost: int
    due: int | None
    late: bool


def items(problem: Problem, plan: Plan, member: str | None = None) -> tuple[Item, ...]:
    """The operations of a plan of this problem, of all members or of one. Raises InputError for a plan of another
    problem or an unknown member."""
    if plan.problem != problem.root:
        raise InputError(
            "this is a plan of another problem", where=plan.problem, hint="give the problem it was made for"
        )
    owner = {machine.id: e.id for e in problem.enterprises for machine in e.machines}
    if member is not None and member not in {enterprise.id for enterprise in problem.enterprises}:
        raise InputError(f'there is no member "{member}"', where="--member")
    jobs = {job.id: job for job in problem.jobs}
    modes = {
        (job.id, process.id, operation.id, mode.machine): (operation.service, mode)
        for job in problem.jobs
        for process in job.plans
        for operation in process.operations
        for mode in operation.modes
    }
    done: dict[str, int] = {}
    for row in plan.assignments:
        done[row.job] = max(done.get(row.job, 0), row.end)
    found = []
    for row in sorted(plan.assignments, key=lambda one: (one.start, one.end, one.machine)):
        key = row.job, row.plan, row.operation, row.machine
        if key not in modes:
            raise InputError("the plan has a row that the problem knows nothing of", where=", ".join(key))
        service, mode = modes[key]
        if member is None or owner[row.machine] == member:
            job = jobs[row.job]
            late = job.due is not None and done[row.job] > job.due
            found.append(Item(row, job.customer, service, owner[row.machine], mode.cost, job.due, late))
    return tuple(found)


def write_ics(problem: Problem, plan: Plan, start: datetime, member: str | None = None) -> bytes:
    """A calendar with one event an operation. start: the moment that is time 0, with a time zone. The same plan gives
    the same bytes, and events the same names, so that a calendar that is read again is not doubled. Raises InputError
    for abstract time or a moment without zone, EnvironmentFault without icalendar."""
    try:
        from icalendar import Calendar, Event
    except ImportError:
        raise EnvironmentFault(
            "calendars need icalendar", where=".ics", hint="pip install 'hanse[office]', or export CSV"
        ) from None
    moment = Moments(problem, start)
    calendar = Calendar()
    calendar.add("prodid", "-//Hanse//plan//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"{member or problem.name or 'Hanse'}")
    for item in items(problem, plan, member):
        row, event = item.row, Event()
        name = "\0".join((plan.problem, row.job, row.plan, row.operation))
        event.add("uid", f"{hashlib.sha256(name.encode()).hexdigest()[:32]}@hanse")
        event.add("dtstamp", moment(0))
        event.add("dtstart", moment(row.start))
        event.add("dtend", moment(row.end))
        event.add("summary", f"{item.service}: order {row.job}")
        event.add("location", f"{row.machine} at {item.member}")
        lines = [f"operation {row.operation}"]
        if item.customer:
            lines.append(f"for {item.customer}")
        if item.due is not None:
            lines.append(f"due {moment(item.due).isoformat()}" + (", late" if item.late else ""))
        event.add("description", "\n".join(lines))
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def write_table(
    problem: Problem, plan: Plan, suffix: str, start: datetime | None = None, member: str | None = None
) -> bytes:
    """A table of the operations, as `.csv` or `.xlsx`. start: times are dates from there; None: numbers of the
    problem's unit. Raises as `write_ics`."""
    moment = None if start is None else Moments(problem, start)

    def time(value: int | None) -> Raw:
        if value is None or moment is None:
            return value
        return moment(value).isoformat(sep=" ", timespec="minutes")

    rows = []
    for number, item in enumerate(items(problem, plan, member), start=2):
        row = item.row
        values: Mapping[str, Raw] = {
            "order": row.job,
            "customer": item.customer or None,
            "operation": row.operation,
            "service": item.service,
            "member": item.member,
            "machine": row.machine,
            "start": time(row.start),
            "end": time(row.end),
            "due": time(item.due),
            "late": "yes" if item.late else None,
            "cost": item.cost,
        }
        rows.append(Row("schedule", number, {k: v for k, v in values.items() if v is not None}))
    sheets: Sheets = {"schedule": (COLUMNS, tuple(rows))}
    return files.pack_csv(sheets)["schedule.csv"] if suffix == ".csv" else files.pack(sheets)


class Moments:
    """Times of a problem as moments, in UTC."""

    def __init__(self, problem: Problem, start: datetime) -> None:
        self.length = TIME_UNITS[problem.units.time]
        if not self.length:
            raise InputError(
                "the problem's time is abstract, so it has no dates",
                where="units.time",
                hint="declare minute, hour, … in the problem, or export CSV without --start",
            )
        if start.tzinfo is None:
            raise InputError("the start has no time zone", where="--start", hint="2026-11-30T08:00+01:00")
        self.start = start

    def __call__(self, value: int) -> datetime:
        try:
            return self.start.astimezone(UTC) + timedelta(seconds=self.length * value)
        except OverflowError:
            raise InputError("a time is beyond all calendars", where=str(value)) from None
