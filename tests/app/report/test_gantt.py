"""One plan as a chart: everything of the plan is in it, no name becomes markup, nothing is fetched."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from hanse.app.report.gantt import gantt_html, save_gantt
from hanse.app.report.still import gantt_svg
from hanse.errors import InputError
from hanse.model.plan import Plan
from hanse.model.problem import Problem
from hanse.planning import solve
from tests.model.build import job, machine, operation, shops

SVG = "{http://www.w3.org/2000/svg}"


def planned(name: str = "J") -> tuple[Problem, Plan]:
    """Two jobs of two operations on two machines, one with working hours, one job bound to be late."""
    steps = operation("O1", ("M1", 3)), operation("O2", ("M2", 4), after=["O1"])
    jobs = [job(f"{name}1", *steps, due=2), job(f"{name}2", *steps)]
    problem = shops(machine("M1"), machine("M2", available=((0, 8), (10, 30))), jobs=jobs)
    plan = solve(problem, time_limit=5, threads=1).plan
    assert plan is not None
    return problem, plan


def told(svg: str) -> list[str]:
    """What the bars say when pointed at."""
    bars = ElementTree.fromstring(svg).iter(f"{SVG}rect")
    return [title.text or "" for bar in bars for title in bar.iter(f"{SVG}title")]


def test_the_picture_has_a_bar_for_every_operation_with_its_times() -> None:
    problem, plan = planned()
    expected = []
    for at in plan.assignments:
        late = ", late" if at.job == "J1" else ""
        expected.append(f"job {at.job}, operation {at.operation} (work), {at.start} to {at.end}{late}")
    assert sorted(told(gantt_svg(problem, plan))) == sorted(expected)


def test_the_picture_shades_closed_hours() -> None:
    problem, plan = planned()
    always = shops(machine("M1"), machine("M2"), jobs=list(problem.jobs))
    assert gantt_svg(problem, plan).count('fill="var(--closed)"') == 1
    assert gantt_svg(always, plan).count('fill="var(--closed)"') == 0


def test_the_page_holds_the_whole_plan() -> None:
    problem, plan = planned()
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', gantt_html(problem, plan))
    assert found is not None
    part = json.loads(found[1])["parts"][0]
    assert [(bar[1], bar[4], bar[5]) for bar in part["bars"]] == [
        (a.operation, a.start, a.end) for a in plan.assignments
    ]
    assert [row[3] for row in part["machines"]] == [None, [[0, 8], [10, 30]]]
    assert part["jobs"][0]["outcome"]["completion"] == max(a.end for a in plan.assignments if a.job == "J1")


def test_no_name_becomes_markup() -> None:
    problem, plan = planned("</title><script>alert(1)</script>")
    assert "<script>alert" not in gantt_html(problem, plan)
    assert "<script>alert" not in gantt_svg(problem, plan)
    assert any("<script>alert" in words for words in told(gantt_svg(problem, plan)))


def test_the_suffix_says_how_to_draw(tmp_path: Path) -> None:
    problem, plan = planned()
    for name in ("plan.html", "plan.svg"):
        save_gantt(problem, plan, tmp_path / name)
    assert (tmp_path / "plan.html").read_text().startswith("<!doctype html>")
    assert (tmp_path / "plan.svg").read_text().startswith("<svg")
    with pytest.raises(InputError, match=r"name it \.html or \.svg"):
        save_gantt(problem, plan, tmp_path / "plan.png")


def test_a_plan_of_another_problem_is_refused_by_name(tmp_path: Path) -> None:
    problem, plan = planned()
    with pytest.raises(InputError, match="cannot be drawn"):
        save_gantt(problem, replace(plan, assignments=plan.assignments[1:]), tmp_path / "plan.svg")
