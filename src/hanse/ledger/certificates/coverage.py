"""Which demands a claim covers. Demand d is job d of the problem: bit d mod 256, the least significant being bit 0, of
big-endian word d div 256 of 32 bytes. A claim names at least one demand, and none that the problem does not have."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from hanse.errors import InputError

WORD = 32
"""Bytes of a word."""

Mask = npt.NDArray[np.bool_]


def words_of(jobs: Iterable[int], count: int) -> bytes:
    """The words that name these of `count` jobs. Raises InputError for none, or for one beyond the last."""
    chosen = sorted(set(jobs))
    if not chosen or chosen[0] < 0 or chosen[-1] >= count:
        raise InputError(f"not a choice among {count} jobs", where="covered", hint="name at least one, from 0")
    numbers = [0] * -(-count // (8 * WORD))
    for job in chosen:
        numbers[job // (8 * WORD)] |= 1 << job % (8 * WORD)
    return b"".join(number.to_bytes(WORD, "big") for number in numbers)


def covers(words: bytes, job: int) -> bool:
    """Whether a job is named; none is beyond the last word."""
    place = job // (8 * WORD) * WORD
    return bool(int.from_bytes(words[place : place + WORD], "big") >> job % (8 * WORD) & 1)


def mask_of(words: bytes, count: int) -> Mask:
    """For each of `count` jobs whether it is named. Raises InputError for words of another number of jobs."""
    bits = np.unpackbits(np.frombuffer(words, dtype=np.uint8).reshape(-1, WORD)[:, ::-1], bitorder="little")
    if len(words) != -(-count // (8 * WORD)) * WORD or bits[count:].any() or not bits.any():
        raise InputError(f"not a choice among {count} jobs", where="covered", hint="the claim is of another problem")
    return bits[:count].astype(bool)
