"""What a gateway hands on to a service: one seal with the readings under it, for one member of one league. EIP-712.

    Forward(address account, string member, bytes32 seal)    in the domain of a chain and the league's contract

The seal alone names no league; so a parcel that was meant for another league, another chain or another account is none
here, whoever brings it. Both signatures are of one key: whose key may speak for whom is for the service to know.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eth_account import Account
from eth_account.messages import SignableMessage, encode_typed_data
from eth_utils.address import to_checksum_address

from hanse.errors import EvidenceError
from hanse.model import merkle
from hanse.telemetry.reading import Reading, read_content
from hanse.telemetry.seal import SignedSeal

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

MOST_READINGS = 2_000
"""Under one seal that is handed on."""

_TYPES: dict[str, Any] = {
    "Forward": [
        {"name": "account", "type": "address"},
        {"name": "member", "type": "string"},
        {"name": "seal", "type": "bytes32"},
    ]
}


@dataclass(frozen=True, slots=True)
class Destination:
    """For whom: the member's account and its id in plans, and the league with its chain."""

    account: str
    member: str
    league: str
    chain_id: int

    def _message(self, seal: bytes) -> SignableMessage:
        domain = {
            "name": "Hanse telemetry",
            "version": "1",
            "chainId": self.chain_id,
            "verifyingContract": to_checksum_address(self.league),
        }
        said = {"account": to_checksum_address(self.account), "member": self.member, "seal": seal}
        return encode_typed_data(domain, _TYPES, said)


@dataclass(frozen=True, slots=True)
class Parcel:
    """A seal, the canonical bytes of its readings in their order, and the gateway's signature for the destination."""

    seal: SignedSeal
    contents: tuple[bytes, ...]
    signature: bytes


def pack(seal: SignedSeal, contents: Sequence[bytes], to: Destination, key: LocalAccount) -> Parcel:
    """Signed for this destination."""
    message = to._message(seal.seal.digest(to.member, to.chain_id))
    return Parcel(seal, tuple(contents), bytes(key.sign_message(message).signature))


def unpack(parcel: Parcel, to: Destination) -> tuple[str, tuple[Reading, ...]]:
    """Who signed it, and what it says. Raises EvidenceError if seal, readings and signatures do not belong together,
    InputError for bytes that are no reading."""
    sealed, where = parcel.seal.seal, f"seal {parcel.seal.seal.number} of {to.member}"
    if not 1 <= len(parcel.contents) <= MOST_READINGS or len(parcel.contents) != sealed.count:
        raise EvidenceError(
            f"{len(parcel.contents)} readings are not the {sealed.count} of the seal",
            where=where,
            hint=f"a parcel has 1 to {MOST_READINGS}",
        )
    if merkle.root(parcel.contents) != sealed.root:
        raise EvidenceError("these readings are not what was sealed", where=where)
    signer = parcel.seal.signer(to.member, to.chain_id)
    try:
        carrier = str(
            Account.recover_message(to._message(sealed.digest(to.member, to.chain_id)), signature=parcel.signature)
        )
    except Exception:  # noqa: BLE001 - the libraries raise many kinds for bytes that are no signature
        carrier = None
    if signer is None or signer != carrier:
        raise EvidenceError(
            "not signed for this member of this league", where=where, hint="check account, league and chain_id"
        )
    return signer, tuple(map(read_content, parcel.contents))
