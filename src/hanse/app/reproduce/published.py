"""What Radmanesh et al. 2021 printed in Tables 7 and 8. Costs in $, times in s (machine not named), distances in km."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import resources

SOLVERS = (2, 3, 4)
"""Ways of splitting each problem."""

BEST_EXPECTED, MOST = 58_205, 465.64
"""B and R_max of the published reward, in $."""

SLOPE, SHIFT = 0.0028, 165.33
"""Constants of the published reward: R_max/π · arccot(SLOPE · cost - SHIFT)."""


@dataclass(frozen=True, slots=True)
class PublishedSplit:
    """One cell of Table 8: the sum of the miners' costs and the time of the slowest."""

    solvers: int
    cost: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Published:
    """One problem: Table 7 (sizes; `orders` is the number of tasks per demander) and Table 8 (results)."""

    number: int
    providers: int
    demanders: int
    orders: int
    side_km: int
    cost: int
    seconds: float
    splits: tuple[PublishedSplit, ...]

    def split(self, solvers: int) -> PublishedSplit:
        return next(split for split in self.splits if split.solvers == solvers)

    @property
    def above_optimum(self) -> float:
        """Least excess of the printed central cost over the optimum of the same instance: a plan of the split problem
        is a plan of the whole, so no split cost is below the optimum."""
        return self.cost / min(split.cost for split in self.splits) - 1


def published() -> tuple[Published, ...]:
    """The four problems, from the packaged data."""
    text = resources.files("hanse.app.reproduce").joinpath("data", "radmanesh2021.json").read_text(encoding="utf-8")
    return tuple(
        Published(**{**row, "splits": tuple(PublishedSplit(**split) for split in row["splits"])})
        for row in json.loads(text)["problems"]
    )
