"""The claim: all that stands on the chain of a certificate. 305 bytes, or their hash."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

from hanse.errors import InputError
from hanse.ledger import sumtree
from hanse.ledger.certificates import coverage
from hanse.ledger.certificates.leaves import BASELINE, BOUND, ENERGY, JOBS, PLAN, PRICES, TARGET, TRANSPORT, WORK
from hanse.model.keccak import keccak

VERSION: Final = 1
_STRUCT: Final = struct.Struct(">B32s32s32s56sQ32sI56s40sIQ")
SIZE: Final = _STRUCT.size
"""Bytes of an encoded claim."""
NO_ROUND: Final = bytes(32)
"""Root of the targets of a claim that is not made in a round."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a solver says: this plan of these jobs costs so much and is done by then; and no plan of them costs less
    than that.

    problem: root of the problem. targets: root of the round's baselines and targets, `NO_ROUND` outside one. covered:
    the jobs it is about, as words (see `coverage`). plan, jobs, prices: root nodes, digest and sums (`leaves` says of
    what). makespan: no covered job is complete later. uses: root digest over `use_count` uses. prices are all zeros if
    no machine has a price. scale: what prices and bounds of jobs are multiplied with. bound: of the cost of any plan of
    the covered jobs, in money units.
    """

    problem: bytes
    targets: bytes
    covered: bytes
    plan: bytes
    makespan: int
    uses: bytes
    use_count: int
    jobs: bytes
    prices: bytes
    scale: int
    bound: int

    def __post_init__(self) -> None:
        roots = (
            (self.problem, 32),
            (self.targets, 32),
            (self.plan, 56),
            (self.uses, 32),
            (self.jobs, 56),
            (self.prices, 40),
        )
        if any(len(value) != width for value, width in roots):
            raise InputError("a root has the wrong length", where="claim")
        if not any(self.covered) or len(self.covered) % coverage.WORD:
            raise InputError("a claim covers at least one job, in whole words", where="claim, covered")
        small, large = (self.use_count, self.scale), (self.makespan, self.bound)
        if not all(0 <= value < 2**32 for value in small) or not all(0 <= value < 2**64 for value in large):
            raise InputError("a number is negative or too large", where="claim")

    @property
    def cost(self) -> int:
        """Work and transport of all covered jobs, in money units."""
        sums = sumtree.sums_of(self.plan)
        return sums[WORK] + sums[TRANSPORT]

    @property
    def energy(self) -> int:
        return sumtree.sums_of(self.plan)[ENERGY]

    @property
    def baseline(self) -> int:
        """What the round says the covered jobs cost so far, in money units."""
        return sumtree.sums_of(self.jobs)[BASELINE]

    @property
    def target(self) -> int:
        """What the round wants the covered jobs to cost, in money units."""
        return sumtree.sums_of(self.jobs)[TARGET]

    def covers(self, job: int) -> bool:
        """Whether the claim is about this job."""
        return coverage.covers(self.covered, job)

    @property
    def proved(self) -> int:
        """The bound its sums prove: (Σ bounds of jobs - Σ price · budget) ÷ scale, rounded up, at least 0.

        Up, because costs are integers: what is more than 749 is at least 750.
        """
        if not self.scale:
            return 0
        return max(0, -((sumtree.sums_of(self.prices)[0] - sumtree.sums_of(self.jobs)[BOUND]) // self.scale))

    @property
    def digest(self) -> bytes:
        """Keccak-256 of the encoded claim: what a contract stores of it."""
        return keccak(self.encode())

    def encode(self) -> bytes:
        return _STRUCT.pack(
            VERSION, self.problem, self.targets, keccak(self.covered), self.plan, self.makespan, self.uses,
            self.use_count, self.jobs, self.prices, self.scale, self.bound,
        )  # fmt: skip

    @classmethod
    def decode(cls, data: bytes, covered: bytes) -> Claim:
        """The claim of these bytes, which covers the jobs of these words.

        Raises InputError for anything that is not an encoded claim of this version, or covers other jobs.
        """
        if len(data) != SIZE or data[0] != VERSION:
            raise InputError(f"these bytes are no claim of version {VERSION}", where=f"{len(data)} bytes")
        _, problem, targets, hash_of_covered, *others = _STRUCT.unpack(data)
        if hash_of_covered != keccak(covered):
            raise InputError("the claim covers other jobs than these", where="claim, covered")
        return cls(problem, targets, covered, *others)


assert (SIZE, PLAN.node_width, JOBS.node_width, PRICES.node_width) == (305, 56, 56, 40)
