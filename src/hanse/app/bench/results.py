"""What a benchmark leaves behind: figures in the terminal, in Markdown and as a page for people; JSON for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from html import escape
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from hanse.app.bench.figure import gap_over_time
from hanse.app.bench.runs import Run
from hanse.app.bench.summary import ALL, Best, Row, rows
from hanse.instances import write_bytes

STYLE = """
body { font: 15px system-ui, sans-serif; margin: 2rem auto; max-width: 1100px; padding: 0 1rem; color: #17212b }
table { border-collapse: collapse; font-size: 13px; display: block; overflow-x: auto }
th, td { padding: .25rem .6rem; text-align: right; border-bottom: 1px solid #d5dbe1; white-space: nowrap }
th:nth-child(-n+2), td:nth-child(-n+2) { text-align: left }
svg { max-width: 100%; height: auto; display: block; margin: 1rem 0 }
"""

HEADS = (
    "family", "solver", "runs", "no answer", "proved", "mean gap", "max gap", "better", "own gap", "first plan",
    "slowest first", "memory", "start-up",
)  # fmt: skip


def cells(row: Row, peers: Sequence[str]) -> list[str]:
    """One line of the table, under `HEADS` and one column for each peer."""
    reached = [f"{row.reach[peer]:.3g} ×" if peer in row.reach else "–" for peer in peers]
    return [
        row.family, row.solver, str(row.runs), str(row.missing), str(row.proved), _percent(row.mean_gap),
        _percent(row.max_gap), str(row.better), _percent(row.bound_gap), _seconds(row.first), _seconds(row.slowest),
        f"{row.peak} MiB", _seconds(row.startup), *reached,
    ]  # fmt: skip


def _heads(peers: Sequence[str]) -> list[str]:
    return [*HEADS, *(f"vs {peer}" for peer in peers)]


def peers_of(lines: Sequence[Row]) -> list[str]:
    """Solvers that somebody is timed against: all but the first."""
    return list(dict.fromkeys(row.solver for row in lines))[1:]


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.2%}"


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f} s"


NARROW = tuple(HEADS.index(name) for name in HEADS if name not in ("better", "slowest first", "start-up"))
"""The columns that a terminal has room for."""


def show(runs: Sequence[Run], best: Best, console: Console) -> None:
    """The table in the terminal, and under it what failed."""
    lines = rows(runs, best)
    peers, table = peers_of(lines), Table(box=None, pad_edge=False)
    columns = [*NARROW, *range(len(HEADS), len(HEADS) + len(peers))]
    heads = _heads(peers)
    for number in columns:
        table.add_column(heads[number], justify="left" if number < 2 else "right", no_wrap=True)
    for row in lines:
        said = cells(row, peers)
        table.add_row(*(said[number] for number in columns), style="bold" if row.family == ALL else "")
    console.print(table)
    for run in runs:
        if run.failure and not run.declined:
            said_of = f"{run.key.instance}, {run.key.solver}: {run.failure}"
            console.print(said_of, style="red", highlight=False, markup=False)


def as_json(runs: Sequence[Run], best: Best) -> dict[str, Any]:
    """The same for programs."""
    return {"summary": [asdict(row) for row in rows(runs, best)], "runs": [asdict(run) for run in runs]}


def markdown(runs: Sequence[Run], best: Best) -> str:
    """The figures, the settings they hold for, and every run."""
    lines = rows(runs, best)
    peers, first = peers_of(lines), runs[0]
    heads = _heads(peers)
    said = [
        "# Makespans against best known values",
        "",
        f"{_days(runs)}. {', '.join(dict.fromkeys(run.machine for run in runs))}.",
        f"{_settings(first)}, one run after the other.",
        *dict.fromkeys(f"{run.key.solver}: {run.key.version}." for run in runs),
        "",
        "Every plan was judged. Gaps are to the best known value, `own gap` is (value - bound) ÷ value. Start-up",
        "(loading, reading, compiling) is not the solver's time. `vs X`: time X took ÷ time the solver needed for a",
        "plan as good as X's last one, median over the instances.",
        "",
        "| " + " | ".join(heads) + " |",
        "|" + "---|" * len(heads),
        *("| " + " | ".join(cells(row, peers)) + " |" for row in lines),
        "",
        "| family | instance | solver | value | bound | best known | first plan | seconds | memory | |",
        "|---|---|---|---|---|---|---|---|---|---|",
        *(_line(run, best) for run in runs),
    ]
    return "\n".join(said) + "\n"


def _line(run: Run, best: Best) -> str:
    known, key = best.get((run.key.family, run.key.instance)), run.key
    value, bound = ("–" if one is None else str(one) for one in (run.value, run.bound))
    upper = "–" if known is None or known.upper is None else str(known.upper)
    remark = "proved" if run.proved else run.failure.replace("|", "/")
    said = [key.family, key.instance, key.solver, value, bound, upper, _seconds(run.first), f"{run.seconds:.2f}",
             f"{run.peak} MiB", remark]  # fmt: skip
    return "| " + " | ".join(said) + " |"


def _settings(run: Run) -> str:
    return f"{run.key.limit:g} s of the solver's time, {run.key.threads} threads, seed {run.key.seed}"


def _days(runs: Sequence[Run]) -> str:
    days = sorted({run.when[:10] for run in runs})
    return days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"


def page(runs: Sequence[Run], best: Best) -> str:
    """Figures of gap over time and the table, in one file that asks nothing of any network."""
    families = list(dict.fromkeys(run.key.family for run in runs))
    groups = [("All families", list(runs))] if len(families) > 1 else []
    groups += [(family, [run for run in runs if run.key.family == family]) for family in families]
    drawn = [gap_over_time(its, best, name) or f"<p>{escape(name)}: no best known values</p>" for name, its in groups]
    lines = rows(runs, best)
    peers = peers_of(lines)
    head = "".join(f"<th>{escape(name)}</th>" for name in _heads(peers))
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells(row, peers)) + "</tr>" for row in lines
    )
    made = escape(f"{_days(runs)} · {runs[0].machine} · {_settings(runs[0])}")
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Hanse benchmark</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><style>\n' + STYLE + "</style></head>\n"
        f"<body><h1>Makespans against best known values</h1><p>{made}</p>\n<table><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table>\n" + "\n".join(drawn) + "</body></html>\n"
    )


def write(folder: Path, runs: Sequence[Run], best: Best) -> dict[str, Path]:
    """Write summary.md and gap.html beside runs.jsonl. Raises EnvironmentFault if the disk refuses."""
    files = {"summary": folder / "summary.md", "figure": folder / "gap.html"}
    write_bytes(files["summary"], markdown(runs, best).encode())
    write_bytes(files["figure"], page(runs, best).encode())
    return files
