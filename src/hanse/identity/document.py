"""The DID document of an identity at a block (W3C DID 1.0), by the rules of the methods did:pkh and did:ethr.

did:pkh says an account is its own key. Here that ends where the identity was given to another key: a key that was given
up must not live on under the other name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from hanse.errors import InputError
from hanse.identity.did import Did
from hanse.identity.registry import Registry
from hanse.ledger.identities import ASSERTS, AUTHENTICATES, kind_text

CONTEXT = (
    "https://www.w3.org/ns/did/v1",
    "https://w3id.org/security/suites/secp256k1recovery-2020/v2",
)
_SERVICE = "did/svc/"


@dataclass(frozen=True, slots=True)
class Resolved:
    """A document, and what it is worth. authentication, assertion: addresses whose signatures show that one is the
    identity, and sign its statements; metadata: block, its hash and time, and whether the identifier is given up."""

    did: Did
    document: dict[str, Any]
    authentication: frozenset[str]
    assertion: frozenset[str]
    metadata: dict[str, Any]


def resolve(did: Did, registry: Registry) -> Resolved:
    """The document of an identifier at the registry's block. Raises InputError for one of another chain."""
    if did.chain_id != registry.chain_id:
        raise InputError(
            f"this identifier is of chain {did.chain_id}, asked was chain {registry.chain_id}", where=str(did)
        )
    owner = registry.owner(did.address)
    if did.method == "pkh":
        keys = {} if owner != did.address else {f"{did}#blockchainAccountId": owner}
        return _resolved(did, registry, keys, dict(keys), [], given_up=not keys)
    signs, shows = {f"{did}#controller": owner}, {f"{did}#controller": owner}
    services, number = [], 0
    latest: dict[tuple[str, bytes], tuple[int, int, dict[str, Any]]] = {}
    for event in registry.history(did.address):
        told = event.values
        if event.name == "DIDDelegateChanged":
            number += 1
            key = told["delegate"], told["delegateType"]
        elif event.name == "DIDAttributeChanged":
            number += 1
            key = told["name"].hex(), told["value"]
        else:
            continue
        first = latest[key][0] if key in latest and told["validTo"] <= registry.time else number
        latest[key] = (first, told["validTo"], dict(told))
    for number, valid_to, told in sorted(latest.values(), key=lambda one: one[0]):
        if valid_to <= registry.time:
            continue
        if "delegate" in told:
            kind, name = kind_text(told["delegateType"]), f"{did}#delegate-{number}"
            if kind in (ASSERTS, AUTHENTICATES):
                signs[name] = told["delegate"]
            if kind == AUTHENTICATES:
                shows[name] = told["delegate"]
        elif (name := kind_text(told["name"])).startswith(_SERVICE):
            at = told["value"].decode(errors="replace")
            services.append({"id": f"{did}#service-{number}", "type": name[len(_SERVICE) :], "serviceEndpoint": at})
    return _resolved(did, registry, signs, shows, services, given_up=False)


def _resolved(
    did: Did,
    registry: Registry,
    signs: dict[str, str],
    shows: dict[str, str],
    services: list[dict[str, str]],
    *,
    given_up: bool,
) -> Resolved:
    methods = [
        {
            "id": name,
            "type": "EcdsaSecp256k1RecoveryMethod2020",
            "controller": str(did),
            "blockchainAccountId": f"eip155:{did.chain_id}:{address}",
        }
        for name, address in signs.items()
    ]
    document: dict[str, Any] = {
        "@context": list(CONTEXT),
        "id": str(did),
        "verificationMethod": methods,
        "authentication": list(shows),
        "assertionMethod": list(signs),
    }
    if services:
        document["service"] = services
    moment = datetime.fromtimestamp(registry.time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    metadata = {
        "versionId": str(registry.at.number),
        "updated": moment,
        "blockHash": registry.at.hash,
        "deactivated": given_up,
    }
    return Resolved(did, document, frozenset(shows.values()), frozenset(signs.values()), metadata)
