"""Agreements, the floor and settlement of a run: what members sign, what happens to it, and who is paid what.

The contracts are the real ones and so are the signatures, by keys of the laboratory; who declines, what is promoted and
how a deal is made is the code of a voyage. The floor plays the agreed orders with what goes wrong; members say that
they have begun by the promised time at the latest, deliver when the floor is done, and are accepted at once with the
quality that was planned. Some never begin; their money goes back by the clock.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from hanse.app import documents
from hanse.app.record import Block, Order, Outcome, Part
from hanse.app.voyage.terms import MOST_MILESTONES, Extra, Piece, deal, pieces
from hanse.app.voyage.weighing import Weighed, weigh
from hanse.errors import InputError
from hanse.lab.demand import Demand
from hanse.lab.floor.operate import Outcome as Played
from hanse.lab.floor.operate import operate
from hanse.lab.floor.trouble import Odds, draw
from hanse.lab.floor.week import way_of
from hanse.lab.fork import ForkChain
from hanse.lab.rules import Rules
from hanse.lab.study import Scenario
from hanse.ledger.deal import Deal
from hanse.ledger.league import COORDINATOR, NOTHING, AcceptedPlan
from hanse.ledger.store import Ledger
from hanse.model.check import outcomes
from hanse.model.plan import Plan
from hanse.model.problem import Job
from hanse.units import MILLION, TIME_UNITS
from hanse.value.settlement import escrow

HOUR = int(TIME_UNITS["hour"])


@dataclass(frozen=True)
class Agreed:
    """An order that was planned. number: of its agreement; work: who does what of it; refused: somebody declined."""

    job: Job
    order: Order
    work: tuple[Piece, ...]
    deal: Deal | None
    number: int
    refused: bool

    @property
    def role(self) -> str:
        return f"customer/{self.job.customer}"

    def milestone(self, piece: Piece) -> int:
        assert self.deal is not None
        return next(i for i, one in enumerate(self.deal.milestones) if one.operations == piece.document)


def place(ledger: Ledger, demand: Demand) -> tuple[Order, ...]:
    """Every customer gets its budget, allows it and orders. Nobody is asked whether the product exists: it is one of
    the laboratory, which takes everything."""
    league, content = ledger.league, ledger.content
    described = content.put(b"whatever the laboratory orders")
    product = int(league.add_product(1, described, key="lab/product").value("product"))
    jobs = demand.problem.jobs
    with ledger.batch():
        for job in jobs:
            league.mint(league.address(f"customer/{job.customer}"), _budget(job), key=f"mint/{job.id}")
            league.approve(f"customer/{job.customer}", _budget(job), key=f"approve/{job.id}")
    sent = {}
    with ledger.batch():
        for job in jobs:
            specification = documents.specification(
                job=job.id, customer=job.customer or "", product="lab", quantity=1, release=job.release, due=job.due,
                weight=job.weight, budget=job.budget, min_quality=job.min_quality, origin=None, destination=None,
            )  # fmt: skip
            words = (product, 1, content.put(specification), job.due or 0, _budget(job))
            sent[job.id] = league.place(f"customer/{job.customer}", *words, key=f"place/{job.id}")
    return tuple(
        Order(
            int(sent[job.id].value("order")), job.id, job.customer or "", league.address(f"customer/{job.customer}"),
            product, 1, described, _budget(job), 0,
        )
        for job in jobs
    )  # fmt: skip


def _budget(job: Job) -> int:
    if job.budget is None:
        raise InputError("an order without a budget cannot pay into escrow", where=f"job {job.id}")
    return job.budget


def record(ledger: Ledger, demand: Demand, plan: Plan, orders: tuple[Order, ...]) -> Part:
    """The plan as a block of the league."""
    problem = replace(demand.asked.carried, name=demand.problem.name)
    previous = ledger.league.head() if ledger.league.block_count() else NOTHING
    evidence = ledger.content.put(b"evidence of the laboratory")
    solver = ledger.league.address("solver")
    accepted = AcceptedPlan.of(plan, previous=previous, evidence=evidence, solver=solver)
    numbers = tuple(order.number for order in orders)
    sent = ledger.league.append_block(accepted, numbers, key="lab/block")
    results = tuple(
        Outcome(order.number, o.job, o.cost, o.completion, o.quality, o.within_limits, o.energy)
        for order, o in zip(orders, outcomes(problem, plan.assignments), strict=True)
    )
    block = Block(int(sent.value("number")), "", previous, evidence, solver, numbers, sent.hash, 0)
    return Part(problem, plan, results, block)


def agree(
    ledger: Ledger, chain: ForkChain, demand: Demand, part: Part, orders: tuple[Order, ...], rules: Rules
) -> list[Agreed]:
    """Members weigh the plan, what is declined is promoted; what all would sign is proposed, funded and activated."""
    weighed, work, moment = weigh(part, demand.members, rules.promotion_fund), pieces(part), chain.head().timestamp
    drafts = [_draft(ledger, part, order, job, work[job.id], weighed, moment, rules)
              for order, job in zip(orders, demand.problem.jobs, strict=True)]  # fmt: skip
    sent = {}
    with ledger.batch():
        for one in drafts:
            if one.deal is not None and not one.refused:
                sent[one.job.id] = ledger.agreements.propose(COORDINATOR, one.deal, key=f"propose/{one.job.id}")
    made = [
        replace(one, number=int(sent[one.job.id].value("agreement"))) if one.job.id in sent else one for one in drafts
    ]
    active = [one for one in made if one.number]
    _fund(ledger, active)
    with ledger.batch():
        for one in active:
            assert one.deal is not None
            roles = {
                ledger.league.address(role): role for role in (one.role, *(f"member/{p.member}" for p in one.work))
            }
            signed = [ledger.agreements.sign(roles[party], one.number, one.deal) for party in one.deal.parties()]
            ledger.agreements.activate(COORDINATOR, one.number, one.deal, signed, key=f"activate/{one.job.id}")
        for one in made:
            if not one.number:
                ledger.league.refund(one.order.number, key=f"refund/{one.job.id}")
    return made


def _draft(
    ledger: Ledger, part: Part, order: Order, job: Job, work: tuple[Piece, ...], weighed: Weighed, moment: int,
    rules: Rules,
) -> Agreed:  # fmt: skip
    if len(work) > MOST_MILESTONES:
        return Agreed(job, order, work, None, 0, True)
    document = ledger.content.put(documents.deal(order.number, order.job, part.plan.root, work))
    extra: Mapping[str, Extra] = {piece.member: weighed.extra(piece) for piece in work}
    usual = deal(part, order, work, document, moment, ledger.league.address, extra, 1)
    # As a voyage has it, reward and fee shrink in the same proportion where the budget leaves no room for both.
    whole = usual.conditions.reward + usual.conditions.fee
    most = min(rules.settlement_reward + rules.settlement_fee, _room(usual, order))
    wished = rules.settlement_reward + rules.settlement_fee
    reward = most * rules.settlement_reward // wished if wished and whole else 0
    conditions = replace(
        usual.conditions, grace=rules.settlement_grace, unit=rules.settlement_unit,
        per_unit=rules.settlement_per_unit, cap=rules.settlement_cap, reward=reward,
        fee=max(0, most - reward) if rules.settlement_fee and whole else 0,
    )  # fmt: skip
    # Whoever sees that it will be late says so by its promised end, not by its promised begin.
    milestones = tuple(replace(one, start_by=one.due) for one in usual.milestones)
    made = replace(usual, conditions=conditions, milestones=milestones)
    return Agreed(job, order, work, made, 0, any(weighed.refused.intersection(piece.places) for piece in work))


def _room(usual: Deal, order: Order) -> int:
    """Millionths of the price that the customer's budget leaves on top of price and compensation."""
    price = sum(one.price for one in usual.milestones)
    left = order.deposit - price - sum(one.compensation - one.subsidy for one in usual.milestones)
    return max(0, left) * MILLION // price if price else 0


