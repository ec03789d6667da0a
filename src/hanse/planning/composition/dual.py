"""Prices of the machines' time, and the lower bound they prove.

Budgets couple the jobs; with a price on every unit of a machine's time they fall apart again. For prices λ ≥ 0,

    bound(λ) = Σ over jobs of (cheapest route at cost + λ · time) - Σ over machines of λ · budget

is at most the cost of any plan within the budgets (weak duality). The best prices are sought by a few deflected
subgradient steps (Held, Wolfe, Crowder 1974) and then by column generation: a linear programme over the routes met so
far (HiGHS) proposes prices, smoothed towards the best known ones (Wentges 1997; Pessoa et al. 2018 for the weight), and
the dynamic programme answers with new routes. Prices are integers in millionths of a money unit per unit of time, and
every bound is summed in integers at exactly those prices, so it is true as stated whatever the floating point did.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from hanse.planning.composition.forest import UNLIMITED, Forest, Ints
from hanse.planning.composition.kernels import excesses, loads, route_all
from hanse.units import MILLION

CLOSE = 1e-5
"""Column generation ends when its own upper bound is this near, as a share of the bound."""

_WARM = 30
"""Subgradient steps before column generation: they cost one evaluation each and no linear programme."""


@dataclass(frozen=True, slots=True)
class Routes:
    """All jobs routed at some prices: `least` (prices included), plan and choice by `Forest`, load by machine, and the
    bound the prices prove, an exact integer in the forest's scale."""

    least: Ints
    plan: Ints
    choice: Ints
    load: Ints
    bound: int


class Pricing:
    """Evaluates prices on a forest with so many threads; a context that ends them."""

    def __init__(self, forest: Forest, budget: Ints, threads: int) -> None:
        self.forest, self.budget = forest, budget
        self.jobs = len(forest.jobs) - 1
        self.work = max(1, min(threads, self.jobs))
        widest = int(np.max(forest.modes[forest.plans[forest.jobs[1:]]] - forest.modes[forest.plans[forest.jobs[:-1]]]))
        reach = max(widest, 2 * forest.legs.shape[1])
        self._scratch = [tuple(np.zeros(n, dtype=np.int64) for n in (widest, widest, reach)) for _ in range(self.work)]
        self._cuts = [self.jobs * i // self.work for i in range(self.work + 1)]
        self._pool = ThreadPoolExecutor(self.work)

    def __enter__(self) -> Pricing:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown()

    def _spread(self, call: Callable[[int], None]) -> None:
        for _ in self._pool.map(call, range(self.work)):
            pass

    def at(self, price: Ints) -> Routes:
        """The cheapest routes at these prices."""
        least, plan = np.zeros(self.jobs, dtype=np.int64), np.zeros(self.jobs, dtype=np.int64)
        choice = np.zeros(len(self.forest.parent), dtype=np.int64)

        def part(i: int) -> None:
            table, _, reach = self._scratch[i]
            route_all(self.forest, price, self._cuts[i], self._cuts[i + 1], least, plan, choice, table, reach)

        self._spread(part)
        load = loads(self.forest, plan, choice, len(self.budget))
        # Python's integers: a sum of products need not fit 64 bits.
        bound = int(least.sum()) - sum(p * b for p, b in zip(price.tolist(), self.budget.tolist(), strict=True) if p)
        return Routes(least, plan, choice, load, bound)

    def excess(self, price: Ints) -> Ints:
        """`kernels.excesses` of all modes."""
        result = np.zeros(len(self.forest.cost), dtype=np.int64)

        def part(i: int) -> None:
            excesses(self.forest, price, self._cuts[i], self._cuts[i + 1], result, *self._scratch[i])

        self._spread(part)
        return result


@dataclass(slots=True)
class Dual:
    """The best prices known and what they prove. `heard` is called with every better bound."""

    pricing: Pricing
    highest: int
    heard: Callable[[int], None] = lambda _: None
    price: Ints = field(init=False)
    routes: Routes = field(init=False)

    def __post_init__(self) -> None:
        """Start without prices: the cheapest routes as if there were no budgets."""
        self.price = np.zeros(len(self.pricing.budget), dtype=np.int64)
        self.routes = self.pricing.at(self.price)
        self.heard(self.routes.bound)

    @property
    def bound(self) -> int:
        return self.routes.bound

    def try_prices(self, prices: Any) -> Routes:
        """Evaluate prices after rounding them to integers ≥ 0 that are no higher than `highest`; keep them if better.
        A machine without a budget has no price."""
        price = np.rint(np.clip(prices, 0, self.highest)).astype(np.int64)
        routes = self.pricing.at(price)
        if routes.bound > self.bound:
            self.price, self.routes = price, routes
            self.heard(routes.bound)
        return routes

    def climb(self, over: Callable[[], bool], steps: int = _WARM) -> None:
        """Deflected subgradient steps with Polyak's length towards a target 2 % above the best bound."""
        budget = self.pricing.budget.astype(np.float64)
        limited = self.pricing.budget < UNLIMITED
        direction = np.zeros(len(budget))
        routes, pace, failures = self.routes, 1.0, 0
        for _ in range(steps):
            if over():
                return
            slope = np.where(limited, routes.load - budget, 0.0)
            direction = slope if not direction.any() else 0.6 * direction + 0.4 * slope
            length = float(direction @ direction)
            if length == 0.0:
                return
            target = self.bound + 0.02 * abs(self.bound) + 1.0
            before = self.bound
            routes = self.try_prices(self.price + pace * (target - routes.bound) / length * direction)
            failures = 0 if self.bound > before else failures + 1
            if failures >= 4:
                pace, failures = pace * 0.66, 0

    def generate(self, over: Callable[[], bool], ceiling: int) -> bool:
        """Column generation until the bound is within `CLOSE` of what prices up to `ceiling` could prove, or `over()`.

        The programme may buy time beyond the budgets at the price `ceiling`. Returns whether it still does at the end:
        then the budgets cannot be kept, or prices must be allowed to rise higher.
        """
        from hanse.planning.composition.columns import Master

        master = Master(self.pricing, min(ceiling, self.highest))
        master.add(self.routes, self.price)
        smooth, overdrawn = 0.7, False
        while not over():
            solved = master.solve()
            if solved is None:
                break
            limit, prices, overdrawn = solved
            if limit - self.bound <= CLOSE * max(MILLION, abs(self.bound)):
                break
            tried = smooth * self.price + (1 - smooth) * prices
            routes = self.try_prices(tried)
            added = master.add(routes, np.rint(np.clip(tried, 0, self.highest)).astype(np.int64))
            slope = np.where(self.pricing.budget < UNLIMITED, routes.load - self.pricing.budget, 0).astype(np.float64)
            rising = float(slope @ (prices - tried)) > 0
            if not added and smooth == 0.0:
                break  # nothing new at the programme's own prices: only rounding is left
            smooth = max(0.0, smooth - 0.1) if rising or not added else min(0.95, smooth + 0.1 * (1 - smooth))
        return overdrawn
