"""Lies that one operation's leaf tells about itself: its plan, mode, machine, times, amounts."""

from __future__ import annotations

from typing import Final

from hanse.ledger.certificates.claim import Claim
from hanse.ledger.certificates.leaves import ENERGY, TRANSPORT, WORK
from hanse.ledger.certificates.view import View
from hanse.model.rows import NONE, MachineRow, OperationRow

NO_TIME: Final = 2**62
"""Moments are before it, so that no sum of two quantities can overflow."""


def foreign_plan(claim: Claim, seen: View) -> bool:
    """The operation's job is said to follow a process plan it does not have."""
    del claim
    leaf, _ = seen.leaf(seen.subject)
    operation = seen.row(OperationRow, seen.subject)
    return not operation.first_plan <= leaf.plan < operation.first_plan + operation.plans


def torn(claim: Claim, seen: View) -> bool:
    """Two operations of one job name different process plans for it."""
    del claim
    first, second = seen.row(OperationRow, seen.subject), seen.row(OperationRow, seen.other)
    return first.job == second.job and seen.leaf(seen.subject)[0].plan != seen.leaf(seen.other)[0].plan


def missing(claim: Claim, seen: View) -> bool:
    """An operation of the plan its job follows does not run."""
    del claim
    leaf, _ = seen.leaf(seen.subject)
    return seen.row(OperationRow, seen.subject).plan == leaf.plan and not leaf.used


def doubled(claim: Claim, seen: View) -> bool:
    """An operation of a plan its job does not follow runs, or is paid for."""
    del claim
    leaf, sums = seen.leaf(seen.subject)
    return seen.row(OperationRow, seen.subject).plan != leaf.plan and (leaf.used or any(sums))


def ineligible(claim: Claim, seen: View) -> bool:
    """The operation has no such mode."""
    del claim
    return seen.planned(seen.subject)[0].mode >= seen.row(OperationRow, seen.subject).modes


def machine(claim: Claim, seen: View) -> bool:
    """Machine, site or quality are not those of the mode."""
    del claim
    leaf, _ = seen.planned(seen.subject)
    mode = seen.mode(seen.subject, leaf.mode)
    return (leaf.machine, leaf.site, leaf.quality) != (mode.machine, mode.site, mode.quality)


def rated(claim: Claim, seen: View) -> bool:
    """The capacity is not that of the machine."""
    del claim
    leaf, _ = seen.planned(seen.subject)
    return leaf.capacity != seen.row(MachineRow, leaf.machine).capacity


def duration(claim: Claim, seen: View) -> bool:
    """The operation takes another time than its mode, or runs beyond all time."""
    del claim
    leaf, _ = seen.planned(seen.subject)
    return leaf.end >= NO_TIME or leaf.end - leaf.start != seen.mode(seen.subject, leaf.mode).duration


def cost(claim: Claim, seen: View) -> bool:
    """The work costs another sum than its mode."""
    del claim
    leaf, sums = seen.planned(seen.subject)
    return sums[WORK] != seen.mode(seen.subject, leaf.mode).cost


def energy(claim: Claim, seen: View) -> bool:
    """The work takes another energy than its mode."""
    del claim
    leaf, sums = seen.planned(seen.subject)
    return sums[ENERGY] != seen.mode(seen.subject, leaf.mode).energy


def transport(claim: Claim, seen: View) -> bool:
    """The legs of the operation cost another sum."""
    del claim
    leaf, sums = seen.planned(seen.subject)
    operation = seen.row(OperationRow, seen.subject)
    legs = sum(seen.leg(seen.planned(earlier)[0].site, leaf.site).cost for earlier in seen.before(operation))
    return sums[TRANSPORT] != legs + outer_legs(seen, operation, leaf.site)


def outer_legs(seen: View, operation: OperationRow, site: int) -> int:
    """Cost of the legs from the origin and to the destination that belong to an operation."""
    total = 0
    if operation.origin != NONE:
        total += seen.leg(operation.origin, site).cost
    if operation.destination != NONE:
        total += seen.leg(site, operation.destination).cost
    return total
