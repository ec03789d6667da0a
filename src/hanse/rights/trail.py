"""From an open chain to a proof that needs none (`proof`): headers and receipts, as their hashes are made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import rlp  # type: ignore[import-untyped]

from hanse.errors import ChainFault
from hanse.ledger.rpc import RpcChain
from hanse.model.keccak import keccak
from hanse.rights.proof import path_to, proof

MOST_BETWEEN = 2_000
"""Blocks between the first and the last record of a proof, up to which all headers are in it, so that one known hash is
enough; beyond, the reader has to know the hash of each block."""

_HEADER = (
    "parentHash", "sha3Uncles", "miner", "stateRoot", "transactionsRoot", "receiptsRoot", "logsBloom", "difficulty",
    "number", "gasLimit", "gasUsed", "timestamp", "extraData", "mixHash", "nonce",
)  # fmt: skip
_LATER = ("baseFeePerGas", "withdrawalsRoot", "blobGasUsed", "excessBlobGas", "parentBeaconBlockRoot", "requestsHash")
"""Fields of a header in their order; the later ones came with forks, and are there or not."""

_NUMBERS = frozenset(
    ("difficulty", "number", "gasLimit", "gasUsed", "timestamp", "baseFeePerGas", "blobGasUsed", "excessBlobGas")
)


def prove(chain: RpcChain, transactions: Iterable[tuple[int, str]]) -> dict[str, Any]:
    """A proof of everything that these transactions told. transactions: block and hash of each. Raises ChainFault, also
    for a chain whose blocks are hashed in a way that this version does not know."""
    wanted: dict[int, set[str]] = {}
    for number, name in transactions:
        wanted.setdefault(number, set()).add(name)
    receipts: list[tuple[int, int, list[bytes]]] = []
    headers: dict[int, bytes] = {}
    for number in sorted(wanted):
        block = _block(chain, number)
        headers[number] = header(block)
        told = [chain.receipt_fields(name) for name in block["transactions"]]
        encoded = [receipt(one) for one in told]
        for index, name in enumerate(block["transactions"]):
            if name in wanted[number]:
                receipts.append((number, index, path_to(encoded, index)))
    first, last = min(headers), max(headers)
    if last - first <= MOST_BETWEEN:
        for number in range(first, last + 1):
            if number not in headers:
                headers[number] = header(_block(chain, number))
    return proof((headers[number] for number in sorted(headers)), receipts)


def header(block: Mapping[str, Any]) -> bytes:
    """What the hash of a block is the hash of. Raises ChainFault if it is made in another way."""
    fields = [_field(name, block[name]) for name in _HEADER]
    fields += [_field(name, block[name]) for name in _LATER if block.get(name) is not None]
    for candidate in (fields, _without_seals(fields)):
        raw = bytes(rlp.encode(candidate))
        if "0x" + keccak(raw).hex() == block["hash"]:
            return raw
    raise ChainFault(
        "this chain makes the hashes of its blocks in a way that this version does not know",
        where=f"block {block['number']}",
        hint="records of this chain can be audited online, not shown offline",
    )


def receipt(told: Mapping[str, Any]) -> bytes:
    """A receipt as its block's tree holds it (EIP-2718)."""
    logs = [[_hex(log["address"]), [_hex(topic) for topic in log["topics"]], _hex(log["data"])] for log in told["logs"]]
    status = _field("status", told["status"], number=True)
    body = rlp.encode([status, _field("", told["cumulativeGasUsed"], number=True), _hex(told["logsBloom"]), logs])
    kind = int(told.get("type", "0x0"), 16)
    return bytes([kind]) + bytes(body) if kind else bytes(body)


def _without_seals(fields: list[bytes]) -> list[bytes]:
    """Validators of a QBFT chain sign a block after its hash is made: their seals are no part of it."""
    at = _HEADER.index("extraData")
    try:
        *kept, _ = rlp.decode(fields[at])
    except (rlp.exceptions.RLPException, ValueError, TypeError):
        return fields
    return [*fields[:at], rlp.encode([*kept, []]), *fields[at + 1 :]]


def _block(chain: RpcChain, number: int) -> Mapping[str, Any]:
    found = chain.block_fields(number)
    if found is None:
        raise ChainFault("the chain has lost this block", where=f"block {number}", hint="ask again")
    return found


def _field(name: str, value: str, *, number: bool = False) -> bytes:
    if number or name in _NUMBERS:
        whole = int(value, 16)
        return whole.to_bytes((whole.bit_length() + 7) // 8)
    return _hex(value)


def _hex(value: str) -> bytes:
    return bytes.fromhex(value.removeprefix("0x"))
