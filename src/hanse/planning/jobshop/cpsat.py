"""Job shops with everything that is finite, by Google's CP-SAT (Perron and Didier, OR-Tools): the engine `cpsat`.

The steps: index the problem (`shop.py`), draft a first plan (`dispatch.py`), state the model (`variables.py`,
`legs.py`, `goal.py`), let CP-SAT improve and prove, shift the plan left, report. The bound is the solver's word:
attested. With one thread and the same seed a run that is not stopped by the clock repeats itself.
"""

from __future__ import annotations

from ortools.sat.python import cp_model

from hanse.clock import SystemClock
from hanse.errors import HanseError
from hanse.model.objective import UTILITY, Objective
from hanse.model.problem import Problem
from hanse.planning.jobshop.bounds import floor
from hanse.planning.jobshop.causes import explain
from hanse.planning.jobshop.dispatch import Draft, assignments, draft_from, first_plan, shift_left, value_of
from hanse.planning.jobshop.goal import Goal, set_goal
from hanse.planning.jobshop.legs import Legs
from hanse.planning.jobshop.listening import Solutions, solve_listening
from hanse.planning.jobshop.shop import Shop, build
from hanse.planning.jobshop.sizes import guard
from hanse.planning.jobshop.variables import Variables, declare
from hanse.planning.jobshop.watch import Watch, proved, raise_failure
from hanse.planning.result import Answer, Limits, Progress
from hanse.units import MILLION

SEEDS = 2**31 - 1
"""The solver's seed is a signed 32-bit number; larger seeds are folded."""


class CpSat:
    """The engine. Takes every problem and every objective but utility."""

    name = "cpsat"

    def refuses(self, problem: Problem, objective: Objective) -> str | None:
        del problem
        return "it does not plan for utility" if objective.only == UTILITY else None

    def solve(self, problem: Problem, objective: Objective, limits: Limits, progress: Progress) -> Answer:
        """Raises InfeasibleError with a cause where one can be named, InputError if numbers are too large."""
        watch = Watch(SystemClock(), progress)
        shop = build(problem, limits.frozen)
        guard(shop, objective)
        first = None
        if not shop.ordered:  # the rules let jobs overtake
            first = first_plan(shop, objective, limits.seed, over=lambda: watch.seconds > limits.time_limit / 2)
        if first is not None:
            first = _settled(shop, objective, first[0])
        if limits.start:
            start = _settled(shop, objective, draft_from(shop, limits.start))
            first = start if first is None or start[1] <= first[1] else first
        least = floor(shop, objective)
        watch.tell(first[1] if first else None, least)
        raise_failure(watch)
        if first is not None and first[1] == least:
            return Answer(assignments(shop, first[0]), least, least, "attested", tuple(watch.points))
        with_cost = bool(objective.weight("cost")) or any(job.budget is not None for job in problem.jobs)
        try:
            variables = declare(shop, _horizon(shop, objective, first))
            goal = set_goal(variables, Legs(variables, with_cost=with_cost), objective)
        except KeyboardInterrupt:  # stating a large model takes seconds
            if first is None:
                raise
            return Answer(assignments(shop, first[0]), first[1], least, "attested", tuple(watch.points))
        return _search(variables, goal, objective, limits, watch, first, least)


ENGINE = CpSat()

_Found = tuple[Draft, int]


def _settled(shop: Shop, objective: Objective, draft: Draft) -> _Found:
    shifted = draft if shop.ordered else shift_left(shop, draft)
    return shifted, value_of(shop, shifted, objective)


def _horizon(shop: Shop, objective: Objective, first: _Found | None) -> int:
    """No plan better than the first one completes later than its whole value would pay for."""
    weight = objective.weight("makespan")
    if first is None or not weight:
        return shop.horizon
    return min(shop.horizon, first[1] // (weight * MILLION))


def _search(
    variables: Variables,
    goal: Goal,
    objective: Objective,
    limits: Limits,
    watch: Watch,
    first: _Found | None,
    least: int,
) -> Answer:
    """Search below the first plan, which is kept unless the solver's is as good. It is not given as a hint: hinted, the
    solver's few workers stay near it, and both plans and bounds came out worse (benchmarks/results/jobshop.md)."""
    solver = cp_model.CpSolver()
    parameters = solver.parameters
    parameters.max_time_in_seconds = max(0.01, limits.time_limit - watch.seconds)
    parameters.num_workers = limits.threads
    parameters.random_seed = limits.seed % SEEDS
    watch.on_stop(solver.stop_search)
    solver.best_bound_callback = lambda bound: watch.tell(None, goal.millionths(proved(bound)))
    status, _ = solve_listening(solver, variables.model, Solutions(watch, goal))
    raise_failure(watch)
    if status == cp_model.MODEL_INVALID:
        raise HanseError(
            f"the constraint model is invalid: {variables.model.validate()}",
            where="method cpsat",
            hint="this is a bug in Hanse: please report it with the problem file",
        )
    if status == cp_model.INFEASIBLE:
        if first is not None:
            raise HanseError("the solver calls a problem infeasible that has a plan", where="method cpsat")
        raise explain(variables.shop)
    best = first
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        found = _settled(variables.shop, objective, draft_of(variables, solver))
        best = found if first is None or found[1] <= first[1] else first
    bound = best[1] if status == cp_model.OPTIMAL and best else goal.millionths(proved(solver.best_objective_bound))
    bound = max(bound, least)
    if best is None:
        return Answer(None, None, bound, "attested", tuple(watch.points))
    watch.tell(best[1], bound)
    return Answer(assignments(variables.shop, best[0]), best[1], bound, "attested", tuple(watch.points))


def draft_of(variables: Variables, solver: cp_model.CpSolver) -> Draft:
    """The plan the solver holds."""
    shop = variables.shop
    draft = Draft([next(i for i, literal in enumerate(literals) if solver.boolean_value(literal))
                   for literals in variables.lines])  # fmt: skip
    for number, chosen in enumerate(draft.lines):
        for task in shop.lines[number][chosen].tasks:
            way = next(i for i, literal in enumerate(variables.ways[task]) if solver.boolean_value(literal))
            draft.runs[task] = (way, solver.value(variables.starts[task]))
    return draft
