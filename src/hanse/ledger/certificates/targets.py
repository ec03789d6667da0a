"""Baselines and targets of a round: what every job costs so far, and what it is wanted to cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from hanse.errors import InputError
from hanse.ledger import sumtree
from hanse.ledger.certificates import leaves
from hanse.ledger.certificates.opened import Opened


@dataclass(frozen=True, eq=False)
class Targets:
    """One baseline and one target for each job of the problem, in money units; the round names their root."""

    baseline: sumtree.Sums
    target: sumtree.Sums

    @classmethod
    def of(cls, baseline: Sequence[int], target: Sequence[int]) -> Targets:
        """Raises InputError unless there are as many of both, each between 0 and 2^64 - 1."""
        if len(baseline) != len(target) or not len(baseline):
            raise InputError(f"{len(baseline)} baselines and {len(target)} targets", where="targets")
        if not all(0 <= int(value) < sumtree.LIMIT for value in (*baseline, *target)):
            raise InputError("an amount is negative or needs more than 64 bits", where="targets")
        return cls(np.array(baseline, dtype=np.uint64), np.array(target, dtype=np.uint64))

    @cached_property
    def opened(self) -> Opened:
        """The tree: leaf d is 16 bytes, baseline and target of job d."""
        records = leaves.TARGETS.records(len(self.baseline), baseline=self.baseline, target=self.target)
        return Opened.of(leaves.TARGETS, leaves.contents(records), np.zeros((len(self.baseline), 0), dtype=np.uint64))

    @property
    def root(self) -> bytes:
        return self.opened.root
