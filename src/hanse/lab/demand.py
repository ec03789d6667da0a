"""Whose orders a run plays: of the league that was forked, or drawn; and what its members keep to themselves.

Members never tell their preferences, so these are drawn even for the orders of a real league, by the ranges of Zhang
2019, Table 4. More demand is more orders like those there are; nobody becomes more patient by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from hanse.errors import InputError
from hanse.lab.study import Scenario, World
from hanse.model.problem import Job, Problem, ProcessPlan
from hanse.model.utility import Consumer, Provider
from hanse.planning.preferences import Member, Question, ask
from hanse.planning.preferences.generate import COST_DECAY, TIME_DECAY, league
from hanse.units import MILLION, Units

POWER = (100, 1001)
"""Drawn power of a machine, where its energy is not known: units an hour."""


@dataclass(frozen=True)
class Demand:
    """The orders of a run. asked: what is planned, due when customers would give up; problem: the same with the dates
    they wish, in hours; members: with their private preferences."""

    asked: Question
    problem: Problem
    members: Mapping[str, Member]

    @property
    def consumers(self) -> Mapping[str, Consumer]:
        return self.asked.consumers


def draw(world: World, base: Problem | None, scenario: Scenario, seed: int) -> Demand:
    """The orders of a seed. base: problem of the league, needed if they are its. Raises InputError if it is missing or
    says nothing of preferences."""
    if world.source == "drawn":
        base = league(world.orders, world.members, seed)[0].carried
    elif base is None or base.preferences is None:
        raise InputError(
            "the league's newest block has no problem that says what customers weigh",
            where="world.source",
            hint='use source = "drawn"',
        )
    assert base.preferences is not None
    chance = np.random.default_rng((seed, 0xDE))
    floor = _powered(base, chance)
    members = {one.id: _member(one.id, base, scenario, chance) for one in base.enterprises}
    jobs, consumers, reputations = [], {}, {}
    for number, model in enumerate(_picked(base, scenario, chance), 1):
        job = replace(_energetic(model, floor), id=f"L{number}", customer=f"C{number}")
        jobs.append(job)
        consumers[job.id] = base.preferences.consumers[model.id]
        reputations[job.id] = base.preferences.reputations[model.id]
    units = Units(time="hour", money="cent", energy=base.units.energy)
    problem = replace(floor, name=f"{base.name}, run {seed}", jobs=tuple(jobs), units=units, preferences=None)
    patient = replace(problem, jobs=tuple(replace(job, due=_limit(job, scenario)) for job in jobs))
    return Demand(ask(patient, consumers, reputations, members), problem, members)


def _picked(base: Problem, scenario: Scenario, chance: np.random.Generator) -> list[Job]:
    """The orders there are, or some of them, or all and more like them."""
    count = max(1, round(len(base.jobs) * scenario.demand))
    if count <= len(base.jobs):
        return [base.jobs[i] for i in sorted(chance.choice(len(base.jobs), size=count, replace=False).tolist())]
    more = chance.integers(0, len(base.jobs), size=count - len(base.jobs)).tolist()
    return [*base.jobs, *(base.jobs[i] for i in more)]


def _limit(job: Job, scenario: Scenario) -> int:
    assert job.due is not None, "preferences want due dates"
    return int(job.due * scenario.patience)


def _powered(base: Problem, chance: np.random.Generator) -> Problem:
    """The problem with a power for every machine that has none."""
    drawn = {name: int(chance.integers(*POWER)) for name in base.machines}
    enterprises = tuple(
        replace(one, machines=tuple(replace(m, power=m.power or drawn[m.id]) for m in one.machines))
        for one in base.enterprises
    )
    return replace(base, enterprises=enterprises)


def _energetic(job: Job, floor: Problem) -> Job:
    """The job with the energy of every mode that states none."""
    plans = []
    for plan in job.plans:
        operations = []
        for operation in plan.operations:
            modes = tuple(
                m._replace(energy=m.energy or m.duration * floor.machines[m.machine].power) for m in operation.modes
            )
            operations.append(replace(operation, modes=modes))
        plans.append(ProcessPlan(plan.id, tuple(operations)))
    return replace(job, plans=tuple(plans))


def _member(name: str, base: Problem, scenario: Scenario, chance: np.random.Generator) -> Member:
    """What an hour costs it is a part of the least that it asks for one."""
    asked = [
        mode.cost // max(1, mode.duration)
        for job in base.jobs
        for plan in job.plans
        for operation in plan.operations
        for mode in operation.modes
        if base.owner[mode.machine].id == name
    ]
    threshold = int(chance.integers(40, 91)) * MILLION // 100 + int(scenario.strict * MILLION)
    return Member(
        name,
        Provider(
            cost_rate=int(min(asked, default=0) * chance.uniform(0.6, 0.9)),
            arrival=Decimal("0.5"),
            discount=Decimal(int(chance.integers(50, 101))) / 100,
            threshold=min(MILLION, threshold),
            cost_decay=COST_DECAY,
            time_decay=TIME_DECAY,
        ),
    )
