"""`hanse decompose` and `hanse reproduce` as their users run them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import hanse as door
from hanse.app.cases.radmanesh2021 import generate
from tests.app.cli import hanse
from tests.model.build import job, machine, operation, shops


@pytest.fixture(scope="module")
def chains(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("decompose") / "chains.json"
    door.write(generate(8, 8, 3, 100), path)
    return path


def test_a_restricted_split_says_what_it_costs_and_its_merged_plan_passes_the_checker(
    chains: Path, tmp_path: Path
) -> None:
    plan = tmp_path / "plan.json"
    run = hanse("decompose", chains, "--parts", "2", "--restrict", "--out", plan, "--json")
    assert (run.code, run.err) == (0, "")
    assert run.json["valid"]
    assert run.json["value"] >= run.json["whole"]["value"]
    assert run.json["whole"]["excess"] >= 0
    assert sorted(len(part["machines"]) for part in run.json["parts"]) == [4, 4]
    assert hanse("check", chains, plan).code == 0


def test_people_see_parts_and_the_price(chains: Path) -> None:
    run = hanse("decompose", chains, "--by", "customer", "--parts", "3", "--workers", "1")
    assert run.code == 0
    assert "customer 3" in run.out
    assert "the split costs +0.00%" in run.out
    assert "whole:" not in hanse("decompose", chains, "--parts", "2", "--no-whole", "--workers", "1").out


def test_parts_that_collide_end_with_one_and_name_the_machine(tmp_path: Path) -> None:
    path = tmp_path / "narrow.json"
    jobs = [job(name, operation("O1", ("M1", 4, 1), ("M2", 4, 9)), customer=name) for name in ("J1", "J2")]
    door.write(shops(machine("M1", capacity=None, budget=5), machine("M2", capacity=None), jobs=jobs), path)
    arguments = ("decompose", path, "--by", "customer", "--parts", "2", "--time-limit", "5", "--workers", "1")
    run = hanse(*arguments)
    assert run.code == 1
    assert "budget: machine M1: is given 8, its budget is 5" in run.out
    assert "--share-budgets" in run.out
    verdict = hanse(*arguments, "--json")
    assert (verdict.code, verdict.json["valid"], verdict.json["violations"][0]["rule"]) == (1, False, "budget")
    assert hanse(*arguments, "--share-budgets", "--quiet").code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--parts", "0"), "not a number of parts"),
        (("--parts", "99"), "8 jobs cannot make 99 parts"),
        (("--by", "product", "--parts", "2"), "1 different values of product"),
        (("--by", "colour"), "not a way to split"),
        (("--cut", "scissors"), "not a way to cut"),
        (("--by", "customer", "--restrict"), "no machines of its own"),
        (("--objective", "beauty"), "beauty"),
    ],
)
def test_wishes_that_cannot_be_met_end_with_two_and_their_reason(
    chains: Path, arguments: tuple[str, ...], said: str
) -> None:
    hanse("decompose", chains, *arguments).failed(2, said)


def test_a_matrix_without_positions_points_to_another_split(tmp_path: Path) -> None:
    path = tmp_path / "nowhere.json"
    door.write(shops(machine("M1"), jobs=[job("J1", operation("O1", ("M1", 1)))]), path)
    hanse("decompose", path, "--parts", "1").failed(2, "site M1", "by customer or product")


def test_an_unknown_experiment_is_refused(tmp_path: Path) -> None:
    hanse("reproduce", "ouyang2019", "--out", tmp_path).failed(2, "radmanesh2021")


@pytest.mark.slow
def test_the_quick_reproduction_runs_whole(tmp_path: Path) -> None:
    run = hanse("reproduce", "radmanesh2021", "--quick", "--out", tmp_path, "--json")
    assert run.code == 0
    assert [problem["published"]["number"] for problem in run.json["problems"]] == [1, 2, 3, 4]
    assert len(list(tmp_path.glob("*.svg"))) == 8
    assert json.loads((tmp_path / "reproduce-radmanesh2021.json").read_text())["seed"] == 0
