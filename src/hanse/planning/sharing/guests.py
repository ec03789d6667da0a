"""Jobs that may move: those late in the present plan, with everywhere each of their steps could go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hanse.errors import InputError
from hanse.model.plan import Assignment
from hanse.model.problem import Job, Mode, Operation, Problem, ProcessPlan
from hanse.planning.sharing.rules import Rules
from hanse.planning.sharing.windows import offers


class Way(NamedTuple):
    """A mode a step could take: machine and enterprise by number, where it stands, duration and cost."""

    machine: int
    enterprise: int
    site: int
    duration: int
    cost: int


class Place(NamedTuple):
    """Where a step is: its way, from start to end."""

    way: Way
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Guest:
    """A late job whose process plan is a chain.

    number: its place in the problem. plan: the id of its process plan; operations: those of it, in their order. home:
    where each is in the present plan. ways: for each, the modes it may take, by machine; none for one that stays.
    first: number of the first step that may move. completion: of the present plan; limit: latest completion that is
    worth moving for. head: least time from the start of a step to the completion of the job, whatever ways are taken.
    """

    number: int
    job: Job
    plan: str
    operations: tuple[str, ...]
    home: tuple[Place, ...]
    ways: tuple[tuple[Way, ...], ...]
    first: int
    completion: int
    limit: int
    head: tuple[int, ...]

    def tardiness(self, completion: int) -> int:
        """Weighted, millionths."""
        assert self.job.due is not None
        return self.job.weight * max(0, completion - self.job.due)

    def assignments(self, places: Iterable[Place], names: list[str]) -> tuple[Assignment, ...]:
        """The job's rows of a plan. names: of the machines."""
        return tuple(
            Assignment(self.job.id, self.plan, operation, names[at.way.machine], at.start, at.end)
            for operation, at in zip(self.operations, places, strict=True)
        )


