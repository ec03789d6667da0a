"""Keccak-256, the hash function of the ledger, of many short messages at once.

A tree over a million rows hashes two million short messages. One at a time, from Python, each costs several
microseconds; `keccak_many` hashes equal-length messages together, compiled, on two threads. Its clear twin is `keccak`,
one message by eth-hash, and small batches are simply sent there: a small problem never waits for a compiler.
"""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt
from eth_hash.auto import keccak as _eth_hash

Bytes = npt.NDArray[np.uint8]
"""Equal-length byte strings: one a row, shape (messages, length)."""

THREADS = 2
RATE = 136
"""Bytes absorbed by one permutation (FIPS 202: 1600 - 2·256 bits)."""

_COMPILED = "hanse.model.keccak_compiled"
_WORTH_LOADING = 1 << 15
"""Messages from which importing the compiled twin (half a second, once a process) pays for itself."""
_WORTH_CALLING = 1 << 6
"""Messages from which calling it pays, once it is imported."""
_CHUNK = 1 << 13
"""Messages padded at a time by one thread: about a megabyte."""


def keccak(message: bytes) -> bytes:
    """Keccak-256 of one message, 32 bytes."""
    return bytes(_eth_hash(message))


def keccak_many(messages: Bytes) -> Bytes:
    """Keccak-256 of each row of `messages`; shape (messages, 32)."""
    count = len(messages)
    if count < (_WORTH_CALLING if _COMPILED in sys.modules else _WORTH_LOADING):
        return _one_by_one(messages)
    return _compiled(messages)


def _one_by_one(messages: Bytes) -> Bytes:
    digests = b"".join(_eth_hash(row.tobytes()) for row in messages)
    return np.frombuffer(digests, dtype=np.uint8).reshape(len(messages), 32)


def _compiled(messages: Bytes) -> Bytes:
    from hanse.model import keccak_compiled

    count = len(messages)
    digests = np.empty((count, 4), dtype=np.uint64)

    def work(begin: int) -> None:
        part = slice(begin, begin + _CHUNK)
        keccak_compiled.digest_blocks(_padded(messages[part]), digests[part])

    chunks = range(0, count, _CHUNK)
    if len(chunks) <= 1:
        work(0)
    else:
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(work, chunks))
    return digests.view(np.uint8)


def _padded(messages: Bytes) -> npt.NDArray[np.uint64]:
    """Messages with Keccak's padding (0x01, zeros, 0x80), as little-endian 64-bit lanes."""
    count, length = messages.shape
    blocks = np.zeros((count, (length // RATE + 1) * RATE), dtype=np.uint8)
    blocks[:, :length] = messages
    blocks[:, length] ^= 0x01
    blocks[:, -1] ^= 0x80
    return blocks.view("<u8").astype(np.uint64, copy=False)
