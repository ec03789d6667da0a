"""Why there is no plan, in words a person can act on: cheap checks tried when the solver has proved infeasibility."""

from __future__ import annotations

from collections.abc import Iterator

from hanse.errors import InfeasibleError
from hanse.planning.composition.routes import cheapest_routes
from hanse.planning.jobshop.shop import Shop, Task
from hanse.units import decimal


def explain(shop: Shop) -> InfeasibleError:
    """The first cause found; if none is simple enough to name, the error says so."""
    for error in _causes(shop):
        return error
    return InfeasibleError(
        "no plan meets all budgets, calendars and least qualities at once; each alone could be met",
        where=f"problem {shop.problem.name}",
        hint="relax budgets, least qualities or calendars one by one to see which of them bind",
    )


def _causes(shop: Shop) -> Iterator[InfeasibleError]:
    yield from _budgets_of_jobs(shop)
    yield from _qualities(shop)
    yield from _budgets_of_machines(shop)
    yield from _calendars(shop)


def _budgets_of_jobs(shop: Shop) -> Iterator[InfeasibleError]:
    routes = cheapest_routes(shop.problem)
    for number, job in enumerate(shop.problem.jobs):
        if job.budget is None:
            continue
        route = routes[number]
        # Precedence that is no tree has no cheapest route; its modes without legs are still a lower bound.
        least = min(
            route.cost if route is not None and line.plan == route.plan.id
            else sum(min(way.cost for way in shop.tasks[task].ways) for task in line.tasks)
            for line in shop.lines[number]
        )  # fmt: skip
        if route is not None and len(job.plans) == 1:
            least = route.cost
        if least > job.budget:
            yield InfeasibleError(
                f"the cheapest way to make it costs {least}, its budget is {job.budget}",
                where=f"job {job.id}, budget",
                hint=f"raise the budget to at least {least}",
            )


def _qualities(shop: Shop) -> Iterator[InfeasibleError]:
    for number, job in enumerate(shop.problem.jobs):
        if job.min_quality is None:
            continue
        best = max(
            sum(max(way.quality for way in shop.tasks[task].ways) for task in line.tasks) // len(line.tasks)
            for line in shop.lines[number]
        )
        if best < job.min_quality:
            yield InfeasibleError(
                f"the best quality any plan reaches is {decimal(best)}, at least {decimal(job.min_quality)} is asked",
                where=f"job {job.id}, min_quality",
                hint="lower min_quality or offer modes of higher quality",
            )


def _forced(shop: Shop) -> Iterator[Task]:
    """Tasks that every plan contains."""
    return (task for task in shop.tasks if len(task.lines) == len(shop.lines[task.job]))


def _budgets_of_machines(shop: Shop) -> Iterator[InfeasibleError]:
    loads: dict[str, int] = {}
    for task in _forced(shop):
        machines = {way.machine for way in task.ways}
        if len(machines) == 1:
            name = machines.pop()
            loads[name] = loads.get(name, 0) + task.shortest
    for name, load in loads.items():
        budget = shop.problem.machines[name].budget
        if budget is not None and load > budget:
            yield InfeasibleError(
                f"operations that can run nowhere else take {load}, its budget is {budget}",
                where=f"machine {name}, budget",
                hint=f"raise the budget to at least {load} or give those operations other modes",
            )


def _calendars(shop: Shop) -> Iterator[InfeasibleError]:
    """Operations that come too late for every window; then machines too full for their windows."""
    for task in _forced(shop):
        latest = [way.starts[-1][1] for way in task.ways]
        if all(end is not None and end < task.head for end in latest):
            last = max(end for end in latest if end is not None)
            yield InfeasibleError(
                f"it cannot start before {task.head}, the last window that fits it needs a start by {last}",
                where=f"job {shop.problem.jobs[task.job].id}, operation {task.operation.id}",
                hint="release the job earlier or extend the availability of its machines",
            )
    loads: dict[str, int] = {}
    for task in _forced(shop):
        if len(task.ways) == 1:
            loads[task.ways[0].machine] = loads.get(task.ways[0].machine, 0) + task.ways[0].duration
    for name, load in loads.items():
        machine = shop.problem.machines[name]
        if machine.capacity is not None and machine.available is not None:
            room = machine.capacity * sum(end - start for start, end in machine.available)
            if load > room:
                yield InfeasibleError(
                    f"operations that can run nowhere else take {load}, its windows hold {room}",
                    where=f"machine {name}, available",
                    hint="extend its availability or give those operations other modes",
                )
