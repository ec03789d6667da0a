"""Propose and absorb: how every method works, and the one loop that evaluates for all of them.

A method hands out vectors and takes their scores back; the loop decodes them, counts them and keeps the archive, which
methods may read. The same loop, decoder and archive serve every method, so only what is proposed differs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from hanse.clock import Clock
from hanse.errors import InputError
from hanse.planning.pareto.archive import Archive
from hanse.planning.pareto.arrays import Floats
from hanse.planning.pareto.space import Scores, Space


class Method(Protocol):
    """One way to search. `receive` is told of good vectors that others evaluated."""

    def propose(self, progress: float) -> Floats:
        """The next vectors to evaluate, at least one. progress: share of the evaluations already made, 0 to 1."""
        ...

    def absorb(self, vectors: Floats, scores: Scores) -> None:
        """The scores of what was proposed last. The archive has seen them already."""
        ...

    def receive(self, vectors: Floats, scores: Scores) -> None:
        """Vectors somebody else found."""
        ...


@dataclass(frozen=True, slots=True)
class Budget:
    """When a search stops: after so many evaluations or seconds. Raises InputError unless both are positive."""

    evaluations: int
    seconds: float

    def __post_init__(self) -> None:
        if self.evaluations < 1 or not 0 < self.seconds < float("inf"):
            raise InputError(f"{self.evaluations} evaluations in {self.seconds:g} s is no budget", where="budget")


Told = Callable[[float, Archive], None]
"""Hears the share of the budget that is spent, 0 to 1, and the front so far. What it raises ends the search."""


def run(
    space: Space, method: Method, archive: Archive, budget: Budget, clock: Clock, told: Told | None = None
) -> Literal["evaluations", "time"]:
    """Let a method search into an archive; what stopped it. Stopped by evaluations, the same seed repeats the run."""
    begun, spent = clock.elapsed(), 0
    while spent < budget.evaluations:
        seconds = clock.elapsed() - begun
        if seconds >= budget.seconds:
            return "time"
        if told is not None:
            told(max(seconds / budget.seconds, spent / budget.evaluations), archive)
        vectors = method.propose(spent / budget.evaluations)[: budget.evaluations - spent]
        scores = space.evaluate(vectors)
        spent += len(vectors)
        archive.offer(vectors, scores)
        method.absorb(vectors, scores)
    return "evaluations"


def shares(count: int, objectives: int, chance: np.random.Generator) -> Floats:
    """Weights of objectives that sum to 1: each objective alone, then evenly drawn from the simplex."""
    made = chance.dirichlet(np.ones(objectives), size=count)
    made[: min(count, objectives)] = np.eye(objectives)[:count]
    return np.asarray(made)
