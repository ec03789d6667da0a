"""Composition under budgets of machine time: near-optimal routes, and a bound that anyone can recompute from prices.

Finding the cheapest routes when machines may be given only so much time is NP-hard (with two machines it is a
knapsack).
Three steps, each leaving something usable when the clock stops it:

1. `dual.py` finds prices of the machines' time and the lower bound they prove. If no routes at all keep the budgets,
   `shortage.py` says which machines are short and by how much.
2. `thin.py` keeps for each job the sites that are cheap at those prices, and `search.py` looks there for routes within
   the budgets: large-neighbourhood search by simulated annealing, one chain per thread, in cycles that double.
3. A small problem that is still open is handed to CP-SAT with the best value as its goal.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from hanse.clock import SystemClock
from hanse.model.objective import Objective
from hanse.model.plan import Assignment
from hanse.model.problem import Problem
from hanse.planning.composition.forest import UNLIMITED, Forest, Ints, Named, forest_of, routes_of
from hanse.planning.composition.limits import refusal
from hanse.planning.composition.schedule import schedule
from hanse.planning.result import Answer, Limits, Point, Progress
from hanse.units import MILLION

if TYPE_CHECKING:
    from hanse.planning.composition.dual import Dual, Pricing

SUM_LIMIT = 1 << 59
"""Sums of scaled money stay below this, so that 64-bit sums of a few of them cannot overflow."""

DUAL_SHARE = 0.4
"""Of the time limit, the most that prices may take."""

KEEP = 12
"""Sites a job may use in the search; twice as many whenever they prove too few."""

SMALL = 3_000
"""Modes up to which CP-SAT finishes what the search leaves open."""


class Lagrangian:
    """The engine. Takes cost alone, machines limited by nothing but budgets, and precedence that is a chain or a tree.

    The same seed and number of threads give the same plan unless the clock stops the search. `finish`: hand small
    problems on. The first call on a computer compiles for some seconds, which the time limit does not count.
    """

    name = "lagrangian"

    def __init__(self, *, finish: bool = True) -> None:
        self._finish = finish

    def refuses(self, problem: Problem, objective: Objective) -> str | None:
        return refusal(problem, objective, budgets=True) or _too_large(problem)

    def solve(self, problem: Problem, objective: Objective, limits: Limits, progress: Progress) -> Answer:
        _compile()
        run = _Run(problem, objective.weight("cost"), limits, progress)
        found = run.find()
        small = self._finish and len(run.forest.cost) <= SMALL
        if small and (found is None or run.value != run.bound) and run.left() > 0.05:
            return run.finished(objective, found)
        return run.answer(found)


ENGINE = Lagrangian()


def _too_large(problem: Problem) -> str | None:
    """Money in millionths of all jobs at their dearest must fit 64 bits."""
    dearest = sum(
        max(sum(max(mode.cost for mode in operation.modes) for operation in plan.operations) for plan in job.plans)
        for job in problem.jobs
    )
    leg = max(map(max, problem.transport.cost), default=0) if problem.transport and problem.sites else 0
    legs = leg * sum(max(2 * len(plan.operations) for plan in job.plans) for job in problem.jobs)
    if (dearest + legs) * MILLION >= SUM_LIMIT:
        return "its costs add up to more than 64 bits hold in millionths: declare a coarser unit of money"
    return None


@cache
def _compile() -> None:
    """Load the machine code, once per process, by solving the smallest problem there is."""
    from hanse.model.problem import Enterprise, Job, Machine, Mode, Operation, ProcessPlan, Site

    plan = ProcessPlan("A", (Operation("O", "S", (Mode("M", 2), Mode("N", 1, 1))),))
    machines = Machine("M", frozenset("S"), None, 2), Machine("N", frozenset("S"), None)
    jobs = Job("J", (plan,)), Job("K", (plan,))
    smallest = Problem("smallest", (Site("X"),), (Enterprise("E", "X", machines),), jobs)
    _Run(smallest, 1, Limits(3600.0, 1), lambda _: None).find()


@dataclass(slots=True)
class _Run:
    """One solution in the making: what is known so far, and who is told."""

    problem: Problem
    weight: int
    limits: Limits
    progress: Progress
    forest: Forest = field(init=False)
    named: Named = field(init=False)
    budget: Ints = field(init=False)
    highest: int = field(init=False)
    price: Ints = field(init=False)
    value: int | None = None
    bound: int | None = None
    points: list[Point] = field(default_factory=list)
    clock: SystemClock = field(default_factory=SystemClock)
    begun: float = field(init=False)

    def __post_init__(self) -> None:
        self.begun = self.clock.elapsed()
        self.forest, self.named = forest_of(self.problem, scale=MILLION)
        machines = self.problem.machines.values()
        self.budget = np.array([UNLIMITED if m.budget is None else m.budget for m in machines], dtype=np.int64)
        # A price times all the time there is must fit as well: prices and weights end here.
        longest = np.maximum.reduceat(self.forest.duration, self.forest.modes[:-1])
        self.highest = SUM_LIMIT // max(1, sum(longest.tolist()))
        self.price = np.zeros(len(self.budget), dtype=np.int64)

    def left(self) -> float:
        """Seconds until the time limit."""
        return self.begun + self.limits.time_limit - self.clock.elapsed()

    def tell(self, *, value: int | None = None, bound: int | None = None) -> None:
        """Note a better value or bound, in millionths of the cost."""
        if value is not None and (self.value is None or value < self.value):
            self.value = value
        elif bound is not None and (self.bound is None or bound > self.bound):
            self.bound = bound
        else:
            return
        own = None if self.value is None else self.value * self.weight
        point = Point(self.clock.elapsed() - self.begun, own, None if self.bound is None else self.bound * self.weight)
        self.points.append(point)
        self.progress(point)

    def find(self) -> tuple[Ints, Ints] | None:
        """Plan and choice by the whole forest, None if none was found. Raises InfeasibleError with the proof."""
        from hanse.planning.composition.dual import Dual, Pricing

        with Pricing(self.forest, self.budget, self.limits.threads) as pricing:
            dual = Dual(pricing, self.highest, lambda bound: self.tell(bound=bound))
            routes = dual.routes
            if bool((routes.load <= self.budget).all()):
                self.tell(value=int(routes.least.sum()))
                return routes.plan, routes.choice
            self._raise_bound(dual)
            self.price = dual.price
            found = self._search(pricing, dual)
        if found is None:
            self._explain(max(1.0, self.left()))
        return found

    def _raise_bound(self, dual: Dual) -> None:
        end = self.limits.time_limit * DUAL_SHARE

        def over() -> bool:
            return self.left() < self.limits.time_limit - end

        dual.climb(over)
        ceiling = min(self.highest, 10 * int(dual.price.max()) + MILLION)
        while dual.generate(over, ceiling) and not over():
            self._explain(end)
            if ceiling == self.highest:
                return
            ceiling = min(self.highest, ceiling * 100)

    def _explain(self, seconds: float) -> None:
        """Raise if the budgets can be proved too small within so many seconds."""
        from hanse.planning.composition.shortage import infeasible, shortage

        end = self.clock.elapsed() + seconds
        short = shortage(self.forest, self.budget, self.limits.threads, lambda: self.clock.elapsed() > end)
        if short is not None:
            raise infeasible(self.problem, short)

    def _search(self, pricing: Pricing, dual: Dual) -> tuple[Ints, Ints] | None:
        from hanse.planning.composition.anneal import Task, anneal
        from hanse.planning.composition.dual import Pricing
        from hanse.planning.composition.thin import thinned

        excess, keep = pricing.excess(dual.price), KEEP
        while True:
            # Sites that every job leaves out give no time to anybody: without a plan, look again among more of them.
            small, kept = thinned(self.forest, excess, keep)
            with Pricing(small, self.budget, 1) as narrow:
                start = narrow.at(dual.price)
            task = Task(
                small, self.budget, start.plan, start.choice, dual.price, self.highest, dual.bound,
                self.limits.seed, self.limits.threads,
            )  # fmt: skip
            best = anneal(task, lambda: self.left() <= 0, lambda value: self.tell(value=value))
            if best is not None:
                return best[0], kept[best[1]]
            if self.left() <= 0 or keep >= self.forest.legs.shape[1]:
                return None
            keep *= 2

    def answer(self, found: tuple[Ints, Ints] | None) -> Answer:
        """The routes as an answer."""
        kept: tuple[Assignment, ...] | None = None
        if found is not None:
            plan, choice = found
            kept = schedule(
                self.problem, routes_of(self.problem, self.forest, self.named, plan, choice, np.zeros_like(plan))
            )
        names = list(self.problem.machines)
        prices = tuple((names[i], int(self.price[i])) for i in np.flatnonzero(self.price))
        value = None if self.value is None else self.value * self.weight
        bound = None if self.bound is None else self.bound * self.weight
        return Answer(kept, value, bound, "attested", tuple(self.points), prices)

    def finished(self, objective: Objective, found: tuple[Ints, Ints] | None) -> Answer:
        """The better of these routes and what CP-SAT makes of the problem in the time left; the better bound too."""
        from hanse.planning.jobshop.cpsat import ENGINE as cpsat

        mine, before = self.answer(found), self.clock.elapsed() - self.begun

        def joined(point: Point) -> None:
            value = None if point.value is None else point.value // self.weight
            self.tell(value=value)
            if point.lower_bound is not None:
                self.tell(bound=point.lower_bound // self.weight)

        limits = replace(self.limits, time_limit=max(0.05, self.limits.time_limit - before))
        other = cpsat.solve(self.problem, objective, limits, joined)
        better = mine.value is None or (other.value is not None and other.value < mine.value)
        best = other if better else mine
        bound = max((b for b in (mine.lower_bound, other.lower_bound) if b is not None), default=None)
        return replace(best, lower_bound=bound, trajectory=tuple(self.points), prices=mine.prices)
