"""Moth-flame optimisation (Mirjalili 2015, Knowledge-Based Systems 89) as Ramakurthi 2022 uses it, corrected.

Moths K fly on spirals around flames L, the elite of the archive (models.md, section 4; symbols as there):

    S_x = |L_y - K_x|                       per coordinate
    K_x ← S_x · exp(a t) · cos(2 π t) + L_y
    t = (ρ - 1) u + 1,  u ~ U(0, 1),  ρ falling linearly from -1 to -2
    flames: round(n - τ (n - 1) ÷ τ_max);  moth x flies around flame min(x, flames)

Printed as "eat cos(2 pi i)" in the paper; ρ and the number of flames are the standard algorithm's, not the paper's.
With several objectives flames are drawn from the archive, the least crowded first. Keys that leave [0, 1] are folded
back; a moth that would hang in its flame (S = 0 everywhere) is thrown anywhere in a few coordinates instead.
"""

from __future__ import annotations

import numpy as np

from hanse.planning.pareto.archive import Archive, crowding
from hanse.planning.pareto.arrays import Floats
from hanse.planning.pareto.space import Chance, Scores, Space

MOTHS = 60
SHAPE = 1.0
"""The constant a of the spiral."""

THROWN = 0.05
"""Share of coordinates in which a moth that sits in its flame is thrown elsewhere."""


class MothFlame:
    """The method. Its flames are the archive's members, so nothing it receives needs keeping."""

    def __init__(self, space: Space, archive: Archive, chance: Chance, moths: int = MOTHS) -> None:
        self._space, self._archive, self._chance = space, archive, chance
        self._moths = moths
        self._places: Floats | None = None

    def propose(self, progress: float) -> Floats:
        chance = self._chance
        if self._places is None or not len(self._archive):
            self._places = self._space.random(self._moths, chance)
            return self._places
        flames = self._flames(round(self._moths - progress * (self._moths - 1)))
        around = flames[np.minimum(np.arange(self._moths), len(flames) - 1)]
        away = np.abs(around - self._places)
        rho = -1.0 - progress
        t = (rho - 1.0) * chance.random((self._moths, self._space.size)) + 1.0
        flown = away * np.exp(SHAPE * t) * np.cos(2 * np.pi * t) + around
        thrown = chance.random(flown.shape) < np.where(away.sum(axis=1, keepdims=True) < 1e-9, THROWN, 0.0)
        flown = np.where(thrown, chance.random(flown.shape), flown)
        self._places = fold(flown)
        return self._places

    def absorb(self, vectors: Floats, scores: Scores) -> None:
        del vectors, scores

    def receive(self, vectors: Floats, scores: Scores) -> None:
        del vectors, scores

    def _flames(self, count: int) -> Floats:
        """At most `count` members of the archive, the least crowded first."""
        order = np.argsort(-crowding(self._archive.values), kind="stable")
        return self._archive.vectors[order[: max(1, count)]]


def fold(values: Floats) -> Floats:
    """Numbers folded back into [0, 1] as by mirrors at 0 and 1."""
    rest = np.mod(np.abs(values), 2.0)
    return np.asarray(np.where(rest > 1.0, 2.0 - rest, rest))
