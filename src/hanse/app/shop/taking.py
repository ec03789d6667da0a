"""What a guest does: which windows its late jobs take, and what becomes of them. Pure decisions.

A *takeover* moves the rest of one job: some steps take windows of others, each a *claim*, and steps at home may move
into own idle time. Until every host has confirmed, the job stays where it is planned and both places are kept; if one
claim falls through, all of the takeover does, and the job looks for its next best.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from hanse.app.shop.day import Rows, Shop, Span, spoken
from hanse.app.shop.market import Lot
from hanse.market.offers import Need, State, reviewed
from hanse.model.plan import Assignment
from hanse.planning.sharing.fitting import Choice, Offered, Placed, Terms, choose
from hanse.telemetry.reading import Reading


@dataclass(frozen=True, slots=True)
class Claim:
    """One window of a takeover. row: the step in its new place. start, length: minutes, as claimed; price: cents in
    all."""

    row: Assignment
    host: str
    number: int
    start: int
    length: int
    price: int
    need: Need


class Stage(StrEnum):
    """How far a takeover is. `open`: written down, perhaps claimed; `agreed`: all hosts have confirmed and the job is
    planned there; `given up`: the job is at home, claims that are left are brought to their end; `done`: all ended."""

    OPEN = "open"
    AGREED = "agreed"
    GIVEN_UP = "given up"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Takeover:
    """The rest of a job elsewhere. number: this member's own count. home: rows before, to go back to. away: rows after,
    all steps that had not begun. late: units of time the job would be late at home; saved: how much less."""

    number: int
    job: str
    stage: Stage
    home: Rows
    away: Rows
    claims: tuple[Claim, ...]
    late: int
    saved: int


class Act(StrEnum):
    """What a guest can do with a claim."""

    CLAIM = "claim"
    WAIT = "wait"
    EXPIRE = "expire"
    RELEASE = "release"
    ACCEPT = "accept"
    NOTHING = "nothing"


class Fate(StrEnum):
    """Where a claim stands on the chain."""

    UNSENT = "not sent"
    LOST = "not to be had"
    HELD = "held"
    STALE = "not confirmed in time"
    CONFIRMED = "confirmed"
    WITHDRAWN = "taken back by its host"
    SETTLED = "paid"


@dataclass(frozen=True, slots=True)
class Market:
    """Windows of others as one member can use them. lots: by the name under which they are offered to its jobs."""

    offered: tuple[Offered, ...]
    lots: Mapping[int, Lot]


def market(
    shop: Shop, free: Iterable[Lot], members: Mapping[str, str], services: Callable[[str, int], str | None], now: int
) -> Market:
    """What others offer, in the plan's units. free: their windows. members: ids by address. services: what a number of
    a service is called in an account's catalogue. now: minute of the next block. What names a machine or service that
    the problem does not know is left out."""
    houses = {house.id: house for house in shop.problem.enterprises}
    offered, lots = [], {}
    for name, lot in enumerate(free, start=1):
        house = houses.get(members.get(lot.host, ""))
        window = lot.window
        if house is None or house.id == shop.member.id or not 1 <= window.machine <= len(house.machines):
            continue
        machine, service = house.machines[window.machine - 1], services(lot.host, window.service)
        start, end = shop.line.over(max(window.start, now + 1)), shop.line.begun(window.end)
        if service in machine.services and start < end:
            price = window.price * shop.line.unit
            offered.append(Offered(name, machine.id, service, start, end, price))
            lots[name] = lot
    return Market(tuple(offered), lots)


def wanted(
    shop: Shop, rows: Rows, begun: int, there: Market, idle: Mapping[str, Sequence[Span]], now: int, terms: Terms
) -> Choice | None:
    """The windows one late job takes. rows: of the job, as they will lie; begun: how many of its steps have. idle: of
    own machines, with the job's steps that have not begun lifted. now: of the plan."""
    own = [
        Offered(-1, machine, service, start, end)
        for machine, spans in idle.items()
        for service in sorted(next(one for one in shop.member.machines if one.id == machine).services)
        for start, end in spans
    ]
    return choose(shop.problem, rows, begun, (*there.offered, *own), now, terms)


def takeover(shop: Shop, number: int, home: Rows, choice: Choice, late: int, there: Market) -> Takeover:
    """A choice as what is written down and claimed. home: rows of the steps that had not begun."""
    at = [placed.at for placed in choice.steps]
    claims = []
    for i, placed in enumerate(choice.steps):
        if placed.offered is not None:
            lot = there.lots[placed.offered]
            claims.append(_claim(shop, placed, lot, _before(shop, at, i), _after(shop, at, i)))
    moved = {step.operation for step in at}
    stays = tuple(row for row in home if row.operation in moved)
    return Takeover(number, at[0].job, Stage.OPEN, stays, tuple(at), tuple(claims), late, choice.saved)


def _claim(shop: Shop, placed: Placed, lot: Lot, there: int, back: tuple[int, int | None]) -> Claim:
    line, row = shop.line, placed.at
    start, length = line.minute(row.start), (row.end - row.start) * line.unit
    leg, until = back
    due = start + length + leg * line.unit if until is None else line.minute(until)
    need = Need(
        lot.window.service,
        max(0, start - there * line.unit),
        max(due, start + length + leg * line.unit),
        there * line.unit,
        leg * line.unit,
    )
    return Claim(row, lot.host, lot.number, start, length, length * lot.window.price, need)


