"""Variants against the present rules, measure by measure and scenario by scenario, over the seeds both have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hanse.app.lab.season import Season
from hanse.lab.paired import Difference, compared
from hanse.lab.study import BASE, Run, Study
from hanse.units import MILLION

LEVEL = 0.95

ALL = "all scenarios"
"""The pairs of all scenarios together."""


@dataclass(frozen=True, slots=True)
class Measure:
    """name: of a field of `Season`; words: for people; better: 1 if more is better, -1 if less; scale: what one of the
    unit in `words` is."""

    name: str
    words: str
    better: int
    scale: int = 1


MEASURES = (
    Measure("on_time", "orders on time, %", 1, MILLION // 100),
    Measure("lateness", "hours late, all orders", -1),
    Measure("cost", "cost of an order", -1, 100),
    Measure("energy", "energy of an order", -1),
    Measure("income", "income of all members", 1, 100),
    Measure("spread", "spread of income (Gini, %)", -1, MILLION // 100),
    Measure("utility", "customers' utility, %", 1, MILLION // 100),
    Measure("rewards", "rewards of solvers", -1, 100),
    Measure("gas", "gas of the chain, thousands", -1, 1000),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A variant in a scenario by a measure."""

    scenario: str
    variant: str
    measure: Measure
    difference: Difference

    @property
    def good(self) -> int:
        """1 if the variant is surely better, -1 if it is surely worse, 0 if neither is sure."""
        return self.difference.sure * self.measure.better


def lines(study: Study, runs: Mapping[Run, Season | None], level: float = LEVEL) -> Iterator[Line]:
    """All comparisons there is a pair for, in the order of the study."""
    for variant in study.variants:
        if variant == BASE:
            continue
        for scenario in (*study.scenarios, ALL):
            chosen = tuple(study.scenarios) if scenario == ALL else (scenario,)
            pairs = list(_pairs(study, runs, variant, chosen))
            for measure in MEASURES if pairs else ():
                before, after = (
                    [getattr(pair[side], measure.name) / measure.scale for pair in pairs] for side in (0, 1)
                )
                yield Line(scenario, variant, measure, compared(before, after, level))


def _pairs(
    study: Study, runs: Mapping[Run, Season | None], variant: str, scenarios: tuple[str, ...]
) -> Iterator[tuple[Season, Season]]:
    for scenario in scenarios:
        for seed in study.seeds:
            before, after = runs.get(Run(scenario, BASE, seed)), runs.get(Run(scenario, variant, seed))
            if before is not None and after is not None:
                yield before, after
