"""The league's services, and its members: what they say of themselves and let others use."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from hanse.app import documents as papers
from hanse.app.api import shapes
from hanse.app.api.reading.documents import document
from hanse.app.api.service import Service
from hanse.ledger.league import hash_text
from hanse.ledger.tables import MemberRow
from hanse.model.keccak import keccak

MOST_RESOURCES = 64
"""Of one member, that are read."""

SERVICES_TOPIC = hash_text(keccak(b"hanse services"))
"""Under which coordinators anchor the league's list of services."""


def services(service: Service) -> tuple[str, ...]:
    """The league's list: the newest that a coordinator anchored."""
    for row in reversed(service.lookup.anchors(SERVICES_TOPIC)):
        if service.spoke("coordinator", row.account, row.place):
            return tuple(papers.parse(service.content.get(row.root), "hanse-services/1")["services"])
    # A league that was not founded by a service has its list where its members' descriptions say.
    for one in service.lookup.members(0, 1):
        said = document(service, profile(service, one).get("catalogue", ""), "hanse-services/1")
        return () if said is None else tuple(said["services"])
    return ()


def profile(service: Service, row: MemberRow) -> dict[str, Any]:
    """What a member says of itself; of one whose description we do not have, nothing."""
    return document(service, row.metadata, "hanse-member/1") or {"id": "", "name": "", "services": []}


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
        place=_place(said),
        resources=_resources(said),
    )


def resources(service: Service) -> list[shapes.ResourceNow]:
    """What all members let others use, in the order of their numbers and of what each says."""
    every = (member(service, row) for row in service.lookup.members(0, 2**31))
    return [
        shapes.ResourceNow(**one.model_dump(), member=its.address, member_name=its.name, certified=its.certified)
        for its in every
        for one in its.resources
    ]


def members_by_id(service: Service) -> dict[str, MemberRow]:
    """All members whose description we have, by the id in it; the first to take an id has it."""
    found: dict[str, MemberRow] = {}
    for row in service.lookup.members(0, 2**31):
        name = profile(service, row)["id"]
        if name:
            found.setdefault(name, row)
    return found


def _resources(said: dict[str, Any]) -> list[shapes.Resource]:
    """Those that can be understood; whoever wrote its description without the service may have said anything."""
    found, listed = [], said.get("resources")
    for one in listed[:MOST_RESOURCES] if isinstance(listed, list) else ():
        try:
            found.append(shapes.Resource.model_validate(one))
        except ValidationError:
            continue
    return found


def _place(said: dict[str, Any]) -> shapes.Site | None:
    """Where a member says it is; whoever wrote its description without the service may have said anything."""
    try:
        return shapes.Site.model_validate(said["place"]) if said.get("place") else None
    except ValidationError:
        return None
