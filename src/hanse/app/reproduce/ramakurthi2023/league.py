"""Leagues of two-machine shops: every shop plans its own jobs by Jackson's rule, and any other could do them as well.

Carrying is free and takes no time: the paper gives neither distances nor prices.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, cast

import numpy as np

from hanse.app.cases import data
from hanse.errors import HanseError
from hanse.model.check import check, measure
from hanse.model.plan import Assignment, Measures, Plan
from hanse.model.problem import Enterprise, Job, Machine, Mode, Operation, Problem, ProcessPlan, Site
from hanse.planning.jobshop.jackson import Route, Schedule, Tie, TwoStep, jackson
from hanse.units import Units

SHORTEST, LONGEST = 2, 26
"""Durations of Table 2."""


class Order(NamedTuple):
    """A job of a shop: its machines in order (P, Q or both) with the time on each, and its due date if it has one."""

    steps: tuple[tuple[str, int], ...]
    due: int | None

    @property
    def two_step(self) -> TwoStep:
        """As Jackson's rule takes it."""
        route = cast(Route, "".join(machine for machine, _ in self.steps))
        return TwoStep(route, tuple(time for _, time in self.steps))


Shops = dict[str, tuple[Order, ...]]
"""The jobs of each shop by its name; a job's number is its place, from 1."""


def table2() -> Shops:
    """The paper's five shops."""
    shops: dict[str, list[Order]] = {}
    rows: list[dict[str, Any]] = data("ramakurthi2023.json")["jobs"]
    for row in rows:
        shops.setdefault(row["enterprise"], []).append(Order(tuple(map(tuple, row["operations"])), row["due"]))
    return {name: tuple(orders) for name, orders in shops.items()}


def draw(chance: np.random.Generator, shops: int = 5, jobs: int = 6, due: float = 11 / 30) -> Shops:
    """Shops like those of Table 2: durations uniform in its range, either route, so many jobs with a due date (a share;
    11 of 30 in the table), uniform between the job's own time and all the work of its shop's busier machine."""
    made: Shops = {}
    for number in range(shops):
        times = chance.integers(SHORTEST, LONGEST + 1, size=(jobs, 2)).tolist()
        busiest = max(sum(p for p, _ in times), sum(q for _, q in times))
        orders = []
        for p, q in times:
            steps = (("P", p), ("Q", q)) if chance.random() < 0.5 else (("Q", q), ("P", p))
            promised = int(chance.integers(p + q, max(p + q, busiest) + 1)) if chance.random() < due else None
            orders.append(Order(steps, promised))
        made[f"E{number + 1}"] = tuple(orders)
    return made


def local(shops: Shops, tie: Tie = "second") -> dict[str, Schedule]:
    """Every shop's schedule by Jackson's rule."""
    return {name: jackson([order.two_step for order in orders], tie) for name, orders in shops.items()}


def league(shops: Shops, schedules: dict[str, Schedule]) -> tuple[Problem, tuple[Assignment, ...]]:
    """One problem in which every job may run anywhere, and the local schedules as its present plan."""
    members = tuple(_member(name) for name in shops)
    jobs = tuple(
        job_of(name, number, order, tuple(shops))
        for name, orders in shops.items()
        for number, order in enumerate(orders)
    )
    rows = tuple(
        Assignment(f"{name}-J{run.job + 1}", "A", run.machine, f"{name} {run.machine}", run.start, run.end)
        for name, schedule in schedules.items()
        for run in (*schedule.p, *schedule.q)
    )
    return Problem("two-machine shops", tuple(map(Site, shops)), members, jobs, Units(time="unit")), rows


def judged(problem: Problem, rows: tuple[Assignment, ...]) -> Measures:
    """What a plan amounts to. Raises HanseError if the judge finds it wrong: a bug in Hanse."""
    measures = measure(problem, rows)
    plan = Plan(problem.root, rows, measures, "tardiness", measures.tardiness, None, "none", "feasible", "study", 0.0)
    wrong = check(problem, plan).violations
    if wrong:
        raise HanseError(f"the plan is wrong: {wrong[0]}", where=problem.name, hint="please report this bug")
    return measures


def alone(name: str, orders: Sequence[Order]) -> Problem:
    """A shop that does its jobs itself."""
    jobs = tuple(job_of(name, number, order, (name,)) for number, order in enumerate(orders))
    return Problem(f"shop {name}", (Site(name),), (_member(name),), jobs, Units(time="unit"))


def job_of(name: str, number: int, order: Order, hosts: Sequence[str]) -> Job:
    """A job that these shops can do."""
    operations: list[Operation] = []
    for machine, time in order.steps:
        after = (operations[-1].id,) if operations else ()
        modes = tuple(Mode(f"{host} {machine}", time) for host in hosts)
        operations.append(Operation(machine, machine, modes, after))
    return Job(f"{name}-J{number + 1}", (ProcessPlan("A", tuple(operations)),), customer=name, due=order.due)


def _member(name: str) -> Enterprise:
    return Enterprise(name, name, tuple(Machine(f"{name} {m}", frozenset({m})) for m in "PQ"))
