"""The laboratory in the browser: from a question to what it showed, and to a proposal."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from hanse.app.client import Client
from hanse.app.ui import texts
from tests.app.api.house import house, until
from tests.app.ui.conftest import Window, Windows, shot
from tests.app.ui.deals import answer, opened, press

say = texts.Laboratory


def test_what_the_laboratory_shows_is_proposed_with_one_button(browser: Browser, tmp_path: Path) -> None:
    with house(tmp_path) as at, Windows(browser, at) as window:
        ada = at.coordinator()
        ada.set_services(["milling"])
        ada.register("E8", "Ada", ["milling"])
        ada.certify(ada.member(ada.session().address))
        ada.join_community(1)
        _through(window(ada), ada)


def _through(page: Page, ada: Client) -> None:
    page.goto("/laboratory")
    press(page, say.begin)
    press(page, say.end)
    expect(page.locator(".q-notification", has_text=say.ended)).to_be_visible()
    expect(page.get_by_text(say.going)).to_have_count(0)
    page.wait_for_timeout(500)
    assert page.locator(".q-notification.bg-negative").count() == 0  # at once: what complains goes away by itself
    press(page, say.begin)
    expect(page.get_by_text(say.going)).to_be_visible()
    found = page.locator("#found")
    expect(found).to_contain_text("no fee", timeout=600_000)
    expect(found.locator(".badge").first).to_have_text(say.judged[1])
    with page.expect_download() as taken:
        found.get_by_role("link", name=say.files["lab.html"]).click()
    assert b"no fee" in taken.value.path().read_bytes()
    shot(page, "laboratory")
    found.get_by_role("button", name=say.propose).click()
    expect(page.locator(".q-dialog")).to_contain_text(say.change.format("settlement.fee", 10_000, 0))
    answer(page, say.propose)
    until(lambda: [one for one in ada.proposals() if one.community == 1])
    page.wait_for_url("**/decisions")
    expect(page.locator("main")).to_contain_text("lower the highest fee of the league")


def test_the_laboratory_is_the_coordinators(window: Window) -> None:
    expect(opened(window("customer"), "/laboratory").locator("#main")).to_contain_text(texts.Common.not_for_you)
