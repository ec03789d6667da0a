"""Distributed flexible job shops with transport between factories (Luo et al., Expert Systems with Applications 160,
2020; the JSON of the IMA-DFJSP data).

    {"n_machines", "n_factories", "factory_of_machine": […], "transport": [[…]],
     "jobs": one list per job of one list per operation of [machine, duration]}

Machines and factories count from 1. `transport[f][g]` is the time between two consecutive operations of a job that are
done in factories f and g; there is none before the first or after the last, and no limit on vehicles.
"""

from __future__ import annotations

import msgspec

from hanse.errors import InputError
from hanse.instances import words
from hanse.model.problem import Enterprise, Job, Machine, Mode, Operation, Problem, ProcessPlan, Site, Transport

NAME = "dfjsp_transfer"
SUFFIX = ".json"


class _File(msgspec.Struct):
    n_machines: int
    n_factories: int
    factory_of_machine: list[int]
    transport: list[list[int]]
    jobs: list[list[list[tuple[int, int]]]]
    name: str = ""


def recognises(data: bytes) -> bool:
    """Whether the content is a JSON object that says which factory a machine is in."""
    return data.lstrip()[:1] == b"{" and b'"factory_of_machine"' in data


def read_problem(data: bytes, name: str = "") -> Problem:
    """A problem from the bytes of a file. Raises InputError naming the path into the file."""
    try:
        file = msgspec.json.decode(data, type=_File)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at `")
        raise InputError(message, where=path.rstrip("`").removeprefix("$.") or "the file") from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise InputError(f"not complete, valid JSON: {error}", where="the file", hint="is it truncated?") from None
    for what, size, said in (
        ("factory_of_machine", len(file.factory_of_machine), file.n_machines),
        ("transport", len(file.transport), file.n_factories),
    ):
        if not 0 < size == said <= words.COUNT_LIMIT:
            raise InputError(f"{said} entries are announced, {size} found", where=what)
    factories: list[list[Machine]] = [[] for _ in range(file.n_factories)]
    for i, factory in enumerate(file.factory_of_machine):
        if not 1 <= factory <= file.n_factories:
            raise InputError(f"unknown factory {factory}", where=f"factory_of_machine[{i}]")
        factories[factory - 1].append(Machine(f"M{i + 1}", frozenset({words.SERVICE})))
    free = Transport.none(file.n_factories).cost
    return Problem(
        name=name or file.name or "distributed flexible job shop",
        sites=tuple(Site(f"F{f}") for f in range(1, file.n_factories + 1)),
        enterprises=tuple(Enterprise(f"F{f}", f"F{f}", tuple(own)) for f, own in enumerate(factories, 1)),
        jobs=tuple(_job(f"J{j + 1}", job, f"jobs[{j}]", file.n_machines) for j, job in enumerate(file.jobs)),
        transport=Transport(free, tuple(tuple(row) for row in file.transport)),
    )


def _job(name: str, steps: list[list[tuple[int, int]]], where: str, machines: int) -> Job:
    operations: list[Operation] = []
    for k, modes in enumerate(steps):
        for machine, _ in modes:
            if not 1 <= machine <= machines:
                raise InputError(f"unknown machine {machine}, {machines} are declared", where=f"{where}[{k}]")
        named = tuple(Mode(f"M{machine}", duration) for machine, duration in modes)
        try:
            operations.append(Operation(f"O{k + 1}", words.SERVICE, named, (f"O{k}",) if k else ()))
        except InputError as error:
            raise error.at(f"{where}[{k}]") from None
    try:
        return Job(name, (ProcessPlan("A", tuple(operations)),))
    except InputError as error:
        raise error.at(where) from None
