"""What the paper claims, what was measured, and a plain verdict; every sentence is filled from the figures at hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np
from scipy.stats import wilcoxon

from hanse.app.reproduce.ramakurthi.published import Published
from hanse.app.reproduce.ramakurthi.runs import ALONE, DEFAULT, HELPED, HYBRID, METHODS
from hanse.app.reproduce.ramakurthi.study import Match, Proof, Race, above
from hanse.app.reproduce.verdict import Verdict

SURE = 0.05
"""Significance level, after Holm's correction."""

GAIN = 15.0
"""Per cent of hypervolume over NSGA-III the paper's abstract begins with."""

ENOUGH = 0.8
"""Share of the scenarios in which a claim has to hold."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Wilcoxon's signed-rank test of the hybrid against another method over the runs of one group, by seed within each
    instance, over the seeds both have. gain: median over instances of its median hypervolume ÷ theirs - 1, in per cent;
    wins: instances on which its median is higher, and on which it is no lower; p: two-sided, after Holm's correction
    over all tests."""

    group: str
    other: str
    instances: int
    gain: float
    least: float
    most: float
    higher: int
    no_lower: int
    p: float


def compare(races: Sequence[Race]) -> tuple[Comparison, ...]:
    """The hybrid against every other method, group by group."""
    raw: list[tuple[str, str, list[Race], float]] = []
    for group in dict.fromkeys(race.group for race in races):
        own = [race for race in races if race.group == group]
        for other in METHODS:
            if other != HYBRID and own[0].volumes(other):
                raw.append((group, other, own, _wilcoxon(own, other)))
    found = []
    for (group, other, own, _), p in zip(raw, holm([p for *_, p in raw]), strict=True):
        gains = [above(race.middle(HYBRID), race.middle(other)) for race in own]
        found.append(
            Comparison(
                group,
                other,
                len(own),
                median(gains),
                min(gains),
                max(gains),
                sum(gain > 1e-9 for gain in gains),
                sum(gain >= -1e-9 for gain in gains),
                p,
            )
        )
    return tuple(found)


def _wilcoxon(races: Sequence[Race], other: str) -> float:
    pairs = [(a, b) for race in races for a, b in zip(race.volumes(HYBRID), race.volumes(other), strict=False)]
    differences = np.array([a - b for a, b in pairs])
    if not np.any(np.abs(differences) > 1e-12):
        return 1.0
    return float(wilcoxon(differences, zero_method="zsplit", method="approx").pvalue)


def holm(values: Sequence[float]) -> list[float]:
    """p values corrected for their number (Holm 1979, Scandinavian Journal of Statistics 6)."""
    order = sorted(range(len(values)), key=lambda i: values[i])
    corrected, least = [0.0] * len(values), 0.0
    for rank, i in enumerate(order):
        least = max(least, min(1.0, (len(values) - rank) * values[i]))
        corrected[i] = least
    return corrected


def verdicts(
    given: Published, matches: Sequence[Match], races: Sequence[Race], proofs: Sequence[Proof]
) -> tuple[Verdict, ...]:
    """One verdict per claim."""
    compared = {(test.group, test.other): test for test in compare(races)}
    return (
        _matching(matches),
        _volume(given, races, compared[("practical", DEFAULT)]),
        _same_help(compared[("practical", HELPED)]),
        _spiral(races),
        _energy(given, races),
        _exact(given, proofs),
        _indicators(given, races),
        _faster(races),
    )


def _matching(matches: Sequence[Match]) -> Verdict:
    right = sum(m.answer == m.published for m in matches)
    return Verdict(
        "A smart contract tells which enterprises can make the order: ten cases.",
        "true" if right == len(matches) else "false",
        f"{right} of {len(matches)} answers of the contract on a chain are the published ones.",
    )


def _volume(given: Published, races: Sequence[Race], test: Comparison) -> Verdict:
    own = [race for race in races if race.group == "practical"]
    room = [above(race.whole, race.middle(DEFAULT)) for race in own]
    reach = sum(race.middle(HYBRID) >= (1 + GAIN / 100) * race.middle(DEFAULT) for race in own)
    held = reach >= ENOUGH * len(own)
    better = test.gain > 0 and test.p < SURE
    return Verdict(
        f"The hybrid's hypervolume is {given.gain[0]} to 20 % (section 6.3: {given.gain[1]} %) above NSGA-III's.",
        "true" if held else "better, but by less" if better else "not confirmed",
        f"Against pymoo's NSGA-III as it comes, at equal evaluations: median gain {test.gain:.1f} % ({test.least:.1f} "
        f"to {test.most:.1f}), p = {test.p:.2g}; {GAIN:g} % are reached in {reach} of {len(own)} scenarios. The best "
        f"known fronts are {min(room):.0f} to {max(room):.0f} % above NSGA-III, {GAIN:g} % or more in "
        f"{sum(most >= GAIN for most in room)} of {len(own)}: elsewhere nobody can reach {GAIN:g} %.",
    )


