"""How the floor will go on, as far as anyone there can know: not when a breakdown ends, nor how slow a machine is.

An operation that runs is expected to take its duration and the time the machine stood still meanwhile; one that is
overdue a quarter of its duration more, again and again. A machine that is down is expected to be repaired `repair`
after the breakdown, and if that is past half of that from now. What waits comes as `shop.Shop` would begin it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter

from hanse.lab.floor.pace import FULL, Span
from hanse.lab.floor.shop import Lane, Shop, Task, delivered, opening
from hanse.model.plan import Assignment


@dataclass(frozen=True, slots=True)
class Outlook:
    """rows: of every job that is not done, as it was or is expected, by job. displaced: jobs whose guests cannot have
    what was agreed, and lie later now. due_back: when the first of the machines that are down is expected to be
    repaired; None if none is."""

    rows: dict[str, tuple[Assignment, ...]]
    displaced: frozenset[str]
    due_back: int | None


def outlook(shop: Shop, repair: int) -> Outlook:
    """The rest of the plan if nothing more goes wrong. repair: time units a breakdown usually lasts."""
    return _Looking(shop, max(1, repair)).looked()


class _Looking:
    def __init__(self, shop: Shop, repair: int) -> None:
        self.shop, self.now = shop, shop.now
        self.ends: dict[int, int] = {}
        self.starts: dict[int, int] = {}
        self.doubts: list[int] = []
        self.back = [self._back(lane, repair) for lane in shop.lanes]
        self.busy: list[list[Span]] = [[] for _ in shop.lanes]
        self.displaced: set[str] = set()

    def looked(self) -> Outlook:
        shop = self.shop
        waiting: list[Task] = []
        free = [[0] * min(lane.machine.capacity or 0, 1 << 16) for lane in shop.lanes]
        for m, lane in enumerate(shop.lanes):
            for i, task in enumerate(lane.running):
                self._place(task, task.started or 0, self._running(task, lane, m), m)
                if free[m]:
                    free[m][i % len(free[m])] = self.ends[id(task)]
            waiting += lane.queue[lane.head :]
        waiting.sort(key=attrgetter("turn"))
        for task in waiting:
            self._own(task, free[task.machine])
        for spans in self.busy:
            spans.sort()
        for task in sorted((task for lane in shop.lanes for task in lane.guests), key=_by_promise):
            self._guest(task)
        rows = {
            job: tuple([self._row(task) for task in tasks]) for job, tasks in shop.tasks.items() if job not in shop.done
        }
        return Outlook(rows, frozenset(self.displaced), min(self.doubts, default=None))

    def _back(self, lane: Lane, repair: int) -> int:
        """Until when a machine is expected to be down; now if it is not."""
        if not lane.pace.stands(self.now):
            return self.now
        since = lane.pace.down_since(self.now)
        back = since + repair if since + repair > self.now else self.now + max(1, repair // 2)
        self.doubts.append(back)
        return back

    def _running(self, task: Task, lane: Lane, m: int) -> int:
        """When a task that runs will be done."""
        assert task.since is not None
        need = -(-task.left // FULL)
        end = task.since + need + lane.pace.stood(task.since, self.now)
        if lane.pace.stands(self.now):
            return max(end + self.back[m] - self.now, self.back[m] + 1)
        if end <= self.now:
            end = self.now + max(1, task.duration // 4)
        return end

    def _own(self, task: Task, free: list[int]) -> None:
        m = task.machine
        machine = self.shop.lanes[m].machine
        ready = self.shop.ready(task, self.ends)
        assert ready is not None
        start = max(ready, task.at.start, self.back[m])
        bound = bool(free) and (task.duration > 0 or machine.capacity == 1)
        if bound:
            start = max(start, min(free))
        start = opening(machine, start, task.duration)
        self._place(task, start, start + task.duration, m)
        if bound:
            free[free.index(min(free))] = start + task.duration

    def _guest(self, task: Task) -> None:
        m = task.machine
        lane = self.shop.lanes[m]
        if task.since is not None:
            self._place(task, task.started or 0, self._running(task, lane, m), m)
            self.busy[m].sort()
            return
        if task.started is not None:  # set aside: it goes on wherever there is time
            left, end = -(-task.left // FULL), self.back[m]
            for start, stop in self._gaps(m, self.back[m]):
                worked = min(left, stop - start)
                left, end = left - worked, start + worked
                if not left:
                    break
            self._place(task, task.started, max(end, self.now + 1), m)
            self.busy[m].sort()
            return
        ready = self.shop.ready(task, self.ends)
        assert ready is not None
        earliest = max(ready, task.at.start, self.back[m])
        start = next(
            begin
            for a, b in self._gaps(m, earliest)
            if (begin := opening(lane.machine, a, task.duration)) + task.duration <= b
        )
        if start != task.at.start:
            self.displaced.add(task.at.job)
        self._place(task, start, start + task.duration, m)
        self.busy[m].sort()

    def _gaps(self, m: int, moment: int) -> Iterator[Span]:
        """Where a machine is free from a moment on; the last gap has no end."""
        for start, end in self.busy[m]:
            if start > moment:
                yield moment, start
            moment = max(moment, end)
        yield moment, 1 << 60

    def _place(self, task: Task, start: int, end: int, m: int) -> None:
        self.starts[id(task)], self.ends[id(task)] = start, end
        if end > self.now:
            self.busy[m].append((start, end))

    def _row(self, task: Task) -> Assignment:
        return was(task) if task.finished is not None else self._at(task, self.starts[id(task)], self.ends[id(task)])

    @staticmethod
    def _at(task: Task, start: int, end: int) -> Assignment:
        at = task.at
        if (at.start, at.end) == (start, end):
            return at
        return Assignment(at.job, at.plan, at.operation, at.machine, start, end)


def was(task: Task) -> Assignment:
    """Where a task that is over lay."""
    assert task.started is not None
    assert task.finished is not None
    return task.at._replace(start=task.started, end=task.finished)


def completion(shop: Shop, rows: tuple[Assignment, ...]) -> int:
    """When a job with these rows is delivered."""
    job = shop.jobs[rows[0].job]
    return max(delivered(shop.problem, job, shop.lanes[shop.number[at.machine]].site, at.end) for at in rows)


def _by_promise(task: Task) -> tuple[bool, int, int, int, int]:
    """What was begun first; then by what was agreed, steps of a job in their order."""
    return task.started is None, task.at.start, task.at.end, *task.turn[2:]
