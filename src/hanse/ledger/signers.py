"""Whose signature it is: of a key, or of a contract that says so (ERC-1271), as `Agreements` takes it on the chain.

A wallet that is a contract (several owners, a daily limit, another cipher) has no key of its own; whoever wants to know
whether it signed something asks it. Its answer holds now: owners may change, and the chain asks again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from eth_hash.auto import keccak

from hanse.ledger.chain import Call, Chain, Reverted

if TYPE_CHECKING:
    from eth_account.messages import SignableMessage

MAGIC = bytes.fromhex("1626ba7e")
"""The function `isValidSignature(bytes32,bytes)`, and what it answers if the signature is good."""

WORD = 32
NOBODY = "0x" + "00" * 20

Signer = Callable[[], Chain]
"""Gives the chain that contracts are asked at."""


def signed_by(chain: Signer, account: str, message: SignableMessage, signature: bytes) -> bool:
    """Whether an account (with checksum) signed a message. Only where no key did the chain is asked, and only of an
    account that is a contract. Raises ChainFault if it does not answer."""
    return _recovered(message, signature) == account or _confirmed(chain(), account, digest(message), signature)


def digest(message: SignableMessage) -> bytes:
    """The 32 bytes that are signed (EIP-191; EIP-712 is a version of it)."""
    return keccak(b"\x19" + message.version + message.header + message.body)


def _recovered(message: SignableMessage, signature: bytes) -> str:
    from eth_account import Account

    try:
        return str(Account.recover_message(message, signature=signature))
    except Exception:  # noqa: BLE001 - the libraries raise many kinds for bytes that are no signature
        return ""


def _confirmed(chain: Chain, account: str, digest: bytes, signature: bytes) -> bool:
    if not chain.code(account):
        return False
    length = len(signature).to_bytes(WORD, "big")
    padded = signature + b"\0" * (-len(signature) % WORD)
    data = MAGIC + digest + (2 * WORD).to_bytes(WORD, "big") + length + padded
    try:
        answer = chain.call(Call(NOBODY, account, data))
    except Reverted:
        return False
    return answer == MAGIC.ljust(WORD, b"\0")
