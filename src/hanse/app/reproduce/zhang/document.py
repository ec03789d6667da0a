"""The findings as tables, two figures and JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from hanse.app.reproduce.sheet import Figure, Sheet, Table
from hanse.app.reproduce.svg import COLOURS, INK, LINE, QUIET, svg, text
from hanse.app.reproduce.verdict import Verdict
from hanse.app.reproduce.zhang.published import Published
from hanse.app.reproduce.zhang.study import METHODS, Race, Table7
from hanse.planning.preferences.solve import Found
from hanse.units import MILLION

TITLE = "Zhang 2019 reproduced"


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything a document is made of. best, corrected: the exact engine's answer with P11 at 0.74 and at 0.77, None
    if it was left out."""

    given: Published
    table: Table7
    best: Found | None
    corrected: Found | None
    races: tuple[Race, ...]
    verdicts: tuple[Verdict, ...]
    seed: int
    machine: str


def about(found: Findings) -> tuple[str, ...]:
    """What was done, in sentences."""
    return (
        "Fifteen 3D-printing tasks, eleven providers. Utility and satisfaction as in docs/preferences.md: decay 0.001 "
        "per yuan and 0.1 per unit of time are implied by Table 7, not printed; the sum of consumers' utilities is our "
        "objective, since the paper states it per task.",
        "A provider's threshold holds for every work it is given, except where no other choice exists: P6 has the only "
        "scanner, so its scanning of task 10 is declined in every plan and has to be promoted.",
        "The three algorithms share decoder, population (60), tournament, crossover (0.9) and mutation (0.3); GA-HC "
        "and MA walk 20 steps from each of the 6 best per generation. The paper prints operators, not parameters; "
        "these are ours; the rows called tuned have the best found for each method, with other random numbers. "
        f"Seed {found.seed}. Every plan was judged by a checker that asks the members themselves.",
        found.machine,
    )


def tables(found: Findings) -> tuple[Table, ...]:
    """Table 7, the race, and the optimum if there is one."""
    made = [_table7(found.table), _races(found)]
    if found.best is not None:
        made.append(_optimum(found))
    return tuple(made)


def _table7(table: Table7) -> Table:
    rows = []
    for c in table.checked:
        row, over = c.row, " (over)" if c.cost > c.budget else ""
        rows.append(
            (
                str(row.task), f"{row.cost:.1f}", f"{c.cost:.2f}{over}", f"{c.budget:.0f}", str(row.completion),
                f"{row.quality:.2f}", f"{c.quality:.4f}", f"{c.quality_corrected:.4f}", f"{row.satisfaction:.2f}",
                f"{c.satisfaction:.4f}", "yes" if c.fits else "no",
            )
        )  # fmt: skip
    head = (
        "task", "cost, printed", "ours", "budget", "completion", "quality, printed", "P11 0.74", "P11 0.77",
        "satisfaction, printed", "ours", "within rounding",
    )  # fmt: skip
    return Table("Table 7 recomputed from its selections and completions", head, tuple(rows))


def _races(found: Findings) -> Table:
    rows = []
    for race in found.races:
        share = f"{race.mean / found.best.upper_bound:.3%}" if found.best else ""
        rows.append(
            (
                race.method + (", tuned" if race.tuned else ""), str(race.generations), str(race.decoded),
                f"{race.mean / MILLION:.5f}", share, f"{max(race.worths) / MILLION:.5f}",
                f"{race.deviation / MILLION:.5f}", f"{sum(race.seconds) / len(race.seconds):.2f}", f"{race.valid:.0%}",
            )
        )  # fmt: skip
    head = ("method", "generations", "decoded", "mean ΣU", "of optimum", "best", "std. dev.", "s", "valid")
    return Table(f"The race: {len(found.races[0].worths)} runs each", head, tuple(rows))


def _optimum(found: Findings) -> Table:
    rows = [("published plan (over a budget)", f"{found.table.value / MILLION:.6f}", "", "", "")]
    for name, answer in (("best, P11 at 0.74", found.best), ("best, P11 at 0.77", found.corrected)):
        if answer is not None and answer.value is not None and answer.plan is not None:
            value, bound = f"{answer.value / MILLION:.6f}", f"{answer.upper_bound / MILLION:.6f}"
            rows.append((name, value, bound, f"{answer.status}, {answer.bound_kind}", f"{answer.seconds:.0f}"))
    return Table("The sum of utilities", ("plan", "value", "bound", "status", "s"), tuple(rows))


