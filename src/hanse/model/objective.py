"""Objectives: what a solver minimises. A weighted sum of measures with integer weights.

Objective.parse("makespan")              the makespan
Objective.parse("cost + 1000 tardiness") cost, and 1000 for every unit of weighted tardiness
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from hanse.errors import InputError
from hanse.units import MILLION

MINIMISED = ("cost", "makespan", "tardiness", "energy")
"""Measures that can be minimised (all integers but tardiness, which may carry decimal job weights)."""

_TERM = re.compile(r"(?:(\d+)\s*\*?\s*)?([a-z_]+)")


@dataclass(frozen=True, slots=True)
class Objective:
    """Integer weights by measure name; at least one, all positive."""

    weights: tuple[tuple[str, int], ...]

    def __post_init__(self) -> None:
        for name, weight in self.weights:
            if name not in MINIMISED:
                raise InputError(
                    f'"{name}" is not a measure that can be minimised',
                    where="objective",
                    hint=f"use {', '.join(MINIMISED)} or a sum such as: cost + 1000 tardiness",
                )
            if not 0 < weight <= 10**6:
                raise InputError(f"weight {weight} is not between 1 and 1 000 000", where=f"objective, {name}")
        if not self.weights or len({name for name, _ in self.weights}) < len(self.weights):
            raise InputError("an objective names each measure once, and at least one", where="objective")

    @classmethod
    def parse(cls, text: str | Objective) -> Objective:
        """Read `cost`, `2*makespan + energy`, `cost + 1000 tardiness`. Raises InputError for anything else."""
        if isinstance(text, Objective):
            return text
        terms = []
        for part in text.split("+"):
            match = _TERM.fullmatch(part.strip())
            if match is None:
                raise InputError(
                    f'cannot read "{part.strip()}"',
                    where="objective",
                    hint="write e.g. makespan or cost + 1000 tardiness",
                )
            terms.append((match[2], int(match[1] or 1)))
        return cls(tuple(terms))

    def weight(self, name: str) -> int:
        """Weight of a measure, 0 if it is not part of the objective."""
        return dict(self.weights).get(name, 0)

    @property
    def only(self) -> str | None:
        """The measure, if the objective is a single one with weight 1."""
        return self.weights[0][0] if len(self.weights) == 1 and self.weights[0][1] == 1 else None

    def millionths(self, *, cost: int, makespan: int, tardiness: int, energy: int) -> int:
        """Value in millionths; `tardiness` is given in millionths, the others whole."""
        whole = self.weight("cost") * cost + self.weight("makespan") * makespan + self.weight("energy") * energy
        return whole * MILLION + self.weight("tardiness") * tardiness

    def __str__(self) -> str:
        return " + ".join(name if weight == 1 else f"{weight} {name}" for name, weight in self.weights)
