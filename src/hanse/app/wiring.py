"""The composition root: where settings become the objects that do the work. Nothing else wires anything."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from pathlib import Path

from hanse.app.carbon import GRID
from hanse.errors import InputError
from hanse.ledger.nodes import check_address

HOME = Path(".hanse")
"""Leagues live here unless told otherwise, one folder per case."""

OUT = Path("out")
"""Reports and files go here unless told otherwise, one folder per case."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything `hanse run` was asked for, checked. chain: URL or None for Hanse's own; league: its address there.
    solvers: how many processes compete for each plan; 0: it is made here. grid: grams of CO2e per kWh.
    by_contribution: whether prices divide what budgets leave by contribution. time_limit: seconds to search for each
    plan, None for what the case says."""

    case: str
    data: Path
    out: Path
    chain: str | None = None
    league: str | None = None
    seed: int = 0
    threads: int = 2
    solvers: int = 0
    grid: int = GRID
    by_contribution: bool = False
    time_limit: float | None = None

    @classmethod
    def of(
        cls,
        *,
        case: str,
        data: Path | None,
        chain: str | None,
        league: str | None,
        out: Path | None,
        seed: int,
        threads: int,
        solvers: int = 0,
        grid: int = GRID,
        by_contribution: bool = False,
        time_limit: float | None = None,
    ) -> Settings:
        """Defaults filled in. Raises InputError for a chain that is no http(s) URL, and for a time that is none."""
        check_url(chain)
        if time_limit is not None and not 0 < time_limit < inf:
            raise InputError(f"{time_limit:g} is no time", where="--time-limit", hint="give seconds, more than 0")
        return cls(
            case,
            data or HOME / case,
            out or OUT / case,
            chain,
            league,
            seed,
            threads,
            solvers,
            grid,
            by_contribution,
            time_limit,
        )


def check_url(chain: str | None) -> None:
    """Raises InputError unless `chain` is None or http(s) URLs with hosts, with commas between."""
    if chain is not None:
        check_address(chain)


def reindex(data: Path, chain: str | None) -> dict[str, int]:
    """Project the read models of a league anew; returns how many rows each has."""
    from hanse.ledger.store import open_ledger

    check_url(chain)
    with open_ledger(data, chain, create=False) as ledger:
        index = ledger.index
        index.rebuild()
        return {
            "members": len(index.members()),
            "products": len(index.products()),
            "orders": len(index.orders()),
            "answers": len(index.matches()),
            "blocks": len(index.blocks()),
            "transfers": len(index.transfers()),
        }
