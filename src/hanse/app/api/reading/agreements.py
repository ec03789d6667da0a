"""Agreements: what is promised, what is missing, where each piece of work stands."""

from __future__ import annotations

from dataclasses import asdict

from hanse.app.api import shapes
from hanse.app.api.callers import Caller
from hanse.app.api.problems import NotThere
from hanse.app.api.reading.money import purse
from hanse.app.api.service import Service
from hanse.ledger.deal import Deal
from hanse.ledger.league import NOTHING
from hanse.ledger.settlement_tables import AgreementRow, MilestoneRow
from hanse.value.liability import Liability
from hanse.value.settlement import escrow, escrow_of


def own_agreement(who: Caller, number: int, party: str | None = None) -> AgreementRow:
    """An agreement that the caller may see. party: whom it acts for, as was checked. Raises NotThere, also for one it
    may not."""
    eyes = who.eyes if party is None or party == who.address else party
    row = who.service.lookup.agreement(number, eyes)
    if row is None:
        raise NotThere(f"there is no agreement {number} that you can see", where=f"agreement {number}")
    return row


def agreement(service: Service, row: AgreementRow) -> shapes.AgreementNow:
    """An agreement with its milestones, and what is missing for it to become active."""
    deal, lookup = row.deal, service.lookup
    signed = deal.parties() if row.status == "active" else tuple(service.signatures.of(row.number, deal))
    from_customer, from_proposer = escrow(deal)
    lacks = proposer_lacks = 0
    if row.status == "open":
        proposer_lacks = max(0, from_proposer - purse(service, deal.proposer, "settlement")) if from_proposer else 0
        placed = lookup.order(deal.order)
        deposit = placed.deposit if placed is not None and placed.status == "planned" else 0
        lacks = max(0, from_customer - deposit - purse(service, deal.customer, "settlement"))
    progress = {one.number: one for one in lookup.milestones(row.number)}
    ended = {one.number: one for one in lookup.settled(row.number)}
    paid_in, given = (
        lookup.instalments(row.number),
        {one.milestone: one.repay for one in lookup.advances_of(row.number) if one.state in ("given", "repaid")},
    )
    milestones = []
    for i, one in enumerate(deal.milestones):
        end = ended.get(i)
        funded = one.fund_by == 0 or i in paid_in
        of_customer, of_proposer = escrow_of(one, deal.conditions)
        milestones.append(
            shapes.MilestoneNow(
                number=i,
                member=one.member,
                price=one.price,
                compensation=one.compensation,
                subsidy=one.subsidy,
                start_by=one.start_by,
                due=one.due,
                stage=progress[i].stage if i in progress else "proposed",
                evidence=progress[i].evidence if i in progress else "",
                ending="" if end is None else end.ending,
                rating=None if end is None else end.rating,
                late=0 if end is None else end.lateness,
                paid=0 if end is None else end.to_member,
                held=of_customer * funded + of_proposer if i in progress and end is None else 0,
                back=0 if end is None else end.to_customer,
                shared=0 if end is None else end.to_solver + end.to_treasury + end.to_proposer,
                share=progress[i].share if i in progress else None,
                cause=progress[i].cause if i in progress else "",
                waived=_waived(progress[i], deal) if i in progress else [],
                ended=None if end is None else end.time,
                fund_by=one.fund_by,
                funded=funded,
                advanced=given.get(i, 0),
            )
        )
    return shapes.AgreementNow(
        number=row.number,
        order=deal.order,
        status=row.status,
        version=deal.version,
        rounds=deal.rounds,
        customer=deal.customer,
        proposer=deal.proposer,
        deadline=deal.deadline,
        plan=deal.plan,
        document=deal.document,
        price=sum(one.price for one in deal.milestones),
        escrow=from_customer,
        lacks=lacks,
        proposer_lacks=proposer_lacks,
        liability=None if (borne := Liability.of(deal.conditions.liability)) is None else shapes.Borne(**borne.words()),
        conditions=shapes.ConditionsNow(
            **{name: value for name, value in asdict(deal.conditions).items() if name != "liability"}
        ),
        signed=list(signed),
        waiting=[party for party in deal.parties() if party not in signed] if row.status == "open" else [],
        milestones=milestones,
        said=[
            shapes.SaidNow(
                party=one.party,
                version=one.version,
                what=one.what,
                milestone=one.milestone,
                price=one.price,
                compensation=one.compensation,
                start_by=one.start_by,
                due=one.due,
                document=one.document if one.document != NOTHING else "",
            )
            for one in lookup.said(row.number)
        ],
    )


def _waived(one: MilestoneRow, deal: Deal) -> list[str]:
    """Who lets arbiters rule by share in spite of the clause."""
    parties = (deal.customer, deal.milestones[one.number].member)
    return [party for bit, party in enumerate(parties) if one.waived >> bit & 1]
