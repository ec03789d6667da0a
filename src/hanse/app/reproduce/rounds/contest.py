"""Line-ups of solvers against one central solver with as many cores and as many seconds of planning."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from hanse.app.cases.radmanesh2021 import generate
from hanse.app.reproduce.budgets import limited
from hanse.app.rounds import coordinate
from hanse.app.rounds.league import LocalLeague, Played
from hanse.app.rounds.proposing import Choice
from hanse.app.rounds.question import Question, ask
from hanse.clock import SystemClock
from hanse.ledger.round_tables import ClaimRow
from hanse.market.competition import said
from hanse.model.problem import Problem
from hanse.planning import solve
from hanse.units import MILLION

STRONG, WEAK = "lagrangian", "cpsat"
"""Methods: made for such problems, and within per mille of the optimum; and made for finite machines, far from it here
in the seconds given. The paper's own solvers are of the second kind."""

MARGIN = 1.0
"""Baseline of a demand: so much above its cheapest way if it were alone. Wide, for weak solvers to have a claim."""

WARM_SECONDS = 60.0
"""At most, until new processes have loaded their engines."""

REGIONS, RIVALS, MIXED = "by region", "rivals", "of all kinds"
"""Kinds of line-ups: a region each; all demands each; both, and another method besides."""


@dataclass(frozen=True, slots=True)
class LineUp:
    """Solvers who work at the same time. kind: how they divide the work. method: of all, in `MIXED` of most."""

    kind: str
    method: str
    choices: tuple[Choice, ...]

    @property
    def name(self) -> str:
        """`2 by region`, `1 alone, cpsat`."""
        weak = "" if self.method == STRONG else f", {self.method}"
        return f"{len(self.choices)} {self.kind if len(self.choices) > 1 else 'alone'}{weak}"


def line_up(kind: str, solvers: int, seconds: float, seed: int = 0, method: str = STRONG) -> LineUp:
    """So many solvers, each with one thread and so many seconds of its engine.

    A solver of a part keeps half of its seconds for the case that its share of the hours does not suffice; so it is
    given twice as many. In `MIXED`, two plan all demands (the second by the weak method) and the others a region each.
    """
    choices = []
    for k in range(solvers):
        if kind == REGIONS and solvers > 1:
            choices.append(Choice(f"region:{k + 1}/{solvers}", method, 2 * seconds, seed))
        elif kind == MIXED and k > 1:
            choices.append(Choice(f"region:{k - 1}/{solvers - 2}", method, 2 * seconds, seed))
        else:
            choices.append(Choice("all", WEAK if kind == MIXED and k == 1 else method, seconds, seed + k))
    return LineUp(kind, method, tuple(choices))


@dataclass(frozen=True, slots=True)
class Central:
    """The central solver's plan: cost in cents (None: none found), certified bound, seconds it took."""

    method: str
    threads: int
    seconds: float
    cost: int | None
    bound: int | None


@dataclass(frozen=True, slots=True)
class Entry:
    """What a solver did. seconds: from the opening until its claim was sealed. cost, bound: of its part, in cents;
    None, as the seconds, without a claim. status: accepted, skipped, struck, …; reward: cents."""

    solver: str
    status: str
    seconds: float | None = None
    cost: int | None = None
    bound: int | None = None
    reward: int = 0


@dataclass(frozen=True, slots=True)
class Contest:
    """A round. cost: of the plan it brought, all demands together, None if there is none; bound: the sum of the
    accepted claims' bounds, None unless they cover every demand; covered: demands they cover; planning, settling:
    seconds (see `league.Played`), settling with putting the plan together and planning what nobody was accepted for."""

    line_up: str
    kind: str
    method: str
    entries: tuple[Entry, ...]
    cost: int | None
    bound: int | None
    covered: int
    conflicts: int
    pot: int
    planning: float
    settling: float

    @property
    def solvers(self) -> int:
        return len(self.entries)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One problem with so many per cent of slack, planned centrally (by method and number of threads) and in
    rounds."""

    problem: str
    slack: int
    demands: int
    central: tuple[Central, ...]
    contests: tuple[Contest, ...]

    @property
    def best_bound(self) -> int:
        """The highest bound that anybody certified for the whole; at least 0."""
        bounds = [one.bound for one in self.central] + [one.bound for one in self.contests]
        return max((bound for bound in bounds if bound is not None), default=0)

    def rival(self, contest: Contest) -> Central:
        """The central solver of the same method with as many cores as the contest's solvers had."""
        alike = (one for one in self.central if one.method == contest.method and one.threads <= contest.solvers)
        return max(alike, key=lambda one: one.threads)


