"""Many hashes at once are the same hashes; and nobody waits for a compiler to hash a few."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanse.model import keccak

EMPTY = "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
"""Keccak-256 of nothing, as every Ethereum client knows it."""


def test_the_hash_of_nothing_is_the_known_one() -> None:
    assert keccak.keccak(b"").hex() == EMPTY


@given(st.integers(0, 300), st.integers(1, 40), st.integers(0, 2**32 - 1))
@settings(max_examples=60)
def test_the_compiled_hashes_are_those_of_the_plain_twin(length: int, count: int, seed: int) -> None:
    messages = np.random.default_rng(seed).integers(0, 256, (count, length), dtype=np.uint8)
    assert np.array_equal(keccak._compiled(messages), keccak._one_by_one(messages))


@pytest.mark.parametrize("length", [0, 1, 135, 136, 137, 271, 272])
def test_lengths_around_the_block_are_padded_right(length: int) -> None:
    messages = np.full((17, length), 0xFF, dtype=np.uint8)
    assert keccak._compiled(messages)[16].tobytes() == keccak.keccak(b"\xff" * length)


def test_more_messages_than_one_thread_takes_keep_their_order() -> None:
    messages = np.arange(20_000, dtype=">u4").view(np.uint8).reshape(-1, 4)
    digests = keccak._compiled(messages)
    for i in (0, 8191, 8192, 16_384, 19_999):
        assert digests[i].tobytes() == keccak.keccak(messages[i].tobytes())


def test_no_messages_have_no_hashes() -> None:
    assert keccak.keccak_many(np.zeros((0, 5), dtype=np.uint8)).shape == (0, 32)


def test_a_small_batch_loads_no_compiler() -> None:
    code = (
        "import sys, numpy; from hanse.model.keccak import keccak_many;"
        "keccak_many(numpy.zeros((1000, 65), numpy.uint8)); print('numba' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_a_large_batch_works_where_nothing_can_be_cached() -> None:
    """Neither beside the module nor in the user's cache directory: numba then compiles for this process alone."""
    code = (
        "import numba.core.caching as caching\n"
        "for locator in caching.CacheImpl._locator_classes: locator.from_function = lambda *a, **k: None\n"
        "import numpy; from hanse.model.keccak import _compiled\n"
        "print(_compiled(numpy.zeros((1, 0), numpy.uint8)).tobytes().hex())"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == EMPTY
