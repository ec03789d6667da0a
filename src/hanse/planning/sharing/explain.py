"""What became of every late job: where it went, or what keeps it at home.

Who stays is told the first thing that, were it otherwise and nothing else, would let it move; these are tried in turn:

    service     a step that no other offered machine can run
    quality     machines that would do, but not as well as the job asks
    budget      windows that fit, at more than the job may cost
    transport   windows that fit, were the way there and back no time
    taken       windows that other late jobs took
    late        windows from which the job is done no earlier than at home, or, if the rules ask for that, not in time
    short       no window long enough, however late

(A job whose tardiness has no weight is `weightless`: it could move, and the best takeovers do not bother.)

With it comes the nearest window: the one that the first step without any misses by least.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from hanse.model.plan import Assignment
from hanse.model.problem import Problem
from hanse.planning.sharing.floor import Floor
from hanse.planning.sharing.greedy import Moved
from hanse.planning.sharing.guests import Cast, Casting, Guest, Place
from hanse.planning.sharing.takeover import Near, completion, earliest, nearest
from hanse.planning.sharing.windows import OPEN, Window

Why = Literal["service", "quality", "budget", "transport", "taken", "late", "short", "weightless", "fixed"]
"""As above; `fixed`: the job is none that can move at all, `Refusal.said` tells why."""


@dataclass(frozen=True, slots=True)
class Missed:
    """The nearest window. operation: whose it would have been; there it takes `duration`, its workpiece can be there at
    `ready`, and it would have to end by `latest`; `lacking` time units are missing."""

    operation: str
    window: Window
    duration: int
    ready: int
    latest: int
    lacking: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a job stays. places: where it would go were that otherwise, as rows of a plan that cannot be; completion and
    cost: of these. jobs: who took them. operation: the step nobody else can run. said: in words, for `fixed`."""

    why: Why
    places: tuple[Assignment, ...] = ()
    completion: int | None = None
    cost: int | None = None
    jobs: tuple[str, ...] = ()
    operation: str | None = None
    missed: Missed | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a late job. planned, completion: when it is done in the present plan, and now. moved: the rows
    that are elsewhere now; none if it stays, and then there is a refusal."""

    job: str
    due: int
    planned: int
    completion: int
    moved: tuple[Assignment, ...]
    refusal: Refusal | None


class Explainer:
    """Tells the fates of one sharing. floor: with everybody where they are in the end."""

    def __init__(self, problem: Problem, floor: Floor, played: Cast, moved: Mapping[int, tuple[Place, ...]]) -> None:
        self._problem, self._played, self._moved, self._floor = problem, played, moved, floor.copy()
        self._casting = Casting(problem, floor.rules)
        self._empty = floor.copy()
        for g, places in moved.items():
            guest = played.guests[g]
            self._empty.lift(guest.job.id, places[guest.first :])

    def fates(self) -> tuple[Fate, ...]:
        """Of every late job, in the order of the problem; those that cannot move at all come last."""
        told = [self.fate(g) for g in range(len(self._played.guests))]
        jobs = {job.id: job for job in self._problem.jobs}
        for name, said in self._played.stuck.items():
            job, legs, sites = jobs[name], self._floor.legs, self._problem.machine_site
            done = max(at.end + legs.delivery(job, sites[at.machine]) for at in self._played.rows[name])
            told.append(Fate(name, job.due or 0, done, done, (), Refusal("fixed", said=said)))
        return tuple(told)

    def fate(self, g: int) -> Fate:
        """Of one guest."""
        guest = self._played.guests[g]
        due = guest.job.due or 0
        if g in self._moved:
            places = self._moved[g]
            rows = self._elsewhere(guest, places)
            return Fate(guest.job.id, due, guest.completion, completion(self._floor, guest, places), rows, None)
        own = guest.home[guest.first :]
        for floor in (self._floor, self._empty):
            floor.lift(guest.job.id, own)
        refusal = self._refusal(guest)
        for floor in (self._floor, self._empty):
            floor.put(guest.job.id, own)
        return Fate(guest.job.id, due, guest.completion, guest.completion, (), refusal)

    def _refusal(self, guest: Guest) -> Refusal:
        floor = self._floor
        now = earliest(floor, guest)
        if now is not None:
            return self._told("weightless", floor, guest, now)
        refusal = self._unoffered(guest) or self._dear(guest) or self._far(guest) or self._taken(guest)
        if refusal is None:
            ever = earliest(floor, guest, OPEN)
            if ever == guest.home:
                ever = earliest(floor, _homeless(guest), OPEN)
            refusal = Refusal("short") if ever is None else self._told("late", floor, guest, ever)
        near = nearest(floor, guest)
        return refusal if near is None else replace(refusal, missed=self._missed(guest, near))

    def _unoffered(self, guest: Guest) -> Refusal | None:
        """No machine elsewhere, or none of the quality."""
        lacking = self._unable(guest)
        if guest.job.min_quality is not None:
            job = replace(guest.job, min_quality=None)
            lax = self._casting.guest(guest.number, job, self._played.rows[job.id])
            assert isinstance(lax, Guest)
            if lacking is None or self._unable(lax) is None:
                found = earliest(self._floor, lax)
                if found is not None:
                    return self._told("quality", self._floor, lax, found)
        return None if lacking is None else Refusal("service", operation=lacking)

    def _unable(self, guest: Guest) -> str | None:
        """The first step that keeps a job at home because no machine elsewhere can run it, None if there is none. A job
        that moves whole needs one host for all its steps; otherwise one step that can go elsewhere is enough."""
        steps = range(guest.first, len(guest.home))
        if all(way.machine == guest.home[i].way.machine for i in steps for way in guest.ways[i]):
            return guest.operations[guest.first]
        hosts = {way.enterprise for way in guest.ways[guest.first]}
        for i in steps if self._floor.rules.moves == "job" else ():
            hosts &= {way.enterprise for way in guest.ways[i]}
            if not hosts:
                return guest.operations[i]
        return None

    def _dear(self, guest: Guest) -> Refusal | None:
        if guest.job.budget is None:
            return None
        rich = replace(guest, job=replace(guest.job, budget=None))
        found = earliest(self._floor, rich)
        return None if found is None else self._told("budget", self._floor, guest, found)

    def _far(self, guest: Guest) -> Refusal | None:
        near = self._floor.copy()
        near.legs = near.legs.instant()
        found = earliest(near, guest)
        return None if found is None else self._told("transport", near, guest, found)

    def _taken(self, guest: Guest) -> Refusal | None:
        found = earliest(self._empty, guest)
        if found is None:
            return None
        holders = [
            job
            for at, home in zip(found, guest.home, strict=True)
            if at != home
            for job in self._floor.holders(at.way.machine, at.start, at.end)
        ]
        return replace(self._told("taken", self._floor, guest, found), jobs=tuple(dict.fromkeys(holders)))

    def _told(self, why: Why, floor: Floor, guest: Guest, places: tuple[Place, ...]) -> Refusal:
        done, cost = completion(floor, guest, places), floor.legs.money(guest.job, places)
        return Refusal(why, self._elsewhere(guest, places), done, cost)

    def _elsewhere(self, guest: Guest, places: tuple[Place, ...]) -> tuple[Assignment, ...]:
        rows = guest.assignments(places, self._floor.names)
        return tuple(row for row, at, home in zip(rows, places, guest.home, strict=True) if at != home)

    def _missed(self, guest: Guest, near: Near) -> Missed:
        m = near.way.machine
        tail = all(start < near.end for start, _, _ in self._floor.busy[m])
        window = Window(self._floor.names[m], near.start, None if near.end >= OPEN else near.end, tail)
        operation = guest.operations[near.step]
        return Missed(operation, window, near.way.duration, near.ready, near.latest, near.lacking)


def _homeless(guest: Guest) -> Guest:
    """The guest, were it planned at the end of time: all its steps have to move."""
    away = tuple(
        at if i < guest.first else Place(at.way, 2 * OPEN, 2 * OPEN + at.way.duration)
        for i, at in enumerate(guest.home)
    )
    return replace(guest, home=away)


def floor_after(floor: Floor, played: Cast, moved: Moved) -> Floor:
    """The floor when the guests have moved. The one given stays as it is."""
    after = floor.copy()
    for g in moved:
        after.lift(played.guests[g].job.id, played.guests[g].home[played.guests[g].first :])
    for g, places in moved.items():
        after.put(played.guests[g].job.id, places[played.guests[g].first :])
    return after
