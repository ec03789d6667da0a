"""Everything the page holds, as one JSON value: rows are lists where there are many of them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from hanse.app import carbon
from hanse.app.money import HELD
from hanse.app.record import Part, Voyage
from hanse.app.report.drawing import Drawing, draw
from hanse.app.report.summary import summary
from hanse.model.plan import Plan
from hanse.model.problem import Problem
from hanse.units import Units

Json = dict[str, Any]


def embed(value: Json) -> str:
    """JSON that may stand inside a script element: ASCII only, and no sign that HTML could read as markup."""
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def data(voyage: Voyage) -> Json:
    """The whole report as plain values; `report.html` holds exactly this."""
    drawings = [draw(part.problem, part.plan.assignments) for part in voyage.parts]
    numbers = {outcome.order: i for i, part in enumerate(voyage.parts) for outcome in part.outcomes}
    positions = {member.id: i for i, member in enumerate(voyage.members)}
    return {
        "case": voyage.case,
        "title": voyage.title,
        "source": voyage.source,
        "notes": list(voyage.notes),
        "created": voyage.created,
        "version": voyage.version,
        "summary": summary(voyage, drawings),
        "members": [asdict(member) for member in voyage.members],
        "products": [asdict(product) for product in voyage.products],
        "orders": [asdict(order) | {"part": numbers.get(order.number)} for order in voyage.orders],
        "matches": [
            [match.order, positions[match.member], match.answer[0], match.required, match.offered]
            for match in voyage.matches
            if match.member in positions
        ],
        "parts": [_part(part, drawing, voyage.grid) for part, drawing in zip(voyage.parts, drawings, strict=True)],
        "flows": _flows(voyage),
        "sums": _sums(voyage, drawings),
        "stages": [[stage.what, round(stage.seconds, 3)] for stage in voyage.stages],
        "ledger": asdict(voyage.ledger),
        "grid": voyage.grid,
    }


def _part(part: Part, drawing: Drawing, grid: int) -> Json:
    units = part.problem.units
    outcomes = {o.job: asdict(o) | {"carbon": carbon.grams(o.energy, units, grid)} for o in part.outcomes}
    ledger = {
        "block": asdict(part.block),
        "agreements": [asdict(agreement) | {"paid": agreement.paid} for agreement in part.agreements],
    }
    return planned(part.problem, part.plan, drawing, outcomes) | ledger


def planned(problem: Problem, plan: Plan, drawing: Drawing, outcomes: Mapping[str, Json]) -> Json:
    """A problem and its plan as the chart draws them. outcomes: what each job gets, by its id."""
    enterprises = {enterprise.id: i for i, enterprise in enumerate(problem.enterprises)}
    return {
        "name": problem.name,
        "units": asdict(problem.units),
        "sites": [[site.id, list(site.position) if site.position else None] for site in problem.sites],
        "members": [[enterprise.id, problem.site_index[enterprise.site]] for enterprise in problem.enterprises],
        "machines": [
            [machine.id, enterprises[problem.owner[machine.id].id], machine.capacity, machine.available]
            for machine in problem.machines.values()
        ],
        "jobs": [
            {
                "id": job.id, "customer": job.customer, "release": job.release, "due": job.due, "budget": job.budget,
                "least": job.min_quality, "outcome": outcomes.get(job.id),
            }
            for job in problem.jobs
        ],
        "bars": [list(bar) for bar in drawing.bars],
        "legs": [list(leg) for leg in drawing.legs],
        "measures": asdict(plan.measures),
        "plan": {
            "problem": plan.problem, "root": plan.root, "solver": plan.solver, "status": plan.status,
            "objective": plan.objective, "value": plan.value, "bound": plan.lower_bound, "kind": plan.bound_kind,
            "seconds": round(plan.seconds, 3),
        },
    }  # fmt: skip


def _flows(voyage: Voyage) -> list[list[Any]]:
    """Payer, payee, reason, amount, settled, number of flows: one row for flows that differ in the amount alone."""
    amounts: Counter[tuple[str, str, str, bool]] = Counter()
    counts: Counter[tuple[str, str, str, bool]] = Counter()
    for flow in voyage.flows:
        key = (flow.payer, flow.payee, flow.reason, flow.settled)
        amounts[key] += flow.amount
        counts[key] += 1
    return [[payer, payee, reason, amounts[key], settled, counts[key]]
            for key in amounts for payer, payee, reason, settled in [key]]  # fmt: skip


def _sums(voyage: Voyage, drawings: list[Drawing]) -> Json:
    """What must be equal: each row says what the left and the right side are, and both amounts."""
    rows: list[list[Any]] = []
    for unit in dict.fromkeys(part.problem.units.money for part in voyage.parts):
        chosen = [
            (part, drawing) for part, drawing in zip(voyage.parts, drawings, strict=True)
            if part.problem.units.money == unit
        ]  # fmt: skip
        cost = sum(part.plan.measures.cost for part, _ in chosen)
        orders = sum(outcome.cost for part, _ in chosen for outcome in part.outcomes)
        split = sum(drawing.work + drawing.transport for _, drawing in chosen)
        rows.append(["every operation and every leg", "the total cost", split, cost, unit])
        rows.append(["cost of every order", "the total cost", orders, cost, unit])
    rows += _promises(voyage)
    rows += _agreements(voyage)
    return {"checks": rows, "promised": _promised_unit(voyage), "transport": _transport(voyage, drawings)}


def _promises(voyage: Voyage) -> list[list[Any]]:
    """What is promised or held for orders that nothing was agreed about."""
    agreed = {one.order for part in voyage.parts for one in part.agreements if one.state != "not proposed"}
    rows: list[list[Any]] = []
    moneys = {part.problem.units.money for part in voyage.parts}
    promised = sum(flow.amount for flow in voyage.flows if not flow.settled)
    open_ = [outcome.cost for part in voyage.parts for outcome in part.outcomes if outcome.order not in agreed]
    if len(moneys) == 1 and promised:
        rows.append(["promised payments", "the cost of orders without an agreement", promised, sum(open_), *moneys])
    held = sum(flow.amount for flow in voyage.flows if flow.settled and flow.payee == HELD)
    deposits = sum(order.deposit for order in voyage.orders if order.number not in agreed)
    locked = sum(one.locked for part in voyage.parts for one in part.agreements if one.order in agreed)
    if held or deposits or locked:
        rows.append(["payments held", "deposits and what is locked", held, deposits + locked, "cent"])
    return rows


def _agreements(voyage: Voyage) -> list[list[Any]]:
    """Of all agreements: what came is what went, and what was paid is what the flows say."""
    known = [one for part in voyage.parts for one in part.agreements]
    if not known:
        return []
    came = sum(one.deposit + one.added + one.subsidies for one in known)
    went = sum(one.paid + one.reward + one.fee + one.back + one.back_to_operator + one.locked for one in known)
    flows = sum(flow.amount for flow in voyage.flows if flow.settled and flow.payee != HELD)
    paid = sum(one.paid + one.reward + one.fee for one in known)
    rows: list[list[Any]] = [
        ["deposits, escrow and subsidies", "what was paid, given back and is still locked", came, went, "cent"],
        ["payments made", "what members, solver and treasury got", flows, paid, "cent"],
    ]
    settled = {one.order for one in known if one.state == "settled"}
    cost = sum(outcome.cost for part in voyage.parts for outcome in part.outcomes if outcome.order in settled)
    price = sum(asked.price for one in known if one.order in settled for asked in one.asked)
    divided = sum(one.divided for one in known if one.order in settled)
    if settled and {part.problem.units.money for part in voyage.parts} == {"cent"}:
        true = "the cost of the orders in the plan" + (" and what was divided by contribution" if divided else "")
        rows.append(["prices agreed", true, price, cost + divided, "cent"])
    return rows


def _promised_unit(voyage: Voyage) -> str:
    """The money of promised flows: that of the plans, where they all count alike."""
    moneys = {part.problem.units.money for part in voyage.parts}
    return moneys.pop() if len(moneys) == 1 else Units().money


def _transport(voyage: Voyage, drawings: list[Drawing]) -> dict[str, int]:
    sums: Counter[str] = Counter()
    for part, drawing in zip(voyage.parts, drawings, strict=True):
        sums[part.problem.units.money] += drawing.transport
    return dict(sums)
