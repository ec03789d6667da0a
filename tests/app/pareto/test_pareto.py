"""`hanse pareto` and `hanse pick` as their users meet them: files, a page, a plan for a round, and faults that say what
to do."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

import hanse as library
from hanse.app.pareto import files, page
from hanse.app.pareto.energy import energy_of_orders
from hanse.app.reproduce.ramakurthi.instances import scenario
from hanse.errors import InputError
from hanse.model.plan import Assignment
from hanse.model.problem import Enterprise, Job, Machine, Mode, Operation, Problem, ProcessPlan, Site, Transport
from hanse.planning.pareto import Extras, Front, explore
from hanse.units import Units
from tests.app.cli import hanse


@pytest.fixture(scope="module")
def front() -> Front:
    return explore(scenario(3, 3, 0), "makespan,energy,utilisation", time_limit=60, evaluations=3000)


@pytest.fixture(scope="module")
def written(front: Front, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("front")
    files.write(front, folder)
    page.write(front, folder / "front.html")
    return folder


def test_any_point_can_be_picked_and_is_the_plan_that_was_found(front: Front, written: Path) -> None:
    for point in front.points:
        number, plan = files.pick(written / "front.json", str(point.number))
        assert (number, plan) == (point.number, point.plan)
        assert library.check(front.problem, plan).valid
    assert files.pick(written, "knee") == (front.knee.number, front.knee.plan)


def test_the_csv_has_a_row_per_point_and_one_knee(front: Front, written: Path) -> None:
    rows = list(csv.DictReader((written / "front.csv").read_text().splitlines()))
    assert [int(row["makespan"]) for row in rows] == [p.values[0] for p in front.points]
    assert [row["point"] for row in rows if row["knee"]] == [str(front.knee.number)]


def test_energy_of_the_orders_is_that_of_the_plan_and_carbon_follows_the_factor(front: Front) -> None:
    problem = replace(front.problem, units=Units(energy="Wh"))
    told = files.as_json(replace(front, problem=problem), grid=250)
    for point in told["points"]:
        assert sum(order["energy"] for order in point["orders"]) == point["plan"]["measures"]["energy"]
        assert all(order["carbon"] == round(order["energy"] / 4) for order in point["orders"])
    assert {order["carbon"] for point in files.as_json(front)["points"] for order in point["orders"]} == {None}


def test_moving_is_part_of_an_orders_energy_where_a_rate_is_given() -> None:
    first, then = (Operation(f"O{i}", "work", (Mode(f"M{i}", 5, energy=10),)) for i in (1, 2))
    plan = ProcessPlan("P", (first, replace(then, after=("O1",))))
    members = tuple(Enterprise(f"E{i}", f"S{i}", (Machine(f"M{i}", frozenset({"work"})),)) for i in (1, 2))
    legs = Transport(((0, 0), (0, 0)), ((0, 3), (3, 0)))
    problem = Problem("two", (Site("S1"), Site("S2")), members, (Job("J", (plan,)),), transport=legs)
    given = (Assignment("J", "P", "O1", "M1", 0, 5), Assignment("J", "P", "O2", "M2", 8, 13))
    assert energy_of_orders(problem, given, Extras()) == {"J": 20}
    assert energy_of_orders(problem, given, Extras(transport_energy=4)) == {"J": 32}


@pytest.mark.parametrize("which", ["0", "99999", "best", "-1", "1.5", ""])
def test_a_point_that_is_not_there_is_refused(written: Path, which: str) -> None:
    with pytest.raises(InputError, match="no point"):
        files.pick(written, which)


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"format": "hanse-front/1"}', '{"format": "hanse-front/1", "points": [7]}', '{"format": "x"}'],
)
def test_a_file_that_is_no_front_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "front.json"
    path.write_text(content)
    with pytest.raises(InputError):
        files.pick(path, "knee")


def test_a_picked_plan_that_was_altered_is_found_out_by_the_checker(
    front: Front, written: Path, tmp_path: Path
) -> None:
    document = json.loads((written / "front.json").read_text())
    document["points"][0]["plan"]["measures"]["energy"] -= 1
    (tmp_path / "front.json").write_text(json.dumps(document))
    _, plan = files.pick(tmp_path, "1")
    assert not library.check(front.problem, plan).valid


def test_the_page_asks_nothing_of_any_network(written: Path) -> None:
    text = (written / "front.html").read_text()
    assert "default-src 'none'" in text
    assert set(re.findall(r"https?://[^\"'\s<)]+", text)) <= {"http://www.w3.org/2000/svg"}


def test_names_that_are_markup_stay_text() -> None:
    hostile = "</script><script>alert(1)</script>"
    problem = scenario(2, 2, 0)
    problem = replace(problem, name=hostile, jobs=(replace(problem.jobs[0], id="<b>J</b>"), *problem.jobs[1:]))
    text = page.render(explore(problem, "makespan,energy", time_limit=30, evaluations=200))
    assert hostile not in text
    assert "<b>J</b>" not in text
    assert text.count("<script") == 2


def test_the_same_front_gives_the_same_page(front: Front) -> None:
    assert page.render(front) == page.render(front)


def test_the_commands_lead_from_a_problem_to_a_plan(tmp_path: Path) -> None:
    problem, out = tmp_path / "shop.json", tmp_path / "out"
    library.write(scenario(3, 2, 0), problem)
    run = hanse("pareto", problem, "--objectives", "makespan,energy", "--time-limit", "30", "--out", out)
    assert run.code == 0, run
    assert "proved" in run.out
    assert (out / "front.html").exists()
    picked = hanse("pick", out / "front.json", "--point", "knee", "--out", tmp_path / "plan.json")
    assert picked.code == 0, picked
    assert hanse("check", problem, tmp_path / "plan.json").code == 0
    told = hanse("pareto", problem, "--time-limit", "30", "--out", out, "--json").json
    assert told["complete"] is True
    assert told["knee"] in [point["point"] for point in told["points"]]


def test_faults_say_what_to_do(tmp_path: Path) -> None:
    problem = tmp_path / "shop.json"
    library.write(scenario(2, 2, 0), problem)
    hanse("pareto", problem, "--objectives", "makespan").failed(2, "two objectives", "hanse solve")
    hanse("pareto", problem, "--objectives", "makespan,beauty").failed(2, "beauty", "utilisation")
    hanse("pareto", problem, "--objectives", "makespan,utilisation", "--method", "exact").failed(2, "auto")
    hanse("pick", problem).failed(2, "not a front")
