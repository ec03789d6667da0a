"""Chains of tasks that every provider offers, as plain arrays: the scale no list of objects reaches.

    cheapest[d] = min over p_1 … p_T of Σ over t of cost[d, t, p_t] + Σ over t > 1 of legs[p_(t-1), p_t]

The recursion of `routes.py`, four demands at a time, so that a row of legs is read once for eight sums. Costs come in
blocks and are forgotten again; of a demand no more is kept than its tables while it is solved and its choices, 16 bits
each, afterwards. 1 000 providers × 100 000 tasks, 10^11 sums, take seconds (benchmarks/results/composition.md).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from hanse.errors import InputError
from hanse.planning.composition.jit import compiled

Numbers = npt.NDArray[Any]
"""32- or 64-bit signed integers, one kind throughout a call."""

LANES = 4
"""Demands solved together."""

MOST = 1 << 16
"""Providers that 16 bits can tell apart."""


class Chains(NamedTuple):
    """least: cheapest cost by demand. choice: provider by demand and task, the first of equals."""

    least: npt.NDArray[np.int64]
    choice: npt.NDArray[np.uint16]


def chains(blocks: Iterable[Numbers], legs: Numbers, threads: int = 1) -> Iterator[Chains]:
    """The cheapest chains of each block of costs [demand, task, provider], in order; legs are [from][to].

    All integers ≥ 0. 32-bit blocks are solved in 32 bits where no sum can leave them, in 64 otherwise. At most twice as
    many blocks as threads are held at a time. Raises InputError for shapes or sizes that do not fit.
    """
    providers = len(legs)
    if legs.shape != (providers, providers) or not 0 < providers <= MOST:
        raise InputError(f"legs of shape {legs.shape} are not square over 1 to {MOST} providers", where="legs")
    highest = int(legs.max())
    narrow, wide = np.ascontiguousarray(legs, dtype=np.int64), np.ascontiguousarray(legs, dtype=np.int64)
    if highest < 1 << 31:
        narrow = narrow.astype(np.int32)

    def work(block: Numbers) -> Chains:
        if block.ndim != 3 or block.shape[2] != providers or not block.shape[1]:
            raise InputError(f"costs of shape {block.shape} do not fit {providers} providers", where="costs")
        if not len(block):
            return Chains(np.zeros(0, dtype=np.int64), np.zeros(block.shape[:2], dtype=np.uint16))
        if block.dtype not in (np.int32, np.int64) or min(int(block.min()), int(legs.min())) < 0:
            raise InputError("costs and legs must be integers of 32 or 64 bits, none negative", where="costs")
        sums = block.shape[1] * (int(block.max()) + highest)
        if sums >= 1 << 62:
            raise InputError("sums of these costs may leave 64 bits", where="costs", hint="use a coarser unit")
        fits = block.dtype == np.int32 and sums < 1 << 31
        return _solve(np.ascontiguousarray(block, dtype=np.int32 if fits else np.int64), narrow if fits else wide)

    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[Future[Chains]] = deque()
        for block in blocks:
            waiting.append(pool.submit(work, block))
            if len(waiting) >= 2 * threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _solve(block: Numbers, legs: Numbers) -> Chains:
    demands, tasks, providers = block.shape
    least = np.zeros(demands, dtype=np.int64)
    choice = np.zeros((demands, tasks), dtype=np.uint16)
    _chains(block, legs, np.empty((tasks, LANES, providers), dtype=block.dtype), least, choice)
    return Chains(least, choice)


@compiled
def relax_lanes(legs: Numbers, far: Numbers, near: Numbers) -> None:
    """near[lane, p] = min over q of legs[p, q] + far[lane, q], two p at a time."""
    count, kind = len(legs), legs.dtype.type
    f0, f1, f2, f3 = far[0], far[1], far[2], far[3]
    for p in range(0, count, 2):
        other = p + 1 if p + 1 < count else p
        k, m = legs[p], legs[other]
        k0 = kind(k[0] + f0[0])
        k1 = kind(k[0] + f1[0])
        k2 = kind(k[0] + f2[0])
        k3 = kind(k[0] + f3[0])
        m0 = kind(m[0] + f0[0])
        m1 = kind(m[0] + f1[0])
        m2 = kind(m[0] + f2[0])
        m3 = kind(m[0] + f3[0])
        for q in range(count):
            k0 = min(k0, kind(k[q] + f0[q]))
            k1 = min(k1, kind(k[q] + f1[q]))
            k2 = min(k2, kind(k[q] + f2[q]))
            k3 = min(k3, kind(k[q] + f3[q]))
            m0 = min(m0, kind(m[q] + f0[q]))
            m1 = min(m1, kind(m[q] + f1[q]))
            m2 = min(m2, kind(m[q] + f2[q]))
            m3 = min(m3, kind(m[q] + f3[q]))
        near[0, p], near[1, p], near[2, p], near[3, p] = k0, k1, k2, k3
        near[0, other], near[1, other], near[2, other], near[3, other] = m0, m1, m2, m3


@compiled
def _chains(
    block: Numbers, legs: Numbers, tables: Numbers, least: npt.NDArray[np.int64], choice: npt.NDArray[np.uint16]
) -> None:
    """Solve a block. tables: scratch of [task, lane, provider]."""
    demands, tasks, providers = block.shape
    for first in range(0, demands, LANES):
        for t in range(tasks - 1, -1, -1):
            if t < tasks - 1:
                relax_lanes(legs, tables[t + 1], tables[t])
            else:
                tables[t] = 0
            for lane in range(LANES):
                d = min(first + lane, demands - 1)  # the last demand fills the lanes nobody needs
                tables[t, lane] += block[d, t]
        for lane in range(min(LANES, demands - first)):
            before = 0
            for t in range(tasks):
                table, row = tables[t, lane], legs[before]
                best = 0
                low = np.int64(table[0]) + (row[0] if t else 0)
                for q in range(1, providers):
                    value = np.int64(table[q]) + (row[q] if t else 0)
                    if value < low:
                        low, best = value, q
                if t == 0:
                    least[first + lane] = low
                choice[first + lane, t] = best
                before = best
