"""What a rule may ask for, and a witness that answers: rows and leaves by number, verified under the roots first.

Positions of leaves are not compared with the depth their tree must have. They need not be: all leaves of a true
claim's tree stand at one depth, and the prefixes keep leaves and inner nodes apart, so only a real leaf opens, and only
where it stands. Rows say their number themselves. Whoever makes a claim has grown the trees of problem and targets from
what the round published, so these are no liar's either. Bare nodes have no prefix: their rules do compare the depth.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, TypeVar, cast

from hanse.ledger.certificates.claim import Claim
from hanse.ledger.certificates.leaves import BOUND, Leaf, PlanLeaf, PriceLeaf, TargetLeaf, UseLeaf
from hanse.ledger.certificates.witness import LAYOUTS, Branch, Node, Witness
from hanse.model.rows import (
    LEGS,
    MODES,
    NONE,
    TAGS,
    ArcRow,
    Header,
    Leg,
    LegsRow,
    ModeSlot,
    ModesRow,
    OperationRow,
    Row,
    read_row,
)

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

    def job(self, job: int) -> Sums:
        """Bound, baseline and target of a covered job."""
        return self.read(Branch.JOBS, job)[1]

    def bound(self, job: int) -> int:
        return self.job(job)[BOUND]

    def target(self, job: int) -> TargetLeaf:
        """Baseline and target of a job as the round has them."""
        return cast("TargetLeaf", self.read(Branch.TARGETS, job)[0])

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
        rows = [read_row(entry.content) for entry in witness.rows.entries]
        if any(place_of(left) >= place_of(right) for left, right in pairwise(rows)):
            raise NotShown
        self._rows = {number_of(row): row for row in rows}
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


def place_of(row: Row) -> tuple[int, ...]:
    """What the rows of a problem are sorted by: their tag, and the numbers they say."""
    return (TAGS[type(row)], *number_of(row)[1:])


def root_of(claim: Claim, branch: Branch) -> bytes:
    """Root node of a tree."""
    return {
        Branch.PLAN: claim.plan, Branch.USES: claim.uses, Branch.JOBS: claim.jobs, Branch.PRICES: claim.prices,
        Branch.TARGETS: claim.targets,
    }[branch]  # fmt: skip


def depth_of(count: int) -> int:
    """Depth of a tree over so many leaves."""
    return max(0, count - 1).bit_length()
