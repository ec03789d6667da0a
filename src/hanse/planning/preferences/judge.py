"""The independent judge of plans under preferences: no solver decides what its plan is worth.

Feasibility of the schedule is `model.check`'s; the due date, a wish there, is a limit here. Members are asked directly
what they would decline of the work they are given, not by the pairs a planner used.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from hanse.model.check import Violation, check, measure, outcomes
from hanse.model.objective import Objective
from hanse.model.plan import Assignment, Plan
from hanse.model.preferences import Place
from hanse.model.problem import Problem
from hanse.planning.preferences.choices import chain
from hanse.planning.preferences.member import Member, Work
from hanse.planning.preferences.question import Question

COST = Objective.parse("cost")


@dataclass(frozen=True, slots=True)
class JobUtility:
    """What a job gives its consumer: U^C in millionths, Sat^C as a ratio."""

    job: str
    utility: int
    satisfaction: Decimal


@dataclass(frozen=True, slots=True)
class Judgement:
    """violations: none if every limit holds. value: Σ U^C, millionths. jobs: in the problem's order. declined: works a
    member would refuse in this plan, `unavoidable` ones included."""

    violations: tuple[Violation, ...]
    value: int
    jobs: tuple[JobUtility, ...]
    declined: tuple[Place, ...]

    @property
    def valid(self) -> bool:
        return not self.violations


def judge(question: Question, assignments: Sequence[Assignment], members: Mapping[str, Member]) -> Judgement:
    """Judge a plan. members: by enterprise; those left out decline nothing. A declined work is a violation unless
    everything it is declined beside is unavoidable (it must be promoted then). Raises ValueError if the assignments do
    not cover the problem."""
    problem = question.problem
    violations = list(check(problem, as_plan(problem, assignments)).violations)
    results = outcomes(problem, assignments)
    mode = {(a.job, a.operation): a.machine for a in assignments}
    jobs = []
    for job, outcome in zip(problem.jobs, results, strict=True):
        if job.due is not None and outcome.completion > job.due:
            violations.append(Violation("due", f"job {job.id}", f"ends at {outcome.completion}, is due at {job.due}"))
        qualities = [
            next(m.quality or 0 for m in operation.modes if m.machine == mode[job.id, operation.id])
            for operation in chain(job)
        ]
        consumer = question.consumers[job.id]
        utility = consumer.utility(outcome.cost, outcome.completion, sum(qualities), len(qualities))
        jobs.append(JobUtility(job.id, utility, consumer.satisfaction(utility)))
    declined = _declined(question, assignments, members)
    held = {Place(a.job, a.operation, a.machine) for a in assignments}
    excused = {one for one, beside in question.refusals - question.avoidable if beside in held}
    broken = {one for one, beside in question.avoidable if beside in held}
    for place in declined:
        if place in broken or place not in excused:
            where = f"job {place.job}, operation {place.operation}"
            violations.append(Violation("satisfaction", where, f'"{problem.owner[place.machine].id}" declines it'))
    return Judgement(tuple(violations), sum(job.utility for job in jobs), tuple(jobs), tuple(declined))


def workloads(question: Question, assignments: Sequence[Assignment]) -> dict[str, list[Work]]:
    """What each enterprise is given, in the order of the assignments."""
    problem = question.problem
    service = {(job.id, o.id): o.service for job in problem.jobs for o in chain(job)}
    given: dict[str, list[Work]] = defaultdict(list)
    for a in assignments:
        work = Work(
            a.job, a.operation, a.machine, service[a.job, a.operation], a.end - a.start, question.reputations[a.job]
        )
        given[problem.owner[a.machine].id].append(work)
    return dict(given)


def as_plan(problem: Problem, assignments: Sequence[Assignment], solver: str = "", seconds: float = 0.0) -> Plan:
    """The same as a plan of the problem, its value being its cost and nothing being claimed of a bound."""
    measures = measure(problem, assignments)
    value = COST.value(measures, len(problem.jobs))
    return Plan(
        problem=problem.root,
        assignments=tuple(assignments),
        measures=measures,
        objective=str(COST),
        value=value,
        lower_bound=None,
        bound_kind="none",
        status="feasible",
        solver=solver,
        seconds=seconds,
    )


def _declined(question: Question, assignments: Sequence[Assignment], members: Mapping[str, Member]) -> list[Place]:
    found = []
    for name, works in workloads(question, assignments).items():
        if name in members:
            held = [works[i] for i in members[name].declines(works)]
            found += [Place(work.job, work.operation, work.machine) for work in held]
    return found
