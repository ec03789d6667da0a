"""What each lie brought, over many seeds, and the verdict on the rule.

A lie pays if the whole interval of its mean gain lies above nothing, and costs if it lies below. As each role tries
several lies, and the one that pays best is looked at, every interval is wider by their number (Bonferroni). That no lie
pays here is evidence, not proof: it is about these lies, these leagues and these rules.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from hanse.lab.incentives import customer, provider, solver
from hanse.lab.paired import Difference, compared
from hanse.lab.rules import Rules
from hanse.lab.study import World

Gains = Callable[[World, Rules, int], dict[str, int] | None]

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Role:
    """Who may lie. gains: what each lie brings with a seed; lies: all of them, with what helps; unit: of gains.
    allowed: what is no lie, but another choice than the plain one; unwatched: lies that need everybody to look away."""

    name: str
    gains: Gains
    lies: Mapping[str, str]
    unit: str
    allowed: frozenset[str] = frozenset()
    unwatched: frozenset[str] = frozenset()


ROLES = {
    one.name: one
    for one in (
        Role("solver", solver.gains, solver.LIES, solver.UNIT, solver.ALLOWED, solver.UNWATCHED),
        Role("provider", provider.gains, provider.LIES, provider.UNIT),
        Role("customer", customer.gains, customer.LIES, customer.UNIT),
    )
}


@dataclass(frozen=True, slots=True)
class Lie:
    """A lie over all seeds. gain: mean and interval; won: share of seeds in which it brought something; most: the most
    it brought; helps: what helps against it."""

    role: str
    name: str
    gain: Difference
    won: float
    most: int
    unit: str
    helps: str

    @property
    def kind(self) -> Literal["lie", "allowed", "unwatched"]:
        """What it takes: a lie, a choice that is allowed, or that nobody looks."""
        own = ROLES[self.role]
        return "allowed" if self.name in own.allowed else "unwatched" if self.name in own.unwatched else "lie"

    @property
    def verdict(self) -> Literal["pays", "costs", "not sure"]:
        return {1: "pays", -1: "costs", 0: "not sure"}[self.gain.sure]  # type: ignore[return-value]


def played(role: str, world: World, rules: Rules, seed: int) -> dict[str, int] | None:
    """The gains of a seed, for processes of their own."""
    return ROLES[role].gains(world, rules, seed)


def judged(role: str, found: Sequence[Mapping[str, int] | None]) -> tuple[Lie, ...]:
    """All lies of a role, the best one first. found: by seed; None counts for nothing. Empty if all are None."""
    games = [one for one in found if one is not None]
    if not games:
        return ()
    own = ROLES[role]
    level = 1 - (1 - LEVEL) / len(own.lies)
    told = []
    for name, helps in own.lies.items():
        values = [game[name] for game in games]
        gain = compared([0.0] * len(values), [float(value) for value in values], level)
        won = sum(value > 0 for value in values) / len(values)
        told.append(Lie(role, name, gain, won, max(values), own.unit, helps))
    return tuple(sorted(told, key=lambda lie: (-lie.gain.mean, lie.name)))
