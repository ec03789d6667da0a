"""The member's lies: about its prices, its speed, its capacity and what it would decline.

One member lies, the others do not. The league plans by what it was told (ruin and recreate), promotes what is declined
(`planning.preferences.promotion`) and pays by `value.settlement`. Gains are cents: prices and compensations, less the
penalty of what comes later than planned because it takes longer than told, less what the work truly costs the member.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from hanse.errors import InfeasibleError
from hanse.lab.demand import Demand, draw
from hanse.lab.planner import peaceful
from hanse.lab.rules import Rules
from hanse.lab.study import Scenario, World
from hanse.ledger.deal import Conditions, Milestone
from hanse.model.problem import Job, Mode, Operation, Problem
from hanse.planning.preferences import Member, ask, promote
from hanse.units import MILLION
from hanse.value.settlement import split

STEPS = 40
HOUR = 3_600
UNIT = "cents"

LIES: Mapping[str, str] = {
    "ask 10 % more": "second prices (pay what the next best would have cost), or sealed requests for quotation",
    "ask 25 % more": "second prices (pay what the next best would have cost), or sealed requests for quotation",
    "ask 50 % more": "second prices (pay what the next best would have cost), or sealed requests for quotation",
    "ask 10 % less": "",
    "say it is faster than it is": "less grace and a steeper penalty (settlement.grace, .per_unit); durations "
    "from telemetry instead of from members",
    "say it is slower than it is": "durations from telemetry instead of from members",
    "offer half of what it can": "more members for each service; rewards for offered capacity",
    "decline what it would do": "compensation from a price list instead of the member's own word (promotion.fund)",
}
"""Every lie, and what helps against it if it pays."""


@dataclass(frozen=True)
class _Told:
    """What the league knows of the liar. mode: what it says of one way to run something, None if it hides it; member:
    the preferences it answers by."""

    mode: Callable[[Mode, bool], Mode | None]
    member: Member | None = None


def gains(world: World, rules: Rules, seed: int) -> dict[str, int] | None:
    """What each lie brings a member drawn by the seed among those that have work; None if the truth makes no plan."""
    demand = draw(world, None, Scenario(), seed)
    honest = _Told(lambda mode, _: mode)
    first = peaceful(demand.asked, (seed, 1), STEPS)
    if first is None:
        return None
    busy = sorted({demand.problem.owner[at.machine].id for at in first[1]})
    liar = busy[int(np.random.default_rng((seed, 2)).integers(len(busy)))]
    truth = _income(demand, liar, honest, rules, seed)
    if truth is None:
        return None
    told = {
        **{f"ask {more} % more": _Told(_priced(100 + more)) for more in (10, 25, 50)},
        "ask 10 % less": _Told(_priced(90)),
        "say it is faster than it is": _Told(lambda mode, _: mode._replace(duration=max(1, mode.duration * 7 // 10))),
        "say it is slower than it is": _Told(lambda mode, _: mode._replace(duration=mode.duration * 13 // 10 + 1)),
        "offer half of what it can": _Told(lambda mode, even: mode if even else None),
        "decline what it would do": _Told(lambda mode, _: mode, _picky(demand.members[liar])),
    }
    incomes = {name: _income(demand, liar, lie, rules, seed) for name, lie in told.items()}
    # Without a plan nobody works and nobody is paid.
    return {name: (0 if income is None else income) - truth for name, income in incomes.items()}


def _priced(percent: int) -> Callable[[Mode, bool], Mode | None]:
    return lambda mode, _: mode._replace(cost=mode.cost * percent // 100)


def _picky(member: Member) -> Member:
    return Member(member.id, replace(member._provider, threshold=MILLION * 95 // 100))


def _income(demand: Demand, liar: str, told: _Told, rules: Rules, seed: int) -> int | None:
    """Of the liar, in cents; None if what it said leaves no plan."""
    believed = _believed(demand.asked.problem, liar, told)
    members = {**demand.members, **({} if told.member is None else {liar: told.member})}
    question = ask(believed, demand.asked.consumers, demand.asked.reputations, members)
    try:
        first = peaceful(question, (seed, 1), STEPS)
    except InfeasibleError:
        return None
    if first is None:
        return None
    try:
        lifts = promote(first[0], first[1], members, rules.promotion_fund).lifts
    except InfeasibleError:
        lifts = ()
    extra = {(lift.place.job, lift.place.operation): (lift.customer, lift.operator) for lift in lifts}
    true, said = _modes(demand.asked.problem), _modes(believed)
    rate = demand.members[liar]._provider.cost_rate
    income = 0
    for at in first[1]:
        if believed.owner[at.machine].id != liar:
            continue
        customer, operator = extra.get((at.job, at.operation), (0, 0))
        mode, real = said[at.job, at.operation, at.machine], true[at.job, at.operation, at.machine]
        late = max(0, real.duration - mode.duration) * HOUR
        price = Milestone(liar, "0x", mode.cost, 0, 0, customer + operator, operator)
        income += split(price, _conditions(rules), MILLION, late).member - rate * real.duration
    return income


def _conditions(rules: Rules) -> Conditions:
    return Conditions(
        "", "", "", grace=rules.settlement_grace, unit=rules.settlement_unit, per_unit=rules.settlement_per_unit,
        cap=rules.settlement_cap,
    )  # fmt: skip


def _modes(problem: Problem) -> dict[tuple[str, str, str], Mode]:
    return {
        (job.id, operation.id, mode.machine): mode
        for job in problem.jobs
        for plan in job.plans
        for operation in plan.operations
        for mode in operation.modes
    }


def _believed(problem: Problem, liar: str, told: _Told) -> Problem:
    """The problem as the liar tells its part of it. What only it can do it cannot hide: there would be no order."""
    return replace(problem, jobs=tuple(_job(problem, job, i, liar, told) for i, job in enumerate(problem.jobs)))


def _job(problem: Problem, job: Job, number: int, liar: str, told: _Told) -> Job:
    plans = []
    for plan in job.plans:
        operations: list[Operation] = []
        for place, operation in enumerate(plan.operations):
            modes = [
                told.mode(mode, (number + place) % 2 == 0) if problem.owner[mode.machine].id == liar else mode
                for mode in operation.modes
            ]
            kept = tuple(mode for mode in modes if mode is not None)
            operations.append(replace(operation, modes=kept or operation.modes))
        plans.append(replace(plan, operations=tuple(operations)))
    return replace(job, plans=tuple(plans))
