"""A witness: the few rows and leaves that contradict a claim, and the siblings that show them under its roots."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, NamedTuple

from hanse.errors import InputError
from hanse.ledger import sumtree
from hanse.ledger.certificates import leaves
from hanse.ledger.certificates.leaves import Layout
from hanse.model import merkle
from hanse.model.rows import KINDS

VERSION: Final = 1


class Lie(IntEnum):
    """What is wrong with a claim. The numbers are anchored on chain: never change them, add one."""

    BOUND = 1
    SUM = 2
    STRAY = 3
    BLANK = 4
    FOREIGN_PLAN = 5
    TORN = 6
    MISSING = 7
    DOUBLED = 8
    INELIGIBLE = 9
    MACHINE = 10
    DURATION = 11
    COST = 12
    ENERGY = 13
    TRANSPORT = 14
    RELEASE = 15
    PRECEDENCE = 16
    WORKPIECE = 17
    CALENDAR = 18
    CAPACITY = 19
    PLACE = 20
    RUNNING = 21
    BUDGET = 22
    JOB_BUDGET = 23
    QUALITY = 24
    LATE = 25
    PRICE = 26
    CHEAPER = 27
    TARGET = 28
    RATED = 29


class Branch(IntEnum):
    """Trees by number in a witness: the four of a claim, and its round's targets."""

    PLAN = 1
    USES = 2
    JOBS = 3
    PRICES = 4
    TARGETS = 5


TREES: Final = (Branch.PLAN, Branch.USES, Branch.JOBS, Branch.PRICES)
"""The trees of a claim."""

LAYOUTS: Final[Mapping[Branch, Layout]] = {
    Branch.PLAN: leaves.PLAN,
    Branch.USES: leaves.USES,
    Branch.JOBS: leaves.JOBS,
    Branch.PRICES: leaves.PRICES,
    Branch.TARGETS: leaves.TARGETS,
}


NO_PROOF: Final = merkle.Proof(0, ())


class Entry(NamedTuple):
    """One row or leaf, where it stands in its tree, and the sums beside it."""

    position: int
    content: bytes
    sums: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """Rows or leaves of one tree, by increasing position, shown together."""

    entries: tuple[Entry, ...] = ()
    proof: merkle.Proof = NO_PROOF

    def root(self) -> bytes | None:
        """The root node they lead to, None if they do not fit together."""
        bottom = {entry.position: sumtree.leaf(entry.content, entry.sums) for entry in self.entries}
        return merkle.climb(self.proof, bottom, sumtree.join)


@dataclass(frozen=True, slots=True)
class Node:
    """One node of a tree, shown by itself or with its two children."""

    branch: Branch
    position: int
    node: bytes
    proof: merkle.Proof
    children: tuple[bytes, bytes] | None = None


@dataclass(frozen=True, slots=True)
class Witness:
    """A lie, whom it is about, and what shows it.

    subject, other: numbers of operations, jobs, machines or uses, as the rule of the lie says; 0 where it says nothing.
    picks: for `CHEAPER`, the mode of each operation of the cheaper path.
    """

    lie: Lie
    subject: int = 0
    other: int = 0
    picks: tuple[int, ...] = ()
    rows: Shown = Shown()
    plan: Shown = Shown()
    uses: Shown = Shown()
    jobs: Shown = Shown()
    prices: Shown = Shown()
    targets: Shown = Shown()
    node: Node | None = None

    def shown(self, branch: Branch) -> Shown:
        """What is shown of one of the trees."""
        return {
            Branch.PLAN: self.plan, Branch.USES: self.uses, Branch.JOBS: self.jobs, Branch.PRICES: self.prices,
            Branch.TARGETS: self.targets,
        }[branch]  # fmt: skip

    def encode(self) -> bytes:
        """u8 version, u8 lie, u32 subject, u32 other, u8 what follows (bit 0: rows, 1 to 5: the trees, 6: a node), u32
        picks and they (u32 each); then what is shown, in this order."""
        shown = [self.rows, *(self.shown(branch) for branch in Branch)]
        follows = sum(1 << bit for bit, part in enumerate(shown) if part.entries) | _NODE * (self.node is not None)
        parts = [struct.pack(">BBIIBI", VERSION, self.lie, self.subject, self.other, follows, len(self.picks))]
        parts.append(struct.pack(f">{len(self.picks)}I", *self.picks))
        parts += [encode_shown(part) for part in shown if part.entries]
        return b"".join(parts) + (_encode_node(self.node) if self.node else b"")

    @classmethod
    def decode(cls, data: bytes) -> Witness:
        """Raises InputError for anything that is not an encoded witness of this version."""
        reader = Reader(data)
        version, lie, subject, other, follows, count = reader.unpack("BBIIBI")
        if version != VERSION or lie not in Lie._value2member_map_ or follows >= 2 * _NODE:
            raise InputError(f"no witness of version {VERSION}, or of no known lie", where="witness")
        picks = reader.unpack(f"{reader.within(count, 4)}I")
        rows = decode_shown(reader, None) if follows & 1 else Shown()
        plan, uses, jobs, prices, targets = (
            decode_shown(reader, LAYOUTS[branch]) if follows >> branch & 1 else Shown() for branch in Branch
        )
        node = _decode_node(reader) if follows & _NODE else None
        if reader.left:
            raise InputError(f"{reader.left} bytes too many", where="witness")
        return cls(Lie(lie), subject, other, picks, rows, plan, uses, jobs, prices, targets, node)


