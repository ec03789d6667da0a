"""Who pays whom in a voyage: what has moved on the ledger, and what the plans promise."""

from __future__ import annotations

from hanse.app.record import Flow, Order, Part

CARRIERS = "carriers"
"""Who moves workpieces between sites; the papers name nobody."""

HELD = "held by the league"


def flows(orders: tuple[Order, ...], parts: tuple[Part, ...]) -> tuple[Flow, ...]:
    """Deposits that moved, and what the plans promise: each customer to each member, and for transport."""
    made = [
        Flow(order.customer, HELD, f"deposit of order {order.number}", order.deposit, True)
        for order in orders
        if order.deposit
    ]
    for part in parts:
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
        made += [
            Flow(
                customers[job],
                payee,
                f"{'transport' if payee == CARRIERS else 'work'} for order {numbers[job]}",
                amount,
                False,
            )
            for (job, payee), amount in owed.items()
            if amount
        ]
    return tuple(made)