class Legs:
    """Transport by site number, and the sites of the jobs' ends."""

    def __init__(self, problem: Problem) -> None:
        count = len(problem.sites)
        self.site_index = problem.site_index
        zero = ((0,) * count,) * count
        self.time = problem.transport.time if problem.transport else zero
        self.cost = problem.transport.cost if problem.transport else zero

    @cached_property
    def matrices(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Times and costs as arrays."""
        square = len(self.site_index), len(self.site_index)
        return (
            np.array(self.time, dtype=np.int64).reshape(square),
            np.array(self.cost, dtype=np.int64).reshape(square),
        )

    def instant(self) -> Legs:
        """The same sites, no time apart."""
        other = copy(self)
        other.time = ((0,) * len(self.site_index),) * len(self.site_index)
        return other

    def arrival(self, job: Job, site: int, now: int) -> int:
        """When the job's material can be at a site, if it is sent no earlier than now."""
        ready = max(job.release, now)
        return ready if job.origin is None else ready + self.time[self.site_index[job.origin]][site]

    def delivery(self, job: Job, site: int) -> int:
        """Time of the leg from a site to the job's destination."""
        return 0 if job.destination is None else self.time[site][self.site_index[job.destination]]

    def money(self, job: Job, places: Iterable[Place]) -> int:
        """What a chain costs: modes and every leg."""
        stops = [at.way.site for at in places]
        index = self.site_index
        if job.origin is not None:
            stops.insert(0, index[job.origin])
        if job.destination is not None:
            stops.append(index[job.destination])
        return sum(at.way.cost for at in places) + sum(self.cost[a][b] for a, b in pairwise(stops))


@dataclass(frozen=True)
class Cast:
    """Who plays which part. guests: late jobs that may move, in the order of the problem. stuck: late jobs that cannot,
    and why. rows: for every job its rows of the present plan."""

    guests: tuple[Guest, ...]
    stuck: dict[str, str]
    rows: dict[str, tuple[Assignment, ...]]


def cast(problem: Problem, assignments: Iterable[Assignment], rules: Rules, staying: Collection[str] = ()) -> Cast:
    """Find the late jobs of a plan that `model.check` finds feasible. staying: jobs that are not asked, late or not.
    Raises InputError if the plan leaves a job out."""
    rows: dict[str, list[Assignment]] = defaultdict(list)
    for at in assignments:
        rows[at.job].append(at)
    casting = Casting(problem, rules)
    guests, stuck = [], {}
    for number, job in enumerate(problem.jobs):
        if not rows[job.id]:
            raise InputError("the present plan leaves it out", where=f"job {job.id}", hint="plan it at home first")
        made = None if job.id in staying else casting.guest(number, job, rows[job.id])
        if isinstance(made, Guest):
            guests.append(made)
        elif made:
            stuck[job.id] = made
    return Cast(tuple(guests), stuck, {job: tuple(given) for job, given in rows.items()})


class Casting:
    """Decides about one job at a time. The problem's jobs are not looked at, only its members and their sites."""

    def __init__(self, problem: Problem, rules: Rules) -> None:
        self.rules, self.legs = rules, Legs(problem)
        places = [(i, m) for i, e in enumerate(problem.enterprises) for m in e.machines]
        self.base = {m.id: (n, i, problem.machine_site[m.id]) for n, (i, m) in enumerate(places)}
        self.offered = {m.id for _, m in places if offers(m)}

    def guest(self, number: int, job: Job, rows: Sequence[Assignment]) -> Guest | str | None:
        """The job as a guest, why it cannot be one, or None if it is not late."""
        if job.due is None:
            return None
        delivered = max(at.end + self.legs.delivery(job, self.base[at.machine][2]) for at in rows)
        if delivered <= job.due:
            return None
        plan = next(plan for plan in job.plans if plan.id == rows[0].plan)
        chain = chain_of(plan)
        if chain is None:
            return "its operations are no chain, and only chains move"
        by_operation = {at.operation: at for at in rows}
        home = tuple(self._home(operation, by_operation[operation.id]) for operation in chain)
        first = sum(at.start < self.rules.now for at in home)
        if first == len(chain):
            return "all of it has begun"
        if self.rules.moves == "operation":
            first = len(chain) - 1
        ways = tuple(
            self._ways(job, operation, by_operation[operation.id]) if i >= first else ()
            for i, operation in enumerate(chain)
        )
        head = [0] * (len(chain) + 1)
        for i in reversed(range(len(chain))):
            head[i] = head[i + 1] + min(way.duration for way in (home[i].way, *ways[i]))
        limit = job.due if self.rules.in_time else delivered - 1
        names = tuple(operation.id for operation in chain)
        return Guest(number, job, plan.id, names, home, ways, first, delivered, limit, tuple(head))

    def _home(self, operation: Operation, at: Assignment) -> Place:
        mode = next(mode for mode in operation.modes if mode.machine == at.machine)
        return Place(Way(*self.base[at.machine], mode.duration, mode.cost), at.start, at.end)

    def _ways(self, job: Job, operation: Operation, at: Assignment) -> tuple[Way, ...]:
        """Modes on machines that offer. Where quality is asked for, none below the one it has: then the mean of the job
        cannot fall whatever moves."""
        modes: Iterable[Mode] = operation.modes
        if job.min_quality is not None:
            least = next(mode.quality or 0 for mode in operation.modes if mode.machine == at.machine)
            modes = [mode for mode in modes if (mode.quality or 0) >= least]
        offered, base = self.offered, self.base
        ways = [Way(*base[name], duration, cost) for name, duration, cost, _, _ in modes if name in offered]
        ways.sort()
        return tuple(ways)


def chain_of(plan: ProcessPlan) -> tuple[Operation, ...] | None:
    """The operations in their order if each waits for exactly the one before, else None."""
    order = plan.topological()
    wanted = [(), *((operation.id,) for operation in order[:-1])]
    return order if all(set(o.after) == set(w) for o, w in zip(order, wanted, strict=True)) else None
