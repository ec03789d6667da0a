"""A voyage whose plan is made by competition."""

from __future__ import annotations

import json
from pathlib import Path

from hanse.app.competing import _parts
from tests.app.cli import hanse


def test_a_voyage_with_solvers_ends_with_their_plan_on_the_chain(tmp_path: Path) -> None:
    data, out = tmp_path / "data", tmp_path / "out"
    run = hanse("run", "radmanesh2021", "--solvers", "2", "--data", data, "--out", out, "--json")
    assert run.code == 0, run.err
    (part,) = run.json["parts"]
    plan = json.loads(Path(run.json["files"]["plans"][0]).read_text())
    assert (part["status"], plan["solver"]) == ("optimal", "round")
    status = hanse("round", "status", "--data", data, "--json")
    assert status.json["phase"] == "over"
    winners = [claim for claim in status.json["claims"] if claim["fate"] == "accepted"]
    assert sum(claim["demands"] for claim in winners) == 3
    assert all(0 < claim["reward"] <= status.json["pot"] for claim in winners)
    audit = hanse("audit", "--data", data, "--json")
    assert (audit.code, audit.json["ok"]) == (0, True)


def test_solvers_take_the_whole_then_halves_then_thirds() -> None:
    assert _parts(1) == ["all"]
    assert _parts(5) == ["all", "share:1/2", "share:2/2", "share:1/3", "share:2/3"]
