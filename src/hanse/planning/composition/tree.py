"""The order in which a plan's precedence, directions aside, is walked as a forest."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from hanse.model.problem import ProcessPlan


@dataclass(frozen=True, slots=True)
class Tree:
    """Operations in the order of a walk from the roots: for each its position in the plan, the place of its parent in
    this order (-1: a root) and whether it comes later than its parent."""

    order: tuple[int, ...]
    parents: tuple[int, ...]
    later: tuple[bool, ...]


def tree_of(plan: ProcessPlan) -> Tree | None:
    """The walk of a plan whose precedence, directions aside, is a forest; None if an arc closes a circle."""
    operations = plan.operations
    if not operations[0].after and all(later.after == (earlier.id,) for earlier, later in pairwise(operations)):
        count = len(operations)  # a chain in file order: by far the commonest shape
        return Tree(tuple(range(count)), tuple(range(-1, count - 1)), (False, *([True] * (count - 1))))
    position = {operation.id: i for i, operation in enumerate(operations)}
    neighbours: list[list[tuple[int, bool]]] = [[] for _ in operations]
    arcs = 0
    for earlier, later_ in plan.arcs():
        neighbours[position[earlier]].append((position[later_], True))
        neighbours[position[later_]].append((position[earlier], False))
        arcs += 1
    walk: list[tuple[int, int, bool]] = []
    seen: set[int] = set()
    roots = 0
    for root in range(len(operations)):
        if root in seen:
            continue
        roots += 1
        seen.add(root)
        walk.append((root, -1, False))
        place = len(walk) - 1
        while place < len(walk):
            for neighbour, is_later in neighbours[walk[place][0]]:
                if neighbour not in seen:
                    seen.add(neighbour)
                    walk.append((neighbour, place, is_later))
            place += 1
    if arcs != len(operations) - roots:
        return None
    order, parents, later = zip(*walk, strict=True)
    return Tree(order, parents, later)
