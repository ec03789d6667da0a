"""Merkle trees over rows of bytes, by the hash function of the ledger (Keccak-256).

Leaves and inner nodes are hashed under different prefixes (as RFC 6962, section 2.1, does), so an inner node can never
be shown as a row. All rows stand at the same depth: a node without a right sibling takes *nothing*, 32 zero bytes, in
its place, and two nothings make nothing. So the position of a row is the way from the root, nothing else need be known.

    root([a, b, c])  =  N(N(L(a), L(b)), N(L(c), 0))        L(x) = keccak(0x00 ‖ x),  N(x, y) = keccak(0x01 ‖ x ‖ y)

Several rows are shown together by one `Proof`, which holds only the siblings that the rows do not give themselves.
Nodes are byte strings of one width; `ledger.sumtree` grows the same trees over wider nodes, with another `Join`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from hanse.model.keccak import Bytes, keccak, keccak_many

LEAF = b"\x00"
NODE = b"\x01"
NOTHING = bytes(32)
"""What stands where there is no row; not the hash of anything anyone can find."""

DEEPEST = 32
"""Largest depth of a tree: positions are 32 bits."""

Path = tuple[tuple[bool, bytes], ...]
"""Siblings from leaf to root; the flag says that the sibling stands on the left."""

Join = Callable[[bytes, bytes], bytes | None]
"""The node above two nodes; None if they cannot stand side by side."""

JoinMany = Callable[[Bytes], Bytes]
"""The nodes above pairs of nodes: from (pairs, 2·width) to (pairs, width)."""


def leaf(row: bytes) -> bytes:
    """Hash of one row."""
    return keccak(LEAF + row)


def node(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node."""
    return NOTHING if left == right == NOTHING else keccak(NODE + left + right)


def leaves(rows: Bytes) -> Bytes:
    """Hashes of many rows of one length."""
    return keccak_many(prefixed(LEAF, rows))


def nodes(pairs: Bytes) -> Bytes:
    """Hashes of many inner nodes, from their children side by side; the many-at-a-time twin of `node`."""
    digests = keccak_many(prefixed(NODE, pairs))
    full = np.any(pairs, axis=1, keepdims=True)
    return digests if full.all() else digests * full.astype(np.uint8)


def prefixed(prefix: bytes, rows: Bytes) -> Bytes:
    """The rows with one byte before each."""
    result = np.empty((rows.shape[0], rows.shape[1] + 1), dtype=np.uint8)
    result[:, 0] = prefix[0]
    result[:, 1:] = rows
    return result


@dataclass(frozen=True, slots=True)
class Proof:
    """The siblings that lead from some nodes at the bottom of a tree of this depth to its root: level by level from
    the bottom, from left to right, leaving out all that can be computed."""

    depth: int
    siblings: tuple[bytes, ...]


@dataclass(frozen=True, eq=False)
class Tree:
    """All levels of a tree, from the leaves to the root, each an array (nodes, width). Two hashes a row to build."""

    levels: tuple[Bytes, ...]

    @classmethod
    def grow(cls, bottom: Bytes, join: JoinMany = nodes) -> Tree:
        """The tree over these leaf nodes (at least one)."""
        if not len(bottom):
            raise ValueError("a Merkle tree needs at least one row")
        levels = [bottom]
        while len(levels[-1]) > 1:
            level = levels[-1]
            if len(level) % 2:
                level = np.concatenate([level, np.zeros((1, level.shape[1]), dtype=np.uint8)])
            levels.append(join(level.reshape(len(level) // 2, -1)))
        return cls(tuple(levels))

    @property
    def depth(self) -> int:
        return len(self.levels) - 1

    @property
    def root(self) -> bytes:
        return bytes(self.levels[-1][0])

    def node(self, level: int, index: int) -> bytes:
        """A node by its level (0: the leaves) and position; zeros beyond the last one."""
        nodes_ = self.levels[level]
        return bytes(nodes_[index]) if index < len(nodes_) else bytes(nodes_.shape[1])

    def prove(self, positions: Iterable[int], level: int = 0) -> Proof:
        """The proof of the nodes at these positions of a level. Raises IndexError outside the tree's width."""
        known = sorted(set(positions))
        if not known or not 0 <= known[0] <= known[-1] < 1 << (self.depth - level):
            raise IndexError(known)
        siblings = []
        for height in range(level, self.depth):
            present = set(known)
            siblings += [self.node(height, i ^ 1) for i in known if i ^ 1 not in present]
            known = sorted({i // 2 for i in known})
        return Proof(self.depth - level, tuple(siblings))


def climb(proof: Proof, bottom: Mapping[int, bytes], join: Join = node) -> bytes | None:
    """The root that these nodes (by position) and the proof's siblings lead to; None if they do not fit together.

    The twin of what a contract does: one pass a level, no recursion, every sibling used exactly once.
    """
    if not bottom or not 0 <= proof.depth <= DEEPEST or min(bottom) < 0 or max(bottom) >> proof.depth:
        return None
    siblings = iter(proof.siblings)
    level = [(i, bottom[i]) for i in sorted(bottom)]
    for _ in range(proof.depth):
        above: list[tuple[int, bytes]] = []
        place = 0
        while place < len(level):
            i, own = level[place]
            place += 1
            if i % 2 == 0 and place < len(level) and level[place][0] == i + 1:
                left, right = own, level[place][1]
                place += 1
            else:
                sibling = next(siblings, None)
                if sibling is None:
                    return None
                left, right = (sibling, own) if i % 2 else (own, sibling)
            joined = join(left, right)
            if joined is None:
                return None
            above.append((i // 2, joined))
        level = above
    return level[0][1] if next(siblings, None) is None else None


def root(rows: Sequence[bytes]) -> bytes:
    """Root of the tree over `rows` in their order (at least one). Raises ValueError for no rows."""
    return _tree(rows).root


def prove(rows: Sequence[bytes], index: int) -> Path:
    """The path that shows `rows[index]` under `root(rows)`; O(n) to make, O(log n) long."""
    if not 0 <= index < len(rows):
        raise IndexError(index)
    tree = _tree(rows)
    return tuple(((index >> level) % 2 == 1, tree.node(level, index >> level ^ 1)) for level in range(tree.depth))


def verify(row: bytes, path: Path, expected: bytes) -> bool:
    """Whether `path` leads from `row` to the root `expected`."""
    digest = leaf(row)
    for on_left, sibling in path:
        digest = node(sibling, digest) if on_left else node(digest, sibling)
    return digest == expected


def _tree(rows: Sequence[bytes]) -> Tree:
    """The tree over rows of any lengths, their leaves hashed one by one."""
    digests = b"".join(leaf(row) for row in rows)
    return Tree.grow(np.frombuffer(digests, dtype=np.uint8).reshape(len(rows), 32))
