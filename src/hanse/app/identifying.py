"""What `hanse identity` does, over a league of one's own or somebody else's chain."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eth_utils.address import is_address, to_checksum_address

from hanse.app import roles
from hanse.app.wiring import check_url
from hanse.errors import EnvironmentFault, InputError
from hanse.identity import credential, paper
from hanse.identity.did import Did, did_of, parse
from hanse.identity.document import Resolved, resolve
from hanse.identity.paper import Delegation
from hanse.identity.refusals import Refusals
from hanse.identity.registry import Registry
from hanse.ledger.identities import READINGS, kind_text
from hanse.ledger.league import NOTHING, hash_bytes
from hanse.ledger.rpc import RpcChain
from hanse.ledger.store import Ledger, open_ledger
from hanse.model.canonical import digest

if TYPE_CHECKING:
    from hanse.ledger.index import Index

LONGEST_FILE = 4 * credential.MOST_SIGNS


@dataclass(frozen=True)
class Reader:
    """Where identities are looked up. refusals: where a no is remembered, None for a stranger's chain; ledger: of one's
    own league."""

    registry: Registry
    refusals: Refusals | None
    ledger: Ledger | None

    def did(self, who: str) -> Did:
        """An identity by its identifier, address, or the name of a role of one's own. Raises InputError."""
        if who.startswith("did:"):
            return parse(who)
        if is_address(who):
            return did_of(who, self.registry.chain_id)
        if self.ledger is None:
            raise InputError("an identity is named by its address or did:…", where=who[:80])
        return did_of(self.ledger.league.address(who), self.registry.chain_id)

    def there(self, who: str) -> Did:
        """As `did`, of somebody who is there: a name that nobody of one's own has is refused. Raises InputError."""
        if self.ledger is None or who.startswith("did:") or is_address(who):
            return self.did(who)
        return did_of(roles.address(self.ledger, who), self.registry.chain_id)


@contextmanager
def reader(data: Path, chain: str | None, league: str | None, block: int | None, now: int) -> Iterator[Reader]:
    """The league of a data directory; with `league`, the one at that address of a chain, as a stranger sees it."""
    check_url(chain)
    moment = 0 if block is not None else now
    if league is None:
        with open_ledger(data, chain, create=False) as ledger:
            registry = Registry.of(ledger.chain, ledger.league.addresses, block, moment)
            yield Reader(registry, Refusals(ledger.database), ledger)
        return
    if chain is None:
        raise InputError("a league without a chain", where="--league", hint="give --chain http://…")
    other = RpcChain(chain)
    try:
        yield Reader(Registry.of_league(other, league, block, moment), None, None)
    finally:
        other.close()


def key_of(ledger: Ledger, what: str) -> str:
    """A name for an intention that may be had again: what was done before has another number."""
    prefix = f"identity/{what}/"
    return f"{prefix}{ledger.outbox.count(prefix)}"


def read_text(file: Path) -> str:
    """A credential or presentation from a file. Raises EnvironmentFault, InputError."""
    try:
        with file.open("rb") as opened:
            data = opened.read(LONGEST_FILE + 1)
        if len(data) > LONGEST_FILE:
            raise InputError("this is too long to be a credential", where=str(file))
        return data.decode("ascii").strip()
    except OSError as failure:
        raise EnvironmentFault(f"the file cannot be read ({failure.strerror})", where=str(file)) from None
    except UnicodeDecodeError:
        raise InputError("this is no credential: it has signs that none has", where=str(file)) from None


def claims_of(pairs: Sequence[str]) -> dict[str, Any]:
    """Claims written as name=value; a value that is JSON is that, anything else a text. Raises InputError."""
    claims: dict[str, Any] = {}
    for pair in pairs:
        name, mark, value = pair.partition("=")
        if not mark or name in claims:
            raise InputError("a claim is name=value, each name once", where=pair[:80])
        try:
            claims[name] = json.loads(value)
        except (ValueError, RecursionError):
            claims[name] = value
    return claims


