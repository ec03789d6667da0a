"""The rules a league can set and a laboratory can vary, by the names that proposals use (docs/lab.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from hanse.errors import InputError
from hanse.lab.floor.market import MODES
from hanse.ledger.deal import DAY
from hanse.units import MILLION

METHODS = ("none", "greedy", "best")

_RANGES: Mapping[str, tuple[int, int]] = {
    "round_pot": (1, MILLION),
    "round_bond": (1, 100 * MILLION),
    "round_reach": (1, MILLION),
    "round_least": (1, 10**12),
    "round_commit": (60, 30 * DAY),
    "round_reveal": (60, 30 * DAY),
    "round_challenge": (0, 30 * DAY),
    "settlement_grace": (0, 365 * DAY),
    "settlement_unit": (1, 365 * DAY),
    "settlement_per_unit": (0, MILLION),
    "settlement_cap": (0, MILLION),
    "settlement_reward": (0, MILLION),
    "settlement_fee": (0, MILLION),
    "promotion_fund": (0, 10**12),
    "sharing_every": (0, 10**6),
}


@dataclass(frozen=True, slots=True)
class Rules:
    """Shares in millionths, times in seconds, money in cents; defaults are the present rules of Hanse.

    round_pot: of the baseline, what all rewards of a round can reach; round_bond: of the pot, locked by a commitment;
    round_reach: how far from the baseline to the cheapest way the target lies (the reward curve ends there);
    round_least: cents a claim must improve; round_first_wins: the first valid claim instead of the best; round_commit,
    round_reveal, round_challenge: windows. settlement_grace, _unit, _per_unit, _cap: what lateness costs (see
    `value.settlement`); settlement_reward, _fee: solver's and treasury's part of what is paid. promotion_fund: what the
    operator can spend on compensations of one plan. sharing_method, _mode: how late jobs take idle time, see
    `lab.floor.operate`; sharing_every: time units between two looks, 0: the usual. Raises InputError beyond the ranges.
    """

    round_pot: int = 4_000
    round_bond: int = 100_000
    round_reach: int = MILLION
    round_least: int = 1
    round_first_wins: bool = False
    round_commit: int = 3_600
    round_reveal: int = 3_600
    round_challenge: int = 3_600
    settlement_grace: int = DAY
    settlement_unit: int = DAY
    settlement_per_unit: int = MILLION // 100
    settlement_cap: int = MILLION // 5
    settlement_reward: int = 20_000
    settlement_fee: int = 10_000
    promotion_fund: int = 200_000
    sharing_method: str = "none"
    sharing_mode: str = "central"
    sharing_every: int = 0

    def __post_init__(self) -> None:
        for name, (least, most) in _RANGES.items():
            value = getattr(self, name)
            if type(value) is not int or not least <= value <= most:
                raise InputError(f"{value!r} is not a whole number from {least} to {most}", where=spoken(name))
        if type(self.round_first_wins) is not bool:
            raise InputError(f"{self.round_first_wins!r} is not true or false", where="round.first_wins")
        for name, known in (("sharing_method", METHODS), ("sharing_mode", MODES)):
            if getattr(self, name) not in known:
                raise InputError(f"{getattr(self, name)!r} is not one of {', '.join(known)}", where=spoken(name))
        if (self.sharing_method, self.sharing_mode) == ("best", "peer"):
            raise InputError(
                "peers decide each for itself, so nobody can look for the best of all", where="sharing.mode"
            )

    def changed(self, given: Mapping[str, Any]) -> Rules:
        """With other values, by the names of proposals (`settlement.cap`). Raises InputError for other names."""
        known = {spoken(field.name): field.name for field in fields(self)}
        for name in given:
            if name not in known:
                raise InputError(f'"{name}" is no parameter', where="rules", hint=f"use: {', '.join(known)}")
        return Rules(**(asdict(self) | {known[name]: value for name, value in given.items()}))

    def differs(self, other: Rules) -> dict[str, tuple[Any, Any]]:
        """Parameters in which `other` differs: own and other value, by name."""
        pairs = {field.name: (getattr(self, field.name), getattr(other, field.name)) for field in fields(self)}
        return {spoken(name): pair for name, pair in pairs.items() if pair[0] != pair[1]}


PRESENT = Rules()
"""What a league has that decided nothing else."""


def spoken(field: str) -> str:
    """The name of a field in files and proposals: its group, a dot, and the rest."""
    return field.replace("_", ".", 1)
