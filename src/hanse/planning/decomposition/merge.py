"""The parts' plans as one plan, judged against the whole problem by the only judge there is (`model.check`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hanse.errors import InputError
from hanse.model.check import Violation, certified_bound, check, measure
from hanse.model.objective import Objective
from hanse.model.plan import Assignment, BoundKind, Measures, Plan
from hanse.model.problem import Problem
from hanse.units import MILLION

SOLVER = "decomposition"


@dataclass(frozen=True, slots=True)
class Merged:
    """What the parts amount to together. `violations` names every conflict between them (a machine over its budget, two
    operations at once on one machine); `plan` is None if there is any. `value` is in millionths either way, so that one
    can see what breaking the rules would have been worth."""

    plan: Plan | None
    value: int
    measures: Measures
    violations: tuple[Violation, ...]


def merge(
    problem: Problem,
    parts: Iterable[Iterable[Assignment]],
    objective: str | Objective,
    *,
    attested: int | None = None,
    seconds: float = 0.0,
    solver: str = SOLVER,
) -> Merged:
    """Put the assignments of all parts together and judge them as one plan of `problem`.

    attested: a lower bound (millionths) the caller has proved otherwise; the judge's own is preferred if it is as good.
    Raises InputError if the parts leave out, repeat or invent a job or an operation: that is a mistake in the split,
    not a conflict between plans.
    """
    goal = Objective.parse(objective)
    order = {job.id: place for place, job in enumerate(problem.jobs)}
    assignments = [at for part in parts for at in part]
    for at in assignments:
        if at.job not in order:
            raise InputError(f'the problem has no job "{at.job}"', where="parts")
    assignments.sort(key=lambda at: order[at.job])
    try:
        measures = measure(problem, assignments)
    except ValueError as error:
        raise InputError(f"the parts are not a plan together: {error}", where="parts") from None
    value = goal.value(measures, len(problem.jobs))
    bound = certified_bound(problem, goal)
    kind: BoundKind = "none" if bound is None else "certified"
    if attested is not None and (bound is None or attested > bound):
        bound, kind = attested, "attested"
    plan = Plan(
        problem=problem.root,
        assignments=tuple(assignments),
        measures=measures,
        objective=str(goal),
        value=value,
        lower_bound=bound,
        bound_kind=kind,
        status="optimal" if value == bound else "feasible",
        solver=solver,
        seconds=round(seconds, 6),
    )
    violations = check(problem, plan).violations
    conflicts = [violation for violation in violations if violation.rule != "claim"]
    if conflicts:
        # A plan that breaks rules can be cheaper than any that keeps them: then the bound is not what is wrong.
        return Merged(None, value, measures, tuple(conflicts))
    if violations:
        raise InputError(
            f"the bound given with the parts is not true: {violations[0]}",
            where="attested",
            hint=f"the plan itself is worth {value / MILLION:g}",
        )
    return Merged(plan, value, measures, ())
