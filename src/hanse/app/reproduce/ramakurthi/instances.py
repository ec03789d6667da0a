"""Seeded instances of the paper's scenario sizes, and public flexible job shops with energy added by a stated rule.

The paper publishes neither times nor plans. Ours: three process plans per job, as Table 10 implies; three to five
operations per plan, one to three machines per operation, times 6 to 25, as its sample matrices show; energy = rating ×
time with the ratings of Table 7, machine 13 taking the rating of machine 1 and so on; each machine belongs to an
enterprise of its own with a reliability of 0.940 to 0.999.
"""

from __future__ import annotations

import random
from dataclasses import replace

from hanse.app.reproduce.ramakurthi.published import published
from hanse.model.problem import Enterprise, Job, Machine, Mode, Operation, Problem, ProcessPlan, Site
from hanse.units import MILLION

PLANS = 3
OPERATIONS = (3, 5)
CHOICES = 3
TIMES = (6, 25)
WORK = "work"


def ratings() -> tuple[int, ...]:
    """Table 7: energy per unit of time of machines 1 to 12."""
    return published().ratings


def scenario(jobs: int, machines: int, seed: int) -> Problem:
    """An instance of a scenario's size."""
    draw, rating = random.Random(f"ramakurthi2022/{jobs}x{machines}/{seed}"), ratings()
    power = [rating[m % len(rating)] for m in range(machines)]
    members = tuple(
        Enterprise(f"E{m + 1}", "here", (Machine(f"M{m + 1}", frozenset({WORK}), power=power[m]),), reliability(draw))
        for m in range(machines)
    )

    def operation(o: int) -> Operation:
        chosen = sorted(draw.sample(range(machines), draw.randint(1, min(CHOICES, machines))))
        times = [draw.randint(*TIMES) for _ in chosen]
        modes = tuple(Mode(f"M{m + 1}", t, energy=power[m] * t) for m, t in zip(chosen, times, strict=True))
        return Operation(f"O{o + 1}", WORK, modes, (f"O{o}",) if o else ())

    made = tuple(
        Job(
            f"J{j + 1}",
            tuple(
                ProcessPlan(f"P{p + 1}", tuple(operation(o) for o in range(draw.randint(*OPERATIONS))))
                for p in range(PLANS)
            ),
        )
        for j in range(jobs)
    )
    return Problem(f"{jobs} jobs, {machines} machines, seed {seed}", (Site("here"),), members, made)


def reliability(draw: random.Random) -> int:
    """0.940 to 0.999 in millionths."""
    return draw.randrange(940, 1000) * MILLION // 1000


def with_energy(problem: Problem) -> Problem:
    """A problem without energy, with it: machine i of the file, from 0, draws rating i mod 12 of Table 7."""
    rating = ratings()
    power = {name: rating[i % len(rating)] for i, name in enumerate(problem.machines)}

    def mode(given: Mode) -> Mode:
        return given._replace(energy=power[given.machine] * given.duration)

    jobs = tuple(
        replace(
            job,
            plans=tuple(
                replace(
                    plan,
                    operations=tuple(replace(o, modes=tuple(mode(m) for m in o.modes)) for o in plan.operations),
                )
                for plan in job.plans
            ),
        )
        for job in problem.jobs
    )
    members = tuple(
        replace(e, machines=tuple(replace(machine, power=power[machine.id]) for machine in e.machines))
        for e in problem.enterprises
    )
    return replace(problem, name=f"{problem.name} with energy", jobs=jobs, enterprises=members)
