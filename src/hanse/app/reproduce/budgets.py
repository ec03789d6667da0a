"""The same instances when no provider may be given more than its hours: then demands do interact.

The paper has no such limits. Every task takes one hour here, and every provider may be given the same number of them:
its even share of all tasks and `slack` per cent more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from hanse.app.reproduce.study import exact_engine
from hanse.errors import InfeasibleError, InputError
from hanse.model.problem import Problem
from hanse.planning import solve
from hanse.planning.decomposition import Decomposition, Part, Split, by_region, decompose
from hanse.units import MILLION

SLACKS = (25, 10)
"""Per cent of room above the even share."""

SOLVERS = 4


@dataclass(frozen=True, slots=True)
class Row:
    """One way of planning under budgets. cost in cents, None without a valid plan; gap: (cost - bound) ÷ cost against
    the bound of the whole, None without one; seconds: the engine's (the slowest part's); note: what went wrong."""

    problem: int
    slack: int
    way: str
    cost: int | None
    gap: float | None
    seconds: float
    note: str


def limited(problem: Problem, slack: int) -> Problem:
    """The problem with a time budget on every machine: ⌈(1 + slack %) · tasks ÷ machines⌉ (durations are 1)."""
    share = -(-problem.operation_count * (100 + slack) // (100 * len(problem.machines)))
    return replace(
        problem,
        name=f"{problem.name}, budgets with {slack} % slack",
        enterprises=tuple(
            replace(e, machines=tuple(replace(machine, budget=share) for machine in e.machines))
            for e in problem.enterprises
        ),
    )


def compare(
    number: int, problem: Problem, slack: int, time_limit: float, seed: int, told: Callable[[int], None]
) -> list[Row]:
    """Whole; restricted to regions; demands divided with shared budgets; demands divided with everybody trusting in the
    whole budget. Empty if no engine takes budgets. time_limit: seconds of the engine for the whole; a part gets half of
    them, so that four parts on two cores take as long. told: hears the number of ways done, of 4."""
    problem = limited(problem, slack)
    engine = exact_engine(problem)
    if engine is None:
        return []
    method = engine.name
    whole = solve(problem, "cost", method, time_limit, seed=seed)
    bound = whole.lower_bound
    rows = [_row(number, slack, "whole", None if whole.plan is None else whole.plan.value, bound, whole.seconds, "")]
    told(1)
    regions = by_region(problem, SOLVERS, restrict=True)
    divided = Split("demands", tuple(Part(part.name, part.jobs) for part in regions.parts))
    ways: tuple[tuple[str, Split, bool], ...] = (
        (f"{SOLVERS} regions", regions, False),
        (f"{SOLVERS} demand groups, budgets shared out", divided, True),
        (f"{SOLVERS} demand groups, each with whole budgets", divided, False),
    )
    for done, (way, split, shared) in enumerate(ways, 2):
        try:
            found = decompose(
                problem, split, "cost", method, time_limit / 2, budgets="shared" if shared else "whole", seed=seed
            )
        except (InfeasibleError, InputError) as error:
            rows.append(Row(number, slack, way, None, None, 0.0, error.message))
        else:
            value = None if found.plan is None else found.plan.value
            rows.append(_row(number, slack, way, value, bound, found.slowest, _conflicts(found)))
        told(done)
    return rows


def _row(number: int, slack: int, way: str, value: int | None, bound: int | None, seconds: float, note: str) -> Row:
    gap = None if value is None or bound is None else max(0.0, (value - bound) / value)
    return Row(number, slack, way, None if value is None else value // MILLION, gap, seconds, note)


def _conflicts(found: Decomposition) -> str:
    if found.merged is None:
        return "the engine found no plan for some part"
    if not found.violations:
        return ""
    return f"{len(found.violations)} conflicts, such as {found.violations[0]}"
