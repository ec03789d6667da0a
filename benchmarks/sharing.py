"""Sharing idle time at full scale: windows, the rule, the best, one changed job; peers in the same run.

Peers: for the rule, its plain Python twin; for the best, a CP-SAT model of the same question (Hanse's own, `exact.py`,
without search or bound beside it), which gets the same time.

python benchmarks/sharing.py --members 200 --machines 5 --jobs 10000 --seconds 20
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from hanse.clock import SystemClock
from hanse.model.plan import Assignment
from hanse.model.problem import Problem
from hanse.planning.sharing import fast, optimal
from hanse.planning.sharing.exact import prove
from hanse.planning.sharing.floor import Floor
from hanse.planning.sharing.generate import league
from hanse.planning.sharing.greedy import greedy
from hanse.planning.sharing.guests import Guest, cast
from hanse.planning.sharing.live import Sharing
from hanse.planning.sharing.rules import Rules
from hanse.planning.sharing.windows import windows
from hanse.units import MILLION

CLOCK = SystemClock()


def least(doing: Callable[[], object], times: int = 3) -> float:
    """Seconds it takes, the least of several times."""
    taken = []
    for _ in range(times):
        begun = CLOCK.elapsed()
        doing()
        taken.append(CLOCK.elapsed() - begun)
    return min(taken)


def live(problem: Problem, rows: tuple[Assignment, ...], rules: Rules, changes: int) -> None:
    """One job after the other is due 200 minutes earlier."""
    sharing, own = Sharing(problem, rows, rules), defaultdict(list)
    for at in rows:
        own[at.job].append(at)
    taken, asked = [], []
    for j in np.random.default_rng(0).integers(0, len(problem.jobs), size=changes).tolist():
        job = replace(problem.jobs[j], due=max(0, (problem.jobs[j].due or 0) - 200))
        begun = CLOCK.elapsed()
        asked.append(sharing.change(job, own[job.id]).asked)
        taken.append(1000 * (CLOCK.elapsed() - begun))
    print(
        f"one changed job: median {np.median(taken):.0f} ms, 90 % {np.quantile(taken, 0.9):.0f} ms, "
        f"worst {max(taken):.0f} ms of {changes}; searches made: median {np.median(asked):.0f}, most {max(asked)}",
        flush=True,
    )


def best(floor: Floor, guests: tuple[Guest, ...], seconds: float, peer: bool) -> None:
    """The best found with its bound, beside the rule and CP-SAT."""
    rule = optimal.first(floor, guests)
    optimal.optimal(floor, guests, 0.1, threads=2)  # compiles
    begun = CLOCK.elapsed()
    found = optimal.optimal(floor, guests, seconds, threads=2)
    taken = CLOCK.elapsed() - begun
    shown = [optimal.tardiness(floor, guests, {}), optimal.tardiness(floor, guests, rule), found.tardiness, found.bound]
    print("weighted tardiness: at home, rule, best, bound | " + " | ".join(f"{v / MILLION:.0f}" for v in shown))
    print(f"  best and bound in {taken:.1f} s", flush=True)
    if peer:
        lifted = floor.copy()
        for guest in guests:
            lifted.lift(guest.job.id, guest.home[guest.first :])
        begun = CLOCK.elapsed()
        proof = prove(lifted, guests, range(len(guests)), rule, seconds, 2, 0)
        value = optimal.tardiness(floor, guests, proof.moved)
        taken = CLOCK.elapsed() - begun
        print(f"  CP-SAT alone: {value / MILLION:.0f}, bound {proof.bound / MILLION:.0f}, in {taken:.1f} s", flush=True)


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=200)
    parser.add_argument("--machines", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--changes", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--scarce", action="store_true", help="Much to do, few machines near, no tails.")
    parser.add_argument("--peer", action="store_true", help="CP-SAT, too.")
    options = parser.parse_args()
    size = options.members, options.machines, options.jobs
    problem, rows = league(*size, options.seed, full=1.4, reach=6) if options.scarce else league(*size, options.seed)
    rules = Rules(tails=not options.scarce)
    floor, guests = Floor(problem, rows, rules), cast(problem, rows, rules).guests
    print(f"{problem!r}, {len(guests)} late jobs", flush=True)
    print(f"windows: {least(lambda: windows(problem, rows, rules)):.3f} s", flush=True)
    fast.greedy(floor, guests)  # compiles
    quick, plain = least(lambda: fast.greedy(floor, guests)), least(lambda: greedy(floor.copy(), guests), 1)
    print(f"rule: {quick:.3f} s, plain twin {plain:.2f} s, {plain / quick:.0f} times", flush=True)
    live(problem, rows, rules, options.changes)
    best(floor, guests, options.seconds, options.peer)


if __name__ == "__main__":
    main()
