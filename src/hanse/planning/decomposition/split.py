"""Who is in which part. A split names every job of the problem once; it knows nothing of solving."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from hanse.errors import InputError
from hanse.planning.decomposition.regions import Point, Regions, bisection, k_means

if TYPE_CHECKING:
    from hanse.model.problem import Job, Problem

Method = Literal["bisection", "kmeans"]


@dataclass(frozen=True, slots=True)
class Part:
    """Jobs by id, in the problem's order. machines: ids this part may use (None: every machine of the problem)."""

    name: str
    jobs: tuple[str, ...]
    machines: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Split:
    """Parts that together hold every job of the problem exactly once.

    by: in words, how it was made. Raises InputError for no parts, an empty part, a job in two parts or two parts of one
    name; `check` compares it with a problem.
    """

    by: str
    parts: tuple[Part, ...]

    def __post_init__(self) -> None:
        if not self.parts:
            raise InputError("a split has at least one part", where="parts")
        names, jobs = set[str](), set[str]()
        for part in self.parts:
            if part.name in names:
                raise InputError(f'two parts are called "{part.name}"', where="parts")
            if not part.jobs:
                raise InputError("a part without jobs is nothing to plan", where=f"part {part.name}")
            for job in part.jobs:
                if job in jobs:
                    raise InputError(f'job "{job}" is in two parts', where=f"part {part.name}")
                jobs.add(job)
            names.add(part.name)

    @property
    def restricted(self) -> bool:
        """Whether any part may use only some of the machines."""
        return any(part.machines is not None for part in self.parts)

    @property
    def disjoint(self) -> bool:
        """Whether no machine serves two parts, so that the parts' plans cannot collide."""
        used = [part.machines for part in self.parts]
        known = [machines for machines in used if machines is not None]
        return len(used) == 1 or (
            len(known) == len(used) and sum(map(len, known)) == len(frozenset[str]().union(*known))
        )

    def check(self, problem: Problem) -> None:
        """Raises InputError unless this split names exactly the jobs of `problem` and only machines it has."""
        named = {job for part in self.parts for job in part.jobs}
        for job in problem.jobs:
            if job.id not in named:
                raise InputError(f'job "{job.id}" is in no part', where="parts")
        for name in sorted(named - {job.id for job in problem.jobs}):
            raise InputError(f'the problem has no job "{name}"', where="parts")
        for part in self.parts:
            for machine in sorted(part.machines or ()):
                if machine not in problem.machines:
                    raise InputError(f'the problem has no machine "{machine}"', where=f"part {part.name}")


def by_attribute(problem: Problem, parts: int, attribute: Callable[[Job], Hashable], name: str = "attribute") -> Split:
    """Jobs of one attribute value stay together; values are spread so that the parts are about equally large.

    attribute: any function of a job with hashable results. The largest value goes first to the smallest part (longest
    processing time rule, Graham 1969), size counted in operations. Raises InputError for parts < 1 and for more parts
    than there are different values.
    """
    _count(parts)
    sizes: dict[Hashable, int] = {}
    for job in problem.jobs:
        sizes[attribute(job)] = sizes.get(attribute(job), 0) + max(len(plan.operations) for plan in job.plans)
    if parts > len(sizes):
        raise InputError(
            f"there are {len(sizes)} different values of {name} among {len(problem.jobs)} jobs, too few for {parts} "
            "parts",
            where="parts",
            hint="ask for fewer parts or split by something else",
        )
    loads = [0] * parts
    home: dict[Hashable, int] = {}
    for value in sorted(sizes, key=lambda value: -sizes[value]):  # stable: equals in the order of the problem
        home[value] = min(range(parts), key=lambda part: loads[part])
        loads[home[value]] += sizes[value]
    return _split(problem, name, [home[attribute(job)] for job in problem.jobs], parts)


def by_customer(problem: Problem, parts: int) -> Split:
    """The orders of one customer stay together."""
    return by_attribute(problem, parts, lambda job: job.customer, "customer")


