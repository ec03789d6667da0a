"""Who acts for whom: a key for the identity that was given to it, a clerk for whoever gave it a mandate.

The contracts decide at last; here it is asked first, so that nobody waits for a refusal that is known."""

from __future__ import annotations

from hanse.app.api.callers import Caller
from hanse.app.api.problems import NotAllowed
from hanse.app.api.service import Service
from hanse.errors import ChainFault
from hanse.identity.mandates import charged, left
from hanse.identity.registry import Registry
from hanse.ledger.deal import Deal

OWNER_HINT = "its owner does this; see GET /api/v1/identities/{address}"


def registry_of(service: Service) -> Registry:
    """What the chain says now. Raises ChainFault."""
    now = int(service.clock.now())
    return Registry.of(service.quick(), service.league.addresses, now=now)


def refuse(service: Service, place: str, party: str, reason: str, detail: str) -> None:
    """Puts a refusal on the list."""
    service.refusals.add(place, party, reason, detail, int(service.clock.now()))


def given_up(service: Service, address: str) -> bool:
    """Whether another key decides about this account now. Asked of the chain, so that a key that was given up a moment
    ago does not get in; while that is away, of what was read of it: people can then still look."""
    try:
        return str(service.ask("Identities", "identityOwner", address)) != address
    except ChainFault:
        return service.lookup.given_away(address)


def check_owner(who: Caller, identity: str) -> None:
    """Raises NotAllowed unless the caller decides about this identity."""
    if str(who.service.ask("Identities", "identityOwner", identity)) != who.address:
        refuse(who.service, "identity", who.address, "NOT_THE_OWNER", identity)
        raise NotAllowed("this identity is not yours", where=identity, hint=OWNER_HINT)


def party_of(who: Caller, party: str | None) -> str:
    """The identity a caller wants to act for, by default itself. Raises NotAllowed for one that gave it neither itself
    nor a mandate."""
    if party is None or party == who.address:
        return who.address
    registry = registry_of(who.service)
    terms, _ = registry.mandate(party, who.address)
    if registry.owner(party) != who.address and terms.valid_to <= registry.time:
        refuse(who.service, "agreement", who.address, "NO_MANDATE", party)
        raise NotAllowed("this party has not let you act for it", where=party, hint="it gives you a mandate first")
    return party


def signs_as(who: Caller, party: str, deal: Deal) -> bool:
    """Whether the caller signs this deal as the party itself, and not as its clerk. Raises NotAllowed if it does as a
    clerk and its mandate is not enough."""
    registry = registry_of(who.service)
    if registry.owner(party) == who.address:
        return True
    terms, used = registry.mandate(party, who.address)
    share = deal.share(party)
    amount = share.price + share.compensation
    if charged(terms, used, amount, registry.time) is None:
        rest = left(terms, used, registry.time)
        detail = f"{amount} cents; of one deal {terms.per_deal}, left of the period {rest}"
        refuse(who.service, "agreement", who.address, "ABOVE_MANDATE", detail)
        raise NotAllowed(f"your mandate is not enough: {detail}", where=party, hint="let the party itself sign")
    return False
