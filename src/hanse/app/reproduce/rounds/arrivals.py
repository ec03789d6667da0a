"""Demands that arrive and change while solvers work: two rounds against a plan that knew it all.

Half of the demands is known first. While it is planned, the other half arrives, and every fifth demand of the first
half changes: all its tasks cost something else everywhere. What was planned for the changed ones is given up; they and
the new ones are planned next, within the hours that the others leave. A round's question is frozen, so what is news
during a round waits for the next one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from hanse.app.cases.radmanesh2021 import generate
from hanse.app.reproduce.budgets import limited
from hanse.app.reproduce.rounds.contest import MARGIN, STRONG, LineUp, enlist, patience
from hanse.app.rounds import coordinate
from hanse.app.rounds.league import LocalLeague
from hanse.app.rounds.question import ask
from hanse.clock import SystemClock
from hanse.errors import HanseError, InfeasibleError
from hanse.model.plan import Assignment
from hanse.model.problem import Problem
from hanse.planning import solve
from hanse.planning.decomposition import Part
from hanse.planning.decomposition.merge import merge
from hanse.planning.decomposition.parts import part_problem
from hanse.units import MILLION

CHANGED = 5
"""Of the demands known first, every so manieth changes."""

KEPT_BACK = (0, 50)
"""Per cent of every provider's hours that the first step leaves to the second."""


@dataclass(frozen=True, slots=True)
class News:
    """first: the problem as it is known first. final: as it is in the end, with the same budgets. changed: ids of the
    demands of `first` that differ in `final`."""

    first: Problem
    final: Problem
    changed: frozenset[str]

    @property
    def settled(self) -> frozenset[str]:
        """Demands of `first` that stay as they are."""
        return frozenset(job.id for job in self.first.jobs) - self.changed


def news(sizes: tuple[int, int, int, int], slack: int, seed: int) -> News:
    """Drawn from a seed. sizes: providers, demands (2 or more), tasks of each, side of the square in km."""
    whole, other = limited(generate(*sizes, seed=seed), slack), generate(*sizes, seed=seed + 1_000_000)
    half = len(whole.jobs) // 2
    changes = {job.id: job for job in other.jobs[:half:CHANGED]}
    first = replace(whole, name=f"{whole.name}, first half", jobs=whole.jobs[:half])
    final = replace(
        whole, name=f"{whole.name}, after the news", jobs=tuple(changes.get(job.id, job) for job in whole.jobs)
    )
    return News(first, final, frozenset(changes))


@dataclass(frozen=True, slots=True)
class Step:
    """A plan made in one step. seconds: until it was there."""

    assignments: tuple[Assignment, ...]
    seconds: float


Planner = Callable[[Problem], Step]
"""Plans a problem with budgets. Raises HanseError if it finds no plan."""


@dataclass(frozen=True, slots=True)
class Course:
    """How the news were dealt with. kept_back: per cent of the hours that the first step left alone. cost: in cents, of
    all demands as they are in the end, judged as one plan; None without one, for the reason in `note`. steps: seconds
    of each."""

    planner: str
    kept_back: int
    cost: int | None
    steps: tuple[float, ...]
    note: str = ""

    @property
    def waited(self) -> float:
        """Seconds from the news, which come in the middle of the first step, until everything is planned. Who plans in
        one step starts when the news come."""
        return sum(self.steps) - (self.steps[0] / 2 if len(self.steps) > 1 else 0.0)


@dataclass(frozen=True, slots=True)
class Arrivals:
    """One problem with its news. early: demands known first; changed: how many of them change. clairvoyant: the
    central plan that knew everything; bound: certified, of the cost of any such plan. courses: all others."""

    problem: str
    slack: int
    demands: int
    early: int
    changed: int
    bound: int
    clairvoyant: Course
    courses: tuple[Course, ...]


