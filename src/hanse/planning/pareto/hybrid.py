"""The moth-flame hybrid: moths fly between flames job by job (`flight.py`) and the best of them climb (`climb.py`).

Every generation draws weights, one for each climber. The flames of a weight are the members of the archive that suit
it best; their number falls from FLAMES to LAST, as in the standard algorithm (`moth.py`). A moth flies around one of
these flames and takes some jobs from another; the best moth of each weight then climbs with it. So local search begins
in a new place between good plans rather than at one of them again (recombination before local search: Jaszkiewicz 2002,
European Journal of Operational Research 137).

Why not the spiral of `moth.py` alone: it shakes every key of a plan at once, so what was good in it is lost.
"""

from __future__ import annotations

import numpy as np

from hanse.planning.pareto.archive import Archive
from hanse.planning.pareto.arrays import Floats, Ints
from hanse.planning.pareto.climb import CLIMBERS, ROUNDS, SHARE, Climbers, threshold
from hanse.planning.pareto.flight import flights
from hanse.planning.pareto.method import shares
from hanse.planning.pareto.moth import SHAPE
from hanse.planning.pareto.space import Chance, Scores, Space

FLAMES, LAST = 20, 2
"""Flames of a weight at the beginning and at the end."""

LEAST_FLOWN, MOST_FLOWN = 0.1, 0.5
"""A moth takes each job from the other flame with a probability drawn between these, once for the moth."""

SPIRALLED = 0.05
"""Share of the jobs whose keys spiral."""

FIRST = 60
"""Vectors drawn evenly until the archive has a member."""


class Hybrid:
    """The method. It learns through the archive, so nothing it receives needs keeping."""

    def __init__(self, space: Space, archive: Archive, chance: Chance) -> None:
        self._space, self._archive, self._chance = space, archive, chance
        self._climbers = Climbers(space, archive, chance)
        self._moths = round(CLIMBERS * ROUNDS * (1 - SHARE) / SHARE)
        self._weight: Ints = np.arange(self._moths) % CLIMBERS
        self._rounds = 0
        self._flying = False

    def propose(self, progress: float) -> Floats:
        if self._rounds:
            return self._climbers.propose()
        self._flying = bool(len(self._archive))
        return self._fly(progress) if self._flying else self._space.random(FIRST, self._chance)

    def absorb(self, vectors: Floats, scores: Scores) -> None:
        if self._rounds:
            self._climbers.absorb(vectors, scores, threshold(self._rounds))
            self._rounds -= 1
        elif self._flying and len(vectors) == self._moths:
            best = self._climbers.best(scores, self._weight)
            self._climbers.start(vectors[best], Scores(scores.values[best], scores.broken[best]))
            self._rounds = ROUNDS

    def receive(self, vectors: Floats, scores: Scores) -> None:
        del vectors, scores

    def _fly(self, progress: float) -> Floats:
        """A new generation of moths, and the weights they are for."""
        chance, moths = self._chance, self._moths
        self._climbers.weigh(shares(CLIMBERS, len(self._space.objectives), chance))
        order = self._climbers.ranking()[self._weight]
        members = order.shape[1]
        count = min(members, round(FLAMES - progress * (FLAMES - LAST)))
        flame = order[np.arange(moths), chance.integers(0, count, moths)]
        other = order[np.arange(moths), chance.integers(0, min(members, 2 * count), moths)]
        vectors = self._archive.vectors
        flown = chance.uniform(LEAST_FLOWN, MOST_FLOWN, moths)
        return flights(self._space, vectors[flame], vectors[other], flown, SPIRALLED, -1.0 - progress, SHAPE, chance)
