"""Planning under preferences at scale: drawn leagues (Zhang 2019, Table 4), a time limit, a checked plan and its bound.

python benchmarks/preferences.py --tasks 500 --providers 60 --choices 3 4 5 6 7 --seconds 10
"""

from __future__ import annotations

import argparse
import sys

from hanse.clock import SystemClock
from hanse.errors import InfeasibleError
from hanse.planning.preferences import solve
from hanse.planning.preferences.generate import league


def main() -> None:
    """Print one row of Markdown for each number of choices."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=500)
    parser.add_argument("--providers", type=int, default=60)
    parser.add_argument("--choices", type=int, nargs="+", default=[3, 4, 5, 6, 7])
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    clock = SystemClock()
    print("| tasks | providers | choices | refusals | value | bound | gap | status | search, s | all, s |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for choices in options.choices:
        question, members = league(options.tasks, options.providers, options.seed, choices)
        begun = clock.elapsed()
        try:
            found = solve(question, members, "recreate", options.seconds, options.seed)
        except InfeasibleError as proved:
            cells = "| | | | infeasible, proved"
            print(
                f"| {options.tasks} | {options.providers} | {choices} | {len(question.refusals)} {cells} | "
                f"| {clock.elapsed() - begun:.1f} |",
                flush=True,
            )
            print(f"{proved.message}: {proved.where}", file=sys.stderr)
            continue
        seconds, gap = clock.elapsed() - begun, "" if found.gap is None else f"{found.gap:.2%}"
        print(
            f"| {options.tasks} | {options.providers} | {choices} | {len(question.refusals)} | {found.value} | "
            f"{found.upper_bound} | {gap} | {found.status} | {found.seconds:.1f} | {seconds:.1f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
