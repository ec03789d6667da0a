"""From energy to carbon: what the electricity of a plan emits, by one stated factor of the grid.

Only where the problem says what its energy is counted in; an abstract unit has no carbon.
"""

from __future__ import annotations

from hanse.units import Units

GRID = 480
"""Grams of CO2 equivalents per kWh of electricity unless told otherwise (`--grid`): the world's average of 2023 over
the life cycle (Ember, Global Electricity Review 2024). A member's own contract may be far from it."""

PER_KWH = {"J": 3_600_000, "kJ": 3_600, "Wh": 1_000, "kWh": 1}
"""How many of a unit of energy make a kWh."""


def grams(energy: int, units: Units, grid: int = GRID) -> int | None:
    """Grams of CO2e of an amount of energy, rounded; None where its unit is abstract."""
    per = PER_KWH.get(units.energy)
    return None if per is None else round(energy * grid / per)


def text(carbon: int) -> str:
    """`840 g CO₂e`, `2.0 kg CO₂e`, `12.3 t CO₂e`."""
    for unit, size in (("t", 1_000_000), ("kg", 1_000)):
        if carbon >= size:
            return f"{carbon / size:.1f} {unit} CO₂e"
    return f"{carbon} g CO₂e"


def energy_text(energy: int, units: Units) -> str:
    """`4 226 Wh`; a bare number where the unit is abstract."""
    return f"{energy:,}".replace(",", " ") + ("" if units.energy == "unit" else f" {units.energy}")


def both(energy: int, units: Units, grid: int = GRID) -> str:
    """`4 226 Wh (2.0 kg CO₂e)`."""
    carbon = grams(energy, units, grid)
    return energy_text(energy, units) + ("" if carbon is None else f" ({text(carbon)})")
