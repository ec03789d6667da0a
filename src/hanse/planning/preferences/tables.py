"""A question as arrays, for compiled search: what every choice of providers and every completion is worth.

Broken limits are not forbidden but cost: a search may pass through plans that break one. A plan that keeps everything
is worth the sum of its consumers' utilities, exactly as the judge counts it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from hanse.model.plan import Assignment
from hanse.model.preferences import Place
from hanse.model.problem import Job
from hanse.planning.preferences.choices import Choices, Ints, chain
from hanse.planning.preferences.question import Question
from hanse.units import MILLION

BROKEN = 2 * MILLION
"""What one broken limit costs, in millionths of utility: more than any job can gain by it."""


class Tables(NamedTuple):
    """jobs: operations of job j are jobs[j] up to jobs[j + 1]. modes: likewise modes of each operation. machine,
    duration: by mode. codes: the choices of job j have their worth at codes[j] + Σ position of mode · radix[operation].
    worth: millionths, minus `BROKEN` and more where budget or quality break. times: completion t of job j is worth
    value[times[j] + t] up to its due date due[j]. partners: mode k may not be held beside
    partner[partners[k] … partners[k + 1]]; each pair appears once. machines: how many; room: most operations one
    machine may get."""

    jobs: Ints
    modes: Ints
    machine: Ints
    duration: Ints
    codes: Ints
    radix: Ints
    worth: Ints
    times: Ints
    value: Ints
    due: Ints
    partners: Ints
    partner: Ints
    machines: int
    room: int


def tables_of(question: Question) -> Tables:
    """The arrays of a question. Raises as `Question.choices` does."""
    problem, number = question.problem, {name: i for i, name in enumerate(question.problem.machines)}
    jobs, modes, machine, duration = [0], [0], list[int](), list[int]()
    codes, radix, worth = [0], list[int](), list[Ints]()
    times, value, due = [0], list[int](), list[int]()
    at: dict[Place, int] = {}
    for job, choices in zip(problem.jobs, question.choices, strict=True):
        assert job.due is not None
        consumer = question.consumers[job.id]
        radix += choices.radix
        for operation in chain(job):
            for mode in operation.modes:
                at[Place(job.id, operation.id, mode.machine)] = len(machine)
                machine.append(number[mode.machine])
                duration.append(mode.duration)
            modes.append(len(machine))
        jobs.append(len(radix))
        worth.append(_worths(job, choices))
        codes.append(codes[-1] + len(worth[-1]))
        value += [consumer.time_term(t) for t in range(job.due + 1)]
        times.append(len(value))
        due.append(job.due)
    partners, partner = _partners(question, at)
    return Tables(
        jobs=_ints(jobs),
        modes=_ints(modes),
        machine=_ints(machine),
        duration=_ints(duration),
        codes=_ints(codes),
        radix=_ints(radix),
        worth=np.concatenate(worth),
        times=_ints(times),
        value=_ints(value),
        due=_ints(due),
        partners=_ints(partners),
        partner=_ints(partner),
        machines=len(number),
        room=max(map(machine.count, set(machine))),
    )


def _ints(values: list[int]) -> Ints:
    return np.array(values, dtype=np.int64)


def _worths(job: Job, choices: Choices) -> Ints:
    """By code; ways that break budget, quality or due date are worth less than nothing, the less the more they do."""
    count = len(choices.radix)
    broken = BROKEN + np.maximum(0, (job.min_quality or 0) * count - choices.quality) // count
    if job.budget is not None:
        broken += np.maximum(0, choices.cost - job.budget) * MILLION // max(1, job.budget)
    worths: Ints = np.where(choices.keeps, choices.worth, choices.worth - broken)
    return worths


def _partners(question: Question, at: dict[Place, int]) -> tuple[list[int], list[int]]:
    beside: list[list[int]] = [[] for _ in at]
    for a, b in {tuple(sorted((at[a], at[b]))) for a, b in question.avoidable}:
        beside[a].append(b)
    ends = np.cumsum([0, *map(len, beside)])
    return [int(end) for end in ends], [other for others in beside for other in sorted(others)]


def keeps(tables: Tables, allocation: Ints, start: Ints) -> bool:
    """Whether a plan breaks no due date, budget, quality or refusal. (The rest the decoder keeps.)"""
    held = tables.modes[:-1] + allocation
    completion = (start + tables.duration[held])[tables.jobs[1:] - 1]
    code = tables.codes[:-1] + np.add.reduceat(allocation * tables.radix, tables.jobs[:-1])
    if (completion > tables.due).any() or (tables.worth[code] < 0).any():
        return False
    chosen = set(held.tolist())
    return not any(chosen & set(tables.partner[tables.partners[k] : tables.partners[k + 1]].tolist()) for k in chosen)


def assignments_of(question: Question, allocation: Ints, start: Ints) -> tuple[Assignment, ...]:
    """Names for numbers. allocation: position of the mode of each operation; start: of each operation."""
    found, n = [], 0
    for job in question.problem.jobs:
        for operation in chain(job):
            mode = operation.modes[int(allocation[n])]
            begin = int(start[n])
            found.append(Assignment(job.id, job.plans[0].id, operation.id, mode.machine, begin, begin + mode.duration))
            n += 1
    return tuple(found)
