"""Local search for any method: climbers, each with its own weights, step from neighbour to neighbour.

A climber starts from the member of the archive that suits its weights best, or where its method puts it
(`hybrid.py`). It takes a step if the augmented Tchebycheff function (Steuer, Choo 1983, Mathematical Programming 26) of
the normalised objectives gets worse by no more than a threshold, which falls to 0 during a climb (threshold accepting:
Dueck, Scheuer 1990, J. of Computational Physics 90):
    g(v) = max_k w_k n_k + 0.05 Σ_k w_k n_k,   n_k = (v_k - ideal_k) ÷ (nadir_k - ideal_k)
ideal and nadir being those of the archive. A plan that breaks a limit is worse than any that does not. How much it
looks at what delays the makespan is the weight of the objectives that depend on time.
"""

from __future__ import annotations

import numpy as np

from hanse.planning.pareto.archive import Archive
from hanse.planning.pareto.arrays import Floats, Ints
from hanse.planning.pareto.method import Method, shares
from hanse.planning.pareto.space import Chance, Scores, Space

HEAT = 0.03
"""Threshold at the beginning of a climb."""

CLIMBERS = 12
ROUNDS = 10
"""Steps of a climb; then all climbers start anew. Longer climbs find less, whoever proposes where they begin."""

SHARE = 0.7
"""Of all evaluations, for climbing."""

TIMELY = frozenset({"makespan", "tardiness"})
"""Objectives that the critical path decides."""

_BROKEN = 1e6
_LEAST_HASTE, _MOST_HASTE = 0.1, 0.9


def threshold(left: int) -> float:
    """By how much a step may be worse with so many rounds left."""
    return HEAT * left / ROUNDS


class Climbers:
    """The climbers of one search; see the module. `propose` and `absorb` as in `Method`."""

    def __init__(self, space: Space, archive: Archive, chance: Chance) -> None:
        self._space, self._archive, self._chance = space, archive, chance
        self._timely = np.array([name in TIMELY for name in space.objectives])
        self.vectors: Floats = np.empty((0, space.size))
        self.scores = Scores(np.empty((0, len(space.objectives))), np.empty(0))
        self._weights = self._haste = np.empty(0)

    def begin(self) -> None:
        """Start anew: fresh weights, each climber at the member that suits it. The archive must not be empty."""
        self.weigh(shares(CLIMBERS, len(self._space.objectives), self._chance))
        chosen = self.ranking()[:, 0]
        self.start(self._archive.vectors[chosen], Scores(self._archive.values[chosen], np.zeros(len(chosen))))

    def weigh(self, weights: Floats) -> None:
        """Take weights [climbers, objectives] for what comes."""
        self._weights = weights
        self._haste = np.clip(weights[:, self._timely].sum(axis=1), _LEAST_HASTE, _MOST_HASTE)

    def start(self, vectors: Floats, scores: Scores) -> None:
        """Put every climber somewhere."""
        self.vectors = vectors.copy()
        self.scores = Scores(scores.values.copy(), scores.broken.copy())

    def ranking(self) -> Ints:
        """Members of the archive [climbers, members], those that suit each climber's weights best first."""
        worth = self._worth(self._archive.values[None, :, :], self._weights[:, None, :])
        return np.argsort(worth, axis=1, kind="stable")

    def best(self, scores: Scores, climber: Ints) -> Ints:
        """For each climber the best of the vectors that are meant for it. climber [vectors]: for whom each is."""
        worth = self._worth(scores.values, self._weights[climber]) + _BROKEN * scores.broken
        own = [np.flatnonzero(climber == i) for i in range(CLIMBERS)]
        return np.array([rows[worth[rows].argmin()] for rows in own], dtype=np.int64)

    def propose(self) -> Floats:
        """One step of every climber."""
        return self._space.neighbours(self.vectors, self._haste, self._chance)

    def absorb(self, vectors: Floats, scores: Scores, threshold: float) -> None:
        """Climbers whose step is worse by at most the threshold take it."""
        count = len(vectors)
        now = self._worth(self.scores.values[:count], self._weights[:count]) + _BROKEN * self.scores.broken[:count]
        then = self._worth(scores.values, self._weights[:count]) + _BROKEN * scores.broken
        better = np.flatnonzero(then <= now + threshold)
        self.vectors[better] = vectors[better]
        self.scores.values[better] = scores.values[better]
        self.scores.broken[better] = scores.broken[better]

    def _worth(self, values: Floats, weights: Floats) -> Floats:
        ideal = self._archive.ideal
        span = np.maximum(self._archive.nadir - ideal, 1e-9)
        weighted = weights * (values - ideal) / span
        return np.asarray(weighted.max(axis=-1) + 0.05 * weighted.sum(axis=-1))


class Climbing:
    """A method that searches as another one does and climbs in between, SHARE of its evaluations, from the archive."""

    def __init__(self, inner: Method, space: Space, archive: Archive, chance: Chance) -> None:
        self._inner, self._archive = inner, archive
        self._climbers = Climbers(space, archive, chance)
        self._rounds = 0
        self._climbed = self._searched = 0

    def propose(self, progress: float) -> Floats:
        if self._rounds == 0 and self._due():
            self._climbers.begin()
            self._rounds = ROUNDS
        if self._rounds:
            return self._climbers.propose()
        return self._inner.propose(progress)

    def absorb(self, vectors: Floats, scores: Scores) -> None:
        if not self._rounds:
            self._searched += len(vectors)
            self._inner.absorb(vectors, scores)
            return
        self._climbed += len(vectors)
        self._climbers.absorb(vectors, scores, threshold(self._rounds))
        self._rounds -= 1
        if self._rounds == 0:
            self._inner.receive(self._climbers.vectors, self._climbers.scores)

    def receive(self, vectors: Floats, scores: Scores) -> None:
        self._inner.receive(vectors, scores)

    def _due(self) -> bool:
        """Whether climbing is behind its share, and there is something to climb from."""
        total = self._climbed + self._searched
        return bool(len(self._archive) and total and self._climbed < SHARE * total)
