"""Idle windows as offers while the floor plays: who says what to whom, and what is signed on the chain.

Three ways to operate (the conclusions of Ramakurthi 2023 name them and do not compare them); ours are these:

    central   members report to a coordinator, which decides for all; a root a day goes on the chain
    peer      every window is an offer of its own on the chain; members take them one after the other
    hybrid    members report to a coordinator, which proposes; guests take windows of books with proof, hosts confirm

A message is one statement to one party beside the chain. What a stay itself needs (drawings, material) is the same in
all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, get_args

from hanse.planning.sharing.windows import OPEN, Window

Mode = Literal["central", "peer", "hybrid"]
MODES: tuple[Mode, ...] = get_args(Mode)

GAS: Mapping[str, int] = {
    "publish a window": 55_452,
    "publish a day's windows": 48_583,
    "claim": 52_862,
    "claim with proof": 88_926,
    "claim in vain": 28_339,
    "confirm": 38_574,
    "accept": 46_590,
    "take back": 30_729,
    "take back from a guest": 42_655,
    "release": 47_886,
    "anchor a root": 47_337,
}
"""What a step costs, from contracts/GAS.md."""


class Stay(NamedTuple):
    """An operation of a job at another member: [start, end) on its machine."""

    job: str
    machine: str
    start: int
    end: int


@dataclass(slots=True)
class Tally:
    """What was said and signed. steps: transactions by kind; broken: agreed stays that a host could not keep; taken:
    stays that were agreed; left: agreed stays that the guest gave back."""

    messages: int = 0
    steps: Counter[str] = field(default_factory=Counter)
    taken: int = 0
    broken: int = 0
    left: int = 0

    @property
    def transactions(self) -> int:
        return self.steps.total()

    @property
    def gas(self) -> int:
        return sum(GAS[kind] * count for kind, count in self.steps.items())


class Market:
    """Keeps the tally of one league. host: the member of each machine."""

    def __init__(self, mode: Mode, host: Mapping[str, str], slack: int) -> None:
        self.tally = Tally()
        self._mode, self._host, self._slack = mode, host, slack
        self._offered: dict[str, list[tuple[int, int]]] = {}
        self._stays: dict[str, Stay] = {}
        self._day = -1

    def report(self, members: Iterable[str], now: int, day: int) -> None:
        """These members tell a coordinator what is new with them; a coordinator anchors what it decided once a day."""
        if self._mode != "peer":
            self.tally.messages += len(set(members))
        if self._mode == "central" and now // day > self._day:
            self._day = now // day
            self.tally.steps["anchor a root"] += 1

    def offer(self, windows: Iterable[Window], now: int) -> None:
        """All that is idle now; a peer publishes what is new and takes back what is no longer so."""
        if self._mode != "peer":
            return
        fresh: dict[str, list[tuple[int, int]]] = {}
        for window in windows:
            fresh.setdefault(window.machine, []).append((window.start, OPEN if window.end is None else window.end))
        for machine in fresh.keys() | self._offered.keys():
            self._renew(machine, fresh.get(machine, []), now)

    def _renew(self, machine: str, idle: list[tuple[int, int]], now: int) -> None:
        kept = []
        old = self._offered.get(machine, [])
        for start, end in idle:
            known = next(((a, b) for a, b in old if b == end and (a == start or a < start <= now + self._slack)), None)
            if known is None:
                self.tally.steps["publish a window"] += 1
                kept.append((start, end))
            else:
                kept.append(known)
        self.tally.steps["take back"] += sum(1 for a, b in old if (a, b) not in kept and b > now + self._slack)
        self._offered[machine] = kept

    def agree(
        self, stays: Mapping[str, Stay], begun: set[str], displaced: frozenset[str],
        idle: Iterable[Window],
    ) -> None:  # fmt: skip
        """The stays that hold now, by operation, instead of those before. begun: operations that have begun, whose stay
        goes on. displaced: jobs whose host could not keep its word. idle: windows before the new stays were taken."""
        for name, stay in self._stays.items():
            if name not in begun and stays.get(name) != stay:
                host_fails = stay.job in displaced
                self.tally.broken += host_fails
                self.tally.left += not host_fails
                self._end("take back from a guest" if host_fails else "release")
        windows = list(idle)
        for name, stay in stays.items():
            if name not in begun and self._stays.get(name) != stay:
                self.tally.taken += 1
                self._begin(stay, windows)
        self._stays = dict(stays)

    def over(self, names: Iterable[str]) -> None:
        """These operations have ended; their stays are paid."""
        for name in names:
            if self._stays.pop(name, None) is not None and self._mode != "central":
                self.tally.steps["accept"] += 1

    def vain(self, attempts: int) -> None:
        """Claims that another one had come before."""
        self.tally.steps["claim in vain"] += attempts
        self.tally.messages += attempts

    def _end(self, kind: str) -> None:
        if self._mode == "central":
            self.tally.messages += 2
        else:
            self.tally.steps[kind] += 1

    def _begin(self, stay: Stay, idle: list[Window]) -> None:
        """Central: guest and host are told and say yes. Peer: the guest asks, takes, and the host confirms. Hybrid: the
        guest is told, takes with proof, and the host confirms; its book must hold the window."""
        self.tally.messages += 4 if self._mode == "central" else 1
        if self._mode == "peer":
            self.tally.steps.update(("claim", "confirm"))
            self._use(stay)
        elif self._mode == "hybrid":
            self.tally.steps.update(("claim with proof", "confirm"))
            if not self._use(stay):
                host = self._host[stay.machine]
                for machine in [machine for machine in self._offered if self._host[machine] == host]:
                    del self._offered[machine]
                for window in idle:
                    if self._host[window.machine] == host:
                        end = OPEN if window.end is None else window.end
                        self._offered.setdefault(window.machine, []).append((window.start, end))
                self.tally.steps["publish a day's windows"] += 1
                self._use(stay)

    def _use(self, stay: Stay) -> bool:
        """The offer a stay lies in is used up, whatever is left of it. Whether there is one."""
        offers = self._offered.get(stay.machine, [])
        for offer in offers:
            if offer[0] <= stay.start and stay.end <= offer[1]:
                offers.remove(offer)
                return True
        return False
