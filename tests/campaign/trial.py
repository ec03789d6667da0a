"""One piece of a campaign: its seed repeats it exactly, as far as the machine's scheduling does."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Found:
    """What came of a trial. done: how many kills, inputs, calls or minutes it really was; failures: what broke, each
    with all that is needed to see it again."""

    done: int
    failures: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trial:
    """kind: what is tried, for the table of results; number: of the trials of this kind; size: how much is meant to be
    done. run: does it in an empty folder; what it raises counts as a failure."""

    kind: str
    number: int
    size: int
    run: Callable[[random.Random, Path], Found]

    @property
    def name(self) -> str:
        return f"{self.kind} {self.number}"

    def draw(self, seed: int) -> random.Random:
        """Where this trial's chance comes from: no other trial's."""
        return random.Random(f"{seed}/{self.name}")


def shares(total: int, size: int) -> list[int]:
    """`total` in pieces of at most `size`."""
    return [min(size, total - begun) for begun in range(0, total, size)]
