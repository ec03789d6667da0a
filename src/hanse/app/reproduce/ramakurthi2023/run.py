"""The order of work of `hanse reproduce ramakurthi2023`: shops, sharing, leagues like it, Table 3, verdicts, files."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from hanse.app.reproduce.ramakurthi2023 import small
from hanse.app.reproduce.ramakurthi2023.constructed import constructed
from hanse.app.reproduce.ramakurthi2023.document import Findings, as_json, sheet
from hanse.app.reproduce.ramakurthi2023.league import table2
from hanse.app.reproduce.ramakurthi2023.published import published
from hanse.app.reproduce.ramakurthi2023.study import drawn, shop, study
from hanse.app.reproduce.ramakurthi2023.verdict import verdicts
from hanse.app.reproduce.sheet import Files, machine, write_sheet
from hanse.app.story import Story

PAPER = "ramakurthi2023"

POOLED, QUICK_POOLED = 60.0, 3.0
"""Seconds for each question about the pooled league; late jobs and tardiness need a fraction, the makespan beside them
is open after either."""

LEAGUES, QUICK_LEAGUES = 100, 10
"""Drawn like Table 2."""

INSTANCES, QUICK_INSTANCES = 10, 2
"""Drawn for each size of Table 3."""


def reproduce(story: Story, *, quick: bool = False, seed: int = 0) -> Findings:
    """Check, share, prove, judge the claims. quick: fewer drawn instances, and less time to pool. seed: draws them.
    Raises HanseError if two proofs differ or the judge finds a plan wrong (bugs in Hanse)."""
    given, shops = published(), table2()
    seconds, leagues, instances = (
        (QUICK_POOLED, QUICK_LEAGUES, QUICK_INSTANCES) if quick else (POOLED, LEAGUES, INSTANCES)
    )
    with story.stage("five shops by Jackson's rule") as chapter:
        alone = tuple(shop(name, shops, seconds, seed) for name in shops)
        ends = ", ".join(str(each.schedules["second"].makespan) for each in alone)
        chapter.done(f"five shops by Jackson's rule: makespans {ends}")
    with story.stage("sharing under every reading of the rule, and the pooled optimum") as chapter:
        league = study(shops, seconds, seed)
        best = min(each.best.tardiness for each in league.shared)
        chapter.done(f"shared: tardiness {best} at best; pooled: {league.pooled.tardiness}")
    with story.stage(f"{leagues} leagues like Table 2") as chapter:
        others = drawn(leagues, seed)
        chapter.done(f"{leagues} leagues like Table 2: {sum(each.interior > 0 for each in others)} with idle windows")
    rows, chance = [], np.random.default_rng(seed)
    sizes = sorted({(row.jobs, row.machines) for row in given.table3})
    with story.stage(f"Table 3: {instances} instances of each size, two exact solvers") as chapter:
        for place, (jobs, machines) in enumerate(sizes):
            for number in range(instances):
                rows.append(small.solved(small.draw(jobs, machines, chance), seed))
                chapter.step(place * instances + number + 1, len(sizes) * instances)
        chapter.done(f"Table 3: {len(rows)} instances, both exact solvers agree")
    example = constructed()
    judged = verdicts(given, alone, league, others, rows)
    return Findings(given, alone, league, others, tuple(rows), example, judged, seed, machine("ortools"))


def write(found: Findings, out: Path) -> Files:
    """Page, table, data and figures into a folder, each whole or not at all. Raises EnvironmentFault."""
    return write_sheet(sheet(found), as_json(found), out, f"reproduce-{PAPER}")
