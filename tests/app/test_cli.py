"""The commands that need no ledger: they do what they say, and every fault has one clear message and its exit code."""

from __future__ import annotations

import json
import time
from pathlib import Path

import jsonschema
import pytest

from hanse.app.cases import CASES
from tests.app.cli import hanse
from tests.instances.test_instances import EXAMPLE, FJS, changed


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.fjs"
    path.write_bytes(FJS)
    return path


@pytest.fixture
def solved(shop: Path, tmp_path: Path) -> Path:
    plan = tmp_path / "plan.json"
    assert hanse("solve", shop, "--time-limit", "5", "--out", plan, "--quiet").code == 0
    return plan


def test_solving_writes_a_plan_that_the_checker_accepts(shop: Path, solved: Path) -> None:
    document = json.loads(solved.read_text())
    assert (document["value"], document["lower_bound"], document["status"]) == (7, 7, "optimal")
    assert hanse("check", shop, solved).code == 0


def test_a_plan_is_drawn_as_page_or_picture(shop: Path, tmp_path: Path) -> None:
    for name, begins in (("plan.html", "<!doctype html>"), ("plan.svg", "<svg")):
        run = hanse("solve", shop, "--time-limit", "5", "--gantt", tmp_path / name)
        assert (run.code, f"open {tmp_path / name}" in run.out.replace("\n", "")) == (0, True), run
        assert (tmp_path / name).read_text().startswith(begins)
    hanse("solve", shop, "--gantt", tmp_path / "plan.png").failed(2, "name it .html or .svg")


def test_what_is_frozen_stays_and_the_start_is_a_floor(shop: Path, solved: Path, tmp_path: Path) -> None:
    before, after = json.loads(solved.read_text()), tmp_path / "after.json"
    for freeze in ("until=1000000", str(solved)):
        run = hanse("solve", shop, "--start", solved, "--freeze", freeze, "--out", after, "--time-limit", "5")
        assert (run.code, "optimal" in run.out) == (0, True), run
        assert json.loads(after.read_text())["assignments"] == before["assignments"]
        assert hanse("check", shop, after).code == 0
    hanse("solve", shop, "--freeze", "until=5").failed(2, "no plan to start from")
    hanse("solve", shop, "--start", solved, "--freeze", "until=noon").failed(2, "until=120")
    hanse("solve", shop, "--freeze", tmp_path / "nothing.json").failed(2, "nothing.json")


def test_solve_json_is_the_plan_itself(shop: Path) -> None:
    run = hanse(
        "solve", shop, "--objective", "makespan", "--time-limit", "5", "--threads", "1", "--seed", "3", "--json"
    )
    assert run.code == 0
    jsonschema.validate(run.json, hanse("schema", "plan").json)
    assert run.err == ""


def test_an_altered_plan_is_refused_with_each_violation_named(shop: Path, solved: Path) -> None:
    document = json.loads(solved.read_text())
    document["assignments"][0]["end"] += 1
    document["measures"]["makespan"] -= 1
    solved.write_text(json.dumps(document))
    run = hanse("check", shop, solved)
    assert run.code == 1
    assert "mode: job J1" in run.out
    assert "measures.makespan" in run.out
    verdict = hanse("check", shop, solved, "--json")
    assert (verdict.code, verdict.json["valid"]) == (1, False)
    assert {"mode", "claim"} <= {violation["rule"] for violation in verdict.json["violations"]}


