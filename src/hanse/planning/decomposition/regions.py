"""The plane cut into regions, two ways, both the same for the same points and seed.

*Bisection* halves the points again and again across their longer side (k = 3 cuts off a third first), like the halves,
strips and quadrants of Radmanesh 2021. *k-means* (Lloyd 1982, started as in Arthur and Vassilvitskii 2007) seeks
compact regions. Coordinates are integers in distance units; squared distances stay exact in Python integers.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from hanse.errors import InputError

Point = tuple[int, int]

ROUNDS = 100
"""Lloyd's iteration nearly always stands still long before."""


class Regions(Protocol):
    """A cut plane: every point lies in one region, numbered from 0."""

    def of(self, point: Point) -> int:
        """The region of any point of the plane."""
        ...


@dataclass(frozen=True, slots=True)
class Centres:
    """Each point belongs to its nearest centre, the first of equals."""

    points: tuple[Point, ...]

    def of(self, point: Point) -> int:
        return min(range(len(self.points)), key=lambda i: (_squared(point, self.points[i]), i))


@dataclass(frozen=True, slots=True)
class Cut:
    """One straight cut: points up to `at` on `axis` (0: x, 1: y) go below, the others above; None is a whole region.
    `count`: regions below; the regions above are numbered after them."""

    axis: int
    at: Point
    count: int
    below: Cut | None
    above: Cut | None

    def of(self, point: Point) -> int:
        if _along(point, self.axis) <= self.at:
            return self.below.of(point) if self.below else 0
        return self.count + (self.above.of(point) if self.above else 0)


def k_means(points: Sequence[Point], regions: int, seed: int = 0) -> Centres:
    """Centres of `regions` compact groups of points. Raises InputError if there are fewer different points."""
    _enough(points, regions)
    chance = random.Random(f"hanse/k-means/{seed}")
    centres = [chance.choice(points)]
    while len(centres) < regions:
        away = [min(_squared(point, centre) for centre in centres) for point in points]
        centres.append(chance.choices(points, weights=away)[0])
    for _ in range(ROUNDS):
        groups: list[list[Point]] = [[] for _ in centres]
        here = Centres(tuple(centres))
        for point in points:
            groups[here.of(point)].append(point)
        # A centre nobody is nearest to stays where it is: it began on a point, and may win it back.
        moved = [_mean(group) if group else centre for group, centre in zip(groups, centres, strict=True)]
        if moved == centres or len(set(moved)) < regions:
            break
        centres = moved
    return Centres(tuple(sorted(centres)))


def bisection(points: Sequence[Point], regions: int) -> Cut | Centres:
    """Straight cuts into `regions` groups as equal as the points allow. Raises InputError if there are fewer different
    points. One region needs no cut and is answered by its only centre."""
    _enough(points, regions)
    return _cut(sorted(set(points)), regions) or Centres((points[0],))


def _cut(points: list[Point], regions: int) -> Cut | None:
    """Different points, at least as many as regions. Ties along the axis are broken by the other coordinate."""
    if regions == 1:
        return None
    axis = 0 if _extent(points, 0) >= _extent(points, 1) else 1
    ordered = sorted(points, key=lambda point: _along(point, axis))
    count = regions // 2
    place = min(max(count, round(len(ordered) * count / regions)), len(ordered) - (regions - count))
    below, above = ordered[:place], ordered[place:]
    return Cut(axis, _along(below[-1], axis), count, _cut(below, count), _cut(above, regions - count))


def _enough(points: Sequence[Point], regions: int) -> None:
    if len(set(points)) < regions:
        raise InputError(
            f"{len(set(points))} different places cannot make {regions} regions", where="parts", hint="ask for fewer"
        )


def _along(point: Point, axis: int) -> Point:
    return point if axis == 0 else (point[1], point[0])


def _extent(points: list[Point], axis: int) -> int:
    return max(point[axis] for point in points) - min(point[axis] for point in points)


def _squared(a: Point, b: Point) -> int:
    return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2


def _mean(group: list[Point]) -> Point:
    return (sum(x for x, _ in group) // len(group), sum(y for _, y in group) // len(group))
