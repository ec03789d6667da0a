"""Who made a block: by its author's signature in Clique, by what it says in QBFT (where all signed that)."""

from __future__ import annotations

from typing import Any

import rlp  # type: ignore[import-untyped]
from eth_keys.datatypes import Signature
from eth_utils.address import to_checksum_address

from hanse.model.keccak import keccak
from hanse.network.genesis import SEAL, VANITY, ZERO

_FIELDS = (
    "parentHash", "sha3Uncles", "miner", "stateRoot", "transactionsRoot", "receiptsRoot", "logsBloom", "difficulty",
    "number", "gasLimit", "gasUsed", "timestamp", "extraData", "mixHash", "nonce",
)  # fmt: skip
_NUMBERS = ("difficulty", "number", "gasLimit", "gasUsed", "timestamp", "baseFeePerGas")


def sealer(block: dict[str, Any]) -> str | None:
    """The address of a block's author, None if it cannot be told. block: its fields, as a node tells them."""
    if block.get("miner") not in (None, ZERO):
        return str(to_checksum_address(block["miner"]))
    try:
        return _signer(block)
    except (KeyError, ValueError, TypeError, AttributeError):
        return None


def _signer(block: dict[str, Any]) -> str | None:
    """Clique signs the header without the signature at the end of its extra data (EIP-225)."""
    extra = bytes.fromhex(block["extraData"][2:])
    if len(extra) < len(VANITY) + len(SEAL) or extra[-len(SEAL) :] == SEAL:
        return None
    names = (*_FIELDS, "baseFeePerGas") if block.get("baseFeePerGas") is not None else _FIELDS
    header = [_value(block, name, extra[: -len(SEAL)]) for name in names]
    signature = Signature(extra[-len(SEAL) :])
    return str(signature.recover_public_key_from_msg_hash(keccak(rlp.encode(header))).to_checksum_address())


def _value(block: dict[str, Any], name: str, extra: bytes) -> int | bytes:
    if name == "extraData":
        return extra
    return int(block[name], 16) if name in _NUMBERS else bytes.fromhex(block[name][2:])
