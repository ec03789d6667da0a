"""The problem as the job-shop engines see it: by integer index, without what can never happen.

Words. A *line* is one process plan of a job. A *task* is an operation; an operation that several lines of a job share
(same id, same modes, same place at the beginning or end) is one task, because fewer decisions make a smaller search. A
*way* is a mode that some feasible plan could use. *head*: no start of the task is earlier; *tail*: at least so much
time passes from its end to the completion of its job.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from hanse.errors import InfeasibleError
from hanse.model.plan import Assignment
from hanse.model.problem import Job, Machine, Operation, Problem
from hanse.planning.jobshop.openings import Calendar, Openings, exactly

TIME_LIMIT = 1 << 58
"""Largest time the engines reckon with; sums of a few of them still fit 64 bits."""


@dataclass(frozen=True, slots=True)
class Way:
    """One usable mode. `starts`: when it may start. Of a first operation that begins with its material; the others need
    no such thing, for they wait for that one."""

    machine: str
    site: int
    duration: int
    cost: int
    energy: int
    quality: int
    starts: Openings


@dataclass
class Task:
    """One operation of a job, shared by the `lines` (numbers within the job) that contain it."""

    number: int
    job: int
    operation: Operation
    lines: frozenset[int]
    ways: tuple[Way, ...]
    first: bool
    last: bool
    head: int = 0
    tail: int = 0

    def __post_init__(self) -> None:
        self.shortest = min([way.duration for way in self.ways])

    @cached_property
    def sites(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(way.site for way in self.ways))


@dataclass(frozen=True, slots=True)
class Line:
    """One process plan: its tasks in topological order and its arcs, both by task number."""

    plan: str
    tasks: tuple[int, ...]
    arcs: tuple[tuple[int, int], ...]


@dataclass
class Shop:
    """All of it. `lines[j]` are the usable plans of job j, `arcs[j]` the lines that hold each arc of job j. `frozen`:
    what is decided already, by job and operation; such a task has one way and one start."""

    problem: Problem
    tasks: list[Task] = field(default_factory=list)
    lines: list[list[Line]] = field(default_factory=list)
    arcs: list[dict[tuple[int, int], frozenset[int]]] = field(default_factory=list)
    horizon: int = 0
    frozen: dict[tuple[str, str], Assignment] = field(default_factory=dict)
    calendars: dict[str, Calendar] = field(default_factory=dict, repr=False)
    """By machine; machines with the same windows share one."""
    starts: dict[tuple[Calendar, int, int], Openings] = field(default_factory=dict, repr=False)
    """Admissible starts by calendar, duration and least start."""

    def leg_time(self, origin: int, destination: int) -> int:
        return self.problem.transport_time(origin, destination)

    def leg_cost(self, origin: int, destination: int) -> int:
        return self.problem.transport_cost(origin, destination)

    def arrival(self, job: Job, site: int) -> int:
        """When the material of a job can be at a site: its release and the leg from its origin."""
        return job.release + (self.leg_time(self.problem.site_index[job.origin], site) if job.origin else 0)

    def departure(self, job: Job, site: int) -> int:
        """Time of the leg from a site to the destination of a job, 0 if it has none."""
        return self.leg_time(site, self.problem.site_index[job.destination]) if job.destination else 0

    def way_cost(self, task: Task, way: Way) -> int:
        """Cost of a way with the legs from the origin and to the destination that come with it."""
        job, index, cost = self.problem.jobs[task.job], self.problem.site_index, way.cost
        if task.first and job.origin is not None:
            cost += self.leg_cost(index[job.origin], way.site)
        if task.last and job.destination is not None:
            cost += self.leg_cost(way.site, index[job.destination])
        return cost

    @cached_property
    def begun(self) -> dict[str, str]:
        """The plans of jobs of which some operation is frozen."""
        return {job: a.plan for (job, _), a in self.frozen.items()}

    @cached_property
    def fixed(self) -> dict[int, int]:
        """For each frozen task its start."""
        keys = ((task.number, (self.problem.jobs[task.job].id, task.operation.id)) for task in self.tasks)
        return {number: self.frozen[key].start for number, key in keys if key in self.frozen}

    @cached_property
    def by_machine(self) -> dict[str, list[tuple[Task, int]]]:
        """For each machine the tasks that may run on it, with the index of the way."""
        result: dict[str, list[tuple[Task, int]]] = {}
        for task in self.tasks:
            for index, way in enumerate(task.ways):
                result.setdefault(way.machine, []).append((task, index))
        return result

    @cached_property
    def ordered(self) -> bool:
        """Whether some enterprise keeps jobs in one order: then the gaps of its machines are not free for all."""
        return any(enterprise.permutation for enterprise in self.problem.enterprises)

    def is_chain(self, line: Line) -> bool:
        """Whether precedence alone keeps the tasks of a line apart."""
        arcs = set(line.arcs)
        return all(pair in arcs for pair in zip(line.tasks, line.tasks[1:], strict=False))


def build(problem: Problem, frozen: Sequence[Assignment] = ()) -> Shop:
    """Index a problem. frozen: assignments that every plan must contain (`frozen.admitted` has looked at them).

    Raises InfeasibleError if some job has no usable plan, with the reason."""
    shop = Shop(problem, frozen={(a.job, a.operation): a for a in frozen}, calendars=_calendars(problem))
    for number, job in enumerate(problem.jobs):
        _add_job(shop, number, job)
    legs = _Legs(problem)
    for number in range(len(problem.jobs)):
        _add_heads_and_tails(shop, number, legs)
    shop.horizon = _horizon(shop, legs)
    return shop


def _add_job(shop: Shop, number: int, job: Job) -> None:
    known: dict[object, int] = {}
    members: dict[int, set[int]] = {}
    arcs: dict[tuple[int, int], set[int]] = {}
    lines: list[Line] = []
    reason: InfeasibleError | None = None
    begun, several = shop.begun.get(job.id), len(job.plans) > 1
    for plan in job.plans:
        if begun not in (None, plan.id):
            continue
        first, last = ({o.id for o in group} for group in (plan.first(), plan.last()))
        ways: dict[str, tuple[Way, ...]] = {}
        try:
            for operation in plan.operations:
                ways[operation.id] = _ways(shop, job, operation, operation.id in first, f"job {job.id}, plan {plan.id}")
        except InfeasibleError as error:
            reason = reason or error
            continue
        numbers: dict[str, int] = {}
        order = plan.topological()
        for operation in order:
            begins, ends = operation.id in first, operation.id in last
            # Of a job with one plan nothing is shared, and names are quicker to look up than modes.
            key = (operation.id, operation.modes if several else (), begins, ends)
            if key not in known:
                known[key] = len(shop.tasks)
                shop.tasks.append(
                    Task(len(shop.tasks), number, operation, frozenset(), ways[operation.id], begins, ends)
                )
            numbers[operation.id] = known[key]
            members.setdefault(known[key], set()).add(len(lines))
        pairs = tuple((numbers[a], numbers[b]) for a, b in plan.arcs())
        for pair in pairs:
            arcs.setdefault(pair, set()).add(len(lines))
        lines.append(Line(plan.id, tuple(numbers[operation.id] for operation in order), pairs))
    if not lines:
        assert reason is not None
        raise reason
    for task, inside in members.items():
        shop.tasks[task].lines = frozenset(inside)
    shop.lines.append(lines)
    shop.arcs.append({pair: frozenset(inside) for pair, inside in arcs.items()})


def _ways(shop: Shop, job: Job, operation: Operation, first: bool, where: str) -> tuple[Way, ...]:
    found = []
    frozen = shop.frozen.get((job.id, operation.id))
    for mode in operation.modes:
        if frozen is not None and mode.machine != frozen.machine:
            continue
        machine, site = shop.problem.machines[mode.machine], shop.problem.machine_site[mode.machine]
        if machine.budget is not None and mode.duration > machine.budget:
            continue
        starts = _starts(shop, machine, mode.duration, shop.arrival(job, site) if first else 0)
        if frozen is not None:
            if starts.earliest(frozen.start) != frozen.start:
                continue
            starts = exactly(frozen.start, mode.duration)
        if starts:
            found.append(Way(machine.id, site, mode.duration, mode.cost, mode.energy, mode.quality or 0, starts))
    if not found:
        raise InfeasibleError(
            "no machine can run it: its duration exceeds the budget or every availability window of each",
            where=f"{where}, operation {operation.id}",
            hint="add a machine, lengthen a window or raise a machine's budget",
        )
    return tuple(found)


def _starts(shop: Shop, machine: Machine, duration: int, least: int) -> Openings:
    """When something of a duration may start on a machine."""
    key = (shop.calendars[machine.id], duration, least)
    if key not in shop.starts:
        shop.starts[key] = Openings(key[0].holding(duration), duration, least)
    return shop.starts[key]


def _calendars(problem: Problem) -> dict[str, Calendar]:
    known: dict[object, Calendar] = {}
    for machine in problem.machines.values():
        if machine.available not in known:
            known[machine.available] = Calendar(machine.available)
    return {name: known[machine.available] for name, machine in problem.machines.items()}


class _Legs:
    """Shortest and longest leg between two sets of sites, each pair of sets looked up once."""

    def __init__(self, problem: Problem) -> None:
        self._times = None if problem.transport is None else problem.transport.time
        self._known: dict[tuple[tuple[int, ...], tuple[int, ...]], tuple[int, int]] = {}

    def between(self, earlier: Task, later: Task) -> tuple[int, int]:
        if self._times is None:
            return 0, 0
        key = (earlier.sites, later.sites)
        known = self._known.get(key)
        if known is None:
            times = [row[b] for row in [self._times[a] for a in key[0]] for b in key[1]]
            known = self._known[key] = (min(times), max(times))
        return known


def _add_heads_and_tails(shop: Shop, job_number: int, legs: _Legs) -> None:
    job = shop.problem.jobs[job_number]
    heads: dict[int, int] = {}
    tails: dict[int, int] = {}
    for line in shop.lines[job_number]:
        head = dict.fromkeys(line.tasks, 0)
        before, after = _neighbours(line.arcs)
        ends: dict[int, int] = {}
        for number in line.tasks:
            task = shop.tasks[number]
            least = max((ends[a] + legs.between(shop.tasks[a], task)[0] for a in before.get(number, ())), default=0)
            begins = [(way.starts.earliest(least), way.duration) for way in task.ways]
            known = [(start, duration) for start, duration in begins if start is not None]
            # A line that fits no calendar is left to the solver, which proves it; its head only has to be safe.
            head[number] = min((start for start, _ in known), default=least)
            ends[number] = min((start + duration for start, duration in known), default=least)
        tail: dict[int, int] = {}
        for number in reversed(line.tasks):
            task = shop.tasks[number]
            rest = [
                legs.between(task, later)[0] + later.shortest + tail[later.number]
                for later in (shop.tasks[b] for b in after.get(number, ()))
            ]
            leg = min(shop.departure(job, site) for site in task.sites) if task.last else 0
            tail[number] = max(rest, default=leg)
        for number in line.tasks:
            heads[number] = min(heads.get(number, head[number]), head[number])
            tails[number] = min(tails.get(number, tail[number]), tail[number])
    for number, value in heads.items():
        shop.tasks[number].head, shop.tasks[number].tail = value, tails[number]


def _neighbours(arcs: Iterable[tuple[int, int]]) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    before: dict[int, list[int]] = {}
    after: dict[int, list[int]] = {}
    for a, b in arcs:
        before.setdefault(b, []).append(a)
        after.setdefault(a, []).append(b)
    return before, after


def _horizon(shop: Shop, legs: _Legs) -> int:
    """A time by which some best plan has ended.

    Shift every operation of a best plan left as far as its order on machines allows: nothing gets worse. Each
    operation then starts at the opening of a window, at an arrival from the origin, or where another operation ends
    plus at most one leg. Followed backwards that is a path that meets no operation twice.
    """
    begin = max((starts[-1][0] for starts in shop.starts.values() if starts), default=0)
    begin = max(begin, *(job.release for job in shop.problem.jobs), *(a.start for a in shop.frozen.values()))
    total = begin
    for number, lines in enumerate(shop.lines):
        longest = 0
        for line in lines:
            before, _ = _neighbours(line.arcs)
            longest = max(
                longest,
                sum(
                    max(way.duration for way in shop.tasks[task].ways)
                    + max((legs.between(shop.tasks[a], shop.tasks[task])[1] for a in before.get(task, ())), default=0)
                    for task in line.tasks
                ),
            )
        total += longest
        job = shop.problem.jobs[number]
        total += max(shop.departure(job, site) for line in lines for t in line.tasks for site in shop.tasks[t].sites)
    return total
