"""Search and proof together: compiled search on one half of the threads, CP-SAT on the other.

A plan by one dispatching rule comes first, at once. The search starts in a thread of its own, which also loads (or,
after an installation, compiles) its kernels, so that nobody waits for that: tabu search for plain makespans
(`search/run.py`), annealing over orders for calendars, several at once and other objectives (`search/orders.py`).
CP-SAT starts a little later and is asked for plans strictly better than the best one then known: finding none is the
proof. Where value and bound are near, it is first asked for a plan at the bound, which is the smaller question.
Whatever either finds, plan or bound, is told to the one `Watch`; when value and bound meet, both stop. A proof that
takes too long for the size of the problem gives its threads to more searches. With one thread the search works first;
where its rounds are counted it works alone.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING

from hanse.clock import SystemClock
from hanse.model.objective import UTILITY, Objective
from hanse.model.plan import Prices
from hanse.model.problem import Problem
from hanse.planning.finishing import finishing
from hanse.planning.garbage import uncollected
from hanse.planning.jobshop.bounds import floor
from hanse.planning.jobshop.dispatch import Draft, assignments, draft_from, first_plan, quick_plan, shift_left, value_of
from hanse.planning.jobshop.search import plant, terms
from hanse.planning.jobshop.search.plant import TIME_LIMIT
from hanse.planning.jobshop.shop import Shop, build
from hanse.planning.jobshop.sizes import guard, step_of
from hanse.planning.jobshop.watch import Watch, raise_failure
from hanse.planning.jobshop.worker import Basis, OrderBasis, TabuBasis, Worker
from hanse.planning.result import Answer, Limits, Progress
from hanse.units import MILLION

if TYPE_CHECKING:
    from hanse.planning.jobshop.proof import Proof

SMALL = 30
"""Problems of fewer operations CP-SAT proves alone before the search would be loaded."""

HEAD_START = 1.0
"""Seconds, at most a fifth of all, that the search has before CP-SAT is asked to do better."""

SHARES = ((120, 0.6), (1 << 60, 0.9))
"""Of the time, for the search where it shares one thread with CP-SAT: up to so many operations, such a share."""

PROOFS = ((120, 1.0), (250, 0.5), (1 << 60, 0.0))
"""Of the time, for CP-SAT where it has threads of its own: up to so many operations, such a share. Then its threads
search too; it has never closed a larger one in the time people wait, and bounds follow from the workload."""

FLEXIBLE = 10
"""Where there are more modes than so many to an operation, that many count as one operation in these shares: a hundred
operations with fifteen modes each are as far from being proved as two hundred with five."""

ORDER_PROOFS = ((120, 1.0), (1 << 60, 0.5))
"""The same beside the search over orders, where CP-SAT's is the only bound to speak of."""

STATING = 4e-5
"""Seconds it takes, about, to state one window of one mode to CP-SAT. A
model that would take half of the time left is not stated."""

RULES = 20_000
"""Modes that dispatching rules may look at before the search begins, where one rule is not good enough."""


class Portfolio:
    """The engine. Takes problems of some size without budgets and least qualities, for any objective but utility."""

    name = "portfolio"

    def refuses(self, problem: Problem, objective: Objective) -> str | None:
        if objective.only == UTILITY:
            return "it does not plan for utility"
        if problem.operation_count < SMALL:
            return f"of fewer than {SMALL} operations cpsat is quicker alone"
        ordered = next((enterprise.id for enterprise in problem.enterprises if enterprise.permutation), None)
        if ordered is not None:
            return f'enterprise "{ordered}" keeps jobs in one order'
        return terms.refusal(problem)

    def solve(self, problem: Problem, objective: Objective, limits: Limits, progress: Progress) -> Answer:
        """Raises InputError if numbers are too large, InfeasibleError if it is proved that calendars leave no plan."""
        watch = Watch(SystemClock(), progress)
        tabu = plain_makespan(objective) and plant.refusal(problem) is None
        with uncollected():
            shop = build(problem)
            guard(shop, objective)
            found = _first(shop, objective, limits, rules=not tabu)
        if found is None:  # calendars are so tight that no rule finds a way: a matter of constraints, not of search
            from hanse.planning.jobshop import cpsat

            return cpsat.ENGINE.solve(problem, objective, limits, progress)
        first, value = found
        least = floor(shop, objective)
        watch.tell(value, least)
        run = _Run(shop, objective, limits, watch, first, tabu=tabu)
        if not watch.over:
            with suppress(KeyboardInterrupt):  # it ends the search; the best plan so far is the answer
                run.together()
        with finishing():
            raise_failure(watch)
            draft, value = run.best()
            bound = least if watch.bound is None else watch.bound
            watch.tell(value, bound)
            return Answer(assignments(shop, draft), value, bound, "attested", tuple(watch.points), run.prices)


ENGINE = Portfolio()


def _loaded(module: str, seconds: float) -> bool:
    """Import a module, unless it takes longer than that. In a thread of its own: a library that is being loaded may
    swallow a Ctrl-C, and nobody who is out of time waits for it."""
    done = threading.Event()
    failed: list[BaseException] = []

    def load() -> None:
        try:
            import_module(module)
        except BaseException as failure:  # noqa: BLE001 - raised below, in the caller's thread
            failed.append(failure)
        finally:
            done.set()

    threading.Thread(target=load, name="loading", daemon=True).start()
    if not done.wait(seconds):
        return False
    if failed:
        raise failed[0]
    return True


