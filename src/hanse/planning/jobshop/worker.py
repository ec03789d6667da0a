"""A thread that searches: it loads the kernels, works in slices, tells the watch of what it finds, stops when asked."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from hanse.planning.jobshop.dispatch import Draft
from hanse.planning.jobshop.shop import Shop
from hanse.planning.jobshop.watch import Watch

if TYPE_CHECKING:
    from hanse.planning.jobshop.search.plant import Plant
    from hanse.planning.jobshop.search.prices import Workload
    from hanse.planning.jobshop.search.run import Search

ROUNDS = 10
"""Rounds without a better plan after which a search that others wait for has done its part."""


class Basis:
    """What all workers of a run share, made by the first that needs it: arrays and the workload relaxation.

    on_bound: told the bound of the relaxation, in time, as soon as it is known: before the kernels are loaded.
    """

    def __init__(self, shop: Shop, on_bound: Callable[[int], None]) -> None:
        self.shop, self._on_bound = shop, on_bound
        self._lock = threading.Lock()
        self._made: tuple[Plant, Workload] | None = None

    def get(self) -> tuple[Plant, Workload]:
        from hanse.planning.jobshop.search.plant import plant_of
        from hanse.planning.jobshop.search.prices import workload
        from hanse.planning.jobshop.search.run import warm

        with self._lock:
            if self._made is None:
                plant = plant_of(self.shop)
                self._made = plant, workload(self.shop, plant)
                self._on_bound(self._made[1].bound)
                warm()
            return self._made


class Worker:
    """One search in a thread. weight: millionths of the objective per unit of makespan. first: where it may begin."""

    def __init__(self, basis: Basis, seed: int, weight: int, watch: Watch, first: Draft) -> None:
        self._basis, self._seed, self._weight, self._watch = basis, seed, weight, watch
        self._search: Search | None = None
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
        return self._search.value * self._weight, self._search.draft()

    def _work(self, stop: Callable[[], None], better: Callable[[], None]) -> None:
        try:
            search = self._load()
            fruitless = 0
            while not self._halted.is_set() and not self._watch.over:
                before = search.rounds
                if search.slice():
                    assert search.value is not None
                    self._watch.tell(search.value * self._weight, None)
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

    def _load(self) -> Search:
        """The search. Loading it takes some tenths of a second, compiling it the first time a quarter of a minute."""
        from hanse.planning.jobshop.search.run import Search

        plant, relaxed = self._basis.get()
        search = Search(self._basis.shop, plant, relaxed, self._seed)
        for draft in self._given:
            search.offer(draft)
        self._search = search
        return search
