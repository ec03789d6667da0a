"""Whole voyages on a real chain, as users sail them; what each leaves behind; and what refuses to sail."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import hanse as library
from hanse.app.cases import data as paper
from hanse.app.cases import load
from tests.app.cli import hanse


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("harbour")


def sail(case: str, harbour: Path) -> dict[str, Any]:
    run = hanse("run", case, "--data", harbour / case, "--out", harbour / "out" / case, "--json")
    assert run.code == 0, run.err
    result: dict[str, Any] = run.json
    return result


@pytest.fixture(scope="module", name="printing")
def printing_(harbour: Path) -> dict[str, Any]:
    """The default voyage."""
    return sail("zhang2019", harbour)


def test_the_default_voyage_plans_every_order_within_its_limits(printing: dict[str, Any]) -> None:
    (part,) = printing["parts"]
    assert len(printing["members"]) == 11
    assert len(printing["orders"]) == 15
    assert all(outcome["ok"] for outcome in part["outcomes"])
    assert part["measures"]["tardiness"] == 0
    assert part["bound_kind"] in ("attested", "certified")
    assert part["lower_bound"] <= part["value"]
    files = printing["files"]
    assert hanse("check", files["problems"][0], files["plans"][0]).code == 0
    assert "<html" in Path(files["report"]).read_text()


def test_the_plan_is_worth_more_to_the_customers_than_the_published_one_which_breaks_a_budget(
    printing: dict[str, Any],
) -> None:
    numbers = paper("zhang2019.json")
    price = {p["provider"]: round(p["C_C"] * 100) for p in numbers["providers"]}
    published = {t: sum(price[p] for p in steps.values()) for t, steps in numbers["published_selection"].items()}
    assert published["5"] > 10500
    # 8.889 is what the judge says of the published plan (docs/preferences.md); the optimum is 9.190.
    assert 8.889 < printing["parts"][0]["measures"]["utility"] <= 9.190142


def test_every_order_is_agreed_paid_to_the_cent_and_only_the_scanner_of_order_10_is_promoted(
    printing: dict[str, Any],
) -> None:
    (part,) = printing["parts"]
    agreements = part["agreements"]
    assert [one["state"] for one in agreements] == ["settled"] * 15
    for one in agreements:
        went = one["paid"] + one["reward"] + one["fee"] + one["back"] + one["back_to_operator"] + one["locked"]
        assert one["deposit"] + one["added"] + one["subsidies"] == went
    costs = {outcome["order"]: outcome["cost"] for outcome in part["outcomes"]}
    assert {one["order"]: sum(asked["price"] for asked in one["asked"]) for one in agreements} == costs
    budgets = {job.customer: job.budget for job in load("zhang2019").parts[0].problem.jobs}
    customers = {order["number"]: order["customer"] for order in printing["orders"]}
    for one in agreements:
        assert one["deposit"] + one["added"] <= (budgets[customers[one["order"]]] or 0)
    (promoted,) = [(one["order"], asked) for one in agreements for asked in one["asked"] if asked["compensation"]]
    assert (promoted[0], promoted[1]["member"]) == (10, "P6")
    assert promoted[1]["compensation"] == 2173
    assert promoted[1]["satisfaction"]["before"] < 820_000 <= promoted[1]["satisfaction"]["after"]
    paid = sum(one["paid"] + one["reward"] + one["fee"] for one in agreements)
    assert sum(flow["amount"] for flow in printing["flows"]) == paid
    assert all(flow["settled"] for flow in printing["flows"])


def test_sailing_again_does_nothing_twice(printing: dict[str, Any], harbour: Path) -> None:
    again = sail("zhang2019", harbour)
    for same in ("members", "orders", "matches", "parts", "flows", "ledger", "created"):
        assert again[same] == printing[same], same


def test_the_audit_agrees_and_the_index_can_be_rebuilt(printing: dict[str, Any]) -> None:
    report = hanse("audit", "--data", printing["data"], "--json")
    assert (report.code, report.json["ok"]) == (0, True)
    nothing = [check["what"] for check in report.json["checks"] if not check["count"]]
    assert nothing == ["keys, delegates and clerks", "promised time and its books", "what communities decided"]
    counts = hanse("reindex", "--data", printing["data"], "--json").json
    assert (counts["members"], counts["orders"], counts["answers"], counts["blocks"]) == (11, 15, 165, 1)
    assert hanse("audit", "--data", printing["data"]).code == 0


def test_the_ten_published_answers_come_out_of_the_contract(harbour: Path) -> None:
    record = sail("ramakurthi2022", harbour)
    published = {row["enterprise"]: row["published_answer"] for row in paper("ramakurthi2022.json")["enterprises"]}
    assert {match["member"]: match["answer"] for match in record["matches"]} == published
    # and they are what the chain's events say, not what the record was told
    index = sqlite3.connect(harbour / "ramakurthi2022" / "ledger.sqlite3")
    assert len(index.execute("SELECT * FROM matches").fetchall()) == 10


def test_each_shop_of_ramakurthi_2023_gets_its_jackson_makespan(harbour: Path) -> None:
    record = sail("ramakurthi2023", harbour)
    assert [part["measures"]["makespan"] for part in record["parts"]] == [40, 80, 93, 92, 115]
    assert [part["status"] for part in record["parts"]] == ["optimal"] * 5
    assert [part["block"]["number"] for part in record["parts"]] == [1, 2, 3, 4, 5]
    previous = [part["block"]["previous"] for part in record["parts"]]
    assert previous[1:] == [part["block"]["hash"] for part in record["parts"]][:-1]


def test_the_worked_example_of_radmanesh_costs_its_optimum(harbour: Path) -> None:
    (part,) = sail("radmanesh2021", harbour)["parts"]
    assert abs(part["measures"]["cost"] - 10463) <= 2
    assert (part["status"], part["bound_kind"]) == ("optimal", "certified")


# --- what refuses to sail ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("seconds", ["0", "-3", "nan", "inf"])
def test_a_time_limit_that_is_no_time_is_refused_before_anything_is_made(seconds: str, tmp_path: Path) -> None:
    run = hanse("run", "zhang2019", "--data", tmp_path / "league", "--time-limit", seconds)
    assert run.code == 2
    assert "--time-limit" in run.err
    assert not (tmp_path / "league").exists()


def test_a_plan_that_is_not_found_in_the_time_given_says_how_to_give_more(tmp_path: Path) -> None:
    run = hanse("run", "zhang2019", "--data", tmp_path, "--out", tmp_path / "out", "--time-limit", "0.000001")
    assert run.code != 0
    assert "--time-limit" in run.err


def test_another_voyage_in_the_same_directory_is_refused(printing: dict[str, Any]) -> None:
    hanse("run", "ramakurthi2022", "--data", printing["data"]).failed(2, "holds the voyage zhang2019", "--data")
    hanse("run", "zhang2019", "--seed", "7", "--data", printing["data"]).failed(2, "with seed 7")


def test_a_chain_that_cannot_be_reached_or_is_no_url_is_named(tmp_path: Path) -> None:
    hanse("run", "--data", tmp_path / "d", "--chain", "http://127.0.0.1:9").failed(4, "127.0.0.1:9")
    hanse("run", "--data", tmp_path / "d", "--chain", "ftp://somewhere").failed(2, "http")


def test_data_of_another_chain_is_refused(printing: dict[str, Any], other_chain: str) -> None:
    hanse("run", "--data", printing["data"], "--chain", other_chain).failed(4, "belongs to chain")
    hanse("audit", "--data", printing["data"], "--chain", other_chain).failed(4, "belongs to chain")


def test_auditing_nothing_is_an_environment_fault(tmp_path: Path) -> None:
    hanse("audit", "--data", tmp_path / "nothing").failed(4, "no league")


def test_without_the_chains_program_one_is_told_how_to_get_it(tmp_path: Path) -> None:
    hanse("run", "--data", tmp_path / "d", HANSE_ANVIL="/nonexistent/anvil").failed(4, "anvil")


def test_a_report_that_cannot_be_written_loses_nothing(printing: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    hanse("run", "--data", printing["data"], "--out", tmp_path / "file" / "out").failed(4, "cannot be written")
    assert hanse("audit", "--data", printing["data"]).code == 0


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system with room for next to nothing."""
    place = tmp_path / "full"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("only root can make a small file system")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_for_the_report_is_named_and_loses_nothing(printing: dict[str, Any], full_disk: Path) -> None:
    hanse("run", "--data", printing["data"], "--out", full_disk).failed(4, "No space left", str(full_disk))
    assert not (full_disk / "report.html").exists()
    assert sail("zhang2019", Path(printing["data"]).parent)["parts"] == printing["parts"]