_NODE: Final = 1 << 6
"""The bit that says a node follows."""


def encode_shown(shown: Shown) -> bytes:
    """u32 entries, each u32 position, content, sums (u64 each); u8 depth, u8 bytes of a sum, u32 siblings, each digest
    and sums of so many bytes."""
    parts = [struct.pack(">I", len(shown.entries))]
    for position, content, sums in shown.entries:
        parts.append(struct.pack(">I", position) + content + struct.pack(f">{len(sums)}Q", *sums))
    siblings = shown.proof.siblings
    width = _width(siblings)
    parts.append(struct.pack(">BBI", shown.proof.depth, width, len(siblings)))
    return b"".join(parts) + b"".join(_narrow(sibling, width) for sibling in siblings)


def decode_shown(reader: Reader, layout: Layout | None) -> Shown:
    """Entries of a tree of the claim, or with layout None rows of a problem, whose tags say their length."""
    (count,) = reader.unpack("I")
    sums = layout.sums if layout else 0
    entries: list[Entry] = []
    for _ in range(reader.within(count, 4)):
        (position,) = reader.unpack("I")
        content = reader.take(layout.struct.size) if layout else reader.row()
        entries.append(Entry(position, content, reader.unpack(f"{sums}Q")))
        if len(entries) > 1 and entries[-2].position >= position:
            raise InputError("the positions do not increase", where="witness")
    if not entries:
        raise InputError("nothing is shown where something is announced", where="witness")
    depth, width, siblings = reader.unpack("BBI")
    return Shown(tuple(entries), merkle.Proof(depth, _decode_nodes(reader, siblings, sums, width)))


def _width(nodes: Iterable[bytes]) -> int:
    """Bytes that the largest sum of these nodes needs: most of their eight are zeros, which a chain charges for."""
    largest = max((value for node in nodes for value in sumtree.sums_of(node)), default=0)
    return -(-largest.bit_length() // 8)


def _narrow(node: bytes, width: int) -> bytes:
    """A node with so many bytes a sum."""
    return sumtree.digest_of(node) + _narrow_sums(node, width)


def _narrow_sums(node: bytes, width: int) -> bytes:
    return b"".join(value.to_bytes(width, "big") for value in sumtree.sums_of(node))


def _decode_nodes(reader: Reader, count: int, sums: int, width: int) -> tuple[bytes, ...]:
    if width > (sumtree.WIDTH if sums and count else 0):
        raise InputError(f"a sum of {width} bytes", where="witness")
    reader.within(count, sumtree.DIGEST + sums * width)
    return tuple(reader.take(sumtree.DIGEST) + _decode_sums(reader, sums, width) for _ in range(count))


def _decode_sums(reader: Reader, sums: int, width: int) -> bytes:
    if width > (sumtree.WIDTH if sums else 0):
        raise InputError(f"a sum of {width} bytes", where="witness")
    return b"".join(reader.take(width).rjust(sumtree.WIDTH, b"\0") for _ in range(sums))


def _encode_node(node: Node) -> bytes:
    """u8 tree, u8 children (0 or 2), u32 position, u8 depth, u8 bytes of a sum; the node, only its sums if it has
    children, as its digest is theirs; as many siblings as it is deep; the children."""
    nodes = (node.node, *node.proof.siblings, *(node.children or ()))
    width = _width(nodes)
    head = struct.pack(">BBIBB", node.branch, len(node.children or ()), node.position, node.proof.depth, width)
    own = _narrow_sums(node.node, width) if node.children else _narrow(node.node, width)
    return head + own + b"".join(_narrow(other, width) for other in nodes[1:])


def _decode_node(reader: Reader) -> Node:
    number, count, position, depth, width = reader.unpack("BBIBB")
    if number not in TREES:
        raise InputError(f"{number} is no tree of a claim", where="witness")
    if count not in (0, 2) or depth > merkle.DEEPEST:
        raise InputError(f"a node has no {count} children, or is too deep", where="witness")
    branch = Branch(number)
    sums = LAYOUTS[branch].sums
    if not count:
        node, *siblings = _decode_nodes(reader, 1 + depth, sums, width)
        return Node(branch, position, node, merkle.Proof(depth, tuple(siblings)))
    own = _decode_sums(reader, sums, width)
    *siblings, left, right = _decode_nodes(reader, depth + 2, sums, width)
    return Node(
        branch, position, sumtree.digest_above(left, right) + own, merkle.Proof(depth, tuple(siblings)), (left, right)
    )


class Reader:
    """Bytes of a witness read from the front; every shortage is an InputError."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    @property
    def left(self) -> int:
        return len(self._data) - self._at

    def within(self, count: int, width: int) -> int:
        """The count, if so many things of this width can still come: nobody is made to loop by a large number."""
        if count * width > self.left:
            raise InputError("the bytes end too early", where="witness")
        return count

    def take(self, width: int) -> bytes:
        self.within(1, width)
        self._at += width
        return self._data[self._at - width : self._at]

    def unpack(self, codes: str) -> tuple[int, ...]:
        return struct.unpack(">" + codes, self.take(struct.calcsize(">" + codes)))

    def row(self) -> bytes:
        kind = KINDS.get(self._data[self._at]) if self.left else None
        if kind is None:
            raise InputError("a row has no known tag", where="witness")
        return self.take(kind.struct.size)
