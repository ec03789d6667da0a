"""What a voyage must remember beside the ledger: which case it is, when it began, and the plans it chose.

A plan is written down before its block is sent, so a voyage that was cut off appends the plan it had chosen. The
file is replaced as a whole; a crash leaves the old one or the new one.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from hanse.errors import EnvironmentFault, InputError
from hanse.instances import write_bytes

FORMAT = "hanse-voyage/1"
NAME = "voyage.json"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A part's plan: content hashes of problem, plan and evidence, and the block it was to follow. agreeing: when its
    agreements were thought of, seconds since 1970; 0 before that. by_contribution: whether their prices divide what
    budgets leave by contribution. charter: what it said then, of all terms in order; none before that."""

    problem: str
    plan: str
    evidence: str
    previous: str
    agreeing: int = 0
    by_contribution: bool = False
    charter: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Journal:
    """The voyage of one data directory. created: ISO 8601, UTC; chosen: by number of the part."""

    case: str
    seed: int
    created: str
    chosen: tuple[Chosen | None, ...] = ()

    def with_chosen(self, part: int, chosen: Chosen) -> Journal:
        """The journal with the plan of one part written down."""
        filled = list(self.chosen) + [None] * (part + 1 - len(self.chosen))
        filled[part] = chosen
        return replace(self, chosen=tuple(filled))

    def plan_of(self, part: int) -> Chosen | None:
        return self.chosen[part] if part < len(self.chosen) else None

    def belongs(self, case: str, seed: int, data: Path) -> None:
        """Raises InputError if this directory holds another voyage."""
        if (self.case, self.seed) != (case, seed):
            raise InputError(
                f"this directory holds the voyage {self.case} with seed {self.seed}, not {case} with seed {seed}",
                where=str(data),
                hint="choose another directory with --data, or run that one again",
            )

    def save(self, data: Path) -> None:
        """Write to the data directory. Raises EnvironmentFault."""
        write_bytes(data / NAME, json.dumps({"format": FORMAT, **asdict(self)}, indent=1).encode())


def load(data: Path) -> Journal | None:
    """The journal of a data directory, None if no voyage began there. Raises EnvironmentFault if it cannot be used."""
    try:
        text = (data / NAME).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise EnvironmentFault(f"cannot be read: {error.strerror}", where=str(data / NAME)) from None
    try:
        value = json.loads(text)
        if value.pop("format") != FORMAT:
            raise ValueError
        chosen = tuple(None if one is None else _chosen(one) for one in value.pop("chosen"))
        return Journal(**value, chosen=chosen)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise EnvironmentFault(
            "this is not a voyage's journal",
            where=str(data / NAME),
            hint="restore it from a backup, or start elsewhere",
        ) from None


def _chosen(told: dict[str, Any]) -> Chosen:
    return Chosen(**{**told, "charter": tuple(map(int, told.get("charter", ())))})
