"""What the constraint model minimises and the limits on money, quality and lateness; and its redundant cuts.

The objective is kept in whole steps of `Goal.step` millionths, the greatest common divisor of all its coefficients, so
that bounds round up as far as they can.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from ortools.sat.python import cp_model

from hanse.model.objective import Objective
from hanse.model.problem import Job
from hanse.planning.jobshop.bounds import least_makespan
from hanse.planning.jobshop.legs import Legs
from hanse.planning.jobshop.shop import Task, Way
from hanse.planning.jobshop.sizes import contested, step_of
from hanse.planning.jobshop.variables import Expression, Variables
from hanse.units import MILLION


@dataclass(frozen=True, slots=True)
class Goal:
    """step: millionths per unit of the model's objective. parts: by measure, terms in so many millionths each."""

    step: int
    parts: dict[str, list[tuple[int, Expression]]]

    def millionths(self, units: int) -> int:
        return units * self.step

    def measure(self, name: str) -> tuple[int, Expression]:
        """A measure of the objective by itself: millionths in one of its steps, and its expression in those steps."""
        parts = self.parts.get(name, [])
        step = math.gcd(*(millionths for millionths, _ in parts)) or 1
        return step, cp_model.LinearExpr.sum([millionths // step * term for millionths, term in parts])


def set_goal(variables: Variables, legs: Legs, objective: Objective, below: int | None = None) -> Goal:
    """Add limits, objective and cuts. below: only plans worth less than so many millionths are asked for."""
    shop = variables.shop
    step = step_of(shop, objective)
    terms: list[Expression] = []
    goal = Goal(step, {})

    def count(name: str, millionths: int, term: Expression) -> None:
        goal.parts.setdefault(name, []).append((millionths, term))
        terms.append(objective.weight(name) * millionths // step * term)

    jobs = [[task for task in shop.tasks if task.job == number] for number in range(len(shop.problem.jobs))]
    for number, job in enumerate(shop.problem.jobs):
        _limit_quality(variables, job, jobs[number])
        cost = _ways(variables, jobs[number], shop.way_cost) + cp_model.LinearExpr.sum(legs.costs[number])
        if job.budget is not None:
            variables.model.add(cost <= job.budget)
        if objective.weight("cost"):
            count("cost", MILLION, cost)
        if objective.weight("energy"):
            energy = _ways(variables, jobs[number], lambda _, way: way.energy)
            count("energy", MILLION, energy)
        if objective.weight("tardiness") and job.due is not None and job.weight:
            late = variables.model.new_int_var(0, max(0, variables.horizon - job.due), "")
            for task, completion in _completions(variables, job, jobs[number]):
                _when(variables, task, variables.model.add(late >= completion - job.due))
            count("tardiness", job.weight, late)
    if objective.weight("makespan"):
        count("makespan", MILLION, _makespan(variables, jobs))
    value = cp_model.LinearExpr.sum(terms)
    if below is not None:
        variables.model.add(value <= (below - 1) // step)
    variables.model.minimize(value)
    return goal


def _ways(variables: Variables, tasks: list[Task], weigh: Callable[[Task, Way], int]) -> cp_model.LinearExpr:
    pairs = [(literal, weigh(task, way)) for task in tasks
             for way, literal in zip(task.ways, variables.ways[task.number], strict=True)]  # fmt: skip
    return cp_model.LinearExpr.weighted_sum([literal for literal, _ in pairs], [weight for _, weight in pairs])


def _limit_quality(variables: Variables, job: Job, tasks: list[Task]) -> None:
    """The mean over the operations reaches the least: Σ (quality - least) ≥ 0, whatever their number."""
    if job.min_quality is not None:
        least = job.min_quality
        variables.model.add(_ways(variables, tasks, lambda _, way: way.quality - least) >= 0)


def _completions(variables: Variables, job: Job, tasks: list[Task]) -> list[tuple[Task, Expression]]:
    """Moments whose latest completes the job: ends of last tasks, plus the leg to the destination."""
    shop = variables.shop
    return [
        (task, variables.ends[task.number] + _ways(variables, [task], lambda _, way: shop.departure(job, way.site)))
        for task in tasks
        if task.last
    ]


def _when(variables: Variables, task: Task, constraint: cp_model.Constraint) -> None:
    used = variables.used(task)
    if used is not variables.always:
        constraint.only_enforce_if(used)


def _makespan(variables: Variables, jobs: list[list[Task]]) -> cp_model.IntVar:
    shop, model = variables.shop, variables.model
    least = least_makespan(shop)
    makespan = model.new_int_var(least, max(least, variables.horizon), "")
    for job, tasks in zip(shop.problem.jobs, jobs, strict=True):
        for task, completion in _completions(variables, job, tasks):
            _when(variables, task, model.add(makespan >= completion))
    for name in contested(shop):
        capacity, users = shop.problem.machines[name].capacity or 1, shop.by_machine[name]
        # A machine in use is idle before the least head and after the least tail of those that may run on it. One
        # not in use asks nothing, hence never more than what the makespan is anyway.
        idle = min(min(task.head for task, _ in users) + min(task.tail for task, _ in users), least)
        load = sum(task.ways[i].duration * variables.ways[task.number][i] for task, i in users)
        model.add(capacity * makespan >= capacity * idle + load)
    return makespan
