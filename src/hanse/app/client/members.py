"""Members: registered, certified, what they let others use, and what is thought of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Unpack

from hanse.app.api import shapes
from hanse.app.client.connection import Connection, How, said


class Members(Connection):
    def members(self) -> Iterator[shapes.MemberNow]:
        return self._all("members", shapes.MemberNow)

    def member(self, address: str) -> shapes.MemberNow:
        return self._get(f"members/{address}", shapes.MemberNow)

    def reputation(self, address: str) -> shapes.Reputation:
        return self._get(f"members/{address}/reputation", shapes.Reputation)

    def register(
        self, id: str, name: str, services: Sequence[str], *, place: shapes.Site | None = None,
        resources: Sequence[shapes.Resource] | None = None, **how: Unpack[How],
    ) -> shapes.ActionNow:  # fmt: skip
        """Become a member. place: where it is, for the map of the league; resources: what it has besides machines."""
        body: dict[str, Any] = {"id": id, "name": name, "services": list(services)}
        body["place"] = None if place is None else place.model_dump()
        body["resources"] = None if resources is None else [one.model_dump() for one in resources]
        return self._write("POST", "members", body, **how)

    def update(
        self, member: shapes.MemberNow, resources: Sequence[shapes.Resource], **how: Unpack[How]
    ) -> shapes.ActionNow:
        """Say what you have besides machines, and else what you said; it is certified anew. member: yourself."""
        body = shapes.Register(
            id=member.id, name=member.name, services=member.services, place=member.place, resources=[*resources]
        )
        return self._write("PUT", "members/me", body.model_dump(mode="json"), **how)

    def resources(self, **wanted: Any) -> list[shapes.ResourceNow]:
        """What members let others use. wanted: kind, name, capacity, price, at, certified, limit."""
        return self._list("resources", shapes.ResourceNow, said(**wanted))

    def certify(
        self, member: shapes.MemberNow, standing: Sequence[Mapping[str, str]] = (), **how: Unpack[How]
    ) -> shapes.ActionNow:
        """What you have seen of a member, and nothing it says later. standing: presentations with their nonces, if the
        charter asks for what other notaries state of you."""
        body = {"description": member.description, "standing": list(standing)}
        return self._write("POST", f"members/{member.address}/certificate", body, **how)

    def revoke_certificate(self, address: str, reason: str, **how: Unpack[How]) -> shapes.ActionNow:
        """As a notary: the member takes no new work from then on."""
        return self._write("POST", f"members/{address}/revocation", {"reason": reason}, **how)
