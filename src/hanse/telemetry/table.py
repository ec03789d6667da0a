"""Readings from a CSV file: source, machine, metric, measured, value. For shops whose machines write logs."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from hanse.errors import EnvironmentFault, InputError
from hanse.telemetry.reading import Reading, Value

COLUMNS = ("source", "machine", "metric", "measured", "value")
MOST_ROWS = 10_000_000


def read_table(path: Path) -> Iterator[Reading]:
    """The readings of a file, one a row, after a header with the columns in any order.

    measured: milliseconds since 1970, or ISO 8601 with an offset. value: `true`, `false`, a whole number, a decimal or
    else text. Raises InputError with the number of the line for a row that is none.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = csv.DictReader(file, strict=True)
            missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
            if missing:
                raise InputError(
                    f"the header lacks {', '.join(missing)}", where=str(path), hint=f"begin with {','.join(COLUMNS)}"
                )
            for row in rows:
                if rows.line_num > MOST_ROWS:
                    raise InputError(f"more than {MOST_ROWS} lines", where=str(path), hint="split the file")
                try:
                    yield _reading(row)
                except InputError as error:
                    raise error.at(f"{path}, line {rows.line_num}") from None
    except (OSError, UnicodeDecodeError) as failure:
        raise EnvironmentFault(f"the file cannot be read ({failure})", where=str(path)) from None
    except csv.Error as error:
        raise InputError(f"not a table: {error}", where=str(path)) from None


def _reading(row: dict[str, str | None]) -> Reading:
    cells = {name: row[name] for name in COLUMNS}
    empty = [name for name, cell in cells.items() if cell is None]
    if empty:
        raise InputError(f"no {', '.join(empty)}", where="row")
    source, machine, metric, measured, value = (str(cell) for cell in cells.values())
    return Reading(source, machine, metric, read_moment(measured), _value(value))


def read_moment(text: str) -> int:
    """Milliseconds since 1970, from such a number or from ISO 8601 with an offset. Raises InputError for others."""
    if text.isascii() and text.isdecimal() and len(text) < 16:
        return int(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(
            f"{text[:40]!r} is no time", where="time", hint="2026-11-24T08:00:00+01:00, or milliseconds since 1970"
        ) from None
    if moment.tzinfo is None:
        raise InputError(f"{text!r} does not say in which zone", where="time", hint="add +00:00 or another offset")
    return round(moment.timestamp() * 1000)


def _value(text: str) -> Value:
    if text in ("true", "false"):
        return text == "true"
    for kind in (int, float):
        try:
            number: Value = kind(text)
        except (ValueError, OverflowError):
            continue
        return number
    return text
