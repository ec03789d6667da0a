"""Lies about the uses, by which a machine's budget is judged."""

from __future__ import annotations

from hanse.ledger.certificates.claim import Claim
from hanse.ledger.certificates.view import View
from hanse.model.rows import NONE, NONE64, MachineRow


def place(claim: Claim, seen: View) -> bool:
    """The tree of uses does not hold the operation where the plan says it does."""
    leaf, _ = seen.planned(seen.subject)
    if leaf.place == NONE:
        return seen.row(MachineRow, leaf.machine).budget != NONE64
    if leaf.place >= claim.use_count:
        return True
    use = seen.use(leaf.place)
    return (use.machine, use.operation, use.duration) != (leaf.machine, seen.subject, leaf.end - leaf.start)


def running(claim: Claim, seen: View) -> bool:
    """A use does not go on where the one before it ended, or stands before an earlier machine's."""
    del claim
    use = seen.use(seen.subject)
    if seen.subject == 0:
        return use.before != 0
    last = seen.use(seen.subject - 1)
    if use.machine == last.machine:
        return use.before != last.before + last.duration
    return use.machine < last.machine or use.before != 0


def budget(claim: Claim, seen: View) -> bool:
    """With this use a machine has been given more than its budget."""
    del claim
    use = seen.use(seen.subject)
    budget = seen.row(MachineRow, use.machine).budget
    return budget != NONE64 and use.before + use.duration > budget
