"""Integer quantities and the names of their units.

Times, money, energy and distances are integers everywhere; a problem declares once what one of them means. Ratios
(quality, reliability, weights) are kept as integer *millionths*, so that equality, hashing and sums are exact.
"""

from __future__ import annotations

from dataclasses import dataclass

from hanse.errors import InputError

MILLION = 1_000_000
"""Ratios are stored as integers in millionths: 0.82 is 820 000."""

QUANTITY_LIMIT = 10**12
"""Largest magnitude of any single quantity in a file; sums of millions of them still fit 64 bits."""

AMOUNT_LIMIT = 10**100
"""No sum of quantities, however weighted, is larger."""

TIME_UNITS = {"millisecond": 0.001, "second": 1.0, "minute": 60.0, "hour": 3600.0, "day": 86400.0, "unit": 0.0}
"""Accepted names and their length in seconds (`unit`: abstract, no length)."""

MONEY_UNITS = ("cent", "unit")
DISTANCE_UNITS = ("millimetre", "metre", "kilometre", "unit")
ENERGY_UNITS = ("J", "kJ", "Wh", "kWh", "unit")


@dataclass(frozen=True, slots=True)
class Units:
    """What the integers of one problem mean. Raises InputError for a name that is not in this module's lists."""

    time: str = "unit"
    money: str = "unit"
    distance: str = "unit"
    energy: str = "unit"

    def __post_init__(self) -> None:
        for field, allowed in (
            ("time", TIME_UNITS),
            ("money", MONEY_UNITS),
            ("distance", DISTANCE_UNITS),
            ("energy", ENERGY_UNITS),
        ):
            value = getattr(self, field)
            if value not in allowed:
                raise InputError(
                    f'"{value}" is not a unit of {field}',
                    where=f"units.{field}",
                    hint=f"use one of: {', '.join(allowed)}",
                )


def millionths(value: float, *, where: str) -> int:
    """A decimal with at most six digits as integer millionths; raises InputError if it has more, or is too large."""
    if not -AMOUNT_LIMIT <= value <= AMOUNT_LIMIT:  # NaN is neither
        said = str(value) if isinstance(value, float) else f"a number of {len(str(value))} digits"
        raise InputError(f"{said} is no amount of anything", where=where, hint="use a smaller number")
    if isinstance(value, int):
        return value * MILLION
    scaled = value * MILLION
    whole = round(scaled)
    if abs(scaled - whole) > 1e-3:
        raise InputError(f"{value} has more than six decimal digits", where=where, hint="round it to six digits")
    return whole


def decimal(value: int) -> int | float:
    """Integer millionths as a JSON number: whole values as int, others as the shortest float with six digits."""
    return value // MILLION if value % MILLION == 0 else value / MILLION


def money_text(value: int | float, units: Units) -> str:
    """Money for people: `1 593.20` when the unit is a cent, `1 593` otherwise (narrow spaces between thousands)."""
    return f"{value / 100:,.2f}".replace(",", " ") if units.money == "cent" else f"{value:,}".replace(",", " ")


def time_text(value: int | float, units: Units) -> str:
    """A duration for people: `2 h 15 min`, `3 d 4 h`, `40 s`; abstract units are printed as a bare number."""
    seconds = TIME_UNITS[units.time] * value
    if units.time == "unit":
        return f"{value:,}".replace(",", " ")
    sign, left = ("-" if seconds < 0 else ""), abs(seconds)
    parts: list[str] = []
    for name, length in (("d", 86400), ("h", 3600), ("min", 60)):
        count, left = divmod(left, length)
        if count:
            parts.append(f"{int(count)} {name}")
    if left or not parts:
        parts.append(f"{left:g} s")
    return sign + " ".join(parts[:2])
