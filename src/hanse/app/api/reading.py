"""From rows of the read models to what the API shows, and who may see it.

What is on the chain everybody in the league may see: members, products, blocks, rounds. Orders and what follows from
them are seen by their customer, by members that can work or do work for them, and by the league's staff. Documents
behind hashes are seen by whoever sees what names them.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from hanse.app import documents
from hanse.app.api import shapes
from hanse.app.api.actions import Action
from hanse.app.api.callers import Caller
from hanse.app.api.problems import NotThere
from hanse.app.api.service import Service
from hanse.errors import HanseError, InputError
from hanse.ledger.league import hash_text
from hanse.ledger.offer_tables import WindowRow
from hanse.ledger.round_tables import RoundRow
from hanse.ledger.settlement_tables import AgreementRow
from hanse.ledger.tables import BlockRow, MemberRow, OrderRow, ProductRow
from hanse.model.keccak import keccak
from hanse.value.settlement import escrow

A = TypeVar("A")
B = TypeVar("B")

MOST_DOCUMENTS = 10_000
"""Kept in memory once they were read."""

SERVICES_TOPIC = hash_text(keccak(b"hanse services"))
"""Under which coordinators anchor the league's list of services."""


# --- pages ------------------------------------------------------------------------------------------------------


def page(
    rows: Callable[[int, int], Sequence[A]],
    number: Callable[[A], int],
    shown: Callable[[A], B],
    cursor: str | None,
    limit: int,
) -> shapes.Page[B]:
    """A part of a list. rows: after a number, so many; cursor: as the part before named it."""
    found = list(rows(_after(cursor), limit + 1))
    more = len(found) > limit
    return shapes.Page(
        items=[shown(one) for one in found[:limit]], next=_cursor(number(found[limit - 1])) if more else None
    )


def _cursor(number: int) -> str:
    return base64.urlsafe_b64encode(str(number).encode()).decode().rstrip("=")


def _after(cursor: str | None) -> int:
    if cursor is None:
        return 0
    try:
        number = int(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii"))
        if 0 <= number < 2**62:
            return number
    except ValueError:
        pass
    raise InputError("this cursor is none of ours", where="cursor", hint="take it from `next` of the part before")


# --- one thing of each kind -------------------------------------------------------------------------------------


def action(service: Service, one: Action) -> shapes.ActionNow:
    """An action, and what the contracts told about it."""
    sign = one.drafts if one.state == "to sign" else ()
    return shapes.ActionNow(
        id=one.id,
        what=one.what,
        state=one.state,
        reason=one.reason,
        created=one.created,
        steps=[shapes.Step(transaction=e.hash, block=e.block, reason=e.reason) for e in one.entries],
        sign=[
            shapes.ToSign(
                to=d.to,
                data="0x" + d.data.hex(),
                value=0,
                nonce=d.nonce,
                gas=d.gas,
                chain_id=service.ledger.chain_id,
                most=d.fees.most,
                tip=d.fees.tip,
            )
            for d in sign
        ],
        result=service.told(one),
    )


def services(service: Service) -> tuple[str, ...]:
    """The league's list: the newest that a coordinator anchored."""
    coordinators = set(service.holders("coordinator"))
    for row in reversed(service.lookup.anchors(SERVICES_TOPIC)):
        if row.account in coordinators:
            return tuple(documents.parse(service.content.get(row.root), "hanse-services/1")["services"])
    # A league that was not founded by a service has its list where its members' descriptions say.
    for one in service.lookup.members(0, 1):
        said = _document(service, profile(service, one).get("catalogue", ""), "hanse-services/1")
        return () if said is None else tuple(said["services"])
    return ()


def profile(service: Service, row: MemberRow) -> dict[str, Any]:
    """What a member says of itself; of one whose description we do not have, nothing."""
    return _document(service, row.metadata, "hanse-member/1") or {"id": "", "name": "", "services": []}


def member(service: Service, row: MemberRow) -> shapes.MemberNow:
    said = profile(service, row)
    return shapes.MemberNow(
        address=row.address,
        number=row.number,
        id=said["id"],
        name=said["name"],
        services=list(said["services"]),
        certified=row.certified,
        description=row.metadata,
    )


def members_by_id(service: Service) -> dict[str, MemberRow]:
    """All members whose description we have, by the id in it; the first to take an id has it."""
    found: dict[str, MemberRow] = {}
    for row in service.lookup.members(0, 2**31):
        name = profile(service, row)["id"]
        if name:
            found.setdefault(name, row)
    return found


def product(service: Service, row: ProductRow) -> shapes.ProductNow:
    said = _document(service, row.plans, "hanse-product/1") or {"id": "", "name": "", "required": []}
    return shapes.ProductNow(
        number=row.number, id=said["id"], name=said["name"], required=list(said["required"]), active=row.active
    )


def order(row: OrderRow) -> shapes.OrderNow:
    return shapes.OrderNow(
        number=row.number,
        customer=row.customer,
        product=row.product,
        quantity=row.quantity,
        due=row.due,
        deposit=row.deposit,
        status=row.status,
        block=row.planned,
        specification=row.specification,
    )


def own_order(who: Caller, number: int) -> OrderRow:
    """An order that the caller may see. Raises NotThere, also for one it may not."""
    row = who.service.lookup.order(number, who.eyes)
    if row is None:
        raise NotThere(f"there is no order {number} that you can see", where=f"order {number}")
    return row


def story(who: Caller, number: int) -> shapes.OrderStory:
    """An order, whole."""
    service, row = who.service, own_order(who, number)
    lookup = service.lookup
    answers = []
    for one in lookup.answers(number):
        its = lookup.member(one.member)
        name = "" if its is None else profile(service, its)["id"]
        answers.append(
            shapes.AnswerNow(member=one.member, id=name, answer=one.answer, required=one.required, offered=one.offered)
        )
    planned = None if row.planned is None else lookup.block(row.planned)
    # A member sees only the agreements it is in: prices of the others are theirs.
    its_own = who.sees_all or row.customer == who.address
    agreements = [
        one
        for one in lookup.agreements_of(number)
        if its_own or who.address in (*one.deal.parties(), one.deal.proposer)
    ]
    return shapes.OrderStory(
        order=order(row),
        asked=_document(service, row.specification, "hanse-order/1") or {},
        answers=answers,
        block=None if planned is None else block(planned),
        agreements=[agreement(service, one) for one in agreements],
    )


def block(row: BlockRow) -> shapes.BlockNow:
    return shapes.BlockNow(
        **{name: getattr(row, name) for name in shapes.BlockNow.model_fields if name not in ("orders", "transaction")},
        orders=list(row.orders),
        transaction=row.place.transaction,
    )


def round_(row: RoundRow) -> shapes.RoundNow:
    names = [name for name in shapes.RoundNow.model_fields if name != "over"]
    return shapes.RoundNow(**{name: getattr(row, name) for name in names}, over=row.refund is not None)


def own_agreement(who: Caller, number: int) -> AgreementRow:
    """An agreement that the caller may see. Raises NotThere, also for one it may not."""
    row = who.service.lookup.agreement(number, who.eyes)
    if row is None:
        raise NotThere(f"there is no agreement {number} that you can see", where=f"agreement {number}")
    return row


def agreement(service: Service, row: AgreementRow) -> shapes.AgreementNow:
    """An agreement with its milestones, and what is missing for it to become active."""
    deal, lookup = row.deal, service.lookup
    signed = deal.parties() if row.status == "active" else tuple(service.signatures.of(row.number, deal))
    from_customer, _ = escrow(deal)
    lacks = 0
    if row.status == "open":
        placed = lookup.order(deal.order)
        deposit = placed.deposit if placed is not None and placed.status == "planned" else 0
        lacks = max(0, from_customer - deposit - purse(service, deal.customer, "settlement"))
    progress = {one.number: one for one in lookup.milestones(row.number)}
    ended = {one.number: one for one in lookup.settled(row.number)}
    milestones = []
    for i, one in enumerate(deal.milestones):
        end = ended.get(i)
        milestones.append(
            shapes.MilestoneNow(
                number=i,
                member=one.member,
                price=one.price,
                compensation=one.compensation,
                start_by=one.start_by,
                due=one.due,
                stage=progress[i].stage if i in progress else "proposed",
                evidence=progress[i].evidence if i in progress else "",
                ending="" if end is None else end.ending,
                rating=None if end is None else end.rating,
                late=0 if end is None else end.lateness,
                paid=0 if end is None else end.to_member,
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
            )
            for one in lookup.said(row.number)
        ],
    )


