"""Who pays whom for what: what has moved on the ledger, and what a plan promises where nothing was agreed."""

from __future__ import annotations

from collections.abc import Iterator

from hanse.app.record import Agreement, Flow, Order, Part
from hanse.units import MILLION

CARRIERS = "carriers"
"""Who moves workpieces between sites where nothing was agreed; the papers name nobody. In agreements the members do."""

HELD = "held by the league"
OPERATOR, SOLVER, TREASURY = "the operator", "the solver", "the league's treasury"


def flows(orders: tuple[Order, ...], parts: tuple[Part, ...]) -> tuple[Flow, ...]:
    """What is held, what was paid by agreements, and of orders without one what their plan promises. What somebody gets
    back is no flow: it stays with whoever had it."""
    agreements = {agreement.order: agreement for part in parts for agreement in part.agreements}
    made: list[Flow] = []
    for order in orders:
        agreement = agreements.get(order.number)
        if agreement is not None:
            made += (flow for flow in _settled(order, agreement) if flow.amount)
        elif order.deposit:
            made.append(Flow(order.customer, HELD, f"deposit of order {order.number}", order.deposit, True))
    for part in parts:
        made += _promised(part, {number for number, one in agreements.items() if one.state != "not proposed"})
    return tuple(made)


def _settled(order: Order, agreement: Agreement) -> Iterator[Flow]:
    """Payments of one order; each amount is what really moved."""
    name, customer = f"order {order.number}", order.customer
    for one in agreement.asked:
        own = (one.compensation - one.subsidy) * one.share // MILLION
        yield Flow(customer, one.member, f"work for {name}", one.paid - one.paid_by_operator - own, True)
        yield Flow(customer, one.member, f"compensation for {name}", own, True)
        yield Flow(OPERATOR, one.member, f"compensation for {name}", one.paid_by_operator, True)
    yield Flow(customer, SOLVER, f"reward for {name}", agreement.reward, True)
    yield Flow(customer, TREASURY, f"fee for {name}", agreement.fee, True)
    yield Flow(customer, HELD, f"payment for {name}", agreement.locked, True)


def _promised(part: Part, agreed: set[int]) -> Iterator[Flow]:
    costs = {outcome.job: outcome.cost for outcome in part.outcomes}
    modes = {
        (job.id, plan.id, operation.id, mode.machine): mode.cost
        for job in part.problem.jobs
        for plan in job.plans
        for operation in plan.operations
        for mode in operation.modes
    }
    owed: dict[tuple[str, str], int] = {}
    for a in part.plan.assignments:
        pair = a.job, part.problem.owner[a.machine].id
        owed[pair] = owed.get(pair, 0) + modes[a.job, a.plan, a.operation, a.machine]
    for outcome in part.outcomes:
        work = sum(amount for (job, _), amount in owed.items() if job == outcome.job)
        owed[outcome.job, CARRIERS] = costs[outcome.job] - work
    customers = {job.id: job.customer for job in part.problem.jobs}
    numbers = {outcome.job: outcome.order for outcome in part.outcomes}
    for (job, payee), amount in owed.items():
        if amount and numbers[job] not in agreed:
            what = "transport" if payee == CARRIERS else "work"
            yield Flow(customers[job], payee, f"{what} for order {numbers[job]}", amount, False)
