"""Who bears which failure in an agreement: a clause that all parties sign with its conditions, and what it makes of a
cause that an arbiter finds. Lateness has its curve in the conditions (`value.settlement.penalty`).

The twin of contracts/src/LiabilityRule.sol: where a clause stands the settlement takes a cause and computes the share
that the member gets of what it earned, so a ruling leaves the arbiter the fact and not the amount. By share an arbiter
rules only where there is no clause, or customer and member have both waived it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Literal, get_args

from hanse.errors import InputError
from hanse.units import MILLION

Cause = Literal["none", "quality", "breakdown", "transport"]
CAUSES: tuple[Cause, ...] = get_args(Cause)
"""In the order of the contract's enum."""

PART_BITS = 32


@dataclass(frozen=True, slots=True)
class Liability:
    """What the member bears of each failure, millionths of what it earned; the customer bears the rest. quality: the
    work is not what was promised; breakdown: a machine of the member failed; transport: lost or damaged on the way.
    Raises InputError for a share that is none."""

    quality: int
    breakdown: int
    transport: int

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if type(value) is not int or not 0 <= value <= MILLION:
                raise InputError(
                    f"{value!r} is not between 0 and a million millionths", where=f"liability, {field.name}"
                )

    def share(self, cause: Cause) -> int:
        """What the member gets of what it earned, millionths: all if nothing was wrong."""
        return MILLION if cause == "none" else MILLION - int(getattr(self, cause))

    def words(self) -> dict[str, int]:
        """By name."""
        return asdict(self)

    @property
    def word(self) -> int:
        """The clause as a deal's conditions have it: a one and the three parts, 32 bits each, from the left."""
        word = 1
        for part in (self.quality, self.breakdown, self.transport):
            word = word << PART_BITS | part
        return word

    @classmethod
    def of(cls, word: int) -> Liability | None:
        """The clause that a deal's conditions have; None for 0, which is none. Raises InputError for what the contract
        refuses."""
        if word == 0:
            return None
        one, *parts = (word >> PART_BITS * place & (1 << PART_BITS) - 1 for place in (3, 2, 1, 0))
        if one != 1 or word >> 4 * PART_BITS:
            raise InputError(f"{word} is no clause", where="liability")
        return cls(*parts)