def test_a_voyage_on_any_other_chain_works_the_same(other_chain: str, funder: str, tmp_path: Path) -> None:
    data = tmp_path / "abroad"
    run = hanse(
        "run", "ramakurthi2022", "--data", data, "--out", tmp_path / "out", "--chain", other_chain, "--json",
        HANSE_FUNDER_KEY=funder,
    )  # fmt: skip
    assert run.code == 0, run.err
    assert hanse("audit", "--data", data, "--chain", other_chain).code == 0
    hanse("audit", "--data", data).failed(4, "belongs to chain")


# --- an auditor finds what was changed --------------------------------------------------------------------------


@pytest.fixture
def copy(printing: dict[str, Any], tmp_path: Path) -> Path:
    shutil.copytree(printing["data"], tmp_path / "copy")
    return tmp_path / "copy"


def contents(data: Path, form: str) -> list[Path]:
    found = []
    for path in (data / "content").rglob("*"):
        if path.is_file() and f'"{form}"'.encode() in path.read_bytes():
            found.append(path)
    return sorted(found)


@pytest.mark.parametrize(
    "form", ["hanse-plan/1", "hanse-problem/1", "hanse-order/1", "hanse-member/1", "hanse-evidence/1"]
)
def test_a_changed_document_is_found(copy: Path, form: str) -> None:
    path = contents(copy, form)[0]
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(b"1", b"2", 1))
    report = hanse("audit", "--data", copy, "--json")
    assert (report.code, report.json["ok"]) == (1, False)


