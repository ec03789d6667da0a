"""What became of every order of a part, from the index alone: answers, money, and what reputations became. Pure.

A reputation is computed from all settled work of the league up to the moment an order was settled, without and with it.
Who owns a party is what it is called in the case: an enterprise that orders from itself earns nothing by that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from hanse.app.record import Agreement, AgreementState, Asked, Change, Part
from hanse.app.voyage.agreeing import Offer
from hanse.app.voyage.weighing import customer
from hanse.value.reputation import DEFAULT, Fault, Settlement, credit, reputation
from hanse.value.settlement import escrow, escrow_of

if TYPE_CHECKING:
    from hanse.ledger.index import Index
    from hanse.ledger.settlement_tables import AnswerRow, SettledRow

UNDONE = ("never started", "never delivered", "given up")


def tell(part: Part, offers: tuple[Offer, ...], index: Index) -> Part:
    """The part with its agreements."""
    owners = {offer.order.address: offer.order.customer for offer in offers}
    owners |= {
        offer.deal.milestones[offer.position(piece)].member: piece.member
        for offer in offers
        if offer.deals
        for piece in offer.work
    }
    known = _Known(index, owners)
    return replace(part, agreements=tuple(_agreement(part, offer, known) for offer in offers))


class _Known:
    """What the index says, by agreement, and everybody's settlements, to compute reputations from."""

    def __init__(self, index: Index, owners: Mapping[str, str]) -> None:
        self.settled: dict[int, dict[int, SettledRow]] = defaultdict(dict)
        self.answers: dict[int, list[AnswerRow]] = defaultdict(list)
        self._end: dict[int, Settlement] = {}
        self._of: dict[str, list[tuple[int, Settlement]]] = defaultdict(list)
        for answer in index.answers():
            self.answers[answer.agreement].append(answer)
        for number, row in enumerate(index.settled()):
            self.settled[row.agreement][row.number] = row
            # Every piece of settled work is one piece of evidence, so it is counted as an order of its own. What its
            # member signed for and never did was not on time at all, and its fault without any dispute.
            undone = row.ending in UNDONE
            late = DEFAULT.patience if undone else row.lateness
            fault: Fault = "member" if undone else row.fault
            one = Settlement(
                number, row.customer, row.member, owners.get(row.customer, row.customer),
                owners.get(row.member, row.member), row.price, late, row.rating, fault, row.time,
            )  # fmt: skip
            self._end[row.agreement] = one
            for party in (row.customer, row.member):
                self._of[party].append((row.agreement, one))

    def reputation(self, address: str, agreement: int) -> Change:
        """A member's standing when the last of an agreement was settled: without it, and with it."""
        return self._change(address, agreement, lambda known, now: reputation(known, address, now).whole)

    def credit(self, address: str, agreement: int) -> Change:
        """A customer's."""
        return self._change(address, agreement, lambda known, now: credit(known, address, now))

    def _change(self, address: str, agreement: int, score: Callable[[Iterable[Settlement], int], int]) -> Change:
        end = self._end[agreement]
        known = [(its, one) for its, one in self._of[address] if one.order <= end.order]
        without = [one for its, one in known if its != agreement]
        return Change(score(without, end.time), score([one for _, one in known], end.time))


def _agreement(part: Part, offer: Offer, known: _Known) -> Agreement:
    order = offer.order
    rows = known.settled.get(offer.number, {}) if offer.active else {}
    from_customer, from_operator = escrow(offer.deal) if offer.active else (0, 0)
    locked = sum(
        sum(escrow_of(one, offer.deal.conditions))
        for i, one in enumerate(offer.deal.milestones if offer.active else ())
        if i not in rows
    )
    outcome = next(one for one in part.outcomes if one.job == order.job)
    before = customer(part, offer.work, outcome, outcome.cost)
    after = customer(part, offer.work, outcome, from_customer) if offer.active else before
    excess = max(0, order.deposit - from_customer) if offer.deals else 0
    return Agreement(
        order=order.number,
        number=offer.number,
        versions=len(offer.deals),
        state=_state(offer, locked, rows),
        deposit=order.deposit,
        added=max(0, from_customer - order.deposit) if offer.active else 0,
        subsidies=from_operator,
        reward=sum(row.to_solver for row in rows.values()),
        fee=sum(row.to_treasury for row in rows.values()),
        back=excess + sum(row.to_customer for row in rows.values()),
        back_to_operator=sum(row.to_proposer for row in rows.values()),
        locked=locked if offer.deals else order.deposit,
        satisfaction=None if before is None or after is None else Change(before, after),
        credit=known.credit(order.address, offer.number) if rows else None,
        asked=_asked(offer, rows, known) if offer.deals else (),
        divided=offer.surplus,
    )


def _state(offer: Offer, locked: int, rows: Mapping[int, SettledRow]) -> AgreementState:
    if not offer.deals:
        return "not proposed"
    if offer.refusing:
        return "declined"
    if len(rows) < len(offer.deal.milestones) or locked:
        return "running"
    return "undone" if any(row.ending in UNDONE for row in rows.values()) else "settled"


def _asked(offer: Offer, rows: Mapping[int, SettledRow], known: _Known) -> tuple[Asked, ...]:
    found = []
    for piece in offer.work:
        at = offer.position(piece)
        one = offer.deal.milestones[at]
        before, after = offer.weighed.satisfaction(piece)
        asked = Asked(
            piece.member,
            tuple(place.operation for place in piece.places),
            one.price,
            one.compensation,
            one.subsidy,
            one.start_by,
            one.due,
            _said(offer, one.member, known.answers[offer.number]),
            None if before is None or after is None else Change(before, after),
        )
        row = rows.get(at)
        if row is not None:
            asked = replace(
                asked,
                ending=row.ending,
                share=row.share,
                rating=row.rating,
                late=row.lateness,
                paid=row.to_member,
                paid_by_operator=one.subsidy - row.to_proposer,
                reputation=known.reputation(one.member, offer.number),
            )
        found.append(asked)
    return tuple(found)


def _said(offer: Offer, member: str, answers: list[AnswerRow]) -> tuple[str, ...]:
    """A member's answers: what the ledger tells of it, and that it signed, if all did."""
    said = []
    for answer in answers:
        if answer.party == member:
            more = answer.what == "countered"
            said.append(f"asked for {(answer.compensation or 0) / 100:.2f} more" if more else answer.what)
    if offer.active:
        said.append("signed")
    return tuple(said) or ("did not sign",)
