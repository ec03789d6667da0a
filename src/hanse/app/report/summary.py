"""The first screen: what was agreed, on time or not, within limits, cost, how good, and who does what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, get_args

from hanse.app import carbon
from hanse.app.record import AgreementState, Outcome, Part, Voyage
from hanse.app.report import words
from hanse.app.report.drawing import Drawing
from hanse.model.problem import Job
from hanse.units import Units

Facts = dict[str, Any]


def summary(voyage: Voyage, drawings: Sequence[Drawing]) -> Facts:
    """Sentences and cards, ready to be shown. `state` of a card is good, bad or plain."""
    jobs = _asked(voyage.parts)
    shares = _shares(voyage, drawings)
    working = sum(share["operations"] > 0 for share in shares)
    operations = sum(len(drawing.bars) for drawing in drawings)
    plans = [part.plan for part in voyage.parts]
    distances = [words.above_best(plan) for plan in plans]
    cards = [_time_card(jobs, voyage.parts), _limit_card(jobs), _cost_card(voyage.parts, drawings)]
    if plans:
        good = "good" if all(distance == 0 for distance in distances) else "plain"
        cards.append(_card("How good", words.goodness(plans), f"{words.proof(plans)}; {words.aim(plans)}", good))
    cards += _energy_card(voyage)
    states = Counter(one.state for part in voyage.parts for one in part.agreements)
    if states:
        cards.append(_agreement_card(voyage, states))
    open_orders = len(voyage.orders) - len(jobs)
    lost = states["declined"] + states["not proposed"]
    agreed = (
        f"{words.count(len(jobs) - lost, 'order')} agreed, made by {words.count(working, 'member')} of {len(shares)}"
    )
    return {
        "agreed": agreed + f" in {words.count(operations, 'operation')}",
        "open": f"{words.count(open_orders, 'order')} not planned" if open_orders > 0 else "",
        "cards": cards,
        "shares": shares,
    }


def _asked(parts: Sequence[Part]) -> list[tuple[Job, Outcome]]:
    jobs = [{job.id: job for job in part.problem.jobs} for part in parts]
    return [(named[outcome.job], outcome) for part, named in zip(parts, jobs, strict=True) for outcome in part.outcomes]


def _card(title: str, value: str, more: str, state: str) -> Facts:
    return {"title": title, "value": value[:1].upper() + value[1:], "more": more, "state": state}


def _time_card(jobs: list[tuple[Job, Outcome]], parts: Sequence[Part]) -> Facts:
    ends = dict.fromkeys(words.time(part.plan.measures.makespan, part.problem.units) for part in parts)
    finished = f"all finished after {words.names(list(ends))}" if len(ends) <= 3 else f"in {len(parts)} plans"
    if not parts:
        return _card("On time", "nothing planned yet", "", "plain")
    dated = [(job.due, outcome.completion) for job, outcome in jobs if job.due is not None]
    late = sum(completion > due for due, completion in dated)
    if not dated:
        return _card("On time", "no due dates were set", finished, "plain")
    if late:
        return _card("On time", f"{late} of {words.count(len(dated), 'order')} late", finished, "bad")
    every = "the order is" if len(dated) == 1 else f"all {words.count(len(dated), 'order')}"
    return _card("On time", f"{every} on time", finished, "good")


def _limit_card(jobs: list[tuple[Job, Outcome]]) -> Facts:
    over = sum(job.budget is not None and outcome.cost > job.budget for job, outcome in jobs)
    below = sum(job.min_quality is not None and (outcome.quality or 0) < job.min_quality for job, outcome in jobs)
    budgets = sum(job.budget is not None for job, _ in jobs)
    qualities = sum(job.min_quality is not None for job, _ in jobs)
    asked = [
        f"{number} {what}"
        for number, what in ((budgets, "with a budget"), (qualities, "with a least quality"))
        if number
    ]
    more = " · ".join(asked)
    if not budgets and not qualities:
        return _card("Within limits", "no limits were set", "no order has a budget or a least quality", "plain")
    if over or below:
        broken = [f"{over} over budget"] * bool(over) + [f"{below} below the least quality"] * bool(below)
        return _card("Within limits", words.names(broken), more, "bad")
    return _card("Within limits", "every limit kept", more, "good")


def _agreement_card(voyage: Voyage, states: Counter[AgreementState]) -> Facts:
    """Whether everybody signed and was paid."""
    known = [one for part in voyage.parts for one in part.agreements]
    compensation = sum(one.compensation for agreement in known for one in agreement.asked if one.paid)
    paid = f"{words.money(sum(one.paid for one in known), words.LEAGUE)} paid to members"
    more = paid + (f", {words.money(compensation, words.LEAGUE)} of it compensation" if compensation else "")
    if states["settled"] == len(known):
        return _card("Agreed and paid", f"all {words.count(len(known), 'order')} settled", more, "good")
    others = [f"{states[state]} {state}" for state in get_args(AgreementState) if states[state]]
    bad = states["declined"] or states["not proposed"] or states["undone"]
    return _card("Agreed and paid", words.names(others), more, "bad" if bad else "plain")


def _cost_card(parts: Sequence[Part], drawings: Sequence[Drawing]) -> Facts:
    totals: dict[str, list[int]] = {}
    for part, drawing in zip(parts, drawings, strict=True):
        cost, work, transport = totals.setdefault(part.problem.units.money, [0, 0, 0])
        totals[part.problem.units.money] = [
            cost + part.plan.measures.cost, work + drawing.work, transport + drawing.transport
        ]  # fmt: skip
    value = " + ".join(words.money(sums[0], Units(money=unit)) for unit, sums in totals.items())
    split = [
        f"work {words.money(work, Units(money=unit))} · transport {words.money(transport, Units(money=unit))}"
        for unit, (_, work, transport) in totals.items()
    ]
    return _card("Total cost", value or "0", "; ".join(split), "plain")


def _energy_card(voyage: Voyage) -> list[Facts]:
    """Energy and carbon of all plans, where any states energy; nothing otherwise."""
    sums: dict[str, int] = {}
    for part in voyage.parts:
        if energy := part.plan.measures.energy:
            sums[part.problem.units.energy] = sums.get(part.problem.units.energy, 0) + energy
    if not sums:
        return []
    known = [carbon.grams(energy, Units(energy=unit), voyage.grid) for unit, energy in sums.items()]
    value = " + ".join(words.narrow(carbon.energy_text(energy, Units(energy=unit))) for unit, energy in sums.items())
    grams = sum(amount for amount in known if amount is not None)
    said = f"{words.narrow(carbon.text(grams))} at {voyage.grid}\u00a0g per kWh"
    return [_card("Energy", value, said if any(known) else "its unit is not stated, so no carbon", "plain")]


def _shares(voyage: Voyage, drawings: Sequence[Drawing]) -> list[Facts]:
    """Operations, time and income of every member, busiest first. `part` is its part of all work, 0 to 1: of the time
    where all plans count it alike, of the operations otherwise."""
    order = dict.fromkeys(member.id for member in voyage.members)
    names = {member.id: member.name for member in voyage.members}
    operations: Counter[str] = Counter()
    busy: Counter[str] = Counter()
    income: dict[str, Counter[str]] = {}
    units = {part.problem.units.time for part in voyage.parts}
    for part, drawing in zip(voyage.parts, drawings, strict=True):
        owners = [part.problem.owner[machine].id for machine in part.problem.machines]
        order |= dict.fromkeys(enterprise.id for enterprise in part.problem.enterprises)
        for bar in drawing.bars:
            owner = owners[bar.machine]
            operations[owner] += 1
            busy[owner] += bar.end - bar.start
            income.setdefault(owner, Counter())[part.problem.units.money] += bar.cost
    measure = busy if len(units) == 1 and busy.total() else operations
    whole = sum(measure.values()) or 1
    unit = Units(time=next(iter(units))) if len(units) == 1 else None
    rows = [
        {
            "id": member,
            "name": names.get(member, member),
            "operations": operations[member],
            "time": words.time(busy[member], unit) if unit else "",
            "part": round(measure[member] / whole, 6),
            "income": dict(income.get(member, {})),
        }
        for member in order
    ]
    return sorted(rows, key=lambda row: (-measure[str(row["id"])], -operations[str(row["id"])]))
