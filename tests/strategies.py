"""Random small problems for property tests, with every feature of the model or only those asked for.

Numbers are small on purpose: ties, instants (duration 0), tight calendars and unreachable budgets should be common, and
a brute force should finish. Shrinking leads to one job with one operation on one machine.
"""

from __future__ import annotations

from hypothesis import strategies as st

from hanse.model.problem import Enterprise, Job, Machine, Mode, Operation, Problem, ProcessPlan, Site, Transport
from hanse.units import MILLION

SERVICE = "work"


@st.composite
def problems(
    draw: st.DrawFn,
    *,
    max_jobs: int = 3,
    max_operations: int = 3,
    max_plans: int = 2,
    max_modes: int = 2,
    max_machines: int = 3,
    finite: bool = True,
    limits: bool = True,
    graphs: bool = True,
    workpieces: bool = True,
    transport: bool = True,
) -> Problem:
    """A problem of at most so many jobs, operations per plan, plans per job, modes per operation and machines.

    finite: machines may have capacities, budgets and calendars (otherwise none has). limits: jobs may have budgets and
    least qualities. graphs: precedence may be any acyclic graph (otherwise a chain or a forest of two kinds: trees that
    split and trees that join). workpieces: jobs may be single workpieces. transport: there may be a matrix of legs.
    Many of the problems have no plan at all.
    """
    count = draw(st.integers(1, max_machines))
    machines = [_machine(draw, f"M{i}", finite) for i in range(count)]
    sites = tuple(Site(f"S{i}") for i in range(draw(st.integers(1, count))))
    enterprises: list[Enterprise] = []
    for i, site in enumerate(sites):
        own = tuple(machine for k, machine in enumerate(machines) if k % len(sites) == i)
        enterprises.append(Enterprise(f"E{i}", site.id, own, draw(st.integers(0, 4)) * MILLION // 4))
    jobs = tuple(
        _job(draw, f"J{i}", machines, sites, max_operations, max_plans, max_modes, limits, graphs, workpieces)
        for i in range(draw(st.integers(1, max_jobs)))
    )
    matrix = st.tuples(*[st.tuples(*[st.integers(0, 3)] * len(sites))] * len(sites))
    legs = Transport(draw(matrix), draw(matrix)) if transport and draw(st.booleans()) else None
    return Problem("random", sites, tuple(enterprises), jobs, transport=legs)


def _machine(draw: st.DrawFn, name: str, finite: bool) -> Machine:
    if not finite:
        return Machine(name, frozenset({SERVICE}), capacity=None)
    windows = None
    if draw(st.integers(0, 2)) == 2:
        edges, moment = [], 0
        for _ in range(draw(st.integers(1, 3))):
            start = moment + draw(st.integers(0, 3))
            moment = start + draw(st.integers(1, 6))
            edges.append((start, moment))
        windows = tuple(edges)
    capacity = draw(st.sampled_from([1, 1, 1, 2, None]))
    budget = draw(st.one_of(st.none(), st.none(), st.integers(2, 10)))
    return Machine(name, frozenset({SERVICE}), capacity, budget, draw(st.integers(0, 3)), windows)


def _job(
    draw: st.DrawFn,
    name: str,
    machines: list[Machine],
    sites: tuple[Site, ...],
    max_operations: int,
    max_plans: int,
    max_modes: int,
    limits: bool,
    graphs: bool,
    workpieces: bool,
) -> Job:
    place = st.one_of(st.none(), st.sampled_from([site.id for site in sites]))
    plans = [
        ProcessPlan(f"P{i}", _operations(draw, machines, draw(st.integers(1, max_operations)), max_modes, graphs))
        for i in range(draw(st.integers(1, max_plans)))
    ]
    if len(plans) > 1 and draw(st.booleans()):
        # The same operation in two plans: engines may share it, and then must tell the plans apart.
        shared = plans[0].operations[0]
        if not shared.after and not plans[1].operations[0].after:
            plans[1] = ProcessPlan("P1", (shared, *plans[1].operations[1:]))
    return Job(
        name,
        tuple(plans),
        origin=draw(place),
        destination=draw(place),
        release=draw(st.integers(0, 4)),
        due=draw(st.one_of(st.none(), st.integers(0, 8))),
        weight=draw(st.sampled_from([MILLION, MILLION, 0, 2 * MILLION, 500_000])),
        budget=draw(st.one_of(st.none(), st.integers(0, 15))) if limits else None,
        min_quality=draw(st.one_of(st.none(), st.none(), st.integers(0, 4).map(lambda q: q * MILLION // 4)))
        if limits
        else None,
        single_workpiece=workpieces and draw(st.booleans()),
    )


def _operations(
    draw: st.DrawFn, machines: list[Machine], count: int, max_modes: int, graphs: bool
) -> tuple[Operation, ...]:
    shape = draw(st.sampled_from(["chain", "graph" if graphs else "split", "join"]))
    after: list[set[int]] = [set() for _ in range(count)]
    for i in range(1, count):
        if shape == "chain":
            after[i] = {i - 1}
        elif shape == "graph":
            after[i] = draw(st.sets(st.integers(0, i - 1), max_size=i))
        elif shape == "split":
            after[i] = draw(st.sets(st.integers(0, i - 1), max_size=1))
    if shape == "join":  # every operation is awaited by at most one later one
        for i in range(count - 1):
            later = draw(st.one_of(st.none(), st.integers(i + 1, count - 1)))
            if later is not None:
                after[later].add(i)
    return tuple(
        Operation(f"O{i}", SERVICE, _modes(draw, machines, max_modes), tuple(f"O{k}" for k in sorted(after[i])))
        for i in range(count)
    )


def _modes(draw: st.DrawFn, machines: list[Machine], most: int) -> tuple[Mode, ...]:
    names = draw(st.lists(st.sampled_from([m.id for m in machines]), min_size=1, max_size=most, unique=True))
    return tuple(
        Mode(
            name,
            draw(st.integers(0, 4)),
            draw(st.integers(0, 5)),
            draw(st.integers(0, 5)),
            draw(st.integers(0, 4)) * MILLION // 4,
        )
        for name in names
    )
