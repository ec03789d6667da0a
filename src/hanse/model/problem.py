"""The vocabulary of planning: who can do what, where, for how long, at what price; and what is asked.

Everything is frozen and checks itself at birth; `Problem` then checks the references between the parts once, and every
later reader trusts it. Quantities are integers in the problem's units, ratios integer millionths (`hanse.units`).

The words are those of the field: a *job* (a customer's order as the planner sees it) offers one or more alternative
*process plans*; a plan is a set of *operations* under precedence; an operation has *modes*, each a machine with its
duration, cost, energy and quality. Machines belong to enterprises, which stand on *sites*.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from hanse.errors import InputError
from hanse.units import MILLION, QUANTITY_LIMIT, Units, decimal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hanse.model.facts import Facts
    from hanse.model.floors import Floors
    from hanse.model.preferences import Preferences
    from hanse.model.rows import Rows


MOST_SITES = 10_000
"""What lies between each two is kept, 16 bytes of it."""


def _bounded(value: int, where: str, *, least: int = 0) -> None:
    if not isinstance(value, int) or isinstance(value, bool):
        raise InputError(f"{value!r} is not an integer", where=where, hint="declare a finer unit and scale the file")
    if value < least:
        raise InputError(f"{value} is less than {least}", where=where)
    if value > QUANTITY_LIMIT:
        raise InputError(f"{value} is larger than {QUANTITY_LIMIT}", where=where, hint="declare a coarser unit")


def _named(identifier: str, what: str) -> None:
    if not identifier or len(identifier) > 128 or not identifier.isprintable():
        raise InputError(f"{identifier[:140]!r} cannot name a {what}", where=what, hint="use 1 to 128 printable signs")


def _ratio(value: int | None, where: str) -> None:
    if value is not None and not 0 <= value <= MILLION:
        raise InputError(f"{decimal(value)} is not between 0 and 1", where=where)


def _unique(identifiers: Iterable[str], what: str) -> None:
    seen: set[str] = set()
    for identifier in identifiers:
        if identifier in seen:
            raise InputError(f'"{identifier}" appears twice', where=what, hint="give each its own id")
        seen.add(identifier)


@dataclass(frozen=True, slots=True)
class Site:
    """A place on the plane; `position` is (x, y) in distance units, or None where transport is a matrix."""

    id: str
    position: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        _named(self.id, "site")
        for value in self.position or ():
            _bounded(abs(value), f"site {self.id}, position")


@dataclass(frozen=True, slots=True)
class Transport:
    """Cost and time of moving a workpiece: square matrices over the sites in their order, indexed `[from][to]`."""

    cost: tuple[tuple[int, ...], ...]
    time: tuple[tuple[int, ...], ...]

    def __post_init__(self) -> None:
        for name, matrix in (("cost", self.cost), ("time", self.time)):
            if len(matrix) != len(self.cost) or any(len(row) != len(matrix) for row in matrix):
                raise InputError("the matrix is not square over the sites", where=f"transport.{name}")
            for i, row in enumerate(matrix):
                if min(row, default=0) < 0 or max(row, default=0) > QUANTITY_LIMIT:
                    raise InputError("a value is negative or too large", where=f"transport.{name}[{i}]")

    @classmethod
    def none(cls, sites: int) -> Transport:
        """Free and instant transport between `sites` sites."""
        zero = ((0,) * sites,) * sites
        return cls(zero, zero)

    @classmethod
    def by_distance(cls, sites: tuple[Site, ...], *, cost_rate: float, time_rate: float) -> Transport:
        """Euclidean distance times a rate per distance unit, rounded half to even once, here."""
        points = []
        for site in sites:
            if site.position is None:
                raise InputError("transport by distance needs a position", where=f"site {site.id}")
            points.append(site.position)
        distance = [[((ax - bx) ** 2 + (ay - by) ** 2) ** 0.5 for bx, by in points] for ax, ay in points]
        return cls(
            tuple(tuple(round(d * cost_rate) for d in row) for row in distance),
            tuple(tuple(round(d * time_rate) for d in row) for row in distance),
        )


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine and the services it offers.

    capacity: operations it runs at once (None: any number). budget: total duration it may be given (None: any).
    power: energy units per time unit. available: half-open windows [start, end) in increasing order, within one of
    which an operation must fit entirely (None: always).
    """

    id: str
    services: frozenset[str]
    capacity: int | None = 1
    budget: int | None = None
    power: int = 0
    available: tuple[tuple[int, int], ...] | None = None

    def __post_init__(self) -> None:
        _named(self.id, "machine")
        where = f"machine {self.id}"
        if self.capacity is not None:
            _bounded(self.capacity, f"{where}, capacity", least=1)
        if self.budget is not None:
            _bounded(self.budget, f"{where}, budget")
        _bounded(self.power, f"{where}, power")
        last = 0
        for start, end in self.available or ():
            _bounded(start, f"{where}, available")
            _bounded(end, f"{where}, available")
            if start >= end or start < last:
                raise InputError(f"window [{start}, {end}] is empty or out of order", where=f"{where}, available")
            last = end


