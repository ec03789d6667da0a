"""Providers everybody agrees to, whatever the schedule: a question of yes and no, answered by CP-SAT.

    x[o, m] = 1    operation o is given to machine m; exactly one each
    cost, quality and duration of every job within its limits
    not both works of any pair that one member refuses, if avoidable

Ruin and recreate improves such choices well but finds them badly where choices are few: a refusal is broken or not, and
nothing leads down to 0. Here its schedule is left aside, so "no" is a proof that no plan exists, and its core names the
members whose refusals cannot be kept together.
"""

from __future__ import annotations

import numpy as np
from ortools.sat.python import cp_model

from hanse.errors import InfeasibleError
from hanse.model.preferences import Place
from hanse.planning.preferences.choices import Ints, chain
from hanse.planning.preferences.question import Question

NAMED = 12
"""Most members an error names."""


def agree(question: Question, seconds: float, seed: int = 0) -> Ints | None:
    """The position of the mode of each operation, near each job's favourite; None if none was found in time.

    Raises InfeasibleError, naming members, if it is proved that there is none.
    """
    model, held, on = cp_model.CpModel(), dict[Place, cp_model.IntVar](), dict[str, cp_model.IntVar]()
    problem = question.problem
    for job, choices in zip(problem.jobs, question.choices, strict=True):
        favourite = int(np.argmax(np.where(choices.keeps, choices.worth, -1)))
        costs, qualities, durations = [], [], []
        for operation, radix in zip(chain(job), choices.radix, strict=True):
            picks = []
            for k, mode in enumerate(operation.modes):
                pick = held[Place(job.id, operation.id, mode.machine)] = model.new_bool_var("")
                model.add_hint(pick, favourite // radix % len(operation.modes) == k)
                picks.append(pick)
                costs.append(mode.cost * pick)
                qualities.append((mode.quality or 0) * pick)
                durations.append(mode.duration * pick)
            model.add_exactly_one(picks)
        if job.budget is not None:
            model.add(sum(costs) <= job.budget)
        if job.min_quality is not None:
            model.add(sum(qualities) >= job.min_quality * len(chain(job)))
        if job.due is not None:
            model.add(sum(durations) <= job.due)
    for one, other in sorted({tuple(sorted(pair)) for pair in question.avoidable}):
        member = problem.owner[one.machine].id
        if member not in on:
            on[member] = model.new_bool_var(member)
        model.add_bool_or(held[one].negated(), held[other].negated(), on[member].negated())
    model.add_assumptions(list(on.values()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed % 2**31
    solver.parameters.max_time_in_seconds = seconds
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        names = {variable.index: member for member, variable in on.items()}
        raise _disagreement([names[i] for i in solver.sufficient_assumptions_for_infeasibility()])
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    chosen = [
        next(k for k, m in enumerate(o.modes) if solver.boolean_value(held[Place(job.id, o.id, m.machine)]))
        for job in problem.jobs
        for o in chain(job)
    ]
    return np.array(chosen, dtype=np.int64)


def _disagreement(members: list[str]) -> InfeasibleError:
    shown = ", ".join(members[:NAMED]) + (f" and {len(members) - NAMED} more" if len(members) > NAMED else "")
    return InfeasibleError(
        "no choice of providers keeps budgets, qualities and due dates without work that a member refuses",
        where=f"the refusals of {shown}",
        hint="offer operations to more providers, raise budgets, or promote declined work (compensation)",
    )
