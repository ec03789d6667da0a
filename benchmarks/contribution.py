"""Contributions beside a named peer: the same game of the same league, the same number of members.

    python benchmarks/contribution.py [--part exact] [--part sampled] [--json]

Leagues are those of Radmanesh 2021 (`generate`): every member offers every task. The peer is shapiq (MIT), `pip install
shapiq==1.8.0`; without it its columns are empty.

    exact     16 members: all coalitions and all shares, and shapiq's ExactComputer given the same 65,536 values
    sampled   shares of 16 members from so many orders of arrival, beside shapiq's PermutationSamplingSV with as many
    values:
              mean error in per cent of the mean share; and 60 and 200 members, with the width of the interval
"""

from __future__ import annotations

import argparse
import json
import platform
import time
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

from hanse.app.cases.radmanesh2021 import generate
from hanse.value.coalitions import games_of, together
from hanse.value.contribution import contribution
from hanse.value.shapley import Ints, exact, sampled

Row = dict[str, Any]

MEMBERS, SIDE = 16, 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", action="append", choices=["exact", "sampled"])
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    warm = generate(3, 1, 2, SIDE)
    contribution(warm, [enterprise.id for enterprise in warm.enterprises])
    parts = {"exact": exact_part, "sampled": sampled_part}
    rows = [row for name in asked.part or parts for row in parts[name]()]
    about = {"python": platform.python_version(), "machine": platform.machine(), "shapiq": _peer()}
    print(json.dumps({"about": about, "rows": rows}, indent=1) if asked.json else "\n".join(map(str, [about, *rows])))


def exact_part() -> list[Row]:
    rows = []
    for jobs, tasks in ((1, 5), (20, 5), (100, 5), (20, 20)):
        problem = generate(MEMBERS, jobs, tasks, SIDE, seed=1)
        names = [enterprise.id for enterprise in problem.enterprises]
        begun = time.perf_counter()
        values = together(games_of(problem, problem.jobs, names), MEMBERS)
        counted = time.perf_counter()
        shares = exact(values)
        done = time.perf_counter()
        row: Row = {"part": "exact", "jobs": jobs, "tasks": tasks}
        row |= {"coalitions s": round(counted - begun, 3), "shares s": round(done - counted, 3)}
        if _peer():
            from shapiq import ExactComputer

            begun = time.perf_counter()
            theirs = ExactComputer(_game(values), n_players=MEMBERS)(index="SV", order=1)
            row["shapiq s"] = round(time.perf_counter() - begun, 3)
            row["largest difference"] = max(
                abs(float(theirs[(i,)]) - float(share)) / float(share) for i, share in enumerate(shares)
            )
        rows.append(row)
    return rows


def sampled_part() -> list[Row]:
    rows = []
    problem = generate(MEMBERS, 4, 4, SIDE, seed=2)
    games = games_of(problem, problem.jobs, [enterprise.id for enterprise in problem.enterprises])
    values = together(games, MEMBERS)
    true = np.array([float(share) for share in exact(values)])
    for rounds in (8, 32):
        errors: dict[str, list[float]] = {"hanse": [], "shapiq": []}
        orders = 2 * MEMBERS * rounds
        for seed in range(20):
            ours = sampled(MEMBERS, games, rounds=rounds, seed=seed)
            errors["hanse"].append(_error([float(share) for share in ours.shares], true))
            if _peer():
                from shapiq import PermutationSamplingSV

                found = PermutationSamplingSV(MEMBERS, random_state=seed).approximate(
                    orders * (MEMBERS - 1), _game(values)
                )
                errors["shapiq"].append(_error([float(found[(i,)]) for i in range(MEMBERS)], true))
        row: Row = {"part": "sampled", "members": MEMBERS, "orders": orders}
        rows.append(row | {f"{name} error %": round(sum(e) / len(e), 2) for name, e in errors.items() if e})
    for members in (60, 200):
        problem = generate(members, 2, 5, SIDE, seed=3)
        begun = time.perf_counter()
        found = contribution(problem, [enterprise.id for enterprise in problem.enterprises])
        spent = time.perf_counter() - begun
        mean = found.whole / members
        row = {"part": "sampled", "members": members, "orders": found.permutations, "s": round(spent, 2)}
        rows.append(row | {"mean half-width %": round(100 * float(np.mean(found.margins)) / mean, 2)})
    return rows


def _game(values: Ints) -> Any:
    weights = 1 << np.arange(MEMBERS)

    def game(coalitions: Any) -> Any:
        return values[np.atleast_2d(np.asarray(coalitions, dtype=np.int64)) @ weights].astype(float)

    return game


def _error(found: list[float], true: Any) -> float:
    return float(100 * np.abs(np.array(found) - true).mean() / true.mean())


def _peer() -> str:
    try:
        return version("shapiq")
    except PackageNotFoundError:
        return ""


if __name__ == "__main__":
    main()
