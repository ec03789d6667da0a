"""The order of work of `hanse reproduce ramakurthi2022`: matching, races, proofs, verdicts, files."""

from __future__ import annotations

from pathlib import Path

from hanse.app.reproduce.ramakurthi.document import Findings, as_json, sheet
from hanse.app.reproduce.ramakurthi.published import published
from hanse.app.reproduce.ramakurthi.study import experimental, match, practical, prove, public
from hanse.app.reproduce.ramakurthi.verdict import verdicts
from hanse.app.reproduce.sheet import Files, machine, write_sheet
from hanse.app.story import Story
from hanse.errors import EnvironmentFault

PAPER = "ramakurthi2022"

SEEDS, EVALUATIONS = 20, 20_000
"""Of each run of the full study."""

QUICK_SEEDS, QUICK_EVALUATIONS, QUICK_ROWS = 2, 2_000, 5
"""Of a quick one, which takes only so many scenarios of each table."""

LESS_SEEDS = 3
"""Most seeds on the scenarios of Table 9 and on public instances."""

PROVING = 60.0
"""Seconds for each proof."""

EXACT_SIZES = (
    (1, 2, 2), (2, 2, 2), (3, 3, 2), (4, 3, 2), (5, 3, 2), (6, 3, 2), (7, 3, 3), (8, 3, 4), (9, 3, 5), (10, 4, 5)
)  # fmt: skip
"""Number, jobs and machines of the rows of Table 8."""


def reproduce(
    story: Story,
    *,
    quick: bool = False,
    seed: int = 0,
    seeds: int | None = None,
    evaluations: int | None = None,
    instances: Path | None = None,
) -> Findings:
    """Match, race, prove, judge the claims. quick: few seeds, evaluations and scenarios. seed: of the voyage. seeds,
    evaluations: others than the standard ones. instances: a folder of flexible job shops to race on as well. Raises
    EnvironmentFault without pymoo and scipy."""
    _needed()
    given = published()
    count = seeds or (QUICK_SEEDS if quick else SEEDS)
    work = evaluations or (QUICK_EVALUATIONS if quick else EVALUATIONS)
    rows = QUICK_ROWS if quick else None
    few = min(count, LESS_SEEDS)
    with story.stage("ten enterprises answer on a chain") as chapter:
        matches = match(seed)
        right = sum(m.answer == m.published for m in matches)
        chapter.done(f"ten enterprises answered on a chain, {right} as published")
    with story.stage(f"sizes of Table 11, five methods, {count} seeds") as chapter:
        races = practical(given.practical[:rows], count, work, chapter.step)
        chapter.done(f"{len(races)} sizes of Table 11, five methods, {count} seeds, {work:,} evaluations")
    with story.stage(f"sizes of Table 9, two methods, {few} seeds") as chapter:
        races += experimental(given.experimental[:rows], few, work, chapter.step)
        chapter.done(f"sizes of Table 9, two methods, {few} seeds")
    if instances is not None:
        with story.stage("public instances") as chapter:
            races += public(instances, few, work, chapter.step)
            chapter.done(f"public instances from {instances.name}, five methods, {few} seeds")
    with story.stage("fronts of the sizes of Table 8, proved") as chapter:
        proofs = prove(EXACT_SIZES[:rows], few, work, PROVING)
        chapter.done(f"{sum(p.complete for p in proofs)} of {len(proofs)} fronts of the sizes of Table 8 proved")
    judged = verdicts(given, matches, races, proofs)
    where = machine("numba", "pymoo", "scipy", "ortools")
    return Findings(given, matches, tuple(races), tuple(proofs), judged, count, work, where)


def write(found: Findings, out: Path) -> Files:
    """Page, table, data and figures into a folder, each whole or not at all. Raises EnvironmentFault."""
    return write_sheet(sheet(found), as_json(found), out, f"reproduce-{PAPER}")


def _needed() -> None:
    try:
        import pymoo  # noqa: F401
        import scipy  # noqa: F401
    except ImportError as missing:
        raise EnvironmentFault(
            f"this study needs pymoo and scipy: {missing}", where=PAPER, hint="pip install 'hanse[pareto]'"
        ) from missing
