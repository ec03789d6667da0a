"""A witness: the few rows and leaves that contradict a claim, and the siblings that show them under its roots."""

from __future__ import annotations

import struct
from collections.abc import Mapping
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
        parts = [struct.pack(">BBIII", VERSION, self.lie, self.subject, self.other, len(self.picks))]
        parts.append(struct.pack(f">{len(self.picks)}I", *self.picks))
        parts.append(encode_shown(self.rows))
        parts += [encode_shown(self.shown(branch)) for branch in Branch]
        parts.append(_encode_node(self.node))
        return b"".join(parts)

    @classmethod
    def decode(cls, data: bytes) -> Witness:
        """Raises InputError for anything that is not an encoded witness of this version."""
        reader = Reader(data)
        version, lie, subject, other, count = reader.unpack("BBIII")
        if version != VERSION or lie not in Lie._value2member_map_:
            raise InputError(f"no witness of version {VERSION}, or of no known lie", where="witness")
        picks = reader.unpack(f"{reader.within(count, 4)}I")
        rows = decode_shown(reader, None)
        plan, uses, jobs, prices, targets = (decode_shown(reader, LAYOUTS[branch]) for branch in Branch)
        witness = cls(Lie(lie), subject, other, picks, rows, plan, uses, jobs, prices, targets, _decode_node(reader))
        if reader.left:
            raise InputError(f"{reader.left} bytes too many", where="witness")
        return witness


def encode_shown(shown: Shown) -> bytes:
    """u32 entries, and unless 0: u8 depth, the entries (u32 position, content, sums), u32 siblings, the siblings."""
    parts = [struct.pack(">I", len(shown.entries))]
    if shown.entries:
        parts.append(struct.pack(">B", shown.proof.depth))
        for position, content, sums in shown.entries:
            parts.append(struct.pack(">I", position) + content + struct.pack(f">{len(sums)}Q", *sums))
        parts.append(struct.pack(">I", len(shown.proof.siblings)))
        parts += shown.proof.siblings
    return b"".join(parts)


def decode_shown(reader: Reader, layout: Layout | None) -> Shown:
    """Entries of a tree of the claim, or with layout None rows of a problem, whose tags say their length."""
    (count,) = reader.unpack("I")
    if not count:
        return Shown()
    (depth,) = reader.unpack("B")
    sums = layout.sums if layout else 0
    entries: list[Entry] = []
    for _ in range(reader.within(count, 4)):
        (position,) = reader.unpack("I")
        content = reader.take(layout.struct.size) if layout else reader.row()
        entries.append(Entry(position, content, reader.unpack(f"{sums}Q")))
        if len(entries) > 1 and entries[-2].position >= position:
            raise InputError("the positions do not increase", where="witness")
    return Shown(tuple(entries), merkle.Proof(depth, _siblings(reader, 32 + 8 * sums)))


def _siblings(reader: Reader, width: int) -> tuple[bytes, ...]:
    (count,) = reader.unpack("I")
    return tuple(reader.take(width) for _ in range(reader.within(count, width)))


def _encode_node(node: Node | None) -> bytes:
    """u8 branch, and unless 0: u32 position, u8 depth, the node, u32 siblings, them, u8 children, the children."""
    if node is None:
        return b"\x00"
    head = struct.pack(">BIB", node.branch, node.position, node.proof.depth)
    siblings = struct.pack(">I", len(node.proof.siblings)) + b"".join(node.proof.siblings)
    return head + node.node + siblings + (b"\x02" + b"".join(node.children) if node.children else b"\x00")


def _decode_node(reader: Reader) -> Node | None:
    (number,) = reader.unpack("B")
    if not number:
        return None
    if number not in TREES:
        raise InputError(f"{number} is no tree of a claim", where="witness")
    branch = Branch(number)
    width = LAYOUTS[branch].node_width
    position, depth = reader.unpack("IB")
    node = reader.take(width)
    siblings = _siblings(reader, width)
    (count,) = reader.unpack("B")
    if count not in (0, 2):
        raise InputError(f"a node has no {count} children", where="witness")
    children = (reader.take(width), reader.take(width)) if count else None
    return Node(branch, position, node, merkle.Proof(depth, siblings), children)


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
