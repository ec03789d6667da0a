"""Quotes of an order: asked of a study, kept for a day, chosen from by the customer, and recorded as the plan it chose.

A quote binds nobody. It says what could be promised as things are; whoever would make it has not been asked. What the
customer chose is written down and is what a coordinator records, if its machines are still free then; what binds is the
agreement that all sign after that.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from hanse.app import carbon
from hanse.app.api import reading, shapes
from hanse.app.api.callers import Caller
from hanse.app.api.figures import basis, question, second
from hanse.app.api.problems import Conflict, NotAllowed, NotThere
from hanse.app.api.quotebook import Quoted
from hanse.app.api.recording import recorded
from hanse.app.api.service import Service
from hanse.app.api.studies import Studies, Study
from hanse.app.voyage.terms import SIGNING
from hanse.errors import HanseError
from hanse.instances import hanse_json
from hanse.ledger.desk import Wanted
from hanse.ledger.tables import OrderRow
from hanse.model.problem import Problem
from hanse.planning.quotes import BALANCED, KINDS, OBJECTIVES, kept

SECONDS = 8
"""Of search for the quotes of one order."""

BINDS = (
    "A quote binds nobody: it is what the league could promise when it was made, and whoever would make it has not "
    "been asked. Your choice is written down; a coordinator records it as the plan if its machines are still free. "
    "What binds is the agreement that you and all who work for it sign then. Dates are those of an agreement proposed "
    "when the quote was made; they move with the day on which it is."
)


# --- asking, choosing, recording --------------------------------------------------------------------------------


def entitled(who: Caller, number: int) -> OrderRow:
    """An order whose quotes the caller may see: its customer, and coordinators. Raises NotThere, NotAllowed."""
    row = reading.orders.own_order(who, number)
    if row.customer != who.address and "coordinator" not in who.offices:
        raise NotAllowed("quotes are for its customer and coordinators", where=f"order {number}")
    return row


def asked(who: Caller, studies: Studies, number: int) -> Study:
    """Begins the study of an open order's quotes. Raises Conflict, InfeasibleError, and as `Studies.begin`."""
    service, row = who.service, _open(entitled(who, number))
    made = int(service.clock.now())
    found, begins = basis(service, row), made + SIGNING
    problem = question(service, row, found, begins)

    def keep(result: bytes) -> None:
        service.quotes.put(Quoted(number, made, begins, found, json.loads(result), "", 0))

    return studies.begin(
        who.address, "quotes", hanse_json.write_problem(problem), ",".join(OBJECTIVES), SECONDS,
        name=problem.name, staff=who.sees_all, keep=("quotes.json", keep),
    )  # fmt: skip


def chosen(who: Caller, number: int, body: shapes.Choose) -> Quoted:
    """Writes down what the customer chose. Raises NotAllowed for anybody else, NotThere, Conflict."""
    row = reading.orders.own_order(who, number)
    if row.customer != who.address:
        raise NotAllowed("only its customer chooses", where=f"order {number}")
    _open(row)
    service = who.service
    now, found = int(service.clock.now()), _valid(service, number)
    found.plan(body.name)
    if body.made != found.made or not service.quotes.choose(number, found.made, body.name, now):
        raise Conflict("there are newer quotes", where=f"order {number}", hint="look at them, and choose again")
    return found._replace(chosen=body.name, chosen_at=now)


def planned(who: Caller, number: int) -> Wanted:
    """The message that records the plan the customer chose. Raises Conflict if it chose none, or something of it was
    promised meanwhile."""
    service, row = who.service, _open(reading.orders.own_order(who, number))
    found = _valid(service, number)
    if not found.chosen:
        raise Conflict("its customer has not chosen yet", where=f"order {number}")
    problem = question(service, row, found.basis, found.begins)
    try:
        plan = kept(problem, found.plan(found.chosen))
    except HanseError as error:
        raise Conflict(
            f"what was chosen cannot be promised any more: {error.message}",
            where=f"order {number}",
            hint="have its customer ask for new quotes, or plan it otherwise",
        ) from error
    said = {name: json.loads(data) for name, data in (
        ("problem", hanse_json.write_problem(problem)), ("plan", hanse_json.write_plan(plan)),
    )}  # fmt: skip
    return recorded(who, shapes.AppendBlock(**said, orders={problem.jobs[0].id: number}), found.begins)


