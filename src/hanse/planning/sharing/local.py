"""Every member plans its own jobs on its own machines: the plan that sharing begins with.

Two-machine shops are planned by Jackson's rule, exactly; all others by the job-shop engines.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from hanse.errors import InputError
from hanse.model.plan import Assignment
from hanse.model.problem import Enterprise, Job, Operation, Problem
from hanse.planning.jobshop.jackson import Route, Tie, TwoStep, jackson
from hanse.planning.result import Limits
from hanse.planning.sharing.guests import chain_of
from hanse.planning.sharing.windows import offers
from hanse.planning.solve import solve


@dataclass(frozen=True, slots=True)
class Local:
    """What the members plan. engine: by member, `jackson` or the solver."""

    assignments: tuple[Assignment, ...]
    engine: Mapping[str, str]


def schedule_shops(
    problem: Problem,
    homes: Mapping[str, str] | None = None,
    objective: str = "makespan",
    limits: Limits | None = None,
    tie: Tie = "second",
) -> Local:
    """Plan every member's jobs apart. homes: the member of each job, by id (None: the one the job's customer names).
    objective: of each member; Jackson's rule is for the makespan only. limits: of each member's solver. tie: see
    `jackson`. Raises InputError for a job without a home, or one that its home cannot make alone."""
    members = {member.id: member for member in problem.enterprises}
    own: dict[str, list[Job]] = {name: [] for name in members}
    for job in problem.jobs:
        home = job.customer if homes is None else homes.get(job.id, "")
        if home not in own:
            raise InputError(f'"{home}" is no member', where=f"job {job.id}", hint="name the home of every job")
        own[home].append(_at_home(job, members[home]))
    rows: list[Assignment] = []
    engine = {}
    for name, jobs in own.items():
        if not jobs:
            continue
        member = members[name]
        steps = _two_steps(problem, member, jobs) if objective == "makespan" else None
        if steps is not None:
            rows += _by_jackson(member, jobs, steps, tie)
            engine[name] = "jackson"
        else:
            given = limits or Limits(10.0)
            shop = replace(problem, name=name, enterprises=(member,), jobs=tuple(jobs), preferences=None)
            found = solve(shop, objective, "auto", given.time_limit, given.threads, given.seed)
            if found.plan is None:
                raise InputError("no schedule found in the time given", where=f"enterprise {name}", hint="give more")
            rows += found.plan.assignments
            engine[name] = found.plan.solver
    return Local(tuple(rows), engine)


def _at_home(job: Job, member: Enterprise) -> Job:
    """The job with the plans its home can make alone, on its home's machines."""
    machines = {machine.id for machine in member.machines}
    plans = []
    for plan in job.plans:
        operations = []
        for operation in plan.operations:
            modes = tuple(mode for mode in operation.modes if mode.machine in machines)
            if modes:
                operations.append(Operation(operation.id, operation.service, modes, operation.after))
        if len(operations) == len(plan.operations):
            plans.append(replace(plan, operations=tuple(operations)))
    if not plans:
        raise InputError(f"{member.id} cannot make it alone", where=f"job {job.id}", hint="name another home")
    return replace(job, plans=tuple(plans))


def _two_steps(problem: Problem, member: Enterprise, jobs: list[Job]) -> list[TwoStep] | None:
    """The jobs for Jackson's rule, None if it is not for this shop: two machines, always open, everything there from
    the beginning, each job once on one or both of them in a fixed order, and nothing else asked."""
    site = problem.site_index[member.site]
    if len(member.machines) != 2 or member.permutation or problem.transport_time(site, site):
        return None
    if any(not offers(machine) or machine.available is not None for machine in member.machines):
        return None
    letter = {machine.id: name for machine, name in zip(member.machines, "PQ", strict=True)}
    steps = []
    routes: dict[str, Route] = {"P": "P", "Q": "Q", "PQ": "PQ", "QP": "QP"}
    for job in jobs:
        chain = chain_of(job.plans[0])
        arrival = 0 if job.origin is None else problem.transport_time(problem.site_index[job.origin], site)
        if len(job.plans) > 1 or chain is None or any(len(operation.modes) > 1 for operation in chain):
            return None
        if job.release or arrival or job.destination is not None or job.budget is not None or job.min_quality:
            return None
        route = routes.get("".join(letter[operation.modes[0].machine] for operation in chain))
        if route is None:
            return None
        steps.append(TwoStep(route, tuple(operation.modes[0].duration for operation in chain)))
    return steps


def _by_jackson(member: Enterprise, jobs: list[Job], steps: list[TwoStep], tie: Tie) -> list[Assignment]:
    made = jackson(steps, tie)
    rows = []
    for run in (*made.p, *made.q):
        machine = member.machines["PQ".index(run.machine)].id
        plan = jobs[run.job].plans[0]
        operation = next(o for o in plan.operations if o.modes[0].machine == machine)
        rows.append(Assignment(jobs[run.job].id, plan.id, operation.id, machine, run.start, run.end))
    return rows
