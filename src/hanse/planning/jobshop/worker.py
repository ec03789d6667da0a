"""A thread that searches: it loads the kernels, works in slices, tells the watch of what it finds, stops when asked."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from hanse.model.objective import Objective
from hanse.model.plan import Prices
from hanse.planning.jobshop.dispatch import Draft
from hanse.planning.jobshop.shop import Shop
from hanse.planning.jobshop.watch import Watch

if TYPE_CHECKING:
    from hanse.planning.jobshop.search.plant import Plant
    from hanse.planning.jobshop.search.prices import Workload
    from hanse.planning.jobshop.search.run import Pool

ROUNDS = 10
"""Rounds without a better plan after which a search that others wait for has done its part."""


class Searching(Protocol):
    """What a worker drives: `search.run.Search` or `search.orders.OrderSearch`."""

    value: int | None
    rounds: int

    def offer(self, draft: Draft) -> None:
        """A plan found elsewhere."""
        ...

    def slice(self) -> bool:
        """Work for a moment; whether the best plan is a better one now."""
        ...

    def draft(self) -> Draft:
        """The best plan."""
        ...


class Basis(Protocol):
    """What all workers of a run share; from the thread of the first that needs it, kernels are loaded or compiled.
    prices: of machines' time, if a bound follows from them."""

    @property
    def prices(self) -> Prices: ...

    def search(self, seed: int) -> Searching:
        """A search of its own."""
        ...


class TabuBasis:
    """For plain makespans: arrays and the workload relaxation.

    on_bound: told the bound of the relaxation, in time, as soon as it is known: before the kernels are loaded.
    """

    def __init__(self, shop: Shop, on_bound: Callable[[int], None]) -> None:
        self._shop, self._on_bound = shop, on_bound
        self._lock = threading.Lock()
        self._made: tuple[Plant, Workload, Pool] | None = None

    @property
    def prices(self) -> Prices:
        """Of machines' time, from which the bound of the relaxation can be recomputed; none before it is known."""
        if self._made is None:
            return ()
        found = zip(self._shop.problem.machines, self._made[1].price.tolist(), strict=True)
        return tuple((name, price) for name, price in found if price)

    def search(self, seed: int) -> Searching:
        from hanse.planning.jobshop.search.plant import plant_of
        from hanse.planning.jobshop.search.prices import workload
        from hanse.planning.jobshop.search.run import Pool, Search, warm

        with self._lock:
            if self._made is None:
                plant = plant_of(self._shop)
                self._made = plant, workload(self._shop, plant), Pool()
                self._on_bound(self._made[1].bound)
                warm()
            plant, relaxation, pool = self._made
        return Search(self._shop, plant, relaxation, seed, pool)


class OrderBasis:
    """For everything else."""

    @property
    def prices(self) -> Prices:
        return ()

    def __init__(self, shop: Shop, objective: Objective) -> None:
        self._shop, self._objective = shop, objective

    def search(self, seed: int) -> Searching:
        from hanse.planning.jobshop.search.orders import OrderSearch, warm
        from hanse.planning.jobshop.search.plant import plant_of

        warm()
        return OrderSearch(self._shop, plant_of(self._shop), self._objective, seed)


class Worker:
    """One search in a thread. unit: millionths in one unit of the search's value. first: where it may begin. most:
    rounds after which it ends."""

    def __init__(self, basis: Basis, seed: int, unit: int, watch: Watch, first: Draft, most: int | None = None) -> None:
        self._basis, self._seed, self._unit, self._watch, self._most = basis, seed, unit, watch, most
        self._search: Searching | None = None
        self._given: list[Draft] = [first]
        self._halted, self._stale, self._ended = threading.Event(), threading.Event(), threading.Event()
        self._failure: BaseException | None = None
        self._thread: threading.Thread | None = None

    def start(self, stop: Callable[[], None], better: Callable[[], None]) -> None:
        """Begin. Called from the search's thread: `better` after each better plan, `stop` once when there is nothing
        left to do for anyone."""
        self._thread = threading.Thread(target=self._work, args=(stop, better), name="search", daemon=True)
        self._thread.start()

    def offer(self, draft: Draft) -> None:
        """A plan found elsewhere."""
        if self._search is not None:
            self._search.offer(draft)
        else:
            self._given.append(draft)

    def wait(self, seconds: float, *, rounds: bool) -> None:
        """Until so many seconds have passed or there is nothing left to do; with `rounds` also until `ROUNDS` rounds in
        a row brought nothing."""
        event = self._stale if rounds else self._ended
        event.wait(max(0.0, seconds))

    def halt(self) -> None:
        """Ask it to stop after the slice at hand."""
        self._halted.set()

    def join(self) -> None:
        """Wait for its end, unless it is still compiling, which nobody waits for; raise what went wrong in it."""
        if self._thread is not None and self._search is not None:
            self._thread.join()
        if self._failure is not None:
            raise self._failure

    def plan(self) -> tuple[int, Draft] | None:
        """The best plan it found, with its value in millionths."""
        if self._search is None or self._search.value is None:
            return None
        return self._search.value * self._unit, self._search.draft()

    def _work(self, stop: Callable[[], None], better: Callable[[], None]) -> None:
        try:
            search = self._load()
            fruitless = 0
            while not self._halted.is_set() and not self._watch.over and not self._done(search):
                before = search.rounds
                if search.slice():
                    assert search.value is not None
                    self._watch.tell(search.value * self._unit, None)
                    better()
                    fruitless = 0
                fruitless += search.rounds - before
                if fruitless >= ROUNDS:
                    self._stale.set()
        except BaseException as failure:  # noqa: BLE001 - kept for the caller's thread
            self._failure = failure
        finally:
            self._stale.set()
            self._ended.set()
            if self._watch.over or self._failure is not None:
                stop()

    def _done(self, search: Searching) -> bool:
        return self._most is not None and search.rounds >= self._most

    def _load(self) -> Searching:
        """The search. Loading it takes some tenths of a second, compiling it the first time a quarter of a minute."""
        search = self._basis.search(self._seed)
        for draft in self._given:
            search.offer(draft)
        self._search = search
        return search
