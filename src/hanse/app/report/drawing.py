"""A plan as what is drawn: bars (operations on machines) and legs (transport between them)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from hanse.model.plan import Assignment
from hanse.model.problem import Job, Mode, Operation, Problem


class Bar(NamedTuple):
    """One operation: indices of job and machine in the problem, its time and what it costs."""

    job: int
    operation: str
    service: str
    machine: int
    start: int
    end: int
    cost: int
    energy: int
    quality: int | None


class Leg(NamedTuple):
    """One way of a workpiece between two sites. before, after: the bars it joins, None at origin and destination."""

    job: int
    origin: int
    destination: int
    start: int
    end: int
    cost: int
    before: int | None
    after: int | None


class Drawing(NamedTuple):
    """All bars and legs of one part, in the order of the plan."""

    bars: tuple[Bar, ...]
    legs: tuple[Leg, ...]

    @property
    def work(self) -> int:
        """What the operations cost."""
        return sum(bar.cost for bar in self.bars)

    @property
    def transport(self) -> int:
        """What moving costs."""
        return sum(leg.cost for leg in self.legs)


def draw(problem: Problem, assignments: Sequence[Assignment]) -> Drawing:
    """Bars and legs of a checked plan. Legs that take neither way, time nor money are left out."""
    jobs = {job.id: i for i, job in enumerate(problem.jobs)}
    machines = {machine: i for i, machine in enumerate(problem.machines)}
    chosen = {a.job: a.plan for a in assignments}
    plans = {
        name: next(plan for plan in problem.jobs[jobs[name]].plans if plan.id == plan_id)
        for name, plan_id in chosen.items()
    }
    operations = {(name, op.id): op for name, plan in plans.items() for op in plan.operations}
    bars: list[Bar] = []
    numbers: dict[tuple[str, str], int] = {}
    for a in assignments:
        operation = operations[a.job, a.operation]
        mode = _mode(operation, a)
        numbers[a.job, a.operation] = len(bars)
        bars.append(
            Bar(
                jobs[a.job], a.operation, operation.service, machines[a.machine], a.start, a.end,
                mode.cost, mode.energy, mode.quality,
            )
        )  # fmt: skip
    legs: list[Leg] = []
    for name, plan in plans.items():
        job = problem.jobs[jobs[name]]
        for first in plan.first():
            legs.append(_leg(problem, job, jobs[name], None, numbers[name, first.id], bars))
        for earlier, later in plan.arcs():
            legs.append(_leg(problem, job, jobs[name], numbers[name, earlier], numbers[name, later], bars))
        for last in plan.last():
            legs.append(_leg(problem, job, jobs[name], numbers[name, last.id], None, bars))
    moving = (leg for leg in legs if leg.cost or leg.end > leg.start or leg.origin != leg.destination)
    return Drawing(tuple(bars), tuple(moving))


def _mode(operation: Operation, a: Assignment) -> Mode:
    return next(mode for mode in operation.modes if mode.machine == a.machine)


def _leg(problem: Problem, job: Job, index: int, before: int | None, after: int | None, bars: list[Bar]) -> Leg:
    """The leg leaves as soon as it can: at the end of the bar before, or at the release of the job."""
    sites = list(problem.machine_site.values())
    here = sites[bars[before].machine] if before is not None else _end(problem, job.origin)
    there = sites[bars[after].machine] if after is not None else _end(problem, job.destination)
    start = bars[before].end if before is not None else job.release
    if here is None or there is None:
        place = there if here is None else here
        return Leg(index, place or 0, place or 0, start, start, 0, before, after)
    time, cost = problem.transport_time(here, there), problem.transport_cost(here, there)
    return Leg(index, here, there, start, start + time, cost, before, after)


def _end(problem: Problem, site: str | None) -> int | None:
    return None if site is None else problem.site_index[site]