def _fund(ledger: Ledger, active: list[Agreed]) -> None:
    """Customers have put down their budgets; the operator adds its part of the compensations, and what a customer's
    share of a compensation takes beyond its budget comes out of its own purse."""
    needed: dict[str, int] = defaultdict(int)
    for one in active:
        assert one.deal is not None
        customer, operator = escrow(one.deal)
        needed[one.role] += max(0, customer - one.order.deposit)
        needed[COORDINATOR] += operator
    for role, amount in needed.items():
        if amount:
            ledger.league.mint(ledger.league.address(role), amount, key=f"purse/{role}/mint").wait()
            ledger.settlement.allow(role, amount, key=f"purse/{role}/allow").wait()
            ledger.settlement.deposit(role, amount, key=f"purse/{role}/deposit").wait()


def play(demand: Demand, plan: Plan, made: list[Agreed], rules: Rules, scenario: Scenario, seed: int) -> Played | None:
    """The floor with the agreed orders; None if there are none."""
    active = {one.job.id for one in made if one.number}
    rows = tuple(at for at in plan.assignments if at.job in active)
    if not rows:
        return None
    problem = replace(demand.problem, jobs=tuple(job for job in demand.problem.jobs if job.id in active))
    odds = Odds(breakdowns=scenario.breakdowns, repair=scenario.repair, spells=scenario.spells, rush=scenario.rush)
    way = replace(way_of(rows, odds), method=rules.sharing_method, mode=rules.sharing_mode, seed=seed)  # type: ignore[arg-type]
    if rules.sharing_every:
        way = replace(way, every=rules.sharing_every)
    return operate(problem, rows, draw(problem, rows, odds, seed), way)


