"""The dynamic programme on a `Forest`, compiled: the cheapest route of a job at given prices of its machines' time.

    price-reduced cost of a mode = cost + price[machine] · duration

and on a tree of operations the least sum of those and the legs, folded leaf by leaf into the root. No back-pointers are
kept: the folded tables of one job stay in a scratch buffer, and walking back looks for the minimum only along the
chosen path, which costs one row where storing an argument costs the whole layer. Plain twin: `routes.py`.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from hanse.planning.composition.forest import Forest, Ints
from hanse.planning.composition.jit import compiled

FAR = 1 << 61
"""Larger than any sum: callers keep sums below 2^60 (`forest.largest_sum`), so that FAR plus a leg still fits."""


@compiled
def relax(far: Ints, legs: npt.NDArray[np.int64], near: Ints) -> None:
    """near[p] = min over q of far[q] + legs[q, p]. Four rows at a time, so that the inner loop has no reduction and
    loads and stores its result once for four sums."""
    count = len(legs)
    for p in range(count):
        near[p] = FAR
    whole = count - count % 4
    for q in range(0, whole, 4):
        a, b, c, d = far[q], far[q + 1], far[q + 2], far[q + 3]
        for p in range(count):
            left = min(a + legs[q, p], b + legs[q + 1, p])
            right = min(c + legs[q + 2, p], d + legs[q + 3, p])
            near[p] = min(near[p], min(left, right))
    for q in range(whole, count):
        a = far[q]
        for p in range(count):
            near[p] = min(near[p], a + legs[q, p])


@compiled
def fold(forest: Forest, price: Ints, job: int, table: Ints, reach: Ints) -> tuple[int, int]:
    """Least price-reduced cost of the job over its plans, and the first plan that attains it.

    table: scratch of at least the job's modes, left filled for `walk`; reach: scratch of at least twice the sites.
    """
    base = forest.modes[forest.plans[forest.jobs[job]]]
    end = forest.modes[forest.plans[forest.jobs[job + 1]]]
    for m in range(base, end):
        table[m - base] = forest.cost[m] + price[forest.machine[m]] * forest.duration[m]
    best, best_plan = FAR, -1
    sites, block = forest.legs.shape[1], forest.block[job]
    for c in range(forest.jobs[job], forest.jobs[job + 1]):
        total = 0
        for node in range(forest.plans[c + 1] - 1, forest.plans[c] - 1, -1):
            low, high, up = forest.modes[node], forest.modes[node + 1], forest.parent[node]
            if up < 0 or not forest.moving:
                least = table[low - base]
                for m in range(low, high):
                    least = min(least, table[m - base])
                if up < 0:
                    total += least
                else:
                    for m in range(forest.modes[up], forest.modes[up + 1]):
                        table[m - base] += least
                continue
            first, last = forest.modes[up], forest.modes[up + 1]
            if (min(high - low, last - first)) * 4 >= sites:
                # Spread over all sites: adding and comparing whole rows is faster than picking from them.
                far, near = reach[:sites], reach[sites : 2 * sites]
                far[:] = FAR
                for m in range(low, high):
                    s = forest.site[m]
                    far[s] = min(far[s], table[m - base])
                relax(far, forest.back[block] if forest.later[node] else forest.legs[block], near)
                for m in range(first, last):
                    table[m - base] += near[forest.site[m]]
            else:
                legs = forest.legs[block] if forest.later[node] else forest.back[block]
                for m in range(first, last):
                    row = legs[forest.site[m]]
                    least = table[low - base] + row[forest.site[low]]
                    for q in range(low + 1, high):
                        least = min(least, table[q - base] + row[forest.site[q]])
                    table[m - base] += least
        if total < best:
            best, best_plan = total, c
    return best, best_plan


@compiled
def walk(forest: Forest, job: int, plan: int, table: Ints, choice: Ints) -> None:
    """Write the modes of the cheapest route, found by `fold`, into `choice` by operation; the first of equals."""
    base, block = forest.modes[forest.plans[forest.jobs[job]]], forest.block[job]
    for node in range(forest.plans[plan], forest.plans[plan + 1]):
        low, high, up = forest.modes[node], forest.modes[node + 1], forest.parent[node]
        legs = forest.legs[block] if forest.later[node] else forest.back[block]
        at = forest.site[choice[up]] if up >= 0 else 0
        least, best = FAR, low
        for m in range(low, high):
            value = table[m - base]
            if up >= 0:
                value += legs[at, forest.site[m]]
            if value < least:
                least, best = value, m
        choice[node] = best


@compiled
def route_all(
    forest: Forest, price: Ints, begin: int, end: int, least: Ints, plan: Ints, choice: Ints, table: Ints, reach: Ints
) -> None:
    """The cheapest routes of jobs begin ≤ j < end: `least[j]`, `plan[j]` and `choice` by operation."""
    for job in range(begin, end):
        least[job], plan[job] = fold(forest, price, job, table, reach)
        walk(forest, job, plan[job], table, choice)


@compiled
def loads(forest: Forest, plan: Ints, choice: Ints, machines: int) -> Ints:
    """Time given to each machine by the routes."""
    total = np.zeros(machines, dtype=np.int64)
    for job in range(len(plan)):
        for node in range(forest.plans[plan[job]], forest.plans[plan[job] + 1]):
            m = choice[node]
            total[forest.machine[m]] += forest.duration[m]
    return total


@compiled
def leg(forest: Forest, block: int, node: int, up: int, low: int) -> int:
    """Transport cost between the mode `up` of a node's parent and the mode `low` of the node."""
    a, b = forest.site[up], forest.site[low]
    cost: int = forest.legs[block, a, b] if forest.later[node] else forest.legs[block, b, a]
    return cost


