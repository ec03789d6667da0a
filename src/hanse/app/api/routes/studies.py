"""Studies: a file is looked at, a plan or a front is calculated, without anything being recorded."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Literal

import msgspec
from fastapi import Path, Request, Response

from hanse.app.api import reading, shapes
from hanse.app.api.callers import Caller, Coordinator, SignedIn
from hanse.app.api.drafting import workbook
from hanse.app.api.recording import jobs_of
from hanse.app.api.rounds import material
from hanse.app.api.routes.base import Numbered
from hanse.app.api.routes.base import router as made
from hanse.app.api.studies import Studies, Study
from hanse.errors import InputError
from hanse.instances import hanse_json
from hanse.model.objective import Objective

router = made("studies")

Id = Annotated[str, Path(pattern="^[0-9a-f]{32}$", examples=["0c" * 16])]
Result = Literal[
    "problem.json", "plan.json", "drawing.json", "plan.html", "front.json", "front.csv", "front.html",
    "lab.html", "lab.json", "evidence.json", "proposal.json",
]  # fmt: skip
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEDIA = {"json": "application/json", "csv": "text/csv", "html": "text/html"}
MOST_OPERATIONS = 50_000
OUTCOME_SECONDS = 20
"""Of planning what nobody was accepted for."""


@router.post("/files", response_model=shapes.FileSeen)
def look(request: Request, who: SignedIn, body: shapes.LookAt) -> shapes.FileSeen:
    """What a file holds, every fault in it, and which job is which open order. It is read by a process of its own, and
    kept nowhere."""
    try:
        data = base64.b64decode(body.data, validate=True)
    except (binascii.Error, ValueError):
        raise InputError("this is not base64", where="data", hint="encode the bytes of the file") from None
    told, problem = studies_of(request).look(who.address, body.name, data)
    jobs = [] if problem is None else jobs_of(who, hanse_json.read_problem(problem))
    return shapes.FileSeen(**told, problem=None if problem is None else msgspec.json.decode(problem), jobs=jobs)


@router.get("/files/draft", response_class=Response, responses={200: {"content": {WORKBOOK: {"example": "PK…"}}}})
def draft(who: Coordinator) -> Response:
    """A workbook to begin a problem with: open orders, what they take, and who could do it. Durations and costs are
    left to be filled in."""
    headers = {"content-disposition": 'attachment; filename="problem.xlsx"', "cache-control": "private, no-store"}
    return Response(workbook(who), media_type=WORKBOOK, headers=headers)


@router.get("/studies", response_model=list[shapes.StudyNow])
def own(request: Request, who: SignedIn) -> list[shapes.StudyNow]:
    """Your studies of the last hour, the newest first."""
    return [reading.studies.study(one) for one in studies_of(request).of(who.address)]


@router.post("/studies", status_code=202, response_model=shapes.StudyNow)
def begin(request: Request, who: SignedIn, body: shapes.AskStudy, response: Response) -> shapes.StudyNow:
    """Begin one; a finished one of the same kind is forgotten. One at a time."""
    data = msgspec.json.encode(body.problem)
    problem = hanse_json.read_problem(data)
    operations = sum(len(plan.operations) for job in problem.jobs for plan in job.plans)
    if operations > MOST_OPERATIONS:
        raise InputError(
            f"{operations} operations are more than the service calculates with",
            where="problem",
            hint=f"at most {MOST_OPERATIONS}; use hanse solve on a machine of your own",
        )
    if body.what == "plan":
        Objective.parse(body.objective)
    else:
        from hanse.planning.pareto.objectives import parse

        parse(body.objective)
    study = studies_of(request).begin(
        who.address, body.what, data, body.objective, body.seconds, name=problem.name, staff=who.sees_all
    )
    response.headers["location"] = f"/api/v1/studies/{study.id}"
    return reading.studies.study(study)


@router.get("/studies/{id}", response_model=shapes.StudyNow)
def one(request: Request, who: SignedIn, id: Id) -> shapes.StudyNow:
    """How far a study of yours is."""
    return reading.studies.study(_of(request, who, id))


@router.post("/studies/{id}/enough", response_model=shapes.StudyNow)
def enough(request: Request, who: SignedIn, id: Id) -> shapes.StudyNow:
    """End the search for a plan and take the best until now."""
    study = _of(request, who, id)
    studies_of(request).enough(study)
    return reading.studies.study(study)


@router.delete("/studies/{id}", response_model=shapes.StudyNow)
def forget(request: Request, who: SignedIn, id: Id) -> shapes.StudyNow:
    """End a study and forget all of it."""
    study = _of(request, who, id)
    studies_of(request).forget(study)
    return reading.studies.study(study)


@router.get(
    "/studies/{id}/results/{result}",
    response_class=Response,
    responses={200: {"content": {kind: {"example": "{}"} for kind in MEDIA.values()}}},
)
def found(request: Request, who: SignedIn, id: Id, result: Result) -> Response:
    """What a study found: a plan, a front or a comparison of rules, as programs, charts and people read it."""
    data = studies_of(request).result(_of(request, who, id), result)
    kind = MEDIA[result.rsplit(".", 1)[-1]]
    return Response(data, media_type=kind, headers={"content-disposition": f'attachment; filename="{result}"'})


def studies_of(request: Request) -> Studies:
    """Of the service."""
    found: Studies = request.app.state.studies
    return found


def _of(request: Request, who: Caller, id: str) -> Study:
    return studies_of(request).get(id, who.address)


@router.post("/rounds/{number}/outcome", status_code=202, response_model=shapes.StudyNow)
def outcome(request: Request, who: Coordinator, number: Numbered) -> shapes.StudyNow:
    """Begin a study that puts the accepted claims of a round that is over together, as one plan."""
    problem, told = material(who, number)
    study = studies_of(request).begin(
        who.address,
        "plan",
        problem,
        "cost",
        OUTCOME_SECONDS,
        name=f"round {number}",
        staff=True,
        more={"what": "round", **told},
    )
    return reading.studies.study(study)
