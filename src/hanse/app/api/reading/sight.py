"""Who may read what is behind a hash: whoever sees what names it, if that is what such a record is for."""

from __future__ import annotations

from hanse.app.api.callers import Caller
from hanse.app.api.reading.documents import document
from hanse.app.api.reading.members import SERVICES_TOPIC
from hanse.app.api.reading.orders import its_own, specification
from hanse.app.api.reading.planning import question_of
from hanse.app.api.service import Service
from hanse.ledger.settlement_tables import AgreementRow


def may_read(who: Caller, name: str) -> bool:
    """Whether the caller sees something that names this content and may name it. Anybody can put any hash into a record
    of its own, so what is named has to be what such a record is for."""
    service = who.service
    if service.vault.owner(name) is not None:
        return service.vault.may_read(name, who.address)  # staff as everybody else
    if who.sees_all:
        return True
    lookup = service.lookup
    if any(document(service, name, kind) is not None for kind in lookup.public(name, SERVICES_TOPIC)):
        return True
    if any(its_own(service, row) for row in lookup.specified(name, who.address)):
        return True
    for row in lookup.agreements(0, 2**31, who.address):
        named = name == row.deal.document and _is_of(service, name, "hanse-deal/1", row)
        if named or _is_said(service, row, name):
            return True
    if _is_drawing(who, name):
        return True
    # Solvers need the questions of rounds, which only coordinators open.
    return any(name in (row.document, question_of(service, row)) for row in lookup.rounds(0, 2**31))


def _is_of(service: Service, name: str, kind: str, row: AgreementRow) -> bool:
    """Whether this is a document of that kind about the order of an agreement."""
    told = document(service, name, kind)
    return told is not None and told.get("order") == row.deal.order


def _is_said(service: Service, row: AgreementRow, name: str) -> bool:
    """Whether these are words about an agreement by whoever named them there, or its delivery as programs tell it. That
    somebody else of it sent them is not enough: a party that names what another said elsewhere would read it."""
    named = [one.said_by for one in service.lookup.milestones(row.number) if one.evidence == name]
    named += [one.party for one in service.lookup.said(row.number) if one.document == name]
    if not named:
        return False
    return bool(service.uploads.by(name) & set(named)) or _is_of(service, name, "hanse-delivery/1", row)


def _is_drawing(who: Caller, name: str) -> bool:
    """Whether the caller sent it, or sees an order of somebody who sent it and names it there. That an order names it
    is not enough: whoever names what others sent would read it."""
    service = who.service
    senders = service.uploads.by(name)
    if who.address in senders or not senders:
        return bool(senders)
    for row in service.lookup.orders(0, 2**31, who.address):
        if row.customer in senders:
            drawing = (specification(service, row) or {}).get("drawing")
            if isinstance(drawing, dict) and drawing.get("content") == name:
                return True
    return False
