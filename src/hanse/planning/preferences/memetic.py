"""The memetic algorithm of Zhang 2019 and its rivals: genetic, and genetic with hill climbing, on one decoder.

    1  a population of random two-part chromosomes (`kernels.py`)
    2  each generation: tournament, POX on the sequence, multi-point crossover on the providers, constrained mutation
    3  memetic: from the best few, simulated annealing by swap, reversion and insertion; GA-HC: hill climbing by the
       same moves; GA: nothing
    4  the temperature falls geometrically from `heat` to `cold` over the generations

The paper prints operators, not parameters; those here are ours. Published moves change the sequence alone; `changing`
lets a share of them change a provider instead (ours, 0 as published).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from hanse.errors import InputError
from hanse.planning.preferences import kernels
from hanse.planning.preferences.choices import Ints
from hanse.planning.preferences.tables import Tables

Kind = Literal["GA", "GA-HC", "MA"]

KINDS: dict[Kind, int] = {"GA": kernels.GA, "GA-HC": kernels.CLIMBING, "MA": kernels.ANNEALING}


@dataclass(frozen=True, slots=True)
class Parameters:
    """population: at least 2. generations: at least 1. crossing, mutating, changing: probabilities. improved: how many
    individuals are walked from per generation, `tries` steps each. heat, cold: temperatures in millionths of utility,
    heat ≥ cold > 0. Raises InputError for anything else."""

    population: int = 60
    generations: int = 1000
    crossing: float = 0.9
    mutating: float = 0.3
    improved: int = 6
    tries: int = 20
    heat: float = 20_000.0
    cold: float = 200.0
    changing: float = 0.0

    def __post_init__(self) -> None:
        for name, least in (("population", 2), ("generations", 1), ("improved", 0), ("tries", 0)):
            if getattr(self, name) < least:
                raise InputError(f"{getattr(self, name)} is less than {least}", where=name)
        for name in ("crossing", "mutating", "changing"):
            if not 0 <= getattr(self, name) <= 1:
                raise InputError(f"{getattr(self, name)} is not a probability", where=name)
        if not self.heat >= self.cold > 0:
            raise InputError("temperatures must fall and stay above 0", where="heat, cold")

    def decoded(self, kind: Kind) -> int:
        """Chromosomes decoded by a whole run."""
        walks = 0 if kind == "GA" else min(self.improved, self.population) * self.tries
        return self.population + self.generations * (self.population - 1 + walks)


@dataclass(frozen=True, slots=True)
class Evolution:
    """allocation, start: of the best individual, by operation. worth: its millionths, less broken limits. decoded:
    chromosomes decoded. trajectory: best worth of the first population and after each generation."""

    allocation: Ints
    start: Ints
    worth: int
    decoded: int
    trajectory: tuple[int, ...]


def evolve(
    tables: Tables,
    kind: Kind,
    parameters: Parameters,
    chance: np.random.Generator,
    told: Callable[[int, int], bool] | None = None,
) -> Evolution:
    """Run one method. Same tables, parameters and generator state: same answer.

    told: hears the generation (0: the first population) and the best worth; if it returns False the search ends.
    """
    p, length = parameters, len(tables.radix)
    sequences = np.empty((p.population, length), dtype=np.int64)
    allocations, worth = np.empty_like(sequences), np.empty(p.population, dtype=np.int64)
    kernels.draw(tables, sequences, allocations, worth, chance)
    decoded, trajectory = p.population, [int(worth.max())]
    going = told is None or told(0, trajectory[0])
    cooling = (p.cold / p.heat) ** (1 / p.generations)
    for number in range(p.generations):
        if not going:
            break
        heat = p.heat * cooling**number
        decoded += kernels.generation(
            tables, sequences, allocations, worth, p.crossing, p.mutating, KINDS[kind], p.improved, p.tries, heat,
            p.changing, chance,
        )  # fmt: skip
        trajectory.append(int(worth.max()))
        going = told is None or told(number + 1, trajectory[-1])
    best, start = int(np.argmax(worth)), np.empty(length, dtype=np.int64)
    value = kernels.decode(tables, sequences[best], allocations[best], start)
    return Evolution(allocations[best].copy(), start, value, decoded, tuple(trajectory))
