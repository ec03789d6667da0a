"""What every machine does, and what of it is idle: the shop floors of all members while jobs are moved about.

Plain Python. It carries small questions, single changes and explanations, and is the clear twin of `kernels.py`, which
does the same on arrays for thousands of jobs.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Sequence
from copy import copy

from hanse.model.plan import Assignment
from hanse.model.problem import Problem
from hanse.planning.sharing.guests import Legs, Place
from hanse.planning.sharing.rules import Rules
from hanse.planning.sharing.windows import OPEN, offers

Busy = tuple[int, int, str]
"""(start, end, job) of an operation."""

Span = tuple[int, int]


def idle_of(busy: Sequence[Busy], calendar: Sequence[Span], closes: int, rules: Rules) -> list[Span]:
    """Windows of one machine. busy: by start. calendar: its availability. closes: when its offers end."""
    found: list[Span] = []
    for opens, shuts in calendar:
        free, last = max(opens, rules.now), min(shuts, closes)
        for start, end, _ in busy:
            until = min(start - rules.setup, last)
            if until - free >= rules.least:
                found.append((free, until))
            free = max(free, end + rules.setup)
        if last - free >= rules.least:
            found.append((free, last))
    return found


class Floor:
    """Machines by number. `idle[m]` is always what `busy[m]` leaves."""

    def __init__(self, problem: Problem, assignments: Iterable[Assignment], rules: Rules) -> None:
        self.rules, self.legs = rules, Legs(problem)
        machines = list(problem.machines.values())
        self.names = [machine.id for machine in machines]
        self.number = {name: i for i, name in enumerate(self.names)}
        self.busy: list[list[Busy]] = [[] for _ in machines]
        for at in assignments:
            self.busy[self.number[at.machine]].append((at.start, at.end, at.job))
        for entries in self.busy:
            entries.sort()
        self.capacity = [machine.capacity for machine in machines]
        self.offered = [offers(machine) for machine in machines]
        self.calendar = [((0, OPEN),) if m.available is None else m.available for m in machines]
        self.closes = [self._closes(entries) for entries in self.busy]
        self.idle: list[list[Span]] = [[] for _ in machines]
        for machine in range(len(machines)):
            self.refresh(machine)

    def _closes(self, entries: list[Busy]) -> int:
        """Where what is offered ends. Without tails at the last operation of the plan as it was given: it does not come
        nearer when that one moves away."""
        last = OPEN if self.rules.horizon is None else self.rules.horizon
        return last if self.rules.tails else min(last, max((end for _, end, _ in entries), default=self.rules.now))

    def refresh(self, machine: int) -> None:
        """Work out anew what is idle on a machine."""
        if self.offered[machine]:
            busy, calendar = self.busy[machine], self.calendar[machine]
            self.idle[machine] = idle_of(busy, calendar, self.closes[machine], self.rules)

    def copy(self) -> Floor:
        """The same floor once more, to work on."""
        other = copy(self)
        other.busy, other.idle = [list(entries) for entries in self.busy], [list(spans) for spans in self.idle]
        return other

    def lift(self, job: str, places: Iterable[Place]) -> None:
        """Take these of a job's operations off their machines."""
        for at in places:
            self.busy[at.way.machine].remove((at.start, at.end, job))
            self.refresh(at.way.machine)

    def put(self, job: str, places: Iterable[Place]) -> None:
        """Put operations of a job on their machines."""
        for at in places:
            insort(self.busy[at.way.machine], (at.start, at.end, job))
            self.refresh(at.way.machine)

    def replan(self, job: str, before: Iterable[Assignment], after: Iterable[Assignment]) -> set[int]:
        """The present plan itself changes: a job has the rows `after` instead of `before`. On which machines."""
        touched = set()
        for at in before:
            touched.add(m := self.number[at.machine])
            self.busy[m].remove((at.start, at.end, job))
        for at in after:
            touched.add(m := self.number[at.machine])
            insort(self.busy[m], (at.start, at.end, job))
        for m in touched:
            self.closes[m] = self._closes(self.busy[m])
            self.refresh(m)
        return touched

    def fit(self, machine: int, ready: int, duration: int) -> int:
        """First start ≥ ready at which an operation lies in an idle window, OPEN if there is none."""
        idle = self.idle[machine]
        for start, end in idle[bisect_left(idle, ready, key=_end) :]:
            begin = max(start, ready)
            if begin + duration <= end:
                return begin
        return OPEN

    def holders(self, machine: int, start: int, end: int) -> list[str]:
        """Jobs that keep [start, end) from being free, margins included, in their order."""
        low, high = start - self.rules.setup, end + self.rules.setup
        entries = self.busy[machine]
        return [job for a, b, job in entries[: bisect_right(entries, (high, OPEN, ""))] if a < high and b > low]


def _end(span: Span) -> int:
    return span[1]
