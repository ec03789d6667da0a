"""Studies: what a file holds is said with every fault, plans and fronts are calculated beside the service, and nobody
can hold it up or look into another's."""

from __future__ import annotations

import io
import json
import secrets
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import hanse
from hanse.app.api.problems import Conflict
from hanse.app.api.studies import Studies
from hanse.app.client import Client, Refused
from hanse.errors import EnvironmentFault
from hanse.instances import hanse_json, tables
from tests.app.api.house import Town, question, until

ONE = question({"J2": ("Customer", None)})


def _hard() -> Any:
    """A problem nobody proves in a minute."""
    jobs: dict[str, tuple[str, int | None]] = {f"R{i}": ("Customer", None) for i in range(40)}
    document = json.loads(hanse_json.write_problem(question(jobs, capacity=1)))
    for i, job in enumerate(document["jobs"]):
        job["due"] = 30 * i
        for k, operation in enumerate(job["plans"][0]["operations"]):
            operation["modes"][0]["duration"] = 20 + 7 * ((i * 13 + k * 5) % 11)
    return hanse_json.read_problem(json.dumps(document).encode())


def looked(who: Client, data: bytes, name: str = "shop.json") -> dict[str, Any]:
    return who.look(name, data).model_dump(mode="json")


def begun(who: Client, what: str = "plan", objective: str = "cost", seconds: int = 5, problem: Any = ONE) -> Any:
    document = json.loads(hanse_json.write_problem(problem))
    body = {"what": what, "problem": document, "objective": objective, "seconds": seconds}
    return who._ask("POST", "studies", json=body).json()


def over(who: Client, study: Any, seconds: float = 120) -> Any:
    until(lambda: now(who, study)["state"] != "running", seconds)
    return now(who, study)


def now(who: Client, study: Any) -> Any:
    return who._ask("GET", f"studies/{study['id']}").json()


@pytest.fixture
def clean(town: Town) -> Iterator[None]:
    """Nobody's study is running, before and after."""
    yield
    for name in ("ada", "customer", "stranger"):
        for study in town[name].studies():
            town[name].forget_study(study)


def test_a_problem_is_recognised_and_its_jobs_are_orders(town: Town) -> None:
    seen = looked(town["ada"], hanse_json.write_problem(ONE))
    assert (seen["kind"], seen["total"], seen["root"]) == ("hanse", 0, ONE.root)
    assert seen["counts"] == {"members": 2, "machines": 2, "orders": 1, "operations": 2}
    assert [(one["job"], one["order"], one["differs"]) for one in seen["jobs"]] == [("J2", 2, [])]
    assert hanse_json.read_problem(json.dumps(seen["problem"]).encode()).root == ONE.root


def test_a_job_that_asks_for_something_else_says_what(town: Town) -> None:
    other = question({"J2": ("Somebody", 7), "J9": ("Customer", None)})
    jobs = looked(town["ada"], hanse_json.write_problem(other))["jobs"]
    assert [(one["job"], one["order"]) for one in jobs] == [("J2", 2), ("J9", None)]
    assert jobs[0]["differs"][0] == "order 2 asks for customer Customer, the job says Somebody"


def test_a_drafted_workbook_lacks_only_what_planners_know(town: Town) -> None:
    drafted = town["ada"].draft()
    seen = looked(town["ada"], drafted, "problem.xlsx")
    assert seen["counts"]["orders"] == len([*town["ada"].orders("open")])
    assert {fault["where"].split(",")[0] for fault in seen["faults"]} == {"modes"}
    sheets = dict(tables.files.unpack(drafted))
    columns, rows = sheets["modes"]
    offers, filled = {"O1": "E1-1", "O2": "E2-1"}, []
    for name, row in [(str(row.cells["operation"]), row) for row in rows]:
        filled.append(replace(row, cells={**row.cells, "machine": offers[name], "duration": 5, "cost": 1}))
    sheets["modes"] = columns, tuple(filled)
    seen = looked(town["ada"], tables.pack(sheets), "problem.xlsx")
    assert seen["faults"] == []
    assert [one["differs"] for one in seen["jobs"] if one["job"] == "J2"] == [[]]


def test_somebody_elses_orders_are_not_told(town: Town) -> None:
    seen = looked(town["stranger"], hanse_json.write_problem(ONE))
    assert seen["jobs"][0]["order"] is None


def test_every_fault_of_a_workbook_has_its_place(town: Town) -> None:
    sheets = dict(tables.sheets_of(ONE))
    modes = sheets["modes"]
    wrong = [dict(row.cells) | {"duration": "soon"} for row in modes[1]]
    rows = tuple(type(row)(row.sheet, row.number, values) for row, values in zip(modes[1], wrong, strict=True))
    sheets["modes"] = (modes[0], rows)
    seen = looked(town["ada"], tables.pack_archive(sheets), "shop.zip")
    assert (seen["kind"], seen["total"], seen["problem"]) == ("tables", 2, None)
    assert [fault["where"] for fault in seen["faults"]] == [
        "modes, row 2, duration",
        "modes, row 3, duration",
    ]


