"""Certificates from the command line: a true one is accepted, a lie is named, rubbish is bad input."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from tests.app.cli import hanse


def league(budget: int | None) -> dict[str, Any]:
    """Six jobs of one operation; the cheap machine may be given work for half of them if it has a budget."""
    machines = [
        {"id": name, "services": ["work"], "capacity": None, "budget": limit}
        for name, limit in (("cheap", budget), ("dear", None))
    ]
    modes = [{"machine": "cheap", "duration": 10, "cost": 100}, {"machine": "dear", "duration": 10, "cost": 150}]
    return {
        "format": "hanse-problem/1",
        "name": "half",
        "sites": [{"id": "S"}],
        "enterprises": [{"id": "E", "site": "S", "machines": machines}],
        "jobs": [
            {"id": f"J{i}", "plans": [{"id": "A", "operations": [{"id": "O", "service": "work", "modes": modes}]}]}
            for i in range(6)
        ],
    }


@pytest.fixture(params=[None, 30], ids=["free", "budget"])
def made(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, Path, Path]:
    problem, plan, certificate = tmp_path / "problem.json", tmp_path / "plan.json", tmp_path / "plan.cert"
    problem.write_text(json.dumps(league(request.param)))
    assert hanse("solve", problem, "--objective", "cost", "--time-limit", "5", "--out", plan, "--quiet").code == 0
    run = hanse("certify", problem, plan, certificate, "--time-limit", "3", "--json")
    assert run.code == 0, run.err
    assert run.json["cost"] == run.json["bound"] == (600 if request.param is None else 750)
    return problem, plan, certificate


def test_a_certificate_of_the_optimum_is_accepted(made: tuple[Path, Path, Path]) -> None:
    run = hanse("verify", *made)
    assert run.code == 0
    assert "the best possible" in run.out
    assert hanse("verify", *made, "--json").json["valid"] is True


def test_no_flipped_byte_is_accepted(made: tuple[Path, Path, Path]) -> None:
    problem, plan, certificate = made
    data, draw = certificate.read_bytes(), random.Random(7)
    for _ in range(6):
        at = draw.randrange(len(data))
        certificate.write_bytes(data[:at] + bytes([data[at] ^ 1 << draw.randrange(8)]) + data[at + 1 :])
        run = hanse("verify", problem, plan, certificate)
        assert run.code in (1, 2), (at, run)
        assert "Traceback" not in run.err


def test_a_certificate_of_another_plan_is_refused(made: tuple[Path, Path, Path]) -> None:
    problem, plan, certificate = made
    document = json.loads(plan.read_text())
    for run in document["assignments"]:
        run["start"], run["end"] = run["start"] + 5, run["end"] + 5
    document["measures"]["makespan"] += 5
    plan.write_text(json.dumps(document))
    assert hanse("check", problem, plan).code == 0
    hanse("verify", problem, plan, certificate).failed(1, "another plan")


def test_rubbish_is_no_certificate(made: tuple[Path, Path, Path]) -> None:
    problem, plan, certificate = made
    for data in (b"", b"\x01", b"\x01" * 4000, certificate.read_bytes()[:-1], certificate.read_bytes() + b"\0"):
        certificate.write_bytes(data)
        hanse("verify", problem, plan, certificate).failed(2, "plan.cert")


def test_a_plan_that_does_not_hold_gets_no_certificate(made: tuple[Path, Path, Path], tmp_path: Path) -> None:
    problem, plan, _ = made
    document = json.loads(plan.read_text())
    document["assignments"][0]["end"] += 1
    plan.write_text(json.dumps(document))
    hanse("certify", problem, plan, tmp_path / "none.cert").failed(1, "cannot be certified")
    assert not (tmp_path / "none.cert").exists()
