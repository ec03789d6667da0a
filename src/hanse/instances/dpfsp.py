"""Distributed flow shops (Naderi and Ruiz, Computers & OR 37, 2010): identical factories, each with every machine.

    jobs machines factories
    for each job:  its duration on each machine

A job goes to one factory (one process plan each) and visits its machines in order. The order of jobs is the same on
every machine of a factory (`Enterprise.permutation`); the relaxation without that rule, in which jobs may overtake one
another and plans may be shorter than the published optimum, is an option.
"""

from __future__ import annotations

from hanse.errors import InputError
from hanse.instances import words
from hanse.model.problem import Enterprise, Job, Machine, Mode, Operation, Problem, ProcessPlan, Site

NAME = "dpfsp"
SUFFIX = ".txt"


def recognises(data: bytes) -> bool:
    """Whether three integers are followed by one line per job that has one integer per machine."""
    lines = words.look(data)
    if len(lines) < 2 or len(lines[0]) != 3 or not words.whole(lines[0]):
        return False
    jobs, machines, _ = map(int, lines[0])
    rows = lines[1:] if len(lines) == 1 + jobs else lines[1:-1]  # the last line of a look may be cut
    if not rows or not all(len(row) == machines and words.whole(row) for row in rows):
        return False
    return not all(_is_flexible(row) for row in rows)


def read_problem(data: bytes, name: str = "", *, permutation: bool = True) -> Problem:
    """A problem from the text of a file. permutation: jobs keep one order in each factory. Raises
    InputError naming the line of the first fault."""
    lines = words.numbered(data)
    jobs, machines, factories = words.head(lines, "jobs machines factories", least=(1, 1, 1))
    if len(lines) - 1 != jobs:
        raise InputError(
            f"{jobs} jobs are announced, {len(lines) - 1} follow",
            where=f"line {lines[0][0]}",
            hint="is the file truncated?",
        )
    if machines * factories > words.COUNT_LIMIT:
        raise InputError(f"{machines * factories} machines in all are too many", where=f"line {lines[0][0]}")
    sites = tuple(Site(f"F{f}") for f in range(1, factories + 1))
    services = [f"S{m}" for m in range(1, machines + 1)]
    enterprises = tuple(
        Enterprise(
            site.id,
            site.id,
            tuple(Machine(f"{site.id}M{s[1:]}", frozenset({s})) for s in services),
            permutation=permutation,
        )
        for site in sites
    )
    return Problem(
        name=name or "distributed flow shop",
        sites=sites,
        enterprises=enterprises,
        jobs=tuple(_job(f"J{j}", row, line, services, enterprises) for j, (line, row) in enumerate(lines[1:], 1)),
    )


def _job(name: str, row: list[str], line: int, services: list[str], factories: tuple[Enterprise, ...]) -> Job:
    if len(row) != len(services):
        raise InputError(f"{len(services)} durations are expected, {len(row)} found", where=f"line {line}")
    durations = words.integers(row, line, least=0)
    plans = []
    try:
        for factory in factories:
            steps = zip(factory.machines, services, durations, strict=True)
            operations = tuple(
                Operation(f"O{k}", service, (Mode(machine.id, duration),), (f"O{k - 1}",) if k > 1 else ())
                for k, (machine, service, duration) in enumerate(steps, 1)
            )
            plans.append(ProcessPlan(factory.id, operations))
    except InputError as error:
        raise error.at(f"line {line}") from None
    return Job(name, tuple(plans))


def _is_flexible(row: list[str]) -> bool:
    """Whether a line could be a job of an `.fjs` file: operations, each with a count and that many pairs."""
    values = [int(word) for word in row]
    at = 1
    for _ in range(values[0]):
        if at >= len(values) or values[at] == 0:
            return False
        at += 1 + 2 * values[at]
    return values[0] > 0 and at == len(values)
