"""Transport in the constraint model: precedence, and the time and cost of the legs between chosen sites.

A leg between two tasks is chosen by a unit of flow from the site of the one to the site of the other: the flow leaving
a site is whether the earlier task stands there, the flow entering it whether the later one does. On trees the linear
relaxation of that flow is integral, so cost bounds are tight from the start. Where the pairs of sites are too many, the
leg is a number bounded from below once the earlier site is known.
"""

from __future__ import annotations

from collections.abc import Callable

from ortools.sat.python import cp_model

from hanse.planning.jobshop.shop import Task
from hanse.planning.jobshop.variables import Expression, Variables

_PAIRS = 400
"""Most pairs of sites of one arc that get a flow variable each."""

_Matrix = Callable[[int, int], int]


class Legs:
    """Adds every precedence arc with its leg. `costs[j]` are the terms of job j's transport between operations."""

    def __init__(self, variables: Variables, *, with_cost: bool) -> None:
        self._variables, self._with_cost = variables, with_cost
        self._sites: dict[int, dict[int, cp_model.IntVar]] = {}
        self.costs: list[list[Expression]] = [[] for _ in variables.lines]
        shop = variables.shop
        for job, arcs in enumerate(shop.arcs):
            for (earlier, later), lines in arcs.items():
                self._add_arc(job, shop.tasks[earlier], shop.tasks[later], lines)

    def at_sites(self, task: Task) -> dict[int, cp_model.IntVar]:
        """For each site whether the task is done there."""
        known = self._sites.get(task.number)
        if known is not None:
            return known
        variables, literals = self._variables, {}
        for site in task.sites:
            ways = [literal for way, literal in zip(task.ways, variables.ways[task.number], strict=True)
                    if way.site == site]  # fmt: skip
            if len(task.sites) == 1:
                literals[site] = variables.used(task)
            elif len(ways) == 1:
                literals[site] = ways[0]
            else:
                literals[site] = variables.model.new_bool_var("")
                variables.model.add(sum(ways) == literals[site])
        self._sites[task.number] = literals
        return literals

    def _add_arc(self, job: int, earlier: Task, later: Task, lines: frozenset[int]) -> None:
        variables, shop = self._variables, self._variables.shop
        active = variables.present(job, lines)
        time: Expression = 0
        if shop.problem.transport is not None:
            pairs = [(a, b) for a in earlier.sites for b in later.sites]
            wanted: list[_Matrix] = []
            if any(shop.leg_time(a, b) for a, b in pairs):
                wanted.append(shop.leg_time)
            if self._with_cost and any(shop.leg_cost(a, b) for a, b in pairs):
                wanted.append(shop.leg_cost)
            legs = self._legs(earlier, later, lines, active, wanted) if wanted else []
            for matrix, leg in zip(wanted, legs, strict=True):
                if matrix == shop.leg_time:
                    time = leg
                else:
                    self.costs[job].append(leg)
        constraint = variables.model.add(variables.starts[later.number] >= variables.ends[earlier.number] + time)
        if active is not variables.always:
            constraint.only_enforce_if(active)

    def _legs(
        self, earlier: Task, later: Task, lines: frozenset[int], active: cp_model.IntVar, wanted: list[_Matrix]
    ) -> list[Expression]:
        """For each matrix the leg of an arc as an expression that is right when the arc is active, else 0."""
        from_, to = self.at_sites(earlier), self.at_sites(later)
        if len(from_) * len(to) == 1:
            (a,), (b,) = from_, to
            return [matrix(a, b) * active for matrix in wanted]
        if len(from_) == 1 and later.lines == lines:
            (a,) = from_
            return [_dot([(matrix(a, b), literal) for b, literal in to.items()]) for matrix in wanted]
        if len(to) == 1 and earlier.lines == lines:
            (b,) = to
            return [_dot([(matrix(a, b), literal) for a, literal in from_.items()]) for matrix in wanted]
        if len(from_) * len(to) <= _PAIRS:
            flow = self._flow(earlier, later, lines, active)
            return [_dot([(matrix(a, b), y) for (a, b), y in flow.items()]) for matrix in wanted]
        return [self._number(earlier, later, active, matrix) for matrix in wanted]

    def _flow(
        self, earlier: Task, later: Task, lines: frozenset[int], active: cp_model.IntVar
    ) -> dict[tuple[int, int], cp_model.IntVar]:
        model, from_, to = self._variables.model, self.at_sites(earlier), self.at_sites(later)
        flow = {(a, b): model.new_bool_var("") for a in from_ for b in to}
        if earlier.lines != lines and later.lines != lines:
            model.add(sum(flow.values()) == active)
        for task, literals, end in ((earlier, from_, 0), (later, to, 1)):
            for site, literal in literals.items():
                total = sum(y for pair, y in flow.items() if pair[end] == site)
                if task.lines == lines:
                    model.add(total == literal)
                else:  # the task may be in use without this arc, and then nothing flows through it
                    model.add(total <= literal)
        return flow

    def _number(self, earlier: Task, later: Task, active: cp_model.IntVar, matrix: _Matrix) -> cp_model.IntVar:
        from_, to = self.at_sites(earlier), self.at_sites(later)
        model, most = self._variables.model, max(matrix(a, b) for a in from_ for b in to)
        leg = model.new_int_var(0, most, "")
        for a, here in from_.items():
            model.add(leg >= _dot([(matrix(a, b), there) for b, there in to.items()])).only_enforce_if([here, active])
        return leg


def _dot(terms: list[tuple[int, cp_model.IntVar]]) -> Expression:
    return cp_model.LinearExpr.weighted_sum([literal for _, literal in terms], [factor for factor, _ in terms])