@dataclass(frozen=True, slots=True)
class Enterprise:
    """A member of the league: its site, its machines and its reliability in millionths (0..1).

    permutation: of any two jobs, one goes first on every machine of the member that both use (the rule of permutation
    flow shops: a line on which nothing overtakes). Its machines then run one operation at a time.
    """

    id: str
    site: str
    machines: tuple[Machine, ...]
    reliability: int = MILLION
    permutation: bool = False

    def __post_init__(self) -> None:
        _named(self.id, "enterprise")
        _ratio(self.reliability, f"enterprise {self.id}, reliability")
        if self.permutation and any(machine.capacity != 1 for machine in self.machines):
            raise InputError(
                "jobs keep one order only on machines that run one operation at a time",
                where=f"enterprise {self.id}, permutation",
                hint="give each of its machines capacity 1, or drop the rule",
            )


class Mode(NamedTuple):
    """One way to run an operation. A tuple, because large problems hold hundreds of thousands of them; its values are
    checked by the `Operation` that holds it. quality in millionths, or None where nothing is said."""

    machine: str
    duration: int
    cost: int = 0
    energy: int = 0
    quality: int | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """A step of a process plan. `after` names the operations of the same plan that must end first."""

    id: str
    service: str
    modes: tuple[Mode, ...]
    after: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _named(self.id, "operation")
        where = f"operation {self.id}"
        if not self.modes:
            raise InputError("no mode: no machine may run it", where=where, hint="give at least one mode")
        for mode in self.modes:
            if not (
                0 <= mode.duration <= QUANTITY_LIMIT
                and 0 <= mode.cost <= QUANTITY_LIMIT
                and 0 <= mode.energy <= QUANTITY_LIMIT
                and (mode.quality is None or 0 <= mode.quality <= MILLION)
            ):
                for name in ("duration", "cost", "energy"):
                    _bounded(getattr(mode, name), f"{where}, mode on {mode.machine}, {name}")
                _ratio(mode.quality, f"{where}, mode on {mode.machine}, quality")
        _unique((mode.machine for mode in self.modes), f"{where}, modes")


