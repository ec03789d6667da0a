"""The bound without prices operation by operation, written for clarity: the twin of `hanse.model.bound.cost_bound`."""

from __future__ import annotations

from hanse.model.problem import Job, Operation, Problem, ProcessPlan

_Costs = dict[int, int]
"""Cheapest cost by site index."""


def cost_bound_twin(problem: Problem) -> int:
    """Σ over jobs of the cheapest cost of any of its plans, in money units."""
    return sum(min(_plan_bound(problem, job, plan) for plan in job.plans) for job in problem.jobs)


def _plan_bound(problem: Problem, job: Job, plan: ProcessPlan) -> int:
    costs = _own_costs(problem, job, plan)
    tree, extra = _spanning_forest(problem, plan, costs)
    total = extra
    done: set[str] = set()
    for start in costs:
        if start not in done:
            total += min(_gather(problem, start, tree, costs, done).values())
    return total


def _own_costs(problem: Problem, job: Job, plan: ProcessPlan) -> dict[str, _Costs]:
    """For each operation, by site: its cheapest mode there plus the legs from origin and to destination."""
    first = {operation.id for operation in plan.first()}
    last = {operation.id for operation in plan.last()}
    result: dict[str, _Costs] = {}
    for operation in plan.operations:
        by_site = _cheapest_by_site(problem, operation)
        for site in by_site:
            if operation.id in first and job.origin is not None:
                by_site[site] += problem.transport_cost(problem.site_index[job.origin], site)
            if operation.id in last and job.destination is not None:
                by_site[site] += problem.transport_cost(site, problem.site_index[job.destination])
        result[operation.id] = by_site
    return result


def _cheapest_by_site(problem: Problem, operation: Operation) -> _Costs:
    best: _Costs = {}
    for mode in operation.modes:
        site = problem.machine_site[mode.machine]
        if site not in best or mode.cost < best[site]:
            best[site] = mode.cost
    return best


_Tree = dict[str, list[tuple[str, bool]]]
"""Neighbours of each operation; the flag says that the neighbour comes later."""


def _spanning_forest(problem: Problem, plan: ProcessPlan, costs: dict[str, _Costs]) -> tuple[_Tree, int]:
    """Arcs that form a forest, and the sum of the cheapest legs of the arcs left out."""
    group = {name: name for name in costs}

    def find(name: str) -> str:
        while group[name] != name:
            name = group[name]
        return name

    tree: _Tree = {name: [] for name in costs}
    extra = 0
    for earlier, later in plan.arcs():
        a, b = find(earlier), find(later)
        if a == b:
            extra += min(problem.transport_cost(x, y) for x in costs[earlier] for y in costs[later])
        else:
            group[a] = b
            tree[earlier].append((later, True))
            tree[later].append((earlier, False))
    return tree, extra


def _gather(problem: Problem, start: str, tree: _Tree, costs: dict[str, _Costs], done: set[str]) -> _Costs:
    """Fold the whole tree around `start` into costs by the site of `start`; iterative, as chains may be long."""
    order: list[tuple[str, str | None, bool]] = [(start, None, False)]
    done.add(start)
    for name, _, _ in order:
        for neighbour, later in tree[name]:
            if neighbour not in done:
                done.add(neighbour)
                order.append((neighbour, name, later))
    best = {name: dict(costs[name]) for name, _, _ in order}
    legs = problem.transport.cost if problem.transport else None
    for name, parent, later in reversed(order):
        if parent is None:
            continue
        child = list(best.pop(name).items())
        for site in best[parent]:
            best[parent][site] += (
                min(cost for _, cost in child)
                if legs is None
                else min(cost + legs[site][other] for other, cost in child)
                if later
                else min(cost + legs[other][site] for other, cost in child)
            )
    return best[start]
