"""A problem becomes sheets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanse.errors import InputError
from hanse.instances.tables.sheets import SHEETS, Raw, Row, Sheets
from hanse.units import decimal

if TYPE_CHECKING:
    from hanse.model.problem import Enterprise, Job, Problem, ProcessPlan


def sheets_of(problem: Problem) -> Sheets:
    """Every sheet, also those without rows. Raises InputError for what tables cannot say: preferences, and names that
    contain `;`, begin or end with spaces, or are the word for nothing (`-`)."""
    if problem.preferences is not None:
        raise InputError("tables do not carry preferences", where="preferences", hint="write JSON")
    units = problem.units
    settings = {
        "name": problem.name and _name(problem.name),
        "time": units.time,
        "money": units.money,
        "distance": units.distance,
        "energy": units.energy,
    }
    sites = [site.id for site in problem.sites]
    legs = problem.transport
    rows: dict[str, list[tuple[Raw, ...]]] = {
        "league": list(settings.items()),
        "sites": [(_name(site.id), *(site.position or (None, None))) for site in problem.sites],
        "transport": [
            (a, b, legs.cost[i][k], legs.time[i][k])
            for i, a in enumerate(sites)
            for k, b in enumerate(sites)
            if legs is not None and (legs.cost[i][k] or legs.time[i][k] or (i == k == 0))
        ],
        "members": [(_name(e.id), e.site, decimal(e.reliability), _yes(e.permutation)) for e in problem.enterprises],
        "machines": [row for e in problem.enterprises for row in _machines(e)],
        "hours": [
            (m.id, start, end) for e in problem.enterprises for m in e.machines for start, end in m.available or ()
        ],
        "orders": [_order(job) for job in problem.jobs],
        "operations": [row for job in problem.jobs for plan in job.plans for row in _operations(job, plan)],
        "modes": [
            (
                *(job.id, plan.id, operation.id, mode.machine, mode.duration, mode.cost, mode.energy),
                None if mode.quality is None else decimal(mode.quality),
            )
            for job in problem.jobs
            for plan in job.plans
            for operation in plan.operations
            for mode in operation.modes
        ],
    }
    for enterprise in problem.enterprises:
        for machine in enterprise.machines:
            if machine.available == ():
                raise InputError("tables cannot say that a machine is never open", where=f"machine {machine.id}")
    return {sheet: (columns, _rows(sheet, columns, rows[sheet])) for sheet, columns in SHEETS.items()}


def _rows(sheet: str, columns: tuple[str, ...], rows: list[tuple[Raw, ...]]) -> tuple[Row, ...]:
    made = []
    for number, values in enumerate(rows, start=2):
        cells = {column: value for column, value in zip(columns, values, strict=True) if value not in (None, "")}
        made.append(Row(sheet, number, cells))
    return tuple(made)


def _name(id_: str) -> str:
    """A name that a cell can say. Raises InputError."""
    if ";" in id_ or id_ != id_.strip() or id_ == "-":
        raise InputError(f'tables cannot carry the name "{id_}"', where=id_, hint="rename it, or write JSON")
    return id_


def _yes(value: bool) -> str | None:
    return "yes" if value else None


def _machines(enterprise: Enterprise) -> list[tuple[Raw, ...]]:
    return [
        (
            _name(m.id),
            enterprise.id,
            ";".join(_name(service) for service in sorted(m.services)),
            "any" if m.capacity is None else m.capacity,
            m.budget,
            m.power,
        )
        for m in enterprise.machines
    ]


def _order(job: Job) -> tuple[Raw, ...]:
    quality = None if job.min_quality is None else decimal(job.min_quality)
    return (
        *(
            _name(job.id),
            job.customer and _name(job.customer),
            job.release,
            job.due,
            decimal(job.weight),
            job.budget,
            quality,
        ),
        *(job.origin, job.destination, _yes(job.single_workpiece)),
    )


def _operations(job: Job, plan: ProcessPlan) -> list[tuple[Raw, ...]]:
    before = [None, *(operation.id for operation in plan.operations)]
    del before[-1]
    return [
        (
            job.id,
            _name(plan.id),
            _name(operation.id),
            _name(operation.service),
            None if operation.after == (() if earlier is None else (earlier,)) else ";".join(operation.after) or "-",
        )
        for operation, earlier in zip(plan.operations, before, strict=True)
    ]
