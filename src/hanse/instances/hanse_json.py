"""Readers and writers of `hanse-problem/1` and `hanse-plan/1`: wire shapes to model and back."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TypeVar

import msgspec
from msgspec import UNSET

from hanse.errors import InputError
from hanse.instances import wire
from hanse.model.plan import Assignment, Measures, Plan
from hanse.model.preferences import Place, Preferences
from hanse.model.problem import (
    Enterprise,
    Job,
    Machine,
    Mode,
    Operation,
    Problem,
    ProcessPlan,
    Site,
    Transport,
)
from hanse.model.utility import Consumer
from hanse.units import Units, decimal, millionths

NAME = "hanse"
SUFFIX = ".json"

_ShapeT = TypeVar("_ShapeT", wire.ProblemShape, wire.PlanShape)


def recognises(data: bytes) -> bool:
    """Whether the content looks like JSON (an object), whatever the file is called."""
    return data.lstrip()[:1] == b"{"


def read_problem(data: bytes, name: str = "") -> Problem:
    """A problem from `hanse-problem/1` bytes. Raises InputError naming the path into the file. (`name` is unused: the
    file names itself.)"""
    del name
    return _problem(_decode(data, wire.ProblemShape, "hanse-problem/1"))


def read_plan(data: bytes) -> Plan:
    """A plan from `hanse-plan/1` bytes. Raises InputError naming the path into the file."""
    shape = _decode(data, wire.PlanShape, "hanse-plan/1")
    m = shape.measures
    return Plan(
        problem=shape.problem,
        assignments=tuple(Assignment(a.job, a.plan, a.operation, a.machine, a.start, a.end) for a in shape.assignments),
        measures=Measures(
            m.cost,
            m.makespan,
            millionths(m.tardiness, where="measures.tardiness"),
            m.energy,
            millionths(m.utilisation, where="measures.utilisation"),
            millionths(m.reliability, where="measures.reliability"),
            None if m.utility is None else millionths(m.utility, where="measures.utility"),
        ),
        objective=shape.objective,
        value=millionths(shape.value, where="value"),
        lower_bound=None if shape.lower_bound is None else millionths(shape.lower_bound, where="lower_bound"),
        bound_kind=shape.bound_kind,
        status=shape.status,
        solver=shape.solver,
        seconds=shape.seconds,
        prices=tuple((name, millionths(price, where=f"prices.{name}")) for name, price in (shape.prices or {}).items()),
    )


def write_problem(problem: Problem) -> bytes:
    """Indented-by-row JSON of a problem; reading it back gives an equal problem with the same root."""
    return _dump(msgspec.to_builtins(_problem_shape(problem)))


def write_enterprise(enterprise: Enterprise) -> str:
    """JSON of an enterprise, as it stands among a problem's `enterprises`."""
    return json.dumps(msgspec.to_builtins(_enterprise_shape(enterprise)), indent=1, ensure_ascii=False)


def write_plan(plan: Plan) -> bytes:
    """JSON of a plan; reading it back gives an equal plan."""
    m = plan.measures
    shape = wire.PlanShape(
        format="hanse-plan/1",
        problem=plan.problem,
        solver=plan.solver,
        objective=plan.objective,
        value=decimal(plan.value),
        lower_bound=None if plan.lower_bound is None else decimal(plan.lower_bound),
        bound_kind=plan.bound_kind,
        status=plan.status,
        seconds=plan.seconds,
        measures=wire.MeasuresShape(
            m.cost,
            m.makespan,
            decimal(m.tardiness),
            m.energy,
            decimal(m.utilisation),
            decimal(m.reliability),
            None if m.utility is None else decimal(m.utility),
        ),
        assignments=[wire.AssignmentShape(*a) for a in plan.assignments],
        prices={name: decimal(price) for name, price in plan.prices} or UNSET,
    )
    return _dump(msgspec.to_builtins(shape))


def _dump(value: dict[str, object]) -> bytes:
    """One line per item of the outer lists: readable, diffable and still compact for large problems."""
    parts = []
    for key, inner in value.items():
        if isinstance(inner, list) and inner:
            rows = ",\n  ".join(json.dumps(row, ensure_ascii=False) for row in inner)
            parts.append(f" {json.dumps(key)}: [\n  {rows}]")
        else:
            parts.append(f" {json.dumps(key)}: {json.dumps(inner, ensure_ascii=False)}")
    return ("{\n" + ",\n".join(parts) + "\n}\n").encode()


