"""Reading and writing: what is written reads back equal, and rubbish is refused with its place."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hanse
from hanse.errors import EnvironmentFault, InputError
from hanse.instances import fjs, hanse_json, wire, write_bytes
from hanse.model.plan import Plan
from hanse.model.problem import Problem
from tests.model.test_check import chains

EXAMPLE: dict[str, Any] = {
    "format": "hanse-problem/1",
    "name": "two shops",
    "units": {"time": "minute", "money": "cent", "distance": "metre", "energy": "Wh"},
    "sites": [{"id": "E1", "position": [0, 0]}, {"id": "E2", "position": [3000, 4000]}],
    "transport": {"cost": [[0, 500], [500, 0]], "time": [[0, 12], [12, 0]]},
    "enterprises": [
        {"id": "E1", "site": "E1", "reliability": 0.98, "machines": [
            {"id": "M1", "services": ["milling"], "capacity": 1, "budget": None, "power": 367,
             "available": [[0, 480]]}]}],
    "jobs": [
        {"id": "J1", "customer": "C1", "origin": None, "destination": None, "release": 0, "due": 120, "weight": 1,
         "budget": 20000, "min_quality": 0.8, "plans": [
             {"id": "A", "operations": [
                 {"id": "O1", "service": "milling", "after": [],
                  "modes": [{"machine": "M1", "duration": 6, "cost": 4564, "energy": 2200, "quality": 0.82}]}]}]}],
}  # fmt: skip
"""The example of the design's *Formats*."""

FJS = b"2 2 1.5\n2  1 1 3  2 1 4 2 5\n1  1 2 6\n"


def changed(**changes: Any) -> dict[str, Any]:
    """The example with values replaced at dotted paths (`jobs__0__due=5`)."""
    document: dict[str, Any] = json.loads(json.dumps(EXAMPLE))
    for path, value in changes.items():
        *way, last = [int(step) if step.isdigit() else step for step in path.split("__")]
        inner: Any = document
        for step in way:
            inner = inner[step]
        inner[last] = value
    return document


def read(document: dict[str, Any]) -> Problem:
    return hanse_json.read_problem(json.dumps(document).encode())


def test_the_example_of_the_design_is_read_as_it_says() -> None:
    problem = read(EXAMPLE)
    mode = problem.jobs[0].plans[0].operations[0].modes[0]
    assert (mode.duration, mode.cost, mode.energy, mode.quality) == (6, 4564, 2200, 820_000)
    assert problem.machines["M1"].available == ((0, 480),)
    assert problem.enterprises[0].reliability == 980_000
    assert problem.transport_cost(0, 1) == 500


def test_energy_left_out_is_power_times_duration() -> None:
    document = changed()
    del document["jobs"][0]["plans"][0]["operations"][0]["modes"][0]["energy"]
    assert read(document).jobs[0].plans[0].operations[0].modes[0].energy == 367 * 6


def test_after_left_out_means_after_the_one_before() -> None:
    operation = {"id": "O1", "service": "milling", "modes": [{"machine": "M1", "duration": 1, "quality": 1}]}
    document = changed(jobs__0__plans__0__operations=[operation, operation | {"id": "O2"}])
    assert [o.after for o in read(document).jobs[0].plans[0].operations] == [(), ("O1",)]


def test_transport_by_rates_uses_positions() -> None:
    problem = read(changed(transport={"cost_per_distance": 0.1, "time_per_distance": 0.002}))
    assert (problem.transport_cost(0, 1), problem.transport_time(0, 1)) == (500, 10)


@given(chains())
@settings(max_examples=40, deadline=None)
def test_problems_and_plans_read_back_equal_and_fit_their_schemas(case: tuple[Problem, Plan]) -> None:
    problem, plan = case
    data, answer = hanse_json.write_problem(problem), hanse_json.write_plan(plan)
    assert hanse_json.read_problem(data) == problem
    assert hanse_json.read_problem(data).root == problem.root
    assert hanse_json.read_plan(answer) == plan
    jsonschema.validate(json.loads(data), wire.schema("problem"))
    jsonschema.validate(json.loads(answer), wire.schema("plan"))


def test_the_schemas_are_valid_schemas_and_accept_the_example() -> None:
    for which in ("problem", "plan"):
        jsonschema.Draft202012Validator.check_schema(wire.schema(which))
    jsonschema.validate(EXAMPLE, wire.schema("problem"))


