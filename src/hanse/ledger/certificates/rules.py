"""What makes a witness true: one rule a lie, using only what a contract has.

`check_witness` takes the problem's root, the claim and the witness, first climbs from everything shown to the roots,
and then asks the rule of the lie. A rule looks rows and leaves up by number; what is not shown counts as a failure to
show. This is the twin of the contract: integers, no search, no knowledge of the problem.

A rule may use the machine, site or times a leaf names: if the claim is true they are right, and if they are not, the
claim is false anyway, since a leaf that contradicts the row of its mode is a lie of its own.
"""

from __future__ import annotations

import struct
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeVar, cast

from hanse.errors import InputError
from hanse.ledger import sumtree
from hanse.ledger.certificates.claim import Claim
from hanse.ledger.certificates.leaves import ENERGY, TRANSPORT, WORK, Leaf, PlanLeaf, PriceLeaf, UseLeaf
from hanse.ledger.certificates.witness import LAYOUTS, Branch, Lie, Node, Witness
from hanse.model import merkle
from hanse.model.rows import (
    LEGS,
    MODES,
    NONE,
    NONE64,
    ArcRow,
    Header,
    JobRow,
    Leg,
    LegsRow,
    MachineRow,
    ModeSlot,
    ModesRow,
    OperationRow,
    PlanRow,
    Row,
    WindowRow,
    read_row,
)

NO_TIME: Final = 2**62
"""Moments are before it, so that no sum of two quantities can overflow."""

Sums = tuple[int, ...]
_Shape = TypeVar("_Shape")


class NotShown(Exception):
    """The witness lacks what its rule needs."""


