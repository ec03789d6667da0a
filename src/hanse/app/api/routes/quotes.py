"""Quotes with dates: a customer asks, sees, chooses; a coordinator brings figures and records what was chosen."""

from __future__ import annotations

from typing import Any

import msgspec
from fastapi import Request, Response

from hanse.app.api import figures, quoting, reading, shapes
from hanse.app.api.callers import Coordinator, Key, SignedIn
from hanse.app.api.recording import jobs_of
from hanse.app.api.routes.base import TAKEN, Numbered, taken
from hanse.app.api.routes.base import router as made
from hanse.app.api.studies import Studies
from hanse.instances import hanse_json

router = made("quotes")


@router.get("/orders/{number}/quotes", response_model=shapes.QuotesNow)
def quotes(who: SignedIn, number: Numbered) -> shapes.QuotesNow:
    """The newest quotes of an order, with dates. For its customer and coordinators."""
    row = quoting.entitled(who, number)
    return quoting.told(who.service, row, who.service.quotes.of(number))


@router.post("/orders/{number}/quotes", status_code=202, response_model=shapes.StudyNow)
def ask(request: Request, who: SignedIn, number: Numbered, response: Response) -> shapes.StudyNow:
    """Have quotes of a matched, open order calculated beside everything that is promised already. They take the place
    of older ones, and of what was chosen of those. For its customer and coordinators."""
    studies: Studies = request.app.state.studies
    study = quoting.asked(who, studies, number)
    response.headers["location"] = f"/api/v1/studies/{study.id}"
    return reading.studies.study(study)


@router.put("/orders/{number}/choice", response_model=shapes.QuotesNow)
def choose(who: SignedIn, number: Numbered, body: shapes.Choose) -> shapes.QuotesNow:
    """Write down which quote you choose, as its customer. It binds nobody yet (`binds`)."""
    found = quoting.chosen(who, number, body)
    return quoting.told(who.service, reading.orders.own_order(who, number), found)


@router.get("/choices", response_model=list[shapes.ChoiceNow])
def choices(who: Coordinator) -> list[shapes.ChoiceNow]:
    """Open orders whose customers have chosen and that wait for their plan."""
    return quoting.choices(who.service)


@router.post("/orders/{number}/plan", **TAKEN)
def record(who: Coordinator, key: Key, number: Numbered, response: Response) -> shapes.ActionNow:
    """Record the plan that the customer chose, if its machines are still free then. It is judged again first."""
    return taken(who, response, key, "record a plan", number, None, lambda: [quoting.planned(who, number)])


@router.get(
    "/orders/{number}/question",
    response_model=dict[str, Any],
    responses={200: {"description": "hanse-problem/1"}},
)
def question(who: Coordinator, number: Numbered) -> Any:
    """How an open order can be made beside all that is promised now, as a problem: for a round of solvers, or for a
    study of your own."""
    return msgspec.json.decode(hanse_json.write_problem(quoting.now_asked(who, number)))


@router.get("/figures", response_model=list[shapes.FiguresNow])
def known(who: Coordinator) -> list[shapes.FiguresNow]:
    """What quotes are reckoned from, the newest first; recorded plans come after these."""
    return [shapes.FiguresNow(**one._asdict()) for one in who.service.figures.all()]


@router.post("/figures", response_model=shapes.FiguresNow)
def bring(who: Coordinator, body: shapes.BringFigures) -> shapes.FiguresNow:
    """Say what making things takes: a problem whose jobs are open orders. Orders of the same products are reckoned from
    it, in other quantities by the rule of three."""
    problem = hanse_json.read_problem(msgspec.json.encode(body.problem))
    orders = {one.job: one.order for one in jobs_of(who, problem) if one.order is not None}
    return shapes.FiguresNow(**figures.bring(who.service, who.address, problem, orders)._asdict())
