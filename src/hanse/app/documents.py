"""The documents behind the hashes on the chain: what members, products and orders say of themselves, and the evidence
of a block. Each is canonical JSON in the content store; its Keccak hash is what the ledger keeps.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hanse.app.cases.case import CaseMember, CaseOrder, CaseProduct
from hanse.errors import EvidenceError
from hanse.model.canonical import canonical
from hanse.model.problem import Job

if TYPE_CHECKING:
    from hanse.app.voyage.terms import Piece


def services(names: tuple[str, ...]) -> bytes:
    """The league's list of services: bit i of every set is its i-th name."""
    return canonical({"format": "hanse-services/1", "services": names})


def member(of: CaseMember, catalogue: str) -> bytes:
    """A member's profile. catalogue: content hash of the list its services are numbered by. A place is town, latitude
    and longitude, in millionths of a degree. resources: computing, storage, software and data it lets others use. What
    a member does not say it does not mention."""
    said = {"format": "hanse-member/1", "id": of.id, "name": of.name, "services": of.services, "catalogue": catalogue}
    place = {} if of.place is None else {"place": dict(of.place)}
    resources = {"resources": [dict(one) for one in of.resources]} if of.resources else {}
    return canonical({**said, **place, **resources})


def product(of: CaseProduct) -> bytes:
    """A product and what making it needs, in order."""
    return canonical({"format": "hanse-product/1", "id": of.id, "name": of.name, "required": of.required})


def order(of: CaseOrder, job: Job) -> bytes:
    """An order's specification, of a case."""
    return specification(
        job=job.id, customer=job.customer, product=of.product, quantity=of.quantity, release=job.release, due=job.due,
        weight=job.weight, budget=job.budget, min_quality=job.min_quality, origin=job.origin,
        destination=job.destination,
    )  # fmt: skip


def specification(
    *,
    job: str,
    customer: str,
    product: str,
    quantity: int,
    release: int,
    due: int | None,
    weight: int,
    budget: int | None,
    min_quality: int | None,
    origin: str | None,
    destination: str | None,
    drawing: Mapping[str, str | int] | None = None,
) -> bytes:
    """Everything a customer asks for and a plan is held to. Ratios in millionths. drawing: content hash, file name and
    bytes of what belongs to it; an order without one does not mention it."""
    return canonical(
        {
            "format": "hanse-order/1",
            "job": job,
            "customer": customer,
            "product": product,
            "quantity": quantity,
            "release": release,
            "due": due,
            "weight": weight,
            "budget": budget,
            "min_quality": min_quality,
            "origin": origin,
            "destination": destination,
            **({} if drawing is None else {"drawing": dict(drawing)}),
        }
    )


def evidence(*, problem: str, plan: str, orders: Mapping[str, int], candidates: Mapping[str, list[str]]) -> bytes:
    """What a block rests on. problem, plan: content hashes of the two files; orders: number by job; candidates: the
    member ids that matched each job."""
    return canonical(
        {
            "format": "hanse-evidence/1",
            "problem": problem,
            "plan": plan,
            "orders": dict(orders),
            "candidates": {job: list(members) for job, members in candidates.items()},
        }
    )


def request(title: str, words: str, services: tuple[str, ...]) -> bytes:
    """Work that is asked for, in words. services: names that a bidder must be certified for."""
    return canonical({"format": "hanse-request/1", "title": title, "words": words, "services": services})


def deal(
    order: int,
    job: str,
    plan: str,
    work: Sequence[Piece],
    division: Mapping[str, Any] | None = None,
    loyalty: Mapping[str, int | str] | None = None,
) -> bytes:
    """An agreement in words: which operations each member does for an order. plan: root of the plan. The hash of a
    member's `operations` is what its milestone names. division: by which rule prices divide which sum (`dividing.py`),
    None where they are the costs of the plan. loyalty: the `fee` without what the customer's points take off it, the
    time `at` which they are counted, and the hash of the `policy` by which, if the league has set one."""
    pieces = [{"member": piece.member, "operations": [list(place) for place in piece.places]} for piece in work]
    said: dict[str, Any] = {"format": "hanse-deal/1", "order": order, "job": job, "plan": plan, "work": pieces}
    if division is not None:
        said["division"] = division
    if loyalty is not None:
        said["loyalty"] = dict(loyalty)
    return canonical(said)


def delivery(order: int, piece: Piece) -> bytes:
    """What a member says it has delivered of an order."""
    operations = [list(place) for place in piece.places]
    return canonical({"format": "hanse-delivery/1", "order": order, "member": piece.member, "operations": operations})


def deposit(to: str, amount: int, reference: str) -> bytes:
    """What money of the league was created against. to: whose account; amount: cents; reference: of what was
    received."""
    return canonical({"format": "hanse-deposit/1", "to": to, "amount": amount, "reference": reference})


def payout(holder: str, amount: int, reference: str) -> bytes:
    """What money of the league was destroyed against. holder: who was paid; amount: cents; reference: of the
    payment."""
    return canonical({"format": "hanse-payout/1", "holder": holder, "amount": amount, "reference": reference})


def parse(data: bytes, expected: str) -> dict[str, Any]:
    """A document back as a dictionary. Raises EvidenceError if it is not canonical JSON of the expected format."""
    try:
        value = json.loads(data)
        true = isinstance(value, dict) and value.get("format") == expected and canonical(value) == data
    except (ValueError, RecursionError):
        true = False
    if not true:
        raise EvidenceError(f"not a canonical {expected} document", where="content store")
    return dict(value)
