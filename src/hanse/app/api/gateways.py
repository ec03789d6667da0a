"""Whose keys may speak for a member's machines: its delegates for readings (docs/identity.md), asked of the chain when
a parcel comes, so that one that was ended, or whose time is over, is heard no more from that block on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hanse.app.api import shapes
from hanse.app.api.acting import registry_of
from hanse.app.api.problems import NotAllowed
from hanse.app.api.reading.members import profile
from hanse.app.api.service import Service
from hanse.errors import ChainFault
from hanse.ledger.identities import READINGS, is_readings, kind_text, readings_of
from hanse.ledger.identity_tables import DelegateRow
from hanse.ledger.league import hash_bytes, hash_text
from hanse.ledger.rounds import chain_now
from hanse.telemetry.forward import Destination, Parcel, unpack
from hanse.telemetry.seal import Seal, SignedSeal


def listed(service: Service, account: str) -> dict[str, dict[str, int]]:
    """By key of a gateway: what it may seal, and until when (seconds since 1970), as the read models tell it."""
    now, found = now_ms(service) // 1000, dict[str, dict[str, int]]()
    for row in service.lookup.delegates(account):
        if is_readings(kind := _kind(row)) and row.valid_to > now:
            found.setdefault(row.delegate, {})[kind] = row.valid_to
    return found


def shown(service: Service, account: str) -> list[shapes.GatewayNow]:
    """A member's gateways, by what they may seal and what came of them. Of a machine the chain knows a hash: it has its
    name from what machines said."""
    seals = service.machines.seals(account)
    names = {readings_of(one): one for one in service.machines.names(account)}
    found = []
    for address, kinds in listed(service, account).items():
        own = {kind: until for kind, until in kinds.items() if kind != READINGS}
        seal, received, missing, refused = seals.get(address, (0, None, 0, 0))
        found.append(
            shapes.GatewayNow(
                address=address,
                all=READINGS in kinds,
                machines=sorted(names[kind] for kind in own if kind in names),
                unheard=sorted(own.keys() - names),
                until=max(kinds.values()),
                seal=seal,
                received=received,
                missing=missing,
                refused=refused,
            )
        )
    return found


def now_ms(service: Service) -> int:
    """The league's time, milliseconds since 1970: promises are by the chain's clock, which may be ahead of ours."""
    try:
        return 1000 * chain_now(service.quick(), service.clock)
    except ChainFault:  # reads go on without it
        return int(1000 * service.clock.now())


def take(service: Service, given: shapes.Forwarded) -> shapes.ForwardedNow:
    """Takes a parcel in whose signatures say it may. Raises NotAllowed, EvidenceError, InputError, Conflict, and
    ChainFault: while nobody can say whether a key still speaks for its member, it is not heard."""
    row = service.lookup.member(given.account)
    if row is None or profile(service, row)["id"] != given.member:
        raise NotAllowed(
            f"the account is not the member {given.member} of this league",
            where="account",
            hint="account and member of the gateway's settings must be the member's own",
        )
    league = service.ledger.league.addresses.by_contract()["League"]
    to = Destination(row.address, given.member, league, service.ledger.chain_id)
    seal = _seal(given.seal)
    contents = tuple(one.encode() for one in given.readings)
    signer, readings = unpack(Parcel(seal, contents, bytes.fromhex(given.signature[2:])), to)
    machines = _speaks_for(service, row.address, signer, {one.machine for one in readings})
    if machines is None:
        raise NotAllowed(
            f"{given.member} does not let this key speak for its machines, or no longer",
            where=signer,
            hint="it says so on My shop, or by hanse identity delegate",
        )
    digest = hash_text(seal.seal.digest(given.member, service.ledger.chain_id))
    now = int(1000 * service.clock.now())
    taken = service.machines.take(row.address, signer, machines, seal.seal, digest, readings, now)
    return shapes.ForwardedNow(gateway=signer, seal=seal.seal.number, **taken._asdict())


def _speaks_for(service: Service, account: str, gateway: str, machines: Iterable[str]) -> frozenset[str] | None:
    """Of these machines, those a key may seal readings of now; None for a key that may for none at all, of whatever
    name. Only what the member once said is asked of the chain: a stranger's parcel must not cost a question for each
    machine it makes up."""
    registry, named = registry_of(service), frozenset(machines)
    if gateway == registry.owner(account):
        return named
    once = {_kind(row) for row in service.lookup.delegates(account) if row.delegate == gateway}
    if READINGS in once and registry.is_delegate(account, READINGS, gateway):
        return named
    asked: Mapping[str, str] = {readings_of(one): one for one in named}
    own = {kind for kind in sorted(once & asked.keys()) if registry.is_delegate(account, kind, gateway)}
    others = filter(is_readings, sorted(once - asked.keys()))
    if not own and not any(registry.is_delegate(account, kind, gateway) for kind in others):
        return None
    return frozenset(asked[kind] for kind in own)


def _kind(row: DelegateRow) -> str:
    return kind_text(hash_bytes(row.kind))


def _seal(given: shapes.SealGiven) -> SignedSeal:
    root, previous = (bytes.fromhex(one[2:]) for one in (given.root, given.previous))
    seal = Seal(given.number, given.first, given.count, root, previous, given.sealed)
    return SignedSeal(seal, bytes.fromhex(given.signature[2:]))
