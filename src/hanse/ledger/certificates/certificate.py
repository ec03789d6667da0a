"""A certificate: the claim and the four trees that open it. Whoever holds it can check everything, or refute it."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np

from hanse.errors import InputError
from hanse.ledger.certificates import coverage, leaves
from hanse.ledger.certificates.claim import NO_ROUND, SIZE, Claim
from hanse.ledger.certificates.coverage import Mask
from hanse.ledger.certificates.opened import Opened, take
from hanse.ledger.certificates.targets import Targets
from hanse.ledger.certificates.witness import LAYOUTS, TREES, Branch
from hanse.model.bound import job_bounds
from hanse.model.facts import Column, Facts
from hanse.model.plan import Assignment
from hanse.model.problem import Problem
from hanse.model.rows import Rows

VERSION: Final = 1


@dataclass(frozen=True, eq=False)
class Certificate:
    """A claim with its trees."""

    claim: Claim
    plan: Opened
    uses: Opened
    jobs: Opened
    prices: Opened
    _branches: dict[Branch, Opened] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        branches = dict(zip(TREES, (self.plan, self.uses, self.jobs, self.prices), strict=True))
        object.__setattr__(self, "_branches", branches)

    def __getitem__(self, branch: Branch) -> Opened:
        return self._branches[branch]

    @property
    def price_column(self) -> Column | None:
        """Prices of the machines, times scale; None if there are none."""
        return self.prices.records()["price"].astype(np.int64) if self.prices.tree else None

    def encode(self) -> bytes:
        """u8 version, the claim, u32 words of its coverage, they, and its trees."""
        words = self.claim.covered
        head = [bytes([VERSION]), self.claim.encode(), struct.pack(">I", len(words) // coverage.WORD), words]
        return b"".join([*head, *(self[branch].encode() for branch in TREES)])

    @classmethod
    def decode(cls, data: bytes) -> Certificate:
        """Raises InputError for anything that is not an encoded certificate of this version."""
        if len(data) < 1 + SIZE or data[0] != VERSION:
            raise InputError(f"these bytes are no certificate of version {VERSION}", where=f"{len(data)} bytes")
        head, rest = take(memoryview(data)[1 + SIZE :], 4)
        words, rest = take(rest, struct.unpack(">I", head)[0] * coverage.WORD)
        claim = Claim.decode(data[1 : 1 + SIZE], bytes(words))
        opened = []
        for branch in TREES:
            tree, rest = Opened.decode(LAYOUTS[branch], rest)
            opened.append(tree)
        if rest:
            raise InputError(f"{len(rest)} bytes too many", where="certificate")
        return cls(claim, *opened)


# --- building ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Chosen:
    """What runs, by operation: its number, mode (counted over all), start and end; and the plan that each job follows,
    -1 for a job that is not covered."""

    operation: Column
    mode: Column
    start: Column
    end: Column
    job_plan: Column


def build(
    problem: Problem,
    assignments: Sequence[Assignment],
    prices: Sequence[int] | None = None,
    scale: int = 1,
    *,
    jobs: Iterable[int] | None = None,
    targets: Targets | None = None,
) -> Certificate:
    """The certificate of complete assignments at these prices, right or wrong: nothing is judged here.

    jobs: numbers of the jobs it covers, in the order of `problem.jobs`; None: all. targets: those of its round, None
    outside one. Raises InputError if the assignments do not name one mode for each operation of one plan of each
    covered job, and nothing else.
    """
    return assemble(problem.rows, choose(problem, assignments, jobs), prices, scale, targets=targets)


def assemble(
    rows: Rows,
    chosen: Chosen,
    prices: Sequence[int] | None = None,
    scale: int = 1,
    *,
    targets: Targets | None = None,
) -> Certificate:
    """The certificate of what was chosen, by numbers alone; it covers the jobs that follow a plan.

    Raises InputError for prices that are none, and for targets of another number of jobs.
    """
    facts = rows.facts
    covered = chosen.job_plan >= 0
    if targets is not None and len(targets.baseline) != len(covered):
        raise InputError(f"targets of {len(targets.baseline)} jobs, there are {len(covered)}", where="targets")
    column = None if prices is None else np.array(prices, dtype=np.int64)
    if column is not None and len(column) != len(facts.machine_site):
        raise InputError(f"{len(column)} prices for {len(facts.machine_site)} machines", where="prices")
    if column is not None and ((column < 0) | ((column > 0) & (facts.machine_budget < 0))).any():
        raise InputError("a price is negative, or on a machine without budget", where="prices")
    if not 0 < scale < 2**32:
        raise InputError(f"{scale} is not between 1 and 2^32 - 1", where="scale")
    uses, place = uses_of(facts, chosen)
    plan = plan_of(facts, chosen, place)
    jobs = jobs_of(job_bounds(facts, column, scale), covered, targets)
    tree_of_prices = prices_of(facts, column)
    claim = Claim(
        problem=rows.tree.root,
        targets=targets.root if targets else NO_ROUND,
        covered=coverage.words_of(np.flatnonzero(covered).tolist(), len(covered)),
        plan=plan.root,
        makespan=makespan_of(facts, chosen),
        uses=uses.root,
        use_count=len(uses.contents),
        jobs=jobs.root,
        prices=tree_of_prices.root,
        scale=scale,
        bound=0,
    )
    return Certificate(replace(claim, bound=claim.proved), plan, uses, jobs, tree_of_prices)


def choose(problem: Problem, assignments: Sequence[Assignment], jobs: Iterable[int] | None = None) -> Chosen:
    """Assignments of these jobs (None: all) in numbers, in the order of the operations."""
    facts = problem.rows.facts
    machine = {name: i for i, name in enumerate(problem.machines)}
    place: dict[tuple[str, str], tuple[int, dict[str, int]]] = {}
    number = plan_number = 0
    for job in problem.jobs:
        for plan in job.plans:
            place[job.id, plan.id] = plan_number, {o.id: number + i for i, o in enumerate(plan.operations)}
            plan_number, number = plan_number + 1, number + len(plan.operations)
    job_plan = np.full(len(problem.jobs), -1)
    runs: list[tuple[int, int, int, int]] = []
    for at in assignments:
        plan_number, operations = place.get((at.job, at.plan), (-1, {}))
        if at.operation not in operations or at.machine not in machine:
            raise InputError("the problem has no such operation or machine", where=str(tuple(at)))
        job_plan[facts.plan_job[plan_number]] = plan_number
        runs.append((operations[at.operation], machine[at.machine], at.start, at.end))
    table = np.array(sorted(runs), dtype=np.int64).reshape(-1, 4)
    operation = table[:, 0]
    due = np.flatnonzero(job_plan[facts.operation_job] == facts.operation_plan)
    wanted = range(len(job_plan)) if jobs is None else sorted(set(jobs))
    if not np.array_equal(np.flatnonzero(job_plan >= 0), wanted) or not np.array_equal(operation, due):
        raise InputError(
            "not every operation of one plan of each covered job is there once, and nothing else",
            where="assignments",
            hint="name the jobs of a part in `jobs`",
        )
    return Chosen(operation, _modes_on(facts, operation, table[:, 1]), table[:, 2], table[:, 3], job_plan)


def _modes_on(facts: Facts, operation: Column, machine: Column) -> Column:
    """For each operation its mode on a machine, counted over all modes."""
    count = facts.first_mode[operation + 1] - facts.first_mode[operation]
    owner = np.repeat(np.arange(len(operation)), count)
    modes = np.arange(len(owner)) + np.repeat(facts.first_mode[operation] - (np.cumsum(count) - count), count)
    fits = facts.mode_machine[modes] == machine[owner]
    if np.count_nonzero(fits) != len(operation):
        raise InputError("an operation has no mode on its machine", where="assignments")
    found: Column = modes[fits]
    return found


def plan_of(facts: Facts, chosen: Chosen, place: Column) -> Opened:
    """The plan tree, blank where an operation's job is not covered."""
    count, at = len(facts.operation_job), chosen.operation
    columns = {name: np.full(count, -1) for name in ("mode", "machine", "site", "quality", "place", "capacity")}
    machine = facts.mode_machine[chosen.mode]
    columns["mode"][at] = chosen.mode - facts.first_mode[at]
    columns["machine"][at] = machine
    columns["site"][at] = facts.machine_site[machine]
    columns["quality"][at] = facts.mode_quality[chosen.mode]
    columns["place"][at] = place
    columns["capacity"][at] = facts.machine_capacity[machine]
    times = {name: np.zeros(count, dtype=np.int64) for name in ("start", "end")}
    times["start"][at], times["end"][at] = chosen.start, chosen.end
    if (chosen.start < 0).any() or (chosen.end < 0).any():
        raise InputError("a time is negative", where="assignments")
    records = leaves.PLAN.records(count, plan=chosen.job_plan[facts.operation_job], **columns, **times)
    sums = np.zeros((count, 3), dtype=np.uint64)
    sums[at, leaves.WORK] = facts.mode_cost[chosen.mode]
    sums[at, leaves.ENERGY] = facts.mode_energy[chosen.mode]
    sums[at, leaves.TRANSPORT] = legs_cost(facts, columns["site"])[at]
    covered: Mask = (chosen.job_plan >= 0)[facts.operation_job]
    records[~covered] = 0
    return Opened.of(leaves.PLAN, leaves.contents(records), sums, covered)


