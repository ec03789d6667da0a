"""What a trade-off is between: named functions of a checked plan, each with its sense.

    makespan, cost, tardiness, energy   as the judge measures them (`model.plan.Measures`); smaller is better
    total_energy         energy + idle + transport: idle machines draw `Extras.idle_percent` of their power between
                         their first start and last end, moving takes `Extras.transport_energy` per unit of time
    utilisation          mean over used machines of busy ÷ (last end - first start): Ramakurthi 2022, Eq. (2), read as a
                         mean of ratios (the judge's reading); larger is better
    pooled_utilisation   the other reading of Eq. (2): Σ busy ÷ Σ (last end - first start) over used machines
    reliability          product over used enterprises (the judge's reading); larger is better
    machine_reliability  product over used machines of their owners' reliability (models.md, section 4)

Values are integers: whole units of the problem, or millionths for tardiness, utilisation and reliability.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hanse.errors import InputError
from hanse.model.check import measure
from hanse.model.plan import Assignment
from hanse.model.problem import Job, Problem, ProcessPlan
from hanse.units import MILLION

NAMES = (
    "makespan",
    "cost",
    "tardiness",
    "energy",
    "total_energy",
    "utilisation",
    "pooled_utilisation",
    "reliability",
    "machine_reliability",
)
"""All objectives, in the order in which the decoder writes them."""

LARGER = frozenset({"utilisation", "pooled_utilisation", "reliability", "machine_reliability"})
"""Objectives of which more is better."""

WHOLE = frozenset({"makespan", "cost", "energy", "total_energy"})
"""Objectives in whole units; the others are in millionths."""

JUDGED = ("makespan", "cost", "tardiness", "energy", "utilisation", "reliability")
"""Objectives the judge measures itself."""


@dataclass(frozen=True, slots=True)
class Extras:
    """Energy beyond that of the modes, for `total_energy`. idle_percent: share of a machine's power it draws while it
    waits, 0 to 100. transport_energy: energy units per unit of time of every leg, from 0. Raises InputError."""

    idle_percent: int = 0
    transport_energy: int = 0

    def __post_init__(self) -> None:
        for name, most in (("idle_percent", 100), ("transport_energy", 10**6)):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
                raise InputError(f"{value!r} is not an integer from 0 to {most}", where=name)


def parse(text: str | Sequence[str]) -> tuple[str, ...]:
    """Objectives from `makespan,energy` or a sequence of names. Raises InputError unless they are two or more."""
    given = [part.strip() for part in text.split(",")] if isinstance(text, str) else list(text)
    for name in given:
        if name not in NAMES:
            raise InputError(f'"{name}" is not an objective', where="objectives", hint=f"use {', '.join(NAMES)}")
    if len(set(given)) < len(given):
        raise InputError("an objective is named twice", where="objectives", hint="name each once")
    if len(given) < 2:
        raise InputError(
            "a trade-off needs two objectives",
            where="objectives",
            hint="name two or more, such as makespan,energy; for one alone use hanse solve",
        )
    return tuple(given)


def values(problem: Problem, assignments: Iterable[Assignment], names: Sequence[str], extras: Extras) -> list[int]:
    """The objectives of complete assignments, in the order of `names`."""
    given = tuple(assignments)
    judged = measure(problem, given)
    return [
        getattr(judged, name) if name in JUDGED else _OTHERS[name](problem, given, judged.energy, extras)
        for name in names
    ]


def minimised(name: str, value: int) -> int:
    """The value with the sign with which less is better."""
    return -value if name in LARGER else value


def _total_energy(problem: Problem, given: Sequence[Assignment], energy: int, extras: Extras) -> int:
    idle = sum(problem.machines[name].power * (span - busy) for name, (busy, span) in _loads(given).items())
    return energy + round(idle * extras.idle_percent / 100) + extras.transport_energy * _moving(problem, given)


def _pooled(problem: Problem, given: Sequence[Assignment], energy: int, extras: Extras) -> int:
    del problem, energy, extras
    loads = _loads(given).values()
    spans = sum(span for _, span in loads)
    return round(sum(busy for busy, _ in loads) / spans * MILLION) if spans else MILLION


def _machine_reliability(problem: Problem, given: Sequence[Assignment], energy: int, extras: Extras) -> int:
    del energy, extras
    product = 1.0
    for name in sorted({at.machine for at in given}):
        product *= problem.owner[name].reliability / MILLION
    return round(product * MILLION)


_OTHERS = {
    "total_energy": _total_energy,
    "pooled_utilisation": _pooled,
    "machine_reliability": _machine_reliability,
}


def _loads(given: Sequence[Assignment]) -> dict[str, tuple[int, int]]:
    """For each used machine the time at which at least one operation runs, and last end - first start."""
    by_machine: dict[str, list[tuple[int, int]]] = {}
    for at in given:
        by_machine.setdefault(at.machine, []).append((at.start, at.end))
    loads = {}
    for name, runs in by_machine.items():
        runs.sort()
        reached = first = runs[0][0]
        busy = 0
        for start, end in runs:
            busy += max(0, end - max(start, reached))
            reached = max(reached, end)
        loads[name] = busy, reached - first
    return loads


def _moving(problem: Problem, given: Sequence[Assignment]) -> int:
    """Time of all legs: between operations along arcs, from origins and to destinations."""
    if problem.transport is None:
        return 0
    site = {(at.job, at.operation): problem.machine_site[at.machine] for at in given}
    chosen = {at.job: at.plan for at in given}
    total = 0
    for job in problem.jobs:
        plan = next(plan for plan in job.plans if plan.id == chosen[job.id])
        total += sum(problem.transport_time(a, b) for a, b in _legs(problem, job, plan, site))
    return total


def _legs(problem: Problem, job: Job, plan: ProcessPlan, site: dict[tuple[str, str], int]) -> list[tuple[int, int]]:
    legs = [(site[job.id, a], site[job.id, b]) for a, b in plan.arcs()]
    if job.origin is not None:
        legs += [(problem.site_index[job.origin], site[job.id, o.id]) for o in plan.first()]
    if job.destination is not None:
        legs += [(site[job.id, o.id], problem.site_index[job.destination]) for o in plan.last()]
    return legs
