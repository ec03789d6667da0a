"""The first block of a network. Gas is free in it; the rules are the newest that the engine keeps.

Besu keeps Shanghai's with QBFT since 24.2; Cancun brings fees for blobs, which a free network has no use for. Clique
ends with London. Our contracts are compiled for Paris, which needs London's and nothing after.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import rlp  # type: ignore[import-untyped]

from hanse.network.sites import Network

EPOCH = 30_000
"""Blocks after which votes on validators begin anew."""

QBFT_MIX_HASH = "0x63746963616c2062797a616e74696e65206661756c7420746f6c6572616e6365"
"""Marks blocks of the IBFT family."""

QBFT_GAS, CLIQUE_GAS = 30_000_000, 1_000_000_000
"""Gas in a block. go-ethereum raises the base fee after every block that is more than half full, and below eight wei
never lowers it again: there a block must have room for twice of what a league ever does at once."""

ZERO = "0x" + "00" * 20
VANITY, SEAL = bytes(32), bytes(65)

_BEFORE_LONDON = (
    "homesteadBlock", "eip150Block", "eip155Block", "eip158Block", "byzantiumBlock", "constantinopleBlock",
    "petersburgBlock", "istanbulBlock", "berlinBlock",
)  # fmt: skip


def genesis(network: Network, validators: Sequence[bytes]) -> dict[str, Any]:
    """genesis.json. validators: their addresses, in any order."""
    made = _qbft if network.engine == "besu-qbft" else _clique
    return made(network, sorted(validators))  # in ascending order, as the engines want or write them


def qbft_extra_data(validators: Sequence[bytes]) -> str:
    """32 bytes of vanity, the validators' addresses, no vote, round 0, no seals."""
    encoded: bytes = rlp.encode([VANITY, list(validators), [], b"", []])
    return "0x" + encoded.hex()


def clique_extra_data(validators: Sequence[bytes]) -> str:
    """32 bytes of vanity, the validators' addresses, no seal (EIP-225)."""
    return "0x" + (VANITY + b"".join(validators) + SEAL).hex()


def _qbft(network: Network, validators: Sequence[bytes]) -> dict[str, Any]:
    consensus = {
        "blockperiodseconds": network.period,
        "epochlength": EPOCH,
        "requesttimeoutseconds": 2 * network.period,
    }
    return {
        "config": {
            "chainId": network.chain_id,
            "berlinBlock": 0,
            "londonBlock": 0,
            "shanghaiTime": 0,
            "zeroBaseFee": True,
            "qbft": consensus,
        },
        **_block(network, QBFT_GAS, qbft_extra_data(validators), QBFT_MIX_HASH),
    }


def _clique(network: Network, validators: Sequence[bytes]) -> dict[str, Any]:
    return {
        "config": {
            "chainId": network.chain_id,
            **dict.fromkeys(_BEFORE_LONDON, 0),
            "londonBlock": 0,
            "clique": {"period": network.period, "epoch": EPOCH},
        },
        **_block(network, CLIQUE_GAS, clique_extra_data(validators), "0x" + "00" * 32),
    }


def _block(network: Network, gas: int, extra: str, mix: str) -> dict[str, Any]:
    return {
        "nonce": "0x0",
        "timestamp": hex(network.started),
        "extraData": extra,
        "gasLimit": hex(gas),
        "baseFeePerGas": "0x0",
        "difficulty": "0x1",
        "mixHash": mix,
        "coinbase": ZERO,
        "alloc": {account: {"balance": hex(wei)} for account, wei in sorted(network.accounts.items())},
    }
