"""Trade-offs in the browser: from a file to a front whose points show their plans."""

from __future__ import annotations

from playwright.sync_api import expect

from hanse.app.ui import texts
from tests.app.ui.conftest import Window, shot
from tests.app.ui.test_pages import opened
from tests.app.ui.test_planning import dropped, file_of

say, study = texts.Tradeoffs, texts.Studies


def test_a_front_is_found_and_a_point_shows_its_plan(window: Window) -> None:
    page = opened(window("member", dark=True), "/trade-offs")
    dropped(page, file_of({"J1": ("Ada", None), "J2": ("Ada", None)}))
    page.get_by_role("button", name=study.begin).click()
    frame = page.frame_locator("#framed")
    expect(frame.locator(".dot").first).to_be_visible(timeout=120_000)
    expect(frame.locator("html")).to_have_attribute("data-theme", "dark")
    frame.locator(".dot").first.click()
    expect(frame.locator("#gantt rect").first).to_be_visible()
    expect(frame.locator(".name.knee")).to_have_text("suggested")
    shot(page, "trade-offs-found")
    number = frame.locator("#chosen").inner_text().split()[1]
    with page.expect_download() as plan:
        page.get_by_role("button", name=say.plan).click()
    assert plan.value.suggested_filename == f"plan-{number}.json"
    assert b"hanse-plan/1" in plan.value.path().read_bytes()
    with page.expect_download() as taken:
        page.get_by_role("link", name=say.csv).click()
    assert taken.value.path().read_text().startswith("point,")


def test_one_objective_is_no_trade_off(window: Window) -> None:
    page = opened(window("customer"), "/trade-offs")
    dropped(page, file_of({"J1": ("Ada", None)}))
    page.get_by_role("checkbox", name="cost", exact=True).click()
    page.get_by_role("button", name=study.begin).click()
    expect(page.get_by_text(say.too_few)).to_be_visible()
