"""Merkle trees over rows of bytes, by the hash function of the ledger (Keccak-256).

Leaves and inner nodes are hashed under different prefixes (as RFC 6962, section 2.1, does), so an inner node can never
be shown as a row. A level with an odd number of nodes passes its last node up unchanged: no row can be counted twice.

    root([a, b, c])  =  N(N(L(a), L(b)), L(c))        L(x) = keccak(0x00 ‖ x),  N(x, y) = keccak(0x01 ‖ x ‖ y)
"""

from __future__ import annotations

from collections.abc import Sequence

from eth_hash.auto import keccak

LEAF = b"\x00"
NODE = b"\x01"

Path = tuple[tuple[bool, bytes], ...]
"""Siblings from leaf to root; the flag says that the sibling stands on the left."""


def leaf(row: bytes) -> bytes:
    """Hash of one row."""
    return bytes(keccak(LEAF + row))


def node(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node."""
    return bytes(keccak(NODE + left + right))


def root(rows: Sequence[bytes]) -> bytes:
    """Root of the tree over `rows` in their order (at least one). Raises ValueError for no rows."""
    if not rows:
        raise ValueError("a Merkle tree needs at least one row")
    level = [leaf(row) for row in rows]
    while len(level) > 1:
        level = _next(level)
    return level[0]


def prove(rows: Sequence[bytes], index: int) -> Path:
    """The path that shows `rows[index]` under `root(rows)`; O(n) to make, O(log n) long."""
    if not 0 <= index < len(rows):
        raise IndexError(index)
    level, path = [leaf(row) for row in rows], []
    while len(level) > 1:
        sibling = index ^ 1
        if sibling < len(level):
            path.append((sibling < index, level[sibling]))
        level, index = _next(level), index // 2
    return tuple(path)


def verify(row: bytes, path: Path, expected: bytes) -> bool:
    """Whether `path` leads from `row` to the root `expected`."""
    digest = leaf(row)
    for on_left, sibling in path:
        digest = node(sibling, digest) if on_left else node(digest, sibling)
    return digest == expected


def _next(level: list[bytes]) -> list[bytes]:
    pairs = [node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
    return pairs + level[len(pairs) * 2 :]
