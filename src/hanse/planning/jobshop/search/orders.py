"""The search for everything the tabu search declines: calendars, machines that run several at once, any objective.

Simulated annealing over orders (`anneal.py`, decoded by `decode.py`) in cycles: the first one only descends, each later
one starts from the best plan, is twice as long as the one before, and begins at another temperature. Interface,
slices and seeds are those of `run.Search`.
"""

from __future__ import annotations

import heapq
import random
import threading
import time

import numpy as np

from hanse.model.objective import Objective
from hanse.planning.jobshop.dispatch import Draft
from hanse.planning.jobshop.search.anneal import BEST, STEP, Course, anneal, load
from hanse.planning.jobshop.search.decode import TOO_MUCH, empty_roll
from hanse.planning.jobshop.search.plant import Plant, plant_of, two_operations
from hanse.planning.jobshop.search.schedule import Sketch, copied, empty_sketch
from hanse.planning.jobshop.search.terms import Terms, terms_of
from hanse.planning.jobshop.shop import Shop, build

SLICE = 0.03
"""Seconds of work between two looks at the clock, about."""

HEATS = (0.02, 0.005, 0.002, 0.01)
"""Temperature at the start of a cycle, as a share of the best value per job; it falls to a fiftieth."""

LENGTH = 20
"""Steps of the first cycle, per task (at least `SHORTEST` in all); the next ones double up to `DOUBLED` times."""

SHORTEST, DOUBLED = 5_000, 6

_MOST = 1 << 62


def warm() -> None:
    """Have the kernels compiled (or loaded) by planning two operations once: some tenths of a second, after an
    installation some ten seconds."""
    shop = build(two_operations())
    search = OrderSearch(shop, plant_of(shop), Objective.parse("makespan"), 0)
    search.offer(Draft([0, 0], {0: (0, 0), 1: (0, 1)}))
    search.slice()


class OrderSearch:
    """One search on one thread. `value` (steps of the objective) and `draft()` are the best plan so far, None before
    one is offered: it needs a plan to begin with. `rounds` counts the cycles that have ended."""

    def __init__(self, shop: Shop, plant: Plant, objective: Objective, seed: int) -> None:
        self._shop, self._plant = shop, plant
        self._terms: Terms = terms_of(shop, objective)
        self._roll = empty_roll(plant, self._terms)
        tasks = len(plant.job)
        choices = np.flatnonzero(np.diff(plant.lines) > 1).astype(np.int64)
        chance = np.random.default_rng(seed).integers(1, 2**63, size=1, dtype=np.uint64)
        totals = np.array([0, _MOST, 0, 0], dtype=np.int64)
        self._course = Course(totals, empty_sketch(plant), np.zeros(tasks, dtype=np.int64), choices, chance)
        self._chance = random.Random(seed)
        self._given: list[Draft] = []
        self._lock = threading.Lock()
        self._steps, self._length, self._heat = 50, 0, 0.0
        self.rounds = 0
        self.value: int | None = None

    @property
    def done(self) -> bool:
        """It knows no bound, so it is never done."""
        return False

    def offer(self, draft: Draft) -> None:
        """A plan found elsewhere; the next cycle begins with it if it is the best. May be called from any thread."""
        with self._lock:
            self._given.append(draft)

    def slice(self) -> bool:
        """Work for about `SLICE` seconds. Whether the best plan is a better one now."""
        before = self.value
        for draft in self._taken():
            sketch = self._sketch(draft)
            value = int(load(self._plant, self._terms, self._roll, self._course, sketch))
            if value != TOO_MUCH and (self.value is None or value < self.value):
                self.value, self._course.totals[BEST] = value, value
                for kept, new in zip(self._course.best, sketch, strict=True):
                    kept[:] = new
            self._length = 0  # the present order is another one now
        if self.value is None:
            time.sleep(SLICE)  # nothing to begin with yet
            return False
        if not self._length:
            self._next_cycle()
        begun, course = time.perf_counter(), self._course
        first = int(course.totals[STEP])
        going = anneal(self._plant, self._terms, self._roll, course, self._steps, self._length, self._heat,
                       self._heat / 50)  # fmt: skip
        rate = (int(course.totals[STEP]) - first + 1) / max(time.perf_counter() - begun, 1e-6)
        self._steps = max(10, min(2 * self._steps, int(rate * SLICE)))
        self.value = int(course.totals[BEST])
        if not going:
            self.rounds += 1
            self._length = 0
        return before is None or self.value < before

    def draft(self) -> Draft:
        """The best plan. Call it only when `value` is not None, and not while `slice` runs in another thread."""
        plant, roll = self._plant, empty_roll(self._plant, self._terms)
        course = self._course._replace(totals=np.zeros(4, dtype=np.int64))
        load(plant, self._terms, roll, course, copied(course.best))
        runs = {int(task): (int(roll.way[task] - plant.ways[task]), int(roll.start[0, task]))
                for task in np.flatnonzero(roll.used)}  # fmt: skip
        return Draft([int(line) for line in roll.line], runs)

    def _next_cycle(self) -> None:
        """Begin again from the best plan: colder first, then at temperatures by turns."""
        assert self.value is not None
        load(self._plant, self._terms, self._roll, self._course, copied(self._course.best))
        base = max(SHORTEST, LENGTH * len(self._plant.job))
        self._length = base << min(self.rounds, DOUBLED)
        share = 1e-5 if self.rounds == 0 else HEATS[(self.rounds - 1) % len(HEATS)]
        self._heat = max(1e-3, share * self.value * self._chance.uniform(0.5, 1.5))

    def _taken(self) -> list[Draft]:
        with self._lock:
            given, self._given = self._given, []
        return given

    def _sketch(self, draft: Draft) -> Sketch:
        """Ways and places of all tasks: by start as far as precedence of all lines allows, instants first; tasks not in
        use, in their first way, as early as they can come."""
        plant, tasks = self._plant, self._shop.tasks
        sketch = empty_sketch(plant)
        sketch.line[:] = draft.lines
        starts = {task: (start, start + tasks[task].ways[way].duration) for task, (way, start) in draft.runs.items()}
        waiting = np.diff(plant.befores)
        ready = [(starts.get(task, (0, 0)), task) for task in np.flatnonzero(waiting == 0).tolist()]
        heapq.heapify(ready)
        place = 0
        while ready:
            (moment, task) = heapq.heappop(ready)
            sketch.way[task] = plant.ways[task] + (draft.runs[task][0] if task in draft.runs else 0)
            sketch.place[task] = place
            place += 1
            for k in range(plant.afters[task], plant.afters[task + 1]):
                other = int(plant.after[k])
                waiting[other] -= 1
                if not waiting[other]:
                    heapq.heappush(ready, (starts.get(other, moment), other))
        return sketch
