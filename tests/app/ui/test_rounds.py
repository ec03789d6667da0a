"""Rounds in the browser: opened with one question, followed while they run."""

from __future__ import annotations

from playwright.sync_api import expect

from hanse.app.ui import texts
from tests.app.api.house import Town
from tests.app.ui.conftest import Window, shot
from tests.app.ui.test_pages import opened
from tests.app.ui.test_planning import dropped, file_of

say, planning = texts.Rounds, texts.Planning


def test_a_coordinator_opens_a_round_and_everybody_follows_it(window: Window, street: Town) -> None:
    ada = street["ada"]
    ada.mint(ada.session().address, 50_000)
    page = opened(window("ada"), "/planning")
    dropped(page, file_of({"J1": ("Ada", None), "J2": ("Ada", None)}))
    page.get_by_label(planning.round_pot).fill("500.00")
    page.get_by_role("button", name=planning.round_open).click()
    dialog = page.get_by_role("alertdialog")
    expect(dialog).to_contain_text("500.00")
    dialog.get_by_role("button", name=planning.round_open).click()
    page.wait_for_url("**/rounds/1")
    expect(page.locator("#main")).to_contain_text(say.phases["sealed claims are taken"])
    first = page.locator("[data-left]").inner_text()
    expect(page.locator("[data-left]")).not_to_have_text(first)
    shot(page, "round-open")

    seen = opened(window("stranger"), "/rounds")
    seen.get_by_role("link", name="1", exact=True).click()
    expect(seen.locator("#main")).to_contain_text(say.no_claims)
    with seen.expect_download() as taken:
        seen.get_by_role("link", name=say.download).click()
    assert b"hanse-problem/1" in taken.value.path().read_bytes()
    expect(seen.get_by_role("button", name=say.outcome_do)).to_have_count(0)


def test_a_round_that_is_not_over_brings_nothing_yet(window: Window) -> None:
    page = opened(window("ada"), "/rounds/1")
    page.get_by_role("button", name=say.outcome_do).click()
    expect(page.get_by_text("the round is not over")).to_be_visible()


def test_a_round_that_is_not_there_says_so(window: Window) -> None:
    expect(opened(window("ada"), "/rounds/99").locator("[role=alert]")).to_contain_text("there is no round 99")
