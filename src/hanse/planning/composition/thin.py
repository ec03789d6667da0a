"""A smaller forest to search in: each job keeps the sites through which its routes are cheap at the dual's prices.

With few sites per job, each with a small matrix of legs of its own, the dynamic programme of one job takes
microseconds, so a search can afford it at every step. Only the search is narrowed; bounds come from the whole forest.
"""

from __future__ import annotations

import numpy as np

from hanse.planning.composition.forest import Forest, Ints


def thinned(forest: Forest, excess: Ints, keep: int) -> tuple[Forest, Ints]:
    """The forest with at most about `keep` sites for each job, and the number of every kept mode in the whole one.

    Kept are the sites of least excess (`kernels.excesses`); an operation that would lose all its modes keeps its best.
    """
    sites = forest.legs.shape[1]
    kept: list[Ints] = []
    places: list[Ints] = []
    owners: list[Ints] = []
    for job in range(len(forest.jobs) - 1):
        nodes = (int(forest.plans[forest.jobs[job]]), int(forest.plans[forest.jobs[job + 1]]))
        low, high = int(forest.modes[nodes[0]]), int(forest.modes[nodes[1]])
        own = forest.site[low:high]
        least = np.full(sites, np.iinfo(np.int64).max)
        np.minimum.at(least, own, excess[low:high])
        chosen = np.zeros(sites, dtype=np.bool_)
        chosen[np.argsort(least, kind="stable")[:keep]] = True
        starts = forest.modes[nodes[0] : nodes[1]] - low
        for node in np.flatnonzero(np.logical_or.reduceat(chosen[own], starts) == 0) + nodes[0]:
            part = slice(int(forest.modes[node]), int(forest.modes[node + 1]))
            chosen[forest.site[part][int(np.argmin(excess[part]))]] = True
        places.append(np.flatnonzero(chosen & (least < np.iinfo(np.int64).max)))
        kept.append(np.flatnonzero(chosen[own]) + low)
        owners.append(np.full(len(kept[-1]), job, dtype=np.int64))
    modes, owner = np.concatenate(kept), np.concatenate(owners)
    width = max(map(len, places))
    local = np.zeros((len(places), sites), dtype=np.int64)
    legs = np.zeros((len(places), width, width), dtype=np.int64)
    for job, place in enumerate(places):
        local[job, place] = np.arange(len(place))
        legs[job, : len(place), : len(place)] = forest.legs[0][np.ix_(place, place)]
    home = np.searchsorted(forest.modes, modes, side="right") - 1
    ends = np.zeros(len(forest.modes), dtype=np.int64)
    np.cumsum(np.bincount(home, minlength=len(forest.parent)), out=ends[1:])
    small = forest._replace(
        modes=ends,
        cost=forest.cost[modes],
        duration=forest.duration[modes],
        machine=forest.machine[modes],
        site=local[owner, forest.site[modes]],
        block=np.arange(len(places), dtype=np.int64),
        legs=legs,
        back=np.ascontiguousarray(legs.transpose(0, 2, 1)),
    )
    return small, modes
