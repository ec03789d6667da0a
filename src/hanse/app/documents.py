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
    """A member's profile. catalogue: content hash of the list its services are numbered by."""
    return canonical(
        {"format": "hanse-member/1", "id": of.id, "name": of.name, "services": of.services, "catalogue": catalogue}
    )


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
) -> bytes:
    """Everything a customer asks for and a plan is held to. Ratios in millionths."""
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


def deal(order: int, job: str, plan: str, work: Sequence[Piece]) -> bytes:
    """An agreement in words: which operations each member does for an order. plan: root of the plan. The hash of a
    member's `operations` is what its milestone names."""
    pieces = [{"member": piece.member, "operations": [list(place) for place in piece.places]} for piece in work]
    return canonical({"format": "hanse-deal/1", "order": order, "job": job, "plan": plan, "work": pieces})


def delivery(order: int, piece: Piece) -> bytes:
    """What a member says it has delivered of an order."""
    operations = [list(place) for place in piece.places]
    return canonical({"format": "hanse-delivery/1", "order": order, "member": piece.member, "operations": operations})


def parse(data: bytes, expected: str) -> dict[str, Any]:
    """A document back as a dictionary. Raises EvidenceError if it is not canonical JSON of the expected format."""
    try:
        value = json.loads(data)
    except ValueError:
        value = None
    if not isinstance(value, dict) or value.get("format") != expected or canonical(value) != data:
        raise EvidenceError(f"not a canonical {expected} document", where="content store")
    return value