@dataclass(frozen=True, slots=True)
class ProcessPlan:
    """One complete way to make a job: operations under an acyclic precedence."""

    id: str
    operations: tuple[Operation, ...]

    def __post_init__(self) -> None:
        _named(self.id, "process plan")
        where = f"plan {self.id}"
        if not self.operations:
            raise InputError("no operations", where=where)
        _unique((operation.id for operation in self.operations), f"{where}, operations")
        known = {operation.id for operation in self.operations}
        for operation in self.operations:
            for earlier in operation.after:
                if earlier not in known:
                    raise InputError(
                        f'unknown operation "{earlier}"', where=f"{where}, operation {operation.id}, after"
                    )
        self.topological()

    def topological(self) -> tuple[Operation, ...]:
        """The operations, every one after all it waits for. Raises InputError if the precedence has a cycle."""
        waiting = {operation.id: len(set(operation.after)) for operation in self.operations}
        followers: dict[str, list[Operation]] = {operation.id: [] for operation in self.operations}
        for operation in self.operations:
            for earlier in dict.fromkeys(operation.after):
                followers[earlier].append(operation)
        ready = [operation for operation in self.operations if not waiting[operation.id]]
        for operation in ready:
            for follower in followers[operation.id]:
                waiting[follower.id] -= 1
                if not waiting[follower.id]:
                    ready.append(follower)
        if len(ready) < len(self.operations):
            stuck = ", ".join(sorted(name for name, count in waiting.items() if count)[:5])
            raise InputError(f"the precedence runs in a circle through {stuck}", where=f"plan {self.id}")
        return tuple(ready)

    def arcs(self) -> Iterator[tuple[str, str]]:
        """All precedence arcs (earlier, later), each once."""
        for operation in self.operations:
            for earlier in dict.fromkeys(operation.after):
                yield earlier, operation.id

    def first(self) -> tuple[Operation, ...]:
        """Operations that wait for nothing."""
        return tuple(operation for operation in self.operations if not operation.after)

    def last(self) -> tuple[Operation, ...]:
        """Operations nothing waits for."""
        awaited = {earlier for operation in self.operations for earlier in operation.after}
        return tuple(operation for operation in self.operations if operation.id not in awaited)


@dataclass(frozen=True, slots=True)
class Job:
    """What a customer asks for.

    origin, destination: sites the material comes from and the product goes to (None: no leg). release: earliest start
    at the origin. due: wanted completion (None: any; a late job is tardy, not infeasible). weight: of its tardiness,
    millionths. budget: most its modes and transport may cost (None: any). min_quality: least mean quality over its
    operations, millionths (None: any). single_workpiece: no two of its operations may overlap, precedence or not.
    """

    id: str
    plans: tuple[ProcessPlan, ...]
    customer: str = ""
    origin: str | None = None
    destination: str | None = None
    release: int = 0
    due: int | None = None
    weight: int = MILLION
    budget: int | None = None
    min_quality: int | None = None
    single_workpiece: bool = False

    def __post_init__(self) -> None:
        _named(self.id, "job")
        where = f"job {self.id}"
        if not self.plans:
            raise InputError("no process plan", where=where)
        _unique((plan.id for plan in self.plans), f"{where}, plans")
        _bounded(self.release, f"{where}, release")
        _bounded(self.weight, f"{where}, weight")
        for name in ("due", "budget"):
            value = getattr(self, name)
            if value is not None:
                _bounded(value, f"{where}, {name}")
        _ratio(self.min_quality, f"{where}, min_quality")


