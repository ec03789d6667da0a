"""Search and proof together, for makespans: the compiled tabu search on one half of the threads, CP-SAT on the other.

A plan by one dispatching rule comes first, at once. The search starts in a thread of its own, which also loads (or,
after an installation, compiles) its kernels, so that nobody waits for that. CP-SAT starts a little later and is asked
for plans strictly better than the best one then known: finding none is the proof. Whatever either finds, plan or bound,
is told to the one `Watch`; when value and bound meet, both stop. With one thread the search works first, then CP-SAT.
"""

from __future__ import annotations

import threading

from ortools.sat.python import cp_model

from hanse.clock import SystemClock
from hanse.errors import HanseError
from hanse.model.objective import Objective
from hanse.model.problem import Problem
from hanse.planning.jobshop.bounds import floor
from hanse.planning.jobshop.cpsat import SEEDS, draft_of, raise_failure
from hanse.planning.jobshop.dispatch import Draft, assignments, draft_from, quick_plan, shift_left, value_of
from hanse.planning.jobshop.goal import guard, set_goal
from hanse.planning.jobshop.legs import Legs
from hanse.planning.jobshop.search.plant import TIME_LIMIT, refusal
from hanse.planning.jobshop.shop import Shop, build
from hanse.planning.jobshop.variables import declare
from hanse.planning.jobshop.watch import Solutions, Watch, proved
from hanse.planning.jobshop.worker import Basis, Worker
from hanse.planning.result import Answer, Limits, Progress
from hanse.units import MILLION

SMALL = 30
"""Problems of fewer operations CP-SAT proves alone before the search would be loaded."""

HEAD_START = 1.0
"""Seconds, at most a fifth of all, that the search has before CP-SAT is asked to do better."""

SHARES = ((120, 0.6), (1 << 60, 0.9))
"""Of the time, for the search where it shares one thread with CP-SAT: up to so many operations, such a share."""

ASK_AGAIN = 10.0
"""Seconds after which a better plan from the search is worth asking CP-SAT anew, for less."""

STATING = 4e-5
"""Seconds it takes, about, to state one mode to CP-SAT. A model that would take half of the time left is not stated."""


class Portfolio:
    """The engine. Takes makespans of problems without calendars, budgets and least qualities."""

    name = "portfolio"

    def refuses(self, problem: Problem, objective: Objective) -> str | None:
        if [name for name, _ in objective.weights] != ["makespan"]:
            return f"the objective is {objective}, it takes makespan"
        if problem.operation_count < SMALL:
            return f"of fewer than {SMALL} operations cpsat is quicker alone"
        ordered = next((enterprise.id for enterprise in problem.enterprises if enterprise.permutation), None)
        if ordered is not None:
            return f'enterprise "{ordered}" keeps jobs in one order'
        return refusal(problem)

    def solve(self, problem: Problem, objective: Objective, limits: Limits, progress: Progress) -> Answer:
        """Raises InputError if numbers are too large. There is always a plan: nothing that this engine takes forbids
        all of them."""
        watch = Watch(SystemClock(), progress)
        shop = build(problem)
        guard(shop, objective)
        first = quick_plan(shop)
        assert first is not None, "only limits that are refused can stop a dispatching rule"
        if limits.start:
            first = min((first, draft_from(shop, limits.start)), key=lambda draft: value_of(shop, draft, objective))
        value, least = value_of(shop, first, objective), floor(shop, objective)
        watch.tell(value, least)
        run = _Run(shop, objective, limits, watch, first)
        if not watch.over:
            run.together()
        raise_failure(watch)
        draft, value = run.best()
        bound = least if watch.bound is None else watch.bound
        watch.tell(value, bound)
        return Answer(assignments(shop, draft), value, bound, "attested", tuple(watch.points))


ENGINE = Portfolio()