def revoke(ledger: Ledger, role: str, what: str, subject: str | None, reason: str) -> dict[str, Any]:
    """Takes a credential back, by its digest or its text: of the identity in whose office the role's key certifies, or
    of itself. Where a notary takes back that of an organisation which is a certified member, that certificate goes with
    it: from the next block on nobody is matched with it. Both are stored before either is sent."""
    digest, about, kind = what, subject, ""
    league, registry = ledger.league, Registry.of(ledger.chain, ledger.league.addresses)
    own = league.address(role)
    issuer = registry.notary_of(own) or own
    if not what.startswith("0x"):
        found = credential.read(what)
        digest, about, kind = found.digest, found.subject.address, found.kind
        issuer = found.issuer.address if registry.owner(found.issuer.address) == own else issuer
    hash_bytes(digest)
    if about is None:
        raise InputError("whom is it about?", where=digest, hint="give the credential, or --subject ADDRESS")
    subject = to_checksum_address(about)
    because = ledger.content.put(reason.encode()) if reason else NOTHING
    certified = league.member(subject)[2]
    falls = bool(kind == "organisation" and certified and registry.is_notary(issuer))
    with ledger.batch():
        ledger.identities.revoke_credential(
            role, issuer, digest, subject, because, key=f"identity/revoke/{issuer}/{digest}"
        )
        if falls:
            words = (subject, hash_bytes(because))
            league.send(key_of(ledger, f"member/{subject}"), role, "MemberRegistry", "revoke", *words)
    return {"digest": digest, "subject": subject, "block": ledger.chain.height(), "member_revoked": falls}


def signed(
    at: Reader, role: str, identity: str, delegate: str, kinds: Sequence[str], seconds: int, wait: int
) -> dict[str, Any]:
    """A delegation as a paper of the owner, which a role's key is. seconds: 0 ends it; wait: so long it can be sent.
    Raises InputError."""
    assert at.ledger is not None
    identities, key = at.ledger.identities, at.ledger.keys.account(role)
    if len(kinds) != 1:
        raise InputError("a paper is about one kind of delegate", where="--machine", hint="one paper for each machine")
    if identities.owner(identity) != key.address:
        raise InputError(f"{role} does not decide about it", where=identity, hint="--as names its owner")
    deadline, nonce = at.registry.time + wait, identities.nonce(identity)
    said = Delegation(at.registry.chain_id, identities.address, identity, kinds[0], delegate, seconds, nonce, deadline)
    return said.document(said.sign(key))


def bring(ledger: Ledger, role: str, data: bytes, where: str) -> dict[str, Any]:
    """Sends a paper; once, however often it is asked for. Raises InputError, Reverted for one that counts no more."""
    said, signature = paper.read(data, where)
    paper.check_place(said, ledger.chain_id, ledger.identities.address)
    function, words = said.call(signature)
    key = f"identity/bring/{said.identity}/{said.nonce}/{digest(data)}"
    block = ledger.identities.bring(role, function, words, key=key).wait().block
    return {"identity": said.identity, "delegate": said.delegate, "kind": said.kind, "seconds": said.seconds,
            "block": block}  # fmt: skip


def shown(resolved: Resolved, index: Index | None) -> dict[str, Any]:
    """A document, and beside it what is listed of its delegates, clerks and guardians."""
    told: dict[str, Any] = {"document": resolved.document, "metadata": resolved.metadata}
    if index is None:
        return told
    who = resolved.did.address
    told["delegates"] = [
        {"delegate": row.delegate, "kind": kind_text(hash_bytes(row.kind)), "valid_to": row.valid_to}
        for row in index.delegates()
        if row.identity == who
    ]
    told["mandates"] = [
        {
            "clerk": row.clerk,
            "per_deal": row.per_deal,
            "per_period": row.per_period,
            "period": row.period,
            "valid_to": row.valid_to,
        }
        for row in index.mandates()
        if row.identity == who
    ]
    told["guardians"] = [
        {
            "guardians": list(row.guardians),
            "threshold": row.threshold,
            "delay": row.delay,
            "candidate": row.candidate,
            "ready_at": row.ready_at,
        }
        for row in index.guards()
        if row.identity == who
    ]
    return told


def resolved(at: Reader, who: str) -> Resolved:
    """The document of an identity, by any of its names."""
    return resolve(at.there(who), at.registry)


def seals_readings(registry: Registry, member: str, gateway: str, machines: Sequence[str]) -> list[str]:
    """Of these machines, those for which a gateway may not seal a member's readings at the registry's block."""
    from hanse.ledger.identities import readings_of

    if gateway == registry.owner(member) or registry.is_delegate(member, READINGS, gateway):
        return []
    return [one for one in machines if not registry.is_delegate(member, readings_of(one), gateway)]