@compiled
def route_cost(forest: Forest, job: int, plan: int, choice: Ints) -> int:
    """Cost of one route in the forest's scale, prices left out."""
    total, block = 0, forest.block[job]
    for node in range(forest.plans[plan], forest.plans[plan + 1]):
        total += forest.cost[choice[node]]
        if forest.parent[node] >= 0:
            total += leg(forest, block, node, choice[forest.parent[node]], choice[node])
    return total


@compiled
def excesses(
    forest: Forest, price: Ints, begin: int, end: int, excess: Ints, table: Ints, whole: Ints, reach: Ints
) -> None:
    """For every mode of jobs begin ≤ j < end, how much more than its cheapest route the job pays, prices included, if
    the operation takes this mode. `table` and `whole`: scratch of a job's modes; `reach`: of twice the sites and of a
    job's modes."""
    for job in range(begin, end):
        best, _ = fold(forest, price, job, table, reach)
        base, block = forest.modes[forest.plans[forest.jobs[job]]], forest.block[job]
        for c in range(forest.jobs[job], forest.jobs[job + 1]):
            total = 0
            for node in range(forest.plans[c], forest.plans[c + 1]):
                if forest.parent[node] < 0:
                    least = FAR
                    for m in range(forest.modes[node], forest.modes[node + 1]):
                        least = min(least, table[m - base])
                    total += least
            for node in range(forest.plans[c], forest.plans[c + 1]):
                low, high, up = forest.modes[node], forest.modes[node + 1], forest.parent[node]
                if up < 0:
                    least = FAR
                    for m in range(low, high):
                        least = min(least, table[m - base])
                    for m in range(low, high):
                        whole[m - base] = total - least + table[m - base]
                else:
                    # What the rest of the tree costs seen from each mode of the parent, this branch left out.
                    first, last = forest.modes[up], forest.modes[up + 1]
                    for p in range(first, last):
                        least = FAR
                        for m in range(low, high):
                            least = min(least, table[m - base] + leg(forest, block, node, p, m))
                        reach[p - first] = whole[p - base] - least
                    for m in range(low, high):
                        least = FAR
                        for p in range(first, last):
                            least = min(least, reach[p - first] + leg(forest, block, node, p, m))
                        whole[m - base] = table[m - base] + least
                for m in range(low, high):
                    excess[m] = whole[m - base] - best
