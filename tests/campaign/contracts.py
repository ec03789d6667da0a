"""Calls of contracts in any order, by people with and without rights, with sums that must hold after each: the
invariant suites of contracts/test, longer and by other seeds than the plain suite."""

from __future__ import annotations

import json
import os
import random
import subprocess
from functools import partial
from pathlib import Path

from tests.campaign.trial import Found, Trial, shares
from tests.contracts.tools import CONTRACTS

DEPTH = 256
"""Calls one after another; the plain suite makes 64."""

AT_ONCE = 25_000
"""Calls of one run of forge: minutes, so that little is lost when a campaign is stopped."""


def suites() -> dict[str, int]:
    """Every suite with invariants, by how many it has."""
    found = {}
    for file in sorted(CONTRACTS.glob("test/*Invariants.t.sol")):
        text = file.read_text()
        name = text.split("contract ")[-1].split()[0]
        found[name] = text.count("function invariant_")
    return found


def trials(count: int) -> list[Trial]:
    """At least so many calls, the same number for every invariant."""
    invariants = suites()
    each = -(-count // sum(invariants.values()))
    found = []
    for suite, number in invariants.items():
        for at, size in enumerate(shares(each, max(DEPTH, AT_ONCE // number))):
            runs = -(-size // DEPTH)
            found.append(Trial(suite, at, runs * DEPTH * number, partial(_run, suite, runs)))
    return found


def _run(suite: str, runs: int, draw: random.Random, home: Path) -> Found:
    environment = {
        **os.environ,
        "FOUNDRY_INVARIANT_RUNS": str(runs),
        "FOUNDRY_INVARIANT_DEPTH": str(DEPTH),
        # What broke an invariant is written here and not among the sources.
        "FOUNDRY_INVARIANT_FAILURE_PERSIST_DIR": str(home),
        "PATH": f"{CONTRACTS / 'bin'}{os.pathsep}{os.environ['PATH']}",
    }
    seed = f"{draw.getrandbits(64):#x}"
    words = ["test", "--isolate", "--json", "--fuzz-seed", seed, "--match-contract", f"^{suite}$"]
    done = subprocess.run(
        [CONTRACTS / "bin" / "forge", *words, "--match-test", "^invariant_"],
        cwd=CONTRACTS, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "{" in done.stdout, done.stdout + done.stderr
    calls, failures = 0, []
    for found in json.loads(done.stdout[done.stdout.index("{") :]).values():
        for name, result in found["test_results"].items():
            calls += result["kind"]["Invariant"]["calls"]
            if result["status"] != "Success":
                said = json.dumps({key: result[key] for key in ("reason", "counterexample")})
                failures.append(f"{suite}.{name} by forge's seed {seed}: {said}")
    assert calls, f"{suite} made no calls: {done.stderr}"
    return Found(calls, tuple(failures))
