"""Lies about time, machines and whole jobs: when operations run, on what, together with which others."""

from __future__ import annotations

from collections.abc import Sequence

from hanse.ledger.certificates.claim import Claim
from hanse.ledger.certificates.leaves import TRANSPORT, WORK, PlanLeaf
from hanse.ledger.certificates.view import Sums, View
from hanse.model.rows import NONE, NONE64, JobRow, MachineRow, OperationRow, WindowRow


def release(claim: Claim, seen: View) -> bool:
    """A first operation starts before its material can be there."""
    del claim
    leaf, _ = seen.planned(seen.subject)
    operation = seen.row(OperationRow, seen.subject)
    if operation.arcs:
        return False
    leg = seen.leg(operation.origin, leaf.site).time if operation.origin != NONE else 0
    return leaf.start < operation.release + leg


def calendar(claim: Claim, seen: View) -> bool:
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


def late(claim: Claim, seen: View) -> bool:
    """The operation ends, or its product arrives, after the claimed makespan."""
    leaf, _ = seen.planned(seen.subject)
    if leaf.end > claim.makespan:
        return True
    destination = seen.row(OperationRow, seen.subject).destination
    return destination != NONE and leaf.end + seen.leg(leaf.site, destination).time > claim.makespan


def precedence(claim: Claim, seen: View) -> bool:
    """The operation starts before the `other` one, which it waits for, has ended and arrived."""
    del claim
    operation = seen.row(OperationRow, seen.subject)
    if seen.other not in seen.before(operation):
        return False
    (leaf, _), (earlier, _) = seen.planned(seen.subject), seen.planned(seen.other)
    return leaf.start < earlier.end + seen.leg(earlier.site, leaf.site).time


def workpiece(claim: Claim, seen: View) -> bool:
    """Two operations of a job with a single workpiece overlap."""
    del claim
    first, second = seen.row(OperationRow, seen.subject), seen.row(OperationRow, seen.other)
    if seen.subject >= seen.other or first.job != second.job or not seen.row(JobRow, first.job).single_workpiece:
        return False
    return _overlap([seen.planned(seen.subject)[0], seen.planned(seen.other)[0]])


def _overlap(held: Sequence[PlanLeaf]) -> bool:
    """Whether there is a moment at which all of them run."""
    return max(leaf.start for leaf in held) < min(leaf.end for leaf in held)


def capacity(claim: Claim, seen: View) -> bool:
    """A machine runs more operations at once than it can, or an instant one inside another on a unary machine."""
    del claim
    held = [seen.planned(operation)[0] for operation in seen.held()]
    if not held or any(at.machine != seen.subject for at in held):
        return False
    most = held[0].capacity
    return most != NONE64 and len(held) > most and together(held, most)


def together(held: Sequence[PlanLeaf], capacity: int) -> bool:
    """Whether operations of a machine, one more than it can run at once, get into each other's way."""
    if _overlap(held):
        return True
    if capacity != 1 or len(held) != 2:
        return False
    return any(a.start < b.start == b.end < a.end for a, b in (held, reversed(held)))


def _whole_job(seen: View) -> tuple[JobRow, list[tuple[PlanLeaf, Sums]]]:
    """A job with all its leaves."""
    job = seen.row(JobRow, seen.subject)
    return job, [seen.leaf(i) for i in range(job.first_operation, job.first_operation + job.operations)]


def job_budget(claim: Claim, seen: View) -> bool:
    """A job costs more than its budget."""
    del claim
    job, leaves = _whole_job(seen)
    return job.budget != NONE64 and sum(sums[WORK] + sums[TRANSPORT] for _, sums in leaves) > job.budget


def quality(claim: Claim, seen: View) -> bool:
    """A job's mean quality is below its least quality."""
    del claim
    job, leaves = _whole_job(seen)
    reached = [leaf.quality for leaf, _ in leaves if leaf.used]
    return job.min_quality != NONE and sum(reached) < job.min_quality * len(reached)
