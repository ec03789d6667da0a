"""One problem searched from several seeds, at once where there are workers: the best plan, under the best bound.

How many starts there are decides what is found; how many workers, only when. With `rounds`, or with an engine that ends
by itself, the same seed gives the same plan whoever calculates; without, the clock ends the searches.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from hanse.clock import SystemClock
from hanse.cluster import Piece, Told, Wanted, executor
from hanse.errors import HanseError, InputError
from hanse.model.check import check
from hanse.model.objective import Objective
from hanse.planning.given import Freeze
from hanse.planning.result import Limits, Result
from hanse.planning.solve import solve

if TYPE_CHECKING:
    from hanse.model.plan import Plan
    from hanse.model.problem import Problem

MOST = 1024
"""Starts."""


def solve_starts(
    problem: Problem,
    objective: str | Objective = "makespan",
    method: str = "auto",
    time_limit: float = 60.0,
    *,
    starts: int,
    rounds: int | None = None,
    seed: int = 0,
    start: Plan | None = None,
    freeze: Freeze | None = None,
    workers: Wanted = 1,
    told: Told | None = None,
) -> Result:
    """The best result of `starts` searches with seeds from `seed` on, one thread each; of equal ones, the first.

    objective, method, start, freeze, rounds: see `planning.solve`. time_limit: seconds of each search. workers: see
    `cluster.Wanted`. told: hears how many searches have ended. `seconds` of the result are those of all of it.

    Raises as `planning.solve` and `cluster.executor` do, and InputError for a number of starts that is none.
    """
    checked(starts)
    goal, clock = Objective.parse(objective), SystemClock()
    Limits(time_limit, 1, seed, rounds=rounds)
    begun = clock.elapsed()
    with executor(workers) as crew:
        shared = crew.share(problem)
        asked = (shared, str(goal), method, time_limit)
        pieces = [
            Piece(f"start {number}", _one, (*asked, seed + number, rounds, start, freeze)) for number in range(starts)
        ]
        found = dict(crew.run(pieces, told=told))
    results = [found[number] for number in range(starts)]
    return _best(problem, results, round(clock.elapsed() - begun, 6), frozen=freeze is not None)


def checked(starts: int) -> None:
    """Raises InputError unless this is a number of starts."""
    if isinstance(starts, bool) or not isinstance(starts, int) or not 1 <= starts <= MOST:
        raise InputError(f"{starts!r} is not a number of starts", where="starts", hint=f"use 1 to {MOST}")


def _one(
    problem: Problem,
    objective: str,
    method: str,
    time_limit: float,
    seed: int,
    rounds: int | None,
    start: Plan | None,
    freeze: Freeze | None,
) -> Result:
    """One search, in whatever process this runs."""
    return solve(problem, objective, method, time_limit, 1, seed, start=start, freeze=freeze, rounds=rounds)


def _best(problem: Problem, results: list[Result], seconds: float, *, frozen: bool) -> Result:
    """The best plan, with the best bound of all."""
    bounds = [(one.lower_bound, number) for number, one in enumerate(results) if one.lower_bound is not None]
    bound = results[max(bounds, key=lambda one: (one[0], -one[1]))[1]] if bounds else results[0]
    values = [(one.plan.value, number) for number, one in enumerate(results) if one.plan is not None]
    if not values:
        return replace(bound, seconds=seconds)
    best = results[min(values)[1]]
    assert best.plan is not None
    plan = best.plan
    # What is proved of plans that keep something is no claim about the problem, so then each plan keeps its own.
    if not frozen and bound.plan is not None and bound.lower_bound is not None and bound is not best:
        plan = replace(
            plan, lower_bound=bound.lower_bound, bound_kind=bound.bound_kind, prices=bound.plan.prices,
            status="optimal" if plan.value == bound.lower_bound else "feasible",
        )  # fmt: skip
        verdict = check(problem, plan)
        if not verdict.valid:
            raise HanseError(
                f"two searches contradict each other: {verdict.violations[0]}", where="starts",
                hint="this is a bug in Hanse: please report it with the problem file",
            )  # fmt: skip
    status: Literal["optimal", "feasible"] = "optimal" if plan.value == bound.lower_bound else "feasible"
    return Result(
        plan,
        status,
        bound.lower_bound,
        bound.bound_kind,
        seconds,
        best.trajectory,
        bound.prices,
    )
