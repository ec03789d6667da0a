"""What the paper claims, what was measured, and a plain verdict. Every sentence is filled from the figures at hand: if
a run contradicted a claim's usual verdict, the verdict would change with it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from hanse.app.reproduce.budgets import Row
from hanse.app.reproduce.published import BEST_EXPECTED, MOST, SHIFT, SLOPE, SOLVERS
from hanse.app.reproduce.study import Kind, ProblemRun, SplitRun

GA_ONLY = "true of its genetic algorithm, false of the optimum"


@dataclass(frozen=True, slots=True)
class Verdict:
    """claim: of the paper, in our words. verdict: a few words. why: the figures."""

    claim: str
    verdict: str
    why: str


def verdicts(runs: Sequence[ProblemRun], rows: Sequence[Row]) -> tuple[Verdict, ...]:
    """One verdict per claim. runs: at least one; rows: empty if no engine takes budgets."""
    given = [
        _splitting(runs),
        _more_solvers(runs),
        _dividing(runs),
        _time(runs),
        _hard(runs),
        _baseline(runs),
        _reward(),
    ]
    return (*given, *_budgets(rows))


def _splitting(runs: Sequence[ProblemRun]) -> Verdict:
    gains, rises = _gains(runs, "regions"), _rises(runs)
    printed = [1 - split.cost / run.published.cost for run in runs for split in run.published.splits]
    return Verdict(
        "Splitting the map among solvers makes plans cheaper.",
        _both(min(gains) > 0, max(rises) <= 0),
        f"The genetic algorithm gains {_span(gains)} (published {_span(printed)}), because it is far from the optimum: "
        "shorter chromosomes converge sooner, and near providers shorten legs that it places almost at random. The "
        f"optimum itself becomes {_span(rises)} dearer.",
    )


def _more_solvers(runs: Sequence[ProblemRun]) -> Verdict:
    ga = all(b.ga < a.ga for run in runs for a, b in pairwise(_regions(run)))
    exact = all(b.exact < a.exact for run in runs for a, b in pairwise(_regions(run)))
    last = [run.split("regions", max(SOLVERS)).exact / run.optimum - 1 for run in runs]
    return Verdict(
        "The more solvers, the cheaper.",
        _both(ga, exact),
        f"With {max(SOLVERS)} regions the optimum is {_span(last)} above that of the whole.",
    )


def _dividing(runs: Sequence[ProblemRun]) -> Verdict:
    equal = all(run.split("demands", k).exact == run.optimum for run in runs for k in SOLVERS)
    gains = _gains(runs, "demands")
    return Verdict(
        "Distribution by itself improves the result (our question, to tell the two effects apart).",
        "no: dividing the demands changes nothing at the optimum" if equal else "the split optimum differs",
        f"With all providers open to all, the exact cost is {'the same to the cent' if equal else 'not the same'} in "
        f"{len(runs) * len(SOLVERS)} splits; the genetic algorithm still gains {_span(gains)}, from shorter "
        "chromosomes alone.",
    )


def _time(runs: Sequence[ProblemRun]) -> Verdict:
    taken = [split.ga_seconds / run.ga_seconds for run in runs for split in _regions(run)]
    printed = [split.seconds / run.published.seconds for run in runs for split in run.published.splits]
    slowest = max(run.exact_seconds for run in runs)
    return Verdict(
        "Splitting saves time.",
        "true of its genetic algorithm, without use for the exact one"
        if max(taken) < 1
        else "true of its genetic algorithm in most splits, without use for the exact one"
        if sum(taken) < len(taken)
        else "not seen in this run, on this machine",
        f"The slowest part of the genetic algorithm takes {_span(taken)} of the whole's time (published "
        f"{_span(printed)}). The exact "
        f"answer to the whole takes {slowest * 1000:.0f} ms at most.",
    )


def _hard(runs: Sequence[ProblemRun]) -> Verdict:
    times = [run.ga / run.optimum for run in runs]
    return Verdict(
        "The problem is NP-hard, so a genetic algorithm is called for.",
        "false as stated",
        "Providers have no capacity, so demands do not interact and each is a shortest path. Exact: "
        f"{', '.join(f'{run.exact_seconds * 1000:.0f} ms' for run in runs)}; the genetic algorithm ends at "
        f"{', '.join(f'{ratio:.1f}' for ratio in times)} times the optimum.",
    )


def _baseline(runs: Sequence[ProblemRun]) -> Verdict:
    above = ", ".join(f"{100 * run.published.above_optimum:.0f} %" for run in runs)
    return Verdict(
        "The central plan is the reference against which improvements are rewarded.",
        "a weak reference, by the paper's own table",
        f"A plan of the split problem is a plan of the whole, so the printed central costs are at least {above} above "
        "the optimum of their own instances (if all columns of Table 8 are of one instance).",
    )


def _reward() -> Verdict:
    jump = 1 - (math.pi / 2 - math.atan(SLOPE * BEST_EXPECTED - SHIFT)) / math.pi
    return Verdict(
        f"A solver's reward is -({MOST}/π)·arccot({SLOPE}·cost - {SHIFT}) above {BEST_EXPECTED}.",
        "wrong in sign and branch; continuous form used here",
        f"As printed the reward is negative; with the sign corrected it falls by {100 * jump:.1f} % at {BEST_EXPECTED} "
        "at once and never reaches 0. `hanse.market.reward` is the continuous, monotone form in integers.",
    )


def _budgets(rows: Sequence[Row]) -> list[Verdict]:
    whole = [row for row in rows if row.way == "whole" and row.gap is not None]
    if not whole:
        return []
    gap = max(row.gap or 0.0 for row in whole)
    collided = [row for row in rows if row.note and "conflicts" in row.note]
    lost = [row for row in rows if row.cost is None and row not in collided]
    kept = {(row.problem, row.slack): row.cost for row in whole}
    dearer = [
        row.cost / base - 1
        for row in rows
        if row.way != "whole" and row.cost is not None and (base := kept.get((row.problem, row.slack)))
    ]
    return [
        Verdict(
            "Solvers can plan their parts without regard to each other, also where providers have limited hours (our "
            "question; the paper has no limits).",
            "false unless the hours are shared out before" if collided else "no collision seen in these runs",
            f"Whole: within {100 * gap:.2f} % of the best possible. In {len(collided)} of {len(rows) - len(whole)} "
            f"split runs the plans collide when merged, in {len(lost)} the engine found none for some part; those that "
            f"keep the budgets are {f'{_span(dearer)} dearer than the whole' if dearer else 'none'}.",
        )
    ]


def _regions(run: ProblemRun) -> list[SplitRun]:
    return [run.split("regions", k) for k in SOLVERS]


def _gains(runs: Sequence[ProblemRun], kind: Kind) -> list[float]:
    return [1 - run.split(kind, k).ga / run.ga for run in runs for k in SOLVERS]


def _rises(runs: Sequence[ProblemRun]) -> list[float]:
    return [split.exact / run.optimum - 1 for run in runs for split in _regions(run)]


def _both(genetic: bool, exact: bool) -> str:
    """In a few words, who a claim is true of."""
    if genetic:
        return "true" if exact else GA_ONLY
    return "true of the optimum, not of the genetic algorithm" if exact else "not confirmed"


def _span(shares: Sequence[float]) -> str:
    """`3 to 21 %`, or one figure if both ends round to it."""
    low, high = f"{100 * min(shares):.0f}", f"{100 * max(shares):.0f}"
    return f"{low} %" if low == high else f"{low} to {high} %"
