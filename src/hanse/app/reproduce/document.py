"""The findings as Markdown, as one offline HTML page and as JSON: the same tables in three dresses."""

from __future__ import annotations

from dataclasses import asdict
from html import escape
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from hanse.app.reproduce.figures import convergence, maps
from hanse.app.reproduce.study import ProblemRun
from hanse.app.reproduce.tables import Findings, tables

TITLE = "Radmanesh 2021 reproduced"


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


def markdown(found: Findings, figures: str = "") -> str:
    """The findings for a repository. figures: folder of the SVG files as seen from the document, none if empty."""
    parts = [f"# {TITLE}\n", *(f"- {sentence}" for sentence in about(found)), "", "## Verdicts\n"]
    parts += ["| claim | verdict | figures |", "|---|---|---|"]
    parts += [f"| {_cell(v.claim)} | **{_cell(v.verdict)}** | {_cell(v.why)} |" for v in found.verdicts]
    for table in tables(found):
        parts += ["", f"## {table.title}\n", f"| {' | '.join(table.head)} |", "|" + "---|" * len(table.head)]
        parts += [f"| {' | '.join(map(_cell, row))} |" for row in table.rows]
    if found.without_budgets:
        parts += ["", f"With limited hours: {found.without_budgets}"]
    if figures:
        parts += ["", "## Figures\n"]
        for run in found.runs:
            for name, kind in (("Convergence", "convergence"), ("Maps", "map")):
                parts.append(f"![{name}, problem {run.published.number}]({figures}/{file(run, kind)})")
    return "\n".join(parts) + "\n"


def file(run: ProblemRun, kind: str) -> str:
    """Name of a figure."""
    return f"radmanesh2021-{run.published.number}-{kind}.svg"


def page(found: Findings) -> str:
    """One HTML file that asks nothing of any network: no script, and a policy that allows none."""
    body = [f"<h1>{escape(TITLE)}</h1>", "<ul>", *(f"<li>{escape(s)}</li>" for s in about(found)), "</ul>"]
    body += ["<h2>Verdicts</h2>", "<dl>"]
    for v in found.verdicts:
        body.append(f"<dt>{escape(v.claim)}</dt><dd><b>{escape(v.verdict)}</b>. {escape(v.why)}</dd>")
    body.append("</dl>")
    for table in tables(found):
        head = "".join(f"<th>{escape(cell)}</th>" for cell in table.head)
        rows = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in table.rows)
        body.append(f"<h2>{escape(table.title)}</h2><div><table><tr>{head}</tr>{rows}</table></div>")
    if found.without_budgets:
        body.append(f"<p>With limited hours: {escape(found.without_budgets)}</p>")
    body.append("<h2>Figures</h2>")
    for run in found.runs:
        body += [f"<figure>{convergence(run)}</figure>", f"<figure>{maps(run)}</figure>"]
    return PAGE.replace("@title@", escape(TITLE)).replace("@body@", "\n".join(body))


PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'">
<title>@title@</title><style>
body { margin: 1.5rem auto; max-width: 70rem; padding: 0 1rem; font: 15px/1.5 system-ui, sans-serif; color: #17212b;
  background: #fff; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; } div { overflow-x: auto; }
th, td { padding: .2rem .6rem; border-bottom: 1px solid #d5dbe1; text-align: right; }
th:nth-child(-n+2), td:nth-child(-n+2) { text-align: left; } th { vertical-align: bottom; }
dt { font-weight: 600; margin-top: .8rem; } dd { margin: 0; } figure { margin: 1rem 0; }
svg { max-width: 100%; height: auto; }
</style></head><body>
@body@
</body></html>
"""


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


def show(found: Findings, path: Path, console: Console) -> None:
    """Tables and verdicts in the terminal."""
    for table in tables(found):
        drawn = RichTable(title=table.title, title_justify="left", box=None, pad_edge=False)
        for i, name in enumerate(table.head):
            drawn.add_column(name, justify="left" if i < 2 else "right")
        for row in table.rows:
            drawn.add_row(*row)
        console.print(drawn)
        console.print()
    for v in found.verdicts:
        console.print(
            Text.assemble(("\u201c" + v.claim + "\u201d\n", "italic"), ("  " + v.verdict, "bold"), f". {v.why}")
        )
    if found.without_budgets:
        console.print(f"with limited hours: {found.without_budgets}", highlight=False)
    console.print(f"\nopen {path}", highlight=False, markup=False, soft_wrap=True)


def _problem(run: ProblemRun) -> dict[str, Any]:
    left_out = ("picture", "splits")
    fields = {name: getattr(run, name) for name in run.__slots__ if name not in left_out}
    return fields | {"published": asdict(run.published), "splits": [asdict(split) for split in run.splits]}


def _cell(said: str) -> str:
    return said.replace("|", "\\|")
