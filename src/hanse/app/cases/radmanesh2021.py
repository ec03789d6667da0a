"""Radmanesh 2021: demands are chains of tasks over providers on a plane; cost is processing plus distance.

The worked example has the structure of Table 5 with our own numbers; the sizes of Table 7 are drawn from a seed:
positions uniform in the square, processing cost uniform in 1 to 20 per task and provider, transport 1 per kilometre.
Providers have no capacity in the paper, so every demand is a shortest path on its own.
"""

from __future__ import annotations

import random
from typing import Any

from hanse.app.cases.case import Case, CaseMember, CaseOrder, CasePart, CaseProduct
from hanse.model.problem import (
    Enterprise,
    Job,
    Machine,
    Mode,
    Operation,
    Problem,
    ProcessPlan,
    Site,
    Transport,
)
from hanse.units import Units

SIZES = {"1": (30, 70, 15, 100), "2": (50, 90, 25, 100), "3": (60, 140, 20, 100), "4": (90, 180, 40, 200)}
"""Table 7: providers, demands, tasks per demand, side of the square in kilometres."""

DEPOSIT = 1_000


def build(variant: str, seed: int) -> Case:
    """The worked example or one of the four sizes."""
    notes: tuple[str, ...]
    if variant == "example":
        problem = example()
        notes = ("Positions and processing costs are ours; the paper gives only who needs which task.",)
        suffix, title = "", "Composition, worked example"
    else:
        problem = generate(*SIZES[variant], seed=seed)
        notes = (
            f"Positions and processing costs are drawn from seed {seed}; the paper's own data are not published.",
            "As stated in the paper demands do not interact, so the exact optimum is a shortest path per demand. The "
            "published genetic results lie at least 33 to 53 % above the optimum of their own instances.",
        )
        suffix, title = f"-{variant}", f"Composition, problem {variant}"
    return _case(f"radmanesh2021{suffix}", title, notes, problem)


def example() -> Problem:
    """Three demands over six providers; the optimum is 104.63 (cents: each leg rounded once)."""
    from hanse.app.cases import data

    numbers: dict[str, Any] = data("radmanesh2021.json")
    points = [(round(x * 1000), round(y * 1000)) for x, y in numbers["provider_xy_km"]]
    demands = {
        demand: [(task, [cost * 100 for cost in costs]) for task, costs in tasks.items()]
        for demand, tasks in numbers["processing_cost_by_provider"].items()
    }
    return _problem("Radmanesh 2021, worked example", points, demands)


def generate(providers: int, demands: int, tasks: int, side_km: int, *, seed: int = 0) -> Problem:
    """A random problem by the recipe above. Every provider offers every task."""
    draw = random.Random(f"radmanesh2021/{providers}/{demands}/{tasks}/{seed}")
    points = [(draw.randrange(side_km * 1000), draw.randrange(side_km * 1000)) for _ in range(providers)]
    chains = {
        f"D{d}": [(f"T{t}", [draw.randint(100, 2000) for _ in range(providers)]) for t in range(1, tasks + 1)]
        for d in range(1, demands + 1)
    }
    return _problem(f"Radmanesh 2021, {providers} × {demands} × {tasks}, seed {seed}", points, chains)


def _problem(name: str, points: list[tuple[int, int]], demands: dict[str, list[tuple[str, list[int]]]]) -> Problem:
    providers = [f"P{p}" for p in range(1, len(points) + 1)]
    services = frozenset(task for chain in demands.values() for task, _ in chain)
    sites = tuple(Site(p, point) for p, point in zip(providers, points, strict=True))
    jobs = []
    for demand, chain in demands.items():
        operations: list[Operation] = []
        for task, costs in chain:
            modes = tuple(Mode(p, 1, cost) for p, cost in zip(providers, costs, strict=True))
            operations.append(Operation(task, task, modes, (operations[-1].id,) if operations else ()))
        jobs.append(Job(demand, (ProcessPlan("A", tuple(operations)),), customer=demand))
    return Problem(
        name=name,
        sites=sites,
        enterprises=tuple(Enterprise(p, p, (Machine(p, services, capacity=None),)) for p in providers),
        jobs=tuple(jobs),
        units=Units(time="unit", money="cent", distance="metre"),
        transport=Transport.by_distance(sites, cost_rate=0.1, time_rate=0.0),
    )


def _case(name: str, title: str, notes: tuple[str, ...], problem: Problem) -> Case:
    services = tuple(sorted({s for m in problem.machines.values() for s in m.services}, key=lambda s: (len(s), s)))
    needs = {job.id: tuple(operation.service for operation in job.plans[0].operations) for job in problem.jobs}
    kinds = {chain: f"{len(chain)} tasks: {chain[0]} to {chain[-1]}" for chain in needs.values()}
    return Case(
        id=name,
        title=title,
        source="Radmanesh et al. 2021, Tables 5 and 7",
        notes=notes,
        services=services,
        members=tuple(CaseMember(e.id, f"Provider {e.id[1:]}", services) for e in problem.enterprises),
        products=tuple(CaseProduct(" ".join(chain), kind, chain) for chain, kind in kinds.items()),
        orders=tuple(CaseOrder(job.id, " ".join(needs[job.id]), 1, DEPOSIT) for job in problem.jobs),
        parts=(CasePart(problem, "cost", 20.0),),
    )
