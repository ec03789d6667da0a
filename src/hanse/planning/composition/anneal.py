"""The search driven in cycles: threads, temperatures, patience and clock around the compiled steps of `search.py`."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from hanse.planning.composition.forest import Forest, Ints
from hanse.planning.composition.search import Chain, chain_of, restart, search

CHUNK = 200
"""Steps between two looks at the clock."""

FIRST = 25
"""Steps per job of the first cycle; each cycle is twice as long as the one before."""

PATIENCE = 3
"""Cycles without a better plan after which the search ends."""

COURAGE = 6
"""The same while there is no plan at all."""

HOT, COLD = 0.002, 0.0002
"""Temperatures at which a cycle starts and ends, as shares of the bound of an average job."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is searched. forest: thinned. plan, choice: where to start. price: of the dual. highest: limit of weights.
    bound: of the dual, in the forest's scale. seed, threads: as in `planning.result.Limits`."""

    forest: Forest
    budget: Ints
    plan: Ints
    choice: Ints
    price: Ints
    highest: int
    bound: int
    seed: int
    threads: int


def anneal(task: Task, over: Callable[[], bool], heard: Callable[[int], None]) -> tuple[Ints, Ints] | None:
    """Plan and choice of the best routes within the budgets, None if none were met. `heard`: with every better value.

    Ends when `over()`, when the value reaches the bound, or when patience does. Chains wait for each other after every
    chunk, so the outcome depends on seed and threads alone unless `over()` cuts it short.
    """
    limited = task.price[task.price > 0]
    typical = int(limited.mean()) if len(limited) else 0
    floor = np.minimum(task.highest, np.maximum(task.price + task.price // 2, typical // 2 + 1))
    chains = [
        chain_of(task.forest, task.plan, task.choice, np.minimum(task.highest, 2 * floor), task.seed * 1024 + i)
        for i in range(task.threads)
    ]
    unit = max(1.0, task.bound / len(task.plan))
    best: tuple[Ints, Ints] | None = None
    value, idle = -1, 0
    steps = -(-FIRST * len(task.plan) // CHUNK) * CHUNK
    with ThreadPoolExecutor(len(chains)) as pool:
        while idle < (COURAGE if best is None else PATIENCE):
            idle += 1
            for done in range(0, steps, CHUNK):
                heat = HOT * (COLD / HOT) ** (done / steps) * unit

                def work(one: Chain, heat: float = heat, floor: Ints = floor) -> None:
                    search(task.forest, task.budget, task.price, floor, one, CHUNK, heat, task.highest)

                for _ in pool.map(work, chains):
                    pass
                for one in chains:
                    if one.totals[0] >= 0 and (value < 0 or one.totals[0] < value):
                        value, idle = int(one.totals[0]), 0
                        best = one.best_plan.copy(), one.best_choice.copy()
                        heard(value)
                if over() or value == task.bound:
                    return best
            steps *= 2
            if best is None:
                # The weights of overruns did not suffice to end them all at once: let them fall less far.
                floor = np.minimum(task.highest, 2 * floor)
            else:
                for one in chains:
                    restart(task.forest, one, *best)
    return best
