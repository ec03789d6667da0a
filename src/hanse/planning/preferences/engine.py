"""The engine `preferences`: the objective `utility` for a problem that carries its preferences.

Members are not here to be asked, so their refusals in the problem are what is kept; `model.check` judges. The bound is
given as attested even where `bound.py` recomputes it, as the judge does not.
"""

from __future__ import annotations

from decimal import Decimal

from hanse.model.objective import UTILITY, Objective
from hanse.model.preferences import Preferences
from hanse.model.problem import Enterprise, Job, Machine, Mode, Operation, Problem, ProcessPlan, Site
from hanse.model.utility import Consumer
from hanse.planning.preferences.question import Question
from hanse.planning.preferences.solve import solve
from hanse.planning.result import Answer, Limits, Point, Progress
from hanse.units import MILLION


def warm() -> None:
    """Have the kernels of its search compiled (or loaded): some tenths of a second, half a minute after an
    installation."""
    machine = Machine("M", frozenset({"s"}))
    operation = Operation("O", "s", (Mode("M", 1, 1, 0, MILLION),))
    job = Job("J", (ProcessPlan("A", (operation,)),), due=2, budget=2, min_quality=0)
    known = Preferences({"J": Consumer(Decimal(1), Decimal(1))}, {"J": MILLION}, frozenset())
    problem = Problem("warm", (Site("S"),), (Enterprise("E", "S", (machine,)),), (job,), preferences=known)
    solve(Question.of(problem), {}, "recreate", 0.001)


class Preferred:
    """Takes utility alone; exact for some tens of jobs, ruin and recreate beyond."""

    name = "preferences"

    def refuses(self, problem: Problem, objective: Objective) -> str | None:
        if objective.only != UTILITY:
            return f"it plans for utility, the objective is {objective}"
        return "the problem has no preferences" if problem.preferences is None else None

    def solve(self, problem: Problem, objective: Objective, limits: Limits, progress: Progress) -> Answer:
        """Raises InputError for what preferences cannot plan, InfeasibleError if it is proved that no plan exists. One
        thread: `limits.threads` is not needed."""
        del objective
        whole = len(problem.jobs) * MILLION
        found = solve(Question.of(problem), {}, "auto", limits.time_limit, limits.seed)
        value = None if found.value is None else whole - found.value
        # On the way a search is worth less than its plans by what they break, so only the end is told.
        last = Point(found.seconds, value, whole - found.upper_bound)
        progress(last)
        assignments = None if found.plan is None else found.plan.assignments
        return Answer(assignments, value, last.lower_bound, "attested", (last,))


ENGINE = Preferred()