@pytest.mark.parametrize(
    "data", [b"\x00\x01 nothing we know", b'{"format": "hanse-problem/1"', b"PK\x03\x04 not an archive"]
)
def test_what_is_no_problem_is_said_to_be_none(town: Town, data: bytes) -> None:
    seen = looked(town["ada"], data)
    assert seen["total"] == 1
    assert seen["problem"] is None
    assert seen["faults"][0]["message"]


def test_an_archive_that_unpacks_to_more_than_there_is_ends_its_reader_and_nothing_else(town: Town) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("orders.csv", b"order\n" + b"x" * (300 * 2**20))
    seen = looked(town["ada"], packed.getvalue(), "bomb.zip")
    assert seen["total"] == 1
    assert "unpacks to more than" in seen["faults"][0]["message"]


def test_one_file_a_person_is_read_at_a_time_and_few_in_all(tmp_path: Path) -> None:
    studies, data = Studies(tmp_path / "studies"), hanse_json.write_problem(ONE)
    studies._looking.update("abc")
    with pytest.raises(Conflict):
        studies.look("a", "x.json", data)
    assert studies.look("d", "x.json", data)[0]["total"] == 0
    studies._looking.add("d")
    with pytest.raises(EnvironmentFault):
        studies.look("e", "x.json", data)
    studies.close()


def test_what_is_not_base64_or_too_large_is_refused(town: Town) -> None:
    for data in ("not base64!", "A" * 4_060_000):
        with pytest.raises(Refused) as refused:
            town["ada"]._ask("POST", "files", json={"name": "x", "data": data})
        assert refused.value.status in (413, 422)


@pytest.mark.usefixtures("clean")
def test_a_plan_is_found_told_and_checked(town: Town) -> None:
    ada = town["ada"]
    study = over(ada, begun(ada))
    assert (study["state"], study["points"][-1]["value"]) == ("done", 60_500_000_000)
    found = ada._ask("GET", f"studies/{study['id']}/results/plan.json")
    assert found.headers["content-disposition"] == 'attachment; filename="plan.json"'
    plan = hanse_json.read_plan(found.content)
    assert hanse.check(ONE, plan).valid
    drawing = ada._ask("GET", f"studies/{study['id']}/results/drawing.json").json()
    assert len(drawing["bars"]) == 2
    assert ada.studies()[0].id == study["id"]


@pytest.mark.usefixtures("clean")
def test_a_search_can_be_ended_with_the_best_so_far(town: Town) -> None:
    ada, hard = town["ada"], _hard()
    study = begun(ada, objective="tardiness", seconds=120, problem=hard)
    until(lambda: any(point["value"] is not None for point in now(ada, study)["points"]))
    assert now(ada, study)["state"] == "running"
    ada.end_study(ada.studies()[0])
    ended = over(ada, study, 30)
    assert ended["state"] == "done", ended
    assert ended["took"] < 60
    plan = hanse_json.read_plan(ada._ask("GET", f"studies/{study['id']}/results/plan.json").content)
    assert hanse.check(hard, plan).valid


@pytest.mark.usefixtures("clean")
def test_a_front_is_found_with_its_page(town: Town) -> None:
    customer, document = town["customer"], json.loads(hanse_json.write_problem(ONE))
    study = customer.study(document, what="front", objective="cost,makespan", seconds=5)
    assert study.results == ["problem.json", "front.json", "front.csv", "front.html"]
    assert customer.study_result(study, "front.csv").startswith(b"point,")
    page = customer._ask("GET", f"studies/{study.id}/results/front.html")
    assert page.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in page.headers["content-security-policy"]


@pytest.mark.usefixtures("clean")
def test_nobody_sees_anothers_study(town: Town) -> None:
    study = over(town["ada"], begun(town["ada"]))
    for method, path in (("GET", ""), ("GET", "/results/plan.json"), ("DELETE", ""), ("POST", "/enough")):
        with pytest.raises(Refused) as refused:
            town["customer"]._ask(method, f"studies/{study['id']}{path}")
        assert refused.value.status == 404
    assert now(town["ada"], study)["state"] == "done"


