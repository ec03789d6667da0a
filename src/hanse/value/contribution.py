"""What each member contributed to orders: its Shapley value in the league's own game (`coalitions.py`), and a sum of
money divided by it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from hanse.errors import InputError
from hanse.model.plan import Plan
from hanse.model.problem import Job, Problem
from hanse.value.coalitions import JobGame, games_of, set_aside, together
from hanse.value.shapley import EXACT, ROUNDS, Stability, divide, exact, sampled, stability

MEMBERS = 1000
"""Most members whose contributions are asked for at once."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """What members added. members: enterprises, in the problem's order. shares: of each, money units of v, exact or an
    estimate; their sum is `whole`, exactly. margins: half the width of each 95 % interval, 0 if exact. alone: what each
    reaches by itself. whole: v of all. method: how. permutations: played in all; 0 if exact. seed: of them.
    stability: whether some would gain by leaving together; None if that was not counted. aside: what v does not look
    at."""

    members: tuple[str, ...]
    jobs: tuple[str, ...]
    shares: tuple[Fraction, ...]
    margins: tuple[float, ...]
    alone: tuple[int, ...]
    whole: int
    method: Literal["exact", "sampled"]
    permutations: int
    seed: int
    stability: Stability | None
    aside: tuple[str, ...]

    def divide(self, amount: int) -> tuple[int, ...]:
        """An amount in proportion to the shares, in cents that add up. Raises InputError if it is below 0, or if
        nobody added anything."""
        if not self.whole:
            raise InputError(
                "nobody added anything: no coalition can make an order within its budget",
                where="orders",
                hint="raise the budgets, or choose other orders",
            )
        return divide(amount, self.shares)


def contribution(
    problem: Problem,
    members: Sequence[str],
    jobs: Collection[str] | None = None,
    *,
    rounds: int = 2 * ROUNDS,
    seed: int = 0,
    told: Callable[[int, int], None] = lambda _done, _all: None,
) -> Contribution:
    """What each of `members` (enterprises) added to `jobs`, all if None.

    Exact if no job has more than 16 of them in its modes; else those jobs are sampled, in so many rounds, and the
    margins say how well. told: is
    called with how many games were played, and of how many. Raises InputError for members and jobs that are not
    there, and for precedence that is no forest.
    """
    players, chosen = _members(problem, members), jobs_of(problem, jobs)
    games = games_of(problem, chosen, players)
    shares, margins, played, stable = [Fraction(0)] * len(players), [0.0] * len(players), 0, None
    if len(players) <= EXACT:
        values = together(games, len(players))
        shares = list(exact(values))
        stable = stability(values, shares)
    else:
        many = [game for game in games if len(game.players) > EXACT]
        for game in games:
            if len(game.players) <= EXACT:
                for player, share in zip(game.players, exact(game.values()), strict=True):
                    shares[player] += share
        if many:
            found = sampled(len(players), many, rounds=rounds, seed=seed, told=told)
            shares = [own + one for own, one in zip(shares, found.shares, strict=True)]
            margins, played = list(found.margins), found.permutations
    return Contribution(
        members=players,
        jobs=tuple(job.id for job in chosen),
        shares=tuple(shares),
        margins=tuple(margins),
        alone=_alone(games, len(players)),
        whole=int(sum(shares)),
        method="sampled" if played else "exact",
        permutations=played,
        seed=seed,
        stability=stable,
        aside=set_aside(problem, chosen),
    )


def participants(problem: Problem, plan: Plan, jobs: Collection[str] | None = None) -> tuple[str, ...]:
    """The enterprises that work for `jobs` in a plan, in the problem's order."""
    owners = {problem.owner[run.machine].id for run in plan.assignments if jobs is None or run.job in jobs}
    return tuple(enterprise.id for enterprise in problem.enterprises if enterprise.id in owners)


def _alone(games: Sequence[JobGame], players: int) -> tuple[int, ...]:
    """What each reaches by itself: what it adds as the first to come."""
    found = [0] * players
    for game in games:
        for i, player in enumerate(game.players):
            found[player] += int(game.among([i]).values()[-1])
    return tuple(found)


def _members(problem: Problem, members: Sequence[str]) -> tuple[str, ...]:
    known = {enterprise.id for enterprise in problem.enterprises}
    for member in members:
        if member not in known:
            raise InputError(f'there is no enterprise "{member}"', where="members", hint="hanse check names them")
    if not 0 < len(members) <= MEMBERS:
        raise InputError(f"{len(members)} members are not between 1 and {MEMBERS}", where="members")
    wanted = set(members)
    return tuple(enterprise.id for enterprise in problem.enterprises if enterprise.id in wanted)


def jobs_of(problem: Problem, jobs: Collection[str] | None) -> tuple[Job, ...]:
    """These jobs of a problem in its order, all if None. Raises InputError for one that is not there."""
    if jobs is None:
        return problem.jobs
    known = {job.id: job for job in problem.jobs}
    for job in jobs:
        if job not in known:
            raise InputError(f'there is no order "{job}"', where="orders", hint=f"as {next(iter(known))}")
    return tuple(job for job in problem.jobs if job.id in set(jobs))
