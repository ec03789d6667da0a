"""Flexible job shops with precedence graphs (Birgin et al., Optimization Letters 8, 2014: `YFJS`, `DAFJS`).

    operations precedences machines
    for each precedence:  before after                                  (everything counts from 0)
    for each operation:   k  machine duration  machine duration …

Operations that precedence connects, directly or not, are one job; jobs are numbered by their first operation.
"""

from __future__ import annotations

from hanse.errors import InputError
from hanse.instances import words
from hanse.model.problem import Job, Mode, Operation, Problem, ProcessPlan

NAME = "birgin"
SUFFIX = ".txt"


def recognises(data: bytes) -> bool:
    """Whether three integers are followed by pairs, or by operations where the middle one says that there are none."""
    lines = words.look(data)
    if len(lines) < 2 or len(lines[0]) != 3 or not words.whole(lines[0]):
        return False
    if int(lines[0][1]) == 0:
        return True
    # A flow shop of two machines also has pairs, but only pairs.
    return len(lines[1]) == 2 and (int(lines[0][1]) != 2 or any(len(line) != 2 for line in lines[1:]))


def read_problem(data: bytes, name: str = "") -> Problem:
    """A problem from the text of a file. Raises InputError naming the line of the first fault."""
    lines = words.numbered(data)
    count, precedences, machines = words.head(lines, "operations precedences machines", least=(1, 0, 1))
    if len(lines) != 1 + precedences + count:
        raise InputError(
            f"{precedences} precedences and {count} operations are announced, {len(lines) - 1} lines follow",
            where=f"line {lines[0][0]}",
            hint="is the file truncated?",
        )
    before: list[list[int]] = [[] for _ in range(count)]
    group = list(range(count))
    for number, pair in lines[1 : 1 + precedences]:
        if len(pair) != 2:
            raise InputError("expected `before after`", where=f"line {number}")
        earlier, later = words.integers(pair, number, least=0)
        if max(earlier, later) >= count:
            raise InputError(f"unknown operation {max(earlier, later)}, {count} are announced", where=f"line {number}")
        before[later].append(earlier)
        group[_leader(group, later)] = _leader(group, earlier)
    names = [f"M{machine}" for machine in range(machines)]
    jobs: dict[int, list[Operation]] = {}
    for i, (number, row) in enumerate(lines[1 + precedences :]):
        jobs.setdefault(_leader(group, i), []).append(_operation(i, row, number, names, before[i]))
    sites, enterprises = words.one_shop(names)
    return Problem(
        name=name or "flexible job shop with precedence graphs",
        sites=sites,
        enterprises=enterprises,
        jobs=tuple(Job(f"J{j}", (ProcessPlan("A", tuple(own)),)) for j, own in enumerate(jobs.values(), 1)),
    )


def _leader(group: list[int], member: int) -> int:
    """The operation that stands for all connected with `member`; ways to it are halved as they are walked."""
    while group[member] != member:
        group[member] = group[group[member]]
        member = group[member]
    return member


def _operation(index: int, row: list[str], line: int, machines: list[str], before: list[int]) -> Operation:
    values = words.integers(row, line, least=0)
    if len(values) != 1 + 2 * values[0]:
        raise InputError(f"{values[0]} modes are announced, {len(values) - 1} numbers follow", where=f"line {line}")
    modes = []
    for machine, duration in zip(values[1::2], values[2::2], strict=True):
        if machine >= len(machines):
            raise InputError(f"unknown machine {machine}, 0 to {len(machines) - 1} are declared", where=f"line {line}")
        modes.append(Mode(machines[machine], duration))
    after = tuple(f"O{earlier}" for earlier in dict.fromkeys(before))
    try:
        return Operation(f"O{index}", words.SERVICE, tuple(modes), after)
    except InputError as error:
        raise error.at(f"line {line}") from None
