"""An opened tree: what its leaves say, and all its nodes."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from hanse.errors import InputError
from hanse.ledger import sumtree
from hanse.ledger.certificates import leaves
from hanse.ledger.certificates.coverage import Mask
from hanse.ledger.certificates.leaves import Layout
from hanse.ledger.certificates.witness import Entry, Shown
from hanse.model import merkle
from hanse.model.keccak import Bytes
from hanse.model.rows import Rows


@dataclass(frozen=True, eq=False)
class Opened:
    """One tree of a certificate. No leaves: no tree, its root is zeros."""

    layout: Layout
    contents: Bytes
    tree: merkle.Tree | None

    @classmethod
    def of(cls, layout: Layout, contents: Bytes, sums: sumtree.Sums, due: Mask | None = None) -> Opened:
        """The tree over these leaves; where none is due (default: all are) it is blank, whatever the contents."""
        if not len(contents):
            return cls(layout, contents, None)
        bottom = sumtree.leaves(contents, sums)
        if due is not None:
            bottom[~due] = 0
        return cls(layout, contents, merkle.Tree.grow(bottom, sumtree.join_many))

    @property
    def root(self) -> bytes:
        return self.tree.root if self.tree else bytes(self.layout.node_width)

    @property
    def sums(self) -> sumtree.Sums:
        """Sums of the leaves, shape (leaves, sums)."""
        if self.tree is None:
            return np.zeros((0, self.layout.sums), dtype=np.uint64)
        return np.ascontiguousarray(self.tree.levels[0][:, sumtree.DIGEST :]).view(">u8").astype(np.uint64)

    def sums_at(self, position: int) -> tuple[int, ...]:
        """Sums of one leaf."""
        return sumtree.sums_of(self.tree.node(0, position)) if self.tree else ()

    def entry(self, position: int) -> Entry:
        """One leaf with its sums, as a witness shows it."""
        return Entry(position, self.contents[position].tobytes(), self.sums_at(position))

    def show(self, positions: Iterable[int]) -> Shown:
        """Leaves with what leads from them to the root. There is a tree."""
        assert self.tree is not None, "who asks for a leaf has seen it"
        known = sorted(set(positions))
        return Shown(tuple(self.entry(position) for position in known), self.tree.prove(known))

    def records(self) -> leaves.Records:
        """The leaves as columns."""
        return self.contents.reshape(-1).view(self.layout.records(0).dtype)

    def opens(self, root: bytes, due: Mask) -> bool:
        """Whether the contents of the leaves that are due and all nodes lead to this root, sums aside.

        A leaf may be blank, its digest zeros; of leaves that are not due only the node matters. due: for each leaf from
        the first; none beyond is.
        """
        if self.tree is None:
            return not any(root)
        bottom = self.tree.levels[0]
        if not len(due) <= len(self.contents) == len(bottom):
            return False
        digests = bottom[: len(due), : sumtree.DIGEST]
        same = (merkle.leaves(self.contents[: len(due)]) == digests).all(axis=1) | ~digests.any(axis=1) | ~due
        return bool(same.all()) and sumtree.opens(self.tree) and self.root == root

    def encode(self) -> bytes:
        """u32 leaves, their contents, their nodes, and above them the sums alone, level by level."""
        if self.tree is None:
            return struct.pack(">I", 0)
        parts = [struct.pack(">I", len(self.contents)), self.contents.tobytes(), self.tree.levels[0].tobytes()]
        parts += [np.ascontiguousarray(level[:, sumtree.DIGEST :]).tobytes() for level in self.tree.levels[1:]]
        return b"".join(parts)

    @classmethod
    def decode(cls, layout: Layout, data: memoryview) -> tuple[Opened, memoryview]:
        """A tree and what follows it."""
        head, data = take(data, 4)
        (count,) = struct.unpack(">I", head)
        raw, data = take(data, count * layout.struct.size)
        contents = np.frombuffer(raw, dtype=np.uint8).reshape(count, layout.struct.size)
        if not count:
            return cls(layout, contents, None), data
        raw, data = take(data, count * layout.node_width)
        levels = [np.frombuffer(raw, dtype=np.uint8).reshape(count, layout.node_width)]
        while len(levels[-1]) > 1:
            pairs = sumtree.pairs_of(levels[-1])
            raw, data = take(data, len(pairs) * layout.sums * sumtree.WIDTH)
            sums = np.frombuffer(raw, dtype=np.uint8).reshape(len(pairs), -1 if layout.sums else 0)
            levels.append(np.concatenate([merkle.nodes(pairs), sums], axis=1))
        return cls(layout, contents, merkle.Tree(tuple(levels))), data


def show_rows(rows: Rows, positions: Iterable[int]) -> Shown:
    """Rows of a problem with what leads from them to its root."""
    known = sorted(set(positions))
    return Shown(tuple(Entry(position, rows[position]) for position in known), rows.tree.prove(known))


def take(data: memoryview, width: int) -> tuple[memoryview, memoryview]:
    """So many bytes from the front, and the others. Raises InputError if there are fewer."""
    if width > len(data):
        raise InputError("the bytes end too early", where="certificate")
    return data[:width], data[width:]
