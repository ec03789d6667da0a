"""When anyone may end a milestone because somebody was silent; the twin of `Settlement._settle`. Pure."""

from __future__ import annotations

from hanse.ledger.deal import Conditions, Milestone
from hanse.ledger.settlement import Stage


def due_at(stage: Stage, milestone: Milestone, conditions: Conditions, since: int) -> int | None:
    """Seconds since 1970 from which a milestone can be settled by the clock, None if it never can. since: when it came
    to its stage: was delivered, disputed, ruled on or appealed."""
    if stage == "agreed":
        return milestone.start_by
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
