"""The experiment: the shops by Jackson's rule, sharing under every reading of the paper's rule, the pooled optimum.

The paper leaves open what moves (whole jobs or single operations), whether the time after a machine's last operation is
offered, and whether a job may take a window that makes it earlier but not punctual. All of it is tried.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np

from hanse.app.reproduce.ramakurthi2023.exact import Reference, punctual, shortest
from hanse.app.reproduce.ramakurthi2023.league import Shops, alone, draw, judged, league, local
from hanse.errors import HanseError
from hanse.model.plan import Assignment, Measures
from hanse.model.problem import Problem
from hanse.planning.jobshop.jackson import Schedule, Tie
from hanse.planning.sharing.floor import Floor
from hanse.planning.sharing.greedy import Moved, greedy
from hanse.planning.sharing.guests import Cast, Guest, cast
from hanse.planning.sharing.optimal import optimal, tardiness
from hanse.planning.sharing.rules import Moves, Rules
from hanse.planning.sharing.takeover import completion, earliest
from hanse.planning.sharing.windows import Window, windows
from hanse.planning.solve import solve
from hanse.units import MILLION

LEAST = 2
"""Shortest window offered: longer than 1, as the paper says."""

SECONDS = 10.0
"""The exact engine may take for one question of sharing; it needs a fraction."""


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop by Jackson's rule, under both tie rules. interior: idle stretches between operations; loads: the work of P
    and of Q, of which the larger bounds the makespan; best, punctual: the proved references."""

    name: str
    schedules: dict[Tie, Schedule]
    late: dict[Tie, dict[int, int]]
    interior: int
    loads: tuple[int, int]
    best: Reference
    punctual: Reference


@dataclass(frozen=True, slots=True)
class Taken:
    """An operation that went elsewhere: job and operation, from and to which machine, when."""

    job: str
    operation: str
    home: str
    machine: str
    start: int
    end: int
    due: int

    def __str__(self) -> str:
        return f"{self.job} {self.operation}: {self.machine} {self.start}-{self.end}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A way to share. late: jobs after; tardiness: of all, after; assignments: the plan, judged."""

    late: int
    tardiness: int
    taken: tuple[Taken, ...]
    assignments: tuple[Assignment, ...]
    measures: Measures


@dataclass(frozen=True, slots=True)
class Shared:
    """The league shared under one set of rules: by the paper's rule and at best. bound: no sharing has less
    tardiness."""

    rules: Rules
    tie: Tie
    late: int
    tardiness: int
    rule: Outcome
    best: Outcome
    bound: int


@dataclass(frozen=True, slots=True)
class League:
    """The five shops as one. present: rows by Jackson's rule (default ties); offered: the windows the paper's rule
    publishes; near: the nearest whole-job move, as it would be taken if due dates did not matter."""

    problem: Problem
    present: tuple[Assignment, ...]
    offered: tuple[Window, ...]
    shared: tuple[Shared, ...]
    near: tuple[Taken, ...]
    pooled: Reference
    pooled_makespan: Reference


@dataclass(frozen=True, slots=True)
class Drawn:
    """A league like that of Table 2. interior: idle windows between operations; late, tardiness: before; after: by what
    may move, (late, tardiness) by the rule and at best, in windows that meet the due date."""

    interior: int
    late: int
    tardiness: int
    after: dict[Moves, tuple[tuple[int, int], tuple[int, int]]]


def shop(name: str, shops: Shops, seconds: float, seed: int) -> Shop:
    """One shop by itself."""
    orders, problem = shops[name], alone(name, shops[name])
    ties: tuple[Tie, ...] = get_args(Tie)
    schedules = {tie: local({name: orders}, tie)[name] for tie in ties}
    late = {
        tie: {
            job + 1: done - due
            for job, done in sorted(schedule.completions().items())
            if (due := orders[job].due) is not None and done > due
        }
        for tie, schedule in schedules.items()
    }
    rows = league({name: orders}, {name: schedules["second"]})[1]
    loads = tuple(sum(time for order in orders for machine, time in order.steps if machine == m) for m in "PQ")
    inside = sum(not window.tail for window in windows(problem, rows, Rules(least=LEAST)))
    best, on_time = shortest(problem, seconds, seed), punctual(problem, seconds, seed)
    return Shop(name, schedules, late, inside, (loads[0], loads[1]), best, on_time)


