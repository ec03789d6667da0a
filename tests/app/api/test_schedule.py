"""The schedule: all plans one may see on one axis, others' left out, and each for other programs."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from hanse.app.api.scheduling import league, together
from hanse.app.client import Refused
from hanse.app.report.gantt import drawn
from hanse.instances import hanse_json
from tests.app.api.house import Town, planned, question


def drawing(job: str, order: int) -> dict[str, Any]:
    problem = question({job: ("Ada", None)})
    _, plan = planned(problem)
    made = drawn(problem, hanse_json.read_plan(json.dumps(plan).encode()))
    made["jobs"][0]["outcome"]["order"] = order
    return made


def test_plans_of_the_same_shops_become_one_with_each_machine_once() -> None:
    one = together([drawing("J1", 1), drawing("J2", 2), drawing("J3", 3)])
    assert [name for name, *_ in one["machines"]] == ["M1", "M2"]
    assert [job["outcome"]["order"] for job in one["jobs"]] == [1, 2, 3]
    assert [(one["jobs"][job]["id"], one["machines"][machine][0]) for job, _, _, machine, *_ in one["bars"]] == [
        ("J1", "M1"), ("J1", "M2"), ("J2", "M1"), ("J2", "M2"), ("J3", "M1"), ("J3", "M2"),
    ]  # fmt: skip
    for job, *_, before, after in one["legs"]:
        assert {one["bars"][bar][0] for bar in (before, after) if bar is not None} == {job}


def test_orders_that_were_given_up_are_left_out_with_their_ways() -> None:
    one = together([drawing("J1", 1), drawing("J2", 2)], gone=["1"])
    assert [job["id"] for job in one["jobs"]] == ["J2"]
    assert {bar[0] for bar in one["bars"]} == {0}
    assert [leg[-2:] for leg in one["legs"]] == [[0, 1]]


def test_of_too_many_bars_the_oldest_plans_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def blocks(*_: int) -> list[Any]:
        return [SimpleNamespace(number=number, orders=(number,), evidence=str(number)) for number in (1, 2, 3)]

    nothing: Any = SimpleNamespace(orders=lambda *_: [], blocks=blocks, members=lambda *_: [])
    who: Any = SimpleNamespace(service=SimpleNamespace(lookup=nothing), eyes=None, sees_all=True)
    drawings: Any = SimpleNamespace(of=lambda _, row: drawing(f"J{row.number}", row.number))
    monkeypatch.setattr("hanse.app.api.scheduling.MOST_SHOWN", 4)
    told = league(who, drawings)
    assert told["left_out"] == 1
    assert [job["id"] for job in told["parts"][0]["jobs"]] == ["J2", "J3"]


def test_whoever_works_or_waits_sees_the_plan_and_a_stranger_does_not(town: Town) -> None:
    for who, parts in (("ada", 1), ("member", 1), ("customer", 1), ("stranger", 0)):
        told = town[who].schedule()
        assert len(told["parts"]) == parts, who
        if parts:
            assert 1 in {job["outcome"]["order"] for job in told["parts"][0]["jobs"]}
    for path in ("schedule?block=1", "blocks/1/exports/json"):
        with pytest.raises(Refused) as refused:
            town["stranger"]._ask("GET", path)
        assert refused.value.status == 404


def test_a_plan_is_exported_as_people_and_programs_want_it(town: Town) -> None:
    def taken(form: str, **query: str) -> httpx.Response:
        return town["member"]._ask("GET", f"blocks/1/exports/{form}", params=query)

    rows = taken("csv").text.splitlines()
    assert len(rows) == 3
    assert "milling" in rows[1]
    own = town["member"].export(1, "csv", member="E2").decode().splitlines()
    assert len(own) == 2
    calendar = taken("ics", start="2026-11-30T08:00+01:00")
    assert calendar.headers["content-type"].startswith("text/calendar")
    assert "DTSTART:20261130T070000Z" in calendar.text
    assert hanse_json.read_plan(taken("json").content).root == town["member"].order(1).block.plan  # type: ignore[union-attr]
    assert taken("xlsx").content[:2] == b"PK"
    assert taken("csv").headers["content-disposition"] == 'attachment; filename="plan-1.csv"'


@pytest.mark.parametrize("start", ["", "2026-11-30T08:00", "soon", "9999-12-31T23:59Z"])
def test_a_calendar_without_a_moment_to_begin_is_refused(town: Town, start: str) -> None:
    with pytest.raises(Refused) as refused:
        town["member"]._ask("GET", "blocks/1/exports/ics", params={"start": start} if start else {})
    assert refused.value.status == 422


def test_an_unknown_member_is_refused(town: Town) -> None:
    with pytest.raises(Refused) as refused:
        town["member"]._ask("GET", "blocks/1/exports/csv", params={"member": "E9"})
    assert refused.value.status == 422


def test_the_ledger_tells_what_it_told_last_page_by_page(town: Town) -> None:
    first = town["stranger"]._ask("GET", "ledger", params={"limit": 3}).json()
    assert len(first["items"]) == 3
    second = town["stranger"]._ask("GET", "ledger", params={"limit": 200, "cursor": first["next"]}).json()
    blocks = [one["block"] for one in [*first["items"], *second["items"]]]
    assert blocks == sorted(blocks, reverse=True)
    assert [one.block for one in town["stranger"].ledger()] == blocks
    told = {(one["what"], one["id"]) for one in [*first["items"], *second["items"]]}
    assert {("order", "1"), ("order", "2"), ("block", "1"), ("agreement", "1"), ("product", "1")} <= told
    assert {"what", "id", "block", "transaction"} == set(first["items"][0])
