"""Merkle sum trees: a root that fixes the leaves and their totals together.

A node is a digest and its sums, each 64 bits, big endian. The digest of an inner node covers both children whole, so
nobody can change a sum anywhere without changing the root; a leaf's digest covers its content:

    leaf  =  keccak(0x00 ‖ content) ‖ sums          node(l, r)  =  keccak(0x01 ‖ l ‖ r) ‖ (sums of l + sums of r)

With three sums a node has 56 bytes and the preimage of its parent 113: one permutation of Keccak. A sum that needs more
than 64 bits is refused. Shape, positions and proofs are those of `hanse.model.merkle`, whose trees are the case without
sums. A tree whose sums do not add up can be written down (by a liar); `inconsistent` finds the topmost such node, since
above it every path still adds up and can be shown.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from hanse.errors import InputError
from hanse.model import merkle
from hanse.model.keccak import Bytes, keccak, keccak_many

DIGEST = 32
WIDTH = 8
LIMIT = 2**64
"""Sums are below it."""

Sums = npt.NDArray[np.uint64]
"""Shape (leaves, sums)."""


def node(digest: bytes, sums: Sequence[int] = ()) -> bytes:
    """A node from its parts. Raises InputError for a sum that has no 64 bits."""
    if not all(0 <= value < LIMIT for value in sums):
        raise InputError("a sum is negative or needs more than 64 bits", where=str(tuple(sums)))
    return digest + struct.pack(f">{len(sums)}Q", *sums)


def leaf(content: bytes, sums: Sequence[int] = ()) -> bytes:
    """The leaf node of one content with its sums."""
    return node(keccak(merkle.LEAF + content), sums)


def digest_of(node_: bytes) -> bytes:
    return node_[:DIGEST]


def sums_of(node_: bytes) -> tuple[int, ...]:
    return struct.unpack(f">{(len(node_) - DIGEST) // WIDTH}Q", node_[DIGEST:])


def digest_above(left: bytes, right: bytes) -> bytes:
    """The digest of the node above two nodes; nothing above two nothings."""
    return keccak(merkle.NODE + left + right) if any(left) or any(right) else merkle.NOTHING


def join(left: bytes, right: bytes) -> bytes | None:
    """The node above two nodes; None if a sum overflows. The twin of one step of a contract's climb."""
    sums = [a + b for a, b in zip(sums_of(left), sums_of(right), strict=True)]
    return None if any(value >= LIMIT for value in sums) else node(digest_above(left, right), sums)


def join_many(pairs: Bytes) -> Bytes:
    """The nodes above many pairs. Raises InputError if a sum overflows."""
    width = pairs.shape[1] // 2
    left, right = _sums(pairs[:, DIGEST:width]), _sums(pairs[:, width + DIGEST :])
    total = left + right
    if (total < left).any():
        raise InputError("a sum needs more than 64 bits", hint="declare a coarser unit or a smaller scale")
    return np.concatenate([merkle.nodes(pairs), _raw(total)], axis=1)


def leaves(contents: Bytes, sums: Sums) -> Bytes:
    """The leaf nodes of many contents of one length."""
    return np.concatenate([keccak_many(merkle.prefixed(merkle.LEAF, contents)), _raw(sums)], axis=1)


def grow(contents: Bytes, sums: Sums) -> merkle.Tree:
    """The tree over these leaves. Raises InputError if a sum overflows, ValueError for no leaves."""
    return merkle.Tree.grow(leaves(contents, sums), join_many)


def opens(tree: merkle.Tree) -> bool:
    """Whether every digest of a tree is that of its children; says nothing about its sums."""
    for level, above in zip(tree.levels, tree.levels[1:], strict=False):
        pairs = pairs_of(level)
        if len(pairs) != len(above) or not (merkle.nodes(pairs) == above[:, :DIGEST]).all():
            return False
    return len(tree.levels[-1]) == 1


def inconsistent(tree: merkle.Tree) -> tuple[int, int] | None:
    """Level and position of a topmost node whose sums are not those of its children, None if all add up."""
    for height in range(tree.depth, 0, -1):
        pairs = pairs_of(tree.levels[height - 1])
        width = pairs.shape[1] // 2
        left, right = _sums(pairs[:, DIGEST:width]), _sums(pairs[:, width + DIGEST :])
        total = left + right
        wrong = ((total != _sums(tree.levels[height][:, DIGEST:])) | (total < left)).any(axis=1)
        if wrong.any():
            return height, int(wrong.argmax())
    return None


def pairs_of(level: Bytes) -> Bytes:
    if len(level) % 2:
        level = np.concatenate([level, np.zeros((1, level.shape[1]), dtype=np.uint8)])
    return level.reshape(len(level) // 2, -1)


def _sums(raw: Bytes) -> Sums:
    return np.ascontiguousarray(raw).view(">u8").astype(np.uint64)


def _raw(sums: Sums) -> Bytes:
    return np.ascontiguousarray(sums.astype(">u8")).view(np.uint8).reshape(len(sums), -1)