@dataclass(frozen=True)
class Problem:
    """A frozen question to the solvers; its `root` commits to every row of it. preferences: of customers and members,
    for the objective `utility`.

    Raises InputError for duplicate ids and for references to anything that is not there.
    """

    name: str
    sites: tuple[Site, ...]
    enterprises: tuple[Enterprise, ...]
    jobs: tuple[Job, ...]
    units: Units = field(default_factory=Units)
    transport: Transport | None = None
    preferences: Preferences | None = field(default=None, hash=False)

    def __post_init__(self) -> None:
        if not self.jobs:
            raise InputError("no jobs: nothing to plan", where="jobs")
        if len(self.sites) > MOST_SITES:
            raise InputError(
                f"{len(self.sites)} sites are more than {MOST_SITES}: what lies between them is kept for each two",
                where="sites",
                hint="leave out sites where nobody works, or give those that are close together one site",
            )
        if self.transport is not None and len(self.transport.cost) != len(self.sites):
            raise InputError(
                f"the matrix covers {len(self.transport.cost)} sites, the problem has {len(self.sites)}",
                where="transport",
            )
        _unique((site.id for site in self.sites), "sites")
        _unique((enterprise.id for enterprise in self.enterprises), "enterprises")
        _unique((machine.id for e in self.enterprises for machine in e.machines), "machines of all enterprises")
        _unique((job.id for job in self.jobs), "jobs")
        sites = self.site_index
        for enterprise in self.enterprises:
            if enterprise.site not in sites:
                raise InputError(f'unknown site "{enterprise.site}"', where=f"enterprise {enterprise.id}, site")
        for job in self.jobs:
            for name, site in (("origin", job.origin), ("destination", job.destination)):
                if site is not None and site not in sites:
                    raise InputError(f'unknown site "{site}"', where=f"job {job.id}, {name}")
            for plan in job.plans:
                for operation in plan.operations:
                    self._check_modes(job, operation, f"job {job.id}, plan {plan.id}, operation {operation.id}")
        if self.preferences is not None:
            self.preferences.check(self)

    def _check_modes(self, job: Job, operation: Operation, where: str) -> None:
        machines = self.machines
        for mode in operation.modes:
            machine = machines.get(mode.machine)
            if machine is None:
                raise InputError(
                    f'unknown machine "{mode.machine}"',
                    where=f"{where}, modes",
                    hint="add the machine or drop the mode",
                )
            if operation.service not in machine.services:
                raise InputError(
                    f'machine "{machine.id}" does not offer "{operation.service}"',
                    where=f"{where}, modes",
                    hint="add the service to the machine or drop the mode",
                )
            if job.min_quality is not None and mode.quality is None:
                raise InputError(
                    f'the job asks for quality, the mode on "{machine.id}" states none', where=f"{where}, modes"
                )

    @cached_property
    def site_index(self) -> Mapping[str, int]:
        """Position of each site in `sites` and in the transport matrices."""
        return MappingProxyType({site.id: i for i, site in enumerate(self.sites)})

    @cached_property
    def machines(self) -> Mapping[str, Machine]:
        """All machines by id, in the order of the enterprises."""
        return MappingProxyType({machine.id: machine for e in self.enterprises for machine in e.machines})

    @cached_property
    def owner(self) -> Mapping[str, Enterprise]:
        """The enterprise of each machine id."""
        return MappingProxyType({machine.id: e for e in self.enterprises for machine in e.machines})

    @cached_property
    def machine_site(self) -> Mapping[str, int]:
        """Index of the site each machine id stands on."""
        return MappingProxyType({m.id: self.site_index[e.site] for e in self.enterprises for m in e.machines})

    def transport_cost(self, origin: int, destination: int) -> int:
        """Cost of one leg between two site indices (0 without transport data)."""
        return self.transport.cost[origin][destination] if self.transport else 0

    def transport_time(self, origin: int, destination: int) -> int:
        """Time of one leg between two site indices (0 without transport data)."""
        return self.transport.time[origin][destination] if self.transport else 0

    @cached_property
    def cost_bound(self) -> int:
        """The least that all jobs together can cost, machines and limits ignored (see `model.bound`)."""
        from hanse.model.bound import cost_bound

        return cost_bound(self.facts)

    @property
    def operation_count(self) -> int:
        """Operations over all jobs and all their alternative plans."""
        return sum(len(plan.operations) for job in self.jobs for plan in job.plans)

    @cached_property
    def facts(self) -> Facts:
        """The problem as columns of integers, for whoever works on all of it at once. About a third of a second for
        half a million modes, once."""
        from hanse.model.facts import facts_of

        return facts_of(self)

    @cached_property
    def floors(self) -> Floors:
        """How early each job can be done and what energy all take, as anyone can recompute (`model.floors`)."""
        from hanse.model.floors import floors_of

        return floors_of(self.facts)

    @cached_property
    def rows(self) -> Rows:
        """Rows of fixed width, one per fact that somebody may want to show alone; the leaves under `root`.

        `hanse.model.rows` has their order and layout.
        """
        from hanse.model.rows import Rows

        return Rows.of(self)

    @cached_property
    def root(self) -> str:
        """Merkle root over `rows` as `0x…`: the name of this problem everywhere, also on the chain."""
        return "0x" + self.rows.tree.root.hex()

    def __repr__(self) -> str:
        return (
            f"Problem({self.name!r}: {len(self.jobs)} jobs, {self.operation_count} operations, "
            f"{len(self.enterprises)} enterprises, {len(self.machines)} machines)"
        )
