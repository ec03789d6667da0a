"""A member's day: its own jobs and machines, the plan it follows, and how that goes on after what the machines said.

Two clocks meet here. The plan counts in the problem's units from an epoch, the league in minutes since 1970; a unit is
a whole number of minutes. Times of windows are cut to whole units, so nothing is offered that is not idle.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from hanse.errors import InputError
from hanse.ledger.offers import PLACE_BITS
from hanse.model.plan import Assignment, Measures, Plan
from hanse.model.problem import Enterprise, Job, Mode, Operation, Problem, ProcessPlan
from hanse.planning.sharing.rules import Rules
from hanse.planning.sharing.windows import windows
from hanse.telemetry.floor import Floor, Progress
from hanse.telemetry.forecast import Calendar, Forecast, forecast
from hanse.telemetry.reading import FINISHED, STARTED, Reading

MINUTE = 60_000
"""Milliseconds."""

Span = tuple[int, int]
Rows = tuple[Assignment, ...]

GUEST = "work"
"""The one operation of a guest's work, as the host's machines name it: `offer 12/work`."""

_NOTHING = Measures(0, 0, 0, 0, 0, 0)


def spoken(number: int) -> str:
    """A window's number as people say it: `12`, or `3.5` for place 5 of book 3."""
    book, place = divmod(number, 1 << PLACE_BITS)
    return f"{book}.{place}" if book else str(place)


