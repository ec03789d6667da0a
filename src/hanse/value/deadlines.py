"""When anyone may end a milestone because somebody was silent; the twin of `Settlement._settle`. Pure."""

from __future__ import annotations

from hanse.ledger.deal import Conditions, Milestone
from hanse.ledger.settlement import Stage


def due_at(
    stage: Stage, milestone: Milestone, conditions: Conditions, since: int, *, funded: bool = True
) -> int | None:
    """Seconds since 1970 from which a milestone can be settled by the clock, None if it never can. since: when it came
    to its stage: was delivered, disputed, ruled on or appealed; funded: whether its instalment, if it has one, was paid
    in."""
    if stage == "agreed":
        return milestone.fund_by if milestone.fund_by and not funded else milestone.start_by
    if stage == "started":
        return milestone.due + conditions.patience
    if stage == "delivered":
        return since + conditions.review
    if stage == "disputed":
        return since + conditions.ruling + conditions.appeal
    if stage == "ruled":
        return since + conditions.appeal
    if stage == "appealed":
        return since + conditions.ruling
    return None
