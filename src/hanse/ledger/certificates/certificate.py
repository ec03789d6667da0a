"""A certificate: the claim and the four trees that open it. Whoever holds it can check everything, or refute it."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np

from hanse.errors import InputError
from hanse.ledger import sumtree
from hanse.ledger.certificates import leaves
from hanse.ledger.certificates.claim import Claim
from hanse.ledger.certificates.leaves import Layout
from hanse.ledger.certificates.witness import LAYOUTS, Branch
from hanse.model import merkle
from hanse.model.bound import job_bounds
from hanse.model.keccak import Bytes
from hanse.model.plan import Assignment
from hanse.model.problem import Problem
from hanse.model.rows import Column, Facts, Rows

VERSION: Final = 1


@dataclass(frozen=True, eq=False)
class Opened:
    """One tree of a certificate: what its leaves say, and all its nodes. No leaves: no tree, its root is zeros."""

    layout: Layout
    contents: Bytes
    tree: merkle.Tree | None

    @classmethod
    def of(cls, layout: Layout, contents: Bytes, sums: sumtree.Sums) -> Opened:
        return cls(layout, contents, sumtree.grow(contents, sums) if len(contents) else None)

    @property
    def root(self) -> bytes:
        return self.tree.root if self.tree else bytes(self.layout.node_width)

    @property
    def sums(self) -> sumtree.Sums:
        """Sums of the leaves, shape (leaves, sums)."""
        if self.tree is None:
            return np.zeros((0, self.layout.sums), dtype=np.uint64)
        return np.ascontiguousarray(self.tree.levels[0][:, sumtree.DIGEST :]).view(">u8").astype(np.uint64)

    def sums_at(self, position: int) -> tuple[int, ...]:
        """Sums of one leaf."""
        return sumtree.sums_of(self.tree.node(0, position)) if self.tree else ()

    def records(self) -> leaves.Records:
        """The leaves as columns."""
        return self.contents.reshape(-1).view(self.layout.records(0).dtype)

    def opens(self, root: bytes, due: int) -> bool:
        """Whether the contents of the leaves that are due and all nodes lead to this root, sums aside.

        A leaf may be blank, its digest zeros; of leaves that are not due only the node matters.
        """
        if self.tree is None:
            return not any(root)
        bottom = self.tree.levels[0]
        digests = bottom[:due, : sumtree.DIGEST]
        same = (merkle.leaves(self.contents[:due]) == digests).all(axis=1) | ~digests.any(axis=1)
        return len(self.contents) == len(bottom) and bool(same.all()) and sumtree.opens(self.tree) and self.root == root

    def encode(self) -> bytes:
        """u32 leaves, their contents, their nodes, and above them the sums alone, level by level."""
        if self.tree is None:
            return struct.pack(">I", 0)
        parts = [struct.pack(">I", len(self.contents)), self.contents.tobytes(), self.tree.levels[0].tobytes()]
        parts += [np.ascontiguousarray(level[:, sumtree.DIGEST :]).tobytes() for level in self.tree.levels[1:]]
        return b"".join(parts)

    @classmethod
    def decode(cls, layout: Layout, data: memoryview) -> tuple[Opened, memoryview]:
        """A tree and what follows it."""
        head, data = _take(data, 4)
        (count,) = struct.unpack(">I", head)
        raw, data = _take(data, count * layout.struct.size)
        contents = np.frombuffer(raw, dtype=np.uint8).reshape(count, layout.struct.size)
        if not count:
            return cls(layout, contents, None), data
        raw, data = _take(data, count * layout.node_width)
        levels = [np.frombuffer(raw, dtype=np.uint8).reshape(count, layout.node_width)]
        while len(levels[-1]) > 1:
            pairs = sumtree.pairs_of(levels[-1])
            raw, data = _take(data, len(pairs) * layout.sums * sumtree.WIDTH)
            sums = np.frombuffer(raw, dtype=np.uint8).reshape(len(pairs), -1 if layout.sums else 0)
            levels.append(np.concatenate([merkle.nodes(pairs), sums], axis=1))
        return cls(layout, contents, merkle.Tree(tuple(levels))), data


def _take(data: memoryview, width: int) -> tuple[memoryview, memoryview]:
    if width > len(data):
        raise InputError("the bytes end too early", where="certificate")
    return data[:width], data[width:]


@dataclass(frozen=True, eq=False)
class Certificate:
    """A claim with its trees."""

    claim: Claim
    plan: Opened
    uses: Opened
    bounds: Opened
    prices: Opened
    _branches: dict[Branch, Opened] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        branches = {
            Branch.PLAN: self.plan, Branch.USES: self.uses, Branch.BOUNDS: self.bounds, Branch.PRICES: self.prices
        }  # fmt: skip
        object.__setattr__(self, "_branches", branches)

    def __getitem__(self, branch: Branch) -> Opened:
        return self._branches[branch]

    @property
    def price_column(self) -> Column | None:
        """Prices of the machines, times scale; None if there are none."""
        return self.prices.records()["price"].astype(np.int64) if self.prices.tree else None

    def encode(self) -> bytes:
        return b"".join([bytes([VERSION]), self.claim.encode(), *(self[branch].encode() for branch in Branch)])

    @classmethod
    def decode(cls, data: bytes) -> Certificate:
        """Raises InputError for anything that is not an encoded certificate of this version."""
        size = len(EMPTY.encode())
        if len(data) < 1 + size or data[0] != VERSION:
            raise InputError(f"these bytes are no certificate of version {VERSION}", where=f"{len(data)} bytes")
        claim, rest = Claim.decode(data[1 : 1 + size]), memoryview(data)[1 + size :]
        opened = []
        for branch in Branch:
            tree, rest = Opened.decode(LAYOUTS[branch], rest)
            opened.append(tree)
        if rest:
            raise InputError(f"{len(rest)} bytes too many", where="certificate")
        return cls(claim, *opened)


EMPTY: Final = Claim(bytes(32), bytes(56), 0, bytes(32), 0, bytes(40), bytes(40), 0, 0)
"""A claim of nothing."""


# --- building ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Chosen:
    """What runs, by operation: its number, mode (counted over all), start and end; and the plan each job follows."""

    operation: Column
    mode: Column
    start: Column
    end: Column
    job_plan: Column


def build(
    problem: Problem, assignments: Sequence[Assignment], prices: Sequence[int] | None = None, scale: int = 1
) -> Certificate:
    """The certificate of complete assignments at these prices, right or wrong: nothing is judged here.

    Raises InputError if the assignments do not name one mode for each operation of one plan of each job.
    """
    return assemble(problem.rows, choose(problem, assignments), prices, scale)


def assemble(rows: Rows, chosen: Chosen, prices: Sequence[int] | None = None, scale: int = 1) -> Certificate:
    """The certificate of what was chosen, by numbers alone. Raises InputError for prices that are none."""
    facts = rows.facts
    column = None if prices is None else np.array(prices, dtype=np.int64)
    if column is not None and len(column) != len(facts.machine_site):
        raise InputError(f"{len(column)} prices for {len(facts.machine_site)} machines", where="prices")
    if column is not None and ((column < 0) | ((column > 0) & (facts.machine_budget < 0))).any():
        raise InputError("a price is negative, or on a machine without budget", where="prices")
    if not 0 < scale < 2**32:
        raise InputError(f"{scale} is not between 1 and 2^32 - 1", where="scale")
    uses, place = uses_of(facts, chosen)
    plan = plan_of(facts, chosen, place)
    bounds = bounds_of(job_bounds(facts, column, scale))
    tree_of_prices = prices_of(facts, column)
    claim = Claim(
        problem=rows.tree.root,
        plan=plan.root,
        makespan=makespan_of(facts, chosen),
        uses=uses.root,
        use_count=len(uses.contents),
        bounds=bounds.root,
        prices=tree_of_prices.root,
        scale=scale,
        bound=0,
    )
    return Certificate(replace(claim, bound=claim.proved), plan, uses, bounds, tree_of_prices)


def choose(problem: Problem, assignments: Sequence[Assignment]) -> Chosen:
    """Assignments in numbers, in the order of the operations."""
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
    if (job_plan < 0).any() or not np.array_equal(operation, due):
        raise InputError("not every operation of one plan of each job is there once", where="assignments")
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
    """The plan tree."""
    count, at = len(facts.operation_job), chosen.operation
    columns = {name: np.full(count, -1) for name in ("mode", "machine", "site", "quality", "place")}
    machine = facts.mode_machine[chosen.mode]
    columns["mode"][at] = chosen.mode - facts.first_mode[at]
    columns["machine"][at] = machine
    columns["site"][at] = facts.machine_site[machine]
    columns["quality"][at] = facts.mode_quality[chosen.mode]
    columns["place"][at] = place
    times = {name: np.zeros(count, dtype=np.int64) for name in ("start", "end")}
    times["start"][at], times["end"][at] = chosen.start, chosen.end
    if (chosen.start < 0).any() or (chosen.end < 0).any():
        raise InputError("a time is negative", where="assignments")
    records = leaves.PLAN.records(count, plan=chosen.job_plan[facts.operation_job], **columns, **times)
    sums = np.zeros((count, 3), dtype=np.uint64)
    sums[at, leaves.WORK] = facts.mode_cost[chosen.mode]
    sums[at, leaves.ENERGY] = facts.mode_energy[chosen.mode]
    sums[at, leaves.TRANSPORT] = legs_cost(facts, columns["site"])[at]
    return Opened.of(leaves.PLAN, leaves.contents(records), sums)


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


def bounds_of(bounds: Column) -> Opened:
    """The tree of bounds."""
    return Opened.of(leaves.BOUNDS, np.zeros((len(bounds), 0), dtype=np.uint8), bounds.astype(np.uint64)[:, None])


def prices_of(facts: Facts, prices: Column | None) -> Opened:
    """The tree of prices; none if nothing has a price."""
    if prices is None or not prices.any():
        return Opened(leaves.PRICES, np.zeros((0, 8), dtype=np.uint8), None)
    budget = np.maximum(facts.machine_budget, 0)
    if int(prices.max()) * int(budget.max()) >= 2**62:
        raise InputError("prices times budgets need more than 64 bits", hint="declare a smaller scale")
    records: Any = leaves.PRICES.records(len(prices), price=prices)
    return Opened.of(leaves.PRICES, leaves.contents(records), (prices * budget).astype(np.uint64)[:, None])
