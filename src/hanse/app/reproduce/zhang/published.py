"""What Zhang et al. 2019 printed: Table 7, U^C_max of Table 5, and deviations of Fig. 8. Costs in yuan."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import resources
from typing import Any

from hanse.units import MILLION


@dataclass(frozen=True, slots=True)
class Row:
    """One task of Table 7. best: U^C_max (Table 5). selection: provider by subtask. start: by subtask, of a
    schedule that attains every printed completion (ours; the paper prints only completions)."""

    task: int
    best: float
    cost: float
    completion: int
    quality: float
    satisfaction: float
    selection: dict[str, str]
    start: dict[str, int]

    @property
    def job(self) -> str:
        """Its id in the packaged case."""
        return f"T{self.task}"


@dataclass(frozen=True, slots=True)
class Published:
    """deviations: standard deviation of the fitness after each of `generations`, by method."""

    rows: tuple[Row, ...]
    makespan: int
    compensation: int
    generations: tuple[int, ...]
    repetitions: int
    deviations: dict[str, tuple[float, ...]]

    @property
    def best(self) -> dict[str, int]:
        """U^C_max by job, millionths."""
        return {row.job: round(row.best * MILLION) for row in self.rows}


def published() -> Published:
    """The numbers, from the packaged data."""
    text = resources.files("hanse.app.reproduce").joinpath("data", "zhang2019.json").read_text(encoding="utf-8")
    given: dict[str, Any] = json.loads(text)
    return Published(
        rows=tuple(Row(**row) for row in given["tasks"]),
        makespan=given["makespan"],
        compensation=given["compensation"]["yuan"],
        generations=tuple(given["generations"]),
        repetitions=given["repetitions"],
        deviations={method: tuple(values) for method, values in given["std_dev"].items()},
    )
