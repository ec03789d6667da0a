"""The independent verifier: the only judge of feasibility and of every measure.

It takes a problem and assignments and shares no code with any solver. A plan is valid exactly if `check` finds no
violation: every constraint of the problem holds and everything the plan claims (measures, value, bound, status) is true
or, for an attested bound, at least not contradicted.

Rules, numbered as in the messages:

    complete     each job follows exactly one of its process plans, each operation of it appears once
    mode         the machine is one of the operation's modes, end - start is that mode's duration
    precedence   a follower starts after its predecessor's end plus transport between their sites
    release      first operations start after release plus the leg from the origin
    workpiece    a job with a single workpiece runs one operation at a time
    capacity     a machine runs at most `capacity` operations at any moment
    permutation  where an enterprise asks for it: of two jobs, one goes first on all its machines that both use
    calendar     an operation lies within one availability window of its machine
    budget       no machine is given more time, no job more money than its budget
    quality      a job's mean quality reaches its least quality
    due          under the objective utility, a job is complete when it is due
    satisfaction under the objective utility, no member holds two works it refuses to hold together
    claim        measures, value, bound, status and problem root are what they are said to be
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from itertools import pairwise

from hanse.errors import InputError
from hanse.model.objective import UTILITY, Objective
from hanse.model.plan import Assignment, Measures, Plan, Prices
from hanse.model.problem import Job, Mode, Problem, ProcessPlan
from hanse.units import MILLION, decimal


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule: its name, where, and what is wrong, with the values."""

    rule: str
    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.where}: {self.message}"