@pytest.mark.parametrize("form", ["hanse-plan/1", "hanse-evidence/1", "hanse-services/1"])
def test_a_missing_document_is_found(copy: Path, form: str) -> None:
    contents(copy, form)[0].unlink()
    assert hanse("audit", "--data", copy).code == 1


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE orders SET quantity = quantity + 1 WHERE number = 3",
        "DELETE FROM matches WHERE order_number = 3",
        "UPDATE blocks SET solver = '0x0000000000000000000000000000000000000001'",
    ],
)
def test_a_changed_read_model_is_found_and_mended(copy: Path, change: str) -> None:
    with sqlite3.connect(copy / "ledger.sqlite3") as database:
        database.execute(change)
    database.close()
    assert hanse("audit", "--data", copy).code == 1
    assert hanse("audit", "--data", copy).code == 0


def test_a_journal_that_names_a_worse_plan_is_refused(copy: Path) -> None:
    journal = json.loads((copy / "voyage.json").read_text())
    plan = contents(copy, "hanse-plan/1")[0]
    better = library.read_plan(plan)
    (copy / "bad.json").write_text(plan.read_text().replace(f'"end": {better.assignments[0].end}', '"end": 99999', 1))
    from hanse.ledger.content import ContentStore

    journal["chosen"][0]["plan"] = ContentStore(copy / "content").put((copy / "bad.json").read_bytes())
    (copy / "voyage.json").write_text(json.dumps(journal))
    hanse("run", "--data", copy, "--out", copy / "out").failed(1, "does not hold")
