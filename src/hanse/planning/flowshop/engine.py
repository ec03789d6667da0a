"""Distributed permutation flow shops by iterated greedy, compiled: the engine `flowshop`.

A list plan comes at once. Then every thread loads the kernels (after an installation it compiles them, which nobody
waits for), builds sequences by the rule of Naderi and Ruiz (2010) and improves them until the bound is met or the time
is up. Threads differ by seed and share nothing but the news of what they found.
"""

from __future__ import annotations

import threading
import time

import numpy as np

from hanse.clock import SystemClock
from hanse.model.objective import Objective
from hanse.model.problem import Problem
from hanse.planning.flowshop.factories import (
    Durations,
    Sequences,
    assignments,
    durations,
    least_makespan,
    listed,
    makespan,
    refusal,
)
from hanse.planning.jobshop.watch import Watch, raise_failure
from hanse.planning.result import Answer, Limits, Progress
from hanse.units import MILLION

OUT = 6
"""Jobs taken out in a round, at most half of all."""

WARMTH = 0.04
"""Of the mean duration: how much worse a makespan may be and still be kept now and then."""

SLICE = 0.03
"""Seconds of work between two looks at the clock, about."""


def warm() -> None:
    """Have all kernels compiled (or loaded): some tenths of a second, after an installation a quarter of a minute."""
    from hanse.planning.flowshop import kernels

    line, chance = kernels.empty_line(np.ones((1, 1, 1), dtype=np.int64)), np.array([1], dtype=np.uint64)
    kernels.construct(line, np.zeros(1, dtype=np.int64), chance)
    kernels.greedy(line, line, line, chance, 1, 1, 1.0, np.zeros(1, dtype=np.int64))


class FlowShop:
    """The engine. Takes makespans of factories in which no job overtakes another."""

    name = "flowshop"

    def refuses(self, problem: Problem, objective: Objective) -> str | None:
        return refusal(problem, objective)

    def solve(self, problem: Problem, objective: Objective, limits: Limits, progress: Progress) -> Answer:
        """There is always a plan; the bound is the word of `factories.least_makespan`."""
        watch, weight, p = Watch(SystemClock(), progress), objective.weight("makespan") * MILLION, durations(problem)
        least, first = least_makespan(p), listed(p)
        watch.tell(makespan(p, first) * weight, least * weight)
        walks = [_Walk(p, limits.seed + number, watch, weight) for number in range(limits.threads)]
        until = time.perf_counter() + limits.time_limit - watch.seconds
        try:
            for walk in walks:
                walk.start()
            while not watch.over and any(walk.is_alive() for walk in walks) and time.perf_counter() < until:
                walks[0].join(min(SLICE, max(0.0, until - time.perf_counter())))
        except KeyboardInterrupt:
            pass  # it ends the search; the best plan so far is the answer
        finally:
            for walk in walks:
                walk.halt()
            for walk in walks:
                if walk.loaded:
                    walk.join()
        raise_failure(watch)
        for walk in walks:
            if walk.failure is not None:
                raise walk.failure
        found = min((walk.found for walk in walks if walk.found is not None), default=None)
        sequences = first if found is None else found[1]
        value = makespan(p, sequences) * weight
        return Answer(assignments(problem, p, sequences), value, least * weight, "attested", tuple(watch.points))


ENGINE = FlowShop()


class _Walk(threading.Thread):
    """One search. `found`: its best makespan and sequences; `loaded`: it has its kernels and ends when it is asked."""

    def __init__(self, p: Durations, seed: int, watch: Watch, weight: int) -> None:
        super().__init__(name="flowshop", daemon=True)
        self._p, self._seed, self._watch, self._weight = p, seed, watch, weight
        self._halt, self.loaded = np.zeros(1, dtype=np.int64), False
        self.found: tuple[int, Sequences] | None = None
        self.failure: BaseException | None = None

    def halt(self) -> None:
        """Ask it to stop; compiled code looks after every move."""
        self._halt[0] = 1

    def run(self) -> None:
        try:
            self._search()
        except BaseException as failure:  # noqa: BLE001 - kept for the caller's thread
            self.failure = failure

    def _search(self) -> None:
        from hanse.planning.flowshop import kernels

        p, chance = self._p, np.array([(2 * self._seed + 1) % 2**64], dtype=np.uint64)
        line, present, best = (kernels.empty_line(p) for _ in range(3))
        order = np.argsort(-p.sum(axis=(0, 2)), kind="stable")
        kernels.construct(present, order, chance)
        kernels.descend(present, chance, self._halt)
        kernels.copy(present, best)
        kernels.greedy(line, present, best, chance, 0, 1, 1.0, self._halt)  # loads the last kernel
        self.loaded = True
        warmth, out = WARMTH * float(p.mean()) or 1.0, min(OUT, -(-p.shape[1] // 2))
        rounds = 1
        while True:
            value = int(best.ends.max())
            if self.found is None or value < self.found[0]:
                self.found = value, [best.jobs[f, : best.size[f]].tolist() for f in range(len(p))]
                self._watch.tell(value * self._weight, None)
            if self._halt[0] or self._watch.over:
                return
            begun = time.perf_counter()
            kernels.greedy(line, present, best, chance, rounds, out, warmth, self._halt)
            taken = time.perf_counter() - begun
            rounds = max(1, min(2 * rounds, int(rounds * SLICE / max(taken, 1e-6))))
