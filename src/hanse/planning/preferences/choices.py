"""All ways to provide one job, as arrays: what each costs, gives and is worth.

A way has a code: the position of each operation's mode as digits of a number, a digit having as many values as the
operation has modes, the first operation's digit changing fastest.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hanse.errors import InfeasibleError, InputError
from hanse.model.problem import Job, Operation
from hanse.model.utility import Consumer

Ints = npt.NDArray[np.int64]

WAYS = 20_000
"""Most ways of choosing providers for one job that are listed; beyond, the job is refused."""


class Choices(NamedTuple):
    """By code: cost (money units), quality (sum over operations, millionths), duration (time units without waiting),
    worth (millionths of utility from cost and quality), and whether budget, least quality and due date can be kept.
    radix: what one step of each operation's mode adds to the code."""

    cost: Ints
    quality: Ints
    duration: Ints
    worth: Ints
    keeps: npt.NDArray[np.bool_]
    radix: tuple[int, ...]


def chain(job: Job) -> tuple[Operation, ...]:
    """The operations of a job in their order."""
    return job.plans[0].operations


def choices_of(job: Job, consumer: Consumer) -> Choices:
    """All ways to provide a job. Raises InputError if there are more than `WAYS`, InfeasibleError if none keeps its
    limits."""
    cost, quality, duration = (np.zeros(1, dtype=np.int64) for _ in range(3))
    radix = []
    for operation in chain(job):
        radix.append(len(cost))
        if len(cost) * len(operation.modes) > WAYS:
            raise InputError(
                f"there are more than {WAYS} ways to choose its providers",
                where=f"job {job.id}",
                hint="offer each operation to fewer providers",
            )
        cost = np.add.outer([mode.cost for mode in operation.modes], cost).ravel()
        quality = np.add.outer([mode.quality or 0 for mode in operation.modes], quality).ravel()
        duration = np.add.outer([mode.duration for mode in operation.modes], duration).ravel()
    count = len(radix)
    keeps = quality >= (job.min_quality or 0) * count
    if job.budget is not None:
        keeps &= cost <= job.budget
    if job.due is not None:
        keeps &= duration <= job.due
    if not keeps.any():
        raise InfeasibleError(
            "no choice of providers keeps budget, least quality and due date together",
            where=f"job {job.id}",
            hint="raise the budget, lower the quality or move the due date",
        )
    worth = consumer.cost_terms(cost) + consumer.quality_terms(quality, count)
    return Choices(cost, quality, duration, worth, keeps, tuple(radix))
