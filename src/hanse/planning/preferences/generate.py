"""Questions of the case's kind at any size, drawn by the ranges of Zhang 2019, Table 4.

Limits that would leave a job without any plan at the drawn load are widened: due dates grow with the load, because the
paper's 20 to 90 units are for fifteen tasks.
"""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from hanse.model.problem import Enterprise, Job, Machine, Mode, Operation, Problem, ProcessPlan, Site
from hanse.model.utility import Consumer, Provider
from hanse.planning.preferences.member import Member
from hanse.planning.preferences.question import Question, ask
from hanse.units import MILLION, Units

SERVICES = ("MCon", "MChe", "Scan", "Print", "Proc")
TYPES = ((0, 1, 3, 4), (1, 3, 4), (2, 3, 4), (0, 1, 2, 3, 4))
"""Services of the four types of task (Table 2)."""

COST_DECAY, TIME_DECAY = Decimal("0.00001"), Decimal("0.1")


def league(tasks: int, providers: int, seed: int, choices: int = 4) -> tuple[Question, dict[str, Member]]:
    """A question and its members. tasks: jobs; providers: at least 5, each with two neighbouring services; choices:
    most providers an operation may be given to. Money in cents; time in units."""
    chance = np.random.default_rng(seed)
    names = [f"P{i + 1}" for i in range(providers)]
    offers = {name: {SERVICES[i % 5], SERVICES[(i + 1) % 5]} for i, name in enumerate(names)}
    price = {name: int(chance.integers(1000, 5500)) for name in names}
    quality = {name: int(chance.integers(500, 1001)) * 1000 for name in names}
    members = {name: Member(name, _provider(price[name], chance)) for name in names}
    jobs, reputations = [], {}
    spread = 1 + tasks // providers  # operations of a task times tasks, over providers: the paper's load is 1 to 2
    for number in range(1, tasks + 1):
        operations: list[Operation] = []
        for place in TYPES[int(chance.integers(4))]:
            able = [name for name in names if SERVICES[place] in offers[name]]
            picked = sorted(chance.choice(len(able), size=min(choices, len(able)), replace=False).tolist())
            duration = int(chance.integers(1, 11))
            modes = tuple(Mode(able[i], duration, price[able[i]], 0, quality[able[i]]) for i in picked)
            after = (operations[-1].id,) if operations else ()
            operations.append(Operation(SERVICES[place], SERVICES[place], modes, after))
        cost = sum(sum(m.cost for m in o.modes) // len(o.modes) for o in operations)
        mean = sum(sum(m.quality or 0 for m in o.modes) // len(o.modes) for o in operations) // len(operations)
        job = Job(
            id=f"T{number}",
            customer=f"C{number}",
            plans=(ProcessPlan("A", tuple(operations)),),
            due=int(chance.integers(40, 91)) * spread,
            budget=int(cost * chance.uniform(1.0, 1.5)),
            min_quality=int(mean * chance.uniform(0.8, 1.0)) // 10_000 * 10_000,
        )
        jobs.append(job)
        reputations[job.id] = int(chance.integers(300, 1001)) * 1000
    problem = Problem(
        name=f"{tasks} tasks, {providers} providers",
        sites=tuple(Site(name) for name in names),
        enterprises=tuple(Enterprise(name, name, (Machine(name, frozenset(offers[name])),)) for name in names),
        jobs=tuple(jobs),
        units=Units(time="unit", money="cent"),
    )
    consumers = {job.id: Consumer(COST_DECAY, TIME_DECAY) for job in jobs}
    return ask(problem, consumers, reputations, members), members


def _provider(price: int, chance: np.random.Generator) -> Provider:
    return Provider(
        cost_rate=int(price * chance.uniform(0.6, 0.9)),
        arrival=Decimal("0.5"),
        discount=Decimal(int(chance.integers(50, 101))) / 100,
        threshold=int(chance.integers(40, 91)) * MILLION // 100,
        cost_decay=COST_DECAY,
        time_decay=TIME_DECAY,
    )
