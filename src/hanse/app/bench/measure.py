"""One run from outside: start the process, hold it to time and memory, have its plan judged.

A process of its own makes memory and crashes its own too. Its plan is measured and judged here by `model.check`; a
plan that is not true counts as no answer, and says why.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import hanse
from hanse.app.bench.families import Instance
from hanse.app.bench.runs import Key, Point, Run
from hanse.ledger.anvil import tied
from hanse.model.check import check, measure
from hanse.model.plan import Assignment, Plan
from hanse.model.problem import Problem
from hanse.units import MILLION

GRACE = 20.0
"""Seconds beyond twice the time limit after the solver began that a process may take to end: stating a model is not
under the solver's own limit."""

CHILD = (sys.executable, "-m", "hanse.app.bench.child")
"""How the process of a run is started."""

STARTING = 180.0
"""Seconds a process may take to begin: reading a large file, compiling for the first time."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A run and, if it has an answer, the plan in full."""

    run: Run
    plan: Plan | None


def run_one(instance: Instance, problem: Problem, key: Key, memory: int) -> Judged:
    """Run it. memory: MiB the process may take. Nothing the process does is an error here: it becomes a `failure`."""
    asked = {"path": str(instance.path), "solver": key.solver, "limit": key.limit, "threads": key.threads,
             "seed": key.seed, "memory": memory}  # fmt: skip
    said, startup, failure = _talk(json.dumps(asked), 2 * key.limit + GRACE)
    points = tuple((s["at"], s["value"], s["bound"]) for s in said if "at" in s)
    last = next((s for s in said if "ended" in s), None)
    failure = next((str(s["failed"]) for s in said if "failed" in s), failure)
    peak = max((int(s["peak"]) for s in said if "peak" in s), default=0)
    bound = points[-1][2] if points else None
    seconds, plan = points[-1][0] if points else 0.0, None
    if last is not None:
        seconds, bound = last["ended"], last["bound"] if bound is None else max(bound, last["bound"] or 0)
        if last["assignments"] is not None:
            plan, wrong = judge(problem, last["assignments"], key, bound, seconds)
            failure = failure or wrong
    value = None if plan is None else plan.measures.makespan
    points = _closed(points, value, bound, seconds)
    when = datetime.now(UTC).isoformat(timespec="seconds")
    return Judged(Run(key, value, bound, seconds, startup, peak, failure, points, when, machine()), plan)


def judge(
    problem: Problem, rows: list[list[Any]], key: Key, bound: int | None, seconds: float
) -> tuple[Plan | None, str]:
    """The plan these assignments make, or why they make none."""
    try:
        assignments = tuple(Assignment(*row) for row in rows)
        measures = measure(problem, assignments)
    except (TypeError, ValueError) as fault:
        return None, f"its plan cannot be measured: {fault}"
    value = measures.makespan * MILLION
    lower = None if bound is None else bound * MILLION
    plan = Plan(
        problem.root, assignments, measures, "makespan", value, lower, "none" if lower is None else "attested",
        "optimal" if value == lower else "feasible", key.solver, seconds,
    )  # fmt: skip
    verdict = check(problem, plan)
    if not verdict.valid:
        return None, f"the judge refuses its plan: {verdict.violations[0]}"
    return plan, ""


def _talk(asked: str, after: float) -> tuple[list[dict[str, Any]], float, str]:
    """What the process says, how long it took to begin, and what went wrong. Killed `after` seconds from its begin."""
    begun, startup, said = time.perf_counter(), 0.0, list[dict[str, Any]]()
    killed = threading.Event()
    with tempfile.TemporaryFile("w+") as complaints:
        # Tied: whoever runs several of these may be killed, and nobody waits for an answer then.
        process = subprocess.Popen(
            tied(CHILD), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=complaints, text=True
        )
        assert process.stdin is not None
        assert process.stdout is not None

        def kill() -> None:
            killed.set()
            process.kill()

        timer = threading.Timer(STARTING, kill)
        timer.start()
        try:
            with suppress(BrokenPipeError):
                process.stdin.write(asked)
                process.stdin.close()
            for line in process.stdout:
                try:
                    said.append(json.loads(line))
                except ValueError:  # a line cut by its death, or something a library prints
                    continue
                if "began" in said[-1]:
                    startup = round(time.perf_counter() - begun, 3)
                    timer.cancel()
                    timer = threading.Timer(after, kill)
                    timer.start()
            code = process.wait()
        finally:
            timer.cancel()
            process.kill()
            process.wait()
            process.stdout.close()
        if killed.is_set():
            return said, startup, f"killed {time.perf_counter() - begun:.0f} s after its start"
        complaints.seek(0)
        last = (complaints.read().strip().splitlines() or [""])[-1]
        return said, startup, f"crashed with code {code}: {last}".rstrip(": ") if code else ""


def _closed(points: tuple[Point, ...], value: int | None, bound: int | None, seconds: float) -> tuple[Point, ...]:
    """The trajectory with what the judge measured at its end, if that is better than what was told."""
    told = points[-1] if points else (0.0, None, None)
    if value is not None and (told[1] is None or value < told[1]):
        return (*points, (seconds, value, bound))
    return points


@cache
def machine() -> str:
    """What this computer is, in one line."""
    name = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        models = [line.partition(":")[2].strip() for line in info.read_text().splitlines() if "model name" in line]
        name = models[0] if models else name
    return (
        f"{os.cpu_count()} × {name}, {platform.system()}, Python {platform.python_version()}, hanse {hanse.__version__}"
    )
