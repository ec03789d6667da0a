"""The order of work of `hanse reproduce zhang2019`: Table 7, race, optimum, verdicts, files."""

from __future__ import annotations

from pathlib import Path

from hanse.app.reproduce.sheet import Files, machine, write_sheet
from hanse.app.reproduce.zhang.document import Findings, as_json, sheet
from hanse.app.reproduce.zhang.published import published
from hanse.app.reproduce.zhang.study import check_table, optimum, race
from hanse.app.reproduce.zhang.verdict import verdicts
from hanse.app.story import Story
from hanse.units import MILLION

PAPER = "zhang2019"

PROVING = 600.0
"""Seconds the exact engine may take for each proof."""

QUICK_GENERATIONS, QUICK_RUNS = (50, 100), 3


def reproduce(story: Story, *, quick: bool = False, seed: int = 0, proving: float = PROVING) -> Findings:
    """Check, race, prove, judge the claims. quick: short races of few runs, and no proof. proving: seconds for each
    proof."""
    given = published()
    with story.stage("Table 7 recomputed") as chapter:
        table = check_table(given)
        chapter.done(f"Table 7 recomputed: {len(table.violations)} limits broken, {len(table.declined)} work declined")
    generations, runs = (QUICK_GENERATIONS, QUICK_RUNS) if quick else (given.generations, given.repetitions)
    with story.stage(f"GA, GA-HC and MA, {runs} runs each") as chapter:
        races = race(generations, runs, seed, chapter.step)
        chapter.done(f"GA, GA-HC and MA: {len(races)} settings, {runs} runs each")
    best = corrected = None
    if not quick:
        with story.stage("the best plan, proved") as chapter:
            best = optimum(printed_quality=True, seconds=proving, seed=seed)
            corrected = optimum(printed_quality=False, seconds=proving, seed=seed)
            said = [f"{found.value / MILLION:.6f} ({found.status})" for found in (best, corrected) if found.value]
            chapter.done(f"the best plan, P11 at 0.74 and 0.77: {', '.join(said)}")
    judged = verdicts(given, table, best, races)
    return Findings(given, table, best, corrected, races, judged, seed, machine("numba", "highspy"))


def write(found: Findings, out: Path) -> Files:
    """Page, table, data and figures into a folder, each whole or not at all. Raises EnvironmentFault."""
    return write_sheet(sheet(found), as_json(found), out, f"reproduce-{PAPER}")