class View(ABC):
    """What a rule may ask for. `Seen` answers from a witness; `refute.Asked` from everything, and remembers."""

    claim: Claim
    subject: int
    other: int
    picks: tuple[int, ...]
    node: Node | None

    @abstractmethod
    def row(self, shape: type[_Shape], *number: int) -> _Shape:
        """The row of this kind with this number."""

    @abstractmethod
    def read(self, branch: Branch, position: int) -> tuple[Leaf, Sums]:
        """A leaf of one of the claim's trees, and its sums."""

    @abstractmethod
    def held(self) -> list[int]:
        """The operations whose leaves are shown, each once."""

    @abstractmethod
    def leg(self, origin: int, destination: int) -> Leg:
        """A leg between two sites; free and instant if the header counts no legs."""

    def leaf(self, operation: int) -> tuple[PlanLeaf, Sums]:
        """The leaf of an operation, running or not, and its sums."""
        leaf, sums = self.read(Branch.PLAN, operation)
        return cast("PlanLeaf", leaf), sums

    def planned(self, operation: int) -> tuple[PlanLeaf, Sums]:
        """The leaf of an operation that runs."""
        leaf, sums = self.leaf(operation)
        if not leaf.used:
            raise NotShown
        return leaf, sums

    def use(self, place: int) -> UseLeaf:
        return cast("UseLeaf", self.read(Branch.USES, place)[0])

    def bound(self, job: int) -> int:
        return self.read(Branch.BOUNDS, job)[1][0]

    def price(self, machine: int) -> tuple[int, int]:
        """Price of a machine and its product with the budget; no price without a tree of prices."""
        if not any(self.claim.prices):
            return 0, 0
        leaf, sums = self.read(Branch.PRICES, machine)
        return cast("PriceLeaf", leaf).price, sums[0]

    def mode(self, operation: int, mode: int) -> ModeSlot:
        """A mode of an operation, counted within it."""
        slot = self.row(ModesRow, operation, mode // MODES).modes[mode % MODES]
        if slot.machine == NONE:
            raise NotShown
        return slot

    def before(self, operation: OperationRow) -> Iterator[int]:
        """The operations that one waits for."""
        if operation.arcs == 1:
            yield operation.previous
            return
        for number in range(operation.first_arc, operation.first_arc + operation.arcs):
            yield self.row(ArcRow, number).earlier


class Seen(View):
    """What a witness shows, verified under the roots and looked up by number."""

    def __init__(self, claim: Claim, witness: Witness) -> None:
        self.claim, self.subject, self.other, self.picks = claim, witness.subject, witness.other, witness.picks
        self.node = witness.node
        if witness.rows.entries and witness.rows.root() != claim.problem:
            raise NotShown
        self._rows = {number_of(row): row for row in (read_row(entry.content) for entry in witness.rows.entries)}
        self._leaves: dict[tuple[Branch, int], tuple[Leaf, Sums]] = {}
        for branch in Branch:
            shown = witness.shown(branch)
            if shown.entries and shown.root() != root_of(claim, branch):
                raise NotShown
            for entry in shown.entries:
                self._leaves[branch, entry.position] = LAYOUTS[branch].read(entry.content), entry.sums

    def row(self, shape: type[_Shape], *number: int) -> _Shape:
        found = self._rows.get((shape, *number))
        if found is None:
            raise NotShown
        return cast("_Shape", found)

    def read(self, branch: Branch, position: int) -> tuple[Leaf, Sums]:
        found = self._leaves.get((branch, position))
        if found is None:
            raise NotShown
        return found

    def held(self) -> list[int]:
        return [position for branch, position in self._leaves if branch is Branch.PLAN]

    def leg(self, origin: int, destination: int) -> Leg:
        header = self._rows.get((Header,))
        if isinstance(header, Header) and header.legs == 0:
            return Leg(0, 0)
        return self.row(LegsRow, origin, destination // LEGS).legs[destination % LEGS]


def number_of(row: Row) -> tuple[Any, ...]:
    """What a row is looked up by: its kind, and the numbers it says itself."""
    if isinstance(row, Header):
        return (Header,)
    return (type(row), *row[: 2 if isinstance(row, LegsRow | ModesRow) else 1])


def root_of(claim: Claim, branch: Branch) -> bytes:
    """Root node of one of the claim's trees."""
    return {Branch.PLAN: claim.plan, Branch.USES: claim.uses, Branch.BOUNDS: claim.bounds, Branch.PRICES: claim.prices}[
        branch
    ]


def check_witness(root: bytes, claim: Claim, witness: Witness) -> bool:
    """Whether the witness shows that the claim about the problem with this root is false."""
    if claim.problem != root:
        return False
    takes = _TAKES.get(witness.lie, (True, False))
    if (witness.subject and not takes[0]) or (witness.other and not takes[1]):
        return False
    if (witness.picks and witness.lie is not Lie.CHEAPER) or (
        witness.node is not None and witness.lie not in _OF_NODES
    ):
        return False
    try:
        return RULES[witness.lie](claim, Seen(claim, witness))
    except (NotShown, InputError, ValueError, struct.error):
        return False


# --- the claim itself -------------------------------------------------------------------------------------------


def _bound(claim: Claim, seen: View) -> bool:
    """The bound is above what its sums prove."""
    del seen
    return claim.scale == 0 or claim.bound > claim.proved


# --- nodes ------------------------------------------------------------------------------------------------------


def _node(seen: View) -> Node:
    node = seen.node
    if node is None:
        raise NotShown
    if merkle.climb(node.proof, {node.position: node.node}, sumtree.join) != root_of(seen.claim, node.branch):
        raise NotShown
    return node


def _sum(claim: Claim, seen: View) -> bool:
    """A node's sums are not those of the two children its digest covers."""
    del claim
    node = _node(seen)
    if node.children is None or sumtree.digest_above(*node.children) != sumtree.digest_of(node.node):
        return False
    left, right = map(sumtree.sums_of, node.children)
    return sumtree.sums_of(node.node) != tuple(a + b for a, b in zip(left, right, strict=True))


def _leaves_due(claim: Claim, seen: View, branch: Branch) -> int:
    """How many leaves a tree of this claim must have."""
    if branch is Branch.USES:
        return claim.use_count
    header = seen.row(Header)
    return {Branch.PLAN: header.operations, Branch.BOUNDS: header.jobs, Branch.PRICES: header.machines}[branch]


def depth_of(count: int) -> int:
    """Depth of a tree over so many leaves."""
    return max(0, count - 1).bit_length()


def _bottom(claim: Claim, seen: View) -> tuple[Node, bool]:
    """A node at the bottom of its tree, and whether a leaf belongs there."""
    node = _node(seen)
    due = _leaves_due(claim, seen, node.branch)
    if node.children is not None or node.proof.depth != depth_of(due):
        raise NotShown
    return node, node.position < due


def _stray(claim: Claim, seen: View) -> bool:
    """Something stands where no leaf belongs."""
    node, belongs = _bottom(claim, seen)
    return not belongs and any(node.node)


def _blank(claim: Claim, seen: View) -> bool:
    """Nothing stands where a leaf belongs."""
    node, belongs = _bottom(claim, seen)
    if not any(root_of(claim, node.branch)) and node.branch is Branch.PRICES:
        return False
    return belongs and sumtree.digest_of(node.node) == merkle.NOTHING


# --- one leaf ---------------------------------------------------------------------------------------------------


def _foreign_plan(claim: Claim, seen: View) -> bool:
    """The operation's job is said to follow a process plan it does not have."""
    del claim
    leaf, _ = seen.leaf(seen.subject)
    job = seen.row(JobRow, seen.row(OperationRow, seen.subject).job)
    return not job.first_plan <= leaf.plan < job.first_plan + job.plans


def _torn(claim: Claim, seen: View) -> bool:
    """Two operations of one job name different process plans for it."""
    del claim
    first, second = seen.row(OperationRow, seen.subject), seen.row(OperationRow, seen.other)
    return first.job == second.job and seen.leaf(seen.subject)[0].plan != seen.leaf(seen.other)[0].plan


def _missing(claim: Claim, seen: View) -> bool:
    """An operation of the plan its job follows does not run."""
    del claim
    leaf, _ = seen.leaf(seen.subject)
    return seen.row(OperationRow, seen.subject).plan == leaf.plan and not leaf.used


def _doubled(claim: Claim, seen: View) -> bool:
    """An operation of a plan its job does not follow runs, or is paid for."""
    del claim
    leaf, sums = seen.leaf(seen.subject)
    return seen.row(OperationRow, seen.subject).plan != leaf.plan and (leaf.used or any(sums))


def _ineligible(claim: Claim, seen: View) -> bool:
    """The operation has no such mode."""
    del claim
    return seen.planned(seen.subject)[0].mode >= seen.row(OperationRow, seen.subject).modes


def _machine(claim: Claim, seen: View) -> bool:
    """Machine, site or quality are not those of the mode."""
    del claim
    leaf, _ = seen.planned(seen.subject)
    mode = seen.mode(seen.subject, leaf.mode)
    return (leaf.machine, leaf.site, leaf.quality) != (mode.machine, mode.site, mode.quality)


def _duration(claim: Claim, seen: View) -> bool:
    """The operation takes another time than its mode, or runs beyond all time."""
    del claim
    leaf, _ = seen.planned(seen.subject)
    return leaf.end >= NO_TIME or leaf.end - leaf.start != seen.mode(seen.subject, leaf.mode).duration


def _cost(claim: Claim, seen: View) -> bool:
    """The work costs another sum than its mode."""
    del claim
    leaf, sums = seen.planned(seen.subject)
    return sums[WORK] != seen.mode(seen.subject, leaf.mode).cost


def _energy(claim: Claim, seen: View) -> bool:
    """The work takes another energy than its mode."""
    del claim
    leaf, sums = seen.planned(seen.subject)
    return sums[ENERGY] != seen.mode(seen.subject, leaf.mode).energy


def _transport(claim: Claim, seen: View) -> bool:
    """The legs of the operation cost another sum."""
    del claim
    leaf, sums = seen.planned(seen.subject)
    operation = seen.row(OperationRow, seen.subject)
    legs = sum(seen.leg(seen.planned(earlier)[0].site, leaf.site).cost for earlier in seen.before(operation))
    return sums[TRANSPORT] != legs + _outer_legs(seen, operation, leaf.site)


def _outer_legs(seen: View, operation: OperationRow, site: int) -> int:
    """Cost of the legs from the origin and to the destination that belong to an operation."""
    total = 0
    if operation.arcs == 0 or operation.last:
        job = seen.row(JobRow, operation.job)
        if operation.arcs == 0 and job.origin != NONE:
            total += seen.leg(job.origin, site).cost
        if operation.last and job.destination != NONE:
            total += seen.leg(site, job.destination).cost
    return total


def _release(claim: Claim, seen: View) -> bool:
    """A first operation starts before its material can be there."""
    del claim
    leaf, _ = seen.planned(seen.subject)
    operation = seen.row(OperationRow, seen.subject)
    job = seen.row(JobRow, operation.job)
    leg = seen.leg(job.origin, leaf.site).time if job.origin != NONE else 0
    return operation.arcs == 0 and leaf.start < job.release + leg


def _calendar(claim: Claim, seen: View) -> bool:
    """The operation lies in no window of its machine; `other` windows begin before or with it."""
    del claim
    leaf, _ = seen.planned(seen.subject)
    machine = seen.row(MachineRow, leaf.machine)
    if machine.windows == NONE or seen.other > machine.windows:
        return False
    begun = seen.other
    if begun < machine.windows and seen.row(WindowRow, machine.first_window + begun).start <= leaf.start:
        return False
    if begun == 0:
        return True
    window = seen.row(WindowRow, machine.first_window + begun - 1)
    return window.start <= leaf.start and window.end < leaf.end


def _late(claim: Claim, seen: View) -> bool:
    """The operation ends, or its product arrives, after the claimed makespan."""
    leaf, _ = seen.planned(seen.subject)
    if leaf.end > claim.makespan:
        return True
    operation = seen.row(OperationRow, seen.subject)
    job = seen.row(JobRow, operation.job)
    if not operation.last or job.destination == NONE:
        return False
    return leaf.end + seen.leg(leaf.site, job.destination).time > claim.makespan


# --- several leaves ---------------------------------------------------------------------------------------------


def _precedence(claim: Claim, seen: View) -> bool:
    """The operation starts before the `other` one, which it waits for, has ended and arrived."""
    del claim
    operation = seen.row(OperationRow, seen.subject)
    if seen.other not in seen.before(operation):
        return False
    (leaf, _), (earlier, _) = seen.planned(seen.subject), seen.planned(seen.other)
    return leaf.start < earlier.end + seen.leg(earlier.site, leaf.site).time


def _workpiece(claim: Claim, seen: View) -> bool:
    """Two operations of a job with a single workpiece overlap."""
    del claim
    first, second = seen.row(OperationRow, seen.subject), seen.row(OperationRow, seen.other)
    if seen.subject >= seen.other or first.job != second.job or not seen.row(JobRow, first.job).single_workpiece:
        return False
    return _overlap([seen.planned(seen.subject)[0], seen.planned(seen.other)[0]])


def _overlap(held: list[PlanLeaf]) -> bool:
    """Whether there is a moment at which all of them run."""
    return max(leaf.start for leaf in held) < min(leaf.end for leaf in held)


def _capacity(claim: Claim, seen: View) -> bool:
    """A machine runs more operations at once than it can, or an instant one inside another on a unary machine."""
    del claim
    machine = seen.row(MachineRow, seen.subject)
    held = [seen.planned(operation)[0] for operation in seen.held()]
    if machine.capacity == NONE64 or len(held) <= machine.capacity or any(at.machine != seen.subject for at in held):
        return False
    if _overlap(held):
        return True
    if machine.capacity != 1 or len(held) != 2:
        return False
    return any(a.start < b.start == b.end < a.end for a, b in (held, reversed(held)))


def _place(claim: Claim, seen: View) -> bool:
    """The tree of uses does not hold the operation where the plan says it does."""
    leaf, _ = seen.planned(seen.subject)
    if leaf.place == NONE:
        return seen.row(MachineRow, leaf.machine).budget != NONE64
    if leaf.place >= claim.use_count:
        return True
    use = seen.use(leaf.place)
    return (use.machine, use.operation, use.duration) != (leaf.machine, seen.subject, leaf.end - leaf.start)


def _running(claim: Claim, seen: View) -> bool:
    """A use does not go on where the one before it ended, or stands before an earlier machine's."""
    del claim
    use = seen.use(seen.subject)
    if seen.subject == 0:
        return use.before != 0
    last = seen.use(seen.subject - 1)
    if use.machine == last.machine:
        return use.before != last.before + last.duration
    return use.machine < last.machine or use.before != 0


def _budget(claim: Claim, seen: View) -> bool:
    """With this use a machine has been given more than its budget."""
    del claim
    use = seen.use(seen.subject)
    budget = seen.row(MachineRow, use.machine).budget
    return budget != NONE64 and use.before + use.duration > budget


def _whole_job(seen: View) -> tuple[JobRow, list[tuple[PlanLeaf, Sums]]]:
    """A job with all its leaves."""
    job = seen.row(JobRow, seen.subject)
    return job, [seen.leaf(i) for i in range(job.first_operation, job.first_operation + job.operations)]


def _job_budget(claim: Claim, seen: View) -> bool:
    """A job costs more than its budget."""
    del claim
    job, leaves = _whole_job(seen)
    return job.budget != NONE64 and sum(sums[WORK] + sums[TRANSPORT] for _, sums in leaves) > job.budget


def _quality(claim: Claim, seen: View) -> bool:
    """A job's mean quality is below its least quality."""
    del claim
    job, leaves = _whole_job(seen)
    reached = [leaf.quality for leaf, _ in leaves if leaf.used]
    return job.min_quality != NONE and sum(reached) < job.min_quality * len(reached)


# --- the bound --------------------------------------------------------------------------------------------------


def _price(claim: Claim, seen: View) -> bool:
    """A price is negative, stands on a machine without budget, or its product with the budget is wrong."""
    del claim
    price, product = seen.price(seen.subject)
    if price < 0:
        return True
    budget = seen.row(MachineRow, seen.subject).budget
    return product != (0 if budget == NONE64 else price * budget) or (price > 0 and budget == NONE64)


def _cheaper(claim: Claim, seen: View) -> bool:
    """A path through the process plan `other` costs less than the bound of its job, at the claimed prices."""
    plan = seen.row(PlanRow, seen.other)
    if plan.job != seen.subject or len(seen.picks) != plan.operations:
        return False
    chosen = {plan.first_operation + i: pick for i, pick in enumerate(seen.picks)}
    modes = {number: seen.mode(number, pick) for number, pick in chosen.items()}
    total = 0
    for number, mode in modes.items():
        operation = seen.row(OperationRow, number)
        legs = sum(seen.leg(modes[earlier].site, mode.site).cost for earlier in seen.before(operation))
        legs += _outer_legs(seen, operation, mode.site)
        total += claim.scale * (mode.cost + legs) + seen.price(mode.machine)[0] * mode.duration
    return total < seen.bound(seen.subject)


RULES: Final[dict[Lie, Callable[[Claim, View], bool]]] = {
    Lie.BOUND: _bound,
    Lie.SUM: _sum,
    Lie.STRAY: _stray,
    Lie.BLANK: _blank,
    Lie.FOREIGN_PLAN: _foreign_plan,
    Lie.TORN: _torn,
    Lie.MISSING: _missing,
    Lie.DOUBLED: _doubled,
    Lie.INELIGIBLE: _ineligible,
    Lie.MACHINE: _machine,
    Lie.DURATION: _duration,
    Lie.COST: _cost,
    Lie.ENERGY: _energy,
    Lie.TRANSPORT: _transport,
    Lie.RELEASE: _release,
    Lie.PRECEDENCE: _precedence,
    Lie.WORKPIECE: _workpiece,
    Lie.CALENDAR: _calendar,
    Lie.CAPACITY: _capacity,
    Lie.PLACE: _place,
    Lie.RUNNING: _running,
    Lie.BUDGET: _budget,
    Lie.JOB_BUDGET: _job_budget,
    Lie.QUALITY: _quality,
    Lie.LATE: _late,
    Lie.PRICE: _price,
    Lie.CHEAPER: _cheaper,
}

_OF_NODES: Final = (Lie.SUM, Lie.STRAY, Lie.BLANK)

_TAKES: Final = {
    **dict.fromkeys((Lie.BOUND, *_OF_NODES), (False, False)),
    **dict.fromkeys((Lie.TORN, Lie.PRECEDENCE, Lie.WORKPIECE, Lie.CALENDAR, Lie.CHEAPER), (True, True)),
}
"""Whether a rule reads `subject` and `other`; if not they must be 0, so that a lie has one spelling."""
