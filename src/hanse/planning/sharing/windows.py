"""Idle windows: when machines are free, as a pure function of a schedule, calendars and the rules.

A window is a maximal stretch of one availability window of a machine, within [now, horizon), in which nothing runs and
nothing begins or ended less than `setup` away; shorter ones than `least` are dropped. Those after the machine's last
operation are its *tails*, all others *interior*. Machines that run several operations at once or have a budget of time
offer nothing: what is free of them depends on more than the clock. Plain twin: `floor.idle_of`, for one machine.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hanse.errors import InputError
from hanse.model.plan import Assignment
from hanse.model.problem import Machine, Problem
from hanse.planning.sharing.rules import Rules

Ints = npt.NDArray[np.int64]

OPEN = 1 << 50
"""End of a window without end, where a number is needed: far beyond any time a problem can hold."""


class Window(NamedTuple):
    """Free time of a machine, [start, end); end None: open. tail: after its last operation."""

    machine: str
    start: int
    end: int | None
    tail: bool

    def __str__(self) -> str:
        return f"{self.machine} [{self.start}, {'…' if self.end is None else self.end})"


class Windows(NamedTuple):
    """The same as columns, by machine (in the order of the problem) and start. end: OPEN if there is none."""

    machine: Ints
    start: Ints
    end: Ints
    tail: npt.NDArray[np.bool_]


def offers(machine: Machine) -> bool:
    """Whether its idle time can be offered."""
    return machine.capacity == 1 and machine.budget is None


def windows(problem: Problem, assignments: Iterable[Assignment], rules: Rules | None = None) -> tuple[Window, ...]:
    """Every window of a schedule, by machine and start. Raises InputError for a machine the problem does not have."""
    rules = rules or Rules()
    machines = list(problem.machines.values())
    index = {machine.id: i for i, machine in enumerate(machines)}
    rows = []
    for at in assignments:
        if at.machine not in index:
            raise InputError(f'unknown machine "{at.machine}"', where=f"job {at.job}, operation {at.operation}")
        rows.append((index[at.machine], at.start, at.end))
    busy = np.array(rows, dtype=np.int64).reshape(-1, 3)
    found = windows_of(machines, busy[:, 0], busy[:, 1], busy[:, 2], rules)
    names = [machine.id for machine in machines]
    columns = (found.machine.tolist(), found.start.tolist(), found.end.tolist(), found.tail.tolist())
    return tuple(
        Window(names[m], start, None if end == OPEN else end, tail)
        for m, start, end, tail in zip(*columns, strict=True)
    )


def windows_of(machines: list[Machine], machine: Ints, start: Ints, end: Ints, rules: Rules) -> Windows:
    """Every window, from columns of operations in any order: machine (its place in `machines`), start, end."""
    count = len(machines)
    reach = np.full(count, rules.now, dtype=np.int64)
    np.maximum.at(reach, machine, end)
    last = OPEN if rules.horizon is None else rules.horizon
    closes = np.full(count, last) if rules.tails else np.minimum(last, reach)
    offered = np.fromiter(map(offers, machines), dtype=np.bool_, count=count)
    numbers = np.arange(count)
    shut = _shut(machines)
    # What blocks a machine: its operations with a margin, what is over, what is not offered yet or any more, closed
    # hours.
    owner = np.concatenate([machine, numbers, numbers, shut[:, 0]])
    begins = np.concatenate([start - rules.setup, np.full(count, -OPEN), closes, shut[:, 1]])
    ends = np.concatenate([end + rules.setup, np.full(count, rules.now), np.full(count, OPEN), shut[:, 2]])
    order = np.lexsort((ends, begins, owner))
    owner, begins, ends = owner[order], begins[order], ends[order]
    # How far each machine is blocked before each block begins: a running maximum that starts anew with every machine,
    # because every machine's times are shifted beyond those of the one before.
    first = np.flatnonzero(np.diff(owner, prepend=-1))
    ranked, place = np.unique(ends, return_inverse=True)
    blocked = np.maximum.accumulate(place + owner * len(ranked)) - owner * len(ranked)
    free = np.concatenate([[rules.now], ranked[blocked[:-1]]]) if len(blocked) else begins
    wide = begins - free >= rules.least
    wide[first] = False
    wide &= offered[owner]
    owner, begins, free = owner[wide], begins[wide], free[wide]
    return Windows(owner, free, begins, free >= reach[owner])


def _shut(machines: list[Machine]) -> Ints:
    """When machines are closed: (machine, start, end), before, between and after their availability windows."""
    rows: list[tuple[int, int, int]] = []
    for number, machine in enumerate(machines):
        if machine.available is not None:
            edges = [-OPEN + 1, *(moment for window in machine.available for moment in window), OPEN]
            rows += [(number, a, b) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    return np.array(rows, dtype=np.int64).reshape(-1, 3)
