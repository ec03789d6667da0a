"""The front door: a problem, the present plan and the rules in; the shared plan, judged, and every late job's fate out.

A job's home is where the present plan has it. Methods are trusted with nothing: what leaves here has been judged by
`model.check`, and every row of a job that did not move is the row it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

from hanse.clock import SystemClock
from hanse.errors import HanseError, InputError
from hanse.model.check import check, measure
from hanse.model.objective import Objective
from hanse.model.plan import Assignment, Plan
from hanse.model.problem import Problem
from hanse.planning.result import Limits
from hanse.planning.sharing import optimal
from hanse.planning.sharing.explain import Explainer, Fate, floor_after
from hanse.planning.sharing.floor import Floor
from hanse.planning.sharing.greedy import Moved, greedy
from hanse.planning.sharing.guests import Cast, cast
from hanse.planning.sharing.rules import Rules

Method = Literal["auto", "greedy", "best"]
"""`greedy`: the paper's rule. `best`: the least weighted tardiness, then cost, found in the time, with a bound. `auto`:
the best where it can be proved (`optimal.EXACT`), the rule where the question is larger."""


@dataclass(frozen=True)
class Shared:
    """What sharing brought. plan: everybody's rows after it. before, tardiness: weighted, of all jobs, millionths,
    before and after. bound: no sharing under these rules ends with less (None: not asked, the rule gives none); it says
    nothing of plans in which hosts move, so the plan does not carry it. cost: of all jobs after it. proved: neither
    less tardiness nor, at that, less cost is possible. seconds: what sharing took, judging not included."""

    problem: Problem
    plan: Plan
    rules: Rules
    method: Literal["greedy", "best"]
    before: int
    tardiness: int
    bound: int | None
    cost: int
    proved: bool
    seconds: float
    played: Cast
    moved: Moved
    floor: Floor

    @cached_property
    def fates(self) -> tuple[Fate, ...]:
        """What became of every late job. Worked out when asked for: a millisecond or so for each that stays."""
        return Explainer(
            self.problem, floor_after(self.floor, self.played, self.moved), self.played, self.moved
        ).fates()


def share(
    problem: Problem,
    plan: Plan,
    rules: Rules | None = None,
    method: Method = "auto",
    time_limit: float = 20.0,
    threads: int = 2,
    seed: int = 0,
) -> Shared:
    """Late jobs of the present plan take idle time elsewhere; nobody else's work moves.

    time_limit: seconds for the method `best`; the rule takes what it takes. Raises InputError for a plan that is not
    valid for the problem, a league with permutation shops, or arguments that cannot be used; HanseError if a method
    contradicts the judge (a bug in Hanse).
    """
    rules, limits, clock = rules or Rules(), Limits(time_limit, threads, seed), SystemClock()
    _refuse(problem, plan, method)
    begun = clock.elapsed()
    floor, played = Floor(problem, plan.assignments, rules), cast(problem, plan.assignments, rules)
    guests = played.guests
    size = sum(len(ways) for guest in guests for ways in guest.ways)
    best = method == "best" or (method == "auto" and size <= optimal.EXACT)
    bound, proved = None, False
    if best:
        found = optimal.optimal(floor, guests, limits.time_limit, limits.threads, limits.seed)
        moved, proved = dict(found.moved), found.optimal
        if not proved:  # a search that was stopped may have left somebody who could still move
            waiting = [g for g in range(len(guests)) if g not in moved]
            moved |= greedy(floor_after(floor, played, moved), guests, waiting)
        bound = plan.measures.tardiness - optimal.tardiness(floor, guests, {}) + found.bound
    else:
        moved = optimal.first(floor, guests)
    seconds = round(clock.elapsed() - begun, 6)
    shared = _seal(problem, plan, played, floor, moved, seconds)
    return Shared(
        problem, shared, rules, "best" if best else "greedy", plan.measures.tardiness, shared.measures.tardiness, bound,
        shared.measures.cost, proved, seconds, played, moved, floor,
    )  # fmt: skip


def _refuse(problem: Problem, plan: Plan, method: str) -> None:
    if method not in get_args(Method):
        raise InputError(
            f'"{method}" is not a method of sharing', where="method", hint=f"use one of: {', '.join(get_args(Method))}"
        )
    for member in problem.enterprises:
        if member.permutation:
            raise InputError(
                "its machines keep one order of jobs, so their idle time fits nobody else",
                where=f"enterprise {member.id}, permutation",
                hint="share among members without that rule",
            )
    judgement = check(problem, plan)
    if not judgement.valid:
        said = "; ".join(map(str, judgement.violations[:3]))
        raise InputError(f"the present plan is not valid: {said}", where="plan", hint="see hanse check PROBLEM PLAN")


def _seal(problem: Problem, plan: Plan, played: Cast, floor: Floor, moved: Moved, seconds: float) -> Plan:
    """The new plan, judged. Only rows of jobs that moved are replaced."""
    new = {
        played.guests[g].job.id: {at.operation: at for at in played.guests[g].assignments(places, floor.names)}
        for g, places in moved.items()
    }
    rows = tuple(new[at.job][at.operation] if at.job in new else at for at in plan.assignments)
    shared = sealed(problem, rows, "sharing", seconds)
    if shared.measures.tardiness > plan.measures.tardiness:
        raise _broken("sharing", "it made the plan later")
    return shared


def sealed(problem: Problem, rows: tuple[Assignment, ...], solver: str, seconds: float) -> Plan:
    """These rows as a plan, measured and judged; it claims no bound. Raises HanseError if they are no valid plan."""
    try:
        measures = measure(problem, rows)
    except ValueError as error:
        raise _broken(solver, str(error)) from error
    goal = Objective.parse("tardiness")
    value = goal.value(measures, len(problem.jobs))
    plan = Plan(problem.root, rows, measures, str(goal), value, None, "none", "feasible", solver, seconds)
    violations = check(problem, plan).violations
    if violations:
        raise _broken(solver, "; ".join(map(str, violations[:3])))
    return plan


def _broken(solver: str, what: str) -> HanseError:
    return HanseError(
        f"the plan contradicts the judge: {what}",
        where=solver,
        hint="this is a bug in Hanse: please report it with problem and plan",
    )
