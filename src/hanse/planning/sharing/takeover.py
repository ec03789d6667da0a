"""One job, one question: which idle windows would have it done earliest?

The job is a chain and its own operations are lifted off the floor first. A step that starts no later never ends later
(windows do not care who asks), so the earliest way to a step on each machine is all that later steps need to know: the
search is exact. Ties go to the enterprise, then the machine, that comes first in the problem.
"""

from __future__ import annotations

from typing import NamedTuple

from hanse.planning.sharing.floor import Floor
from hanse.planning.sharing.guests import Guest, Place


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
    first = guest.first
    labels = [_Label(guest.home[first - 1], None)] if first else []
    for i in range(first, len(guest.home)):
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
        if not made:
            return None
        labels = made
    return _best(floor, guest, labels, limit)


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
