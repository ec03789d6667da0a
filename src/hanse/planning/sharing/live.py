"""Idle time shared all day: one job or one machine's hours change, and the takeovers follow within milliseconds.

What is promised: after any changes the takeovers are those of the paper's rule applied anew to everything as it is now
(`greedy.greedy`), to the last tie. Searches whose windows did not change are not repeated (`replay.py`).
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from hanse.errors import InputError
from hanse.model.plan import Assignment
from hanse.model.problem import Job, Machine, Problem
from hanse.planning.sharing import kernels
from hanse.planning.sharing.fast import room_of
from hanse.planning.sharing.floor import Floor, Span
from hanse.planning.sharing.guests import Casting, Guest, cast
from hanse.planning.sharing.replay import UNKNOWN, Stretches, replay, stain
from hanse.planning.sharing.rules import Rules
from hanse.planning.sharing.tables import (
    SPARE,
    Ints,
    copy_machine,
    joined,
    places_of_one,
    scratch_of,
    state_of,
    tables_of,
    with_guest,
)
from hanse.planning.sharing.windows import OPEN

Rows = tuple[Assignment, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What a change of one job or machine did. moved: jobs that take other places than before, with their rows now;
    home: jobs that took windows before and no longer do. asked: searches that were made."""

    moved: Mapping[str, Rows]
    home: frozenset[str]
    asked: int