def in_two_steps(given: News, planner: Planner, name: str, kept_back: int) -> Course:
    """Plan what is known, then the rest within what is left. kept_back: per cent of every provider's hours that the
    first step leaves alone, rounded down."""
    steps: list[float] = []
    try:
        early = planner(_less(given.first, kept_back))
        steps.append(early.seconds)
        kept = tuple(at for at in early.assignments if at.job in given.settled)
        late = planner(rest(given, kept))
        steps.append(late.seconds)
    except HanseError as error:
        return Course(name, kept_back, None, tuple(steps) or (0.0,), error.message)
    merged = merge(given.final, (kept, late.assignments), "cost", solver=name)
    note = f"{len(merged.violations)} conflicts, such as {merged.violations[0]}" if merged.violations else ""
    return Course(name, kept_back, None if merged.plan is None else merged.plan.measures.cost, tuple(steps), note)


def rest(given: News, kept: tuple[Assignment, ...]) -> Problem:
    """What is left to plan, with the hours that are left."""
    used: dict[str, int] = {}
    for at in kept:
        used[at.machine] = used.get(at.machine, 0) + at.end - at.start
    left = {
        name: machine.budget - used.get(name, 0)
        for name, machine in given.final.machines.items()
        if machine.budget is not None
    }
    jobs = tuple(job.id for job in given.final.jobs if job.id not in given.settled)
    return part_problem(given.final, Part("the news", jobs), left)


def _less(problem: Problem, kept_back: int) -> Problem:
    budgets = {
        name: machine.budget - machine.budget * kept_back // 100
        for name, machine in problem.machines.items()
        if machine.budget is not None
    }
    return part_problem(problem, Part("known first", tuple(job.id for job in problem.jobs)), budgets)


def central(seconds: float, threads: int, seed: int) -> Planner:
    """One solver for everything."""

    def plan(problem: Problem) -> Step:
        found = solve(problem, "cost", STRONG, seconds, threads, seed)
        if found.plan is None:
            raise InfeasibleError("no plan was found in time", where=problem.name)
        return Step(found.plan.assignments, found.seconds)

    return plan


def by_rounds(league: LocalLeague, waits: float, seconds: float) -> Planner:
    """A round for every step. waits: see `contest.patience`. Demands nobody was accepted for are planned by the
    coordinator in so many seconds more, which count."""
    clock = SystemClock()

    def plan(problem: Problem) -> Step:
        question = ask(problem, MARGIN)
        played = league.play(question, waits)
        begun = clock.elapsed()
        brought = coordinate.outcome(
            league.ledger.sync().claims(played.row.number), league.shared, played.row, question, seconds
        )
        if brought.plan is None:
            raise InfeasibleError("what nobody was accepted for cannot be planned beside the rest", where=problem.name)
        return Step(brought.plan.assignments, played.planning + played.settling + clock.elapsed() - begun)

    return plan


def arrivals(
    league: LocalLeague, name: str, given: News, slack: int, chosen: LineUp, seconds: float, threads: int, seed: int
) -> Arrivals:
    """The news dealt with by a clairvoyant plan, by the central solver in two steps, and by two rounds of a line-up."""
    found = solve(given.final, "cost", STRONG, seconds, threads, seed)
    cost = None if found.measures is None else found.measures.cost
    bound = 0 if found.lower_bound is None else -(-found.lower_bound // MILLION)
    alone = central(seconds, threads, seed)
    courses = [in_two_steps(given, alone, "central, two steps", share) for share in KEPT_BACK]
    enlist(league, chosen)
    try:
        together = by_rounds(league, patience(chosen), seconds)
        courses += [in_two_steps(given, together, f"rounds, {chosen.name}", share) for share in KEPT_BACK]
    finally:
        league.dismiss()
    demands, early = len(given.final.jobs), len(given.first.jobs)
    clairvoyant = Course("central, knowing all", 0, cost, (found.seconds,))
    return Arrivals(name, slack, demands, early, len(given.changed), bound, clairvoyant, tuple(courses))
