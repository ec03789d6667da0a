"""Composition without limits, exactly: every job takes its cheapest route, and starts as early as it can.

If no machine can be full, out of budget or closed, jobs do not interact, and the cheapest routes of `routes.py` are
together the optimum (Radmanesh 2021; the design's models.md, section 1, calls it polynomial against the paper's claim).
The bound is the one the judge recomputes, so it is certified.
"""

from __future__ import annotations

from hanse.clock import SystemClock
from hanse.errors import InfeasibleError
from hanse.model.objective import Objective
from hanse.model.problem import Problem
from hanse.planning.composition.limits import refusal
from hanse.planning.composition.routes import cheapest_routes
from hanse.planning.composition.schedule import schedule
from hanse.planning.result import Answer, Limits, Point, Progress
from hanse.units import MILLION


class Composition:
    """The engine. Takes cost alone, machines without limits, and precedence that is a chain or a tree."""

    name = "composition"

    def refuses(self, problem: Problem, objective: Objective) -> str | None:
        if {name for name, _ in objective.weights} != {"cost"}:
            return f"it minimises cost alone, the objective is {objective}"
        return refusal(problem, objective, budgets=False)

    def solve(self, problem: Problem, objective: Objective, limits: Limits, progress: Progress) -> Answer:
        """Always optimal and always in one step, so of the limits only `threads` matters."""
        clock = SystemClock()
        begun = clock.elapsed()
        routes = [route for route in cheapest_routes(problem, limits.threads) if route is not None]
        assert len(routes) == len(problem.jobs), "refuses() lets only forests pass"
        for job, route in zip(problem.jobs, routes, strict=True):
            if job.budget is not None and route.cost > job.budget:
                raise InfeasibleError(
                    f"the cheapest way to make it costs {route.cost}, its budget is {job.budget}",
                    where=f"job {job.id}, budget",
                    hint=f"raise the budget to at least {route.cost}",
                )
        value = sum(route.cost for route in routes) * objective.weight("cost") * MILLION
        assignments = schedule(problem, routes)
        point = Point(clock.elapsed() - begun, value, value)
        progress(point)
        return Answer(assignments, value, value, "certified", (point,))


ENGINE = Composition()
