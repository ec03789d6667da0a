"""Signatures: typed data, and transactions as bytes (EIP-1559 where the chain has a base fee, else EIP-155).

For transactions eth_account does the same, but derives the public key again for every one, which takes as long as the
signature itself. Its `sign_transaction` is the twin a test compares this with, byte for byte.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import rlp  # type: ignore[import-untyped]
from coincurve import PrivateKey
from eth_hash.auto import keccak

from hanse.errors import InputError

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount


@dataclass(frozen=True, slots=True)
class Fees:
    """Wei per gas. most: at most this in all; tip: of it, for whoever mines. tip None: a chain without EIP-1559, where
    `most` is simply the price."""

    most: int
    tip: int | None


def sign(
    account: LocalAccount, *, chain_id: int, nonce: int, gas: int, to: str | None, value: int, data: bytes, fees: Fees
) -> tuple[bytes, str]:
    """The raw bytes of the signed transaction, and the hash it will be known by. to: None creates a contract."""
    target = bytes.fromhex(to[2:]) if to else b""
    if fees.tip is None:
        plain = [nonce, fees.most, gas, target, value, data]
        parity, r, s = _signature(account, rlp.encode([*plain, chain_id, 0, 0]))
        raw = rlp.encode([*plain, 2 * chain_id + 35 + parity, r, s])
    else:
        fields = [chain_id, nonce, fees.tip, fees.most, gas, target, value, data, []]
        raw = b"\x02" + rlp.encode([*fields, *_signature(account, b"\x02" + rlp.encode(fields))])
    return raw, "0x" + keccak(raw).hex()


def sign_typed(
    account: LocalAccount,
    domain: Mapping[str, Any],
    types: Mapping[str, Sequence[Mapping[str, str]]],
    message: Mapping[str, Any],
) -> bytes:
    """The 65 bytes by which an account signs a structured message (EIP-712): r, s, v."""
    from eth_account.messages import encode_typed_data

    signable = encode_typed_data(dict(domain), {name: list(fields) for name, fields in types.items()}, dict(message))
    return bytes(account.sign_message(signable).signature)


def unsigned_fields(raw: bytes) -> tuple[str | None, int, bytes]:
    """Receiver, value and data of a signed transaction."""
    if raw[0] == 2:  # chain, nonce, tip, fee, gas, to, value, data, …
        to, value, data = rlp.decode(raw[1:])[5:8]
    else:  # nonce, price, gas, to, value, data, …
        to, value, data = rlp.decode(raw)[3:6]
    return ("0x" + bytes(to).hex() if to else None), int.from_bytes(value), bytes(data)


@dataclass(frozen=True, slots=True)
class Opened:
    """What a signed transaction says. to: in lower case, None creates a contract; most: wei per gas it offers; name:
    the hash it will be known by."""

    sender: str
    chain_id: int
    nonce: int
    to: str | None
    value: int
    data: bytes
    gas: int
    most: int
    name: str


def opened(raw: bytes) -> Opened:
    """A signed transaction from a stranger. Raises InputError unless it is one (EIP-155, EIP-1559) for a chain."""
    from eth_account import Account

    try:
        if raw[:1] == b"\x02":
            chain_id, nonce, _, most, gas, to, value, data = rlp.decode(raw[1:])[:8]
            chain = int.from_bytes(chain_id)
        else:
            nonce, most, gas, to, value, data, v, _, _ = rlp.decode(raw)
            chain = (int.from_bytes(v) - 35) // 2
        sender = str(Account.recover_transaction(raw))
        numbers = (int.from_bytes(one) for one in (nonce, value, gas, most))
    except Exception:  # noqa: BLE001 - the libraries raise many kinds for bytes that are no transaction
        raise InputError(
            "this is no signed transaction", where=f"0x{raw[:8].hex()}…", hint="EIP-1559, or EIP-155 with a chain id"
        ) from None
    number, amount, limit, offered = numbers
    target = "0x" + bytes(to).hex() if to else None
    return Opened(sender, chain, number, target, amount, bytes(data), limit, offered, "0x" + bytes(keccak(raw)).hex())


def created_address(sender: str, nonce: int) -> bytes:
    """Where the contract will be that `sender` creates with its transaction `nonce`: 20 bytes."""
    return bytes(keccak(rlp.encode([bytes.fromhex(sender[2:]), nonce]))[12:])


def _signature(account: LocalAccount, message: bytes) -> tuple[int, int, int]:
    packed = _key(bytes(account.key)).sign_recoverable(keccak(message), hasher=None)
    return packed[64], int.from_bytes(packed[:32]), int.from_bytes(packed[32:64])


@lru_cache(maxsize=4096)
def _key(secret: bytes) -> PrivateKey:
    return PrivateKey(secret)
