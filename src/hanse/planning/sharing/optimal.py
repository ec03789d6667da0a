"""The best takeovers: least weighted tardiness, then least cost with transport; proved, or with a bound.

1. Guests that not even all idle time for themselves would help stay, and are hosts from then on. What the others would
   reach that way is a bound on any sharing; it is lifted until no more fall away.
2. The paper's rule gives a first sharing. If it meets the bound, only cost is left to improve.
3. Small questions go to CP-SAT (`exact.py`). Large ones are improved by ruin and recreate (`recreate.py`) for half of
the time; in the other half the bound is raised by prices on idle time (`scarce.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hanse.clock import SystemClock
from hanse.planning.sharing.floor import Floor
from hanse.planning.sharing.greedy import Moved, greedy
from hanse.planning.sharing.guests import Guest
from hanse.planning.sharing.takeover import completion, earliest

PLAIN = 300
"""Guests up to which plain Python is quick enough; more are worth loading numba for."""

EXACT = 3_000
"""Ways of the guests that can be helped up to which the constraint model is stated."""


SEARCH = 0.5
"""Share of the time for better takeovers of large questions; the rest is for the bound."""


@dataclass(frozen=True, slots=True)
class Found:
    """moved: who goes where. tardiness: weighted, of all guests, millionths; bound: none has less. cost_bound: no
    sharing of the least tardiness costs the guests less, None if that is not known; `optimal` if both bounds are
    met."""

    moved: Moved
    tardiness: int
    bound: int
    cost: int
    cost_bound: int | None

    @property
    def optimal(self) -> bool:
        return self.tardiness == self.bound and self.cost == self.cost_bound


def optimal(floor: Floor, guests: Sequence[Guest], seconds: float, threads: int = 2, seed: int = 0) -> Found:
    """The best sharing found in about so many seconds. The floor, where all guests are at home, stays as it is."""
    clock = SystemClock()
    begun = clock.elapsed()
    lifted = floor.copy()
    for guest in guests:
        lifted.lift(guest.job.id, guest.home[guest.first :])
    helpful, least = _relaxed(lifted, guests)
    staying = sum(guests[g].tardiness(guests[g].completion) for g in set(range(len(guests))) - set(helpful))
    moved, cost_bound = first(floor, guests), None
    bound = staying + sum(least)
    if sum(len(ways) for g in helpful for ways in guests[g].ways) <= EXACT:
        from hanse.planning.sharing.exact import prove

        proof = prove(lifted, guests, helpful, moved, seconds, threads, seed)
        moved, bound = _better(floor, guests, moved, proof.moved), max(bound, staying + proof.bound)
        if proof.cost_bound is not None:
            cost_bound = proof.cost_bound + sum(
                floor.legs.money(g.job, g.home) for i, g in enumerate(guests) if i not in set(helpful)
            )
    elif helpful:
        from hanse.planning.sharing import fast, scarce

        moved = fast.improve(floor, guests, helpful, SEARCH * (seconds - clock.elapsed() + begun), seed)
        known, asked = tardiness(floor, guests, moved) - staying, [guests[g] for g in helpful]
        bound = staying + scarce.bound(lifted, asked, least, known, seconds - clock.elapsed() + begun)
    return Found(moved, tardiness(floor, guests, moved), bound, cost(floor, guests, moved), cost_bound)


def _better(floor: Floor, guests: Sequence[Guest], known: Moved, found: Moved) -> Moved:
    """Of two sharings the less tardy, then the cheaper. A solver that is stopped may return a worse one than it was
    given."""

    def rank(moved: Moved) -> tuple[int, int]:
        return tardiness(floor, guests, moved), cost(floor, guests, moved)

    return min(found, known, key=rank)


def first(floor: Floor, guests: Sequence[Guest]) -> Moved:
    """The paper's rule, plain or compiled. The floor stays as it is."""
    if len(guests) <= PLAIN:
        return greedy(floor.copy(), guests)
    from hanse.planning.sharing import fast

    return fast.greedy(floor, guests)


def tardiness(floor: Floor, guests: Sequence[Guest], moved: Moved) -> int:
    """Weighted tardiness of all guests, millionths."""
    return sum(
        guest.tardiness(completion(floor, guest, moved[i]) if i in moved else guest.completion)
        for i, guest in enumerate(guests)
    )


def cost(floor: Floor, guests: Sequence[Guest], moved: Moved) -> int:
    """What all guests cost, transport included."""
    return sum(floor.legs.money(guest.job, moved.get(i, guest.home)) for i, guest in enumerate(guests))


def _relaxed(lifted: Floor, guests: Sequence[Guest]) -> tuple[list[int], list[int]]:
    """The guests that can be helped at all, and the tardiness of each if each had all idle time for itself. All
    others are put back on the floor."""
    helpful = list(range(len(guests)))
    while True:
        best = _alone(lifted, [guests[g] for g in helpful])
        lost = [g for g, done in zip(helpful, best, strict=True) if done is None]
        if not lost:
            return helpful, [guests[g].tardiness(d) for g, d in zip(helpful, best, strict=True) if d is not None]
        for g in lost:
            lifted.put(guests[g].job.id, guests[g].home[guests[g].first :])
        gone = set(lost)
        helpful = [g for g in helpful if g not in gone]


def _alone(lifted: Floor, guests: Sequence[Guest]) -> list[int | None]:
    """Earliest completion of each guest alone, None if it could not be done by its limit. Budgets are left out: a later
    end may be cheaper, and this is to be a bound."""
    free = [replace(guest, job=replace(guest.job, budget=None)) for guest in guests]
    if len(free) > PLAIN:
        from hanse.planning.sharing import fast

        return fast.alone(lifted, free)
    found = [earliest(lifted, guest) for guest in free]
    return [None if p is None else completion(lifted, g, p) for g, p in zip(free, found, strict=True)]