class Sharing:
    """A league that shares. staying: jobs that are not asked, late or not, because they are on the road for example.
    Raises InputError as `guests.cast` does; the plan is trusted to be feasible."""

    def __init__(
        self,
        problem: Problem,
        assignments: Iterable[Assignment],
        rules: Rules | None = None,
        staying: Collection[str] = (),
    ) -> None:
        rules, rows = rules or Rules(), tuple(assignments)
        played = cast(problem, rows, rules, staying)
        self.floor = Floor(problem, rows, rules)
        """What every machine does while nobody takes a window."""
        self._casting, self._rows = Casting(problem, rules), dict(played.rows)
        self._number = {job.id: i for i, job in enumerate(problem.jobs)}
        self._build(list(played.guests))

    @property
    def guests(self) -> tuple[Guest, ...]:
        """The late jobs that may move, by due date."""
        return tuple(self._guests[g] for _, _, g in self._queue)

    @property
    def moved(self) -> dict[str, Rows]:
        """The jobs that take windows, with their rows now."""
        return {self._guests[g].job.id: self._taken(g) for _, _, g in self._queue if self._end.moved[g]}

    @property
    def tardiness(self) -> int:
        """Weighted tardiness of the late jobs that may move, millionths."""
        asked = self._order()
        late = np.maximum(self._end.completion[asked] - self._tables.due[asked], 0)
        return int((self._tables.weight[asked] * late).sum())

    def change(self, job: Job, rows: Sequence[Assignment]) -> Change:
        """A job is not what it was, or not planned where it was, or new: share again. job: as it is now; a slower
        machine shows in its modes. rows: where its member plans it now. Raises InputError, and changes nothing, for
        rows that do not fit the job, lie outside a machine's hours or run into another job's."""
        self._check(job, rows)
        self._number.setdefault(job.id, len(self._number))
        guest = self._casting.guest(self._number[job.id], job, rows)
        return self._replace(job.id, guest if isinstance(guest, Guest) else None, tuple(rows))

    def remove(self, job: str) -> Change:
        """A job is done or called off. Raises InputError for one that is not here."""
        if job not in self._rows:
            raise InputError("no such job shares here", where=f"job {job}")
        return self._replace(job, None, ())

    def hours(self, machine: Machine) -> Change:
        """A machine's availability is now this one's; the rest of it is as before. Raises InputError, and changes
        nothing, for an unknown machine or if work is planned in hours that close."""
        m = self._machine(machine.id, f"machine {machine.id}")
        calendar = ((0, OPEN),) if machine.available is None else machine.available
        for start, end, job in self.floor.busy[m]:
            if not _within(calendar, start, end):
                raise InputError(
                    f"job {job} is planned there in [{start}, {end})",
                    where=f"machine {machine.id}, available",
                    hint="plan it elsewhere first",
                )
        self.floor.calendar[m] = calendar
        self.floor.refresh(m)
        anew = self._none()
        anew.all(m)
        return self._share({m}, None, anew)

    def _build(self, guests: list[Guest]) -> None:
        """Arrays with room to grow, and everybody asked."""
        self._guests = guests
        self._live = {guest.job.id: g for g, guest in enumerate(guests)}
        self._queue = sorted((guest.job.due or 0, guest.number, g) for g, guest in enumerate(guests))
        self._tables = tables_of(self.floor, guests)
        spare = SPARE
        asked = kernels.FULL
        while asked == kernels.FULL:
            self._home = self._end = state_of(self.floor, guests, self._tables, spare)
            self._turns = np.full(len(guests), UNKNOWN, dtype=np.int64)
            asked = self._run(self._none())
            spare *= 4

    def _replace(self, job: str, guest: Guest | None, rows: Rows) -> Change:
        """The job is now this guest, or none, and planned there."""
        before = self._rows.pop(job, ())
        touched = self.floor.replan(job, before, rows)
        known, taken = self._live.pop(job, None), Rows()
        if known is not None:
            self._queue.remove((self._guests[known].job.due or 0, self._guests[known].number, known))
            taken = self._taken(known) if self._end.moved[known] else ()
        if rows:
            self._rows[job] = rows
        if guest is not None:
            self._live[job] = len(self._guests)
            insort(self._queue, (guest.job.due or 0, guest.number, len(self._guests)))
            self._guests.append(guest)
        differ = self._none()
        if not self.floor.rules.tails:  # where offers end may have moved
            for m in touched:
                differ.all(m)
        change = self._share(touched, guest, differ, (*before, *taken, *rows))
        if taken and change.moved.get(job) == taken:
            return replace(change, moved={name: at for name, at in change.moved.items() if name != job})
        if taken and rows and job not in change.moved:
            return replace(change, home=change.home | {job})
        return change

    def _share(
        self, touched: set[int], guest: Guest | None, differ: Stretches, stained: Iterable[Assignment] = ()
    ) -> Change:
        """Bring the arrays in line with the floor, run the rule, and say who is elsewhere now."""
        was = self._end
        more = () if guest is None else (guest,)
        self._tables = joined(self._tables, tables_of(self.floor, more))
        if guest is not None:
            self._home, was = with_guest(self._home, guest, self.floor), with_guest(was, guest, self.floor)
            self._turns = np.append(self._turns, UNKNOWN)
        self._end = was
        asked = kernels.FULL
        if all(copy_machine(self.floor, m, self._live, self._home) for m in touched):
            for at in stained:
                stain(self._home, self.floor.number[at.machine], at.start, at.end, differ)
            asked = self._run(differ)
        if asked == kernels.FULL or len(self._guests) > 2 * len(self._queue) + 1000:
            before = {name: self._taken(g) for name, g in self._live.items() if was.moved[g]}
            self._build([self._guests[g] for _, _, g in sorted(self._queue, key=lambda entry: entry[1])])
            after = self.moved
            changed = {name: rows for name, rows in after.items() if before.get(name) != rows}
            return Change(changed, frozenset(before.keys() - after.keys()), len(self._queue))
        end, first = self._end, self._tables.first_step
        other = (was.at_start != end.at_start) | (was.at_way != end.at_way)
        changed_guests = np.unique(np.searchsorted(first, np.flatnonzero(other), side="right") - 1).tolist()
        names = {g: self._guests[g].job.id for g in changed_guests if self._live.get(self._guests[g].job.id) == g}
        moved = {name: self._taken(g) for g, name in names.items() if end.moved[g]}
        return Change(moved, frozenset(name for g, name in names.items() if not end.moved[g]), asked)

    def _run(self, differ: Stretches) -> int:
        """The rule from everybody at home. differ: where there may be more or less idle time than last time. How many
        searches, or FULL, and then nothing is as it should be."""
        state, x = self._home.copy(), scratch_of(self._tables)
        both = differ, differ._replace(bits=differ.bits.copy())
        order = self._order()
        asked: int = replay(self._tables, state, x, order, room_of(self._tables), self._end, self._turns, *both)
        self._end = state
        return asked

    def _order(self) -> Ints:
        return np.fromiter((g for _, _, g in self._queue), dtype=np.int64, count=len(self._queue))

    def _none(self) -> Stretches:
        return Stretches.none(len(self.floor.busy), max((own[-1][1] for own in self.floor.busy if own), default=0))

    def _taken(self, g: int) -> Rows:
        places = places_of_one(self._guests[g], g, self._tables, self._end)
        return self._guests[g].assignments(places, self.floor.names)

    def _machine(self, name: str, where: str) -> int:
        if name not in self.floor.number:
            raise InputError(f'unknown machine "{name}"', where=where)
        return self.floor.number[name]

    def _check(self, job: Job, rows: Sequence[Assignment]) -> None:
        """That the rows are a way to make the job, in hours, where nobody else is."""
        where = f"job {job.id}"
        plan = next((plan for plan in job.plans if all(at.plan == plan.id for at in rows)), None)
        if plan is None or sorted(at.operation for at in rows) != sorted(operation.id for operation in plan.operations):
            raise InputError("its rows are not the operations of one of its plans", where=where)
        modes = {(o.id, mode.machine): mode.duration for o in plan.operations for mode in o.modes}
        for i, at in enumerate(rows):
            place = f"{where}, operation {at.operation}"
            m = self._machine(at.machine, place)
            if at.job != job.id or modes.get((at.operation, at.machine)) != at.end - at.start:
                raise InputError(f"[{at.start}, {at.end}) on {at.machine} is none of its modes", where=place)
            if not _within(self.floor.calendar[m], at.start, at.end):
                raise InputError(f"{at.machine} is closed at some time in [{at.start}, {at.end})", where=place)
            others = [(a, b, name) for a, b, name in self.floor.busy[m] if name != job.id]
            others += [(b.start, b.end, job.id) for b in rows[:i] if b.machine == at.machine]
            for a, b, name in others if self.floor.capacity[m] == 1 else ():
                if a < at.end and at.start < b:
                    raise InputError(f"job {name} is planned on {at.machine} in [{a}, {b})", where=place)


def _within(calendar: Sequence[Span], start: int, end: int) -> bool:
    """Whether an operation lies in one of the hours."""
    return any(opens <= start and end <= shuts for opens, shuts in calendar)
