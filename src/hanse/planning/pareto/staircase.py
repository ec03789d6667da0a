"""Two objectives exactly: the ε-constraint method (Haimes, Lasdon, Wismer 1971, IEEE Transactions on Systems, Man and
Cybernetics 1) on CP-SAT, anytime.

Sorted by the first objective a, the points known so far are a staircase: (a_1, b_1), (a_2, b_2), … with falling b. A
plan that belongs on the front and is not known needs, for some step i,
    a < a_{i+1}   and   b < b_i            (b_0: any, a_{n+1}: any)
so each step is one question: the least b under a ≤ a_{i+1} - 1 and b ≤ b_i - 1. "None" settles the step, a plan is a
new point, and either way the solver's bound is a *fact*: no plan with a ≤ A has b < B. When facts settle every step,
the front is complete. Questions that were not settled in their share come again with twice of it; what facts are there
when the time is up are the bound set.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ortools.sat.python import cp_model

from hanse.clock import Clock
from hanse.errors import HanseError
from hanse.model.check import measure
from hanse.model.objective import Objective
from hanse.model.plan import Assignment
from hanse.planning.jobshop.bounds import floor
from hanse.planning.jobshop.cpsat import SEEDS, draft_of
from hanse.planning.jobshop.dispatch import assignments, shift_left
from hanse.planning.jobshop.goal import set_goal
from hanse.planning.jobshop.legs import Legs
from hanse.planning.jobshop.shop import Shop
from hanse.planning.jobshop.sizes import guard
from hanse.planning.jobshop.variables import declare
from hanse.units import MILLION

EXACT = ("makespan", "tardiness", "cost", "energy")
"""Objectives that can be stated; of two, the one named first here is limited and the other minimised, because a limit
on time makes the model small."""

EFFORT = 0.5
"""Deterministic seconds of CP-SAT for the first try of a question."""

ANY = 1 << 60
"""No limit."""

NEVER = ANY + 1
"""The least of an objective where there is no plan at all."""


@dataclass(frozen=True, slots=True)
class Known:
    """A point, in steps of both objectives, and its plan."""

    a: int
    b: int
    assignments: tuple[Assignment, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """No plan with a ≤ `a` has b < `b`; b is NEVER where there is no plan at all."""

    a: int
    b: int


@dataclass
class Staircase:
    """Points and facts about two objectives. names: (a, b). steps: millionths in one step of each. repeatable: no
    question was stopped by the clock, so with one thread the same seed does the same again."""

    shop: Shop
    names: tuple[str, str]
    steps: tuple[int, int]
    points: list[Known] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    repeatable: bool = True
    tries: dict[tuple[int, int], int] = field(default_factory=dict)

    def offer(self, given: tuple[Assignment, ...]) -> None:
        """Take a plan in unless another one is as good."""
        measures = measure(self.shop.problem, given)
        a, b = (
            getattr(measures, name) * (1 if name == "tardiness" else MILLION) // step
            for name, step in zip(self.names, self.steps, strict=True)
        )
        if not any(p.a <= a and p.b <= b for p in self.points):
            self.points = [p for p in self.points if not (a <= p.a and b <= p.b)]
            self.points.append(Known(a, b, given))
            self.points.sort(key=lambda p: p.a)

    def questions(self) -> list[tuple[int, int]]:
        """The steps no fact settles: (most a, most b) of a plan that would be new."""
        edges = [(ANY, *(p.b for p in self.points)), (*(p.a for p in self.points), ANY)]
        steps = [(a if a == ANY else a - 1, b if b == ANY else b - 1) for b, a in zip(*edges, strict=True)]
        return [(a, b) for a, b in steps if self.least(a) <= b]

    def least(self, a: int) -> int:
        """What facts say of b under a limit of a."""
        return max((fact.b for fact in self.facts if fact.a >= a), default=0)

    @property
    def complete(self) -> bool:
        return not self.questions()

    def corners(self) -> tuple[tuple[int, int], ...]:
        """The bound set: every plan has both objectives at least as large as one of these corners, in steps."""
        limits = sorted({fact.a for fact in self.facts})
        least_a = floor(self.shop, Objective.parse(self.names[0])) // self.steps[0]
        found: list[tuple[int, int]] = []
        for a in [*limits, ANY]:
            b = self.least(a)
            if b < ANY and a >= least_a:
                found.append((least_a, b))
            least_a = max(least_a, a + 1)
            if a == ANY:
                break
        return tuple(
            corner
            for i, corner in enumerate(found)
            if not any(o[0] <= corner[0] and o[1] <= corner[1] and o != corner for o in found[:i])
        )


def staircase(shop: Shop, names: Sequence[str]) -> Staircase:
    """Of two objectives of EXACT, nothing known yet but the floors. Raises InputError if numbers are too large."""
    first, second = sorted(names, key=EXACT.index)
    both = Objective.parse(f"{first} + {second}")
    guard(shop, both)
    late = math.gcd(*(job.weight for job in shop.problem.jobs if job.due is not None)) or 1
    steps = tuple(late if name == "tardiness" else MILLION for name in (first, second))
    made = Staircase(shop, (first, second), (steps[0], steps[1]))
    made.facts.append(Fact(ANY, floor(shop, Objective.parse(second)) // made.steps[1]))
    least = floor(shop, Objective.parse(first)) // made.steps[0]
    made.facts.append(Fact(least - 1, NEVER))
    return made


def climb(
    stairs: Staircase,
    seconds: float,
    threads: int,
    seed: int,
    clock: Clock,
    told: Callable[[int], None] | None = None,
    patience: int | None = None,
) -> None:
    """Answer questions until none is left or the time is up. told: hears how many are left. patience: give up after so
    many questions in a row that were neither settled nor brought a new point."""
    begun, vain = clock.elapsed(), 0
    while (questions := stairs.questions()) and (patience is None or vain < patience):
        if told is not None:
            told(len(questions))
        left = seconds - (clock.elapsed() - begun)
        if left <= 0.01:
            stairs.repeatable = False
            return
        a, b = min(questions, key=lambda q: (stairs.tries.get(q, 0), q))
        tries = stairs.tries.get((a, b), 0)
        stairs.tries[a, b] = tries + 1
        known = stairs.points
        _answer(stairs, a, b, EFFORT * 2**tries, left, threads, seed)
        vain = 0 if stairs.points is not known or stairs.least(a) > b else vain + 1


def _answer(stairs: Staircase, a: int, b: int, effort: float, left: float, threads: int, seed: int) -> None:
    """Ask CP-SAT for the least second objective under both limits; keep what it finds and what it proves."""
    shop, (first, second) = stairs.shop, stairs.names
    horizon = min(shop.horizon, a) if first == "makespan" else shop.horizon
    variables = declare(shop, horizon)
    with_cost = "cost" in stairs.names or any(job.budget is not None for job in shop.problem.jobs)
    goal = set_goal(variables, Legs(variables, with_cost=with_cost), Objective.parse(f"{first} + {second}"))
    model, measures = variables.model, []
    for name, step in zip(stairs.names, stairs.steps, strict=True):
        own, expression = goal.measure(name)
        assert own == step or not goal.parts.get(name), "steps of the model are those of the staircase"
        measures.append(expression)
    if a < ANY:
        model.add(measures[0] <= a)
    least = stairs.least(a)
    model.add(measures[1] >= least)
    if b < ANY:
        model.add(measures[1] <= b)
    model.minimize(measures[1])
    solver = cp_model.CpSolver()
    parameters = solver.parameters
    parameters.max_time_in_seconds = left
    parameters.max_deterministic_time = effort
    parameters.num_workers = threads
    parameters.random_seed = seed % SEEDS
    status = solver.solve(model)
    if status == cp_model.MODEL_INVALID:
        raise HanseError(f"the constraint model is invalid: {model.validate()}", where="method exact")
    if status == cp_model.INFEASIBLE:
        stairs.facts.append(Fact(a, b + 1))
        return
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        stairs.offer(assignments(shop, shift_left(shop, draft_of(variables, solver))))
    if solver.wall_time >= left:
        stairs.repeatable = False
    bound = math.ceil(solver.best_objective_bound - 1e-6)
    if status == cp_model.OPTIMAL:
        bound = round(solver.objective_value)
    if bound > least:
        stairs.facts.append(Fact(a, bound))
