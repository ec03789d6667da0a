"""Signatures of accounts as JSON web signatures (RFC 7515, ES256K of RFC 8812), by joserfc.

An address is a hash of a public key, so the key travels in the header, and counts only if it hashes to an address that
the signer's DID document names.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eth_keys.datatypes import PrivateKey, PublicKey
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

ALGORITHM = "ES256K"


class Unreadable(Exception):
    """These are no signed words, or not by the key that they name."""


@dataclass(frozen=True, slots=True)
class Signed:
    """Words somebody signed. signer: address of the key; kid: which key of which identifier it says it is; head: what
    exactly was signed, as bytes."""

    signer: str
    kid: str
    typ: str
    payload: dict[str, Any]
    head: bytes


def sign(account: LocalAccount, typ: str, kid: str, payload: dict[str, Any]) -> str:
    """A compact signature. typ: what it is, so that it cannot pass for something else."""
    secret = PrivateKey(bytes(account.key))
    numbers = secret.public_key.to_bytes()
    public = {"kty": "EC", "crv": "secp256k1", "x": _text(numbers[:32]), "y": _text(numbers[32:])}
    key = ECKey.import_key({**public, "d": _text(secret.to_bytes())})
    header = {"alg": ALGORITHM, "typ": typ, "kid": kid, "jwk": public}
    words = json.dumps(payload, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return jws.serialize_compact(header, words, key, algorithms=[ALGORITHM])


def read(text: str) -> Signed:
    """What was signed, once the signature is found right. Raises Unreadable."""
    try:
        header = json.loads(_bytes(text.split(".")[0]))
        given = header["jwk"]
        if not isinstance(given, dict) or set(given) != {"kty", "crv", "x", "y"} or given["crv"] != "secp256k1":
            raise Unreadable("the header has no public key of an account")
        found = jws.deserialize_compact(text, ECKey.import_key(given), algorithms=[ALGORITHM])
        payload = json.loads(found.payload)
        x, y = (_bytes(given[part]) for part in ("x", "y"))
        signer = PublicKey(x.rjust(32, b"\0") + y.rjust(32, b"\0")).to_checksum_address()
        kid, typ = header["kid"], header["typ"]
    except Unreadable:
        raise
    except (JoseError, ValueError, KeyError, TypeError, IndexError, RecursionError):
        raise Unreadable("this is not signed, or not by the key in it") from None
    if not isinstance(payload, dict) or not isinstance(kid, str) or not isinstance(typ, str):
        raise Unreadable("these are not the words of a credential")
    return Signed(signer, kid, typ, payload, text.rpartition(".")[0].encode())


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
