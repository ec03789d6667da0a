"""The floor itself: discrete events, by a heap of moments at which something may happen.

Every machine keeps the plan's order of its *own* operations, as in `telemetry.forecast`: none begins before its planned
start, before its workpiece is there, out of turn, or on a machine that is down. A *guest* (an operation of a job that
takes idle time, from the first step that went elsewhere on) is in nobody's turn: it is begun in its window if no own
operation can be, and set aside the moment an own one can. What was done of it stays done. So own operations run as if
there were no guests, and as what leaves a machine only lets the others come earlier, no job that stays at home is later
for the sharing of others, whatever goes wrong.

What it says are the readings of docs/telemetry.md, and `Operation/Paused`, `Operation/Resumed` for guests set aside.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import pairwise
from typing import NamedTuple

from hanse.errors import InputError
from hanse.lab.floor.pace import FULL, Pace
from hanse.lab.floor.trouble import Trouble
from hanse.model.plan import Assignment
from hanse.model.problem import Job, Machine, Problem
from hanse.telemetry.reading import FINISHED, STARTED, STATE, Value

PAUSED, RESUMED = "Operation/Paused", "Operation/Resumed"
"""Metrics: a guest made way for its host's own work, and goes on."""


class Event(NamedTuple):
    """What a machine says at a moment of the problem's time."""

    moment: int
    machine: str
    metric: str
    value: Value


@dataclass(slots=True, eq=False)
class Task:
    """One operation on the floor. at: where and when it is planned, or agreed with a host. turn: its place in the order
    of its machine. before: what it waits for; behind: what has the single workpiece before it; last: whether nothing
    waits for it; after: whom its end may wake. guest: see above. decided: when it was last sent where it goes. left:
    work to do, hundredths; since: when it was last begun or resumed, ends: when it will be done, if nobody needs the
    machine; both None while it does not run."""

    at: Assignment
    machine: int
    turn: tuple[int, int, int, int]
    before: tuple[Task, ...]
    job: Job
    last: bool
    behind: Task | None = None
    guest: bool = False
    decided: int = 0
    left: int = 0
    started: int | None = None
    finished: int | None = None
    since: int | None = None
    ends: int | None = None
    after: list[Task] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.at.job}/{self.at.operation}"

    @property
    def duration(self) -> int:
        return self.at.end - self.at.start


@dataclass(slots=True)
class Lane:
    """A machine. queue: its own operations by turn; head: the first that has not begun. running: own ones; guests: all
    that are not finished; guest: the one that runs. said: the state it told last."""

    machine: Machine
    site: int
    pace: Pace
    queue: list[Task] = field(default_factory=list)
    head: int = 0
    running: list[Task] = field(default_factory=list)
    guests: list[Task] = field(default_factory=list)
    guest: Task | None = None
    said: str = "idle"


class Stretch(NamedTuple):
    """A machine worked on an operation in [start, end)."""

    task: str
    machine: str
    start: int
    end: int


