"""Idle time."""

from __future__ import annotations

from hanse.app.api import shapes
from hanse.ledger.offer_tables import WindowRow
from hanse.market.offers import CONFIRMED, Rules


def offer(row: WindowRow, rules: Rules) -> shapes.OfferNow:
    """rules: of now."""
    one = row.window
    own = one.until >= CONFIRMED and one.review > 0
    return shapes.OfferNow(
        host=row.host,
        number=row.number,
        machine=one.machine,
        service=one.service,
        start=one.start,
        end=one.end,
        price=one.price,
        state=str(one.state),
        guest=row.guest if one.guest else "",
        guest_start=one.start_of_guest,
        guest_length=one.length,
        hold=rules.hold,
        review=one.review if own else rules.review * 60,
        decision=one.decision if own else rules.decision * 60,
        guarantee=one.penalty if own else one.guarantee(rules),
    )
