"""Flexible job shop files (`.fjs`, Brandimarte 1993 and the collections after him).

    jobs machines [average flexibility]
    for each job:  operations, then per operation  k  machine duration  machine duration …      (machines from 1)

Operations of a job run in the order given; any machine may be declared and unused. Each machine becomes an enterprise's
machine on one common site, so the problem can be planned as any other.
"""

from __future__ import annotations

from hanse.errors import InputError
from hanse.instances.words import COUNT_LIMIT, SERVICE, integer, one_shop, text
from hanse.model.problem import Job, Mode, Operation, Problem, ProcessPlan

NAME = "fjs"
SUFFIX = ".fjs"


def recognises(data: bytes) -> bool:
    """Whether the first line is two integers and perhaps a number; formats that say more on it are asked first."""
    words = data.lstrip()[:200].splitlines()[:1]
    parts = words[0].split() if words else []
    return 2 <= len(parts) <= 3 and all(part.isdigit() for part in parts[:2])


def read_problem(data: bytes, name: str = "") -> Problem:
    """A problem from the text of an `.fjs` file. Raises InputError naming the line of the first fault."""
    lines = [(i, line.split()) for i, line in enumerate(text(data).splitlines(), 1) if line.strip()]
    if not lines:
        raise InputError("the file is empty", where="line 1")
    number, head = lines[0]
    if len(head) not in (2, 3):
        raise InputError("expected `jobs machines [flexibility]`", where=f"line {number}")
    jobs, machines = (integer(word, number, least=1) for word in head[:2])
    if jobs > COUNT_LIMIT or machines > COUNT_LIMIT:
        raise InputError(f"{max(jobs, machines)} is more than a million", where=f"line {number}")
    if len(lines) - 1 != jobs:
        raise InputError(
            f"{jobs} jobs are announced, {len(lines) - 1} follow", where=f"line {number}", hint="is the file truncated?"
        )
    names = [f"M{i}" for i in range(1, machines + 1)]
    sites, enterprises = one_shop(names)
    return Problem(
        name=name or "flexible job shop",
        sites=sites,
        enterprises=enterprises,
        jobs=tuple(_job(f"J{j}", words, line, names) for j, (line, words) in enumerate(lines[1:], 1)),
    )


def write_problem(problem: Problem) -> bytes:
    """The `.fjs` text of a problem that is a plain flexible job shop. Raises InputError for what it cannot say."""
    numbers = {name: i for i, name in enumerate(problem.machines, 1)}
    rows, modes, operations = [], 0, 0
    for job in problem.jobs:
        chain = len(job.plans) == 1 and all(
            operation.after == ((job.plans[0].operations[k - 1].id,) if k else ())
            for k, operation in enumerate(job.plans[0].operations)
        )
        if not chain or job.origin or job.destination or job.release:
            raise InputError(
                "an .fjs file holds one chain of operations per job, no release and no legs", where=f"job {job.id}"
            )
        words = [len(job.plans[0].operations)]
        for operation in job.plans[0].operations:
            words.append(len(operation.modes))
            for mode in operation.modes:
                words += [numbers[mode.machine], mode.duration]
            modes, operations = modes + len(operation.modes), operations + 1
        rows.append(" ".join(map(str, words)))
    for machine in problem.machines.values():
        if machine.capacity != 1 or machine.available is not None or machine.budget is not None:
            raise InputError("an .fjs file knows only unary machines without calendar", where=f"machine {machine.id}")
    head = f"{len(problem.jobs)} {len(numbers)} {modes / operations:.2f}"
    return "\n".join([head, *rows, ""]).encode()


def _job(name: str, words: list[str], line: int, machines: list[str]) -> Job:
    values = iter(words)

    def take(what: str, least: int) -> int:
        word = next(values, None)
        if word is None:
            raise InputError(f"the line ends where {what} is expected", where=f"line {line}")
        return integer(word, line, least=least)

    operations: list[Operation] = []
    for k in range(take("the number of operations", 1)):
        modes = []
        for _ in range(take("the number of modes", 1)):
            machine = take("a machine", 1)
            if machine > len(machines):
                raise InputError(f"unknown machine {machine}, {len(machines)} are declared", where=f"line {line}")
            modes.append(Mode(machines[machine - 1], take("a duration", 0)))
        after = (operations[-1].id,) if operations else ()
        try:
            operations.append(Operation(f"O{k + 1}", SERVICE, tuple(modes), after))
        except InputError as error:
            raise error.at(f"line {line}") from None
    if next(values, None) is not None:
        raise InputError("numbers are left over at the end of the line", where=f"line {line}")
    return Job(name, (ProcessPlan("A", tuple(operations)),))
