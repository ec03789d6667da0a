"""A delegation signed by whoever decides about an identity, and sent by anybody: the owner needs no gas, no service,
and no chain but for the number of its next signature.

    AddDelegate(address identity, bytes32 delegateType, address delegate, uint256 validity, …)
    RevokeDelegate(address identity, bytes32 delegateType, address delegate, …)       … uint256 nonce, uint256 deadline

in the domain of `Identities`: chain id and contract. A number is used once, so a paper counts once, and not at all
after its deadline or after another one with the same number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_utils.address import to_checksum_address

from hanse.errors import InputError
from hanse.ledger.identities import DOMAIN_NAME, DOMAIN_VERSION, LONGEST, kind_word

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

FORMAT = "hanse-delegation/1"
LARGEST = 4_096
"""Bytes of a paper."""

_DOMAIN = {"name": "string", "version": "string", "chainId": "uint256", "verifyingContract": "address"}
_WHOM = {"identity": "address", "delegateType": "bytes32", "delegate": "address"}
_ONCE = {"nonce": "uint256", "deadline": "uint256"}
_ADD = {**_WHOM, "validity": "uint256", **_ONCE}
_REVOKE = {**_WHOM, **_ONCE}

_Address = Annotated[str, msgspec.Meta(pattern="^0x[0-9a-fA-F]{40}$")]
_Number = Annotated[int, msgspec.Meta(ge=0, le=(1 << 63) - 1)]


class _Paper(msgspec.Struct, forbid_unknown_fields=True):
    format: str
    chain_id: _Number
    identities: _Address
    identity: _Address
    kind: Annotated[str, msgspec.Meta(min_length=1, max_length=32)]
    delegate: _Address
    seconds: Annotated[int, msgspec.Meta(ge=0, le=LONGEST)]
    nonce: _Number
    deadline: _Number
    signature: Annotated[str, msgspec.Meta(pattern="^0x([0-9a-f]{2}){65,4096}$")]


@dataclass(frozen=True, slots=True)
class Delegation:
    """What is signed. chain_id, identities: the league it is for; seconds: so long the delegate acts from the block on
    that takes it, 0 to end it there; nonce: of the identity; deadline: seconds since 1970. Raises InputError."""

    chain_id: int
    identities: str
    identity: str
    kind: str
    delegate: str
    seconds: int
    nonce: int
    deadline: int

    def __post_init__(self) -> None:
        kind_word(self.kind)
        if not 0 <= self.seconds <= LONGEST:
            raise InputError(f"{self.seconds} seconds are more than {LONGEST}", where="seconds")

    @property
    def typed(self) -> dict[str, Any]:
        """The whole EIP-712 document, as wallets sign it."""
        name, fields = ("AddDelegate", _ADD) if self.seconds else ("RevokeDelegate", _REVOKE)
        said = {
            "identity": to_checksum_address(self.identity),
            "delegateType": "0x" + kind_word(self.kind).hex(),
            "delegate": to_checksum_address(self.delegate),
            "validity": self.seconds,
            "nonce": self.nonce,
            "deadline": self.deadline,
        }
        return {
            "types": {"EIP712Domain": _listed(_DOMAIN), name: _listed(fields)},
            "primaryType": name,
            "domain": {
                "name": DOMAIN_NAME, "version": DOMAIN_VERSION, "chainId": self.chain_id,
                "verifyingContract": to_checksum_address(self.identities),
            },
            "message": {field: said[field] for field in fields},
        }  # fmt: skip

    def sign(self, key: LocalAccount) -> bytes:
        return bytes(key.sign_message(encode_typed_data(full_message=self.typed)).signature)

    def signer(self, signature: bytes) -> str | None:
        """Whose key signed it; None if no key did, as for contracts."""
        try:
            return str(Account.recover_message(encode_typed_data(full_message=self.typed), signature=signature))
        except Exception:  # noqa: BLE001 - the libraries raise many kinds for bytes that are no signature
            return None

    def call(self, signature: bytes) -> tuple[str, tuple[Any, ...]]:
        """The contract's function that takes it, and its words."""
        whom = (to_checksum_address(self.identity), kind_word(self.kind), to_checksum_address(self.delegate))
        if self.seconds:
            return "addDelegateSigned", (*whom, self.seconds, self.deadline, signature)
        return "revokeDelegateSigned", (*whom, self.deadline, signature)

    def document(self, signature: bytes) -> dict[str, Any]:
        """The paper as a file: whoever has it can send it."""
        return {
            "format": FORMAT, "chain_id": self.chain_id, "identities": self.identities, "identity": self.identity,
            "kind": self.kind, "delegate": self.delegate, "seconds": self.seconds, "nonce": self.nonce,
            "deadline": self.deadline, "signature": "0x" + signature.hex(),
        }  # fmt: skip


def read(data: bytes, where: str = "paper") -> tuple[Delegation, bytes]:
    """A paper and its signature, which is not checked. Raises InputError for what is none."""
    try:
        if len(data) > 3 * LARGEST:
            raise ValueError("it is too long")
        wire = msgspec.json.decode(data, type=_Paper)
    except (ValueError, RecursionError) as error:  # msgspec's errors are ValueErrors
        raise InputError(
            f"this is no {FORMAT}: {error}", where=where, hint="is it the right file, and whole?"
        ) from None
    if wire.format != FORMAT:
        raise InputError(f"its format is {wire.format[:40]!r} and not {FORMAT}", where=where, hint="update Hanse")
    said = Delegation(
        wire.chain_id, wire.identities, wire.identity, wire.kind, wire.delegate, wire.seconds, wire.nonce, wire.deadline
    )
    return said, bytes.fromhex(wire.signature[2:])


def check_place(said: Delegation, chain_id: int, identities: str) -> None:
    """Raises InputError for a paper of another league or chain."""
    if (said.chain_id, said.identities.lower()) != (chain_id, identities.lower()):
        raise InputError("the paper is for another league or chain", where=said.identities, hint="send it there")


def _listed(fields: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "type": kind} for name, kind in fields.items()]
