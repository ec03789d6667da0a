"""The Keccak-f[1600] permutation (FIPS 202, section 3), compiled, on several messages side by side.

Reached only through `hanse.model.keccak`, which is tested against eth-hash. A state is 25 lanes of 64 bits, lane (x, y)
at x + 5y; here every lane is a row of `SIDE` values, one a message, so that the processor's vector unit does the same
step for all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np
import numpy.typing as npt

Lanes = npt.NDArray[np.uint64]

SIDE = 16
"""Messages side by side."""
ROUNDS = 24


def _round_constants() -> Lanes:
    """ι: bits of the linear feedback shift register x^8 + x^6 + x^5 + x^4 + 1 at positions 2^j - 1."""
    constants, register = [], 1
    for _ in range(ROUNDS):
        constant = 0
        for j in range(7):
            constant |= (register & 1) << ((1 << j) - 1)
            register = register << 1 ^ (0x171 if register & 0x80 else 0)
        constants.append(constant)
    return np.array(constants, dtype=np.uint64)


def _rotations() -> Lanes:
    """ρ: how far each lane is rotated."""
    offsets, x, y = [0] * 25, 1, 0
    for t in range(24):
        offsets[x + 5 * y] = (t + 1) * (t + 2) // 2 % 64
        x, y = y, (2 * x + 3 * y) % 5
    return np.array(offsets, dtype=np.uint64)


_IOTA = _round_constants()
_RHO = _rotations()
_PI = np.array([i // 5 + 5 * ((2 * (i % 5) + 3 * (i // 5)) % 5) for i in range(25)])


def _jit(function: Callable[..., None]) -> Any:
    """Compile without the interpreter's lock and keep the machine code, where there is a place to keep it.

    numba stores it beside this file or, if that is read-only, in the user's cache directory; with neither it refuses
    at decoration, and then every process compiles anew (about a second).
    """
    try:
        return numba.njit(nogil=True, cache=True)(function)
    except RuntimeError:
        return numba.njit(nogil=True)(function)


def _permute_plain(state: Lanes, moved: Lanes, parity: Lanes) -> None:
    one, width = np.uint64(1), np.uint64(64)
    for number in range(ROUNDS):
        for x in range(5):  # θ
            for m in range(SIDE):
                parity[x, m] = state[x, m] ^ state[x + 5, m] ^ state[x + 10, m] ^ state[x + 15, m] ^ state[x + 20, m]
        for x in range(5):
            for m in range(SIDE):
                right = parity[(x + 1) % 5, m]
                mix = parity[(x + 4) % 5, m] ^ ((right << one) | (right >> (width - one)))
                for y in range(0, 25, 5):
                    state[x + y, m] ^= mix
        for i in range(25):  # ρ and π
            far, to = _RHO[i], _PI[i]
            if i == 0:
                for m in range(SIDE):
                    moved[to, m] = state[i, m]
            else:
                for m in range(SIDE):
                    lane = state[i, m]
                    moved[to, m] = (lane << far) | (lane >> (width - far))
        for y in range(0, 25, 5):  # χ
            for x in range(5):
                x1, x2 = (x + 1) % 5, (x + 2) % 5
                for m in range(SIDE):
                    state[x + y, m] = moved[x + y, m] ^ (~moved[x1 + y, m] & moved[x2 + y, m])
        for m in range(SIDE):  # ι
            state[0, m] ^= _IOTA[number]


_permute = _jit(_permute_plain)


def _digest_blocks_plain(blocks: Lanes, digests: Lanes) -> None:
    count, rate = blocks.shape[0], 17
    state = np.zeros((25, SIDE), dtype=np.uint64)
    moved = np.zeros((25, SIDE), dtype=np.uint64)
    parity = np.zeros((5, SIDE), dtype=np.uint64)
    for begin in range(0, count, SIDE):
        beside = min(SIDE, count - begin)
        state[:] = 0
        for block in range(0, blocks.shape[1], rate):
            for m in range(beside):
                for i in range(rate):
                    state[i, m] ^= blocks[begin + m, block + i]
            _permute(state, moved, parity)
        for m in range(beside):
            for i in range(4):
                digests[begin + m, i] = state[i, m]


_digest_blocks = _jit(_digest_blocks_plain)


def digest_blocks(blocks: Lanes, digests: Lanes) -> None:
    """Keccak-256 of each row of padded 64-bit lanes (shape (n, 17·blocks)), written to `digests` (shape (n, 4))."""
    _digest_blocks(blocks, digests)
