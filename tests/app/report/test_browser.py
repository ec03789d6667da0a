"""The report in a real browser: nothing fails, nothing is fetched, everything answers to pointer and key."""

from __future__ import annotations

import json
import os
import re
import shutil
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from hanse.app.report import words, write
from hanse.app.report.gantt import save_gantt
from tests.app.report import voyages
from tests.app.report.opened import Page, logs

VOYAGES = {
    "small": voyages.small, "agreed": voyages.agreed, "late": voyages.late, "hostile": voyages.hostile,
    "big": voyages.big,
}  # fmt: skip
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=1280,900",
)  # fmt: skip


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Addresses of the reports of all made-up voyages."""
    folder = tmp_path_factory.mktemp("reports")
    for name, make in VOYAGES.items():
        write(make(), folder / f"{name}.html")
    write(voyages.big(orders=200), folder / "huge.html")
    return {path.stem: path.as_uri() for path in folder.iterdir()}


def _without_browser() -> NoReturn:
    """On a desk without a browser these tests are skipped and say so; where one is promised they fail."""
    said = "the report is tested in a real browser: install chromium and chromedriver (Debian: chromium-driver)"
    if os.environ.get("HANSE_REQUIRE_BROWSER"):
        pytest.fail(said)
    pytest.skip(said)


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """One headless Chromium for the module, with its logs of console and network."""
    binary, driver = shutil.which("chromium") or shutil.which("google-chrome"), shutil.which("chromedriver")
    if binary is None or driver is None:
        _without_browser()
    options = webdriver.ChromeOptions()
    options.binary_location = binary
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    browser = webdriver.Chrome(options=options, service=Service(driver))
    yield browser
    browser.quit()


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("name", [*VOYAGES, "huge"])
def test_opens_without_errors_and_without_the_network(
    chromium: webdriver.Chrome, reports: dict[str, str], name: str, dark: bool
) -> None:
    page = Page(chromium, reports[name], dark=dark)
    assert logs(chromium, "browser") == []
    messages = [json.loads(entry["message"])["message"] for entry in logs(chromium, "performance")]
    asked = [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]
    assert [url for url in asked if not url.startswith(("data:", "file:"))] == []
    assert sum(url.startswith("file:") for url in asked) == 1
    assert page.all("[role=alert]") == []
    assert page.ink() > 500


def test_a_voyage_without_plans_opens_too(chromium: webdriver.Chrome, tmp_path: Path) -> None:
    bare = replace(voyages.small(), parts=(), matches=(), flows=(), members=(), stages=(), notes=())
    for voyage in (bare, replace(bare, orders=(), products=())):
        write(voyage, tmp_path / "bare.html")
        page = Page(chromium, (tmp_path / "bare.html").as_uri())
        assert logs(chromium, "browser") == []
        assert page.all("[role=alert]") == []
        assert "Nothing is planned yet" in page.one("#gantt").text


def test_abstract_units_and_any_capacity(chromium: webdriver.Chrome, tmp_path: Path) -> None:
    """Overlapping operations on one machine stand below each other; times without a unit are bare numbers."""
    write(voyages.abstract(), tmp_path / "abstract.html")
    page = Page(chromium, (tmp_path / "abstract.html").as_uri())
    assert page.run("return hanse.gantt.rows().map(row => row.lanes)") == [3]
    assert "time 0 to 10 (10)" in page.hover(0)
    assert logs(chromium, "browser") == []


@pytest.mark.parametrize(("name", "cards"), [("small", 5), ("late", 5), ("agreed", 6)])
def test_the_first_screen_needs_no_scrolling(
    chromium: webdriver.Chrome, reports: dict[str, str], name: str, cards: int
) -> None:
    page = Page(chromium, reports[name])
    assert page.number("return document.getElementById('summary').getBoundingClientRect().bottom") <= 800
    assert len(page.all(".card")) == cards


def test_agreements_begin_with_what_went_wrong_and_tell_who_paid(
    chromium: webdriver.Chrome, reports: dict[str, str]
) -> None:
    page = Page(chromium, reports["agreed"])
    states = page.column("#agreements .tabled:nth-of-type(1)", 2)
    assert states == ["✗ declined", *["✓ settled"] * 14]
    text = page.one("#agreements").text
    assert "customer 4.00, operator 4.00" in text
    assert "0.700 → 0.800" in text
    assert "declined: price" in text
    assert "Payments made" in page.one("#money").text
    assert page.all("#money .sums .broken") == []


def test_where_nothing_was_agreed_the_page_says_so(chromium: webdriver.Chrome, reports: dict[str, str]) -> None:
    assert "Nothing was agreed yet" in Page(chromium, reports["small"]).one("#agreements").text


@pytest.mark.parametrize("name", list(VOYAGES))
@pytest.mark.parametrize("width", [390, 600, 1280])
def test_nothing_sticks_out_sideways(
    chromium: webdriver.Chrome, reports: dict[str, str], name: str, width: int
) -> None:
    page = Page(chromium, reports[name], width=width)
    assert page.number("return document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def test_rows_by_machine_and_by_order(chromium: webdriver.Chrome, reports: dict[str, str]) -> None:
    page = Page(chromium, reports["late"])
    assert "E1 M1" in str(page.run("return hanse.gantt.rows().map(row => row.name)"))
    page.press("by orders")
    assert page.run("return hanse.gantt.rows().map(row => row.name)") == [f"order {n}" for n in (1, 3, 5, 7, 9, 11)]
    assert page.run("return hanse.gantt.rows().filter(row => row.late).map(row => row.name)") == ["order 3", "order 9"]
    page.press("by machines")
    assert "E1 M1" in str(page.run("return hanse.gantt.rows().map(row => row.name)"))


def test_rows_by_member_hold_all_of_its_machines(chromium: webdriver.Chrome, reports: dict[str, str]) -> None:
    page = Page(chromium, reports["late"])
    bars = page.run("return hanse.gantt.rows().reduce((sum, row) => sum + row.bars.length, 0)")
    page.press("by members")
    rows = page.run("return hanse.gantt.rows().map(row => [row.kind, row.name, row.bars.length])")
    assert isinstance(rows, list)
    assert {kind for kind, *_ in rows} == {"row"}
    assert len({name for _, name, _ in rows}) == len(rows)
    assert sum(count for *_, count in rows) == bars


def test_idle_and_closed_hours_are_known(chromium: webdriver.Chrome, reports: dict[str, str]) -> None:
    page = Page(chromium, reports["late"])
    rows = page.run(
        "return hanse.gantt.rows().filter(r => r.kind === 'row').map(r => [r.bars.length, r.idle, r.closed])"
    )
    assert isinstance(rows, list)
    assert all(closed[0] == [0, 480] for _, _, closed in rows)
    assert any(idle for _, idle, _ in rows)
    assert all(start % 1440 >= 480 and (end - 1) % 1440 < 1020 for _, idle, _ in rows for start, end in idle)


def test_pointing_at_a_bar_shows_its_details(chromium: webdriver.Chrome, reports: dict[str, str]) -> None:
    page = Page(chromium, reports["small"])
    part = voyages.small().parts[0]
    first = part.plan.assignments[1]
    tip = page.hover(1)
    assert f"order 1, operation {first.operation}" in tip
    assert first.machine in tip
    assert "customer 2" in tip
    assert page.run("return document.getElementById('said').textContent") == ""


def test_hostile_names_are_shown_as_they_are(chromium: webdriver.Chrome, reports: dict[str, str]) -> None:
    page = Page(chromium, reports["hostile"])
    assert page.one("h1").text == voyages.HOSTILE[0]
    assert voyages.HOSTILE[1] in page.hover(0)
    assert page.all("img, iframe, object, embed, link[rel=stylesheet]") == []
    assert page.number("return document.scripts.length") == 2


def test_the_chart_answers_to_keys(chromium: webdriver.Chrome, reports: dict[str, str]) -> None:
    page = Page(chromium, reports["late"])
    canvas = page.one(".chart canvas")
    canvas.send_keys(Keys.ARROW_RIGHT)
    said = str(page.run("return document.getElementById('said').textContent"))
    assert "operation" in said
    canvas.send_keys(Keys.ARROW_DOWN)
    assert page.run("return document.getElementById('said').textContent") != said
    whole = page.number("const r = hanse.gantt.range(); return r.to - r.from")
    canvas.send_keys("+")
    assert page.number("const r = hanse.gantt.range(); return r.to - r.from") < whole
    before = page.number("return hanse.gantt.range().from")
    canvas.send_keys(Keys.SHIFT, Keys.ARROW_RIGHT)
    assert page.number("return hanse.gantt.range().from") > before
    canvas.send_keys("0")
    assert page.number("const r = hanse.gantt.range(); return r.to - r.from") == whole
    canvas.send_keys(Keys.ESCAPE)
    assert not page.one("#tip").is_displayed()


def test_the_filter_leaves_one_order(chromium: webdriver.Chrome, reports: dict[str, str]) -> None:
    page = Page(chromium, reports["small"])
    page.press("by orders")
    page.one("#gantt-filter").send_keys("order 7")
    assert page.run("return hanse.gantt.rows().map(row => row.name)") == ["order 7"]
    page.one("#gantt-filter").send_keys(" no such order")
    assert "No order fits" in page.one("#gantt").text


def test_parts_are_tabs(chromium: webdriver.Chrome, reports: dict[str, str]) -> None:
    page = Page(chromium, reports["late"])
    page.all("[role=tab]")[1].click()
    page.press("by orders")
    assert page.run("return hanse.gantt.rows().map(row => row.name)") == [f"order {n}" for n in (2, 4, 6, 8, 10, 12)]
    page.all("[role=tab]")[1].send_keys(Keys.ARROW_RIGHT)
    assert page.all("[role=tab]")[0].get_attribute("aria-selected") == "true"


def test_late_orders_come_first_and_headings_sort(chromium: webdriver.Chrome, reports: dict[str, str]) -> None:
    page = Page(chromium, reports["late"])
    orders = [cell.strip() for cell in page.column("#orders table", 1)]
    assert orders[:5] == ["3", "6", "9", "12", "4"]
    page.all("#orders .sort")[0].click()
    assert [cell.strip() for cell in page.column("#orders table", 1)] == [str(n) for n in range(1, 13)]
    page.all("#orders .sort")[0].click()
    assert page.all("#orders thead th")[0].get_attribute("aria-sort") == "descending"
    assert page.column("#orders table", 1)[0].strip() == "12"
    page.one("#orders input").send_keys("customer 4")
    assert set(page.column("#orders table", 4)) == {"customer 4"}


def test_limits_stand_beside_values(chromium: webdriver.Chrome, reports: dict[str, str]) -> None:
    page = Page(chromium, reports["late"])
    marks = [mark.get_attribute("aria-label") for mark in page.all("#orders tbody tr:first-child [role=img]")]
    assert marks == ["kept", "broken"]
    assert "45" in page.one("#orders tbody tr:first-child").text


def test_matching_small_and_big(chromium: webdriver.Chrome, reports: dict[str, str]) -> None:
    page = Page(chromium, reports["small"])
    wanted = {"A": 0, "P": 0, "R": 0}
    for match in voyages.small().matches:
        wanted[match.answer[0]] += 1
    assert {key: len(page.all(f".matrix .answer.{key}")) for key in wanted} == wanted
    assert page.one(".matrix .answer.P").get_attribute("aria-label") == "PARTIALLY ACCEPT (2 of 3)"
    page = Page(chromium, reports["big"])
    canvas = page.one(".big-matrix canvas")
    canvas.send_keys(Keys.ARROW_RIGHT)
    canvas.send_keys(Keys.ARROW_RIGHT)
    assert re.match(
        r"order 1 and Rossi 1, (PARTIALLY )?(ACCEPT|REJECT)", str(page.run("return hanse.at('said').textContent"))
    )


def test_dark_by_system_and_by_switch(chromium: webdriver.Chrome, reports: dict[str, str]) -> None:
    ground = "return getComputedStyle(document.body).backgroundColor"
    page = Page(chromium, reports["small"])
    assert page.run(ground) == "rgb(255, 255, 255)"
    page.one("#theme").click()
    assert page.run(ground) == "rgb(20, 26, 32)"
    assert page.run("return hanse.gantt.draw(), hanse.gantt.view.ink.paper") == "#141a20"
    page = Page(chromium, reports["small"], dark=True)
    assert page.run(ground) == "rgb(20, 26, 32)"
    page.one("#theme").click()
    assert page.run(ground) == "rgb(255, 255, 255)"


def test_five_thousand_bars_draw_and_move(chromium: webdriver.Chrome, reports: dict[str, str]) -> None:
    page = Page(chromium, reports["huge"])
    assert page.number("return hanse.data.parts[0].bars.length") == 5000
    assert page.number("return hanse.gantt.rows().reduce((sum, row) => sum + row.bars.length, 0)") == 5000
    page.press("Zoom in")
    before = page.number("return hanse.gantt.range().from")
    page.run("document.querySelector('.chart').scrollIntoView({ block: 'center' })")
    canvas = page.one(".chart canvas")
    ActionChains(chromium).move_to_element(canvas).click_and_hold().move_by_offset(-200, 0).release().perform()
    assert page.number("return hanse.gantt.range().from") > before
    page.run("document.querySelector('.chart').scrollTop = 2000")
    assert page.ink() > 100
    page.run("document.querySelector('.as-table').open = true")
    chromium.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")
    assert len(page.all("#gantt .as-table tbody tr")) == 5000


def test_amounts_and_times_are_written_as_in_python(chromium: webdriver.Chrome, reports: dict[str, str]) -> None:
    from hanse.app.report import words
    from hanse.units import TIME_UNITS, Units

    page = Page(chromium, reports["small"])
    values = [0, 1, 7, 59, 60, 61, 135, 1440, 1441, 99_999, 1_234_567, -135]
    for unit in TIME_UNITS:
        written = chromium.execute_script("return arguments[0].map(v => hanse.time(v, arguments[1]))", values, unit)
        assert written == [words.time(value, Units(time=unit)) for value in values]
    for unit in ("cent", "unit"):
        written = chromium.execute_script("return arguments[0].map(v => hanse.money(v, arguments[1]))", values, unit)
        assert written == [words.money(value, Units(money=unit)) for value in values]
    assert page.all("[role=alert]") == []


@pytest.mark.parametrize(("name", "least"), [("small", 3), ("late", 4), ("big", 10)])
def test_prints_on_paper(chromium: webdriver.Chrome, reports: dict[str, str], name: str, least: int) -> None:
    page = Page(chromium, reports[name], dark=True)
    pdf = b64decode(chromium.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})["data"])
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) >= least
    assert re.search(rb"/Subtype\s*/Image", pdf)
    assert page.all(".printed") == []
    assert page.all("[role=alert]") == []


def test_long_values_open_on_demand(chromium: webdriver.Chrome, reports: dict[str, str]) -> None:
    page = Page(chromium, reports["small"])
    block = voyages.small().parts[0].block
    assert block.hash not in page.one("#evidence").text
    assert block.hash[:10] in page.one("#evidence").text
    page.one("#evidence .check input").click()
    assert block.hash in page.one("#evidence").text
    page.one("#evidence .hash").click()


def test_file_stays_small(reports: dict[str, str]) -> None:
    size = Path(reports["huge"].removeprefix("file://")).stat().st_size
    assert size < 2_000_000


def test_a_plan_of_five_thousand_operations_alone_is_a_chart_to_use(chromium: webdriver.Chrome, tmp_path: Path) -> None:
    """`hanse solve --gantt`: no errors, no network, details under the pointer, rows by machines and by jobs, zoom."""
    part = voyages.big(orders=200).parts[0]
    problem, bars = part.problem, part.plan.assignments
    save_gantt(problem, part.plan, tmp_path / "plan.html")
    page = Page(chromium, (tmp_path / "plan.html").as_uri())
    assert logs(chromium, "browser") == []
    messages = [json.loads(entry["message"])["message"] for entry in logs(chromium, "performance")]
    asked = [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]
    assert [url for url in asked if not url.startswith(("data:", "file:"))] == []
    assert page.ink() > 500
    assert page.run("return hanse.data.parts[0].bars.length") == len(bars)
    page.press("Zoom in")
    assert page.number("const r = hanse.gantt.range(); return r.to - r.from") < part.plan.measures.makespan
    page.press("Show all")
    said = page.hover(0)
    assert f"job {bars[0].job}, operation {bars[0].operation}\n" in said
    times = f"time {words.time(bars[0].start, problem.units)} to {words.time(bars[0].end, problem.units)}"
    assert times.replace("\xa0", " ") in said
    page.press("by jobs")
    assert page.run("return hanse.gantt.rows().length") == len(problem.jobs)
