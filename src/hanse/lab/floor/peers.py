"""Members that decide for themselves: each looks for its own late jobs among the windows on offer.

They act in rounds, in an order that chance makes. In a round an offer can be taken once, by whoever comes first: who
comes second is refused, and the host offers what is left anew before the next round.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from hanse.planning.sharing.floor import Floor
from hanse.planning.sharing.greedy import Moved
from hanse.planning.sharing.guests import Guest, Place
from hanse.planning.sharing.takeover import earliest

ROUNDS = 4
"""Rounds at one moment, at most; who still found nothing asks again at the next."""


def decide(
    floor: Floor, guests: Sequence[Guest], home: Mapping[str, str], chance: np.random.Generator
) -> tuple[Moved, int]:
    """Who takes what, and how many claims came too late. floor: as it is now; changed. home: member of each job."""
    moved, vain = Moved(), 0
    left = sorted(range(len(guests)), key=lambda g: (guests[g].job.due or 0, g))
    for _ in range(ROUNDS):
        members = sorted({home[guests[g].job.id] for g in left})
        rank = dict(zip(members, chance.permutation(len(members)).tolist(), strict=True))
        used: set[tuple[int, int]] = set()
        offers = [list(spans) for spans in floor.idle]
        still = []
        for g in sorted(left, key=lambda g: rank[home[guests[g].job.id]]):
            guest = guests[g]
            floor.lift(guest.job.id, guest.home[guest.first :])
            found = earliest(floor, guest)
            taken = set() if found is None else _offers(offers, guest, found)
            if found is None or taken & used:
                vain += found is not None
                floor.put(guest.job.id, guest.home[guest.first :])
                still.append(g)
                continue
            used |= taken
            moved[g] = found
            floor.put(guest.job.id, found[guest.first :])
        if len(still) in (0, len(left)):
            break
        left = still
    return moved, vain


def _offers(offers: list[list[tuple[int, int]]], guest: Guest, found: Sequence[Place]) -> set[tuple[int, int]]:
    """The offers, as machine and start, in which steps lie that go elsewhere."""
    return {
        (at.way.machine, start)
        for at, home in zip(found, guest.home, strict=True)
        if at != home
        for start, end in offers[at.way.machine]
        if start <= at.start < end
    }