@dataclass(frozen=True, slots=True)
class Timeline:
    """epoch: minutes since 1970 at the plan's time 0. unit: minutes of one of its units."""

    epoch: int
    unit: int

    @property
    def calendar(self) -> Calendar:
        return Calendar(self.epoch * MINUTE, self.unit * MINUTE)

    def minute(self, time: int) -> int:
        """Minutes since 1970 at a time of the plan."""
        return self.epoch + time * self.unit

    def begun(self, minute: int) -> int:
        """The plan's time of a minute, rounded down."""
        return (minute - self.epoch) // self.unit

    def over(self, minute: int) -> int:
        """The same, rounded up."""
        return -((self.epoch - minute) // self.unit)


@dataclass(frozen=True, slots=True)
class Promise:
    """Time [start, end) of an own machine that a guest has."""

    number: int
    machine: str
    start: int
    end: int

    @property
    def row(self) -> Assignment:
        return Assignment(f"offer {spoken(self.number)}", GUEST, GUEST, self.machine, self.start, self.end)

    @property
    def job(self) -> Job:
        """As a job of the host's own floor."""
        work = Operation(GUEST, GUEST, (Mode(self.machine, self.end - self.start),))
        return Job(f"offer {spoken(self.number)}", (ProcessPlan(GUEST, (work,)),))


@dataclass(frozen=True)
class Shop:
    """A member with its own jobs. problem: all members of the league, this one's jobs only. silent: own machines that
    nobody tells us about; their work is believed to go as planned, like that of other members."""

    member: Enterprise
    problem: Problem
    line: Timeline
    silent: frozenset[str] = frozenset()

    @cached_property
    def own(self) -> frozenset[str]:
        """Its machines."""
        return frozenset(machine.id for machine in self.member.machines)

    def with_guests(self, promises: Iterable[Promise]) -> Problem:
        """The problem in which guests' work on its machines is work like any other."""
        jobs = [promise.job for promise in promises]
        if not jobs:
            return self.problem
        machines = tuple(
            replace(machine, services=machine.services | {GUEST}) if machine.id in self.own else machine
            for machine in self.member.machines
        )
        members = tuple(
            replace(one, machines=machines) if one.id == self.member.id else one for one in self.problem.enterprises
        )
        return replace(self.problem, enterprises=members, jobs=(*self.problem.jobs, *jobs), preferences=None)


@dataclass(frozen=True, slots=True)
class Seen:
    """The day as it is known now. forecast: of own jobs, and of guests' work that has begun. broken: promises that can
    not be kept, because own work or a machine that is down is in their way: an own job never waits for a guest. down:
    own machines that do nothing at present; back: when they will run again, as far as anybody knows. progress: what
    was told of every operation, by its name."""

    forecast: Forecast
    promises: tuple[Promise, ...]
    broken: frozenset[int]
    down: frozenset[str]
    back: Mapping[str, int]
    progress: Mapping[str, Progress]

    @property
    def now(self) -> int:
        return self.forecast.now

    @property
    def rows(self) -> Rows:
        """Of own jobs."""
        return tuple(at for at in self.forecast.assignments if at.plan != GUEST)

    @property
    def busy(self) -> Rows:
        """Everything that own machines have before them: own work and promises that stand."""
        kept = [p.row for p in self.promises if p.number not in self.broken and p.row.job not in self._seen_guests]
        return (*self.forecast.assignments, *kept)

    @property
    def _seen_guests(self) -> frozenset[str]:
        return frozenset(at.job for at in self.forecast.assignments if at.plan == GUEST)


def own_shop(problem: Problem, plan: Plan, member: str, line: Timeline, heard: Iterable[str]) -> tuple[Shop, Rows]:
    """A member's part of a problem and a plan. heard: machines that telemetry speaks of.

    Raises InputError if it is no member, has no machines, or the plan has a job half at this member.
    """
    house = next((one for one in problem.enterprises if one.id == member), None)
    if house is None or not house.machines:
        raise InputError(f'the problem has no member "{member}" with machines', where="member")
    if house.permutation:
        raise InputError("its machines keep one order of jobs, so they have no idle time for guests", where=member)
    if plan.problem != problem.root:
        raise InputError("the plan answers another problem", where="plan", hint="give the problem it was made for")
    own = {machine.id for machine in house.machines}
    here = {at.job for at in plan.assignments if at.machine in own}
    rows = tuple(at for at in plan.assignments if at.job in here)
    strangers = sorted({at.job for at in rows if at.machine not in own})
    if strangers:
        raise InputError(
            f"{member} does only a part of it", where=f"plan, job {strangers[0]}", hint="a shop's day begins at home"
        )
    jobs = tuple(job for job in problem.jobs if job.id in here) or (_none(house),)
    mine = replace(problem, jobs=jobs, preferences=None)
    return Shop(house, mine, line, frozenset(own - set(heard))), rows


def _none(house: Enterprise) -> Job:
    """In the place of the jobs of a member that has none: problems must have one. It is never planned."""
    machine = next((machine for machine in house.machines if machine.services), None)
    if machine is None:
        raise InputError("its machines offer no service", where=f"member {house.id}")
    work = Operation("none", min(machine.services), (Mode(machine.id, 0),))
    return Job("none", (ProcessPlan("none", (work,)),))


def see(
    shop: Shop,
    rows: Rows,
    promises: Sequence[Promise],
    readings: Iterable[Reading],
    now: int,
    *,
    repair: int = 0,
    grace: int = 0,
) -> Seen:
    """What the readings mean. rows: the plan of own jobs; promises: confirmed. now: milliseconds since 1970. repair:
    minutes a machine that is down is expected to be down. grace: minutes a guest's work may begin late."""
    line = shop.line
    minute = now // MINUTE
    floor = Floor.of((*rows, *(promise.row for promise in promises)))
    floor.absorb(readings)
    down = frozenset(name for name in shop.own if floor.state(name) == "down")
    begun = [p for p in promises if _begun(p, floor, rows, minute, line.minute(p.start), down)]
    problem = shop.with_guests(begun)
    followed = (*rows, *(promise.row for promise in begun))
    believed = [at for at in followed if at.machine not in shop.own or at.machine in shop.silent or at.plan == GUEST]
    progress = {f"{at.job}/{at.operation}": floor.progress(at) for at in (*rows, *(p.row for p in promises))}
    floor.absorb(_as_planned(believed, floor, line, minute))
    over = line.over(minute) + 1
    back = {name: max(over, line.over((floor.since(name) or 0) // MINUTE + repair)) for name in down}
    plan = Plan(problem.root, followed, _NOTHING, "makespan", 0, None, "none", "feasible", "shop", 0.0)
    seen = forecast(problem, plan, floor, line.calendar, now, back)
    started = {promise.number for promise in begun}
    broken = frozenset(
        promise.number
        for promise in promises
        if promise.number not in started
        and (minute > line.minute(promise.start) + grace or _in_the_way(promise, seen.assignments))
    )
    return Seen(seen, tuple(promises), broken, down, back, progress)


def tardiness(shop: Shop, seen: Forecast) -> int:
    """Weighted lateness of all own jobs, millionths."""
    weight = {job.id: job.weight for job in shop.problem.jobs}
    return sum(weight.get(job.job, 0) * job.late for job in seen.jobs)


def idle(shop: Shop, busy: Iterable[Assignment], rules: Rules, but: Iterable[str] = ()) -> dict[str, tuple[Span, ...]]:
    """Idle time of own machines. busy: all that is on them. but: machines that have none to offer."""
    left_out, found = set(but), dict[str, list[Span]]()
    here = [at for at in busy if at.machine in shop.own]
    house = replace(shop.problem, enterprises=(shop.member,), jobs=(_none(shop.member),))
    for window in windows(house, here, rules):
        if window.machine not in left_out and window.end is not None:
            found.setdefault(window.machine, []).append((window.start, window.end))
    return {machine: tuple(spans) for machine, spans in found.items()}


def _begun(promise: Promise, floor: Floor, rows: Rows, minute: int, start: int, down: frozenset[str]) -> bool:
    """Whether a guest's work is on its machine: because it says so, or because its time has come and nothing we hear of
    keeps it away."""
    if floor.progress(promise.row) != Progress():
        return True
    if minute < start or promise.machine in down:
        return False
    here = [floor.progress(at) for at in rows if at.machine == promise.machine]
    return not any(known.started is not None and known.finished is None for known in here)


def _in_the_way(promise: Promise, rows: Iterable[Assignment]) -> bool:
    return any(
        at.machine == promise.machine and at.start < promise.end and promise.start < at.end and at.end > at.start
        for at in rows
    )


def _as_planned(rows: Iterable[Assignment], floor: Floor, line: Timeline, minute: int) -> list[Reading]:
    """Beginnings and ends nobody told, of work that is believed to go as planned."""
    told = []
    for at in rows:
        known, name = floor.progress(at), f"{at.job}/{at.operation}"
        start, end = line.minute(at.start), line.minute(at.end)
        if known == Progress() and minute >= start:
            told.append(Reading("plan", at.machine, STARTED, start * MINUTE, name))
            if minute >= end:
                told.append(Reading("plan", at.machine, FINISHED, end * MINUTE, name))
    return told
