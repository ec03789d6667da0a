"""Moths between two flames, compiled: a new vector from two known ones, job by job.

Both are decoded first, so that their priorities are ranks of their starts and mean the same. Each job of a moth then
    stays       with the keys of its flame L,
    flies       to those of the other flame M: its line, ways and places in the order, or
    spirals     around its flame, every key by itself: L + |M - L| · exp(a t) · cos(2 π t), as `moth.py` does with all
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from hanse.planning.composition.jit import compiled, inlined
from hanse.planning.composition.search import drawn
from hanse.planning.pareto.arrays import Arrays, Floats
from hanse.planning.pareto.decode import Work, build, work_of
from hanse.planning.pareto.neighbour import ranked
from hanse.planning.pareto.space import Chance, Space

STAYS, FLIES, SPIRALS = 0, 1, 2


def flights(
    space: Space,
    flames: Floats,
    others: Floats,
    flown: Floats,
    spiralled: float,
    rho: float,
    shape: float,
    chance: Chance,
) -> Floats:
    """One moth for each row of `flames` and `others`. flown [rows]: share of the jobs that fly to the other flame;
    spiralled: of those that spiral; rho, shape: ρ and a of the spiral (models.md, section 4)."""
    made = np.empty((len(flames), space.size))
    seeds = chance.integers(1, 2**63, size=len(flames), dtype=np.uint64)
    fly(space.arrays, flames, others, space.gaps, work_of(space.arrays), flown, spiralled, rho, shape, seeds, made)
    return made


@inlined
def folded(value: float) -> float:
    """A key folded back into [0, 1] as by mirrors at 0 and 1."""
    rest = abs(value) % 2.0
    return 2.0 - rest if rest > 1.0 else rest


@compiled
def fly(
    a: Arrays,
    flames: Floats,
    others: Floats,
    gaps: bool,
    w: Work,
    flown: Floats,
    spiralled: float,
    rho: float,
    shape: float,
    seeds: npt.NDArray[np.uint64],
    made: Floats,
) -> None:
    """`flights` into `made`; seeds [rows], none 0, draw everything."""
    jobs, tasks, size = len(a.lines) - 1, len(a.job), flames.shape[1]
    keys = jobs + tasks
    order, does = np.zeros(tasks, dtype=np.int64), np.zeros(jobs, dtype=np.int64)
    chance = np.zeros(1, dtype=np.uint64)
    both = np.empty((2, size))
    for row in range(len(flames)):
        chance[0] = seeds[row]
        for side in range(2):
            given = flames[row] if side == 0 else others[row]
            build(a, given, gaps, w)
            count = ranked(a, w, order)
            both[side, :] = given
            for i in range(count):
                both[side, keys + order[i]] = 1.0 - (i + 0.5) / count
        for job in range(jobs):
            u = drawn(chance)
            does[job] = FLIES if u < flown[row] else SPIRALS if u < flown[row] + spiralled else STAYS
        for k in range(size):
            does_here = does[k if k < jobs else a.job[(k - jobs) % tasks]]
            here, there = both[0, k], both[1, k]
            if does_here == SPIRALS:
                t = (rho - 1.0) * drawn(chance) + 1.0
                made[row, k] = folded(here + abs(there - here) * math.exp(shape * t) * math.cos(2 * math.pi * t))
            else:
                made[row, k] = there if does_here == FLIES else here