@pytest.mark.parametrize(
    ("document", "place"),
    [
        (changed(format="hanse-problem/9"), "format"),
        (changed(units__time="parsec"), "units.time"),
        (changed(jobs__0__plans__0__operations__0__modes__0__machine="M9"), "job J1, plan A, operation O1"),
        (changed(jobs__0__plans__0__operations__0__modes__0__duration=-1), "modes[0].duration"),
        (changed(jobs__0__plans__0__operations__0__modes__0__duration=1.5), "modes[0].duration"),
        (changed(jobs__0__plans__0__operations__0__modes__0__duration="6"), "modes[0].duration"),
        (changed(jobs__0__plans__0__operations__0__modes__0__duration=10**13), "modes[0].duration"),
        (changed(jobs__0__plans__0__operations__0__modes__0__quality=0.1234567), "modes[0].quality"),
        (changed(jobs__0__plans__0__operations__0__modes=[]), "jobs[0].plans[0].operations[0]"),
        (changed(jobs__0__plans__0__operations__0__after=["O1"]), "jobs[0].plans[0]"),
        (changed(jobs__0__plans__0__operations__0__after=["O7"]), "operation O1, after"),
        (changed(jobs=EXAMPLE["jobs"] * 2), "jobs"),
        (changed(jobs=[]), "jobs"),
        (changed(jobs__0__dew=7), "jobs[0]"),
        (changed(transport__cost=[[0]]), "transport"),
        (changed(transport={"cost": [[0]], "cost_per_distance": 1}), "transport"),
        (changed(enterprises__0__machines__0__available=[[9, 3]]), "machine M1, available"),
        (changed(enterprises__0__site="E9"), "enterprise E1, site"),
    ],
)
def test_a_wrong_value_is_refused_with_its_place(document: dict[str, Any], place: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_text(json.dumps(document))
    with pytest.raises(InputError) as caught:
        hanse.read(path)
    assert place in caught.value.where
    assert "bad.json" in caught.value.where


@given(st.binary(max_size=300))
def test_rubbish_is_refused_and_never_crashes(data: bytes) -> None:
    for read_problem in (hanse_json.read_problem, fjs.read_problem):
        with pytest.raises(InputError):
            read_problem(data)
    with pytest.raises(InputError):
        hanse_json.read_plan(data)


@given(st.integers(0, len(json.dumps(EXAMPLE)) - 1))
def test_a_truncated_file_is_refused(length: int) -> None:
    with pytest.raises(InputError, match="not complete, valid JSON"):
        hanse_json.read_problem(json.dumps(EXAMPLE).encode()[:length])


@pytest.mark.parametrize("data", [b"{" * 100_000, b'{"a":' * 100_000, b"\xff\xfe{}", b""])
def test_hostile_nesting_and_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        hanse_json.read_problem(data)


def test_a_file_larger_than_the_limit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "huge.json"
    with path.open("wb") as file:
        file.truncate(hanse.instances.SIZE_LIMIT + 1)
    with pytest.raises(InputError, match="larger than 256 MiB"):
        hanse.read(path)


def test_the_format_is_chosen_by_content_not_by_suffix(tmp_path: Path) -> None:
    disguised = tmp_path / "shop.json"
    disguised.write_bytes(FJS)
    assert len(hanse.read(disguised).jobs) == 2
    (tmp_path / "shop.fjs").write_text(json.dumps(EXAMPLE))
    assert hanse.read(tmp_path / "shop.fjs").name == "two shops"


def test_a_file_of_no_known_format_or_no_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear customer")
    with pytest.raises(InputError, match="no known format"):
        hanse.read(tmp_path / "letter.txt")
    with pytest.raises(InputError, match="no such file"):
        hanse.read(tmp_path / "nothing.json")
    with pytest.raises(InputError, match="the sheet is missing"):
        hanse.read(tmp_path)  # a folder is read as tables


def test_a_flexible_job_shop_reads_and_writes_back(tmp_path: Path) -> None:
    problem = fjs.read_problem(FJS, "tiny")
    assert [[(m.machine, m.duration) for m in o.modes] for o in problem.jobs[0].plans[0].operations] == [
        [("M1", 3)],
        [("M1", 4), ("M2", 5)],
    ]
    hanse.write(problem, tmp_path / "tiny.fjs")
    assert hanse.read(tmp_path / "tiny.fjs") == problem
    hanse.write(problem, tmp_path / "tiny.json")
    assert hanse.read(tmp_path / "tiny.json").root == problem.root


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (b"2 2\n1 1 1 3\n", "line 1"),
        (b"1 2\n1 1 a 3\n", "line 2"),
        (b"1 2\n1 1 3 3\n", "line 2"),
        (b"1 2\n1 1 1 -3\n", "line 2"),
        (b"1 2\n1 0\n", "line 2"),
        (b"1 2\n1 1 1 3 9\n", "line 2"),
        (b"1 2\n2 1 1 3\n", "line 2"),
        (b"1 2\n1 2 1 3 1 4\n", "line 2"),
        (b"99999999 1\n", "line 1"),
    ],
)
def test_a_broken_job_shop_file_is_refused_with_its_line(text: bytes, place: str) -> None:
    with pytest.raises(InputError) as caught:
        fjs.read_problem(text)
    assert place in caught.value.where


def test_what_a_job_shop_file_cannot_say_is_refused() -> None:
    with pytest.raises(InputError, match="unary machines"):
        fjs.write_problem(read(EXAMPLE))


def test_a_failed_write_leaves_the_old_file_and_no_rubbish(tmp_path: Path) -> None:
    target = tmp_path / "plan.json"
    write_bytes(target, b"old")
    assert stat.S_IMODE(target.stat().st_mode) == 0o666 & ~_umask()
    blocked = tmp_path / "plan.json" / "inside.json"
    with pytest.raises(EnvironmentFault, match="cannot be written"):
        write_bytes(blocked, b"new")
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["plan.json"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_an_environment_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(EnvironmentFault, match="No space left"):
        write_bytes(tmp_path / "plan.json", b"new")
    assert list(tmp_path.iterdir()) == []


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
