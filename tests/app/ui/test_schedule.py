"""The schedule in the browser: one chart of all plans, what changed, thousands of bars, and files to take away."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from hanse.app.ui import texts
from tests.app.ui.conftest import Window
from tests.app.ui.test_pages import opened

say, chart = texts.Schedule, texts.Charts
READY = "document.documentElement.dataset.ready === 'true'"


def drawn(page: Page, path: str = "/schedule") -> Page:
    opened(page, path)
    page.wait_for_function(READY)
    return page


def rows(page: Page) -> list[str]:
    found: list[str] = page.evaluate(
        "hanseShown.gantt.rows().filter((row) => row.kind === 'row').map((row) => row.name)"
    )
    return found


def test_rows_are_machines_orders_or_members(window: Window) -> None:
    page = drawn(window("ada"))
    assert rows(page) == ["E1", "E2"]
    page.get_by_role("button", name="by orders").click()
    assert "order 1" in rows(page)
    page.get_by_role("button", name="by members").click()
    assert rows(page) == ["E1", "E2"]
    assert page.evaluate("hanseShown.gantt.rows()[0].more") == "1 machine"


def test_a_bar_says_what_it_is_by_key_and_the_page_follows_its_dark_switch(window: Window) -> None:
    page = drawn(window("member"))
    page.locator("#gantt canvas").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#said")).to_contain_text("order 1, operation O1")
    expect(page.locator("#tip")).to_contain_text("milling")
    page.get_by_role("button", name=texts.Common.colours).click()
    page.wait_for_function("document.documentElement.dataset.theme === 'dark'")
    assert page.evaluate("hanseShown.isDark()") is True


def test_what_changed_since_the_last_visit_is_marked_until_it_was_seen(window: Window) -> None:
    page = drawn(window("customer"))
    expect(page.locator("#changes")).to_have_text(chart.first)
    page.evaluate("""() => {
      const name = Object.keys(localStorage).find((key) => key.startsWith("hanse-seen"));
      const kept = JSON.parse(localStorage.getItem(name));
      kept.bars["1|O1"] += "0";
      delete kept.bars["1|O2"];
      kept.bars["0|O9"] = "E1|M1|0|1";
      localStorage.setItem(name, JSON.stringify(kept));
    }""")
    drawn(page)
    expect(page.locator("#changes")).to_contain_text(f"1 {chart.new}, 1 {chart.moved}, 1 {chart.gone}")
    fresh = "[...hanseShown.data.parts[0].fresh.values()].sort()"
    assert page.evaluate(fresh) == [chart.moved, chart.new]
    expect(page.locator("#gantt .key.fresh")).to_be_visible()
    page.get_by_role("button", name=chart.seen).click()
    expect(page.locator("#gantt .key.fresh")).to_be_hidden()
    drawn(page)
    expect(page.locator("#changes")).to_contain_text(chart.same)


def test_plans_of_other_units_stand_on_an_axis_of_their_own(window: Window) -> None:
    page, value = window("ada"), many(200)
    other = json.loads(json.dumps(value["parts"][0]))
    other["units"]["time"], other["bars"] = "hour", other["bars"][:50]
    body = json.dumps({**value, "parts": [value["parts"][0], other]})

    def answer(route: Route) -> None:
        route.fulfill(body=body, content_type="application/json")

    page.route("**/api/v1/schedule", answer)
    drawn(page)
    page.get_by_label(chart.units).select_option("hour, cent")
    assert page.evaluate("hanseShown.gantt.rows().reduce((sum, row) => sum + row.bars.length, 0)") == 50


def test_a_stranger_sees_no_bars_and_hears_why(window: Window) -> None:
    expect(drawn(window("stranger")).locator("#gantt")).to_have_text(chart.empty)


def many(bars: int) -> dict[str, Any]:
    """What the API says of a plan of so many operations."""
    jobs = bars // 100
    outcome = {"cost": 1, "completion": 9_000, "quality": None, "within_limits": True, "energy": 1}
    return {
        "thing": "order", "members": [], "orders": [],
        "parts": [{
            "name": "many", "units": {"time": "minute", "money": "cent", "distance": "metre", "energy": "Wh"},
            "sites": [["E1", None], ["E2", None]], "members": [["E1", 0], ["E2", 1]],
            "machines": [[f"M{i}", i % 2, 1, [[0, 100_000]]] for i in range(50)],
            "jobs": [
                {"id": f"J{i}", "customer": "Ada", "release": 0, "due": 5_000, "budget": None, "least": None,
                 "outcome": {**outcome, "order": i, "job": f"J{i}"}} for i in range(jobs)
            ],
            "bars": [[i % jobs, f"O{i}", "milling", i % 50, 60 * (i // 50), 60 * (i // 50) + 50, 1, 1, None]
                     for i in range(bars)],
            "legs": [],
        }],
    }  # fmt: skip


def test_five_thousand_bars_are_there_soon_and_move_at_once(window: Window) -> None:
    """Two seconds on a quiet machine; a busy one gets more."""
    page, body = window("ada"), json.dumps(many(5_000))

    def answer(route: Route) -> None:
        route.fulfill(body=body, content_type="application/json")

    page.route("**/api/v1/schedule", answer)
    drawn(page)  # what is kept by every browser is kept
    begun = time.perf_counter()
    page.goto("/schedule", wait_until="commit")
    page.wait_for_function(READY)
    ready = time.perf_counter() - begun
    assert page.evaluate("hanseShown.data.parts[0].bars.length") == 5_000
    begun = time.perf_counter()
    page.get_by_role("button", name="Zoom in").click()
    page.evaluate("new Promise(requestAnimationFrame)")
    assert ready < 6
    assert time.perf_counter() - begun < 2


@pytest.mark.parametrize(
    ("button", "suffix", "holds"),
    [(say.ics, "ics", b"BEGIN:VCALENDAR"), (say.csv, "csv", b"order,customer"), (say.json, "json", b"hanse-plan/1")],
)
def test_a_plan_is_taken_away(window: Window, button: str, suffix: str, holds: bytes) -> None:
    page = drawn(window("member"))
    with page.expect_download() as taken:
        page.get_by_role("button", name=button, exact=True).click()
    assert taken.value.suggested_filename.endswith(f".{suffix}")
    assert holds in taken.value.path().read_bytes()


def test_a_calendar_without_a_date_is_not_taken_and_why_is_said(window: Window) -> None:
    page = drawn(window("member"))
    page.get_by_label(say.begins).fill("")
    page.get_by_role("button", name=say.ics, exact=True).click()
    expect(page.get_by_text(say.begins_wrong)).to_be_visible()


def test_printed_it_is_pictures_and_no_buttons(window: Window) -> None:
    page = drawn(window("ada"))
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    expect(page.locator(".printed canvas").first).to_be_visible()
    expect(page.locator("#gantt .tools")).to_be_hidden()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(page.locator(".printed")).to_have_count(0)