def test_a_plan_for_another_problem_is_refused(solved: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text(json.dumps(EXAMPLE))
    run = hanse("check", other, solved)
    assert run.code == 1
    assert "claim: problem" in run.out


def test_converting_and_back_keeps_the_problem(shop: Path, tmp_path: Path) -> None:
    assert hanse("convert", shop, tmp_path / "shop.json").code == 0
    assert hanse("convert", tmp_path / "shop.json", tmp_path / "again.fjs").code == 0
    assert (tmp_path / "again.fjs").read_text().split()[:2] == ["2", "2"]
    jsonschema.validate(json.loads((tmp_path / "shop.json").read_text()), hanse("schema", "problem").json)


def test_every_case_is_listed() -> None:
    assert [row["id"] for row in hanse("cases", "--json").json] == [entry.id for entry in CASES]
    assert all(entry.id in hanse("cases").out for entry in CASES)


def test_help_names_every_command_and_loads_nothing_heavy() -> None:
    run = hanse("--help")
    assert all(
        command in run.out for command in ("run", "solve", "check", "convert", "schema", "cases", "audit", "reindex")
    )
    assert hanse("--version").out.startswith("hanse 0.")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (json.dumps(EXAMPLE)[:-40], "not complete, valid JSON"),
        (json.dumps(changed(units__time="parsec")), '"parsec" is not a unit of time'),
        (json.dumps(changed(jobs__0__plans__0__operations__0__modes__0__machine="M9")), 'unknown machine "M9"'),
        (json.dumps(changed(jobs__0__plans__0__operations__0__modes__0__duration=-6)), "duration"),
        (json.dumps(changed(jobs__0__plans__0__operations__0__modes=[])), "no mode"),
        (json.dumps(changed(jobs__0__plans__0__operations__0__after=["O1"])), "circle"),
        (json.dumps(changed(jobs=EXAMPLE["jobs"] * 2)), '"J1" appears twice'),
        ("2 2\n1 1 one 3\n1 1 1 2\n", '"one" is not a whole number'),
        ("{" * 200_000, "not complete, valid JSON"),
        ("", "no known format"),
    ],
    ids=["truncated", "units", "machine", "negative", "empty modes", "cycle", "duplicate", "fjs", "nested", "empty"],
)
def test_bad_input_is_named_and_changes_nothing(content: str, said: str, tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text(content)
    out = tmp_path / "plan.json"
    hanse("solve", bad, "--out", out).failed(2, said, "bad.json")
    hanse("check", bad, bad).failed(2, said)
    assert not out.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("--objective", "speed"),
        ("--method", "magic"),
        ("--time-limit", "0"),
        ("--time-limit", "nan"),
        ("--time-limit", "-3"),
    ],
)
def test_bad_options_are_bad_input(shop: Path, arguments: tuple[str, str]) -> None:
    hanse("solve", shop, *arguments).failed(2)


def test_unknown_names_are_bad_input(tmp_path: Path) -> None:
    hanse("run", "atlantis", "--data", tmp_path / "d").failed(2, 'no case "atlantis"', "zhang2019")
    hanse("schema", "novel").failed(2, "problem or plan")
    hanse("solve", tmp_path / "nothing.json").failed(2, "no such file")
    assert not (tmp_path / "d").exists()


def test_an_infeasible_problem_says_why(tmp_path: Path) -> None:
    path = tmp_path / "dear.json"
    path.write_text(json.dumps(changed(jobs__0__budget=4563)))
    for objective in ("cost", "makespan"):
        hanse("solve", path, "--objective", objective).failed(3, "J1", "4563")


def test_a_plan_that_cannot_be_written_is_an_environment_fault(shop: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    hanse("solve", shop, "--time-limit", "2", "--out", tmp_path / "file" / "plan.json").failed(4, "cannot be written")


def test_help_is_quick_enough_to_be_asked_for() -> None:
    """Under 0.4 s is promised; the fastest of five runs is compared with an empty Python, so that a busy machine
    cannot fail it: loading all of a solver or the chain would cost many times as much."""
    import subprocess
    import sys

    def fastest(*command: str) -> float:
        times = []
        for _ in range(5):
            begun = time.perf_counter()
            subprocess.run(command, capture_output=True, check=True)
            times.append(time.perf_counter() - begun)
        return min(times)

    heavy = fastest(sys.executable, "-c", "import web3, ortools.sat.python.cp_model")
    assert fastest(sys.executable, "-m", "hanse.app.cli", "--help") < heavy
    code = "import sys\nsys.argv = ['hanse', '--help']\ntry:\n    from hanse.app.cli import main; main()\nfinally:\n"
    code += (
        "    print([m for m in ('web3', 'ortools', 'numpy', 'msgspec', 'rich') if m in sys.modules], file=sys.stderr)"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False).stderr
    assert loaded.strip() in ("[]", "['rich']")
