"""The order of work of `hanse reproduce ramakurthi2022`: matching, races, proofs, verdicts, files."""

from __future__ import annotations

from pathlib import Path

from hanse.app.reproduce.ramakurthi.document import Findings, as_json, sheet
from hanse.app.reproduce.ramakurthi.published import published
from hanse.app.reproduce.ramakurthi.runs import Desk
from hanse.app.reproduce.ramakurthi.study import (
    LESS_SEEDS,
    LONGER,
    match,
    prove,
    public,
    races,
    scenarios,
)
from hanse.app.reproduce.ramakurthi.verdict import verdicts
from hanse.app.reproduce.sheet import Files, machine, write_sheet
from hanse.app.story import Story
from hanse.cluster import Wanted
from hanse.errors import EnvironmentFault

PAPER = "ramakurthi2022"

SEEDS, EVALUATIONS = 20, 20_000
"""Of each run of the full study."""

QUICK_SEEDS, QUICK_EVALUATIONS, QUICK_ROWS = 2, 2_000, 5
"""Of a quick one, which takes only so many scenarios of each table."""

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
    kept: Path | None = None,
    workers: Wanted = 1,
) -> Findings:
    """Match, race, prove, judge the claims. quick: few seeds, evaluations and scenarios. seed: of the voyage. seeds,
    evaluations: others than the standard ones. instances: a folder of flexible job shops to race on as well. kept: a
    folder for finished runs, which are not made again. workers: see `cluster.Wanted`. Raises EnvironmentFault without
    pymoo and scipy."""
    _needed()
    given = published()
    count = seeds or (QUICK_SEEDS if quick else SEEDS)
    work = evaluations or (QUICK_EVALUATIONS if quick else EVALUATIONS)
    rows = QUICK_ROWS if quick else None
    few, desk = min(count, LESS_SEEDS), Desk(kept, workers)
    with story.stage("ten enterprises answer on a chain") as chapter:
        matches = match(seed)
        right = sum(m.answer == m.published for m in matches)
        chapter.done(f"ten enterprises answered on a chain, {right} as published")
    entries = scenarios("practical", given.practical[:rows], count, work, work * LONGER)
    entries += scenarios("experimental", given.experimental[:rows], count, work, work * LONGER)
    if instances is not None:
        entries += public(instances, count, work, work * LONGER)
    runs = sum(len(entry.tasks()) for entry in entries)
    with story.stage(f"{len(entries)} instances, {runs:,} runs") as chapter:
        found = races(entries, desk, chapter.step)
        chapter.done(f"{runs:,} runs of {work:,} evaluations on {len(entries)} instances, {count} seeds")
    with story.stage("fronts of the sizes of Table 8, proved") as chapter:
        proofs = prove(EXACT_SIZES[:rows], few, work, PROVING, desk)
        chapter.done(f"{sum(p.complete for p in proofs)} of {len(proofs)} fronts of the sizes of Table 8 proved")
    judged = verdicts(given, matches, found, proofs)
    where = machine("numba", "pymoo", "scipy", "ortools")
    return Findings(given, matches, tuple(found), tuple(proofs), judged, count, few, work, where)


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
