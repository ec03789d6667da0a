"""Canonical bytes: one value, one spelling. What is hashed anywhere in Hanse is spelled here."""

from __future__ import annotations

import json
from typing import Any

from eth_hash.auto import keccak


def canonical(value: Any) -> bytes:
    """JSON with sorted keys, no spaces, UTF-8, no NaN. Equal values give equal bytes on every machine. Raises
    ValueError for what JSON can be read to and has no such spelling (NaN, infinities, halves of surrogate pairs)."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def digest(data: bytes) -> str:
    """Keccak-256 of `data` as `0x…` (66 characters); the name of a thing in the content store."""
    return "0x" + keccak(data).hex()
