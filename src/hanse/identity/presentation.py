"""What a holder shows of a credential, to one reader and now; and the reader's judgement, with the reason for a no.

The holder appends a signature over what it shows, whom it is for (`audience`), a number that the reader chose
(`nonce`) and the time (SD-JWT with key binding). So nobody else can show it, nor show it elsewhere, nor again.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from hanse.errors import EvidenceError, InputError
from hanse.identity import credential, disclosure, keys
from hanse.identity.credential import Credential
from hanse.identity.did import did_of
from hanse.identity.document import resolve
from hanse.identity.registry import Registry

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

TYPE = "kb+jwt"
FRESH = 300
"""Seconds for which what was shown can be judged."""

AHEAD = 30
"""Seconds by which a holder's clock, or a notary's, may be ahead of the reader's."""


class Reason(Enum):
    """Why something shown is not believed. The value is for people."""

    UNREADABLE = "this is no presentation"
    FORGED = "the issuer did not sign this, or not with a key of its own"
    UNKNOWN_ISSUER = "its issuer is no notary of this league"
    ELSEWHERE = "it belongs to another chain or another league"
    TAMPERED = "a claim is shown that the issuer did not sign"
    NOT_YET = "it is not valid yet"
    EXPIRED = "it has expired"
    REVOKED = "its issuer took it back"
    UNBOUND = "its holder did not sign that it shows it"
    STOLEN = "who shows it is not whom it is about, or its key was changed"
    ANOTHER_SHOWING = "more or less is shown than its holder signed"
    WRONG_AUDIENCE = "it was shown to somebody else"
    WRONG_NONCE = "it answers another question, or one that was answered before"
    STALE = "it was shown too long ago, or in the future"


class Refused(EvidenceError):
    """Something shown is not believed. party: who it said it was, as far as that can be told."""

    def __init__(self, reason: Reason, detail: str = "", *, party: str = "") -> None:
        super().__init__(reason.value, where=detail, hint="docs/identity.md lists what each refusal means")
        self.reason, self.party = reason, party


@dataclass(frozen=True, slots=True)
class Verified:
    """What is believed: this issuer states these claims of the subject, which showed it just now. block: as after which
    its status was looked up, with its hash."""

    credential: Credential
    claims: dict[str, Any]
    block: int
    block_hash: str


def present(holder: LocalAccount, text: str, show: Collection[str], *, audience: str, nonce: str, now: int) -> str:
    """Shows the claims of these names, and no others. audience, nonce: as the reader gave them; now: seconds since
    1970. Raises InputError for a claim that the credential has not."""
    kept = credential.read(text)
    chosen = [one for one in kept.disclosures if disclosure.name_of(one) in show]
    missing = set(show) - {disclosure.name_of(one) for one in chosen}
    if missing:
        known = ", ".join(map(disclosure.name_of, kept.disclosures))
        raise InputError(
            f"the credential has no claim {', '.join(sorted(missing))}", where="show", hint=f"it has: {known}"
        )
    shown = "~".join([text.partition("~")[0], *chosen, ""])
    words = {"iat": now, "aud": audience, "nonce": nonce, "sd_hash": _hash(shown)}
    return shown + keys.sign(holder, TYPE, f"{kept.subject}#controller", words)


def verify(text: str, registry: Registry, *, audience: str, nonce: str, now: int) -> Verified:
    """Judges what is shown, by what the chain says at the registry's block. now: the reader's clock, seconds since
    1970. Raises Refused with the first reason that is found; ChainFault if the chain cannot be asked."""
    shown, _, proof = text.rpartition("~")
    shown += "~"
    if len(text) > credential.MOST_SIGNS:
        raise Refused(Reason.UNREADABLE, f"{len(text):,} signs")
    try:
        found = credential.read(shown)
    except InputError as reason:
        raise Refused(Reason.UNREADABLE, reason.message) from None
    try:
        check(found, registry, now=now)
        _check_holder(found, shown, proof, registry, audience, nonce, now)
    except Refused as refusal:
        refusal.party = str(found.subject)
        raise
    return Verified(found, found.claims, registry.at.number, registry.at.hash)


def check(found: Credential, registry: Registry, *, now: int) -> None:
    """Judges a credential alone, whoever has it. Raises Refused."""
    here = did_of(registry.address, registry.chain_id).account
    chains = {found.issuer.chain_id, found.subject.chain_id}
    if chains != {registry.chain_id} or found.status != here:
        raise Refused(Reason.ELSEWHERE, found.status[:120])
    if found.signer not in resolve(found.issuer, registry).assertion:
        raise Refused(Reason.FORGED, f"signed by {found.signer}")
    if not registry.is_notary(found.issuer.address):
        raise Refused(Reason.UNKNOWN_ISSUER, str(found.issuer))
    revoked = registry.revoked_in(found.issuer.address, found.digest)
    if revoked:
        raise Refused(Reason.REVOKED, f"in block {revoked}")
    if now < found.valid_from - AHEAD:
        raise Refused(Reason.NOT_YET, f"{found.valid_from - now} seconds too early")
    if now >= found.valid_until:
        raise Refused(Reason.EXPIRED, f"{now - found.valid_until} seconds ago")
    try:
        found.claims  # noqa: B018 - reading them is checking them
    except InputError as reason:
        raise Refused(Reason.TAMPERED, reason.message) from None


def _check_holder(
    found: Credential, shown: str, proof: str, registry: Registry, audience: str, nonce: str, now: int
) -> None:
    if not proof:
        raise Refused(Reason.UNBOUND)
    try:
        signed = keys.read(proof)
    except keys.Unreadable as reason:
        raise Refused(Reason.UNBOUND, str(reason)) from None
    said = signed.payload
    if signed.typ != TYPE:
        raise Refused(Reason.UNBOUND, f"{signed.typ[:40]!r}")
    if signed.signer not in resolve(found.subject, registry).authentication:
        raise Refused(Reason.STOLEN, f"signed by {signed.signer}")
    if said.get("sd_hash") != _hash(shown):
        raise Refused(Reason.ANOTHER_SHOWING)
    if said.get("aud") != audience:
        raise Refused(Reason.WRONG_AUDIENCE, str(said.get("aud"))[:120])
    if said.get("nonce") != nonce:
        raise Refused(Reason.WRONG_NONCE)
    moment = said.get("iat")
    if type(moment) is not int or not now - FRESH < moment <= now + AHEAD:
        raise Refused(Reason.STALE, str(moment)[:40])


def _hash(shown: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(shown.encode()).digest()).rstrip(b"=").decode()
