"""What Ramakurthi et al. 2022 printed: Tables 6 to 9 and 11 to 13. Times and energies have no stated unit."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Scenario:
    """A row of Table 9 or 11: makespan and energy of the moth-flame hybrid and of its rival."""

    number: int
    jobs: int
    machines: int
    rival: str
    makespan: float
    energy: float
    rival_makespan: float
    rival_energy: float


@dataclass(frozen=True, slots=True)
class Published:
    """ratings: Table 7. practical: the ten scenarios of Table 11. experimental: Table 9, which has 35 of the 36 the
    text counts. exact_beaten: rows of Table 8 in which the heuristic is better than the finished exact solver, and
    their number. gain: per cent of hypervolume over NSGA-III in abstract and in section 6.3. wins: scenarios of Tables
    12 and 13 in which NSGA-III has the better figure, by indicator. population, generations: Table 6."""

    ratings: tuple[int, ...]
    practical: tuple[Scenario, ...]
    experimental: tuple[Scenario, ...]
    exact_beaten: tuple[int, int]
    gain: tuple[int, int]
    wins: tuple[tuple[str, tuple[int, ...]], ...]
    population: int
    generations: int


BETTER = {"omega": 1, "kappa": -1, "epsilon": -1}
"""Indicators of Tables 12 and 13 that were printed for both: 1 if higher is better, -1 if lower."""


def published() -> Published:
    """The printed numbers."""
    given: dict[str, Any] = json.loads(
        resources.files("hanse.app.reproduce").joinpath("data", "ramakurthi2022.json").read_text(encoding="utf-8")
    )
    exact = given["exact"]
    beaten = sum(
        row["hmfeo"]["makespan"] < row["cplex"]["makespan"] and row["hmfeo"]["energy"] < row["cplex"]["energy"]
        for row in exact
    )
    return Published(
        ratings=tuple(given["energy_rating"]),
        practical=tuple(_scenario(row, "NSGA-III", "nsga3") for row in given["practical"]),
        experimental=tuple(_scenario(row, row["baseline"], "baseline") for row in given["experimental"]),
        exact_beaten=(beaten, len(exact)),
        gain=(given["hypervolume_gain_percent"][0], given["hypervolume_gain_percent"][1]),
        wins=tuple((name, _rival_wins(given["indicators"], name, sign)) for name, sign in BETTER.items()),
        population=given["parameters"]["population"],
        generations=given["parameters"]["generations"],
    )


def _scenario(row: dict[str, Any], rival: str, prefix: str) -> Scenario:
    return Scenario(
        row["scenario"],
        row["jobs"],
        row["machines"],
        rival,
        row["hmfeo_makespan"],
        row["hmfeo_energy"],
        row[f"{prefix}_makespan"],
        row[f"{prefix}_energy"],
    )


def _rival_wins(tables: dict[str, Any], name: str, sign: int) -> tuple[int, ...]:
    return tuple(
        int(number)
        for table in tables.values()
        for number, ours in table[name]["HMFEO"].items()
        if sign * table[name]["NSGA-III"][number] > sign * ours
    )
