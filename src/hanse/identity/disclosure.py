"""Claims behind salted hashes (SD-JWT, RFC 9901): the issuer signs hashes, the holder shows the claims it chooses.

A disclosure is the JSON array of salt, name and value, in base64url; its hash is SHA-256 over these signs as they are.
Here all claims of one object are hidden alike and none of them nests: what is hidden is a name with a value.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hanse.errors import InputError

HASHES = "_sd"
ALGORITHM = "sha-256"
MOST_CLAIMS = 64
SALT_BYTES = 16
RESERVED = frozenset((HASHES, "...", "_sd_alg", "id"))
"""Names no hidden claim can have: it could pass for something else."""


def hidden(claims: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Hashes to sign, in an order that says nothing, and the disclosures that belong to them, in the order of the
    claims. Raises InputError for too many claims, names that mean something else, and values without a spelling."""
    if len(claims) > MOST_CLAIMS:
        raise InputError(f"a credential has at most {MOST_CLAIMS} claims, not {len(claims)}", where="claims")
    for name in claims:
        if not name or name in RESERVED or len(name) > 128:
            raise InputError(f"{name[:40]!r} cannot name a claim", where="claims", hint="1 to 128 signs, no _sd, no id")
    try:
        disclosures = [_written([secrets.token_urlsafe(SALT_BYTES), name, value]) for name, value in claims.items()]
    except ValueError:  # Python reads from JSON what JSON cannot spell
        raise InputError("NaN, infinity and halves of surrogate pairs cannot be claimed", where="claims") from None
    return sorted(map(hashed, disclosures)), disclosures


def hashed(disclosure: str) -> str:
    """What is signed in the place of a claim."""
    return _base64(hashlib.sha256(disclosure.encode("ascii", "replace")).digest())


def shown(hashes: Sequence[str], disclosures: Iterable[str]) -> dict[str, Any]:
    """Claims that are shown, each signed for by its hash. Raises InputError for one that was not signed, comes twice,
    or is none."""
    signed, claims = set(hashes), dict[str, Any]()
    if len(signed) != len(hashes):
        raise InputError("a hash is signed twice", where="credential")
    for disclosure in disclosures:
        name, value = _read(disclosure)
        if hashed(disclosure) not in signed:
            raise InputError(f"the claim {name!r} was not signed by the issuer", where="disclosure")
        if name in claims or name in RESERVED:
            raise InputError(f"the claim {name!r} is shown twice, or is none", where="disclosure")
        claims[name] = value
    return claims


def name_of(disclosure: str) -> str:
    """The name of a claim, for its holder to choose by. Raises InputError for what is no disclosure."""
    return _read(disclosure)[0]


def _read(disclosure: str) -> tuple[str, Any]:
    try:
        padded = disclosure.encode("ascii") + b"=" * (-len(disclosure) % 4)
        salt, name, value = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, TypeError, RecursionError):
        raise InputError("this is no claim with its salt", where="disclosure") from None
    if not isinstance(salt, str) or not isinstance(name, str):
        raise InputError("this is no claim with its salt", where="disclosure")
    return name, value


def _written(parts: list[Any]) -> str:
    return _base64(json.dumps(parts, ensure_ascii=False, allow_nan=False).encode())


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
