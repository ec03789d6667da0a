"""Lower bounds that need no search: every measure at its least, as if nothing else mattered.

A weighted sum of measures is at least the weighted sum of their floors, so a first plan that reaches it is optimal.
"""

from __future__ import annotations

from collections.abc import Callable

from hanse.model.objective import Objective
from hanse.planning.composition.routes import cheapest_routes, tree_of
from hanse.planning.jobshop.shop import Shop, Task, Way


def floor(shop: Shop, objective: Objective) -> int:
    """A value in millionths that no plan is below."""
    return objective.millionths(
        cost=_least_cost(shop) if objective.weight("cost") else 0,
        makespan=least_makespan(shop) if objective.weight("makespan") else 0,
        tardiness=_least_tardiness(shop) if objective.weight("tardiness") else 0,
        energy=_least_sum(shop, lambda _, way: way.energy) if objective.weight("energy") else 0,
    )


def least_makespan(shop: Shop) -> int:
    """Every job needs one of its lines; a line takes at least head + duration + tail of each task in it."""
    return max(_completion(shop, number) for number in range(len(shop.lines)))


def _completion(shop: Shop, number: int) -> int:
    """Least completion of a job. A single workpiece also takes all its durations one after the other."""
    single = shop.problem.jobs[number].single_workpiece
    return min(
        max(
            *(task.head + task.shortest + task.tail for task in tasks),
            min(task.head for task in tasks) + sum(task.shortest for task in tasks) + min(task.tail for task in tasks)
            if single
            else 0,
        )
        for tasks in ([shop.tasks[t] for t in line.tasks] for line in shop.lines[number])
    )


def _least_tardiness(shop: Shop) -> int:
    return sum(
        job.weight * max(0, _completion(shop, number) - job.due)
        for number, job in enumerate(shop.problem.jobs)
        if job.due is not None
    )


def _least_cost(shop: Shop) -> int:
    """The cheapest routes where every plan of every job is a tree, else the modes without legs between them."""
    jobs = shop.problem.jobs
    if all(tree_of(plan) is not None for job in jobs for plan in job.plans):
        return sum(route.cost for route in cheapest_routes(shop.problem) if route is not None)
    return _least_sum(shop, shop.way_cost)


def _least_sum(shop: Shop, weigh: Callable[[Task, Way], int]) -> int:
    return sum(
        min(sum(min(weigh(shop.tasks[t], way) for way in shop.tasks[t].ways) for t in line.tasks) for line in lines)
        for lines in shop.lines
    )
