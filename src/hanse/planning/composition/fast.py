"""The cheapest routes by compiled code: `routes.plain_routes`, tie for tie, for problems that are worth it."""

from __future__ import annotations

import numpy as np

from hanse.model.problem import Problem
from hanse.planning.composition.dual import Pricing
from hanse.planning.composition.forest import UNLIMITED, forest_of, routes_of
from hanse.planning.composition.kernels import FAR
from hanse.planning.composition.routes import Route


def fast_routes(problem: Problem, threads: int) -> list[Route | None] | None:
    """The cheapest route of each job. None if a job has no plan that is a tree or if sums could leave 62 bits: then
    the plain way must be taken."""
    forest, named = forest_of(problem)
    if not np.diff(forest.jobs).all():
        return None
    longest = int(np.diff(forest.plans).max())
    if longest * (int(forest.cost.max()) + int(forest.legs.max(initial=0))) >= FAR // 2:
        return None
    free = np.zeros(len(problem.machines), dtype=np.int64)
    with Pricing(forest, np.full_like(free, UNLIMITED), threads) as pricing:
        found = pricing.at(free)
    return list(routes_of(problem, forest, named, found.plan, found.choice, found.least))
