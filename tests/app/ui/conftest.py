"""People in a browser: one headless Chromium, a window for each, on a real service with a town's business in it.

Whatever a page writes to its console as an error, throws, or asks of another machine fails the test, and so does what
the service logs as a fault of ours meanwhile."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from hanse.app.api.callers import COOKIE
from hanse.app.client import Client
from tests.app.api.conftest import settle_in
from tests.app.api.house import House, Kept, Town, house

expect.set_options(timeout=60_000)
"""Milliseconds: nothing here is about speed, and other tests keep the machine busy."""

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]

SHOTS = Path("out", "screenshots")
"""Where screenshots of the pages are kept, for people to look at."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium for the module. Not for longer: while Playwright is there its event loop counts as running in this
    thread, and other modules have loops of their own."""
    binary = shutil.which("chromium") or shutil.which("google-chrome")
    if binary is None:
        said = "the web application is tested in a real browser: install chromium"
        if os.environ.get("HANSE_REQUIRE_BROWSER"):
            pytest.fail(said)
        pytest.skip(said)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=binary, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    with house(tmp_path_factory.mktemp("street")) as at:
        made = Town(at)
        settle_in(made, "arbiter", arrive=House.managed)
        yield Kept(made)


@pytest.fixture(scope="module")
def street(settled: Kept) -> Iterator[Town]:
    """The town of the API's tests, of people without wallets."""
    with settled.again() as begun:
        yield begun


Window = Callable[..., Page]


@pytest.fixture
def window(browser: Browser, street: Town) -> Iterator[Window]:
    """`window("customer")`: a window of somebody who is signed in; `window()`: of a stranger from the street. width: in
    pixels; dark: colours."""
    with Windows(browser, street.house) as opened:
        yield lambda who="", **how: opened(street[who] if who else None, **how)


class Windows:
    """Windows on a service; leaving, it looks whether all went well in them."""

    def __init__(self, browser: Browser, at: House) -> None:
        self._browser, self._house, self._pages, self.faults = browser, at, list[Page](), list[str]()

    def __enter__(self) -> Window:
        self._logged = self._house.log.stat().st_size
        return self._open

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        for page in self._pages:
            page.context.close()
        with self._house.log.open("rb") as log:
            log.seek(self._logged)
            logged = log.read().decode()
        self.faults += [line for line in logged.splitlines() if '"level": "error"' in line]
        if kind is None:
            assert not self.faults, "\n".join(self.faults)

    def _open(self, who: Client | None = None, *, width: int = 1280, dark: bool = False) -> Page:
        context = self._browser.new_context(
            base_url=self._house.url,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            accept_downloads=True,
        )
        context.set_default_timeout(60_000)
        if who is not None:
            cookie = who._http.cookies[COOKIE]
            context.add_cookies([{"name": COOKIE, "value": cookie, "url": self._house.url, "sameSite": "Strict"}])
        page = context.new_page()
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("request", lambda request: self._asked(request.url))
        self._pages.append(page)
        return page

    def _said(self, message: ConsoleMessage) -> None:
        # A refusal that a person meets is shown by the page; the browser notes it as well.
        if message.type == "error" and "the server responded with a status of 4" not in message.text:
            self.faults.append(message.text)

    def _asked(self, url: str) -> None:
        if not url.startswith((self._house.url, "data:", "blob:")):
            self.faults.append(f"asked of another machine: {url}")


def shot(page: Page, name: str) -> None:
    """Keeps a screenshot for people to look at: from the top, without what was just said."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.evaluate(f"scrollTo(0, 0); {_SAID} = 'hidden'; }})")
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True)
    page.evaluate(f"{_SAID} = ''; }})")


_SAID = "document.querySelectorAll('.q-notifications').forEach((one) => { one.style.visibility"
