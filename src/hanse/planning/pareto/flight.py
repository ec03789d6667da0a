"""Moths between two flames, compiled: a new vector from two known ones, job by job.

Both are decoded first, so that their priorities are ranks of their starts and mean the same. Each job of the moth then
    keeps       the keys of its flame,
    flies       to those of the other flame: its line, ways and places in the order, or
    spirals     around its flame, every key by itself: L + |M - L| · exp(a t) · cos(2 π t), M the other flame's
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from hanse.planning.composition.jit import compiled, inlined
from hanse.planning.composition.search import drawn
from hanse.planning.pareto.arrays import Arrays, Floats
from hanse.planning.pareto.decode import Work, build
from hanse.planning.pareto.neighbour import ranked


@inlined
def folded(value: float) -> float:
    """A key folded back into [0, 1] as by mirrors at both ends."""
    rest = abs(value) % 2.0
    return 2.0 - rest if rest > 1.0 else rest


@compiled
def flights(
    a: Arrays,
    flames: Floats,
    others: Floats,
    gaps: bool,
    w: Work,
    fly: Floats,
    spiral: float,
    rho: float,
    shape: float,
    seeds: npt.NDArray[np.uint64],
    made: Floats,
) -> None:
    """One moth for each row of `flames` and `others`, into `made`. fly [rows]: share of the jobs that fly to the other
    flame; spiral: of those that spiral; rho: lower end of t (models.md, section 4)."""
    jobs, tasks = len(a.lines) - 1, len(a.job)
    keys = jobs + tasks
    order = np.zeros(tasks, dtype=np.int64)
    chance = np.zeros(1, dtype=np.uint64)
    here, there = np.empty(len(flames[0])), np.empty(len(flames[0]))
    kind = np.zeros(jobs, dtype=np.int64)
    for row in range(len(flames)):
        chance[0] = seeds[row]
        for side in range(2):
            x, y = (flames[row], here) if side == 0 else (others[row], there)
            build(a, x, gaps, w)
            count = ranked(a, w, order)
            y[:] = x
            for i in range(count):
                y[keys + order[i]] = 1.0 - (i + 0.5) / count
        for job in range(jobs):
            u = drawn(chance)
            kind[job] = 1 if u < fly[row] else 2 if u < fly[row] + spiral else 0
        for k in range(len(here)):
            job = k if k < jobs else a.job[k - jobs] if k < keys else a.job[k - keys]
            if kind[job] == 0:
                made[row, k] = here[k]
            elif kind[job] == 1:
                made[row, k] = there[k]
            else:
                t = (rho - 1.0) * drawn(chance) + 1.0
                made[row, k] = folded(here[k] + abs(there[k] - here[k]) * math.exp(shape * t) * math.cos(2 * math.pi * t))