def settle(
    ledger: Ledger, chain: ForkChain, made: list[Agreed], played: Played | None, scenario: Scenario, seed: int
) -> None:
    """Begins, deliveries and acceptances at their times; in the end the clock settles what nobody did."""
    active = [one for one in made if one.number]
    if played is None:
        return
    chance = np.random.default_rng((seed, 0xAB))
    steps: list[tuple[int, int, str, Agreed, Piece]] = []
    last = chain.head().timestamp
    for one in active:
        assert one.deal is not None
        zero = one.deal.deadline
        ends = {task.at.operation: task.finished or 0 for task in played.shop.tasks[one.job.id]}
        begins = {task.at.operation: task.started or 0 for task in played.shop.tasks[one.job.id]}
        for piece in one.work:
            terms = one.deal.milestones[one.milestone(piece)]
            done = zero + max(ends[at.operation] for at in piece.places) * HOUR
            last = max(last, done, terms.due + one.deal.conditions.patience)
            if chance.random() >= scenario.absent:
                begun = zero + min(begins[at.operation] for at in piece.places) * HOUR
                steps.append((min(begun, terms.start_by - HOUR // 2), 0, "start", one, piece))
                steps.append((done, 1, "deliver", one, piece))
    _do(ledger, chain, sorted(steps, key=lambda step: step[:2]))
    chain.jump(last + HOUR)
    open_ = defaultdict(list)
    for row in (one for one in ledger.sync().milestones() if one.stage != "settled"):
        open_[row.agreement].append(row.number)
    with ledger.batch():
        for one in active:
            if one.deal is not None and one.number in open_:
                ledger.settlement.settle(
                    COORDINATOR, one.number, one.deal, open_[one.number], key=f"settle/{one.job.id}"
                )


def _do(ledger: Ledger, chain: ForkChain, steps: list[tuple[int, int, str, Agreed, Piece]]) -> None:
    settlement = ledger.settlement
    for moment, _, what, one, piece in steps:
        assert one.deal is not None
        chain.jump(moment)
        at, key = one.milestone(piece), f"{one.job.id}/{piece.member}"
        if what == "start":
            settlement.start(f"member/{piece.member}", one.number, one.deal, at, key=f"start/{key}").wait()
            continue
        evidence = ledger.content.put(documents.delivery(one.order.number, piece))
        settlement.deliver(f"member/{piece.member}", one.number, one.deal, at, evidence, key=f"deliver/{key}").wait()
        settlement.accept(one.role, one.number, one.deal, [at], [piece.quality], key=f"accept/{key}").wait()