def study(shops: Shops, seconds: float, seed: int) -> League:
    """The shops as one league. seconds: for each of the two pooled questions."""
    problem, present = league(shops, local(shops))
    judged(problem, present)
    shared = tuple(
        share(*league(shops, local(shops, tie)), Rules(moves, tails, LEAST, in_time=in_time), tie)
        for tie in get_args(Tie)
        for tails in (True, False)
        for in_time in (True, False)
        for moves in get_args(Moves)
    )
    return League(
        problem,
        present,
        windows(problem, present, Rules(least=LEAST)),
        shared,
        nearest(problem, present),
        punctual(problem, seconds, seed),
        _pooled_makespan(problem, seconds, seed),
    )


def share(problem: Problem, present: Sequence[Assignment], rules: Rules, tie: Tie = "second") -> Shared:
    """Share by the paper's rule and at best. Raises HanseError if the judge finds either plan wrong."""
    floor, players = Floor(problem, present, rules), cast(problem, present, rules)
    guests = players.guests
    best = optimal(floor, guests, SECONDS, threads=1)
    return Shared(
        rules,
        tie,
        len(guests) + len(players.stuck),
        tardiness(floor, guests, {}) // MILLION,
        _outcome(problem, present, floor, players, greedy(floor.copy(), guests)),
        _outcome(problem, present, floor, players, best.moved),
        best.bound // MILLION,
    )


def nearest(problem: Problem, present: Sequence[Assignment]) -> tuple[Taken, ...]:
    """Of all late jobs the whole-job move that misses (or meets) its due date by least."""
    rules = Rules("job", least=LEAST)
    floor, best = Floor(problem, present, rules), list[tuple[int, Guest, tuple[Taken, ...]]]()
    for guest in cast(problem, present, rules).guests:
        floor.lift(guest.job.id, guest.home)
        places = earliest(floor, guest)
        floor.put(guest.job.id, guest.home)
        if places is not None and guest.job.due is not None:
            after = guest.assignments(places, floor.names)
            best.append((completion(floor, guest, places) - guest.job.due, guest, _taken(problem, present, after)))
    return min(best, key=lambda entry: entry[0])[2] if best else ()


def drawn(count: int, seed: int) -> tuple[Drawn, ...]:
    """So many leagues like that of Table 2."""
    chance, found = np.random.default_rng(seed), []
    for _ in range(count):
        shops = draw(chance)
        problem, present = league(shops, local(shops))
        after: dict[Moves, tuple[tuple[int, int], tuple[int, int]]] = {}
        for moves in get_args(Moves):
            tried = share(problem, present, Rules(moves, least=LEAST, in_time=True))
            after[moves] = ((tried.rule.late, tried.rule.tardiness), (tried.best.late, tried.best.tardiness))
        inside = sum(not window.tail for window in windows(problem, present, Rules(least=LEAST)))
        found.append(Drawn(inside, tried.late, tried.tardiness, after))
    return tuple(found)


def _pooled_makespan(problem: Problem, seconds: float, seed: int) -> Reference:
    found = solve(problem, "makespan", time_limit=seconds, seed=seed)
    if found.plan is None or found.lower_bound is None:
        raise HanseError("the time was too short for any plan", where=problem.name, hint="give more seconds")
    late, tardy = _lateness(problem, found.plan.assignments)
    bound = found.lower_bound // MILLION
    return Reference(late, tardy, found.plan.measures.makespan, False, bound, found.plan.assignments)


def _outcome(problem: Problem, present: Sequence[Assignment], floor: Floor, players: Cast, moved: Moved) -> Outcome:
    """The plan after sharing, judged: feasible, and nobody but the guests that moved is anywhere else."""
    guests = players.guests
    new = {guests[g].job.id: guests[g].assignments(places, floor.names) for g, places in moved.items()}
    plan = tuple(at for at in present if at.job not in new) + tuple(at for rows in new.values() for at in rows)
    late, tardy = _lateness(problem, plan)
    return Outcome(late, tardy, _taken(problem, present, plan), plan, judged(problem, plan))


def _taken(problem: Problem, present: Sequence[Assignment], plan: Sequence[Assignment]) -> tuple[Taken, ...]:
    home = {(at.job, at.operation): at for at in present}
    due = {job.id: job.due or 0 for job in problem.jobs}
    return tuple(
        Taken(at.job, at.operation, before.machine, at.machine, at.start, at.end, due[at.job])
        for at in plan
        if at != (before := home[at.job, at.operation])
    )


def _lateness(problem: Problem, plan: Sequence[Assignment]) -> tuple[int, int]:
    """Late jobs and their total tardiness."""
    done: dict[str, int] = {}
    for at in plan:
        done[at.job] = max(at.end, done.get(at.job, 0))
    late = [done[job.id] - job.due for job in problem.jobs if job.due is not None and done[job.id] > job.due]
    return len(late), sum(late)
