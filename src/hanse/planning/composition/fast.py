"""The cheapest routes by compiled code: `routes.plain_routes`, tie for tie, for problems that are worth it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hanse.model.problem import Job, Problem
from hanse.planning.composition.dual import Pricing
from hanse.planning.composition.forest import UNLIMITED, forest_of
from hanse.planning.composition.kernels import FAR
from hanse.planning.composition.routes import Route


def fast_routes(problem: Problem, jobs: Sequence[Job], threads: int) -> list[Route | None] | None:
    """The cheapest route of each job. None if a job has no plan that is a tree or if sums could leave 62 bits: then
    the plain way must be taken."""
    forest, named = forest_of(problem, jobs, compiled=True)
    if not np.diff(forest.jobs).all():
        return None
    longest = int(np.diff(forest.plans).max())
    if longest * (int(forest.cost.max()) + int(forest.legs.max(initial=0))) >= FAR // 2:
        return None
    free = np.zeros(len(problem.machines), dtype=np.int64)
    with Pricing(forest, np.full_like(free, UNLIMITED), threads) as pricing:
        found = pricing.at(free)
    modes = (found.choice - forest.modes[:-1]).tolist()
    position, ends = named.position.tolist(), forest.plans.tolist()
    routes: list[Route | None] = []
    for cost, own in zip(found.least.tolist(), found.plan.tolist(), strict=True):
        picked = [0] * (ends[own + 1] - ends[own])
        for node in range(ends[own], ends[own + 1]):
            picked[position[node]] = modes[node]
        routes.append(Route(named.plans[own], cost, tuple(picked)))
    return routes
