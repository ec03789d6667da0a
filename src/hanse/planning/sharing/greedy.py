"""The paper's rule: late jobs, one after the other, take the windows in which they are done earliest (Ramakurthi 2023).

The paper says neither in which order nor what becomes of the place a job leaves. Here the earliest due date comes
first, ties as in the problem; a place that was left is idle time like any other; and jobs that found nothing are
asked again until none does. A job moves once at most, so that ends. Plain twin of `kernels.greedy`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hanse.planning.sharing.floor import Floor
from hanse.planning.sharing.guests import Guest, Place
from hanse.planning.sharing.takeover import earliest

Moved = dict[int, tuple[Place, ...]]
"""Where the steps of the guests that moved are, by the guest's place in the list of guests."""


def order(guests: Sequence[Guest]) -> list[int]:
    """Places of the guests, the earliest due date first."""
    return sorted(range(len(guests)), key=lambda i: (guests[i].job.due or 0, i))


def attempt(floor: Floor, guest: Guest) -> tuple[Place, ...] | None:
    """Move one guest from home if that makes it earlier, and say where to."""
    floor.lift(guest.job.id, guest.home[guest.first :])
    found = earliest(floor, guest)
    floor.put(guest.job.id, (guest.home if found is None else found)[guest.first :])
    return found


def greedy(floor: Floor, guests: Sequence[Guest], waiting: Iterable[int] | None = None) -> Moved:
    """Move who can be moved. waiting: the guests asked, in their order (None: all, by due date)."""
    left, moved = list(order(guests) if waiting is None else waiting), Moved()
    while True:
        still = []
        for i in left:
            found = attempt(floor, guests[i])
            if found is None:
                still.append(i)
            else:
                moved[i] = found
        if len(still) in (0, len(left)):
            return moved
        left = still