def now_asked(who: Caller, number: int) -> Problem:
    """The question of an open order beside all that is promised now: for a round of solvers, or a study."""
    row = _open(reading.orders.own_order(who, number))
    found = basis(who.service, row)
    return question(who.service, row, found, int(who.service.clock.now()) + SIGNING)


def choices(service: Service) -> list[shapes.ChoiceNow]:
    """What customers of open orders chose that is not over yet."""
    found = []
    for one in service.quotes.chosen():
        row = service.lookup.order(one.order)
        if row is not None and row.status == "open" and service.clock.now() < one.until:
            shown = next(quote for quote in told(service, row, one).quotes if one.chosen in quote.names)
            found.append(
                shapes.ChoiceNow(
                    order=one.order, name=one.chosen, objective=KINDS.get(one.chosen, BALANCED), price=shown.price,
                    ready=shown.ready, chosen_at=one.chosen_at, until=one.until,
                )
            )  # fmt: skip
    return found


def _open(row: OrderRow) -> OrderRow:
    if row.status != "open":
        raise Conflict(f"the order is {row.status}", where=f"order {row.number}", hint="quotes are of open orders")
    return row


def _valid(service: Service, number: int) -> Quoted:
    found = service.quotes.of(number)
    if found is None:
        raise NotThere("there are no quotes of it", where=f"order {number}", hint="ask for them first")
    if service.clock.now() >= found.until:
        raise Conflict("these quotes are over", where=f"order {number}", hint="ask for new ones")
    return found


# --- as people read them ----------------------------------------------------------------------------------------


def told(service: Service, row: OrderRow, found: Quoted | None) -> shapes.QuotesNow:
    """The quotes of an order with dates and names."""
    nothing = shapes.QuotesNow(order=row.number, made=None, until=None, begins=None, valid=False, reckoned_from=None,
                               reckoned_pieces=None, binds=BINDS, chosen="", chosen_at=None, quotes=[])  # fmt: skip
    if found is None:
        return nothing
    problem = hanse_json.read_problem(service.content.get(found.basis.content))
    asked_for = reading.orders.specification(service, row) or {}
    return nothing.model_copy(
        update={
            "made": found.made,
            "until": found.until,
            "begins": found.begins,
            "valid": row.status == "open" and service.clock.now() < found.until,
            "reckoned_from": found.basis.order,
            "reckoned_pieces": found.basis.made,
            "chosen": found.chosen,
            "chosen_at": found.chosen_at or None,
            "quotes": [_quote(problem, one, found.begins, asked_for) for one in found.found],
        }
    )


def _quote(problem: Problem, one: dict[str, Any], begins: int, asked_for: Mapping[str, Any]) -> shapes.QuoteNow:
    plan, unit = hanse_json.read_plan(json.dumps(one["plan"]).encode()), second(problem)
    measures, due = plan.measures, asked_for.get("due")
    services = {
        (way.id, operation.id): operation.service
        for job in problem.jobs
        for way in job.plans
        for operation in way.operations
    }
    steps = [
        shapes.QuoteStep(
            service=services.get((at.plan, at.operation), at.operation), member=problem.owner[at.machine].id,
            machine=at.machine, begins=begins + at.start * unit, ends=begins + at.end * unit,
        )
        for at in sorted(plan.assignments, key=lambda at: (at.start, at.end))
    ]  # fmt: skip
    return shapes.QuoteNow(
        names=one["names"],
        proved=one["proved"],
        price=measures.cost,
        completion=measures.makespan,
        ready=begins + measures.makespan * unit,
        late=None if due is None else max(0, measures.makespan - due) * unit,
        energy=measures.energy,
        energy_unit=problem.units.energy,
        carbon=carbon.grams(measures.energy, problem.units),
        reliability=measures.reliability,
        steps=steps,
    )
