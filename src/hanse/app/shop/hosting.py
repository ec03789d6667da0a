"""What a host does: which idle time to offer, which claims to confirm, what to take back. Pure decisions.

Its own work comes first. A claim whose time is idle is confirmed, the earlier of two on the same time; the other is
declined at once, which costs nobody anything. A confirmed promise that own work or a broken machine makes impossible is
taken back, which costs the host its guarantee.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hanse.app.shop.day import Promise, Span, Timeline
from hanse.app.shop.market import Lot
from hanse.market.offers import State, reviewed

Idle = Mapping[str, Sequence[Span]]
"""Idle time by machine, in the plan's units, setup margins taken off."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What a host has to offer. machines: ids by number, from one, in the order of the problem. services: numbers of
    the services of each machine. price: cents a minute, by machine. setup: units kept free around a guest."""

    machines: tuple[str, ...]
    services: Mapping[str, tuple[int, ...]]
    price: Mapping[str, int]
    line: Timeline
    least: int = 1
    setup: int = 0

    def machine_of(self, lot: Lot) -> str:
        """The machine a window of this host is of; empty if it has no such machine."""
        number = lot.window.machine
        return self.machines[number - 1] if 1 <= number <= len(self.machines) else ""

    def promise(self, lot: Lot) -> Promise:
        """The time that whoever has a window has, in whole units."""
        start, minutes = lot.window.start_of_guest, lot.window.length
        return Promise(lot.number, self.machine_of(lot), self.line.begun(start), self.line.over(start + minutes))


@dataclass(frozen=True, slots=True)
class Answers:
    """To claims on own windows, by number."""

    confirm: tuple[int, ...] = ()
    decline: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Piece:
    """Time to be offered, minutes since 1970. machine: its number; price: cents a minute."""

    machine: int
    service: int
    start: int
    end: int
    price: int


@dataclass(frozen=True, slots=True)
class Offering:
    """What to publish, and the numbers of free windows to take back."""

    publish: tuple[Piece, ...] = ()
    take_back: tuple[int, ...] = ()


def answer(bench: Bench, own: Iterable[Lot], idle: Idle, now: int) -> Answers:
    """Which claims to confirm and which to decline. own: this host's windows, as they came about. idle: with all
    promises taken off. now: minute of the next block."""
    left = {machine: list(spans) for machine, spans in idle.items()}
    confirm, decline = [], []
    for lot in own:
        if lot.state is not State.HELD or now > lot.window.held_until:
            continue
        asked = bench.promise(lot)
        if asked.machine and _within(left.get(asked.machine, ()), asked.start, asked.end):
            left[asked.machine] = _without(left[asked.machine], asked.start - bench.setup, asked.end + bench.setup)
            confirm.append(lot.number)
        else:
            decline.append(lot.number)
    return Answers(tuple(confirm), tuple(decline))


def offering(bench: Bench, own: Iterable[Lot], idle: Idle, now: int) -> Offering:
    """What to offer beside what is offered, so that all idle time is, once for each service of its machine.

    own, now: as in `answer`. idle: with promises and claims that will be confirmed taken off. A free window stays as
    long as all that is left of it is idle and its price is right.
    """
    minutes = {machine: [_minutes(bench, span) for span in spans] for machine, spans in idle.items()}
    left = {
        (machine, service): [(max(start, now + 1), end) for start, end in spans]
        for machine, spans in minutes.items()
        for service in bench.services[machine]
    }
    back = []
    for lot in own:
        window = lot.window
        if lot.state is not State.FREE or window.end <= now + 1:
            continue
        machine, rest = bench.machine_of(lot), (max(window.start, now + 1), window.end)
        spans = left.get((machine, window.service), [])
        if window.price == bench.price.get(machine) and _within(spans, *rest):
            left[machine, window.service] = _without(spans, *rest)
        else:
            back.append(lot.number)
    least = bench.least * bench.line.unit
    publish = [
        Piece(bench.machines.index(machine) + 1, service, start, end, bench.price[machine])
        for (machine, service), spans in left.items()
        for start, end in spans
        if end - start >= least
    ]
    return Offering(tuple(sorted(publish)), tuple(sorted(back)))


def book_of(bench: Bench, own: Sequence[Lot], idle: Idle, now: int, *, due: bool) -> tuple[Offering, bool]:
    """The same with a book: what the new one holds and which slots to take back, and whether a new book is needed at
    all, in which case all others are closed. A leaf cannot be taken back alone, so one that is false needs a new book
    at once; new idle time waits until one is `due`."""
    found = offering(bench, own, idle, now)
    slots = [lot for lot in own if lot.slot]
    alone = {lot.number for lot in slots}
    back = tuple(number for number in found.take_back if number in alone)
    if len(back) == len(found.take_back) and not (found.publish and due):
        return Offering((), back), False
    return Offering(offering(bench, slots, idle, now).publish, back), True


def to_expire(own: Iterable[Lot], now: int) -> tuple[int, ...]:
    """Holds that it is too late to confirm."""
    return tuple(lot.number for lot in own if lot.state is State.HELD and now > lot.window.held_until)


def to_collect(own: Iterable[Lot], now: int) -> tuple[int, ...]:
    """Windows whose guest was silent for the whole review."""
    return tuple(lot.number for lot in own if lot.state is State.CONFIRMED and now >= reviewed(lot.window))


def promises(bench: Bench, own: Iterable[Lot], now: int) -> tuple[Promise, ...]:
    """Confirmed time that is not long over."""
    kept = [bench.promise(lot) for lot in own if lot.state is State.CONFIRMED and now < reviewed(lot.window)]
    return tuple(promise for promise in kept if promise.machine)


def _minutes(bench: Bench, span: Span) -> Span:
    return bench.line.minute(span[0]), bench.line.minute(span[1])


def _within(spans: Iterable[Span], start: int, end: int) -> bool:
    return any(low <= start and end <= high for low, high in spans)


def _without(spans: Iterable[Span], start: int, end: int) -> list[Span]:
    """What of the spans is outside [start, end)."""
    cut = [(low, min(high, start)) for low, high in spans] + [(max(low, end), high) for low, high in spans]
    return sorted({(low, high) for low, high in cut if low < high})
