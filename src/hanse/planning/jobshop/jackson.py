"""Jackson's rule: the shortest schedule of a shop with two machines, P and Q (Jackson 1956; Ramakurthi 2023, Section
4).

Johnson order of a set of jobs with first time a and second time b: first those with a < b by increasing a, then the
rest by decreasing b. P runs the PQ jobs in Johnson order, then those that need P alone, then the QP jobs; Q runs the
QP jobs in Johnson order, then those that need Q alone, then the PQ jobs. Everything starts as early as that allows,
which makes the makespan least. Of several orders of equal makespan the tie rules below choose one; completion times
depend on them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from hanse.errors import InputError

Route = Literal["PQ", "QP", "P", "Q"]
Tie = Literal["second", "first"]
"""Where a job with a = b goes: `second`, with the rest (a < b first, the default); `first`, with those before
(a ≤ b first). Jobs that are still equal keep the order in which they are given."""


class TwoStep(NamedTuple):
    """A job of the shop: its route, and its duration (≥ 0) on each machine of the route in that order."""

    route: Route
    durations: tuple[int, ...]


class Run(NamedTuple):
    """A job, by its place in the input, on a machine (P or Q) in [start, end)."""

    job: int
    machine: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """Both machines' runs in their order, and the least makespan."""

    p: tuple[Run, ...]
    q: tuple[Run, ...]
    makespan: int

    def completions(self) -> dict[int, int]:
        """When each job is done."""
        done: dict[int, int] = {}
        for run in (*self.p, *self.q):
            done[run.job] = max(run.end, done.get(run.job, 0))
        return done


def johnson(times: Sequence[tuple[int, int]], tie: Tie = "second") -> list[int]:
    """Johnson's order (Johnson 1954) of jobs by their two durations, as places in `times`."""
    early = [i for i, (a, b) in enumerate(times) if a < b or (tie == "first" and a == b)]
    chosen = set(early)
    late = [i for i in range(len(times)) if i not in chosen]
    return sorted(early, key=lambda i: times[i][0]) + sorted(late, key=lambda i: -times[i][1])


def jackson(jobs: Sequence[TwoStep], tie: Tie = "second", start: int = 0) -> Schedule:
    """The schedule by Jackson's rule. start: when both machines are free. Raises InputError for a route that is none of
    PQ, QP, P, Q, or durations that do not match it."""
    for number, job in enumerate(jobs):
        if job.route not in ("PQ", "QP", "P", "Q") or len(job.durations) != len(job.route):
            raise InputError(
                f"route {job.route!r} with durations {job.durations} is not a job of a two-machine shop",
                where=f"job {number}",
                hint="use the routes PQ, QP, P or Q with one duration for each machine",
            )
        if min(job.durations) < 0:
            raise InputError(f"a duration of {min(job.durations)} is negative", where=f"job {number}")

    def ordered(route: Route) -> list[int]:
        group = [i for i, job in enumerate(jobs) if job.route == route]
        if len(route) == 1:
            return group
        return [group[k] for k in johnson([(jobs[i].durations[0], jobs[i].durations[1]) for i in group], tie)]

    arrives = [start] * len(jobs)

    def run(machine: str, group: Sequence[int], free: int) -> tuple[list[Run], int]:
        made = []
        for i in group:
            begin = max(free, arrives[i])
            free = arrives[i] = begin + jobs[i].durations[jobs[i].route.index(machine)]
            made.append(Run(i, machine, begin, free))
        return made, free

    p_first, p_free = run("P", [*ordered("PQ"), *ordered("P")], start)
    q_first, q_free = run("Q", [*ordered("QP"), *ordered("Q")], start)
    p_last, p_end = run("P", ordered("QP"), p_free)
    q_last, q_end = run("Q", ordered("PQ"), q_free)
    return Schedule((*p_first, *p_last), (*q_first, *q_last), max(p_end, q_end))
