"""Objectives and their values as people read them."""

from __future__ import annotations

from hanse.app.report import words
from hanse.planning.pareto.objectives import LARGER, WHOLE
from hanse.units import MILLION, Units

LABELS = {
    "makespan": "completion time",
    "cost": "cost",
    "tardiness": "lateness",
    "energy": "energy",
    "total_energy": "energy with idling and transport",
    "utilisation": "use of machines",
    "pooled_utilisation": "use of machines, pooled",
    "reliability": "reliability of members",
    "machine_reliability": "reliability of machines",
}

BEST = {
    "makespan": "fastest",
    "cost": "cheapest",
    "tardiness": "least late",
    "energy": "least energy",
    "total_energy": "least energy in all",
    "utilisation": "best use of machines",
    "pooled_utilisation": "best pooled use of machines",
    "reliability": "most reliable members",
    "machine_reliability": "most reliable machines",
}
"""What the point that is best in one objective is called."""


AXES = {"makespan": "time", "tardiness": "time", "cost": "money"} | dict.fromkeys(LARGER, "share")
"""How the numbers along an axis are written; others are plain numbers."""


def unit(name: str, units: Units) -> str:
    """What an axis of plain numbers is counted in, empty where that is abstract."""
    return units.energy if name in ("energy", "total_energy") and units.energy != "unit" else ""


def value(name: str, amount: int, units: Units) -> str:
    """`2 h 15 min`, `1 593.20`, `4 226 Wh`, `71.4 %`."""
    if name == "makespan":
        return words.time(amount, units)
    if name == "cost":
        return words.money(amount, units)
    if name in LARGER:
        return f"{amount / MILLION:.1%}".replace("%", "\u00a0%")
    if name == "tardiness":
        return words.time(amount // MILLION, units) if amount % MILLION == 0 else f"{amount / MILLION:g}"
    unit = "" if units.energy == "unit" else f"\u00a0{units.energy}"
    return words.narrow(f"{amount:,}".replace(",", " ")) + unit


def number(name: str, amount: int) -> int | float:
    """The value for programs: whole units, or a decimal where it is kept in millionths."""
    return amount if name in WHOLE else amount / MILLION


def sentence(count: int, objectives: tuple[str, ...], *, complete: bool) -> str:
    """`9 good compromises between completion time and energy; it is proved that there are no others`."""
    said = words.names([LABELS[name] for name in objectives])
    end = "; it is proved that there are no others" if complete else ""
    if count == 1:
        return f"one plan is best in everything, {said}" + (
            "; it is proved that none is better" if complete else ", of all that were found"
        )
    return f"{count} good compromises between {said}{end}"