def _before(shop: Shop, rows: Sequence[Assignment], i: int) -> int:
    """Time of transport to step i."""
    job = next(job for job in shop.problem.jobs if job.id == rows[0].job)
    here = shop.problem.machine_site[rows[i].machine]
    if i:
        return shop.problem.transport_time(shop.problem.machine_site[rows[i - 1].machine], here)
    site = job.origin if job.origin is not None else shop.member.site
    return shop.problem.transport_time(shop.problem.site_index[site], here)


def _after(shop: Shop, rows: Sequence[Assignment], i: int) -> tuple[int, int | None]:
    """Time of transport from step i, and when it must be there: the next step's start, or the job's due date."""
    job = next(job for job in shop.problem.jobs if job.id == rows[0].job)
    here = shop.problem.machine_site[rows[i].machine]
    if i + 1 < len(rows):
        return shop.problem.transport_time(here, shop.problem.machine_site[rows[i + 1].machine]), rows[i + 1].start
    if job.destination is None:
        return 0, job.due
    return shop.problem.transport_time(here, shop.problem.site_index[job.destination]), job.due


def fate(claim: Claim, lot: Lot | None, guest: str, accepted: bool, sent: bool, now: int) -> Fate:
    """Where a claim stands. lot: its window now. guest: this member's account. accepted: whether this member has said
    that it is content. sent: whether the claim is in a block."""
    if lot is None:
        return Fate.LOST
    if lot.guest != guest or not _same(claim, lot):
        return Fate.LOST if sent or lot.state is not State.FREE else Fate.UNSENT
    if lot.state is State.HELD:
        return Fate.STALE if now > lot.window.held_until else Fate.HELD
    if lot.state is State.OVER:
        return Fate.SETTLED if accepted or now >= reviewed(lot.window) else Fate.WITHDRAWN
    return Fate.CONFIRMED


def _same(claim: Claim, lot: Lot) -> bool:
    return (lot.window.start_of_guest, lot.window.length) == (claim.start, claim.length)


def act(stage: Stage, fate: Fate, *, wanted: bool, finished: bool, begun: bool) -> Act:
    """What to do with a claim now. wanted: whether the job still needs it and can be there in time. finished: whether
    its work is known to be done. begun: whether its time has come."""
    if fate is Fate.STALE:
        return Act.EXPIRE
    if fate is Fate.UNSENT:
        return Act.CLAIM if wanted and stage is Stage.OPEN else Act.NOTHING
    if fate is Fate.HELD:
        return Act.WAIT if wanted and stage is not Stage.GIVEN_UP else Act.RELEASE
    if fate is Fate.CONFIRMED:
        if finished:
            return Act.ACCEPT
        # Whoever gives up before its time pays a fifth; afterwards all of it, so there is nothing to gain.
        return Act.WAIT if begun or (wanted and stage is not Stage.GIVEN_UP) else Act.RELEASE
    return Act.NOTHING


def next_stage(stage: Stage, fates: Sequence[Fate]) -> Stage:
    """How far a takeover is after its claims went so."""
    lost = {Fate.LOST, Fate.STALE, Fate.WITHDRAWN}
    if stage is Stage.OPEN and all(fate is Fate.CONFIRMED for fate in fates):
        return Stage.AGREED
    if stage in (Stage.OPEN, Stage.AGREED) and any(fate in lost for fate in fates):
        return Stage.GIVEN_UP
    if stage is Stage.AGREED and all(fate is Fate.SETTLED for fate in fates):
        return Stage.DONE
    if stage is Stage.GIVEN_UP and all(fate not in (Fate.HELD, Fate.STALE, Fate.CONFIRMED) for fate in fates):
        return Stage.DONE
    return stage


def named(readings: Iterable[Reading], takeovers: Iterable[Takeover]) -> Iterable[Reading]:
    """Readings of hosts' machines under the names of one's own plan: the host calls the work by its window."""
    names = {
        (claim.row.machine, f"offer {spoken(claim.number)}/work"): f"{claim.row.job}/{claim.row.operation}"
        for one in takeovers
        if one.stage in (Stage.OPEN, Stage.AGREED)
        for claim in one.claims
    }
    for reading in readings:
        own = names.get((reading.machine, str(reading.value)))
        yield reading if own is None else replace(reading, value=own)


def moved(rows: Rows, to: Iterable[Assignment]) -> Rows:
    """The plan with these rows in the place of those of the same operations."""
    new = {(at.job, at.operation): at for at in to}
    return tuple(new.get((at.job, at.operation), at) for at in rows)


def come_home(home: Rows, idle: Mapping[str, Sequence[Span]], ready: int) -> Rows:
    """Steps that were to be done elsewhere and now are not: where they were planned, as early as idle time allows and
    not before. home: in the order of the chain. ready: when the workpiece is at home. A step that fits nowhere keeps
    its place behind everything."""
    placed: list[Assignment] = []
    for at in home:
        duration, earliest = at.end - at.start, max(ready, at.start)
        spans = idle.get(at.machine, ())
        fits = [max(low, earliest) for low, high in spans if max(low, earliest) + duration <= high]
        start = min(fits, default=max([earliest, *(high for _, high in spans)]))
        placed.append(at._replace(start=start, end=start + duration))
        ready = start + duration
    return tuple(placed)


def reserved(takeovers: Iterable[Takeover], own: Iterable[str]) -> Rows:
    """Own time that open takeovers will need once they are agreed."""
    machines = set(own)
    return tuple(at for one in takeovers if one.stage is Stage.OPEN for at in one.away if at.machine in machines)
