"""A cell becomes a value, or a fault that names sheet, row and column. Nothing is guessed."""

from __future__ import annotations

import math
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation

from hanse.errors import InputError
from hanse.instances.tables.sheets import Fault, Row
from hanse.units import MILLION, QUANTITY_LIMIT, TIME_UNITS

FAULTS_KEPT = 100
"""More faults than these are only counted."""

_YES, _NO = frozenset({"yes", "true", "1"}), frozenset({"no", "false", "0"})


class Cells:
    """Takes values out of rows and remembers what was wrong. start, unit: what a date is counted from and in."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.count = 0
        self.start: datetime | None = None
        self.unit = "unit"

    def fault(self, where: str, message: str, hint: str = "") -> None:
        """Remember a fault."""
        self.count += 1
        if len(self.faults) < FAULTS_KEPT:
            self.faults.append(Fault(where, message, hint))

    def error(self, error: InputError, where: str) -> None:
        """Remember an error of the model, at the row it came from."""
        self.fault(where, f"{error.message} ({error.where})" if error.where else error.message, error.hint)

    def text(self, row: Row, column: str, *, needed: bool = True) -> str:
        """A name; `""` where it is missing. Numbers count as text: `7` names an order well enough."""
        raw = row.cells.get(column)
        if raw is None:
            if needed:
                self.fault(row.at(column), "is empty", "give it a name")
            return ""
        if isinstance(raw, float) and raw.is_integer():
            raw = int(raw)  # spreadsheets keep 7 as 7.0
        if isinstance(raw, bool | date):
            self.fault(row.at(column), f"{raw} is no name", "format the column as text")
            return ""
        return str(raw).strip()

    def names(self, row: Row, column: str) -> tuple[str, ...]:
        """Names with `;` between them."""
        return tuple(part.strip() for part in self.text(row, column, needed=False).split(";") if part.strip())

    def whole(self, row: Row, column: str, default: int | None = None, *, signed: bool = False) -> int | None:
        """A whole number of at most 10¹²; `default` where it is missing."""
        raw = row.cells.get(column)
        if raw is None:
            return default
        number = _number(raw)
        least = -QUANTITY_LIMIT if signed else 0
        if number is None or number != number.to_integral_value() or not least <= number <= QUANTITY_LIMIT:
            hint = (
                "use a finer unit instead of fractions" if number is not None and abs(number) < QUANTITY_LIMIT else ""
            )
            self.fault(row.at(column), f"{_shown(raw)} is not a whole number from {least} to {QUANTITY_LIMIT}", hint)
            return default
        return int(number)

    def needed(self, row: Row, column: str, *, least: int = 0) -> int:
        """A whole number that must be there."""
        if row.cells.get(column) is None:
            self.fault(row.at(column), "is empty", "give a whole number")
            return least
        value = self.whole(row, column)
        return least if value is None else value

    def ratio(self, row: Row, column: str, default: int | None, *, most: int = 1) -> int | None:
        """Millionths of a decimal from 0 to `most` with at most six digits behind the point."""
        raw = row.cells.get(column)
        if raw is None:
            return default
        number = _number(raw)
        scaled = None if number is None else number * MILLION
        if scaled is not None and isinstance(raw, float):
            scaled = Decimal(round(scaled)) if abs(scaled - round(scaled)) < Decimal("1e-3") else scaled
        if scaled is None or scaled != scaled.to_integral_value() or not 0 <= scaled <= most * MILLION:
            self.fault(row.at(column), f"{_shown(raw)} is not a number from 0 to {most} with at most six decimals")
            return default
        return int(scaled)

    def yes(self, row: Row, column: str) -> bool:
        """Yes or no; no where it is missing."""
        raw = row.cells.get(column)
        word = "no" if raw is None else str(raw).strip().casefold()
        if word not in _YES and word not in _NO:
            self.fault(row.at(column), f"{_shown(raw)} is neither yes nor no")
        return word in _YES

    def moment(self, row: Row, column: str, default: int | None = None) -> int | None:
        """A time: a whole number of units, or a date (with a time of day) counted from `start`."""
        raw = row.cells.get(column)
        if raw is None:
            return default
        when = _date(raw)
        if when is None:
            return self.whole(row, column, default)
        length = TIME_UNITS[self.unit]
        if self.start is None or not length:
            self.fault(
                row.at(column),
                f"{_shown(raw)} is a date, and nothing says what time 0 is",
                "set `start` (a date) and `time` (minute, hour, …) in the sheet league",
            )
            return default
        if (when.tzinfo is None) != (self.start.tzinfo is None):
            self.fault(row.at(column), "one of this date and `start` has a time zone and the other has none")
            return default
        units = (when - self.start).total_seconds() / length
        if units < 0 or units != math.floor(units) or units > QUANTITY_LIMIT:
            self.fault(row.at(column), f"{_shown(raw)} is not a whole number of {self.unit}s after {self.start}")
            return default
        return int(units)


def date_of(raw: object) -> datetime | None:
    """The moment a cell names, None if it names none."""
    return _date(raw)


def _date(raw: object) -> datetime | None:
    if isinstance(raw, datetime):
        return raw
    if isinstance(raw, date):
        return datetime.combine(raw, time())
    if isinstance(raw, str) and "-" in raw.strip()[1:]:
        try:
            return datetime.fromisoformat(raw.strip())
        except ValueError:
            return None
    return None


def _number(raw: object) -> Decimal | None:
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        return None
    if isinstance(raw, float) and not math.isfinite(raw):
        return None
    try:
        number = Decimal(str(raw).strip())
    except InvalidOperation:
        return None
    # Beyond these no quantity can be, and arithmetic on them would be slow.
    return number if number.is_finite() and -20 <= number.adjusted() <= 20 else (Decimal(0) if number == 0 else None)


def _shown(raw: object) -> str:
    text = str(raw)
    return repr(text if len(text) <= 40 else f"{text[:39]}…")