class _Run:
    """One run of the engine: what both sides have found, and who works when."""

    def __init__(self, shop: Shop, objective: Objective, limits: Limits, watch: Watch, first: Draft) -> None:
        self._shop, self._objective, self._limits, self._watch = shop, objective, limits, watch
        self._weight = objective.weight("makespan") * MILLION
        self._plans: list[tuple[int, Draft]] = [(value_of(shop, first, objective), first)]
        seeds = range(max(1, limits.threads // 2)) if shop.horizon <= TIME_LIMIT else range(0)
        basis = Basis(shop, lambda bound: watch.tell(None, bound * self._weight))
        self._asked = 0.0
        self._workers = [Worker(basis, limits.seed + seed, self._weight, watch, first) for seed in seeds]

    def best(self) -> tuple[Draft, int]:
        """The best plan of all, shifted left, and its value."""
        found = [*self._plans, *(plan for plan in (worker.plan() for worker in self._workers) if plan is not None)]
        _, draft = min(found, key=lambda plan: plan[0])
        draft = shift_left(self._shop, draft)
        return draft, value_of(self._shop, draft, self._objective)

    def together(self) -> None:
        limits, over = self._limits, threading.Event()
        solver = cp_model.CpSolver()

        def stop() -> None:
            over.set()
            solver.stop_search()

        def better() -> None:
            if self._watch.seconds > self._asked + ASK_AGAIN:
                solver.stop_search()

        self._watch.on_stop(stop)
        try:
            for worker in self._workers:
                worker.start(stop, better)
            if limits.threads == 1:
                share = next(share for size, share in SHARES if len(self._shop.tasks) <= size)
                if not self._statable((1 - share) * limits.time_limit):
                    share = 1.0
                for worker in self._workers:
                    worker.wait(share * limits.time_limit - self._watch.seconds, rounds=True)
                    worker.halt()
            else:
                for worker in self._workers[:1]:
                    worker.wait(min(HEAD_START, 0.2 * limits.time_limit - self._watch.seconds), rounds=False)
            while not over.is_set() and self._prove(solver, over):
                pass
            for worker in self._workers:
                worker.wait(limits.time_limit - self._watch.seconds, rounds=False)
        finally:
            for worker in self._workers:
                worker.halt()
                worker.join()

    def _statable(self, left: float) -> bool:
        """Whether there is time enough to state the model and still to search it."""
        return STATING * sum(len(task.ways) for task in self._shop.tasks) < left / 2

    def _prove(self, solver: cp_model.CpSolver, over: threading.Event) -> bool:
        """Ask CP-SAT for something better than the best plan so far, until the time is up, there is nothing, or the
        search has a better one; whether to ask again."""
        shop, watch, limits = self._shop, self._watch, self._limits
        if watch.over or not self._statable(limits.time_limit - watch.seconds):
            return False
        assert watch.value is not None
        self._asked = watch.seconds
        horizon = watch.value // self._weight - 1
        variables = declare(shop, horizon)
        goal = set_goal(variables, Legs(variables, with_cost=False), self._objective)
        parameters = solver.parameters
        parameters.max_time_in_seconds = max(0.01, limits.time_limit - watch.seconds)
        parameters.num_workers = max(1, limits.threads - len(self._workers))
        parameters.random_seed = limits.seed % SEEDS
        solver.best_bound_callback = lambda bound: self._told(goal.millionths(proved(bound)), horizon)
        if over.is_set():
            return False
        status = solver.solve(variables.model, Solutions(watch, goal))
        if status == cp_model.MODEL_INVALID:
            raise HanseError(f"the constraint model is invalid: {variables.model.validate()}", where="method portfolio")
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            draft = shift_left(shop, draft_of(variables, solver))
            value = value_of(shop, draft, self._objective)
            self._plans.append((value, draft))
            watch.tell(value, value if status == cp_model.OPTIMAL else None)
            for worker in self._workers:
                worker.offer(draft)
        elif status == cp_model.INFEASIBLE:
            self._told((horizon + 1) * self._weight, horizon)
        return status in (cp_model.UNKNOWN, cp_model.FEASIBLE) and watch.value // self._weight <= horizon

    def _told(self, bound: int, horizon: int) -> None:
        """A bound on plans within the horizon; those beyond are worth more than the horizon anyway."""
        self._watch.tell(None, min(bound, (horizon + 1) * self._weight))
