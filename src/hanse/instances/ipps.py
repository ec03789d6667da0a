"""Integrated process planning and scheduling (`.ipps`; Kim, Park, Ko, Computers & OR 30, 2003): AND/OR graphs.

    jobs machines nodes
    out                       a b c: edges to b and to c, both are done;  a (b,c): exactly one of b and c is done
    in                        a (b,c): the branches that end in b and c join again in a
    info                      node start | node end | node supernode | node k machine duration machine duration …

Nodes count from 0, machines from 1. Between its `start` and its `end` lie the nodes of one job; structure has no work.
Every way to choose at the OR nodes is one process plan here. A job is a single workpiece: two of its operations never
overlap, precedence or not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from hanse.errors import InputError
from hanse.instances import words
from hanse.model.problem import Job, Mode, Operation, Problem, ProcessPlan

NAME = "ipps"
SUFFIX = ".ipps"
PLAN_LIMIT = 4096
"""Most process plans of one job; AND/OR graphs can hold far more than anybody would plan with."""

_STRUCTURE = frozenset({"start", "end", "supernode"})
_TOKEN = re.compile(r"\((\d+(?:,\d+)*)\)|(\d+)|(\S)")


@dataclass
class _Node:
    """A node: successors that are all done, groups of which one is done, its modes (None: structure), its line."""

    all_of: list[int] = field(default_factory=list)
    one_of: list[list[int]] = field(default_factory=list)
    modes: tuple[Mode, ...] | None = None
    kind: str = ""
    line: int = 0


def recognises(data: bytes) -> bool:
    """Whether the second line is the word `out`."""
    lines = words.look(data)
    return len(lines) > 1 and len(lines[0]) == 3 and lines[1] == ["out"]


def read_problem(data: bytes, name: str = "") -> Problem:
    """A problem from the text of a file. Raises InputError naming the line of the first fault."""
    lines = words.numbered(data)
    jobs, machines, count = words.head(lines, "jobs machines nodes", least=(1, 1, 1))
    names = [f"M{machine}" for machine in range(1, machines + 1)]
    nodes = [_Node() for _ in range(count)]
    section = ""
    joins: list[tuple[int, int, list[list[int]]]] = []
    for number, row in lines[1:]:
        if len(row) == 1 and row[0] in ("out", "in", "info"):
            section = row[0]
        elif section == "info":
            _describe(nodes, row, number, names)
        elif section in ("out", "in"):
            node, plain, groups = _edges(" ".join(row), number, count)
            if section == "in":
                joins.append((number, node, groups))
            else:
                nodes[node].all_of += plain
                nodes[node].one_of += groups
        else:
            raise InputError("expected the word `out`", where=f"line {number}")
    for i, described in enumerate(nodes):
        if not described.kind:
            raise InputError(f"node {i} is not described", where="section info", hint="is the file truncated?")
    for number, join, groups in joins:
        for branch in (b for group in groups for b in group):
            if join not in nodes[branch].all_of and all(join not in g for g in nodes[branch].one_of):
                raise InputError(f"branch {branch} does not lead to {join}", where=f"line {number}")
    starts = [i for i, described in enumerate(nodes) if described.kind == "start"]
    if len(starts) != jobs:
        raise InputError(f"{jobs} jobs are announced, {len(starts)} start", where=f"line {lines[0][0]}")
    sites, enterprises = words.one_shop(names)
    return Problem(
        name=name or "process planning and scheduling",
        sites=sites,
        enterprises=enterprises,
        jobs=tuple(_job(f"J{j}", nodes, start) for j, start in enumerate(starts, 1)),
    )


def _describe(nodes: list[_Node], row: list[str], line: int, machines: list[str]) -> None:
    """One line of `info`."""
    number = words.integer(row[0], line, least=0)
    if number >= len(nodes):
        raise InputError(f"unknown node {number}, {len(nodes)} are announced", where=f"line {line}")
    node = nodes[number]
    if node.kind:
        raise InputError(f"node {number} is described twice", where=f"line {line}")
    node.line = line
    if len(row) == 2 and row[1] in _STRUCTURE:
        node.kind = row[1]
        return
    values = words.integers(row[1:], line, least=0)
    if not values or values[0] == 0 or len(values) != 1 + 2 * values[0]:
        raise InputError("expected `node k machine duration …` or `node start`", where=f"line {line}")
    for machine in values[1::2]:
        if not 1 <= machine <= len(machines):
            raise InputError(f"unknown machine {machine}, {len(machines)} are declared", where=f"line {line}")
    node.kind = "work"
    node.modes = tuple(Mode(machines[m - 1], d) for m, d in zip(values[1::2], values[2::2], strict=True))


def _edges(row: str, line: int, count: int) -> tuple[int, list[int], list[list[int]]]:
    """The node of a line, the nodes it names plainly and its groups in parentheses."""
    plain: list[int] = []
    groups: list[list[int]] = []
    for match in _TOKEN.finditer(row):
        if match[3]:
            raise InputError(f'"{match[3]}" is not expected here', where=f"line {line}", hint="write e.g. 4 (5,7) 9")
        found = words.integers((match[1] or match[2]).split(","), line, least=0)
        if max(found) >= count:
            raise InputError(f"unknown node {max(found)}, {count} are announced", where=f"line {line}")
        if match[1]:
            groups.append(found)
        else:
            plain += found
    if not plain:
        raise InputError("the line names no node outside parentheses", where=f"line {line}")
    return plain[0], plain[1:], groups


def _job(name: str, nodes: list[_Node], start: int) -> Job:
    """All process plans between a start and its end; equal ones are listed once."""
    plans: dict[frozenset[int], ProcessPlan] = {}
    where = f"line {nodes[start].line}, the job that starts there"
    for chosen in _choices(nodes, start, where):
        work = frozenset(chosen)
        if work in plans:
            continue
        if len(plans) == PLAN_LIMIT:
            raise InputError(f"more than {PLAN_LIMIT} process plans", where=where, hint="drop some alternatives")
        try:
            plans[work] = ProcessPlan(f"P{len(plans) + 1}", tuple(_operations(nodes, chosen)))
        except InputError as error:
            raise error.at(where) from None
    return Job(name, tuple(plans.values()), single_workpiece=True)


def _choices(nodes: list[_Node], start: int, where: str) -> Iterator[dict[int, list[int]]]:
    """Every complete choice: the nodes reached from `start`, each with the successors it then has."""
    pending: list[tuple[dict[int, list[int]], list[int]]] = [({}, [start])]
    steps = 0
    while pending:
        reached, front = pending.pop()
        steps += 1
        if steps > 64 * PLAN_LIMIT:
            raise InputError("too many combinations of alternatives", where=where, hint="drop some alternatives")
        while front and front[-1] in reached:
            front.pop()
        if not front:
            yield reached
            continue
        node = front.pop()
        options: list[list[int]] = [list(nodes[node].all_of)]
        for group in nodes[node].one_of:
            if len(options) * len(group) > 64 * PLAN_LIMIT:
                raise InputError("too many combinations of alternatives", where=where, hint="drop some alternatives")
            options = [[*option, branch] for option in options for branch in group]
        for option in reversed(options):
            pending.append(({**reached, node: option}, front + option))


def _operations(nodes: list[_Node], chosen: dict[int, list[int]]) -> Iterator[Operation]:
    """The working nodes of a choice, in their order in the file; edges through structure are drawn through it."""
    before: dict[int, list[int]] = {node: [] for node in chosen}
    for node, successors in chosen.items():
        for later in successors:
            before[later].append(node)
    for node in sorted(chosen):
        modes = nodes[node].modes
        if modes is not None:
            after = tuple(f"O{earlier}" for earlier in _workers_before(nodes, before, node))
            try:
                yield Operation(f"O{node}", words.SERVICE, modes, after)
            except InputError as error:
                raise error.at(f"line {nodes[node].line}") from None


def _workers_before(nodes: list[_Node], before: dict[int, list[int]], node: int) -> list[int]:
    found: dict[int, None] = {}
    seen: set[int] = set()
    front = list(before[node])
    while front:
        earlier = front.pop()
        if earlier in seen:
            continue
        seen.add(earlier)
        if nodes[earlier].modes is not None:
            found[earlier] = None
        else:
            front += before[earlier]
    return sorted(found)
