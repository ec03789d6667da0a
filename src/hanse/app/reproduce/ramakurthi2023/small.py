"""Instances of the sizes of Table 3, ours (the paper's are not published): a quick rule beside two exact solvers.

Every job visits every machine once, in an order of its own, for 2 to 26 units of time, as in Table 2. CP-SAT (our
engine) and SCIP (the disjunctive model of Manne 1960, by itself) must agree; no rule can be shorter than both.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations

import numpy as np

from hanse.app.reproduce.ramakurthi2023.league import LONGEST, SHORTEST, judged
from hanse.errors import HanseError
from hanse.model.problem import Enterprise, Job, Machine, Mode, Operation, Problem, ProcessPlan, Site
from hanse.planning.jobshop.dispatch import assignments, quick_plan
from hanse.planning.jobshop.jackson import Route, TwoStep, jackson
from hanse.planning.jobshop.shop import build
from hanse.planning.solve import solve
from hanse.units import MILLION, Units

LIMIT = 60.0
"""Seconds for one proof; milliseconds are needed."""


@dataclass(frozen=True, slots=True)
class Instance:
    """One drawn shop. rule: makespan of a list schedule, the longest way to go first; cpsat, scip: proved; jackson: of
    Jackson's rule, None if there are more than two machines. utilisation: of the rule's and the optimal plan, mean over
    machines of busy time by time from first start to last end."""

    jobs: int
    machines: int
    rule: int
    cpsat: int
    scip: int
    jackson: int | None
    rule_utilisation: float
    utilisation: float


def draw(jobs: int, machines: int, chance: np.random.Generator) -> Problem:
    """A job shop."""
    made = []
    for number in range(jobs):
        operations: list[Operation] = []
        for m in chance.permutation(machines).tolist():
            time = int(chance.integers(SHORTEST, LONGEST + 1))
            after = (operations[-1].id,) if operations else ()
            operations.append(Operation(f"O{m}", f"S{m}", (Mode(f"M{m}", time),), after))
        made.append(Job(f"J{number + 1}", (ProcessPlan("A", tuple(operations)),)))
    shop = Enterprise("E", "E", tuple(Machine(f"M{m}", frozenset({f"S{m}"})) for m in range(machines)))
    return Problem(f"{jobs} jobs, {machines} machines", (Site("E"),), (shop,), tuple(made), Units(time="unit"))


def solved(problem: Problem, seed: int) -> Instance:
    """Every method on one shop. Raises HanseError if a proof is missing, or the proofs differ."""
    quick, best = quick_plan(build(problem)), solve(problem, "makespan", "cpsat", LIMIT, 1, seed)
    if quick is None or best.plan is None or best.status != "optimal":
        raise HanseError("no proof in time", where=problem.name, hint="please report this bug")
    listed, proved = judged(problem, assignments(build(problem), quick)), best.plan.measures
    other = scip(problem, listed.makespan)
    if other != proved.makespan:
        raise HanseError(f"CP-SAT says {proved.makespan}, SCIP {other}", where=problem.name, hint="please report this")
    two = jackson([_two_step(job) for job in problem.jobs]).makespan if len(problem.machines) == 2 else None
    used = listed.utilisation / MILLION, proved.utilisation / MILLION
    return Instance(len(problem.jobs), len(problem.machines), listed.makespan, proved.makespan, other, two, *used)


def scip(problem: Problem, horizon: int) -> int:
    """The least makespan by mixed-integer programming: a start per operation, a binary for the order of each pair that
    shares a machine (Manne 1960, Operations Research 8). horizon: the makespan of some plan. Raises HanseError if it is
    not proved in time."""
    from ortools.math_opt.python import mathopt

    model = mathopt.Model()
    makespan = model.add_variable(lb=0, ub=horizon)
    on: dict[str, list[tuple[mathopt.Variable, int]]] = defaultdict(list)
    for job in problem.jobs:
        before: mathopt.LinearSum | mathopt.LinearExpression | int = 0
        for operation in job.plans[0].operations:
            mode = operation.modes[0]
            start = model.add_variable(lb=0, ub=horizon - mode.duration)
            model.add_linear_constraint(start >= before)
            before = start + mode.duration
            on[mode.machine].append((start, mode.duration))
        model.add_linear_constraint(makespan >= before)
    for entries in on.values():
        for (a, long_a), (b, long_b) in combinations(entries, 2):
            first = model.add_binary_variable()
            model.add_linear_constraint(b >= a + long_a - horizon * (1 - first))
            model.add_linear_constraint(a >= b + long_b - horizon * first)
    model.minimize(makespan)
    limits = mathopt.SolveParameters(time_limit=timedelta(seconds=LIMIT), relative_gap_tolerance=0.0, threads=1)
    found = mathopt.solve(model, mathopt.SolverType.GSCIP, params=limits)
    if found.termination.reason != mathopt.TerminationReason.OPTIMAL:
        raise HanseError(f"SCIP ended with {found.termination.reason}", where=problem.name, hint="report this bug")
    length: float = found.objective_value()
    return round(length)


def _two_step(job: Job) -> TwoStep:
    steps = job.plans[0].operations
    route: Route = "PQ" if steps[0].id == "O0" else "QP"
    return TwoStep(route, tuple(step.modes[0].duration for step in steps))
