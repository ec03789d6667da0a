"""A problem as columns of integers: what everything that works on all of it at once begins with.

Numbers count from 0 in the order of the file, operations over all plans of all jobs, modes over all operations; so they
are those of the problem's rows (`rows.py`), of the leaves of its certificates and of the forests of `planning`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from hanse.model.problem import Mode, Problem

Column = npt.NDArray[np.int64]
"""One field of all rows of a kind; -1 is none."""


@dataclass(frozen=True, eq=False)
class Facts:
    """A problem as columns of integers, in the order of its rows; -1 is none. What vectorised readers work on.

    Operation i has the modes first_mode[i] … first_mode[i + 1] - 1 and the arcs first_arc[i] … first_arc[i + 1] - 1;
    the other `first_…` columns are of the same kind and one longer than what they index.
    """

    site_x: Column
    site_y: Column
    site_placed: Column
    leg_cost: Column
    """(sites, sites), from and to; all zero without transport data."""
    leg_time: Column
    transport: bool
    enterprise_site: Column
    enterprise_reliability: Column
    machine_enterprise: Column
    machine_site: Column
    machine_capacity: Column
    machine_budget: Column
    machine_power: Column
    machine_always: Column
    first_window: Column
    window_machine: Column
    window_start: Column
    window_end: Column
    job_origin: Column
    job_destination: Column
    job_release: Column
    job_due: Column
    job_weight: Column
    job_budget: Column
    job_min_quality: Column
    job_single: Column
    first_plan: Column
    first_job_operation: Column
    plan_job: Column
    first_operation: Column
    operation_job: Column
    operation_plan: Column
    operation_last: Column
    first_arc: Column
    arc_earlier: Column
    first_mode: Column
    mode_machine: Column
    mode_duration: Column
    mode_cost: Column
    mode_energy: Column
    mode_quality: Column


def _column(values: Iterable[int | None]) -> Column:
    return np.array([-1 if value is None else value for value in values], dtype=np.int64)


def starts(counts: Iterable[int]) -> Column:
    """Where each group begins, and where the last one ends."""
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(np.fromiter(counts, dtype=np.int64))])


def facts_of(problem: Problem) -> Facts:
    """The columns of a problem, from scratch: ask for `Problem.facts`, which keeps them."""
    site_index = problem.site_index
    machines = list(problem.machines.values())
    plans = [plan for job in problem.jobs for plan in job.plans]
    operations = [operation for plan in plans for operation in plan.operations]
    first_plan = starts(len(job.plans) for job in problem.jobs)
    first_operation = starts(len(plan.operations) for plan in plans)
    plan_job = np.repeat(np.arange(len(problem.jobs)), np.diff(first_plan))
    operation_plan = np.repeat(np.arange(len(plans)), np.diff(first_operation))
    earlier: list[list[int]] = []
    awaited: set[int] = set()
    for begin, plan in zip(first_operation.tolist(), plans, strict=False):
        place = {operation.id: begin + i for i, operation in enumerate(plan.operations)}
        for operation in plan.operations:
            earlier.append([place[name] for name in dict.fromkeys(operation.after)])
            awaited.update(earlier[-1])
    first_mode = starts(len(operation.modes) for operation in operations)
    lists = [operation.modes for operation in operations]
    mode_machine = _machines_of(lists, {machine.id: i for i, machine in enumerate(machines)}, int(first_mode[-1]))
    duration, cost, energy = (_item(lists, item, len(mode_machine)) for item in (1, 2, 3))
    qualities = [mode[4] for mode in chain.from_iterable(lists)]
    machine_enterprise = _column(i for i, e in enumerate(problem.enterprises) for _ in e.machines)
    enterprise_site = _column(site_index[e.site] for e in problem.enterprises)
    windows = [(i, *window) for i, machine in enumerate(machines) for window in machine.available or ()]
    sites, transport = len(problem.sites), problem.transport
    zero = np.zeros((sites, sites), dtype=np.int64)
    last = np.ones(len(operations), dtype=np.int64)
    last[list(awaited)] = 0
    return Facts(
        site_x=_column(site.position[0] if site.position else 0 for site in problem.sites),
        site_y=_column(site.position[1] if site.position else 0 for site in problem.sites),
        site_placed=_column(site.position is not None for site in problem.sites),
        leg_cost=np.array(transport.cost, dtype=np.int64).reshape(sites, sites) if transport else zero,
        leg_time=np.array(transport.time, dtype=np.int64).reshape(sites, sites) if transport else zero,
        transport=transport is not None,
        enterprise_site=enterprise_site,
        enterprise_reliability=_column(e.reliability for e in problem.enterprises),
        machine_enterprise=machine_enterprise,
        machine_site=enterprise_site[machine_enterprise] if machines else enterprise_site[:0],
        machine_capacity=_column(machine.capacity for machine in machines),
        machine_budget=_column(machine.budget for machine in machines),
        machine_power=_column(machine.power for machine in machines),
        machine_always=_column(machine.available is None for machine in machines),
        first_window=starts(len(machine.available or ()) for machine in machines),
        window_machine=_column(window[0] for window in windows),
        window_start=_column(window[1] for window in windows),
        window_end=_column(window[2] for window in windows),
        job_origin=_column(None if job.origin is None else site_index[job.origin] for job in problem.jobs),
        job_destination=_column(
            None if job.destination is None else site_index[job.destination] for job in problem.jobs
        ),
        job_release=_column(job.release for job in problem.jobs),
        job_due=_column(job.due for job in problem.jobs),
        job_weight=_column(job.weight for job in problem.jobs),
        job_budget=_column(job.budget for job in problem.jobs),
        job_min_quality=_column(job.min_quality for job in problem.jobs),
        job_single=_column(job.single_workpiece for job in problem.jobs),
        first_plan=first_plan,
        first_job_operation=first_operation[first_plan],
        plan_job=plan_job,
        first_operation=first_operation,
        operation_job=plan_job[operation_plan],
        operation_plan=operation_plan,
        operation_last=last,
        first_arc=starts(map(len, earlier)),
        arc_earlier=_column(chain.from_iterable(earlier)),
        first_mode=first_mode,
        mode_machine=mode_machine,
        mode_duration=duration,
        mode_cost=cost,
        mode_energy=energy,
        mode_quality=_column(qualities) if None in qualities else np.array(qualities, dtype=np.int64),
    )


def _item(lists: Sequence[tuple[Mode, ...]], item: int, count: int) -> Column:
    """One item of all modes. By number and mapped in C: reading attributes one by one takes three times as long."""
    return np.fromiter(map(itemgetter(item), chain.from_iterable(lists)), dtype=np.int64, count=count)


def _machines_of(lists: Sequence[tuple[Mode, ...]], number: Mapping[str, int], count: int) -> Column:
    """Machine numbers of all modes. Equal lists, the common case, are looked up once."""
    known: dict[tuple[str, ...], Column] = {}
    result, at, name = np.empty(count, dtype=np.int64), 0, itemgetter(0)
    for modes in lists:
        names = tuple(map(name, modes))
        numbers = known.get(names)
        if numbers is None:
            numbers = known[names] = np.array([number[one] for one in names], dtype=np.int64)
        result[at : at + len(names)] = numbers
        at += len(names)
    return result