def _same_help(test: Comparison) -> Verdict:
    if test.p >= SURE:
        said = "no difference found"
    else:
        said = "the moths are better" if test.gain > 0 else "NSGA-III is better"
    return Verdict(
        "(Ours) With the same decoder, archive and local search the moths do no worse than NSGA-III.",
        said,
        f"Median difference {test.gain:+.2f} % ({test.least:+.1f} to {test.most:+.1f}), p = {test.p:.2g}; the median "
        f"is no lower in {test.no_lower} of {test.instances} scenarios.",
    )


def _spiral(races: Sequence[Race]) -> Verdict:
    own = [race for race in races if race.group == "practical"]
    alone = median(above(race.middle(ALONE), race.middle(DEFAULT)) for race in own)
    return Verdict(
        "The moth-flame spiral is what makes the difference.",
        "false" if alone <= 0 else "in part",
        f"By itself, without local search, the spiral reaches {alone:+.1f} % against NSGA-III's hypervolume in the "
        "median scenario; what helps is flying job by job, and climbing from there.",
    )


def _energy(given: Published, races: Sequence[Race]) -> Verdict:
    printed = [row.energy / row.rival_energy for row in given.practical]
    constant = sum(abs(ratio - 0.9) < 0.0005 for ratio in printed)
    ours = [
        min(r.energy for r in race.runs if r.method == HYBRID) / min(r.energy for r in race.runs if r.method == DEFAULT)
        for race in races
        if race.group == "practical"
    ]
    return Verdict(
        "The hybrid saves about 10 % of NSGA-III's energy in nearly every scenario.",
        "not credible as printed" if constant > len(printed) / 2 else "not confirmed",
        f"Published ratios are 0.900 in {constant} of {len(printed)} scenarios. Ours, least energy of any run: "
        f"{min(ours):.3f} to {max(ours):.3f}, median {median(ours):.3f}.",
    )


def _exact(given: Published, proofs: Sequence[Proof]) -> Verdict:
    beaten = sum(p.hybrid[0] < p.best[0] or p.hybrid[1] < p.best[1] for p in proofs if p.complete)
    proved = [p for p in proofs if p.complete]
    worst = min((p.ratio for p in proved), default=0.0)
    return Verdict(
        f"The heuristic beats the finished exact solver in {given.exact_beaten[0]} of {given.exact_beaten[1]} rows.",
        "impossible" if not beaten else "an error of ours",
        f"{len(proved)} of {len(proofs)} fronts of these sizes are proved complete, in "
        f"{max(p.seconds for p in proofs):.1f} s at most; the hybrid is below a proved optimum in {beaten}. Its best "
        f"run reaches at least {worst:.1%} of the proved hypervolume.",
    )


def _indicators(given: Published, races: Sequence[Race]) -> Verdict:
    theirs = sum(len(wins) for _, wins in given.wins)
    own = [race for race in races if race.group == "practical"]
    forth = median(race.covered(HYBRID, DEFAULT) for race in own)
    back = median(race.covered(DEFAULT, HYBRID) for race in own)
    return Verdict(
        "The hybrid is better in all indicators.",
        "contradicted by its own tables" if theirs else "true of its tables",
        f"NSGA-III has the better figure in {theirs} printed cells of Tables 12 and 13. Ours: the hybrid's fronts "
        f"cover {forth:.0%} of NSGA-III's, and are covered to {back:.0%} (medians).",
    )


def _faster(races: Sequence[Race]) -> Verdict:
    own = [race for race in races if race.group == "practical"]
    ratios = [
        median(r.seconds for r in race.runs if r.method == DEFAULT)
        / median(r.seconds for r in race.runs if r.method == HYBRID)
        for race in own
    ]
    return Verdict(
        "The hybrid needs less time than NSGA-III for as many evaluations.",
        "true of these programs" if min(ratios) > 1 else "in part",
        f"{min(ratios):.1f} to {max(ratios):.1f} times faster. It says more of pymoo's bookkeeping than of the "
        "algorithms: the decoder is the same.",
    )
