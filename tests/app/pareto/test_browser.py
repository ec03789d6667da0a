"""The page of a front in a real browser: a dot, a card or a key shows another plan; nothing is fetched."""

from __future__ import annotations

import pytest
from selenium import webdriver
from selenium.webdriver.common.keys import Keys

from hanse.app.pareto import page
from hanse.app.reproduce.ramakurthi.instances import scenario
from hanse.planning.pareto import explore
from tests.app.report.opened import Page, logs
from tests.app.report.test_browser import chromium

__all__ = ["chromium"]  # the fixture


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("front") / "front.html"
    page.write(explore(scenario(4, 4, 0), "makespan,energy,utilisation", time_limit=60, evaluations=3000), path)
    return path.as_uri()


@pytest.mark.parametrize("dark", [False, True])
def test_dots_cards_keys_and_axes_answer(chromium: webdriver.Chrome, address: str, dark: bool) -> None:
    opened = Page(chromium, address, dark=dark)
    first = opened.one("#chosen").text
    assert "suggested" in first
    dots = opened.all("#scatter .dot")
    assert len(dots) > 3
    assert opened.all("#gantt rect")
    opened.one("#cards li:nth-child(2) button").click()
    fastest = opened.one("#chosen").text
    assert "fastest" in fastest
    opened.one("#scatter .dot.chosen").send_keys(Keys.ARROW_RIGHT)
    assert opened.one("#chosen").text != fastest
    before = opened.one("#scatter").get_attribute("innerHTML")
    opened.one("#axes select").send_keys("energy")
    assert opened.one("#scatter").get_attribute("innerHTML") != before
    assert logs(chromium, "browser") == []
