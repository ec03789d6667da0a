"""Small problems readable by eye, for tests of the model and what stands on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hanse.model.check import measure
from hanse.model.objective import Objective
from hanse.model.plan import Assignment, Plan
from hanse.model.problem import Enterprise, Job, Machine, Mode, Operation, Problem, ProcessPlan, Site, Transport


def machine(name: str, **settings: Any) -> Machine:
    return Machine(name, frozenset({"work"}), **settings)


def operation(name: str, *modes: tuple[Any, ...], after: Sequence[str] = ()) -> Operation:
    return Operation(name, "work", tuple(Mode(*mode) for mode in modes), tuple(after))


def job(name: str, *operations: Operation, **settings: Any) -> Job:
    return Job(name, (ProcessPlan("A", operations),), **settings)


def shops(*machines: Machine, jobs: Sequence[Job], leg: tuple[int, int] = (0, 0), **settings: Any) -> Problem:
    """Each machine in an enterprise and on a site of its own; every leg between two sites has this cost and time."""
    sites = tuple(Site(m.id) for m in machines)
    cost, time = (
        tuple(tuple(0 if i == k else value for k in range(len(sites))) for i in range(len(sites))) for value in leg
    )
    return Problem(
        name="small",
        sites=sites,
        enterprises=tuple(Enterprise(m.id, m.id, (m,)) for m in machines),
        jobs=tuple(jobs),
        transport=Transport(cost, time),
        **settings,
    )


def plan(problem: Problem, *assignments: tuple[str, str, str, int, int], objective: str = "makespan") -> Plan:
    """A plan that measures itself truthfully; assignments are (job, operation, machine, start, end) of plan A."""
    at = tuple(Assignment(j, "A", o, m, start, end) for j, o, m, start, end in assignments)
    measures = measure(problem, at)
    value = Objective.parse(objective).millionths(
        cost=measures.cost, makespan=measures.makespan, tardiness=measures.tardiness, energy=measures.energy
    )
    return Plan(
        problem=problem.root,
        assignments=at,
        measures=measures,
        objective=objective,
        value=value,
        lower_bound=None,
        bound_kind="none",
        status="feasible",
        solver="by hand",
        seconds=0.0,
    )