def _decode(data: bytes, shape: type[_ShapeT], expected: str) -> _ShapeT:
    try:
        return msgspec.json.decode(data, type=shape)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at `")
        found = _format_of(data)
        if found is not None and found != expected:
            raise InputError(
                f'the file says format "{found}"', where="format", hint=f"a {expected} file is expected here"
            ) from None
        raise InputError(
            message, where=path.rstrip("`").removeprefix("$.") or "the file", hint="see `hanse schema`"
        ) from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise InputError(
            f"not complete, valid JSON: {error}", where="the file", hint="is it truncated or edited by hand?"
        ) from None


def _format_of(data: bytes) -> str | None:
    class Head(msgspec.Struct):
        format: str

    try:
        return msgspec.json.decode(data, type=Head).format
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return None


# --- wire to model ----------------------------------------------------------------------------------------------


def _problem(shape: wire.ProblemShape) -> Problem:
    sites = tuple(Site(s.id, s.position) for s in shape.sites)
    units = Units(shape.units.time, shape.units.money, shape.units.distance, shape.units.energy)
    enterprises = tuple(_enterprise(e, i) for i, e in enumerate(shape.enterprises))
    power = {machine.id: machine.power for e in enterprises for machine in e.machines}
    return Problem(
        name=shape.name,
        sites=sites,
        enterprises=enterprises,
        jobs=tuple(_job(job, f"jobs[{i}]", power) for i, job in enumerate(shape.jobs)),
        units=units,
        transport=None if shape.transport is None else _transport(shape.transport, sites),
        preferences=None if shape.preferences is None else _preferences(shape.preferences),
    )


def _preferences(shape: wire.PreferencesShape) -> Preferences:
    consumers: dict[str, Consumer] = {}
    reputations = {}
    for i, c in enumerate(shape.consumers):
        where = f"preferences.consumers[{i}]"
        if c.job in consumers:
            raise InputError(f'job "{c.job}" appears twice', where=where)
        try:
            best = millionths(c.best, where="best")
            consumers[c.job] = Consumer(c.cost_decay, c.time_decay, c.weights, best)
            reputations[c.job] = millionths(c.reputation, where="reputation")
        except InputError as error:
            raise error.at(where) from None
    return Preferences(
        consumers, reputations, frozenset((Place(*declined), Place(*beside)) for declined, beside in shape.refusals)
    )


def _transport(shape: wire.TransportShape, sites: tuple[Site, ...]) -> Transport:
    matrices = (shape.cost, shape.time)
    rates = (shape.cost_per_distance, shape.time_per_distance)
    if any(m is not UNSET for m in matrices) and any(r is not UNSET for r in rates):
        raise InputError("gives both matrices and rates", where="transport", hint="keep one of the two")
    if any(r is not UNSET for r in rates):
        cost, time = (0.0 if isinstance(r, msgspec.UnsetType) else r for r in rates)
        millionths(cost, where="transport.cost_per_distance")
        millionths(time, where="transport.time_per_distance")
        return Transport.by_distance(sites, cost_rate=cost, time_rate=time)
    zero = Transport.none(len(sites)).cost
    cost_rows, time_rows = (
        zero if isinstance(m, msgspec.UnsetType) else tuple(tuple(row) for row in m) for m in matrices
    )
    return Transport(cost_rows, time_rows)


def _enterprise(shape: wire.EnterpriseShape, index: int) -> Enterprise:
    machines = tuple(
        Machine(
            id=m.id,
            services=frozenset(m.services),
            capacity=m.capacity,
            budget=m.budget,
            power=m.power,
            available=None if m.available is None else tuple(m.available),
        )
        for m in shape.machines
    )
    where = f"enterprises[{index}].reliability"
    reliability = millionths(shape.reliability, where=where)
    try:
        return Enterprise(shape.id, shape.site, machines, reliability, shape.permutation)
    except InputError as error:
        raise error.at(f"enterprises[{index}]") from None


