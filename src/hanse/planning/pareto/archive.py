"""The best of all that was seen: vectors of which none dominates another.

Kept whole up to `capacity`; beyond that the most crowded go (smallest crowding distance, Deb et al. 2002, IEEE
Transactions on Evolutionary Computation 6), never the best in an objective.
"""

from __future__ import annotations

import numpy as np

from hanse.planning.composition.jit import compiled
from hanse.planning.pareto.arrays import Flags, Floats
from hanse.planning.pareto.space import Scores

CAPACITY = 400


@compiled
def enter(values: Floats, count: int, keep: Flags, new: Floats) -> bool:
    """Whether `new` is neither dominated by nor equal to one of the first `count` rows; `keep` loses those it
    dominates."""
    for i in range(count):
        if not keep[i]:
            continue
        better, worse = False, False
        for k in range(len(new)):
            if new[k] < values[i, k]:
                better = True
            elif new[k] > values[i, k]:
                worse = True
        if not better:
            return False
        if not worse:
            keep[i] = False
    return True


@compiled
def merge(values: Floats, count: int, keep: Flags, new: Floats, valid: Flags, source: Flags) -> int:
    """Offer rows of `new` one after another. values, keep: room for all; the first `count` rows are members. Rows that
    enter are written behind them; `source[i]`: row i of `new` entered. The number of rows in use then."""
    for i in range(len(new)):
        source[i] = False
        if valid[i] and enter(values, count, keep, new[i]):
            for k in range(new.shape[1]):
                values[count, k] = new[i, k]
            keep[count] = True
            source[i] = True
            count += 1
    return count


def crowding(values: Floats) -> Floats:
    """Crowding distance of each row of a front; infinite for the best and worst in an objective that varies."""
    count, total = len(values), np.zeros(len(values))
    for column in values.T:
        order = np.argsort(column, kind="stable")
        span = column[order[-1]] - column[order[0]] if count else 0.0
        if span <= 0:
            continue
        total[order[[0, -1]]] = np.inf
        total[order[1:-1]] += (column[order[2:]] - column[order[:-2]]) / span
    return total


class Archive:
    """A front and its vectors, ordered by their values. vectors [members, size]; values [members, objectives]."""

    def __init__(self, size: int, objectives: int, capacity: int = CAPACITY) -> None:
        self.vectors: Floats = np.empty((0, size))
        self.values: Floats = np.empty((0, objectives))
        self._capacity = capacity

    def __len__(self) -> int:
        return len(self.values)

    @property
    def ideal(self) -> Floats:
        """The best of each objective."""
        return np.asarray(self.values.min(axis=0))

    @property
    def nadir(self) -> Floats:
        """The worst of each objective among the members."""
        return np.asarray(self.values.max(axis=0))

    def offer(self, vectors: Floats, scores: Scores) -> bool:
        """Take in what nobody dominates; whether anything entered."""
        count, added = len(self.values), len(vectors)
        values = np.empty((count + added, self.values.shape[1]))
        values[:count] = self.values
        keep, source = np.zeros(count + added, dtype=np.bool_), np.zeros(added, dtype=np.bool_)
        keep[:count] = True
        total = merge(values, count, keep, scores.values, scores.broken == 0, source)
        if total == count:
            return False
        whole = np.concatenate([self.vectors, vectors[source]])
        keep = keep[:total]
        self.vectors, self.values = whole[keep], values[:total][keep]
        self._thin()
        order = np.lexsort(self.values.T[::-1])
        self.vectors, self.values = self.vectors[order], self.values[order]
        return True

    def _thin(self) -> None:
        while len(self.values) > self._capacity:
            surplus = len(self.values) - self._capacity
            # A tenth at a time, so that distances are fresh when the next ones go.
            order = np.argsort(crowding(self.values), kind="stable")[: max(1, min(surplus, self._capacity // 10))]
            stay = np.ones(len(self.values), dtype=np.bool_)
            stay[order] = False
            self.vectors, self.values = self.vectors[stay], self.values[stay]
