"""The leaves of the four trees of a certificate and of a round's targets: as bytes, one at a time and as columns.

    tree     leaf i is           content                                                      sums
    plan     operation i         plan, mode, machine, site, Q start, Q end, quality, place,   work, transport, energy
                                 Q capacity
    uses     use i of a machine  machine, operation, Q before, Q duration                     -
    jobs     job i               -                                                            bound, baseline, target
    prices   machine i           q price                                                      price × budget
    targets  job i               Q baseline, Q target                                         -

A claim may cover some jobs only: the trees of plan and jobs then have leaves for these, and zeros elsewhere.
Numbers are those of the problem's rows (u32; Q: unsigned, q: signed 64 bits). `plan` is the process plan its job
follows, `mode` counts within the operation, `place` is where the uses tree holds this operation. An operation of a plan
that is not followed has no mode, no sums and none elsewhere. work: cost of the mode. transport: the legs that END at
this operation (one for each operation before it, or the one from the origin), and the leg to the destination if nothing
follows it; so every leg is in exactly one leaf, and work + transport over all leaves is the cost of the plan.

`capacity` repeats what the row of the machine says, none (all ones) for a machine without limit: so operations that
crowd a machine show it by themselves, without that row and its way to the root.

Uses are those of machines with a budget, sorted by machine; `before` is what the machine was given by the uses before.
Bounds and prices are multiplied with the scale of the claim. Baseline and target of a job are what its round asks for,
in money units; the tree of targets is the round's, not the claim's.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from hanse.model.keccak import Bytes
from hanse.model.rows import NONE

Records = npt.NDArray[Any]
"""A structured array with the fields of one layout."""


class PlanLeaf(NamedTuple):
    plan: int
    mode: int
    machine: int
    site: int
    start: int
    end: int
    quality: int
    place: int
    capacity: int

    @property
    def used(self) -> bool:
        """Whether the operation runs at all."""
        return self.mode != NONE


class UseLeaf(NamedTuple):
    machine: int
    operation: int
    before: int
    duration: int


class JobLeaf(NamedTuple):
    pass


class PriceLeaf(NamedTuple):
    price: int


class TargetLeaf(NamedTuple):
    baseline: int
    target: int


Leaf = PlanLeaf | UseLeaf | JobLeaf | PriceLeaf | TargetLeaf


@dataclass(frozen=True)
class Layout:
    """How a leaf is spelled, and how many sums stand beside it."""

    shape: type[Any]
    codes: str
    sums: int

    @cached_property
    def struct(self) -> struct.Struct:
        return struct.Struct(">" + self.codes)

    @property
    def node_width(self) -> int:
        """Bytes of a node of this tree."""
        return 32 + 8 * self.sums

    def read(self, content: bytes) -> Leaf:
        """The leaf in words. Raises struct.error for a wrong length."""
        return self.shape(*self.struct.unpack(content))  # type: ignore[no-any-return]

    def records(self, count: int, **columns: Any) -> Records:
        """Leaves from columns; -1 becomes none."""
        types = {"I": ">u4", "Q": ">u8", "q": ">i8"}
        fields = [(name, types[code]) for name, code in zip(self.shape._fields, self.codes, strict=True)]
        result = np.zeros(count, dtype=np.dtype(fields))
        for name, values in columns.items():
            result[name] = values
        return result


PLAN: Final = Layout(PlanLeaf, "IIIIQQIIQ", 3)
USES: Final = Layout(UseLeaf, "IIQQ", 0)
JOBS: Final = Layout(JobLeaf, "", 3)
PRICES: Final = Layout(PriceLeaf, "q", 1)
TARGETS: Final = Layout(TargetLeaf, "QQ", 0)

WORK, TRANSPORT, ENERGY = 0, 1, 2
"""The sums of the plan tree."""
BOUND, BASELINE, TARGET = 0, 1, 2
"""The sums of the tree of jobs."""


def contents(records: Records) -> Bytes:
    """The leaves of a tree as bytes, one a row."""
    return np.ascontiguousarray(records).view(np.uint8).reshape(len(records), records.dtype.itemsize)
