"""Who is who in the league, and how a shop joins it.

A member registers the services of its machines with a profile in the content store; the league's notary certifies
exactly that. Services are numbered by a list that all profiles name, the first member's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from hanse.app import documents
from hanse.app.cases.case import CaseMember
from hanse.app.shop.day import Shop
from hanse.errors import EvidenceError, HanseError
from hanse.ledger.content import ContentStore
from hanse.ledger.store import Ledger
from hanse.ledger.tables import MemberRow
from hanse.market.matching import service_set


def role_of(member: str) -> str:
    """The role whose account a member's agent signs with."""
    return f"member/{member}"


@dataclass(frozen=True, slots=True)
class Known:
    """A member as others see it. services: the league's list, by number."""

    address: str
    number: int
    id: str
    name: str
    services: tuple[str, ...]


class Directory:
    """Members by address. Whoever's profile cannot be read is nobody's partner."""

    def __init__(self, shared: ContentStore) -> None:
        self._read = lru_cache(maxsize=4096)(lambda metadata: _profile(shared, metadata))

    def known(self, rows: Sequence[MemberRow]) -> dict[str, Known]:
        """The certified members whose profiles can be read."""
        found = {}
        for row in rows:
            profile = self._read(row.metadata) if row.offered else None
            if profile is not None:
                found[row.address] = Known(row.address, row.number, *profile)
        return found


def _profile(shared: ContentStore, metadata: str) -> tuple[str, str, tuple[str, ...]] | None:
    try:
        said = documents.parse(shared.get(metadata), "hanse-member/1")
        listed = documents.parse(shared.get(said["catalogue"]), "hanse-services/1")["services"]
        return str(said["id"]), str(said["name"]), tuple(map(str, listed))
    except (HanseError, KeyError, TypeError):
        return None


def join(ledger: Ledger, shared: ContentStore, shop: Shop, name: str) -> bool:
    """Registers the member if it is not; whether it is certified. May be called again and again.

    Raises EvidenceError if the league's list of services lacks one of this member's.
    """
    role = role_of(shop.member.id)
    own = ledger.league.address(role)
    rows = ledger.sync().members()
    catalogue = _catalogue(shared, rows, shop)
    services = tuple(sorted({service for machine in shop.member.machines for service in machine.services}))
    listed = documents.parse(shared.get(catalogue), "hanse-services/1")["services"]
    missing = sorted(set(services) - set(listed))
    if missing:
        raise EvidenceError(
            f'the league\'s list of services has no "{missing[0]}"', where="services", hint="ask the coordinator"
        )
    row = next((row for row in rows if row.address == own), None)
    place, resources = (None, ()) if row is None else _said(shared, row)
    said = CaseMember(shop.member.id, name, services, place, resources)
    profile = shared.put(documents.member(said, catalogue))
    wanted = service_set(services, listed)
    if row is None:
        ledger.league.register(role, wanted, profile, key=f"shop/register/{shop.member.id}").wait()
        ledger.sync()
        return False
    if (row.claimed, row.metadata) != (wanted, profile):
        count = ledger.outbox.count("shop/update/")
        ledger.league.update(role, wanted, profile, key=f"shop/update/{count}").wait()
        ledger.sync()
        return False
    return bool(row.offered)


def _said(shared: ContentStore, row: MemberRow) -> tuple[dict[str, str | int] | None, tuple[dict[str, Any], ...]]:
    """Where the member has said it is, and what it has besides machines: its shop does not know, and must not take it
    back."""
    try:
        profile = documents.parse(shared.get(row.metadata), "hanse-member/1")
    except HanseError:
        return None, ()
    place, resources = profile.get("place"), profile.get("resources")
    return place if isinstance(place, dict) else None, tuple(resources) if isinstance(resources, list) else ()


def _catalogue(shared: ContentStore, rows: Sequence[MemberRow], shop: Shop) -> str:
    """Content hash of the league's list of services: the first member's, or all that the problem knows."""
    for row in rows:
        try:
            name = str(documents.parse(shared.get(row.metadata), "hanse-member/1")["catalogue"])
            documents.parse(shared.get(name), "hanse-services/1")
        except (HanseError, KeyError):
            continue
        return name
    every = {service for house in shop.problem.enterprises for one in house.machines for service in one.services}
    return shared.put(documents.services(tuple(sorted(every))))


def admit(ledger: Ledger, address: str, money: int) -> None:
    """The notary certifies what a member claims, and the treasury gives it cents of the league. Both once: again, it
    only certifies what changed. Raises EvidenceError for an account that never registered."""
    number, services, certified, metadata = ledger.league.member(address)
    if not number:
        raise EvidenceError("this account has not registered", where=address, hint="start its hanse shop first")
    if not certified:
        prefix = f"admit/{address}/"
        ledger.league.certify(address, services, metadata, key=f"{prefix}{ledger.outbox.count(prefix)}").wait()
    if money:
        ledger.league.mint(address, money, key=f"purse/{address}").wait()
    ledger.sync()
