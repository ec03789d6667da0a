"""The findings, and the tables made of them: published beside measured."""

from __future__ import annotations

from dataclasses import dataclass

from hanse.app.reproduce.budgets import Row
from hanse.app.reproduce.published import SOLVERS
from hanse.app.reproduce.sheet import Table
from hanse.app.reproduce.study import ProblemRun
from hanse.app.reproduce.verdict import Verdict
from hanse.planning.genetic import Parameters


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything a document is made of. without_budgets: why there are no rows, empty if there are."""

    runs: tuple[ProblemRun, ...]
    rows: tuple[Row, ...]
    without_budgets: str
    verdicts: tuple[Verdict, ...]
    parameters: Parameters
    seed: int
    machine: str


def tables(found: Findings) -> tuple[Table, ...]:
    """Cost by regions, cost by dividing the demands only, time, and budgets if there are any."""
    made = (_cost(found.runs), _divided(found.runs), _time(found.runs))
    return (*made, _budgets(found.rows)) if found.rows else made


def _cost(runs: tuple[ProblemRun, ...]) -> Table:
    rows = []
    for run in runs:
        number, printed = str(run.published.number), run.published
        rows.append((number, "whole", _money(printed.cost), "", _cents(run.ga), "", _cents(run.optimum), ""))
        for k in SOLVERS:
            split, theirs = run.split("regions", k), printed.split(k)
            published = (_money(theirs.cost), _change(theirs.cost / printed.cost))
            genetic = (_cents(split.ga), _change(split.ga / run.ga))
            exact = (_cents(split.exact), _change(split.exact / run.optimum))
            rows.append((number, f"{k} regions", *published, *genetic, *exact))
    head = ("problem", "solvers", "published GA", "change", "our GA", "change", "exact", "change")
    return Table("Cost in $, the map split into regions", head, tuple(rows))


def _divided(runs: tuple[ProblemRun, ...]) -> Table:
    rows = []
    for run in runs:
        for k in SOLVERS:
            split = run.split("demands", k)
            genetic = (_cents(split.ga), _change(split.ga / run.ga))
            exact = (_cents(split.exact), _change(split.exact / run.optimum))
            rows.append((str(run.published.number), f"{k} groups", *genetic, *exact))
    head = ("problem", "solvers", "our GA", "change", "exact", "change")
    return Table("Cost in $, only the demands divided (all providers open to all)", head, tuple(rows))


def _time(runs: tuple[ProblemRun, ...]) -> Table:
    rows = []
    for run in runs:
        number, printed = str(run.published.number), run.published
        rows.append((number, "whole", f"{printed.seconds:g}", "", _s(run.ga_seconds), "", _ms(run.exact_seconds)))
        for k in SOLVERS:
            split, theirs = run.split("regions", k), printed.split(k)
            published = (f"{theirs.seconds:g}", _change(theirs.seconds / printed.seconds))
            genetic = (_s(split.ga_seconds), _change(split.ga_seconds / run.ga_seconds))
            rows.append((number, f"{k} regions", *published, *genetic, _ms(split.exact_seconds)))
    head = ("problem", "solvers", "published GA, s", "change", "our GA, s", "change", "exact, ms")
    return Table("Time of the slowest part", head, tuple(rows))


def _budgets(given: tuple[Row, ...]) -> Table:
    rows = tuple(
        (
            str(row.problem),
            f"{row.slack} %",
            row.way,
            "none" if row.cost is None else _cents(row.cost),
            "" if row.gap is None else f"{100 * row.gap:.2f} %",
            f"{row.seconds:.1f}",
            row.note,
        )
        for row in given
    )
    head = ("problem", "slack", "split", "cost, $", "gap to the bound of the whole", "seconds", "conflicts")
    return Table("With limited hours per provider (not in the paper)", head, rows)


def _money(dollars: int) -> str:
    return f"{dollars:,}".replace(",", " ")


def _cents(cents: int) -> str:
    return _money(round(cents / 100))


def _change(ratio: float) -> str:
    return "0 %" if ratio == 1 else f"{100 * (ratio - 1):+.1f} %"


def _s(seconds: float) -> str:
    return f"{seconds:.2f}"


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:.0f}" if seconds >= 0.0095 else f"{1000 * seconds:.1f}"