def legs_cost(facts: Facts, site: Column) -> Column:
    """For each operation the cost of the legs that belong to it; `site`: where each runs, -1 where it does not."""
    total = np.zeros(len(site), dtype=np.int64)
    later, earlier = arcs_of(facts)
    both = (site[later] >= 0) & (site[earlier] >= 0)
    later, earlier = later[both], earlier[both]
    np.add.at(total, later, facts.leg_cost[site[earlier], site[later]])
    origin, destination = facts.job_origin[facts.operation_job], facts.job_destination[facts.operation_job]
    first = np.flatnonzero((np.diff(facts.first_arc) == 0) & (origin >= 0) & (site >= 0))
    total[first] += facts.leg_cost[origin[first], site[first]]
    last = np.flatnonzero((facts.operation_last == 1) & (destination >= 0) & (site >= 0))
    total[last] += facts.leg_cost[site[last], destination[last]]
    return total


def arcs_of(facts: Facts) -> tuple[Column, Column]:
    """All precedence arcs: (later operations, earlier operations)."""
    return np.repeat(np.arange(len(facts.operation_job)), np.diff(facts.first_arc)), facts.arc_earlier


def arrivals_of(facts: Facts, operation: Column, site: Column, end: Column) -> Column:
    """When each operation's work is where it is wanted: its end, plus the leg to the destination after the last."""
    destination = facts.job_destination[facts.operation_job[operation]]
    leaves_ = (facts.operation_last[operation] == 1) & (destination >= 0)
    return end + np.where(leaves_, facts.leg_time[site, np.where(leaves_, destination, 0)], 0)


