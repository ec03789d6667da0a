"""What is planned under preferences: a problem, its consumers, and what the members said when asked.

The planner's view holds no parameter of a member: only `refusals`, pairs of works that one member would not hold
together. A refusal is *unavoidable* if neither work can go anywhere else within budget and quality (in the case of
Zhang 2019 one provider has the only scanner): no plan respects it, so it is no constraint but a task for promotion
(`promotion.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np

from hanse.errors import InfeasibleError, InputError
from hanse.model.objective import unknown_utility
from hanse.model.preferences import Place, Preferences
from hanse.model.problem import Job, Problem
from hanse.model.utility import Consumer
from hanse.planning.preferences.choices import Choices, chain, choices_of
from hanse.planning.preferences.member import Member, Work
from hanse.units import MILLION


@dataclass(frozen=True, slots=True)
class Selection:
    """One way to provide a job within its budget and least quality. modes: position of the mode of each operation.
    worth: millionths of utility from cost and quality."""

    modes: tuple[int, ...]
    worth: int


@dataclass(frozen=True)
class Question:
    """consumers and reputations (η, millionths): by job id. refusals: (declined, beside). Raises InputError for jobs
    that are not chains with a due date, machines that are not plain (one operation at a time, always open), or missing
    consumers; the due date is a limit here, not a wish."""

    problem: Problem
    consumers: Mapping[str, Consumer]
    reputations: Mapping[str, int]
    refusals: frozenset[tuple[Place, Place]]

    @classmethod
    def of(cls, problem: Problem) -> Question:
        """What a problem asks by its own preferences. All its refusals are limits, so InfeasibleError is raised if one
        cannot be avoided; InputError as for any question, or if the problem has no preferences."""
        if problem.preferences is None:
            raise unknown_utility()
        known = problem.preferences
        question = cls(problem, known.consumers, known.reputations, known.refusals)
        for declined, beside in sorted(known.refusals - question.avoidable):
            raise InfeasibleError(
                f"both works have one possible machine, and its member refuses {declined.job}, {declined.operation} "
                f"beside {beside.job}, {beside.operation}",
                where=f"preferences, refusals, machine {declined.machine}",
                hint="drop the refusal and promote the work (compensation), or offer it to more providers",
            )
        return question

    @cached_property
    def carried(self) -> Problem:
        """The problem with these preferences in it, to be written to a file and solved for `utility`. Refusals that
        nobody can avoid are left out: they are for promotion."""
        consumers = {job.id: self.consumers[job.id] for job in self.problem.jobs}
        reputations = {job.id: self.reputations[job.id] for job in self.problem.jobs}
        return replace(self.problem, preferences=Preferences(consumers, reputations, self.avoidable))

    def __post_init__(self) -> None:
        for machine in self.problem.machines.values():
            if machine.capacity != 1 or machine.budget is not None or machine.available is not None:
                raise InputError("is not a machine for one operation at a time without limits", where=machine.id)
        if self.problem.transport is not None and any(
            map(any, self.problem.transport.time + self.problem.transport.cost)
        ):
            raise InputError("preferences plan without transport", where="transport")
        for job in self.problem.jobs:
            self._check(job)

    def _check(self, job: Job) -> None:
        where = f"job {job.id}"
        if job.id not in self.consumers:
            raise InputError("its consumer's preferences are missing", where=where)
        if not 0 <= self.reputations.get(job.id, -1) <= MILLION:
            raise InputError("its reputation is not between 0 and 1", where=where)
        if len(job.plans) != 1 or job.release or job.due is None:
            raise InputError("needs one process plan, release 0 and a due date", where=where)
        operations = job.plans[0].operations
        if operations[0].after or any(b.after != (a.id,) for a, b in pairwise(operations)):
            raise InputError("its operations are not a chain in the order listed", where=where)
        if any(mode.duration == 0 for operation in operations for mode in operation.modes):
            raise InputError("has an operation without duration", where=where)

    @cached_property
    def avoidable(self) -> frozenset[tuple[Place, Place]]:
        """The refusals a plan must respect: at least one of the two works can go elsewhere, or nowhere there."""
        return frozenset(pair for pair in self.refusals if not all(place in self.forced for place in pair))

    @cached_property
    def forced(self) -> frozenset[Place]:
        """Operations that can run on one machine only within budget, quality and due date. Raises as `choices` does."""
        found = set()
        for job, choices in zip(self.problem.jobs, self.choices, strict=True):
            codes = np.flatnonzero(choices.keeps)
            for operation, radix in zip(chain(job), choices.radix, strict=True):
                picked = np.unique(codes // radix % len(operation.modes))
                if len(picked) == 1:
                    found.add(Place(job.id, operation.id, operation.modes[picked[0]].machine))
        return frozenset(found)

    @cached_property
    def choices(self) -> tuple[Choices, ...]:
        """The ways to provide each job, in the order of the problem. Raises as `choices_of` does."""
        return tuple(choices_of(job, self.consumers[job.id]) for job in self.problem.jobs)

    @cached_property
    def selections(self) -> tuple[tuple[Selection, ...], ...]:
        """Of each job, the ways that keep budget, least quality and due date. Raises as `choices` does."""
        found = []
        for job, choices in zip(self.problem.jobs, self.choices, strict=True):
            sizes = [len(operation.modes) for operation in chain(job)]
            found.append(
                tuple(
                    Selection(
                        tuple(int(code) // r % size for r, size in zip(choices.radix, sizes, strict=True)),
                        int(choices.worth[code]),
                    )
                    for code in np.flatnonzero(choices.keeps)
                )
            )
        return tuple(found)


def ask(
    problem: Problem, consumers: Mapping[str, Consumer], reputations: Mapping[str, int], members: Mapping[str, Member]
) -> Question:
    """Ask every member about all the work it could be given. members: by enterprise id; those left out refuse nothing.
    Raises InputError as `Question` does."""
    asked: dict[str, list[Work]] = {name: [] for name in members}
    for job in problem.jobs:
        for operation in chain(job):
            for mode in operation.modes:
                owner = problem.owner[mode.machine].id
                if owner in asked:
                    asked[owner].append(
                        Work(
                            job.id, operation.id, mode.machine, operation.service, mode.duration,
                            reputations.get(job.id, 0),
                        )
                    )  # fmt: skip
    refusals = set()
    for name, works in asked.items():
        for declined, beside in members[name].refusals(works):
            pair = (_place(works[declined]), _place(works[beside]))
            if pair[0][:2] != pair[1][:2]:  # two machines for one operation are never held together
                refusals.add(pair)
    return Question(problem, consumers, reputations, frozenset(refusals))


def _place(work: Work) -> Place:
    return Place(work.job, work.operation, work.machine)
