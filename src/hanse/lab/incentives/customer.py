"""The customer's lies: about its budget, its date, the quality it needs and what it minds.

One customer lies, the others do not. The league plans by what it was told, so that the sum of all *told* utilities is
largest (ruin and recreate). Gains are millionths of the customer's *true* utility, of what it pays in the end, its part
of compensations included, and of when it gets it. An order that cannot be planned is worth nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from hanse.errors import InfeasibleError
from hanse.lab.demand import Demand, draw
from hanse.lab.planner import peaceful
from hanse.lab.rules import Rules
from hanse.lab.study import Scenario, World
from hanse.model.check import outcomes
from hanse.model.problem import Job
from hanse.model.utility import Consumer
from hanse.planning.preferences import ask, promote
from hanse.units import MILLION

STEPS = 40
UNIT = "millionths of utility"

LIES: Mapping[str, str] = {
    "say its budget is 10 % less": "dated quotes before budgets are told; deposits that are the budget",
    "say its budget is 20 % less": "dated quotes before budgets are told; deposits that are the budget",
    "say it needs it in a third of the time": "a price for early dates, so that urgency is paid by whoever claims it",
    "say it needs more quality": "a price for quality above the least",
    "say it minds nothing but time": "weights that cost something: rush orders at a higher price",
    "say it minds nothing but cost": "quotes for each trade-off (cheapest, fastest) instead of told weights",
}
"""Every lie, and what helps against it if it pays."""


@dataclass(frozen=True)
class _Told:
    job: Job
    consumer: Consumer


def gains(world: World, rules: Rules, seed: int) -> dict[str, int] | None:
    """What each lie brings a customer drawn by the seed; None if the truth makes no plan."""
    demand = draw(world, None, Scenario(), seed)
    jobs = demand.asked.problem.jobs
    place = int(np.random.default_rng((seed, 3)).integers(len(jobs)))
    job, consumer = jobs[place], demand.consumers[jobs[place].id]
    truth = _utility(demand, place, _Told(job, consumer), rules, seed)
    if truth is None:
        return None
    assert job.due is not None
    assert job.budget is not None
    quality = min(MILLION, (job.min_quality or 0) + 50_000)
    told = {
        "say its budget is 10 % less": _Told(replace(job, budget=job.budget * 9 // 10), consumer),
        "say its budget is 20 % less": _Told(replace(job, budget=job.budget * 8 // 10), consumer),
        "say it needs it in a third of the time": _Told(replace(job, due=max(1, job.due // 3)), consumer),
        "say it needs more quality": _Told(replace(job, min_quality=quality), consumer),
        "say it minds nothing but time": _Told(job, replace(consumer, weights=(0, 1, 0))),
        "say it minds nothing but cost": _Told(job, replace(consumer, weights=(1, 0, 0))),
    }
    found = {name: _utility(demand, place, lie, rules, seed) for name, lie in told.items()}
    return {name: (0 if utility is None else utility) - truth for name, utility in found.items()}


def _utility(demand: Demand, place: int, told: _Told, rules: Rules, seed: int) -> int | None:
    """True utility of the customer; None if what it said leaves no plan."""
    true = demand.asked.problem
    believed = replace(true, jobs=tuple(told.job if i == place else job for i, job in enumerate(true.jobs)))
    consumers = {**demand.consumers, told.job.id: told.consumer}
    try:
        question = ask(believed, consumers, demand.asked.reputations, demand.members)
        first = peaceful(question, (seed, 1), STEPS)
    except InfeasibleError:
        return None
    if first is None:
        return None
    try:
        lifts = promote(first[0], first[1], demand.members, rules.promotion_fund).lifts
    except InfeasibleError:
        lifts = ()
    own = outcomes(believed, first[1])[place]
    paid = own.cost + sum(lift.customer for lift in lifts if lift.place.job == told.job.id)
    operations = len(told.job.plans[0].operations)
    quality = (own.quality or 0) * operations
    return demand.consumers[told.job.id].utility(paid, own.completion, quality, operations)
