"""What a planner knows of preferences (Zhang 2019): what customers weigh, and what members will not hold together.

No parameter of a member is here: it was asked, and `refusals` are its answers. Under the objective `utility` they are
limits, and so are due dates; under every other objective they are not asked about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from hanse.errors import InputError
from hanse.model.utility import Consumer
from hanse.units import MILLION

if TYPE_CHECKING:
    from hanse.model.problem import Problem


class Place(NamedTuple):
    """An operation on a machine."""

    job: str
    operation: str
    machine: str


@dataclass(frozen=True)
class Preferences:
    """consumers and reputations (η, millionths): by job id. refusals: (declined, beside), works one member would not
    hold together. Raises InputError for a reputation that is not between 0 and 1 or missing."""

    consumers: Mapping[str, Consumer]
    reputations: Mapping[str, int]
    refusals: frozenset[tuple[Place, Place]] = frozenset()

    def __post_init__(self) -> None:
        for job in self.consumers:
            if not 0 <= self.reputations.get(job, -1) <= MILLION:
                raise InputError("its reputation is not between 0 and 1", where=f"preferences, job {job}")

    def check(self, problem: Problem) -> None:
        """Raises InputError if a job of the problem has no consumer, or a name is not the problem's."""
        jobs = {job.id: {o.id for plan in job.plans for o in plan.operations} for job in problem.jobs}
        for name in (*jobs, *self.consumers):
            if (name in jobs) != (name in self.consumers):
                said = "its consumer's preferences are missing" if name in jobs else "the problem has no such job"
                raise InputError(said, where=f"preferences, job {name}")
        for place in {place for pair in self.refusals for place in pair}:
            if place.operation not in jobs.get(place.job, ()) or place.machine not in problem.machines:
                raise InputError("the problem has no such work", where=f"preferences, refusals, {', '.join(place)}")

    def words(self) -> dict[str, Any]:
        """Everything as plain values, for the document a problem's root commits to."""
        return {
            "consumers": [
                [job, str(c.cost_decay), str(c.time_decay), list(c.weights), c.best, self.reputations[job]]
                for job, c in sorted(self.consumers.items())
            ],
            "refusals": sorted([list(declined), list(beside)] for declined, beside in self.refusals),
        }