@dataclass(frozen=True, slots=True)
class JobOutcome:
    """What a plan gives one job. quality: mean over its operations in millionths, None if a mode states none. energy:
    that of its modes; what machines draw while they wait is nobody's."""

    job: str
    cost: int
    completion: int
    quality: int | None
    within_limits: bool
    energy: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict. `measures` is None if the assignments are so broken that nothing can be measured."""

    violations: tuple[Violation, ...]
    measures: Measures | None

    @property
    def valid(self) -> bool:
        return not self.violations


@dataclass(frozen=True, slots=True)
class _Run:
    """An assignment resolved against the problem."""

    at: Assignment
    mode: Mode
    site: int


@dataclass(frozen=True, slots=True)
class _Route:
    """A job with its chosen plan and its runs by operation id."""

    job: Job
    plan: ProcessPlan
    runs: dict[str, _Run]


def check(problem: Problem, plan: Plan) -> Judgement:
    """Judge a plan against a problem: feasibility first, then everything it claims. Never raises for a bad plan."""
    if plan.problem != problem.root:
        message = f"the plan answers problem {plan.problem}, this is {problem.root}"
        return Judgement((Violation("claim", "problem", message),), None)
    routes, violations = _resolve(problem, plan.assignments)
    if violations:
        return Judgement(tuple(violations), None)
    violations = [
        *(violation for route in routes for violation in _check_route(problem, route)),
        *_check_machines(problem, routes),
    ]
    measures = _measure(problem, routes)
    if plan.objective == UTILITY:
        violations += _check_preferences(problem, routes)
    violations += _check_claims(problem, plan, measures)
    return Judgement(tuple(violations), measures)


def measure(problem: Problem, assignments: Iterable[Assignment]) -> Measures:
    """The measures of complete assignments (feasible or not). Raises ValueError if they do not cover the problem."""
    routes, violations = _resolve(problem, assignments)
    if violations:
        raise ValueError(str(violations[0]))
    return _measure(problem, routes)


def outcomes(problem: Problem, assignments: Iterable[Assignment]) -> tuple[JobOutcome, ...]:
    """What each job gets, in the order of the problem. Raises ValueError as `measure` does."""
    routes, violations = _resolve(problem, assignments)
    if violations:
        raise ValueError(str(violations[0]))
    return tuple(_outcome(problem, route) for route in routes)


# --- resolving: from names to the rows of the problem -----------------------------------------------------------


def _resolve(problem: Problem, assignments: Iterable[Assignment]) -> tuple[list[_Route], list[Violation]]:
    by_job: dict[str, list[Assignment]] = defaultdict(list)
    for assignment in assignments:
        by_job[assignment.job].append(assignment)
    routes: list[_Route] = []
    bad: list[Violation] = []
    for job in problem.jobs:
        route = _resolve_job(problem, job, by_job.pop(job.id, []), bad)
        if route is not None:
            routes.append(route)
    bad += [Violation("complete", f"job {name}", "the problem has no such job") for name in by_job]
    return routes, bad


def _resolve_job(problem: Problem, job: Job, given: list[Assignment], bad: list[Violation]) -> _Route | None:
    where, count = f"job {job.id}", len(bad)
    chosen = {assignment.plan for assignment in given}
    if len(chosen) != 1:
        named = ", ".join(sorted(chosen)) or "none"
        bad.append(Violation("complete", where, f"must follow exactly one process plan, follows {named}"))
        return None
    plan = next((plan for plan in job.plans if plan.id in chosen), None)
    if plan is None:
        bad.append(Violation("complete", where, f'has no process plan "{chosen.pop()}"'))
        return None
    operations = {operation.id: operation for operation in plan.operations}
    runs: dict[str, _Run] = {}
    for at in given:
        here = f"{where}, operation {at.operation}"
        operation = operations.get(at.operation)
        if operation is None:
            bad.append(Violation("complete", here, f'plan "{plan.id}" has no such operation'))
        elif at.operation in runs:
            bad.append(Violation("complete", here, "is assigned more than once"))
        else:
            mode = next((mode for mode in operation.modes if mode.machine == at.machine), None)
            if mode is None:
                bad.append(Violation("mode", here, f'may not run on "{at.machine}"'))
            else:
                runs[at.operation] = _Run(at, mode, problem.machine_site[at.machine])
    bad += [
        Violation("complete", f"{where}, operation {missing}", "is not assigned")
        for missing in operations
        if missing not in runs and not any(at.operation == missing for at in given)
    ]
    return _Route(job, plan, runs) if len(bad) == count else None


# --- feasibility ------------------------------------------------------------------------------------------------


def _check_route(problem: Problem, route: _Route) -> Iterator[Violation]:
    job, runs = route.job, route.runs
    for run in runs.values():
        where = f"job {job.id}, operation {run.at.operation}"
        if run.at.end - run.at.start != run.mode.duration:
            taken = run.at.end - run.at.start
            yield Violation("mode", where, f'takes {taken}, its mode on "{run.at.machine}" {run.mode.duration}')
        if run.at.start < 0:
            yield Violation("release", where, f"starts at {run.at.start}, before time 0")
    for earlier, later in route.plan.arcs():
        a, b = runs[earlier], runs[later]
        earliest = a.at.end + problem.transport_time(a.site, b.site)
        if b.at.start < earliest:
            where = f"job {job.id}, operation {later}"
            yield Violation("precedence", where, f"starts at {b.at.start}, {earlier} arrives at {earliest}")
    for operation in route.plan.first():
        run = runs[operation.id]
        leg = 0 if job.origin is None else problem.transport_time(problem.site_index[job.origin], run.site)
        if run.at.start < job.release + leg:
            where = f"job {job.id}, operation {operation.id}"
            yield Violation("release", where, f"starts at {run.at.start}, material arrives at {job.release + leg}")
    if job.single_workpiece:
        yield from _check_workpiece(route)
    outcome = _outcome(problem, route)
    if job.budget is not None and outcome.cost > job.budget:
        yield Violation("budget", f"job {job.id}", f"costs {outcome.cost}, its budget is {job.budget}")
    if job.min_quality is not None:
        reached, operations = sum(run.mode.quality or 0 for run in runs.values()), len(runs)
        if reached < job.min_quality * operations:
            said = f"{reached / operations / MILLION:.6f}"
            yield Violation("quality", f"job {job.id}", f"reaches {said}, at least {decimal(job.min_quality)} is asked")


def _check_workpiece(route: _Route) -> Iterator[Violation]:
    runs = sorted((run.at for run in route.runs.values() if run.mode.duration), key=lambda at: (at.start, at.end))
    for a, b in pairwise(runs):
        if b.start < a.end:
            where = f"job {route.job.id}, operation {b.operation}"
            yield Violation("workpiece", where, f"starts at {b.start}, {a.operation} holds the workpiece to {a.end}")


def _check_machines(problem: Problem, routes: list[_Route]) -> Iterator[Violation]:
    by_machine: dict[str, list[_Run]] = defaultdict(list)
    for route in routes:
        for run in route.runs.values():
            by_machine[run.at.machine].append(run)
    for name, runs in by_machine.items():
        machine = problem.machines[name]
        load = sum(run.mode.duration for run in runs)
        if machine.budget is not None and load > machine.budget:
            yield Violation("budget", f"machine {name}", f"is given {load}, its budget is {machine.budget}")
        if machine.capacity is not None:
            yield from _check_capacity(name, machine.capacity, [run.at for run in runs])
        if machine.available is not None:
            for at in (run.at for run in runs):
                if not any(start <= at.start and at.end <= end for start, end in machine.available):
                    where = f"machine {name}, job {at.job}, operation {at.operation}"
                    yield Violation("calendar", where, f"[{at.start}, {at.end}] lies in no availability window")
    for enterprise in problem.enterprises:
        if enterprise.permutation:
            on = {m.id: [run.at for run in by_machine[m.id]] for m in enterprise.machines if m.id in by_machine}
            yield from _check_permutation(enterprise.id, on)


def _check_permutation(enterprise: str, on: dict[str, list[Assignment]]) -> Iterator[Violation]:
    """No two jobs stand in one order on one machine and in the other on another (or, coming twice, the same) one. Two
    instants at the same moment stand in no order."""
    rows = {name: sorted(runs, key=lambda at: (at.start, at.end)) for name, runs in on.items()}
    orders = {tuple(at.job for at in row) for row in rows.values()}
    if len(orders) == 1 and len(set(order := orders.pop())) == len(order):
        return  # the common case at once: every job once on every machine, and always in the same place
    first: dict[tuple[str, str], str] = {}
    for name, row in rows.items():
        for i, a in enumerate(row):
            for b in row[i + 1 :]:
                if a.job != b.job and (a.start, a.end) != (b.start, b.end):
                    first.setdefault((a.job, b.job), name)
    for (a_job, b_job), name in first.items():
        other = first.get((b_job, a_job))
        if other is not None and a_job < b_job:
            where = f"enterprise {enterprise}, jobs {a_job} and {b_job}"
            yield Violation("permutation", where, f"{a_job} goes first on {name}, {b_job} on {other}")


def _check_capacity(machine: str, capacity: int, at: list[Assignment]) -> Iterator[Violation]:
    """Sweep over starts and ends; ends first, because [0, 5) and [5, 9) do not overlap."""
    held = [a for a in at if a.end > a.start]
    events = [(a.start, 1, a) for a in held] + [(a.end, -1, a) for a in held]
    events.sort(key=lambda event: event[:2])
    busy = 0
    for time, change, a in events:
        busy += change
        if change > 0 and busy > capacity:
            where = f"machine {machine}, job {a.job}, operation {a.operation}"
            yield Violation(
                "capacity", where, f"at {time} it would run {busy} operations at once, it can run {capacity}"
            )
    # An operation of no duration occupies nothing, yet cannot happen inside another one on a unary machine.
    if capacity == 1:
        for instant in (a for a in at if a.end == a.start):
            if any(a.start < instant.start < a.end for a in at):
                where = f"machine {machine}, job {instant.job}, operation {instant.operation}"
                yield Violation("capacity", where, f"happens at {instant.start} while the machine is busy")


def _check_preferences(problem: Problem, routes: list[_Route]) -> Iterator[Violation]:
    for route in routes:
        job, completion = route.job, _outcome(problem, route).completion
        if job.due is not None and completion > job.due:
            yield Violation("due", f"job {job.id}", f"ends at {completion}, is due at {job.due}")
    held = {(run.at.job, run.at.operation, run.at.machine) for route in routes for run in route.runs.values()}
    for declined, beside in sorted(problem.preferences.refusals if problem.preferences else ()):
        if declined in held and beside in held:
            where, member = f"job {declined.job}, operation {declined.operation}", problem.owner[declined.machine].id
            yield Violation("satisfaction", where, f'"{member}" declines it beside {beside.job}, {beside.operation}')


# --- measures ---------------------------------------------------------------------------------------------------


def _outcome(problem: Problem, route: _Route) -> JobOutcome:
    job, runs = route.job, route.runs
    cost = sum(run.mode.cost for run in runs.values())
    cost += sum(problem.transport_cost(runs[a].site, runs[b].site) for a, b in route.plan.arcs())
    if job.origin is not None:
        origin = problem.site_index[job.origin]
        cost += sum(problem.transport_cost(origin, runs[operation.id].site) for operation in route.plan.first())
    completion = max(run.at.end for run in runs.values())
    if job.destination is not None:
        destination = problem.site_index[job.destination]
        last = [runs[operation.id] for operation in route.plan.last()]
        cost += sum(problem.transport_cost(run.site, destination) for run in last)
        completion = max(run.at.end + problem.transport_time(run.site, destination) for run in last)
    qualities = [run.mode.quality for run in runs.values()]
    known = [quality for quality in qualities if quality is not None]
    quality = round(sum(known) / len(known)) if known and len(known) == len(qualities) else None
    within = (
        (job.budget is None or cost <= job.budget)
        and (job.due is None or completion <= job.due)
        and (job.min_quality is None or sum(known) >= job.min_quality * len(qualities))
    )
    return JobOutcome(job.id, cost, completion, quality, within, sum(run.mode.energy for run in runs.values()))


def _measure(problem: Problem, routes: list[_Route]) -> Measures:
    results = [_outcome(problem, route) for route in routes]
    tardiness = sum(
        route.job.weight * max(0, result.completion - route.job.due)
        for route, result in zip(routes, results, strict=True)
        if route.job.due is not None
    )
    by_machine: dict[str, list[_Run]] = defaultdict(list)
    for route in routes:
        for run in route.runs.values():
            by_machine[run.at.machine].append(run)
    reliability = 1.0
    for enterprise in {problem.owner[name].id: problem.owner[name] for name in sorted(by_machine)}.values():
        reliability *= enterprise.reliability / MILLION
    return Measures(
        cost=sum(result.cost for result in results),
        makespan=max(result.completion for result in results),
        tardiness=tardiness,
        energy=sum(run.mode.energy for route in routes for run in route.runs.values()),
        utilisation=_utilisation(by_machine),
        reliability=round(reliability * MILLION),
        utility=_utility(problem, routes, results),
    )


def _utility(problem: Problem, routes: list[_Route], results: list[JobOutcome]) -> int | None:
    if problem.preferences is None:
        return None
    total = 0
    for route, result in zip(routes, results, strict=True):
        quality = sum(run.mode.quality or 0 for run in route.runs.values())
        consumer = problem.preferences.consumers[route.job.id]
        total += consumer.utility(result.cost, result.completion, quality, len(route.runs))
    return total


def _utilisation(by_machine: dict[str, list[_Run]]) -> int:
    """Busy time is when at least one operation runs, so that no machine is used more than fully."""
    ratios = []
    for _, runs in sorted(by_machine.items()):
        intervals = sorted((run.at.start, run.at.end) for run in runs)
        first, reached = intervals[0][0], intervals[0][0]
        busy = 0
        for start, end in intervals:
            busy += max(0, end - max(start, reached))
            reached = max(reached, end)
        ratios.append(busy / (reached - first) if reached > first else 1.0)
    return round(sum(ratios) / len(ratios) * MILLION)


# --- claims -----------------------------------------------------------------------------------------------------


def _check_claims(problem: Problem, plan: Plan, true: Measures) -> Iterator[Violation]:
    for field in fields(Measures):
        said, is_ = getattr(plan.measures, field.name), getattr(true, field.name)
        if said != is_ and (said is None or is_ is None):
            yield Violation("claim", f"measures.{field.name}", f"said {said}, is {is_}")
        elif said != is_:
            scale = 1 if field.name in ("cost", "makespan", "energy") else MILLION
            yield Violation("claim", f"measures.{field.name}", f"said {said / scale:g}, is {is_ / scale:g}")
    objective = Objective.parse(plan.objective)
    try:
        value = objective.value(true, len(problem.jobs))
    except InputError as error:
        yield Violation("claim", "objective", error.message)
        return
    if plan.value != value:
        yield Violation("claim", "value", f"said {plan.value / MILLION:g}, {objective} is {value / MILLION:g}")
    if plan.lower_bound is None:
        if plan.status == "optimal":
            yield Violation("claim", "status", "said optimal, but no bound is claimed")
        return
    if plan.lower_bound > value:
        yield Violation(
            "claim", "lower_bound", f"{plan.lower_bound / MILLION:g} is above the value {value / MILLION:g}"
        )
    if plan.status == "optimal" and plan.lower_bound != value:
        yield Violation("claim", "status", "said optimal, but the bound is below the value")
    if plan.bound_kind == "certified":
        try:
            proved = certified_bound(problem, objective, plan.prices)
        except InputError as error:
            yield Violation("claim", "prices", str(error))
            return
        if proved is None or plan.lower_bound > proved:
            known = "nothing" if proved is None else f"{proved / MILLION:g}"
            yield Violation(
                "claim", "bound_kind", f"said certified, but recomputing proves {known}; such a bound is only attested"
            )


def certified_bound(problem: Problem, objective: Objective, prices: Prices = ()) -> int | None:
    """The lower bound (millionths) that anyone can recompute for this objective, None for utility.

    A weighted sum of measures is at least the weighted sum of what each is at least. Cost: the cheapest route of every
    job on its own (Radmanesh 2021; `model.bound`), exact when machines do not bind. Makespan and tardiness: the longest
    paths, and for the makespan what machines must do (`model.floors`). Energy: the least of every operation. prices of
    machines' time prove more of the cost if that counts, else of the makespan. Raises InputError for prices that cannot
    be.
    """
    if objective.only == UTILITY:
        return None
    # Both need numpy, which reading a problem should not load.
    from hanse.model.bound import cost_bound_at
    from hanse.model.floors import makespan_floor, tardiness_floor

    counts = objective.weight
    cost = problem.cost_bound if counts("cost") else 0
    if counts("cost") and prices:
        cost = max(cost, cost_bound_at(problem, prices))
    return objective.millionths(
        cost=cost,
        makespan=makespan_floor(problem, () if counts("cost") else prices) if counts("makespan") else 0,
        tardiness=tardiness_floor(problem) if counts("tardiness") else 0,
        energy=problem.floors.energy if counts("energy") else 0,
    )
