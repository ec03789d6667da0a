"""What a job costs each coalition of members, compiled. Plain twin: `routes.py` on a problem with these members alone.

A job's plans lie one after the other as nodes, each plan a walk from its roots (`composition.tree`): `parent` of a node
(-1: a root) and whether it comes `later`. `cost[node, member]` is the member's cheapest mode there, legs from the
origin and to the destination included, FAR if it has none. `legs[p, q]` is the way from p to q.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from hanse.planning.composition.jit import compiled
from hanse.value.coalitions import FAR
from hanse.value.shapley import Ints


@compiled
def fold(
    cost: Ints, parent: Ints, later: Ints, legs: Ints, first: int, last: int, who: Ints, count: int, table: Ints,
    choice: Ints,
) -> int:  # fmt: skip
    """Cheapest cost of one plan, nodes first to last, with the `count` members that `who` lists; FAR if they cannot
    make it. Fills table[node, member], and choice[node, p]: the member of the node if its parent's is p (at a root: p
    of 0)."""
    for node in range(first, last):
        for a in range(count):
            table[node, who[a]] = cost[node, who[a]]
    total = 0
    for node in range(last - 1, first - 1, -1):
        up = parent[node]
        if up < 0:
            best, member = FAR, who[0]
            for a in range(count):
                if table[node, who[a]] < best:
                    best, member = table[node, who[a]], who[a]
            choice[node, 0] = member
            if best >= FAR:
                return FAR
            total += best
            continue
        for b in range(count):
            p = who[b]
            best, member = FAR, p
            for a in range(count):
                q = who[a]
                through = table[node, q] + (legs[p, q] if later[node] else legs[q, p])
                if through < best:
                    best, member = through, q
            choice[node, p] = member
            table[up, p] = FAR if best >= FAR or table[up, p] >= FAR else table[up, p] + best
    return total


@compiled
def used(parent: Ints, first: int, last: int, choice: Ints, chosen: Ints) -> int:
    """Bit set of the members on the route that `fold` found."""
    found = 0
    for node in range(first, last):
        up = parent[node]
        chosen[node] = choice[node, 0 if up < 0 else chosen[up]]
        found |= 1 << chosen[node]
    return found


@compiled
def all_coalitions(cost: Ints, parent: Ints, later: Ints, legs: Ints, starts: Ints) -> Ints:
    """Cheapest cost of the job for every coalition, by bit set; FAR where it cannot make it.

    Whoever is not on the cheapest route of S can leave S without making it dearer. So one route settles all sets
    between its members and S, and only what is still open afterwards, from large sets to small, is solved.
    """
    nodes, members = cost.shape
    best = np.full(1 << members, -1, dtype=np.int64)
    who = np.empty(members, dtype=np.int64)
    chosen = np.empty(nodes, dtype=np.int64)
    table, choice = np.empty_like(cost), np.empty_like(cost)
    best[0] = FAR
    for coalition in range((1 << members) - 1, 0, -1):
        if best[coalition] >= 0:
            continue
        count = 0
        for member in range(members):
            if coalition >> member & 1:
                who[count] = member
                count += 1
        least, needed = FAR, 0
        for k in range(len(starts) - 1):
            first, last = starts[k], starts[k + 1]
            total = fold(cost, parent, later, legs, first, last, who, count, table, choice)
            if total < least:
                least, needed = total, used(parent, first, last, choice, chosen)
        rest = coalition & ~needed
        part = rest
        while True:
            best[needed | part] = least
            if part == 0:
                break
            part = (part - 1) & rest
    best[0] = FAR
    return best


@compiled
def arrive(
    cost: Ints, parent: Ints, later: Ints, legs: Ints, starts: Ints, most: int, orders: Ints, added: Ints
) -> None:
    """Adds to added[row, member] what each member adds to 2 · most - cost of the job when it arrives in the order of
    that row; a coalition that cannot make the job for `most` reaches 0. An order ends when the job is as cheap as all
    together make it."""
    nodes, members = cost.shape
    everyone = np.arange(members)
    table, through = np.empty_like(cost), np.empty_like(cost)
    goal = FAR
    for k in range(len(starts) - 1):
        goal = min(goal, fold(cost, parent, later, legs, starts[k], starts[k + 1], everyone, members, table, through))
    if goal > most:
        return
    kids = np.zeros(nodes + 1, dtype=np.int64)  # those of a node: child[kids[node]] to child[kids[node + 1] - 1]
    for up in parent[parent >= 0]:
        kids[up + 1] += 1
    kids = np.cumsum(kids)
    child, filled = np.empty(nodes, dtype=np.int64), kids.copy()
    for node in range(nodes):
        if parent[node] >= 0:
            child[filled[parent[node]]] = node
            filled[parent[node]] += 1
    low, stirred = np.empty(nodes, dtype=np.int64), np.empty(nodes, dtype=np.bool_)
    for row in range(len(orders)):
        order = orders[row]
        own = cost[:, order]  # by place of arrival, so that those who are there lie side by side
        there = legs[order][:, order]
        back = there.T.copy()
        table[:], through[:], low[:] = FAR, FAR, FAR
        reached = 0
        for place in range(members):
            best = FAR
            for k in range(len(starts) - 1):
                total = _join(
                    own, parent, later, there, back, starts[k], starts[k + 1], place, kids, child, table, through, low,
                    stirred,
                )  # fmt: skip
                best = min(best, total)
            now = 2 * most - best if best <= most else 0
            added[row, order[place]] += now - reached
            reached = now
            if best == goal:
                break


@compiled
def _join(
    cost: Ints, parent: Ints, later: Ints, legs: Ints, back: Ints, first: int, last: int, place: int,
    kids: Ints, child: Ints, table: Ints, through: Ints, low: Ints, stirred: npt.NDArray[np.bool_],
) -> int:  # fmt: skip
    """Cheapest cost of one plan when the member of this place joins those before it. Keeps for each node table[node,
    p], the cheapest sum of it and what hangs on it if p does it; through[node, p], the same and the leg if p does its
    parent; low, the least of the table; stirred, whether anything in through got cheaper now. Only what got cheaper is
    passed on."""
    total = 0
    for node in range(first, last):
        stirred[node] = False
    for node in range(last - 1, first - 1, -1):
        up = parent[node]
        begin = (
            0 if stirred[node] else place
        )  # nobody's sum is new but the newcomer's, unless something below got cheaper
        for p in range(begin, place + 1):
            own = cost[node, p]
            for c in range(kids[node], kids[node + 1]):
                own = min(FAR, own + through[child[c], p])
            if own >= table[node, p]:
                continue
            table[node, p] = own
            low[node] = min(low[node], own)
            if up >= 0:
                ways = back[p] if later[node] else legs[p]
                cheaper = False
                for other in range(place):
                    if own + ways[other] < through[node, other]:
                        through[node, other] = own + ways[other]
                        cheaper = True
                stirred[up] |= cheaper
        if up < 0:
            total = min(FAR, total + low[node])
            continue
        ways = legs[place] if later[node] else back[place]
        least = FAR
        for q in range(place + 1):
            least = min(least, table[node, q] + ways[q])
        through[node, place] = least
    return total
