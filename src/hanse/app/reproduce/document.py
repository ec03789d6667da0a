"""The findings as a sheet, and as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from hanse.app.reproduce.figures import convergence, maps
from hanse.app.reproduce.sheet import Figure, Sheet
from hanse.app.reproduce.study import ProblemRun
from hanse.app.reproduce.tables import Findings, tables

TITLE = "Radmanesh 2021 reproduced"


def sheet(found: Findings) -> Sheet:
    """Tables, verdicts and figures of an experiment."""
    figures = []
    for run in found.runs:
        number = run.published.number
        for caption, kind, draw in (("Convergence", "convergence", convergence), ("Maps", "map", maps)):
            figures.append(Figure(f"{caption}, problem {number}", f"radmanesh2021-{number}-{kind}.svg", draw(run)))
    note = f"With limited hours: {found.without_budgets}" if found.without_budgets else ""
    return Sheet(TITLE, about(found), found.verdicts, tables(found), tuple(figures), note)


def about(found: Findings) -> tuple[str, ...]:
    """What was done, in sentences."""
    p = found.parameters
    return (
        "Instances: sizes of Table 7; positions uniform in the square, processing cost uniform in $1 to $20 per task "
        f"and provider, $1 per km (the paper publishes none of these; seed {found.seed}). Costs can be compared in "
        "kind, not to the dollar.",
        f"Genetic algorithm as in Fig. 9: npop {p.npop}, e {p.elite:g}, pc {p.crossover:g}, pm {p.mutation:g}, "
        f"{p.generations} generations for the whole and for each part (parameters not published; ours).",
        "Regions: the map halved again and again across its longer side; demanders have no published places and are "
        "dealt to regions in proportion to their providers, as 40 and 50 of 90 are in Table 6.",
        "Times of a split are those of its slowest part (genetic algorithm: processor time, the cores being shared). "
        "Every plan here was judged by the independent checker, and every whole optimum by its recomputed bound.",
        found.machine,
    )


def as_json(found: Findings) -> dict[str, Any]:
    """The findings for programs: costs in cents, seconds, shares as fractions; maps are left to the figures."""
    return {
        "paper": "radmanesh2021",
        "seed": found.seed,
        "parameters": asdict(found.parameters),
        "about": list(about(found)),
        "problems": [_problem(run) for run in found.runs],
        "budgets": [asdict(row) for row in found.rows],
        "without_budgets": found.without_budgets,
        "verdicts": [asdict(verdict) for verdict in found.verdicts],
    }


def _problem(run: ProblemRun) -> dict[str, Any]:
    left_out = ("picture", "splits")
    fields = {name: getattr(run, name) for name in run.__slots__ if name not in left_out}
    return fields | {"published": asdict(run.published), "splits": [asdict(split) for split in run.splits]}
