"""`hanse contribution`: what it divides adds up, and what it writes can be counted again by anybody."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import hanse
from hanse.app import contributing
from hanse.app.cases.radmanesh2021 import generate
from tests.app.cli import hanse as command
from tests.value.test_contribution import crowd


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("contribution")
    problem = generate(5, 3, 2, 5, seed=1)
    hanse.write(problem, folder / "problem.json")
    plan = hanse.solve(problem, objective="cost").plan
    assert plan is not None
    hanse.write_plan(plan, folder / "plan.json")
    return folder / "problem.json", folder / "plan.json"


def test_an_amount_is_divided_to_the_cent_drawn_and_written_as_evidence(
    made: tuple[Path, Path], tmp_path: Path
) -> None:
    run = command(
        "contribution", *made, "--amount", "10001", "--out", tmp_path / "e.json", "--plot", tmp_path / "e.svg"
    )
    assert (run.code, "gets" in run.out, "stable" in run.out) == (0, True, True), run
    said = json.loads((tmp_path / "e.json").read_text())
    assert sum(row["amount"] for row in said["members"]) == 10_001
    drawn = (tmp_path / "e.svg").read_text()
    assert drawn.startswith("<svg")
    assert all(row["member"] in drawn for row in said["members"])
    again = command("contribution", *made, "--amount", "10001", "--json")
    assert again.json == said
    assert command("contribution", *made, "--against", tmp_path / "e.json").code == 0


@pytest.mark.parametrize("row", [0, 1])
def test_a_cent_moved_from_one_to_another_is_found(made: tuple[Path, Path], tmp_path: Path, row: int) -> None:
    said = command("contribution", *made, "--amount", "10001", "--json").json
    said["members"][row]["amount"] += 1
    said["members"][row - 1]["amount"] -= 1
    (tmp_path / "false.json").write_text(json.dumps(said))
    command("contribution", *made, "--against", tmp_path / "false.json").failed(1, "counted again", "false.json")


def test_evidence_of_another_plan_or_with_other_words_is_found(made: tuple[Path, Path]) -> None:
    problem, plan = hanse.read(made[0]), hanse.read_plan(made[1])
    found = contributing.ask(problem, plan, None, everyone=True, rounds=16, seed=0, told=lambda *_: None)
    true = contributing.document(problem, plan, found, 99, everyone=True, rounds=16)
    assert list(contributing.differences(true, true)) == []
    changes: tuple[dict[str, object], ...] = (
        {"plan": "0x00"}, {"stable": not true["stable"]}, {"members": []}, {"members": 7}, {"more": 1},
    )  # fmt: skip
    for change in changes:
        assert list(contributing.differences({**true, **change}, true)), change


def test_standing_by_counts_only_if_asked_for(made: tuple[Path, Path]) -> None:
    working, all_five = (command("contribution", *made, "--json", *more).json for more in ([], ["--everyone"]))
    assert len(working["members"]) < 5 == len(all_five["members"])
    assert working["amount"] == all_five["amount"] == hanse.read_plan(made[1]).measures.cost


def test_one_order_alone(made: tuple[Path, Path]) -> None:
    assert command("contribution", *made, "--order", "D2", "--json").json["orders"] == ["D2"]
    command("contribution", *made, "--order", "D9").failed(2, 'no order "D9"')


def test_a_sample_says_that_it_is_one_and_is_counted_again_by_its_seed(tmp_path: Path) -> None:
    problem = crowd(18)
    plan = hanse.solve(problem, objective="cost").plan
    assert plan is not None
    hanse.write(problem, tmp_path / "p.json")
    hanse.write_plan(plan, tmp_path / "plan.json")
    files = (tmp_path / "p.json", tmp_path / "plan.json")
    run = command("contribution", *files, "--everyone", "--seed", "4", "--rounds", "9", "--out", tmp_path / "e.json")
    assert (run.code, "95 of 100" in run.out) == (0, True), run
    assert command("contribution", *files, "--against", tmp_path / "e.json").code == 0
    said = json.loads((tmp_path / "e.json").read_text()) | {"seed": 5}
    (tmp_path / "e.json").write_text(json.dumps(said))
    assert command("contribution", *files, "--against", tmp_path / "e.json").code == 1


def test_a_plan_that_does_not_hold_divides_nothing(made: tuple[Path, Path], tmp_path: Path) -> None:
    spoiled = json.loads(made[1].read_text())
    spoiled["assignments"][0]["end"] += 1
    (tmp_path / "plan.json").write_text(json.dumps(spoiled))
    command("contribution", made[0], tmp_path / "plan.json").failed(1, "the plan does not hold", "hanse check")
    command("contribution", *made, "--against", made[1]).failed(2, "hanse-contribution/1")
    command("contribution", *made, "--plot", tmp_path / "x.png").failed(2, "name it .svg")
