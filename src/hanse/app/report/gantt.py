"""One plan as a Gantt chart: a page to zoom, pan and point at, or a still picture of the same.

    save_gantt(problem, plan, "plan.html")    the page; plan.svg: the picture (`still.py`)

The page is the report's chart (its scripts, its style) on its own; it asks nothing of any network.
"""

from __future__ import annotations

from dataclasses import asdict
from html import escape
from pathlib import Path

from hanse.app.phrases import distance
from hanse.app.report import words
from hanse.app.report.data import Json, planned
from hanse.app.report.drawing import draw
from hanse.app.report.page import fill, save
from hanse.app.report.still import gantt_svg
from hanse.errors import InputError
from hanse.model.check import outcomes
from hanse.model.plan import Plan
from hanse.model.problem import Problem
from hanse.units import MILLION

SCRIPTS = ("base.js", "colours.js", "theme.js", "tables.js", "rows.js", "paint.js", "gantt.js", "chart.js")
"""Of the report's scripts those the chart stands on, and its own beginning."""


def save_gantt(problem: Problem, plan: Plan, path: str | Path) -> None:
    """Draw a plan of this problem; the suffix says how: `.html` or `.svg`.

    Raises InputError for another suffix or a plan that does not cover the problem, EnvironmentFault if the disk
    refuses.
    """
    draws = {".html": gantt_html, ".svg": gantt_svg}.get(check_suffix(path))
    assert draws is not None
    try:
        save(draws(problem, plan), path)
    except ValueError as error:
        raise InputError(f"this plan cannot be drawn: {error}", where=str(path), hint="hanse check names it") from error


def check_suffix(path: str | Path) -> str:
    """The suffix of a picture that can be drawn. Raises InputError for any other: better before a long search."""
    suffix = Path(path).suffix.lower()
    if suffix not in (".html", ".svg"):
        raise InputError(f'"{suffix}" is no kind of chart', where=str(path), hint="name it .html or .svg")
    return suffix


def gantt_html(problem: Problem, plan: Plan) -> str:
    """The page as text, the same for the same plan. Raises ValueError if the plan does not cover the problem."""
    value = {"thing": "job", "members": [], "orders": [], "parts": [drawn(problem, plan)]}
    return fill("chart.html", SCRIPTS, problem.name or "A plan", escape(said(problem, plan)), value)


def drawn(problem: Problem, plan: Plan) -> Json:
    """One plan as the chart draws it. Raises ValueError if the plan does not cover the problem."""
    given = {outcome.job: {"order": outcome.job, **asdict(outcome)} for outcome in outcomes(problem, plan.assignments)}
    return planned(problem, plan, draw(problem, plan.assignments), given)


def said(problem: Problem, plan: Plan) -> str:
    """What the picture shows, in a line."""
    return " · ".join(
        (
            words.count(len(problem.jobs), "job"),
            words.count(len(plan.assignments), "operation"),
            f"{plan.objective} {plan.value / MILLION:g}",
            distance(plan),
            f"finished after {words.time(plan.measures.makespan, problem.units)}",
            f"planned by {plan.solver} in {plan.seconds:.2g} s",
        )
    )