def _job(shape: wire.JobShape, where: str, power: dict[str, int]) -> Job:
    quality = shape.min_quality
    plans = []
    for i, plan in enumerate(shape.plans):
        operations = []
        before: str | None = None
        for k, operation in enumerate(plan.operations):
            here = f"{where}.plans[{i}].operations[{k}]"
            after = operation.after
            if isinstance(after, msgspec.UnsetType):
                after = [] if before is None else [before]
            before = operation.id
            modes = tuple(_mode(mode, f"{here}.modes[{j}]", power) for j, mode in enumerate(operation.modes))
            try:
                operations.append(Operation(operation.id, operation.service, modes, tuple(after)))
            except InputError as error:
                raise error.at(here) from None
        try:
            plans.append(ProcessPlan(plan.id, tuple(operations)))
        except InputError as error:
            raise error.at(f"{where}.plans[{i}]") from None
    try:
        return Job(
            id=shape.id,
            plans=tuple(plans),
            customer=shape.customer or "",
            origin=shape.origin,
            destination=shape.destination,
            release=shape.release,
            due=shape.due,
            weight=millionths(shape.weight, where=f"{where}.weight"),
            budget=shape.budget,
            min_quality=None if quality is None else millionths(quality, where=f"{where}.min_quality"),
            single_workpiece=shape.workpiece == "single",
        )
    except InputError as error:
        raise error.at(where) from None


def _mode(shape: wire.ModeShape, where: str, power: dict[str, int]) -> Mode:
    energy = shape.energy
    if isinstance(energy, msgspec.UnsetType):
        energy = power.get(shape.machine, 0) * shape.duration
    quality = None if shape.quality is None else millionths(shape.quality, where=f"{where}.quality")
    return Mode(shape.machine, shape.duration, shape.cost, energy, quality)


# --- model to wire ----------------------------------------------------------------------------------------------


def _problem_shape(problem: Problem) -> wire.ProblemShape:
    units, transport = problem.units, problem.transport
    return wire.ProblemShape(
        format="hanse-problem/1",
        name=problem.name,
        units=wire.UnitsShape(units.time, units.money, units.distance, units.energy),
        sites=[wire.SiteShape(site.id, site.position) for site in problem.sites],
        transport=None
        if transport is None
        else wire.TransportShape([list(row) for row in transport.cost], [list(row) for row in transport.time]),
        enterprises=[_enterprise_shape(e) for e in problem.enterprises],
        jobs=[_job_shape(job) for job in problem.jobs],
        preferences=None if problem.preferences is None else _preferences_shape(problem.preferences),
    )


def _preferences_shape(known: Preferences) -> wire.PreferencesShape:
    consumers = [
        wire.ConsumerShape(job, c.cost_decay, c.time_decay, decimal(known.reputations[job]), c.weights, decimal(c.best))
        for job, c in known.consumers.items()
    ]
    return wire.PreferencesShape(consumers, sorted(known.refusals))


def _enterprise_shape(enterprise: Enterprise) -> wire.EnterpriseShape:
    machines = [
        wire.MachineShape(
            id=m.id,
            services=sorted(m.services),
            capacity=m.capacity,
            budget=m.budget,
            power=m.power,
            available=None if m.available is None else list(m.available),
        )
        for m in enterprise.machines
    ]
    reliability = decimal(enterprise.reliability)
    return wire.EnterpriseShape(enterprise.id, enterprise.site, machines, reliability, enterprise.permutation)


def _job_shape(job: Job) -> wire.JobShape:
    return wire.JobShape(
        id=job.id,
        customer=job.customer or None,
        origin=job.origin,
        destination=job.destination,
        release=job.release,
        due=job.due,
        weight=decimal(job.weight),
        budget=job.budget,
        min_quality=None if job.min_quality is None else decimal(job.min_quality),
        workpiece="single" if job.single_workpiece else None,
        plans=[_plan_shape(plan) for plan in job.plans],
    )


def _plan_shape(plan: ProcessPlan) -> wire.ProcessPlanShape:
    chain = not plan.operations[0].after and all(b.after == (a.id,) for a, b in pairwise(plan.operations))
    return wire.ProcessPlanShape(
        plan.id,
        [
            wire.OperationShape(
                operation.id,
                operation.service,
                [
                    wire.ModeShape(
                        m.machine, m.duration, m.cost, m.energy, None if m.quality is None else decimal(m.quality)
                    )
                    for m in operation.modes
                ],
                UNSET if chain else list(operation.after),
            )
            for operation in plan.operations
        ],
    )
