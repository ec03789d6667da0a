"""The study: weeks of a drawn league, each played with and without sharing, with the same trouble.

What sharing must show: less weighted tardiness in every week, and no job that stays at home later than it would be if
nobody shared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from hanse.lab.floor.market import GAS, MODES, Mode
from hanse.lab.floor.operate import Method, Outcome, Way, operate
from hanse.lab.floor.trouble import Odds, Trouble, draw
from hanse.model.plan import Assignment
from hanse.model.problem import Problem
from hanse.planning.sharing.generate import league

Rows = tuple[Assignment, ...]

MEMBERS, MACHINES, JOBS, LONGEST, SERVICES = 20, 5, 700, 360, 20
"""Of the week: 35 jobs a member, of one to three operations of up to six hours."""


@dataclass(frozen=True, slots=True)
class Played:
    """A week operated one way. tardiness: weighted, millionths. late: jobs. moved: jobs made elsewhere, at least in
    part. hosts_late: jobs that stayed at home and were later than without sharing (there must be none); guests_late:
    jobs that moved and were. taken, broken, left: stays agreed, not kept by the host, given back by the guest. seconds:
    processor time of all decisions; longest: of one."""

    way: Way
    tardiness: int
    late: int
    moved: int
    hosts_late: tuple[str, ...]
    guests_late: tuple[str, ...]
    messages: int
    transactions: int
    gas: int
    steps: dict[str, int]
    taken: int
    broken: int
    left: int
    decisions: int
    seconds: float
    longest: float


@dataclass(frozen=True, slots=True)
class Week:
    """One seed. breakdowns, spells, rush: how many. alone: weighted tardiness without sharing, and late jobs."""

    seed: int
    jobs: int
    operations: int
    length: int
    breakdowns: int
    spells: int
    rush: int
    alone: int
    alone_late: int
    ways: tuple[Played, ...]


def way_of(rows: Sequence[Assignment], odds: Odds) -> Way:
    """The usual way, for a plan of this length taken as a week: a look every half an hour, windows on offer for a day
    or two, and repairs expected to last as long as they usually do."""
    length = max(at.end for at in rows)
    return Way(every=max(1, length // 336), day=max(1, length // 7), repair=max(1, round(odds.repair * length)))


def ways(
    rows: Sequence[Assignment], odds: Odds, methods: Sequence[Method] = ("greedy",), modes: Sequence[Mode] = MODES
) -> tuple[Way, ...]:
    """Every combination that there is, otherwise in the usual way."""
    usual = way_of(rows, odds)
    return tuple(
        replace(usual, method=method, mode=mode)
        for method in methods
        for mode in modes
        if method != "none" and (method, mode) != ("best", "peer")
    )


def drawn(seed: int, members: int = MEMBERS) -> tuple[Problem, Rows]:
    """The league of a seed and its members' plans for a week, times in minutes."""
    return league(members, MACHINES, JOBS * members // MEMBERS, seed, longest=LONGEST, services=SERVICES)


def week(
    problem: Problem,
    rows: Sequence[Assignment],
    odds: Odds,
    ways: Iterable[Way],
    seed: int,
    told: Callable[[], None] = lambda: None,
) -> Week:
    """Play the same trouble alone and in each of these ways. told: called after each."""
    trouble = draw(problem, rows, odds, seed)
    alone = operate(problem, rows, trouble, Way("none"))
    told()
    played = []
    for way in ways:
        played.append(_compared(way, operate(problem, rows, trouble, way), alone))
        told()
    return _told(problem, rows, trouble, seed, alone, tuple(played))


def _compared(way: Way, outcome: Outcome, alone: Outcome) -> Played:
    later = {job for job, done in outcome.done.items() if done > alone.done[job]}
    tally = outcome.tally
    return Played(
        way, outcome.tardiness, outcome.late, len(outcome.moved), tuple(sorted(later - outcome.moved)),
        tuple(sorted(later & outcome.moved)), tally.messages, tally.transactions, tally.gas,
        {kind: tally.steps[kind] for kind in GAS if tally.steps[kind]}, tally.taken, tally.broken, tally.left,
        outcome.decisions, round(outcome.seconds, 3), round(outcome.longest, 4),
    )  # fmt: skip


def _told(
    problem: Problem, rows: Sequence[Assignment], trouble: Trouble, seed: int, alone: Outcome, ways: tuple[Played, ...]
) -> Week:
    return Week(
        seed, len(problem.jobs), len(rows), max(at.end for at in rows), sum(map(len, trouble.down.values())),
        sum(map(len, trouble.slow.values())), len(trouble.rush), alone.tardiness, alone.late, ways,
    )  # fmt: skip