class Shop:
    """A floor that plays a plan. Step through it with `step`, or `play` it to its end."""

    def __init__(self, problem: Problem, rows: Iterable[Assignment], trouble: Trouble) -> None:
        """Raises InputError for rows of jobs, operations or machines that the problem does not have."""
        self.problem = problem
        self.lanes = [
            Lane(machine, problem.machine_site[name], trouble.pace(name)) for name, machine in problem.machines.items()
        ]
        self.number = {name: i for i, name in enumerate(problem.machines)}
        self.jobs = {job.id: job for job in problem.jobs}
        self.tasks: dict[str, list[Task]] = {}
        self.stretches: list[Stretch] = []
        self.done: dict[str, int] = {}
        """When each job that is done was delivered."""
        self.now = 0
        self._heap: list[tuple[int, int]] = []
        self._rush = list(trouble.rush)
        self._events: list[Event] = []
        by_job: dict[str, list[Assignment]] = defaultdict(list)
        for at in rows:
            by_job[at.job].append(at)
        for job, own in by_job.items():
            if job not in self.jobs:
                raise InputError(f'unknown job "{job}"', where="plan", hint="give the problem the plan was made for")
            self._enter(self.jobs[job], own)
        for lane in self.lanes:
            lane.queue.sort(key=_turn)
        for m, lane in enumerate(self.lanes):
            self._wake(0, m)
            for edge in lane.pace.edges:
                self._wake(edge, m)
        for rush in self._rush:
            self._wake(rush.moment, -1)

    # --- looking ------------------------------------------------------------------------------------------------------

    @property
    def next(self) -> int | None:
        """The next moment at which something may happen; None when all is over."""
        return self._heap[0][0] if self._heap and len(self.done) < len(self.tasks) + len(self._rush) else None

    def play(self) -> Iterator[Event]:
        """Everything that is still to happen."""
        while self.next is not None:
            yield from self.step()

    def completion(self, job: str) -> int:
        """When a job that is done was delivered."""
        return self.done[job]

    def tardiness(self) -> int:
        """Weighted, of all jobs that are done, millionths."""
        return sum(late(self.jobs[name], done) for name, done in self.done.items())

    def ready(self, task: Task, ends: dict[int, int] | None = None) -> int | None:
        """When the workpiece can be at a task's machine; None if what it waits for is not over. ends: expected ends by
        the id of the task, for those that are not."""
        site, job = self.lanes[task.machine].site, task.job
        ready = max(job.release, task.decided)
        if not task.before and job.origin is not None:
            ready += self.problem.transport_time(self.problem.site_index[job.origin], site)
        for other in task.before:
            end = other.finished
            if end is None:
                if ends is None:
                    return None
                end = ends[id(other)]
            leg = self.problem.transport_time(self.lanes[other.machine].site, site)
            ready = max(ready, max(end, task.decided) + leg)
        if task.behind is not None:
            end = task.behind.finished
            if end is None and ends is not None:
                end = ends[id(task.behind)]
            return None if end is None else max(ready, end)
        return ready

    def under_way(self, job: str) -> bool:
        """Whether a workpiece is on the road to a guest's machine: sent so that it comes just in time. Such a job stays
        as agreed."""
        for task in self.tasks[job]:
            if task.guest and task.started is None:
                ready = self.ready(task)
                if ready is None:
                    continue
                leg = ready - max((task.decided, task.job.release, *(other.finished or 0 for other in task.before)))
                if leg and self.now >= task.at.start - leg:
                    return True
        return False

    # --- changing -----------------------------------------------------------------------------------------------------

    def replan(self, job: str, rows: Sequence[Assignment]) -> None:
        """These operations of a job are to be made so, as guests: all from the first that goes elsewhere on. What has
        begun is not touched. Raises InputError for operations the job does not have."""
        tasks = {task.at.operation: task for task in self.tasks[job]}
        for at in rows:
            task = tasks.get(at.operation)
            if task is None or at.machine not in self.number:
                raise InputError("no such operation or machine", where=f"job {job}, operation {at.operation}")
            if task.started is None and not (task.guest and task.at == at):
                self._send(task, at)

    def _send(self, task: Task, at: Assignment) -> None:
        lane = self.lanes[task.machine]
        if task.guest:
            lane.guests.remove(task)
        else:
            lane.queue.remove(task)  # it has not begun, so it lies at or behind the head
            self._wake(self.now, task.machine)
        if task.at.machine != at.machine or at.start < task.at.start or not task.guest:
            task.decided = self.now
        task.at, task.machine, task.guest = at, self.number[at.machine], True
        task.left = FULL * (at.end - at.start)
        self.lanes[task.machine].guests.append(task)
        self._wake(max(self.now, at.start), task.machine)
        self._wake_for(task)

    def _enter(self, job: Job, rows: Sequence[Assignment]) -> None:
        """A job's operations come onto the floor, in the order of their machines."""
        plan = next((plan for plan in job.plans if plan.id == rows[0].plan), None)
        named = {at.operation: at for at in rows}
        if plan is None or named.keys() != {operation.id for operation in plan.operations}:
            raise InputError("its rows are not the operations of one of its plans", where=f"job {job.id}")
        made: dict[str, Task] = {}
        last = {operation.id for operation in plan.last()}
        for level, operation in enumerate(plan.topological()):
            at = named[operation.id]
            if at.machine not in self.number:
                raise InputError(f'unknown machine "{at.machine}"', where=f"job {job.id}, operation {operation.id}")
            before = tuple(made[name] for name in dict.fromkeys(operation.after))
            turn = at.start, at.end, len(self.tasks), level
            task = Task(at, self.number[at.machine], turn, before, job, operation.id in last)
            task.left = FULL * task.duration
            made[operation.id] = task
            for other in before:
                other.after.append(task)
            self.lanes[task.machine].queue.append(task)
        tasks = sorted(made.values(), key=_turn)
        if job.single_workpiece:  # in the order of the plan
            for one, other in pairwise(tasks):
                other.behind = one
                one.after.append(other)
        self.tasks[job.id] = tasks
        self.jobs[job.id] = job

    # --- time goes on -------------------------------------------------------------------------------------------------

    def step(self) -> list[Event]:
        """All that happens at the next moment. Nothing if all is over."""
        self._events = []
        if self.next is None:
            return []
        self.now = self._heap[0][0]
        while self._heap and self._heap[0][0] == self.now:
            awake = set()
            while self._heap and self._heap[0][0] == self.now:
                awake.add(heappop(self._heap)[1])
            if -1 in awake:
                awake.remove(-1)
                awake |= self._arrive()
            for m in sorted(awake):
                self._finish(m)
            for m in sorted(awake):
                self._dispatch(m)
                self._tell(m)
        return self._events

    def until(self, moment: int) -> list[Event]:
        """All that happens up to and at a moment, which is now then."""
        events: list[Event] = []
        while (upcoming := self.next) is not None and upcoming <= moment:
            events += self.step()
        self.now = moment
        return events

    def _arrive(self) -> set[int]:
        """Rush orders come in: each takes its place before everything that was planned to begin later."""
        awake = set()
        while self._rush and self._rush[0].moment <= self.now:
            rush = self._rush.pop(0)
            machines = {self.number[at.machine] for at in rush.rows}
            for m in machines:
                del self.lanes[m].queue[: self.lanes[m].head]  # what began is over for the order
                self.lanes[m].head = 0
            self._enter(rush.job, rush.rows)
            for m in machines:
                self.lanes[m].queue.sort(key=_turn)
            awake |= machines
        return awake

    def _finish(self, m: int) -> None:
        lane = self.lanes[m]
        for task in [task for task in lane.running if task.ends == self.now]:
            lane.running.remove(task)
            self._over(task, lane)
        guest = lane.guest
        if guest is not None and guest.ends == self.now:
            lane.guests.remove(guest)
            lane.guest = None
            self._over(guest, lane)

    def _over(self, task: Task, lane: Lane) -> None:
        assert task.since is not None
        self.stretches.append(Stretch(task.name, lane.machine.id, task.since, self.now))
        task.finished, task.left, task.since = self.now, 0, None
        self._say(lane, FINISHED, task.name)
        for other in task.after:
            self._wake_for(other)
        own = self.tasks[task.at.job]
        if all(other.finished is not None for other in own):
            self.done[task.at.job] = max(
                delivered(self.problem, task.job, self.lanes[other.machine].site, other.finished or 0)
                for other in own
                if other.last
            )

    def _dispatch(self, m: int) -> None:
        """Begin what can begin: own operations in their turn, then one guest."""
        lane = self.lanes[m]
        while lane.head < len(lane.queue):
            task = lane.queue[lane.head]
            room = lane.machine.capacity is None or len(lane.running) < lane.machine.capacity
            if not (room or (task.duration == 0 and lane.machine.capacity != 1)):
                break
            earliest = self._earliest(task, lane)
            if earliest is None:
                break
            if earliest > self.now:
                self._wake(earliest, m)
                break
            if lane.pace.stands(self.now):
                break
            self._set_aside(lane)
            lane.head += 1
            lane.running.append(task)
            self._begin(task, lane, m, STARTED)
        if lane.guests and not lane.running and not lane.pace.stands(self.now):
            self._host(lane, m)

    def _host(self, lane: Lane, m: int) -> None:
        """The machine is free for a guest: one in its window first, then who missed theirs, by window."""
        best: tuple[tuple[bool, int, int, str], Task] | None = None
        for task in lane.guests:
            ready = self.ready(task) if task.started is None else task.started
            if ready is None or max(ready, task.at.start) > self.now:
                continue
            if task is not lane.guest:
                opens = opening(lane.machine, self.now, task.left // FULL if task.started is None else 0)
                if opens > self.now:
                    self._wake(opens, m)
                    continue
            rank = (self.now >= task.at.end, task.at.start, task.at.end, task.name), task
            if best is None or rank[0] < best[0]:
                best = rank
        if best is None or best[1] is lane.guest:
            return
        self._set_aside(lane)
        lane.guest = best[1]
        self._begin(best[1], lane, m, STARTED if best[1].started is None else RESUMED)
        self._wake(max(self.now + 1, best[1].at.end), m)

    def _set_aside(self, lane: Lane) -> None:
        guest = lane.guest
        if guest is None or guest.since is None:
            return
        guest.left = max(0, guest.left - lane.pace.done(guest.since, self.now))
        if self.now > guest.since:
            self.stretches.append(Stretch(guest.name, lane.machine.id, guest.since, self.now))
        guest.since = guest.ends = lane.guest = None
        self._say(lane, PAUSED, guest.name)

    def _begin(self, task: Task, lane: Lane, m: int, metric: str) -> None:
        task.started = self.now if task.started is None else task.started
        task.since = self.now
        task.ends = lane.pace.finish(self.now, task.left)
        self._say(lane, metric, task.name)
        self._wake(task.ends, m)

    def _earliest(self, task: Task, lane: Lane) -> int | None:
        """When an own operation can begin, but for the machine."""
        ready = self.ready(task)
        return None if ready is None else opening(lane.machine, max(ready, task.at.start), task.duration)

    def _wake_for(self, task: Task) -> None:
        ready = self.ready(task)
        if ready is not None:
            self._wake(max(self.now, ready), task.machine)

    def _wake(self, moment: int, m: int) -> None:
        heappush(self._heap, (max(moment, self.now), m))

    def _tell(self, m: int) -> None:
        """The state of a machine, if it is another than before."""
        lane = self.lanes[m]
        busy = lane.running or lane.guest is not None
        state = "down" if lane.pace.stands(self.now) else "running" if busy else "idle"
        if state != lane.said:
            lane.said = state
            self._say(lane, STATE, state)

    def _say(self, lane: Lane, metric: str, value: str) -> None:
        self._events.append(Event(self.now, lane.machine.id, metric, value))


def opening(machine: Machine, ready: int, duration: int) -> int:
    """First moment from `ready` on at which an operation fits into the machine's hours. After the last of them it works
    overtime, as in the forecast: no floor leaves its work undone for ever."""
    for begin, end in machine.available or ():
        if max(begin, ready) + duration <= end:
            return max(begin, ready)
    return ready if not machine.available else max(ready, machine.available[-1][1])


def delivered(problem: Problem, job: Job, site: int, end: int) -> int:
    """When what is ready at a site reaches the job's destination."""
    return end if job.destination is None else end + problem.transport_time(site, problem.site_index[job.destination])


def late(job: Job, done: int) -> int:
    """Weighted tardiness of a job done then, millionths."""
    return 0 if job.due is None else job.weight * max(0, done - job.due)


def _turn(task: Task) -> tuple[int, int, int, int]:
    return task.turn
