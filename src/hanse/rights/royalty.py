"""How much of a royalty an order has earned its design's owner: `RoyaltyRule.sol`'s twin, equal to the last cent."""

from __future__ import annotations

from collections.abc import Sequence

from hanse.units import MILLION


def due(amount: int, milestones: Sequence[tuple[int, int]]) -> int:
    """The owner's part of `amount` cents, rounded down; the rest goes back to who paid. milestones: what each pays its
    member when all goes well (price and compensation), cents, and the share of it that was paid, millionths.

    Nothing if no work was paid; all if work for nothing was.
    """
    total = sum(pay for pay, _ in milestones)
    if total == 0:
        return amount if any(share for _, share in milestones) else 0
    return amount * sum(pay * share for pay, share in milestones) // (total * MILLION)
