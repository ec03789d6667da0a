"""Quotes: how one new job can be made beside everything that is promised already, as a customer chooses.

What is promised stays where it is: it is taken out of the free time, the capacity and the budgets of the machines, and
the job is planned in what is left (`beside`). Of all good compromises found, a customer sees four at most: the
cheapest, the soonest, the greenest, and the balanced one (the front's knee) where that is another (`quotes`). Each is a
plan that the judge found valid.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from hanse.errors import InfeasibleError, InputError
from hanse.model.objective import Objective
from hanse.model.plan import Assignment, Plan
from hanse.model.problem import Enterprise, Job, Machine, Operation, Problem, ProcessPlan
from hanse.planning.given import started
from hanse.planning.pareto import explore
from hanse.planning.pareto.front import judged, knee, points_of
from hanse.planning.pareto.objectives import Extras, minimised
from hanse.planning.solve import solve
from hanse.units import MILLION

KINDS = {"cheapest": "cost", "soonest": "makespan", "greenest": "energy"}
"""What a quote is called, and the objective that it is best in."""

BALANCED = "balanced"

OBJECTIVES = ("cost", "makespan", "energy", "reliability")

EVALUATIONS = 30_000
"""Plans tried at most by the search for compromises: one job has few."""

ENDS = 0.5
"""Share of the time for the best in each objective, with a bound; the rest looks for compromises."""


class Busy(NamedTuple):
    """Work that is promised. member, machine: ids; start, end: time units of the problem, half-open. again: it is work
    of the list in another reading of its time, and takes nothing of a budget."""

    member: str
    machine: str
    start: int
    end: int
    again: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    """names: what it is best in, of KINDS and BALANCED; proved: those of them that no plan beside what is promised can
    surpass. plan: judged."""

    names: tuple[str, ...]
    proved: tuple[str, ...]
    plan: Plan


def scaled(job: Job, made: int, wanted: int) -> Job:
    """The job for another quantity, by the rule of three, rounded up. made: pieces its figures are of; wanted: pieces
    that are asked for; both at least 1."""
    if made == wanted:
        return job

    def by(amount: int) -> int:
        return -(-amount * wanted // made)

    plans = tuple(
        replace(
            plan,
            operations=tuple(
                replace(
                    one,
                    modes=tuple(
                        m._replace(duration=by(m.duration), cost=by(m.cost), energy=by(m.energy)) for m in one.modes
                    ),
                )
                for one in plan.operations
            ),
        )
        for plan in job.plans
    )
    return replace(job, plans=plans)


def beside(problem: Problem, job: Job, busy: Iterable[Busy], members: Iterable[str], name: str) -> Problem:
    """The question how `job` can be made on the problem's machines in what `busy` leaves of them.

    members: ids of those that may work for it. name: of the new problem. A machine that runs several operations at once
    keeps the capacity that is free at every moment; moments at which none is are closed. Raises InfeasibleError if
    nobody who may is left for an operation.
    """
    able, held = set(members), list(busy)
    end = _horizon(problem, job, held)
    houses, machines = [], dict[str, Machine]()
    for house in problem.enterprises:
        if house.id not in able:
            continue
        left = []
        for machine in house.machines:
            free = _left(machine, _works(house, machine, held), end)
            if free is not None:
                left.append(free)
                machines[free.id] = free
        # One job keeps every order; what it keeps with the promised ones is in what is left.
        houses.append(replace(house, machines=tuple(left), permutation=False))
    plans = [found for plan in job.plans if (found := _open(plan, machines)) is not None]
    if not plans:
        raise InfeasibleError(
            "nobody who may work for it has time for all it takes",
            where=f"job {job.id}",
            hint="have more members matched, or bring newer figures",
        )
    return Problem(
        name, problem.sites, tuple(houses), (replace(job, plans=tuple(plans)),), problem.units, problem.transport
    )


def clash(problem: Problem, works: Iterable[Assignment], busy: Iterable[Busy]) -> tuple[Assignment, Busy] | None:
    """The first work of a valid plan for which its machine has no room beside what is promised, and what is in its
    way; None if all have. busy: in units of the problem, its time 0 being that of the plan."""
    capacities = {(house.id, one.id): one.capacity for house in problem.enterprises for one in house.machines}
    promised: dict[tuple[str, str], list[Busy]] = {}
    for one in busy:
        promised.setdefault((one.member, one.machine), []).append(one)
    planned: dict[tuple[str, str], list[Assignment]] = {}
    for at in works:
        planned.setdefault((problem.owner[at.machine].id, at.machine), []).append(at)
    for machine, mine in planned.items():
        capacity, others = capacities[machine], promised.get(machine, [])
        if capacity is None or not others:
            continue
        spans = [(one.start, one.end) for one in mine] + [(one.start, one.end) for one in others]
        for at in sorted(mine, key=lambda one: one.start):
            # How many run at once changes where a work begins, so it is most at one of these moments.
            for moment in (at.start, *(start for start, _ in spans if at.start < start < at.end)):
                met = [one for one in others if one.start <= moment < one.end]
                if met and sum(start <= moment < end for start, end in spans) > capacity:
                    return at, met[0]
    return None


def _works(house: Enterprise, machine: Machine, busy: Sequence[Busy]) -> list[Busy]:
    """What is promised of a machine from time 0 on."""
    its = [one for one in busy if (one.member, one.machine) == (house.id, machine.id) and one.end > max(0, one.start)]
    if house.permutation and its:  # nothing overtakes: the new job goes last on each of its machines
        return [*its, max(its, key=lambda one: one.end)._replace(start=0, again=True)]
    return its


def _horizon(problem: Problem, job: Job, busy: Sequence[Busy]) -> int:
    """A time by which the job is surely made if it begins when all promised work is over."""
    transport = problem.transport
    way = max((max(row, default=0) for row in transport.time), default=0) if transport else 0
    length = max(
        sum(max(mode.duration for mode in one.modes) for one in plan.operations) + way * (len(plan.operations) + 2)
        for plan in job.plans
    )
    return max([job.release, *(one.end for one in busy)]) + length + 1


def _left(machine: Machine, works: Sequence[Busy], end: int) -> Machine | None:
    """What the works leave of a machine; None if nothing."""
    if not works:
        return machine
    budget = machine.budget
    if budget is not None:
        budget -= sum(one.end - one.start for one in works if not one.again)
        if budget <= 0:
            return None
    if machine.capacity is None:
        return replace(machine, budget=budget)
    full, most = _levels(works, machine.capacity)
    windows = tuple(_without(machine.available or ((0, end),), full))
    if not windows:
        return None
    return replace(machine, budget=budget, capacity=machine.capacity - most, available=windows)


def _levels(works: Sequence[Busy], capacity: int) -> tuple[list[tuple[int, int]], int]:
    """Where `capacity` works or more run at once, in order of time, and the most that run at once elsewhere."""
    steps = sorted([(max(0, one.start), 1) for one in works] + [(one.end, -1) for one in works])
    full: list[tuple[int, int]] = []
    level = most = 0
    for i, (at, step) in enumerate(steps):
        level += step
        until = steps[i + 1][0] if i + 1 < len(steps) else at
        if until == at:
            continue
        if level < capacity:
            most = max(most, level)
        elif full and full[-1][1] == at:
            full[-1] = full[-1][0], until
        else:
            full.append((at, until))
    return full, most


def _without(windows: Iterable[tuple[int, int]], closed: Sequence[tuple[int, int]]) -> Iterable[tuple[int, int]]:
    """Windows without what is closed, both in order of time."""
    for start, end in windows:
        at = start
        for begins, ends in closed:
            if ends <= at or begins >= end:
                continue
            if begins > at:
                yield at, begins
            at = ends
        if at < end:
            yield at, end


def _open(plan: ProcessPlan, machines: dict[str, Machine]) -> ProcessPlan | None:
    """The process plan with the modes that are left; None if an operation has none."""
    operations: list[Operation] = []
    for one in plan.operations:
        modes = tuple(mode for mode in one.modes if mode.machine in machines)
        if not modes:
            return None
        operations.append(replace(one, modes=modes))
    return replace(plan, operations=tuple(operations))


def kept(problem: Problem, plan: Plan) -> Plan:
    """The plan of a quote as one of the same question asked later (`beside`). Raises InputError if something it uses
    was promised meanwhile."""
    return judged(
        problem, started(problem, Objective.parse("cost"), replace(plan, problem=problem.root)), OBJECTIVES, "quotes"
    )


def quotes(
    problem: Problem, seconds: float, *, seed: int = 0, told: Callable[[float], None] = lambda _: None
) -> tuple[Quote, ...]:
    """What a customer chooses from, the cheapest first. problem: of one job (`beside`). seconds: of search; told: hears
    the share that is over.

    Raises InputError for more jobs than one, InfeasibleError if it is proved that no plan keeps its limits, HanseError
    if none was found.
    """
    if len(problem.jobs) != 1:
        raise InputError("quotes are of one job", where="problem", hint="ask for one after the other")
    kinds = {name: of for name, of in KINDS.items() if of != "energy" or _energetic(problem)}
    best: dict[str, int] = {}
    found: list[tuple[Assignment, ...]] = []
    for i, of in enumerate(kinds.values()):
        result = solve(problem, of, time_limit=ENDS * seconds / len(kinds), seed=seed)
        if result.plan is not None:
            found.append(result.plan.assignments)
            if result.plan.lower_bound is not None:
                best[of] = result.plan.lower_bound
        told(ENDS * (i + 1) / len(kinds))
    names = tuple(one for one in OBJECTIVES if one != "energy" or "greenest" in kinds)
    front = explore(
        problem, names, time_limit=(1 - ENDS) * seconds, evaluations=EVALUATIONS, seed=seed,
        told=lambda share, _: told(ENDS + (1 - ENDS) * share),
    )  # fmt: skip
    found += [point.plan.assignments for point in front.points]
    points = points_of(problem, found, names, Extras(), "quotes")
    rows = [point.values for point in points]
    chosen: dict[int, list[str]] = {}
    for name, of in kinds.items():
        chosen.setdefault(_first(rows, names, of), []).append(name)
    middle = knee(rows, names)
    if middle not in chosen:
        chosen[middle] = [BALANCED]
    made = []
    for i, called in chosen.items():
        proved = [
            name for name in called if name in kinds and _is(rows[i][names.index(kinds[name])], best.get(kinds[name]))
        ]
        made.append(Quote(tuple(called), tuple(proved), points[i].plan))
    return tuple(sorted(made, key=lambda one: (one.plan.measures.cost, one.plan.measures.makespan)))


def _is(value: int, bound: int | None) -> bool:
    """Whether a value in whole units is its lower bound, which is in millionths."""
    return bound is not None and value * MILLION <= bound


def _energetic(problem: Problem) -> bool:
    """Whether energy is known at all."""
    return any(mode.energy for plan in problem.jobs[0].plans for one in plan.operations for mode in one.modes)


def _first(rows: Sequence[tuple[int, ...]], names: Sequence[str], of: str) -> int:
    """The row that is best in one objective, and among those in the others in their order."""
    order = [names.index(of), *(k for k, name in enumerate(names) if name != of)]
    return min(range(len(rows)), key=lambda i: [minimised(names[k], rows[i][k]) for k in order])
