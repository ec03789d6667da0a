"""Families of instances: a folder of problem files, with `best_known.json` beside them where values are known.

`best_known.json` is {instance: {"lower_bound": …, "upper_bound": …}}; an instance is a file's name without its ending.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from hanse.errors import InputError

BEST = "best_known.json"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the least makespan of an instance; None where nothing is."""

    lower: int | None = None
    upper: int | None = None


@dataclass(frozen=True, slots=True)
class Instance:
    """One problem file of a family."""

    family: str
    name: str
    path: Path
    known: Known


def find(names: list[str], folder: Path | None, pattern: str = "*") -> list[Instance]:
    """The instances of these families, in the order asked and by name. A family is a folder, or the name of one in
    `folder`. Raises InputError for a family that is not there or has no instance that fits the pattern."""
    found: list[Instance] = []
    for name in names:
        path = Path(name)
        if folder is not None and not path.is_dir():
            path = folder / name
        if not path.is_dir():
            hint = "name a folder of problem files, or give their parent with --folder"
            raise InputError("there is no such family", where=str(path), hint=hint)
        known = _best(path / BEST)
        files = sorted(p for p in path.iterdir() if p.is_file() and p.name != BEST and not p.name.startswith("."))
        own = [p for p in files if fnmatch(p.stem, pattern)]
        if not own:
            raise InputError(f'no file fits "{pattern}"', where=str(path), hint="see --pattern")
        found += [Instance(path.resolve().name, p.stem, p.resolve(), known.get(p.stem, Known())) for p in own]
    return found


def _best(path: Path) -> dict[str, Known]:
    if not path.exists():
        return {}
    try:
        document = json.loads(path.read_bytes())
        return {name: Known(row.get("lower_bound"), row.get("upper_bound")) for name, row in document.items()}
    except (ValueError, AttributeError, RecursionError) as fault:
        hint = 'expected {instance: {"lower_bound": …, "upper_bound": …}}'
        raise InputError(f"not a list of best known values: {fault}", where=str(path), hint=hint) from None
