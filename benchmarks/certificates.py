"""Certificates: trees against their plain twin, and checking a plan from scratch, in one run.

    python benchmarks/certificates.py [--leaves 131072] [--twin-leaves 131072] [--size 90x720x10] [--repeat 5]
                                      [--witnesses 1048576] [--json]

    rows       one row for each of so many modes, as a problem is: leaves and tree
    sums       a sum tree over so many leaves of a plan, 48 bytes and three sums each
    eth_hash   the named peer: the same sum tree joined node by node with eth-hash (pycryptodome), as `merkle` did
    witnesses  sizes of witnesses in a plan of so many operations, in jobs of 64
    verify     a plan of ENTERPRISESxJOBSxTASKS tasks: trees, rules and bounds recomputed; the problem's rows are known

The first time is that of a fresh process: it includes loading numba and its cached code, not compiling.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

from composition import instance

from hanse.ledger import sumtree
from hanse.ledger.certificates.certificate import Chosen, assemble
from hanse.ledger.certificates.certify import certify, verify
from hanse.ledger.certificates.lies import Falsehood
from hanse.ledger.certificates.refute import Asked
from hanse.ledger.certificates.rules import RULES
from hanse.ledger.certificates.targets import Targets
from hanse.ledger.certificates.witness import Branch, Lie, Witness
from hanse.model import merkle
from hanse.model.facts import Facts, facts_of
from hanse.model.problem import Enterprise, Job, Machine, Mode, Operation, Problem, ProcessPlan, Site, Transport
from hanse.model.rows import Rows
from hanse.planning import solve


def timed(run: Callable[[], object], repeat: int) -> dict[str, float]:
    times = []
    for _ in range(repeat):
        begun = time.perf_counter()
        run()
        times.append(time.perf_counter() - begun)
    return {"first_ms": round(times[0] * 1000), "median_ms": round(statistics.median(times) * 1000, 1)}


def plain(contents: bytes, width: int, sums: list[tuple[int, ...]]) -> bytes:
    """The sum tree node by node."""
    level = [sumtree.leaf(contents[i * width : (i + 1) * width], sums[i]) for i in range(len(sums))]
    while len(level) > 1:
        if len(level) % 2:
            level.append(bytes(len(level[0])))
        joined = [sumtree.join(a, b) for a, b in zip(level[::2], level[1::2], strict=True)]
        level = [node for node in joined if node is not None]
    return level[0]


def trees(leaves: int, twin_leaves: int, repeat: int) -> list[dict[str, float | str]]:
    chance = np.random.default_rng(1)
    rows = chance.integers(0, 256, (leaves, 117), dtype=np.uint8)
    contents = chance.integers(0, 256, (leaves, 48), dtype=np.uint8)
    sums = chance.integers(0, 10**6, (leaves, 3)).astype(np.uint64)
    result: list[dict[str, float | str]] = [
        {"what": f"rows {leaves}"} | timed(lambda: merkle.Tree.grow(merkle.leaves(rows)), repeat),
        {"what": f"sums {leaves}"} | timed(lambda: sumtree.grow(contents, sums), repeat),
    ]
    listed = [tuple(row) for row in sums[:twin_leaves].tolist()]
    begun = time.perf_counter()
    root = plain(contents[:twin_leaves].tobytes(), 48, listed)
    seconds = time.perf_counter() - begun
    ours = timed(lambda: sumtree.grow(contents[:twin_leaves], sums[:twin_leaves]), repeat)
    if sumtree.grow(contents[:twin_leaves], sums[:twin_leaves]).root != root:
        raise SystemExit("the compiled tree and its twin have different roots")
    ratio = round(seconds * 1000 / ours["median_ms"], 1)
    result.append({"what": f"eth_hash {twin_leaves}", "median_ms": round(seconds * 1000), "over_ours": ratio})
    return result


def checking(size: str, repeat: int) -> list[dict[str, float | str]]:
    enterprises, jobs, tasks = map(int, size.split("x"))
    problem = instance(enterprises, jobs, tasks, 1)
    begun = time.perf_counter()
    rows = problem.rows
    columns = time.perf_counter() - begun
    begun = time.perf_counter()
    root = rows.tree.root
    hashed = time.perf_counter() - begun
    answer = solve(problem, "cost", method="composition").plan
    assert answer is not None
    assert answer.problem == "0x" + root.hex()
    certificate = certify(problem, answer)
    modes = enterprises * jobs * tasks
    return [
        {"what": f"rows of {modes} modes", "columns_ms": round(columns * 1000), "tree_ms": round(hashed * 1000)},
        {"what": f"certify {jobs * tasks} tasks"} | timed(lambda: certify(problem, answer), repeat),
        {"what": f"verify {jobs * tasks} tasks"} | timed(lambda: verify(problem, answer, certificate), repeat),
    ]


def repeated(jobs: int, tasks: int) -> Facts:
    """The columns of one job, a chain over as many machines with legs, windows and budgets, told again for each job."""
    names = [f"M{i}" for i in range(tasks)]
    open_ = ((0, 10**9), (10**9, 10**10))
    machines = tuple(Machine(name, frozenset({"work"}), budget=10**9, available=open_) for name in names)
    chain = tuple(
        Operation(f"T{i}", "work", (Mode(name, 3, 10, 2, 0),), (f"T{i - 1}",) if i else ())
        for i, name in enumerate(names)
    )
    leg = tuple(tuple(7 * (a != b) for b in range(tasks)) for a in range(tasks))
    job = Job("J", (ProcessPlan("A", chain),), origin="M0", destination="M1", budget=10**9, single_workpiece=True)
    sites = tuple(Site(name) for name in names)
    members = tuple(Enterprise(m.id, m.id, (m,)) for m in machines)
    one = facts_of(Problem("one", sites, members, (job,), transport=Transport(leg, leg)))
    told: dict[str, Any] = {
        name: np.tile(column, jobs)
        for name, column in vars(one).items()
        if name.startswith(("job_", "operation_", "mode_", "plan_"))
    }
    for name in ("first_plan", "first_operation", "first_job_operation", "first_mode", "first_arc"):
        told[name] = np.concatenate([[0], np.cumsum(np.tile(np.diff(getattr(one, name)), jobs))])
    told["arc_earlier"] = (np.arange(jobs)[:, None] * tasks + one.arc_earlier).reshape(-1)
    told["plan_job"] = np.arange(jobs)
    told["operation_job"] = told["operation_plan"] = np.repeat(np.arange(jobs), tasks)
    return replace(one, **told)


def sizes(jobs: int, tasks: int) -> list[dict[str, float | str]]:
    """Bytes of the witness of each lie in the middle of a plan: what its rule asks for, whatever its verdict."""
    rows = Rows.tell(repeated(jobs, tasks), bytes(32))
    each = np.arange(jobs * tasks)
    chosen = Chosen(each, each, each * 10, each * 10 + 3, np.arange(jobs))
    targets = Targets.of([1000] * jobs, [900] * jobs)
    certificate = assemble(rows, chosen, [1] * tasks, scale=10, targets=targets)
    job = jobs // 2 + 1
    middle = job * tasks + tasks // 2
    numbers = {
        Lie.TORN: (middle, middle - 1), Lie.PRECEDENCE: (middle, middle - 1), Lie.WORKPIECE: (middle - 1, middle),
        Lie.CALENDAR: (middle, 1), Lie.CAPACITY: (0, 0), Lie.JOB_BUDGET: (job, 0), Lie.QUALITY: (job, 0),
        Lie.PRICE: (tasks // 2, 0), Lie.CHEAPER: (job, job), Lie.RELEASE: (job * tasks, 0), Lie.BOUND: (0, 0),
        Lie.LATE: (job * tasks + tasks - 1, 0), Lie.TARGET: (job, 0),
    }  # fmt: skip
    result: list[dict[str, float | str]] = []
    for lie in Lie:
        subject, other = numbers.get(lie, (middle, 0))
        node = {Lie.SUM: (Branch.PLAN, 1, middle // 2), Lie.BLANK: (Branch.PLAN, 0, middle)}.get(lie)
        if lie is Lie.STRAY:
            continue  # as large as BLANK
        held = (tasks, middle) if lie is Lie.CAPACITY else ()
        picks = (0,) * tasks if lie is Lie.CHEAPER else ()
        asked = Asked(rows, certificate, Falsehood(lie, subject, other, picks, held, node), targets)
        RULES[lie](certificate.claim, asked)
        shown: dict[str, Any] = asked.shown()
        witness = Witness(lie, subject, other, picks, node=asked.node, **shown)
        data = witness.encode()
        leaves = sum(len(witness.shown(branch).entries) for branch in Branch)
        result.append(
            {
                "lie": lie.name,
                "leaves": leaves,
                "rows": len(witness.rows.entries),
                "bytes": len(data),
                "tokens": sum(4 if byte else 1 for byte in data),
            }
        )
    return result


def processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.processor())


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--leaves", type=int, default=1 << 17)
    parser.add_argument("--twin-leaves", type=int, default=1 << 17)
    parser.add_argument("--size", action="append", help="ENTERPRISESxJOBSxTASKS, repeatable")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--witnesses", type=int, default=1 << 20, help="operations of the plan (0: leave it out)")
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of lines")
    options = parser.parse_args()
    rows = trees(options.leaves, options.twin_leaves, options.repeat)
    for size in options.size or ["50x90x25", "90x720x10"]:
        rows += checking(size, options.repeat)
    versions = {name: version(name) for name in ("numpy", "numba", "eth-hash", "pycryptodome")}
    machine = {"cpu": processor(), "cores": os.cpu_count(), "python": platform.python_version(), "versions": versions}
    if options.witnesses:
        rows += sizes(options.witnesses // 64, 64)
    if options.json:
        print(json.dumps({"machine": machine, "rows": rows}, indent=1))
        return
    for row in rows:
        print("  ".join(f"{key} {value}" for key, value in row.items()))
    print(machine)


if __name__ == "__main__":
    main()
