"""What the floor means for the plan: where every operation will probably lie, and which jobs will be late.

The plan's choices stay (machines, and their order on each machine); only times move. What is over lies where it
happened, what runs ends when its duration is over (or now, if that is past), what waits starts as early as its
predecessors, its material and its machine allow, but not before its planned start: others count on that.
This is the right-shift of the literature (Abumaizar and Svestka 1997, called affected-operations rescheduling when, as
here, idle time swallows the delay).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from hanse.errors import InputError
from hanse.model.plan import Assignment, Plan
from hanse.model.problem import Job, Machine, Problem, ProcessPlan
from hanse.telemetry.floor import Floor, Progress


@dataclass(frozen=True, slots=True)
class Calendar:
    """How the problem's time counts real time. epoch: milliseconds since 1970 at time 0. unit: milliseconds of one."""

    epoch: int
    unit: int

    def __post_init__(self) -> None:
        if self.unit < 1:
            raise InputError(f"a unit of time of {self.unit} ms", where="calendar", hint="use at least 1")

    def begun(self, moment: int) -> int:
        """The problem's time of a moment, rounded down, at least 0."""
        return max(0, (moment - self.epoch) // self.unit)

    def over(self, moment: int) -> int:
        """The same, rounded up: what is over at a moment is over in all of the problem's time that follows."""
        return max(0, -((self.epoch - moment) // self.unit))


@dataclass(frozen=True, slots=True)
class Outlook:
    """A job's prospects. planned, expected: its completion. due: None for any. done: all its operations are over."""

    job: str
    planned: int
    expected: int
    due: int | None
    done: bool

    @property
    def late(self) -> int:
        """By how much it will miss its due date."""
        return 0 if self.due is None else max(0, self.expected - self.due)

    @property
    def newly_late(self) -> bool:
        """Whether the plan kept the due date and the floor does not."""
        return self.late > 0 and self.due is not None and self.planned <= self.due


@dataclass(frozen=True, slots=True)
class Forecast:
    """assignments: the plan's, with times as they were or will be, in the plan's order. frozen: operations that began
    (they cannot be planned again), as (job, operation). jobs: by job, in the problem's order."""

    now: int
    assignments: tuple[Assignment, ...]
    frozen: frozenset[tuple[str, str]]
    jobs: tuple[Outlook, ...]

    @property
    def late(self) -> tuple[Outlook, ...]:
        """Jobs that will miss their due dates, the latest first."""
        return tuple(sorted((job for job in self.jobs if job.late), key=lambda job: (-job.late, job.job)))


def forecast(
    problem: Problem,
    plan: Plan,
    floor: Floor,
    calendar: Calendar,
    now: int,
    back: Mapping[str, int] | None = None,
) -> Forecast:
    """How the plan goes on. now: milliseconds since the epoch. back: when machines that are down will run again, in the
    problem's time, where somebody has an idea.

    A machine that is down starts nothing before then, or before now, and what it runs does not end. Raises InputError
    if the plan does not answer the problem.
    """
    if plan.problem != problem.root:
        raise InputError("the plan answers another problem", where="plan", hint="give the problem it was made for")
    moment = calendar.begun(now)
    routes = _routes(problem, plan)
    lanes = {}
    for name, machine in problem.machines.items():
        runs = moment if floor.state(name) != "down" else max(moment + 1, (back or {}).get(name, 0))
        lanes[name] = _Lane(machine, runs)
    lies: dict[tuple[str, str], Assignment] = {}
    held: dict[str, int] = defaultdict(int)  # until when a job's workpiece is on some machine
    frozen: set[tuple[str, str]] = set()
    known = {at: floor.progress(at) for at in plan.assignments}

    def turn(at: Assignment) -> tuple[bool, int, int, int]:
        """What began holds its machine, whatever was planned. Then by planned start, where every operation follows all
        its predecessors; of those that start and end together by precedence."""
        return known[at] == Progress(), at.start, at.end, _level(routes, at)

    for at in sorted(plan.assignments, key=turn):
        progress, lane = known[at], lanes[at.machine]
        duration = at.end - at.start
        if progress.finished is not None:
            end = calendar.over(progress.finished)
            start = calendar.begun(progress.started) if progress.started is not None else max(0, end - duration)
            placed = at._replace(start=min(start, end), end=end)
        elif progress.started is not None:
            start = calendar.begun(progress.started)
            placed = at._replace(start=start, end=max(start + duration, lane.runs))
        else:
            ready = max(_ready(problem, routes[at.job], at, lies), at.start, lane.runs)
            if routes[at.job].job.single_workpiece:
                ready = max(ready, held[at.job])
            start = lane.earliest(ready, duration)
            placed = at._replace(start=start, end=start + duration)
        if progress != Progress():
            frozen.add((at.job, at.operation))
        lane.occupy(placed.start, placed.end)
        lies[at.job, at.operation] = placed
        held[at.job] = max(held[at.job], placed.end)
    assignments = tuple(lies[at.job, at.operation] for at in plan.assignments)
    return Forecast(moment, assignments, frozenset(frozen), _outlooks(problem, plan, routes, lies, floor))


class _Lane:
    """A machine in the forecast: operations come in planned order and never overtake each other."""

    def __init__(self, machine: Machine, runs: int) -> None:
        self.runs = runs
        self._windows = machine.available
        self._ends: list[int] | None = None if machine.capacity is None else [0] * min(machine.capacity, 1 << 16)

    def earliest(self, ready: int, duration: int) -> int:
        # An instant occupies nothing, yet cannot happen inside another operation on a machine that runs one at a time.
        if self._ends is not None and (duration or len(self._ends) == 1):
            ready = max(ready, min(self._ends))
        for begin, end in self._windows or ():
            if max(begin, ready) + duration <= end:
                return max(begin, ready)
        # After its last window the machine must work overtime: the forecast says when, the people say whether.
        return ready if self._windows is None else max(ready, self._windows[-1][1] if self._windows else 0)

    def occupy(self, start: int, end: int) -> None:
        if self._ends is not None and end > start:
            self._ends[self._ends.index(min(self._ends))] = end


@dataclass(frozen=True, slots=True)
class _Route:
    job: Job
    plan: ProcessPlan
    level: Mapping[str, int]
    before: Mapping[str, tuple[str, ...]]


def _routes(problem: Problem, plan: Plan) -> dict[str, _Route]:
    chosen = {at.job: at.plan for at in plan.assignments}
    routes = {}
    for job in problem.jobs:
        process = next((process for process in job.plans if process.id == chosen.get(job.id)), None)
        if process is None:
            continue
        before: dict[str, list[str]] = defaultdict(list)
        for earlier, later in process.arcs():
            before[later].append(earlier)
        level = {operation.id: i for i, operation in enumerate(process.topological())}
        routes[job.id] = _Route(job, process, level, {name: tuple(names) for name, names in before.items()})
    return routes


def _level(routes: Mapping[str, _Route], at: Assignment) -> int:
    try:
        return routes[at.job].level[at.operation]
    except KeyError:
        raise InputError(
            f"the problem has no operation {at.operation} in plan {at.plan} of job {at.job}", where="plan"
        ) from None


def _ready(problem: Problem, route: _Route, at: Assignment, lies: Mapping[tuple[str, str], Assignment]) -> int:
    """When the workpiece can be at the machine."""
    job, here = route.job, problem.machine_site[at.machine]
    ready = job.release
    before = route.before.get(at.operation, ())
    if not before and job.origin is not None:
        ready += problem.transport_time(problem.site_index[job.origin], here)
    for name in before:
        earlier = lies[job.id, name]
        ready = max(ready, earlier.end + problem.transport_time(problem.machine_site[earlier.machine], here))
    return ready


def _outlooks(
    problem: Problem,
    plan: Plan,
    routes: Mapping[str, _Route],
    lies: Mapping[tuple[str, str], Assignment],
    floor: Floor,
) -> tuple[Outlook, ...]:
    planned: dict[str, list[Assignment]] = defaultdict(list)
    for at in plan.assignments:
        planned[at.job].append(at)
    found = []
    for name, route in routes.items():
        was = planned[name]
        will = [lies[name, at.operation] for at in was]
        done = all(floor.progress(at).finished is not None for at in was)
        found.append(
            Outlook(name, _completion(problem, route, was), _completion(problem, route, will), route.job.due, done)
        )
    return tuple(found)


def _completion(problem: Problem, route: _Route, runs: list[Assignment]) -> int:
    if route.job.destination is None:
        return max(run.end for run in runs)
    last, there = {operation.id for operation in route.plan.last()}, problem.site_index[route.job.destination]
    return max(
        run.end + problem.transport_time(problem.machine_site[run.machine], there)
        for run in runs
        if run.operation in last
    )
