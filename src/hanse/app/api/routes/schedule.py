"""The schedule: recorded plans for charts, and for other programs."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Query, Request, Response

from hanse.app.api import scheduling
from hanse.app.api.callers import SignedIn
from hanse.app.api.problems import NotThere
from hanse.app.api.routes.base import Numbered
from hanse.app.api.routes.base import router as made
from hanse.errors import InputError
from hanse.instances import hanse_json, schedule

router = made("schedule")

MEDIA = {
    "ics": "text/calendar; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
Form = Literal["ics", "csv", "xlsx", "json"]


@router.get("/schedule", response_model=dict[str, Any], responses={200: {"description": "What the chart draws"}})
def all_plans(
    request: Request,
    who: SignedIn,
    block: Annotated[int | None, Query(ge=1, le=2**32 - 1, description="Only this plan.")] = None,
) -> Response:
    """All recorded plans you can see, those of the same units on one axis of time: members, machines, jobs, bars and
    legs as lists."""
    value = scheduling.league(who, request.app.state.drawings, block)
    return Response(json.dumps(value, separators=(",", ":")), media_type="application/json")


@router.get(
    "/blocks/{number}/exports/{form}",
    response_class=Response,
    responses={200: {"content": {kind.split(";")[0]: {"example": "{}"} for kind in MEDIA.values()}}},
)
def export(
    who: SignedIn,
    number: Numbered,
    form: Form,
    start: Annotated[datetime | None, Query(description="The moment that is time 0, with its zone.")] = None,
    member: Annotated[str | None, Query(max_length=64, description="Only what this member does.")] = None,
) -> Response:
    """A recorded plan as a calendar, a table, a workbook, or hanse-plan/1. A calendar needs `start`."""
    row = scheduling.block(who, number)
    files = scheduling.contents(who.service, row)
    if files is None:
        raise NotThere("the plan's files are not here", where=f"block {number}")
    problem, plan, _ = files
    if form == "ics":
        if start is None:
            raise InputError("a calendar needs the moment that is time 0", where="start", hint="2026-11-30T08:00+01:00")
        data = schedule.write_ics(problem, plan, start, member)
    elif form == "json":
        data = hanse_json.write_plan(plan)
    else:
        data = schedule.write_table(problem, plan, f".{form}", start, member)
    headers = {"content-disposition": f'attachment; filename="plan-{number}.{form}"'}
    return Response(data, media_type=MEDIA[form], headers=headers)
