"""What a study showed: a verdict on each variant, tables, a picture of all intervals, JSON. The same runs give the same
bytes: nothing here tells of the machine or of the time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from statistics import fmean
from typing import Any

from hanse.app.lab.comparing import ALL, LEVEL, MEASURES, Line
from hanse.app.lab.season import Season
from hanse.app.phrases import many
from hanse.app.reproduce.sheet import Figure, Sheet, Table
from hanse.app.reproduce.svg import COLOURS, INK, LINE, QUIET, svg, text
from hanse.app.reproduce.verdict import Verdict
from hanse.lab.fork import Fork
from hanse.lab.study import BASE, Run, Study

FORMAT = "hanse-lab-findings/1"

Runs = Mapping[Run, Season | None]

WIDE, LEFT, TOP, ROW = 1000, 220, 70, 22


def about(study: Study, runs: Runs, fork: Fork) -> tuple[str, ...]:
    """What was done, in sentences."""
    played = [run for run in study.runs() if run in runs]
    nothing = sum(runs[run] is None for run in played)
    return (
        f"{many(len(played), 'run')} of {len(study)}: {many(len(study.scenarios), 'scenario')}, "
        f"{many(len(study.variants), 'variant')} of the rules, {many(len(study.seeds), 'seed')} each"
        + (f"; in {nothing} there was no plan within what customers wait and pay." if nothing else "."),
        f"Each begins on a copy of the league at {fork.league} after block {fork.block} of its chain. Contracts, "
        "signatures, certificates, planning, promotion and the floor are the real ones; customers' and members' "
        "preferences are drawn; time is simulated: the chain's clock jumps from event to event.",
        f"Variants are compared with the present rules over the same seeds; in brackets the {LEVEL:.0%} interval of "
        "the mean difference (percentile bootstrap over pairs, 10,000 resamples), d is Cohen's for paired samples. "
        "Each interval stands alone: of twenty true zeros one is expected to look like a difference.",
    )


def sheet(study: Study, runs: Runs, found: Sequence[Line], fork: Fork) -> Sheet:
    """All of it as one sheet."""
    tables = (_rules(study), *(_table(found, scenario) for scenario in (*study.scenarios, ALL)), _events(study, runs))
    figures = (_figure(found),) if found else ()
    return Sheet(f"Laboratory: {study.name}", about(study, runs, fork), verdicts(study, found), tables, figures)


def verdicts(study: Study, found: Sequence[Line]) -> tuple[Verdict, ...]:
    """Of each variant, where it is surely better and surely worse than the present rules, over all scenarios."""
    told = []
    for variant in study.variants:
        whole = [line for line in found if line.variant == variant and line.scenario == ALL]
        if variant == BASE or not whole:
            continue
        better, worse = ([line for line in whole if line.good == sign] for sign in (1, -1))
        verdict = "mixed" if better and worse else "better" if better else "worse" if worse else "no difference is sure"
        said = [f"better: {'; '.join(map(_said, better))}"] if better else []
        said += [f"worse: {'; '.join(map(_said, worse))}"] if worse else []
        told.append(
            Verdict(
                f"“{variant}” is better than the present rules.", verdict, ". ".join(said) or "All intervals hold 0."
            )
        )
    return tuple(told)


def _said(line: Line) -> str:
    one = line.difference
    return f"{line.measure.words} {one.before:,.1f} → {one.after:,.1f} [{one.low:+,.1f}, {one.high:+,.1f}]"


def _rules(study: Study) -> Table:
    present = study.variants[BASE]
    rows = [
        (variant, name, str(old), str(new))
        for variant, rules in study.variants.items()
        for name, (old, new) in present.differs(rules).items()
    ]
    return Table("What the variants change", ("variant", "parameter", "present", "variant has"), tuple(rows))


def _table(found: Sequence[Line], scenario: str) -> Table:
    rows = []
    for line in found:
        if line.scenario == scenario:
            one = line.difference
            between = "too few pairs" if one.low is None else f"[{one.low:+,.2f}, {one.high:+,.2f}]"
            rows.append(
                (
                    line.variant, line.measure.words, f"{one.before:,.2f}", f"{one.after:,.2f}", f"{one.mean:+,.2f}",
                    between, "" if one.effect is None else f"{one.effect:+.2f}",
                    {1: "better", -1: "worse", 0: ""}[line.good],
                )
            )  # fmt: skip
    head = ("variant", "measure", "present", "variant has", "difference", f"{LEVEL:.0%}", "d", "surely")
    return Table(f"Scenario: {scenario}" if scenario != ALL else "All scenarios", head, tuple(rows))


def _events(study: Study, runs: Runs) -> Table:
    names = ("orders", "agreed", "refused", "undone", "struck", "silent", "believed", "stays")
    rows = []
    for scenario in study.scenarios:
        for variant in study.variants:
            seasons = [s for run in study.runs() if run[:2] == (scenario, variant) and (s := runs.get(run)) is not None]
            if seasons:
                rows.append((scenario, variant, *(f"{fmean(getattr(s, name) for s in seasons):.1f}" for name in names)))
    head = (
        "scenario", "variant", "orders", "agreed", "declined", "never came", "false claims refuted",
        "claims kept silent", "false claims believed", "stays agreed on the floor",
    )  # fmt: skip
    return Table("What happened, means of a run", head, tuple(rows))


def _figure(found: Sequence[Line]) -> Figure:
    """A column for each measure, a row for each scenario and variant; intervals as shares of what the present rules
    have, right is more."""
    keys = list(dict.fromkeys((line.variant, line.scenario) for line in found))
    wide = (WIDE - LEFT) / len(MEASURES)
    high = TOP + ROW * len(keys) + 30
    parts = [text(12, 24, "Differences from the present rules, with their intervals", 16, INK, weight=600)]
    for column, measure in enumerate(MEASURES):
        middle = LEFT + wide * (column + 0.5)
        own = [line for line in found if line.measure == measure]
        reach = max([abs(end) for line in own for end in _ends(line)] or [0.0]) or 1.0
        parts.append(text(middle, 48, measure.name.replace("_", " "), 11, INK, anchor="middle"))
        parts.append(f'<path d="M{middle:.1f} {TOP - 10}V{high - 26}" stroke="{LINE}"/>')
        parts.append(text(middle, high - 10, f"± {reach:,.3g}", 10, QUIET, anchor="middle"))
        for line in own:
            y = TOP + ROW * (keys.index((line.variant, line.scenario)) + 0.5)
            parts += _mark(line, middle, y, (wide / 2 - 8) / reach)
    for row, (variant, scenario) in enumerate(keys):
        parts.append(text(LEFT - 10, TOP + ROW * (row + 0.5) + 4, f"{variant}, {scenario}", 11, INK, anchor="end"))
    return Figure("Differences from the present rules", "lab-differences.svg", svg(WIDE, high, parts, "Laboratory"))


def _ends(line: Line) -> tuple[float, ...]:
    one = line.difference
    return (one.mean,) if one.low is None or one.high is None else (one.low, one.high)


def _mark(line: Line, middle: float, y: float, scale: float) -> list[str]:
    one = line.difference
    colour = {1: COLOURS[2], -1: COLOURS[1], 0: QUIET}[line.good]
    ends = [middle + end * scale for end in _ends(line)]
    said = f"{line.variant}, {line.scenario}: {line.measure.words} {one.mean:+,.2f}"
    return [
        f'<path d="M{ends[0]:.1f} {y:.1f}H{ends[-1]:.1f}" stroke="{colour}" stroke-width="2"/>',
        f'<circle cx="{middle + one.mean * scale:.1f}" cy="{y:.1f}" r="4" fill="{colour}">'
        f"<title>{said}</title></circle>",
    ]


def as_json(study: Study, runs: Runs, found: Sequence[Line], fork: Fork) -> dict[str, Any]:
    """For programs, and what a proposal's evidence is the hash of. Differences are in the words' units."""
    present = study.variants[BASE]
    return {
        "format": FORMAT,
        "name": study.name,
        "league": fork.league,
        "block": fork.block,
        "hash": fork.hash,
        "seeds": [study.seeds.start, study.seeds.stop],
        "variants": {
            name: {key: {"old": old, "new": new} for key, (old, new) in present.differs(rules).items()}
            for name, rules in study.variants.items()
        },
        "verdicts": [asdict(verdict) for verdict in verdicts(study, found)],
        "differences": [
            {
                "scenario": line.scenario, "variant": line.variant, "measure": line.measure.name,
                "unit": line.measure.words, **asdict(line.difference), "good": line.good,
            }
            for line in found
        ],
        "runs": [
            {"scenario": run.scenario, "variant": run.variant, "seed": run.seed, "season": _season(runs[run])}
            for run in study.runs()
            if run in runs
        ],
    }  # fmt: skip


def _season(found: Season | None) -> dict[str, int] | None:
    return None if found is None else asdict(found)
