"""`hanse lab` as its users run it."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from hanse.app.lab.journal import Journal
from hanse.lab.fork import Fork, read_fork
from hanse.lab.study import BASE, read_study
from hanse.ledger.store import open_ledger
from hanse.model.canonical import digest
from tests.app.cli import hanse
from tests.app.lab.test_findings import USUAL
from tests.lab.live import settle_down

STUDY = """
format = "hanse-lab/1"
name = "cheaper"
runs = 6
[scenario.calm]
[variant.cheap]
"settlement.fee" = 0
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A league's directory."""
    place = tmp_path_factory.mktemp("league") / "live"
    with open_ledger(place) as ledger:
        settle_down(ledger)
    return place


@pytest.fixture(scope="module")
def made(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Fork:
    """A fork that the command made."""
    out = tmp_path_factory.mktemp("forked") / "fork"
    told = hanse("lab", "fork", "--data", data, "--out", out, "--json").json
    assert told["fresh"]
    assert told["directory"] == str(out)
    return read_fork(out)


def finished(made: Fork, place: Path, better: int) -> tuple[Path, Path]:
    """A study whose runs are in its journal, as if they had been played: `cheap` is so many cents cheaper."""
    file, out = place / "study.toml", place / "out"
    file.write_text(STUDY)
    study = read_study(file)
    journal = Journal(out, study, made)
    for run in study.runs():
        journal.add(run, replace(USUAL, cost=USUAL.cost + run.seed - (0 if run.variant == BASE else better)))
    return file, out


def test_findings_lead_to_a_proposal_whose_evidence_is_the_file_beside_it(made: Fork, tmp_path: Path) -> None:
    file, out = finished(made, tmp_path, better=100)
    compared = hanse("lab", "compare", made.directory, file, "--out", out)
    assert compared.code == 0
    assert "better: cost of an order" in " ".join(compared.out.split())
    advised = hanse("lab", "advise", made.directory, file, "--out", out, "--by", "cost", "--json").json
    assert advised == json.loads((out / "proposal.json").read_text())
    assert advised["parameters"] == [{"name": "settlement.fee", "old": 10_000, "new": 0}]
    assert advised["evidence"] == digest((out / "evidence.json").read_bytes())
    assert json.loads((out / "evidence.json").read_text())["runs"]


def test_without_a_sure_gain_nothing_is_written(made: Fork, tmp_path: Path) -> None:
    file, out = finished(made, tmp_path, better=0)
    hanse("lab", "advise", made.directory, file, "--out", out, "--by", "cost").failed(1, "no variant is surely better")
    assert not (out / "proposal.json").exists()


def test_what_is_missing_is_told_in_three_lines(data: Path, made: Fork, tmp_path: Path) -> None:
    file = tmp_path / "study.toml"
    file.write_text(STUDY)
    hanse("lab", "fork", "--data", tmp_path / "none", "--out", tmp_path / "fork").failed(2, "no league")
    hanse("lab", "run", tmp_path, file, "--out", tmp_path / "out").failed(2, "no fork here", "hanse lab fork")
    hanse("lab", "compare", made.directory, file, "--out", tmp_path / "out").failed(2, "no run of this study")
    hanse("lab", "incentives", "--role", "king", "--out", tmp_path / "out").failed(2, "no role")
    hanse("lab", "incentives", "--rule", "settlement.grace", "--out", tmp_path / "out").failed(2, "NAME=VALUE")
    assert not (tmp_path / "out").exists()
    assert data.is_dir()


def test_orders_of_a_league_that_cannot_be_read_are_refused_by_every_process(made: Fork, tmp_path: Path) -> None:
    copy, file = tmp_path / "fork", tmp_path / "study.toml"
    shutil.copytree(made.directory, copy)
    shutil.rmtree(copy / "content")
    file.write_text(STUDY.replace("[scenario.calm]", '[world]\nsource = "league"\n[scenario.calm]'))
    words = ("lab", "run", copy, file, "--out", tmp_path / "out", "--workers", "2")
    hanse(*words).failed(2, "no block of this league has a problem that can be read")


def test_lies_are_played_under_another_rule_and_told_with_their_verdicts(tmp_path: Path) -> None:
    words = ("lab", "incentives", "--role", "solver", "--seeds", 6, "--members", 5, "--orders", 5)
    told = hanse(*map(str, words), "--rule", "round.bond=1000000", "--out", tmp_path, "--json").json
    assert told == json.loads((tmp_path / "incentives.json").read_text())
    verdicts = {lie["name"]: lie["verdict"] for lie in told["lies"]}
    assert verdicts["claim a cost that is not true"] == "costs"
    assert "<svg" in (tmp_path / "incentives.html").read_text()
