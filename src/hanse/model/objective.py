"""Objectives: what a solver minimises. A weighted sum of measures with integer weights, or the utility that is lost.

Objective.parse("makespan")              the makespan
Objective.parse("cost + 1000 tardiness") cost, and 1000 for every unit of weighted tardiness
Objective.parse("utility")               what the customers' utilities lack to 1 for every job
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hanse.errors import InputError
from hanse.units import MILLION

if TYPE_CHECKING:
    from hanse.model.plan import Measures

MINIMISED = ("cost", "makespan", "tardiness", "energy")
"""Measures that can be minimised (all integers but tardiness, which may carry decimal job weights)."""

UTILITY = "utility"
"""The measure that is maximised, so that what is minimised is what it lacks. It stands alone."""

_TERM = re.compile(r"(?:(\d{1,18}+)\s*+(?:\*\s*+)?)?([a-z_]++)")


@dataclass(frozen=True, slots=True)
class Objective:
    """Integer weights by measure name; at least one, all positive."""

    weights: tuple[tuple[str, int], ...]

    def __post_init__(self) -> None:
        if self.weights == ((UTILITY, 1),):
            return
        for name, weight in self.weights:
            if name == UTILITY:
                raise InputError(
                    "utility stands alone",
                    where="objective",
                    hint="cost and time count in it already, as customers weigh them",
                )
            if name not in MINIMISED:
                raise InputError(
                    f'"{name}" is not a measure that can be minimised',
                    where="objective",
                    hint=f"use {', '.join(MINIMISED)}, a sum such as: cost + 1000 tardiness, or utility",
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

    def value(self, measures: Measures, jobs: int) -> int:
        """Of a measured plan for so many jobs, in millionths. Raises InputError for utility where none is measured."""
        if self.only != UTILITY:
            return self.millionths(
                cost=measures.cost, makespan=measures.makespan, tardiness=measures.tardiness, energy=measures.energy
            )
        if measures.utility is None:
            raise unknown_utility()
        return jobs * MILLION - measures.utility

    def millionths(self, *, cost: int, makespan: int, tardiness: int, energy: int) -> int:
        """Value in millionths; `tardiness` is given in millionths, the others whole."""
        whole = self.weight("cost") * cost + self.weight("makespan") * makespan + self.weight("energy") * energy
        return whole * MILLION + self.weight("tardiness") * tardiness

    def __str__(self) -> str:
        return " + ".join(name if weight == 1 else f"{weight} {name}" for name, weight in self.weights)


def unknown_utility() -> InputError:
    """What to say where utility is asked of a problem without preferences."""
    return InputError(
        "the problem has no preferences, so utility is not known",
        where="objective",
        hint="add preferences to the file (docs/preferences.md), or choose another objective",
    )
