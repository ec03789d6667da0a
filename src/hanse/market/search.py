"""Searching and ranking what is offered: by capability, place, price, time, quality, reputation and ties.

What must hold is asked of every find: all services wanted, not above the budget, ready in time, of the least quality,
within reach. What is left is ranked by a score, the sum over the criteria of weight times merit, where a merit is in
millionths and depends on the offer alone, so that no third offer changes the order of two:

    price, place, time    scale / (scale + x)     x: cents; metres away; seconds after it is first wanted
    quality               as promised
    reputation            of its author, from settled work (`value.reputation`)
    ties                  between who asks and the author (`market.ties`)
    habit                 how much of what the one who asks ordered before took one of these services

Every find comes with all of it, and the parts add up to the score. Equal scores stand in the order of the numbers.
`Catalogue` holds columns and lists by service; `merits` is its plain twin.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from hanse.errors import InputError
from hanse.units import MILLION

CRITERIA = ("price", "place", "time", "quality", "reputation", "ties", "habit")
HEAVIEST = 1_000
"""Largest weight."""

Ints = npt.NDArray[np.int64]
Score = Callable[[str], int]
"""Something about an author, in millionths."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One offer, in the numbers it is ranked by. number: of the offer, unique; author: address; services: places in the
    league's list; position: metres, None for anywhere (no way is then too far)."""

    number: int
    author: str
    services: frozenset[int]
    price: int
    ready: int
    quality: int
    position: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody looks for. services: all of them are needed; none: any. budget, reach, by: None for no limit.
    position: where it is wanted. since: when it is first wanted. weights: by criterion, 0 to 1000; those left out are
    0. scales: where a merit is one half; cents, metres, seconds. Raises InputError."""

    services: frozenset[int] = frozenset()
    budget: int | None = None
    position: tuple[int, int] | None = None
    reach: int | None = None
    since: int = 0
    by: int | None = None
    least_quality: int = 0
    weights: Mapping[str, int] = field(default_factory=lambda: DEFAULT_WEIGHTS)
    price_scale: int = 100_000
    place_scale: int = 50_000
    time_scale: int = 7 * 86_400

    def __post_init__(self) -> None:
        for name, weight in self.weights.items():
            if name not in CRITERIA:
                raise InputError(f'there is no criterion "{name}"', where="weights", hint=", ".join(CRITERIA))
            if not 0 <= weight <= HEAVIEST:
                raise InputError(f"{weight} is not between 0 and {HEAVIEST}", where=f"weight of {name}")
        for name in ("price_scale", "place_scale", "time_scale"):
            if not 0 < getattr(self, name) <= 2**40:
                raise InputError(f"{getattr(self, name)} is not between 1 and 2^40", where=name)
        if self.reach is not None and self.position is None:
            raise InputError("a reach needs a position to be measured from", where="reach")


DEFAULT_WEIGHTS: Mapping[str, int] = {
    "price": 4, "place": 1, "time": 2, "quality": 2, "reputation": 3, "ties": 2, "habit": 0,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """An offer and why it stands where it stands. merits: by criterion, millionths; parts: what each adds to the
    score."""

    offer: Offer
    score: int
    merits: Mapping[str, int]
    parts: Mapping[str, int]

    def explain(self) -> str:
        """In words: what it gained by, the most first."""
        told = sorted(((part, name) for name, part in self.parts.items() if part), reverse=True)
        return ", ".join(f"{name} {self.merits[name] / MILLION:.2f}" for _, name in told) or "nothing counts"


@dataclass(frozen=True, slots=True)
class About:
    """What is known of authors, by address: reputation, ties with who asks, millionths. habit: by service, how much of
    what who asks ordered before took it."""

    reputation: Mapping[str, int] = field(default_factory=dict)
    ties: Mapping[str, int] = field(default_factory=dict)
    habit: Mapping[int, int] = field(default_factory=dict)
    stranger: int = MILLION // 2


def merit(scale: int, x: int) -> int:
    """scale / (scale + x) in millionths, rounded down; never rising in x ≥ 0."""
    return MILLION * scale // (scale + x)


def merits(offer: Offer, wish: Wish, about: About) -> dict[str, int] | None:
    """All merits of one offer; None if it does not hold what must. The twin of `Catalogue.search`."""
    way = _way(offer.position, wish.position)
    if (
        not wish.services <= offer.services
        or (wish.budget is not None and offer.price > wish.budget)
        or (wish.by is not None and offer.ready > wish.by)
        or offer.quality < wish.least_quality
        or (wish.reach is not None and way > wish.reach)
    ):
        return None
    return {
        "price": merit(wish.price_scale, offer.price),
        "place": merit(wish.place_scale, way),
        "time": merit(wish.time_scale, max(0, offer.ready - wish.since)),
        "quality": offer.quality,
        "reputation": about.reputation.get(offer.author, about.stranger),
        "ties": about.ties.get(offer.author, 0),
        "habit": max((about.habit.get(one, 0) for one in offer.services), default=0),
    }


def score(found: Mapping[str, int], weights: Mapping[str, int]) -> int:
    """The sum of weight times merit."""
    return sum(weights.get(name, 0) * found[name] for name in CRITERIA)


class Catalogue:
    """Offers as columns, with a list of rows for each service: answers at once for tens of thousands."""

    def __init__(self, offers: Sequence[Offer]) -> None:
        """Raises InputError if two have one number."""
        self.offers = tuple(sorted(offers, key=lambda one: one.number))
        if len({one.number for one in self.offers}) != len(self.offers):
            raise InputError("two offers have one number", where="catalogue")
        self._authors = tuple(dict.fromkeys(one.author for one in self.offers))
        number = {author: i for i, author in enumerate(self._authors)}
        self._author = _column(number[one.author] for one in self.offers)
        self._price = _column(one.price for one in self.offers)
        self._ready = _column(one.ready for one in self.offers)
        self._quality = _column(one.quality for one in self.offers)
        self._placed = np.array([one.position is not None for one in self.offers], dtype=bool)
        self._x = _column((one.position or (0, 0))[0] for one in self.offers)
        self._y = _column((one.position or (0, 0))[1] for one in self.offers)
        rows: dict[int, list[int]] = {}
        for i, one in enumerate(self.offers):
            for service in one.services:
                rows.setdefault(service, []).append(i)
        self._by_service = {service: _column(found) for service, found in rows.items()}

    def __len__(self) -> int:
        return len(self.offers)

    def search(self, wish: Wish, about: About | None = None, limit: int = 50) -> tuple[Found, ...]:
        """The best offers for a wish, by score, then by number."""
        about = about or About()
        rows = self._able(wish.services)
        way = self._ways(rows, wish.position)
        keep = self._quality[rows] >= wish.least_quality
        for value, most in ((self._price[rows], wish.budget), (self._ready[rows], wish.by), (way, wish.reach)):
            if most is not None:
                keep &= value <= most
        rows, way = rows[keep], way[keep]
        found = self._merits(rows, way, wish, about)
        total = np.zeros(len(rows), dtype=np.int64)
        for name in CRITERIA:
            total += wish.weights.get(name, 0) * found[name]
        best = self._best(total, limit)
        return tuple(self._found(rows, found, total, i, wish) for i in best.tolist())

    def _able(self, services: frozenset[int]) -> Ints:
        nobody = np.zeros(0, dtype=np.int64)
        lists = sorted((self._by_service.get(one, nobody) for one in services), key=len)
        if not lists:
            return np.arange(len(self.offers), dtype=np.int64)
        rows = lists[0]
        for more in lists[1:]:
            rows = np.intersect1d(rows, more, assume_unique=True)
        return rows

    def _ways(self, rows: Ints, position: tuple[int, int] | None) -> Ints:
        if position is None:
            return np.zeros(len(rows), dtype=np.int64)
        x, y = self._x[rows] - position[0], self._y[rows] - position[1]
        # Exact: the sum is below 2^50, and the root of such a number is rounded to no whole number that it is not.
        way = np.floor(np.sqrt((x * x + y * y).astype(np.float64))).astype(np.int64)
        return np.where(self._placed[rows], way, 0)

    def _merits(self, rows: Ints, way: Ints, wish: Wish, about: About) -> dict[str, Ints]:
        reputation = _column(about.reputation.get(one, about.stranger) for one in self._authors)
        ties = _column(about.ties.get(one, 0) for one in self._authors)
        habit = np.zeros(len(self.offers), dtype=np.int64)
        for service, share in about.habit.items():
            if service in self._by_service:
                able = self._by_service[service]
                habit[able] = np.maximum(habit[able], share)
        author = self._author[rows]
        later = np.maximum(0, self._ready[rows] - wish.since)
        return {
            "price": MILLION * wish.price_scale // (wish.price_scale + self._price[rows]),
            "place": MILLION * wish.place_scale // (wish.place_scale + way),
            "time": MILLION * wish.time_scale // (wish.time_scale + later),
            "quality": self._quality[rows],
            "reputation": reputation[author],
            "ties": ties[author],
            "habit": habit[rows],
        }

    def _best(self, total: Ints, limit: int) -> Ints:
        if limit < len(total):
            # All that reach the score of the last one, so that equals are decided by number.
            least = np.partition(total, len(total) - limit)[len(total) - limit]
            chosen = np.flatnonzero(total >= least)
        else:
            chosen = np.arange(len(total))
        return chosen[np.argsort(-total[chosen], kind="stable")][:limit].astype(np.int64)

    def _found(self, rows: Ints, found: Mapping[str, Ints], total: Ints, i: int, wish: Wish) -> Found:
        its = {name: int(found[name][i]) for name in CRITERIA}
        parts = {name: wish.weights.get(name, 0) * its[name] for name in CRITERIA}
        return Found(self.offers[int(rows[i])], int(total[i]), its, parts)


def habits(ordered: Sequence[frozenset[int]]) -> dict[int, int]:
    """How much of what somebody ordered took each service, millionths. ordered: services by order."""
    services = {one for order in ordered for one in order}
    return {one: MILLION * sum(one in order for order in ordered) // len(ordered) for one in sorted(services)}


def _way(here: tuple[int, int] | None, there: tuple[int, int] | None) -> int:
    if here is None or there is None:
        return 0
    return math.isqrt((here[0] - there[0]) ** 2 + (here[1] - there[1]) ** 2)


def _column(values: Any) -> Ints:
    return np.array(list(values), dtype=np.int64)
