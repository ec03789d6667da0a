"""Which problems the composition engines take, and why not the others."""

from __future__ import annotations

from hanse.model.objective import Objective
from hanse.model.problem import Job, Problem, ProcessPlan
from hanse.planning.composition.tree import tree_of


def refusal(problem: Problem, objective: Objective, *, budgets: bool) -> str | None:
    """Why neither engine, or with `budgets` not even the one that keeps machine budgets, can take this problem."""
    if {name for name, _ in objective.weights} != {"cost"}:
        return f"it minimises cost alone, the objective is {objective}"
    return _limited_machine(problem, budgets) or next(
        filter(None, (_limited_job(job, budgets) for job in problem.jobs)), None
    )


def _limited_machine(problem: Problem, budgets: bool) -> str | None:
    limited = {
        machine.id
        for machine in problem.machines.values()
        if machine.capacity is not None or (machine.budget is not None and not budgets) or machine.available is not None
    }
    if not limited:
        return None
    for job in problem.jobs:
        for plan in job.plans:
            for operation in plan.operations:
                for mode in operation.modes:
                    if mode.machine in limited:
                        return f'machine "{mode.machine}" has a capacity{"" if budgets else ", a budget"} or a calendar'
    return None


def _limited_job(job: Job, budgets: bool) -> str | None:
    if job.min_quality is not None:
        return f'job "{job.id}" asks for a least quality'
    if budgets and job.budget is not None:
        return f'job "{job.id}" has a budget of its own, besides those of machines'
    for plan in job.plans:
        if tree_of(plan) is None:
            return f'the precedence of job "{job.id}", plan "{plan.id}" is not a tree'
        if job.single_workpiece and not _is_chain(plan):
            return f'job "{job.id}" is a single workpiece whose plan "{plan.id}" is not a chain'
    return None


def _is_chain(plan: ProcessPlan) -> bool:
    """Whether the operations of a forest follow each other one by one."""
    return len(plan.first()) == 1 and len(plan.last()) == 1 and all(len(set(o.after)) <= 1 for o in plan.operations)
