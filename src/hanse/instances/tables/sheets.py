"""The sheets of a problem: their names, their columns and what each column means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

Raw = str | int | float | bool | date | datetime | None
"""What a cell holds: text from CSV, values from a workbook."""

SHEETS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "league": ("setting", "value"),
        "sites": ("site", "x", "y"),
        "transport": ("from", "to", "cost", "time"),
        "members": ("member", "site", "reliability", "no_overtaking"),
        "machines": ("machine", "member", "services", "capacity", "budget", "power"),
        "hours": ("machine", "from", "to"),
        "orders": (
            *("order", "customer", "release", "due", "weight", "budget", "least_quality"),
            *("origin", "destination", "single_workpiece"),
        ),
        "operations": ("order", "plan", "operation", "service", "after"),
        "modes": ("order", "plan", "operation", "machine", "duration", "cost", "energy", "quality"),
    }
)
"""Columns by sheet, in the order they are written in."""

NEEDED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "members": ("member",),
        "machines": ("machine", "member", "services"),
        "orders": ("order",),
        "operations": ("order", "operation", "service"),
        "modes": ("order", "operation", "machine", "duration"),
    }
)
"""Sheets that must be there, and the columns that they, and the others if they are there, must have."""

NEEDED_OF_OTHERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "league": ("setting", "value"),
        "sites": ("site",),
        "transport": ("from", "to"),
        "hours": ("machine", "from", "to"),
    }
)

SETTINGS = (
    *("name", "time", "money", "distance", "energy"),
    *("cost_per_distance", "time_per_distance", "start"),
)
"""What the sheet `league` may set: the problem's name, its units, rates of transport, and the moment that is time 0."""

ROW_LIMIT = 1_000_000
"""Most rows of all sheets together."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row. number: as a spreadsheet counts, the heading is row 1. cells: by column; empty ones are left out."""

    sheet: str
    number: int
    cells: Mapping[str, Raw]

    def at(self, column: str = "") -> str:
        """Where this is, in words."""
        return f"{self.sheet}, row {self.number}" + (f", {column}" if column else "")


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that cannot be used. where: sheet, row and column."""

    where: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


Sheets = Mapping[str, tuple[tuple[str, ...], tuple[Row, ...]]]
"""By name: the headings found, and the rows that are not empty."""
