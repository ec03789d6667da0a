"""What makes a witness true: one rule a lie, using only what a contract has.

`check_witness` takes the problem's root, the claim and the witness, first climbs from everything shown to the roots,
and then asks the rule of the lie. A rule looks rows and leaves up by number; what is not shown counts as a failure to
show. This is the twin of the contract: integers, no search, no knowledge of the problem.

A rule may use the machine, its capacity, the site or times a leaf names: if the claim is true they are right, and if
they are not, the claim is false anyway, since a leaf that contradicts the row of its mode or of its machine is a lie of
its own.

    nodes.py   the claim's own numbers, bare nodes     leaf.py    one operation by itself     uses.py   machine budgets
    schedule.py   time, machines, whole jobs           bound.py   prices, bounds, targets
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Final

from hanse.errors import InputError
from hanse.ledger.certificates.claim import Claim
from hanse.ledger.certificates.rules import bound, leaf, nodes, schedule, uses
from hanse.ledger.certificates.view import NotShown, Seen, View
from hanse.ledger.certificates.witness import Lie, Witness

RULES: Final[dict[Lie, Callable[[Claim, View], bool]]] = {
    Lie.BOUND: nodes.bound,
    Lie.SUM: nodes.sum,
    Lie.STRAY: nodes.stray,
    Lie.BLANK: nodes.blank,
    Lie.FOREIGN_PLAN: leaf.foreign_plan,
    Lie.TORN: leaf.torn,
    Lie.MISSING: leaf.missing,
    Lie.DOUBLED: leaf.doubled,
    Lie.INELIGIBLE: leaf.ineligible,
    Lie.MACHINE: leaf.machine,
    Lie.DURATION: leaf.duration,
    Lie.COST: leaf.cost,
    Lie.ENERGY: leaf.energy,
    Lie.TRANSPORT: leaf.transport,
    Lie.RELEASE: schedule.release,
    Lie.PRECEDENCE: schedule.precedence,
    Lie.WORKPIECE: schedule.workpiece,
    Lie.CALENDAR: schedule.calendar,
    Lie.CAPACITY: schedule.capacity,
    Lie.PLACE: uses.place,
    Lie.RUNNING: uses.running,
    Lie.BUDGET: uses.budget,
    Lie.JOB_BUDGET: schedule.job_budget,
    Lie.QUALITY: schedule.quality,
    Lie.LATE: schedule.late,
    Lie.PRICE: bound.price,
    Lie.CHEAPER: bound.cheaper,
    Lie.TARGET: bound.target,
    Lie.RATED: leaf.rated,
}

_OF_NODES: Final = (Lie.SUM, Lie.STRAY, Lie.BLANK)

_TAKES: Final = {
    **dict.fromkeys((Lie.BOUND, *_OF_NODES), (False, False)),
    **dict.fromkeys((Lie.TORN, Lie.PRECEDENCE, Lie.WORKPIECE, Lie.CALENDAR, Lie.CHEAPER), (True, True)),
}
"""Whether a rule reads `subject` and `other`; if not they must be 0, so that a lie has one spelling."""


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
