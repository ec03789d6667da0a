"""From energy to carbon: known units are converted, an abstract one has none."""

from __future__ import annotations

import pytest

from hanse.app import carbon
from hanse.units import ENERGY_UNITS, Units


@pytest.mark.parametrize(("unit", "energy"), [("kWh", 2), ("Wh", 2_000), ("kJ", 7_200), ("J", 7_200_000)])
def test_two_kilowatt_hours_emit_the_same_whatever_they_are_counted_in(unit: str, energy: int) -> None:
    assert carbon.grams(energy, Units(energy=unit)) == 2 * carbon.GRID
    assert carbon.grams(energy, Units(energy=unit), 100) == 200


def test_every_unit_but_the_abstract_one_has_carbon() -> None:
    assert {unit for unit in ENERGY_UNITS if carbon.grams(1, Units(energy=unit)) is None} == {"unit"}
    assert carbon.both(4226, Units()) == "4 226"


def test_amounts_are_readable() -> None:
    assert carbon.both(4226, Units(energy="Wh")) == "4 226 Wh (2.0 kg CO₂e)"
    assert [carbon.text(g) for g in (0, 999, 1_000, 12_340_000)] == [
        "0 g CO₂e", "999 g CO₂e", "1.0 kg CO₂e", "12.3 t CO₂e"
    ]  # fmt: skip