def by_product(problem: Problem, parts: int) -> Split:
    """Jobs that need the same services in the same order (of their first process plan) stay together."""
    return by_attribute(problem, parts, lambda job: tuple(o.service for o in job.plans[0].operations), "product")


def deal(problem: Problem, parts: int) -> Split:
    """Consecutive jobs of the file in parts as equal as possible: only divides, asks nothing of the jobs."""
    _count(parts)
    if parts > len(problem.jobs):
        raise InputError(f"{len(problem.jobs)} jobs cannot make {parts} parts", where="parts", hint="ask for fewer")
    count = len(problem.jobs)
    return _split(problem, "turn", [place * parts // count for place in range(count)], parts)


def by_region(
    problem: Problem, parts: int, *, method: Method = "bisection", restrict: bool = False, seed: int = 0
) -> Split:
    """Jobs near each other stay together.

    A job's place is its origin, or else its destination. The plane is cut where the jobs are; if no job has a place, it
    is cut where the enterprises are. Jobs without a place are dealt to the regions in the order of the problem, each
    region in proportion to its machines: so the paper's two miners have 22 and 28 of 50 providers and 40 and 50 of 90
    demanders (Radmanesh 2021, Table 6). restrict: each part may use the machines of its own region only. seed: draws
    the start of k-means. Raises InputError for parts < 1, more parts than jobs or than different places, and for a site
    without a position.
    """
    _count(parts)
    if parts > len(problem.jobs):
        raise InputError(f"{len(problem.jobs)} jobs cannot make {parts} parts", where="parts", hint="ask for fewer")
    places = [_place(problem, job) for job in problem.jobs]
    machines = {machine: _position(problem, site) for machine, site in problem.machine_site.items()}
    if method not in get_args(Method):
        raise InputError(f'"{method}" is not a way to cut the plane', where="method", hint="use bisection or kmeans")
    points = [place for place in places if place is not None] or list(machines.values())
    regions: Regions = k_means(points, parts, seed) if method == "kmeans" else bisection(points, parts)
    own = {machine: regions.of(point) for machine, point in machines.items()}
    weights = [sum(home == part for home in own.values()) for part in range(parts)]
    shares = iter(_proportional(sum(place is None for place in places), weights))
    homes = [next(shares) if place is None else regions.of(place) for place in places]
    allowed = [frozenset(m for m, home in own.items() if home == part) for part in range(parts)] if restrict else None
    return _split(problem, "region", homes, parts, allowed)


def _count(parts: int) -> None:
    if isinstance(parts, bool) or not isinstance(parts, int) or parts < 1:
        raise InputError(f"{parts!r} is not a number of parts", where="parts", hint="ask for one part or more")


def _split(
    problem: Problem, by: str, homes: Sequence[int], parts: int, machines: Sequence[frozenset[str]] | None = None
) -> Split:
    """Parts from a part number per job; a region nobody orders from is dropped, its machines with it."""
    jobs: list[list[str]] = [[] for _ in range(parts)]
    for job, home in zip(problem.jobs, homes, strict=True):
        jobs[home].append(job.id)
    return Split(
        by,
        tuple(
            Part(f"{by} {number + 1}", tuple(jobs[number]), machines[number] if machines else None)
            for number in range(parts)
            if jobs[number]
        ),
    )


def _place(problem: Problem, job: Job) -> Point | None:
    site = job.origin if job.origin is not None else job.destination
    return None if site is None else _position(problem, problem.site_index[site])


def _position(problem: Problem, site: int) -> Point:
    position = problem.sites[site].position
    if position is None:
        raise InputError(
            "a split by region needs the position of every site",
            where=f"site {problem.sites[site].id}",
            hint="give positions, or split by customer or product",
        )
    return position


def _proportional(count: int, weights: Sequence[int]) -> list[int]:
    """A part number for each of `count` jobs, parts in proportion to their weights (largest remainders first)."""
    whole = sum(weights)
    seats = [count * weight // whole for weight in weights]
    most_due = sorted(range(len(weights)), key=lambda part: -(count * weights[part] % whole))
    for part in most_due[: count - sum(seats)]:
        seats[part] += 1
    return [part for part, seat in enumerate(seats) for _ in range(seat)]