def makespan_of(facts: Facts, chosen: Chosen) -> int:
    site = facts.machine_site[facts.mode_machine[chosen.mode]]
    return int(arrivals_of(facts, chosen.operation, site, chosen.end).max())


def uses_of(facts: Facts, chosen: Chosen) -> tuple[Opened, Column]:
    """The tree of uses, and the place of each operation that runs in it (-1: its machine has no budget)."""
    machine = facts.mode_machine[chosen.mode]
    limited = np.flatnonzero(facts.machine_budget[machine] >= 0)
    order = limited[np.lexsort((chosen.start[limited], machine[limited]))]
    place = np.full(len(machine), -1)
    place[order] = np.arange(len(order))
    duration = (chosen.end - chosen.start)[order]
    before = np.cumsum(duration) - duration
    begins = np.flatnonzero(np.diff(machine[order], prepend=-1))
    counts = np.diff(np.append(begins, len(order)))
    before -= np.repeat(before[begins], counts) if len(order) else 0
    records = leaves.USES.records(
        len(order), machine=machine[order], operation=chosen.operation[order], before=before, duration=duration
    )
    return Opened.of(leaves.USES, leaves.contents(records), np.zeros((len(order), 0), dtype=np.uint64)), place


def jobs_of(bounds: Column, covered: Mask, targets: Targets | None) -> Opened:
    """The tree of jobs, blank where one is not covered."""
    sums = np.zeros((len(bounds), 3), dtype=np.uint64)
    sums[:, leaves.BOUND] = bounds
    if targets is not None:
        sums[:, leaves.BASELINE], sums[:, leaves.TARGET] = targets.baseline, targets.target
    sums[~covered] = 0
    return Opened.of(leaves.JOBS, np.zeros((len(bounds), 0), dtype=np.uint8), sums, covered)


def prices_of(facts: Facts, prices: Column | None) -> Opened:
    """The tree of prices; none if nothing has a price."""
    if prices is None or not prices.any():
        return Opened(leaves.PRICES, np.zeros((0, 8), dtype=np.uint8), None)
    budget = np.maximum(facts.machine_budget, 0)
    if int(prices.max()) * int(budget.max()) >= 2**62:
        raise InputError("prices times budgets need more than 64 bits", hint="declare a smaller scale")
    records: Any = leaves.PRICES.records(len(prices), price=prices)
    return Opened.of(leaves.PRICES, leaves.contents(records), (prices * budget).astype(np.uint64)[:, None])
