"""What a browser is asked, and does not answer."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, expect

from hanse.app.ui import texts
from tests.app.api.house import house
from tests.app.ui.conftest import Windows

IMPATIENT = "from hanse.app.ui import browser\nbrowser.asked.__kwdefaults__['seconds'] = 1.0"


def test_a_browser_that_does_not_answer_is_told_so_and_is_asked_again(browser: Browser, tmp_path: Path) -> None:
    with house(tmp_path, before=IMPATIENT) as at, Windows(browser, at) as window:
        page = window(at.coordinator())
        page.goto("/")
        dark = page.locator("body.body--dark")
        colours = page.get_by_label(texts.Common.colours)
        page.evaluate("() => { was = hanse.isDark; hanse.isDark = () => new Promise(() => {}) }")
        colours.click()
        said = page.locator(".q-notification")
        expect(said).to_contain_text(texts.Common.silent)
        expect(said).to_contain_text(texts.Common.silent_hint)
        expect(dark).to_have_count(0)
        page.evaluate("() => { hanse.isDark = was }")
        colours.click()
        expect(dark).to_have_count(1)


def test_a_page_that_is_only_looked_at_asks_its_browser_nothing(browser: Browser, tmp_path: Path) -> None:
    heard: list[str] = []
    with house(tmp_path) as at, Windows(browser, at) as window:
        page = window(at.coordinator())
        page.on("websocket", lambda socket: socket.on("framereceived", lambda said: heard.append(str(said))))
        for path in ("/", "/evidence"):
            page.goto(path)
            expect(page.get_by_label(texts.Common.menu, exact=True)).to_have_attribute("aria-expanded", "true")
    assert any('"run_javascript"' in said for said in heard)  # it is told things: the drawer went open
    assert not [said for said in heard if "request_id" in said]
