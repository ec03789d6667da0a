"""Problems of the paper's recipe with budgets, for tests."""

from __future__ import annotations

import random
from dataclasses import replace

from hanse.app.cases.radmanesh2021 import generate
from hanse.model.problem import Job, Problem, ProcessPlan


def budgeted(providers: int, demands: int, tasks: int, slack: float, seed: int) -> Problem:
    """Every task takes 1 to 20 units of time, the same everywhere; every provider may be given its share of all the
    work and `slack` (a share of it) more."""
    whole = generate(providers, demands, tasks, 100, seed=seed)
    draw, work = random.Random(seed), 0
    jobs: list[Job] = []
    for job in whole.jobs:
        operations = []
        for operation in job.plans[0].operations:
            time = draw.randint(1, 20)
            work += time
            operations.append(replace(operation, modes=tuple(m._replace(duration=time) for m in operation.modes)))
        jobs.append(replace(job, plans=(ProcessPlan("A", tuple(operations)),)))
    budget = int((1 + slack) * work / providers)
    members = tuple(
        replace(member, machines=tuple(replace(m, budget=budget) for m in member.machines))
        for member in whole.enterprises
    )
    return replace(whole, jobs=tuple(jobs), enterprises=members)