@pytest.mark.usefixtures("clean")
def test_each_has_one_at_a_time_and_a_coordinator_finds_a_place(town: Town) -> None:
    hard = _hard()
    slow = {"objective": "makespan", "seconds": 60, "problem": hard}
    first = begun(town["customer"], "front", "makespan,cost", 60, hard)
    with pytest.raises(Refused) as again:
        begun(town["customer"], **slow)
    assert again.value.status == 409
    with pytest.raises(Refused) as full:
        begun(town["stranger"], **slow)
    assert full.value.status == 503
    of_ada = begun(town["ada"], seconds=1)
    assert over(town["ada"], of_ada)["state"] == "done"
    town["customer"]._ask("DELETE", f"studies/{first['id']}")
    with pytest.raises(Refused):
        now(town["customer"], first)
    assert over(town["customer"], begun(town["customer"]))["state"] == "done"


@pytest.mark.usefixtures("clean")
@pytest.mark.parametrize(
    "body",
    [
        {"what": "plan", "problem": {"format": "hanse-problem/1"}},
        {"what": "plan", "objective": "beauty"},
        {"what": "front", "objective": "cost"},
        {"what": "plan", "seconds": 301},
        {"what": "everything"},
    ],
)
def test_what_cannot_be_calculated_is_refused_at_once(town: Town, body: dict[str, Any]) -> None:
    whole = {"problem": json.loads(hanse_json.write_problem(ONE)), **body}
    with pytest.raises(Refused) as refused:
        town["ada"]._ask("POST", "studies", json=whole)
    assert refused.value.status == 422


@pytest.mark.usefixtures("clean")
def test_a_problem_without_a_plan_says_why(town: Town) -> None:
    document = json.loads(hanse_json.write_problem(ONE))
    for enterprise in document["enterprises"]:
        for machine in enterprise["machines"]:
            machine["available"] = [[0, 10]]
    study = over(town["ada"], begun(town["ada"], problem=hanse_json.read_problem(json.dumps(document).encode())))
    assert study["state"] == "failed"
    assert study["reason"]


@pytest.mark.parametrize("name", ["../asked.json", "asked.json", "..%2F..%2Fledger.sqlite3", "front.json"])
def test_only_results_are_given_out(town: Town, name: str) -> None:
    study = over(town["ada"], begun(town["ada"], seconds=1))
    with pytest.raises(Refused) as refused:
        town["ada"]._ask("GET", f"studies/{study['id']}/results/{name}")
    assert refused.value.status in (404, 422)


def test_a_study_knows_nothing_of_the_services_secrets_and_ends_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANSE_KEY", "0x" + secrets.token_hex(32))
    studies = Studies(tmp_path / "studies")
    hard = _hard()
    study = studies.begin("ada", "front", hanse_json.write_problem(hard), "makespan,cost", 60)
    assert study.process is not None
    assert study.process.stdin is not None
    environment = Path(f"/proc/{study.process.pid}/environ")
    if environment.exists():
        assert b"HANSE_KEY" not in environment.read_bytes()
    study.process.stdin.close()  # as if the service was killed
    until(lambda: study.state != "running")
    assert study.state == "failed"
    studies.close()
    assert not (tmp_path / "studies").exists()


def test_a_fault_of_ours_goes_to_the_log_and_not_to_whoever_asked(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    studies = Studies(tmp_path / "studies")
    study = studies.begin("ada", "plan", b'{"not": "checked before"}', "cost", 1, more={"what": "round", "round": {}})
    until(lambda: study.state != "running")
    studies.close()
    assert study.failure["message"] == "it met a fault of ours"
    assert [one.fields["at"].split(" at ")[0] for one in caplog.records] == ["ValidationError"]  # type: ignore[attr-defined]


def test_a_study_that_is_done_ends_by_itself_while_its_service_listens(tmp_path: Path) -> None:
    (tmp_path / "asked.json").write_text('{"what": "look"}')  # and no file to look at
    command = [sys.executable, "-P", "-m", "hanse.app.api.study", str(tmp_path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert b'"failed"' in process.stdout.read()
        assert process.wait(60) == 0, process.stderr.read()


def test_a_study_that_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hanse.app.api.studies.GRACE_SECONDS", -59.9)
    studies = Studies(tmp_path / "studies")
    hard = _hard()
    study = studies.begin("ada", "front", hanse_json.write_problem(hard), "makespan,cost", 60)
    until(lambda: study.state != "running")
    assert study.state == "failed"
    assert "too much time" in study.failure["message"]
    with pytest.raises(EnvironmentFault):
        _fill(studies, hard)
    studies.close()


def _fill(studies: Studies, problem: Any) -> None:
    for owner in ("b", "c"):
        studies.begin(owner, "front", hanse_json.write_problem(problem), "makespan,cost", 60)


def test_folders_of_a_service_that_was_killed_are_gone(tmp_path: Path) -> None:
    left = tmp_path / "studies" / "old"
    left.mkdir(parents=True)
    Studies(tmp_path / "studies")
    assert not left.exists()
