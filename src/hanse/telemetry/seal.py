"""A seal: a gateway signs that these readings, and no others, came in since the seal before. EIP-712 typed data.

    Seal(string member, uint64 number, uint64 first, uint64 count, bytes32 root, bytes32 previous, uint64 sealed)

Each seal names the digest of the one before, so that none can be left out later without the next one showing it. The
root is what is anchored on the chain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eth_account import Account
from eth_account.messages import SignableMessage, encode_typed_data
from eth_hash.auto import keccak

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

GENESIS = bytes(32)
"""What the first seal names as the one before."""

_TYPES: dict[str, Any] = {
    "Seal": [
        {"name": "member", "type": "string"},
        {"name": "number", "type": "uint64"},
        {"name": "first", "type": "uint64"},
        {"name": "count", "type": "uint64"},
        {"name": "root", "type": "bytes32"},
        {"name": "previous", "type": "bytes32"},
        {"name": "sealed", "type": "uint64"},
    ]
}


@dataclass(frozen=True, slots=True)
class Seal:
    """number: of the seal, from 1. first, count: the readings it covers. root: Merkle root over their contents in the
    order of arrival. previous: digest of the seal before. sealed: milliseconds since the epoch."""

    number: int
    first: int
    count: int
    root: bytes
    previous: bytes
    sealed: int

    @property
    def fields(self) -> tuple[int, int, int, bytes, bytes, int]:
        return (self.number, self.first, self.count, self.root, self.previous, self.sealed)

    def digest(self, member: str, chain_id: int) -> bytes:
        """What is signed: Keccak-256 of the typed data."""
        message = self._message(member, chain_id)
        return bytes(keccak(b"\x19" + message.version + message.header + message.body))

    def sign(self, key: LocalAccount, member: str, chain_id: int) -> SignedSeal:
        return SignedSeal(self, bytes(key.sign_message(self._message(member, chain_id)).signature))

    def _message(self, member: str, chain_id: int) -> SignableMessage:
        domain = {"name": "Hanse telemetry", "version": "1", "chainId": chain_id}
        return encode_typed_data(
            domain, _TYPES, dict(zip([field["name"] for field in _TYPES["Seal"]], (member, *self.fields), strict=True))
        )


@dataclass(frozen=True, slots=True)
class SignedSeal:
    """A seal and its signature, 65 bytes (r, s, v)."""

    seal: Seal
    signature: bytes

    def signer(self, member: str, chain_id: int) -> str | None:
        """The address that signed it for this member and chain; None if the signature is none."""
        try:
            return str(Account.recover_message(self.seal._message(member, chain_id), signature=self.signature))
        except Exception:  # noqa: BLE001 - the libraries raise many kinds for bytes that are no signature
            return None
