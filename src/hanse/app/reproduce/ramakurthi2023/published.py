"""What Ramakurthi et al. 2023 printed about their shops, and Table 3. Times in units of the paper."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Move:
    """A job the paper sends away. hosts: the shops named, two where the text contradicts itself; where: it says so."""

    job: str
    hosts: tuple[str, ...]
    where: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of Table 3: makespan and utilisation of CPLEX and of the paper's method. table8: the same four figures of
    that row in Table 8 of Ramakurthi et al. 2022, which is about another algorithm."""

    jobs: int
    machines: int
    exact: int
    exact_utilisation: float
    theirs: int
    their_utilisation: float
    table8: tuple[float, ...]

    @property
    def figures(self) -> tuple[float, ...]:
        """The four figures, in the order of `table8`."""
        return self.exact, self.exact_utilisation, self.theirs, self.their_utilisation


@dataclass(frozen=True, slots=True)
class Published:
    """makespans: of the shops before anything is shared."""

    makespans: dict[str, int]
    moves: tuple[Move, ...]
    table3: tuple[Row, ...]


def published() -> Published:
    """The numbers, from the packaged data."""
    text = resources.files("hanse.app.reproduce").joinpath("data", "ramakurthi2023.json").read_text(encoding="utf-8")
    given: dict[str, Any] = json.loads(text)
    return Published(
        given["makespans"],
        tuple(Move(move["job"], tuple(move["hosts"]), move["where"]) for move in given["moves"]),
        tuple(Row(**{**row, "table8": tuple(row["table8"])}) for row in given["table3"]),
    )
