"""One job, one question: which idle windows would have it done earliest?

The job is a chain and its own operations are lifted off the floor first. A step that starts no later never ends later
(windows do not care who asks), so the earliest way to a step on each machine is all that later steps need to know: the
search is exact. Ties go to the enterprise, then the machine, that comes first in the problem.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from hanse.planning.sharing.floor import Floor
from hanse.planning.sharing.guests import Guest, Place, Way


class _Label(NamedTuple):
    """The earliest way to have a step done at one place; before: the label of the step before."""

    place: Place
    before: _Label | None


def earliest(floor: Floor, guest: Guest, limit: int | None = None) -> tuple[Place, ...] | None:
    """Where each step goes so that the job is done earliest, under the rules, by `limit` (None: the guest's own). None
    if no windows allow it, or only at more than the job's budget. The guest's steps from `first` on must be lifted."""
    limit = guest.limit if limit is None else limit
    if floor.rules.moves == "job":
        return _one_host(floor, guest, limit)
    return _search(floor, guest, limit, None)


def completion(floor: Floor, guest: Guest, places: tuple[Place, ...]) -> int:
    """When the job is done if its steps are there."""
    return places[-1].end + floor.legs.delivery(guest.job, places[-1].way.site)


def _one_host(floor: Floor, guest: Guest, limit: int) -> tuple[Place, ...] | None:
    hosts = set.intersection(*({way.enterprise for way in ways} for ways in guest.ways[guest.first :]))
    best: tuple[Place, ...] | None = None
    for host in sorted(hosts):
        found = _search(floor, guest, limit, host)
        if found is not None:
            best, limit = found, completion(floor, guest, found) - 1
    return best


def _search(floor: Floor, guest: Guest, limit: int, host: int | None) -> tuple[Place, ...] | None:
    """host: the enterprise all steps that may move go to, None if each may stay or go anywhere."""
    labels = _begin(guest)
    for i in range(guest.first, len(guest.home)):
        labels = _step(floor, guest, i, labels, limit, host)
        if not labels:
            return None
    return _best(floor, guest, labels, limit)


def _begin(guest: Guest) -> list[_Label]:
    """Where the workpiece is before the steps that may move; nothing if that is its origin."""
    return [_Label(guest.home[guest.first - 1], None)] if guest.first else []


def _step(floor: Floor, guest: Guest, i: int, labels: list[_Label], limit: int, host: int | None) -> list[_Label]:
    """The earliest ways to step i from those to the step before."""
    latest = limit - guest.head[i + 1]
    arrivals = _Arrivals(floor, guest, labels)
    made = []
    if host is None and guest.home[i].end <= latest:
        before = arrivals.in_time_for(guest.home[i]) if i else None
        if before is not None or not i:
            made.append(_Label(guest.home[i], before))
    for way in guest.ways[i]:
        if host is None or way.enterprise == host:
            ready, before = arrivals.at(way.site)
            if ready + way.duration <= latest:
                start = floor.fit(way.machine, ready, way.duration)
                if start + way.duration <= latest:
                    made.append(_Label(Place(way, start, start + way.duration), before))
    return made


class Near(NamedTuple):
    """The window that a step just misses. ready: when the workpiece could be there; latest: when the step would have to
    end; lacking: by how much [max(start, ready), min(end, latest)) is shorter than the step takes there."""

    step: int
    way: Way
    start: int
    end: int
    ready: int
    latest: int
    lacking: int


def nearest(floor: Floor, guest: Guest, limit: int | None = None) -> Near | None:
    """Of a guest, lifted, that has no takeover: the window that its first step without one misses by least, on another
    machine than it is planned on if there is one; None if no machine it may use has any. Budgets are not looked at."""
    limit = guest.limit if limit is None else limit
    hosts: set[int | None] = {None}
    if floor.rules.moves == "job":
        hosts = {way.enterprise for ways in guest.ways for way in ways}
    found = [near for host in hosts for near in _missed(floor, guest, limit, host)]
    away = [near for near in found if near.way.machine != guest.home[near.step].way.machine]
    return min(away or found, key=lambda near: (-near.step, near.lacking, near.way.machine, near.start), default=None)


def _missed(floor: Floor, guest: Guest, limit: int, host: int | None) -> Iterator[Near]:
    """Windows of the first step that finds none, or of the last if all do and only delivery is too late."""
    labels = _begin(guest)
    for i in range(guest.first, len(guest.home)):
        made = _step(floor, guest, i, labels, limit, host)
        last = i == len(guest.home) - 1
        if made and not last:
            labels = made
            continue
        arrivals = _Arrivals(floor, guest, labels)
        for way in guest.ways[i]:
            if host is None or way.enterprise == host:
                ready, _ = arrivals.at(way.site)
                latest = limit - guest.head[i + 1] - (floor.legs.delivery(guest.job, way.site) if last else 0)
                for start, end in floor.idle[way.machine]:
                    usable = min(end, latest) - max(start, ready)
                    yield Near(i, way, start, end, ready, latest, way.duration - usable)
        return


class _Arrivals:
    """When the workpiece can be at a site, from the earliest ways to the step before (none: from the job's origin)."""

    def __init__(self, floor: Floor, guest: Guest, labels: list[_Label]) -> None:
        self._floor, self._guest, self._labels = floor, guest, labels
        self._known: dict[int, tuple[int, _Label | None]] = {}

    def at(self, site: int) -> tuple[int, _Label | None]:
        """Earliest arrival, and from which label. What is sent elsewhere than planned is sent now or later."""
        if site not in self._known:
            legs, now = self._floor.legs, self._floor.rules.now
            if self._labels:
                times = [max(label.place.end, now) + legs.time[label.place.way.site][site] for label in self._labels]
                soonest = min(range(len(times)), key=times.__getitem__)
                self._known[site] = times[soonest], self._labels[soonest]
            else:
                self._known[site] = legs.arrival(self._guest.job, site, now), None
        return self._known[site]

    def in_time_for(self, home: Place) -> _Label | None:
        """The label from which a step can stay where it is planned; it may have been sent there already."""
        times = [label.place.end + self._floor.legs.time[label.place.way.site][home.way.site] for label in self._labels]
        soonest = min(range(len(times)), key=times.__getitem__)
        return self._labels[soonest] if times[soonest] <= home.start else None


def _best(floor: Floor, guest: Guest, labels: list[_Label], limit: int) -> tuple[Place, ...] | None:
    def done(label: _Label) -> int:
        return label.place.end + floor.legs.delivery(guest.job, label.place.way.site)

    best: _Label | None = min(labels, key=done)
    if best is None or done(best) > limit:
        return None
    places: list[Place] = []
    while best is not None and len(places) < len(guest.home) - guest.first:
        places.append(best.place)
        best = best.before
    found = (*guest.home[: guest.first], *reversed(places))
    budget = guest.job.budget
    return found if budget is None or floor.legs.money(guest.job, found) <= budget else None


def moved(guest: Guest, places: tuple[Place, ...]) -> tuple[int, ...]:
    """Steps that are not where they are in the present plan."""
    return tuple(i for i, (a, b) in enumerate(zip(guest.home, places, strict=True)) if a != b)
