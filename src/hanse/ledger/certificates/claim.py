"""The claim: all that stands on the chain of a certificate. 225 bytes, or their hash."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

from hanse.errors import InputError
from hanse.ledger import sumtree
from hanse.ledger.certificates.leaves import BOUNDS, ENERGY, PLAN, PRICES, TRANSPORT, WORK
from hanse.model.keccak import keccak

VERSION: Final = 1
_STRUCT: Final = struct.Struct(">B32s56sQ32sI40s40sIQ")


@dataclass(frozen=True, slots=True)
class Claim:
    """What a solver says: this plan costs so much and is done by then; and no plan costs less than that.

    problem: root of the problem. plan, bounds, prices: root nodes, digest and sums (`leaves` says of what). makespan:
    no job is complete later. uses: root digest over `use_count` uses. prices are all zeros if no machine has a price.
    scale: what prices and bounds of jobs are multiplied with. bound: of the cost of any plan, in money units.
    """

    problem: bytes
    plan: bytes
    makespan: int
    uses: bytes
    use_count: int
    bounds: bytes
    prices: bytes
    scale: int
    bound: int

    def __post_init__(self) -> None:
        widths = (self.problem, 32), (self.plan, 56), (self.uses, 32), (self.bounds, 40), (self.prices, 40)
        if any(len(value) != width for value, width in widths):
            raise InputError("a root has the wrong length", where="claim")
        small, large = (self.use_count, self.scale), (self.makespan, self.bound)
        if not all(0 <= value < 2**32 for value in small) or not all(0 <= value < 2**64 for value in large):
            raise InputError("a number is negative or too large", where="claim")

    @property
    def cost(self) -> int:
        """Work and transport of the whole plan, in money units."""
        sums = sumtree.sums_of(self.plan)
        return sums[WORK] + sums[TRANSPORT]

    @property
    def energy(self) -> int:
        return sumtree.sums_of(self.plan)[ENERGY]

    @property
    def proved(self) -> int:
        """The bound its sums prove: (Σ bounds of jobs - Σ price · budget) ÷ scale, rounded up, at least 0.

        Up, because costs are integers: what is more than 749 is at least 750.
        """
        if not self.scale:
            return 0
        return max(0, -((sumtree.sums_of(self.prices)[0] - sumtree.sums_of(self.bounds)[0]) // self.scale))

    @property
    def digest(self) -> bytes:
        """Keccak-256 of the encoded claim: what a contract stores of it."""
        return keccak(self.encode())

    def encode(self) -> bytes:
        return _STRUCT.pack(
            VERSION, self.problem, self.plan, self.makespan, self.uses, self.use_count, self.bounds, self.prices,
            self.scale, self.bound,
        )  # fmt: skip

    @classmethod
    def decode(cls, data: bytes) -> Claim:
        """Raises InputError for anything that is not an encoded claim of this version."""
        if len(data) != _STRUCT.size or data[0] != VERSION:
            raise InputError(f"these bytes are no claim of version {VERSION}", where=f"{len(data)} bytes")
        return cls(*_STRUCT.unpack(data)[1:])


assert (PLAN.node_width, BOUNDS.node_width, PRICES.node_width) == (56, 40, 40)