def plain_makespan(objective: Objective) -> bool:
    """Whether nothing but the makespan counts."""
    return [name for name, _ in objective.weights] == ["makespan"]


def _first(shop: Shop, objective: Objective, limits: Limits, *, rules: bool) -> tuple[Draft, int] | None:
    """A first plan and its value: by one rule, or the best of as many as problem size allows; or the one given."""
    draft = quick_plan(shop)
    best = None if draft is None else (draft, value_of(shop, draft, objective))
    most = None if best is None else RULES // sum(len(task.ways) for task in shop.tasks)
    if best is None or (rules and most):
        other = first_plan(shop, objective, limits.seed, most)
        if other is not None and (best is None or other[1] < best[1]):
            best = other
    if limits.start:
        draft = draft_from(shop, limits.start)
        given = draft, value_of(shop, draft, objective)
        best = given if best is None or given[1] < best[1] else best
    return best


class _Run:
    """One run of the engine: what both sides have found, and who works when."""

    def __init__(
        self, shop: Shop, objective: Objective, limits: Limits, watch: Watch, first: Draft, *, tabu: bool
    ) -> None:
        self._shop, self._objective, self._limits, self._watch, self._first = shop, objective, limits, watch, first
        self._plans: list[tuple[int, Draft]] = [(value_of(shop, first, objective), first)]
        self._weight = objective.weight("makespan") * MILLION
        self._unit = self._weight if tabu else step_of(shop, objective)
        self._basis: Basis = OrderBasis(shop, objective)
        if tabu:
            self._basis = TabuBasis(shop, lambda bound: watch.tell(None, bound * self._weight))
        self._tabu = tabu
        self._proof: Proof | None = None
        self._workers: list[Worker] = []
        self._add_workers(max(1, limits.threads // 2))

    def best(self) -> tuple[Draft, int]:
        """The best plan of all, shifted left, and its value."""
        found = [*self._plans, *(plan for plan in (worker.plan() for worker in self._workers) if plan is not None)]
        _, draft = min(found, key=lambda plan: plan[0])
        draft = shift_left(self._shop, draft)
        return draft, value_of(self._shop, draft, self._objective)

    @property
    def prices(self) -> Prices:
        """From which anyone can recompute the bound of the workload."""
        return self._basis.prices

    def together(self) -> None:
        limits, over = self._limits, threading.Event()

        def stop() -> None:
            over.set()
            if self._proof is not None:
                self._proof.stop()

        def better() -> None:
            if self._proof is not None:
                self._proof.better()

        self._watch.on_stop(stop)
        try:
            for worker in self._workers:
                worker.start(stop, better)
            share = 1.0
            if limits.rounds is not None:  # no proof beside it: that would end by the clock
                for worker in self._workers:
                    worker.wait(limits.time_limit - self._watch.seconds, rounds=False)
                return
            if limits.threads == 1:
                share = self._share(SHARES)
                if not self._statable((1 - share) * limits.time_limit):
                    share = 1.0
                for worker in self._workers:
                    worker.wait(share * limits.time_limit - self._watch.seconds, rounds=True)
                    worker.halt()
                until = limits.time_limit
            else:
                for worker in self._workers[:1]:
                    worker.wait(min(HEAD_START, 0.2 * limits.time_limit - self._watch.seconds), rounds=False)
                until = self._share(PROOFS if self._tabu else ORDER_PROOFS) * limits.time_limit
            while not over.is_set() and self._prove(over, until):
                pass
            if limits.threads > 1 and not over.is_set():
                for worker in self._add_workers(limits.threads - len(self._workers)):
                    worker.start(stop, better)
            for worker in self._workers:
                worker.wait(limits.time_limit - self._watch.seconds, rounds=False)
        finally:
            for worker in self._workers:
                worker.halt()
                worker.join()

    def _add_workers(self, count: int) -> list[Worker]:
        """So many more searches, each with a seed of its own."""
        if self._shop.horizon > TIME_LIMIT:
            return []
        begin, seed, most = len(self._workers), self._limits.seed, self._limits.rounds
        self._workers += [
            Worker(self._basis, seed + begin + i, self._unit, self._watch, self._first, most) for i in range(count)
        ]
        return self._workers[begin:]

    def _share(self, shares: tuple[tuple[int, float], ...]) -> float:
        ways = sum(len(task.ways) for task in self._shop.tasks)
        counted = max(len(self._shop.tasks), ways // FLEXIBLE)
        return next(share for size, share in shares if counted <= size)

    def _statable(self, left: float) -> bool:
        """Whether there is time enough to state the model and still to search it."""
        return STATING * sum(len(way.starts) for task in self._shop.tasks for way in task.ways) < left / 2

    def _prove(self, over: threading.Event, until: float) -> bool:
        """Have CP-SAT asked once; whether it should be asked again. until: seconds since the beginning."""
        watch, limits = self._watch, self._limits
        left = until - watch.seconds
        if watch.over or left <= 0 or not self._statable(left):
            return False
        if self._proof is None:
            if not _loaded("hanse.planning.jobshop.proof", left):
                return False
            from hanse.planning.jobshop.proof import Proof

            aims = plain_makespan(self._objective)
            self._proof = Proof(self._shop, self._objective, watch, limits.seed, aims=aims, over=over.is_set)
        return self._proof.ask(until, max(1, limits.threads - len(self._workers)), self._take)

    def _take(self, value: int, draft: Draft) -> None:
        """A plan by CP-SAT."""
        self._plans.append((value, draft))
        for worker in self._workers:
            worker.offer(draft)
