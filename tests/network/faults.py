"""Faults of a real network, one after another, under an open ledger that goes on with its work.

A `Campaign` is a `Trial` that inflicts them itself, and has orders placed before, during and after each.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.network.trial import Trial
from tests.network.wires import WiredValidators

Fault = Callable[[random.Random, WiredValidators, int], Iterator[None]]
"""Draws its victim among the validators, of which one is the one we ask; in the middle the fault is there."""


def killed(draw: random.Random, net: WiredValidators, _: int) -> Iterator[None]:
    """One validator is killed, and comes back: what the network bears."""
    one = net[draw.randrange(4)]
    one.kill()
    yield
    one.start()


def two_killed(draw: random.Random, net: WiredValidators, asked: int) -> Iterator[None]:
    """Two are killed, which is one too many: the chain stands still until they are back."""
    gone = [net[at] for at in draw.sample(_others(asked), 2)]
    for one in gone:
        one.kill()
    yield
    for one in gone:
        one.start(wait=False)
    for one in gone:
        one.await_answer()


def frozen(draw: random.Random, net: WiredValidators, asked: int) -> Iterator[None]:
    """One does nothing for a while."""
    one = net[draw.choice(_others(asked))]
    one.freeze()
    yield
    one.thaw()


def cut_off(_: random.Random, net: WiredValidators, asked: int) -> Iterator[None]:
    """The one we ask is on its own; what it makes is replaced afterwards by what the others made."""
    net.cut(asked)
    yield
    net.heal()


def another_cut_off(draw: random.Random, net: WiredValidators, asked: int) -> Iterator[None]:
    """Another one is on its own."""
    net.cut(draw.choice(_others(asked)))
    yield
    net.heal()


def halved(draw: random.Random, net: WiredValidators, asked: int) -> Iterator[None]:
    """Two and two are cut off from each other: neither half goes on, and each may have made blocks of its own."""
    net.cut(asked, draw.choice(_others(asked)))
    yield
    net.heal()


def _others(asked: int) -> list[int]:
    return [at for at in range(4) if at != asked]


KINDS: dict[str, tuple[Fault, float, int]] = {
    "a validator killed": (killed, 0.3, 4),
    "two validators killed": (two_killed, 1.0, 1),
    "a validator frozen": (frozen, 1.5, 1),
    "ours cut off": (cut_off, 2.0, 3),
    "another cut off": (another_cut_off, 1.5, 1),
    "equal halves": (halved, 3.0, 1),
}
"""Each kind, how many seconds it lasts at least, and how often it is drawn."""


@dataclass
class Campaign(Trial[WiredValidators]):
    """A trial by faults. seed: draws kinds, victims, moments."""

    seed: int
    counts: Counter[str] = field(default_factory=Counter, kw_only=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        self._draw = random.Random(self.seed)

    def suffer(self) -> str:
        """One fault, and work before, in and after it; then everything must be in order. Returns its kind."""
        names = list(KINDS)
        kind = self._draw.choices(names, [KINDS[name][2] for name in names])[0]
        fault, seconds, _ = KINDS[kind]
        self.place(2)
        with contextmanager(fault)(self._draw, self.net, self.asked):
            self.place(1)
            self.go_on(seconds * self._draw.uniform(0.7, 1.5))
        self.place(1)
        self.in_order()
        self.counts[kind] += 1
        return kind