def offer(row: WindowRow) -> shapes.OfferNow:
    one = row.window
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
    )


# --- money ------------------------------------------------------------------------------------------------------


def purse(service: Service, address: str, name: str) -> int:
    """What an account has in one purse, by the read models."""
    return sum(amount for one, amount, _, _ in service.lookup.moved(address) if one == name)


def money(service: Service, address: str, newest: int = 100) -> shapes.Money:
    moves = service.lookup.moved(address)
    sums = dict.fromkeys(("account", "settlement", "rounds", "offers"), 0)
    for name, amount, _, _ in moves:
        sums[name] += amount
    told = [shapes.Moved(purse=p, amount=a, why=w, block=b) for p, a, w, b in reversed(moves[-newest:])]
    return shapes.Money(address=address, **sums, moves=told)


# --- documents --------------------------------------------------------------------------------------------------


def may_read(who: Caller, name: str) -> bool:
    """Whether the caller sees something that names this content."""
    if who.sees_all:
        return True
    service = who.service
    lookup = service.lookup
    public: Iterable[str] = (
        *(row.metadata for row in lookup.members(0, 2**31)),
        *(row.plans for row in lookup.products(0, 2**31)),
        *(row.document for row in lookup.rounds(0, 2**31)),
        *(row.root for row in lookup.anchors(SERVICES_TOPIC)),
    )
    if name in public:
        return True
    if name in (row.specification for row in lookup.orders(0, 2**31, who.address)):
        return True
    for row in lookup.agreements(0, 2**31, who.address):
        if name == row.deal.document or name in (one.evidence for one in lookup.milestones(row.number)):
            return True
    # Solvers need the questions of rounds.
    return name in (question_of(service, row) for row in lookup.rounds(0, 2**31))


def question_of(service: Service, row: RoundRow) -> str | None:
    """Content hash of the problem that a round is about, if we have its document."""
    try:
        said = json.loads(service.content.get(row.document)) if service.content.has(row.document) else {}
    except (HanseError, ValueError):
        return None
    return said.get("problem") if isinstance(said, dict) else None


def _document(service: Service, name: str, kind: str) -> dict[str, Any] | None:
    """A document of the content store; None if we do not have it, or it is none: whoever recorded the hash may be a
    stranger."""
    known = service.documents.get((name, kind))
    if known is None:
        try:
            known = documents.parse(service.content.get(name), kind) if service.content.has(name) else None
        except HanseError:
            return None
        if known is not None and len(service.documents) < MOST_DOCUMENTS:
            service.documents[name, kind] = known
    return known