def by_generations(found: Findings) -> str:
    """Mean of the runs and their deviation by number of generations, as in the paper's comparison."""
    shown = [race for race in found.races if race.generations <= max(_counts(found)) and not race.tuned]
    series = [
        (
            method,
            [(r.generations, r.mean / MILLION, r.deviation / MILLION) for r in shown if r.method == method],
        )
        for method in METHODS
    ]
    return _chart("Sum of utilities by number of generations: mean ± deviation of the runs", series, found.best)


def convergence(found: Findings) -> str:
    """Mean best worth after each generation of the longest runs."""
    most = max(_counts(found))
    series = []
    for race in found.races:
        if race.generations == most and not race.tuned:
            step = max(1, most // 100)
            places = [*range(0, most, step), most]
            series.append((race.method, [(i, race.trajectory[i] / MILLION, 0.0) for i in places if i >= most // 50]))
    return _chart("Best sum of utilities by generation, mean of the runs", series, found.best)


Series = Sequence[tuple[str, Sequence[tuple[float, float, float]]]]
"""By name: (generation, value, deviation)."""


def _chart(title: str, series: Series, best: Found | None) -> str:
    wide, high, left, top, right, foot = 760, 360, 64, 44, 150, 44
    values = [value + sign * spread for _, line in series for _, value, spread in line for sign in (-1, 1)]
    marks = [best.upper_bound / MILLION] if best else []
    low, most = min(values + marks), max(values + marks)
    margin = (most - low) * 0.05 or 0.01
    low, most = low - margin, most + margin
    last = max(x for _, line in series for x, _, _ in line)

    def x(generation: float) -> float:
        return left + (wide - left - right) * generation / last

    def y(value: float) -> float:
        return high - foot - (high - foot - top) * (value - low) / (most - low)

    parts = [text(left, 20, title, 15, INK, weight=600)]
    for i in range(6):
        value = low + (most - low) * i / 5
        parts.append(f'<path d="M{left} {y(value):.1f}H{wide - right}" stroke="{LINE}"/>')
        parts.append(text(left - 8, y(value) + 4, f"{value:.3f}", 12, QUIET, anchor="end"))
        parts.append(text(x(last * i / 5), high - foot + 18, f"{last * i / 5:.0f}", 12, QUIET, anchor="middle"))
    parts.append(text((left + wide - right) / 2, high - 8, "generations", 12, QUIET, anchor="middle"))
    for place, ((name, line), colour) in enumerate(zip(series, COLOURS, strict=False)):
        points = " ".join(f"{x(g):.1f},{y(value):.1f}" for g, value, _ in line)
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        shift = (place - 1) * 3
        for g, value, spread in line:
            if spread:
                parts.append(
                    f'<path d="M{x(g) + shift:.1f} {y(value - spread):.1f}V{y(value + spread):.1f}" stroke="{colour}"/>'
                )
        parts.append(text(wide - right + 8, top + 18 * (place + 1), f"{name}: {line[-1][1]:.4f}", 12, colour))
    for mark in marks:
        parts.append(f'<path d="M{left} {y(mark):.1f}H{wide - right}" stroke="#b3001b" stroke-width="2"/>')
        parts.append(text(wide - right + 8, top, f"optimum: {mark:.4f}", 12, "#b3001b"))
    return svg(wide, high, parts, title)


def _counts(found: Findings) -> set[int]:
    """Numbers of generations all three methods ran."""
    return {race.generations for race in found.races if race.method == "MA" and not race.tuned}


def sheet(found: Findings) -> Sheet:
    """All of it as one sheet."""
    figures = (
        Figure("Sum of utilities by number of generations", "zhang2019-generations.svg", by_generations(found)),
        Figure("Best sum of utilities by generation", "zhang2019-convergence.svg", convergence(found)),
    )
    return Sheet(TITLE, about(found), found.verdicts, tables(found), figures)


def as_json(found: Findings) -> dict[str, Any]:
    """The findings for programs: utilities in millionths, money in cents, seconds."""
    answers = {"best": found.best, "corrected": found.corrected}
    return {
        "paper": "zhang2019",
        "seed": found.seed,
        "about": list(about(found)),
        "published_value": found.table.value,
        "violations": list(found.table.violations),
        "declined": list(found.table.declined),
        "compensation": [lift.compensation for lift in found.table.lifts],
        "optimum": {
            name: {
                "value": answer.value,
                "upper_bound": answer.upper_bound,
                "status": answer.status,
                "seconds": answer.seconds,
                "assignments": [list(a) for a in answer.plan.assignments] if answer.plan else None,
            }
            for name, answer in answers.items()
            if answer is not None
        },
        "races": [{k: v for k, v in asdict(race).items() if k != "trajectory"} for race in found.races],
        "verdicts": [asdict(verdict) for verdict in found.verdicts],
    }