def central(problem: Problem, seconds: float, seed: int, methods: Sequence[str]) -> tuple[Central, ...]:
    """The central solver of each method with one thread, and with one on every core. A small problem first,
    for this process to load the engine."""
    made = []
    for method in methods:
        solve(small(seed), "cost", method, 1.0)
        for threads in sorted({1, os.cpu_count() or 1}):
            found = solve(problem, "cost", method, seconds, threads, seed)
            cost = None if found.measures is None else found.measures.cost
            bound = -(-found.lower_bound // MILLION) if found.bound_kind == "certified" and found.lower_bound else None
            made.append(Central(method, threads, found.seconds, cost, bound))
    return tuple(made)


def patience(chosen: LineUp) -> float:
    """Seconds after which whoever has made no claim makes none: generous, the cores being shared."""
    return 2 * max(choice.seconds for choice in chosen.choices) + 15


def enlist(league: LocalLeague, chosen: LineUp) -> tuple[str, ...]:
    """Starts the solvers of a line-up; their names. A first round that nobody counts lets them load their engines."""
    first = len(league.address)
    names = tuple(f"solver-{first + k}" for k in range(len(chosen.choices)))
    for name, choice in zip(names, chosen.choices, strict=True):
        league.enlist(name, choice)
    league.play(ask(small(first), margin=10), WARM_SECONDS)
    return names


def small(seed: int) -> Problem:
    """A problem that takes no time."""
    return limited(generate(5, 8, 2, 10, seed=seed), 100)


def contest(league: LocalLeague, problem: Problem, chosen: LineUp) -> Contest:
    """One round over a problem; the solvers are started before it and dismissed after it."""
    question = ask(problem, MARGIN)
    names = enlist(league, chosen)
    try:
        played = league.play(question, patience(chosen))
    finally:
        league.dismiss()
    return _told(league, question, chosen, names, played)


def _told(league: LocalLeague, question: Question, chosen: LineUp, names: tuple[str, ...], played: Played) -> Contest:
    """What became of a round, from the chain. Demands nobody was accepted for are planned by the coordinator, in as
    many seconds as the solvers had."""
    clock, seconds = SystemClock(), min(choice.seconds for choice in chosen.choices)
    begun = clock.elapsed()
    brought = coordinate.outcome(
        league.ledger.sync().claims(played.row.number), league.shared, played.row, question, seconds
    )
    made = {claim.solver: claim for claim in played.claims}
    accepted = [said(claim) for claim in played.claims if claim.status == "accepted"]
    whole = brought.covered == len(question.problem.jobs)
    entries = tuple(
        _entry(choice, made.get(league.address[name]), played.sealed.get(name))
        for name, choice in zip(names, chosen.choices, strict=True)
    )
    return Contest(
        line_up=chosen.name,
        kind=chosen.kind,
        method=chosen.method,
        entries=entries,
        cost=None if brought.plan is None else brought.plan.measures.cost,
        bound=sum(claim.bound for claim in accepted) if whole else None,
        covered=brought.covered,
        conflicts=played.conflicts,
        pot=played.row.pot,
        planning=played.planning,
        settling=played.settling + clock.elapsed() - begun,
    )


def _entry(choice: Choice, claim: ClaimRow | None, seconds: float | None) -> Entry:
    name = f"{choice.part}, {choice.method}, seed {choice.seed}"
    if claim is None or not claim.claim:
        return Entry(name, "no claim")
    words = said(claim)
    return Entry(name, claim.status, seconds, words.cost, words.bound, claim.reward or 0)
