"""A front searched from several seeds, at once where there are workers: what none of all plans found dominates.

How many starts there are decides what is found; how many workers, only when.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hanse.clock import SystemClock
from hanse.cluster import Piece, Told, Wanted, executor
from hanse.errors import HanseError, InfeasibleError, InputError
from hanse.model.plan import Assignment
from hanse.model.problem import Problem
from hanse.planning.pareto.explore import EVALUATIONS, explore
from hanse.planning.pareto.front import Front, points_of
from hanse.planning.pareto.objectives import Extras, parse
from hanse.planning.starts import checked


@dataclass(frozen=True, slots=True)
class _Found:
    """A front without its problem, which everybody has."""

    plans: tuple[tuple[Assignment, ...], ...]
    complete: bool
    bound: tuple[tuple[int, ...], ...] | None
    evaluations: int
    repeatable: bool


def explore_starts(
    problem: Problem,
    objectives: str | Sequence[str],
    method: str = "auto",
    time_limit: float = 60.0,
    *,
    starts: int,
    evaluations: int = EVALUATIONS,
    seed: int = 0,
    extras: Extras | None = None,
    workers: Wanted = 1,
    told: Told | None = None,
) -> Front:
    """The front of `starts` searches with seeds from `seed` on, one thread each.

    objectives, method, time_limit, evaluations (both of each search), extras: see `explore`. workers: see
    `cluster.Wanted`. told: hears how many searches have ended. The front's `evaluations` are those of all; it is
    `repeatable` if every search is.

    Raises as `explore` and `cluster.executor` do, and InputError for a number of starts that is none.
    """
    checked(starts)
    names, extras, clock = parse(objectives), extras or Extras(), SystemClock()
    begun = clock.elapsed()
    with executor(workers) as crew:
        shared = crew.share(problem)
        pieces = [
            Piece(f"start {number}", _one,
                  (shared, names, method, time_limit, evaluations, seed + number, extras))
            for number in range(starts)
        ]  # fmt: skip
        answers = dict(crew.run(pieces, told=told))
    found = [one for number in range(starts) if isinstance(one := answers[number], _Found)]
    if not found:
        raise next(error for error in answers.values() if isinstance(error, HanseError))
    plans = [plan for one in found for plan in one.plans]
    proved = next((one for one in found if one.complete), next((one for one in found if one.bound is not None), None))
    return Front(
        problem=problem,
        objectives=names,
        extras=extras,
        points=points_of(problem, plans, names, extras, f"pareto {method}"),
        complete=any(one.complete for one in found),
        bound=None if proved is None else proved.bound,
        method=method,
        seed=seed,
        evaluations=sum(one.evaluations for one in found),
        seconds=round(clock.elapsed() - begun, 3),
        repeatable=len(found) == starts and all(one.repeatable for one in found),
    )


def _one(
    problem: Problem,
    names: tuple[str, ...],
    method: str,
    time_limit: float,
    evaluations: int,
    seed: int,
    extras: Extras,
) -> _Found | HanseError:
    """One search, in whatever process this runs; or why it found nothing, which others may."""
    try:
        front = explore(problem, names, method, time_limit, evaluations=evaluations, seed=seed, extras=extras)
    except (InfeasibleError, InputError):
        raise
    except HanseError as error:
        return error
    plans = tuple(point.plan.assignments for point in front.points)
    return _Found(plans, front.complete, front.bound, front.evaluations, front.repeatable)
