"""A report opened in a browser: what its reader sees, points at and presses."""

from __future__ import annotations

from typing import Any

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement


def logs(browser: webdriver.Chrome, kind: str) -> list[dict[str, Any]]:
    """What was logged since the last question."""
    return list(browser.execute("getLog", {"type": kind})["value"])


class Page:
    """An opened report."""

    def __init__(self, browser: webdriver.Chrome, address: str, *, dark: bool = False, width: int = 1280) -> None:
        self.browser = browser
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        still = {"name": "prefers-reduced-motion", "value": "reduce"}
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme, still]})
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        logs(browser, "browser")
        logs(browser, "performance")
        browser.get(address)
        assert self.run("return document.documentElement.dataset.ready") == "true"

    def run(self, script: str) -> object:
        return self.browser.execute_script(script)

    def number(self, script: str) -> float:
        value = self.run(script)
        assert isinstance(value, int | float), value
        return float(value)

    def all(self, selector: str) -> list[WebElement]:
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector: str) -> WebElement:
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def press(self, name: str) -> None:
        for button in self.all("button"):
            if name in (button.text, button.get_attribute("aria-label")):
                self.run("document.documentElement.scrollTop = 0")
                button.click()
                return
        raise AssertionError(f"no button {name}")

    def hover(self, bar: int) -> str:
        """Point at the middle of a bar, wherever the chart has to be scrolled for it, and read the tip."""
        spot = self.run(
            "const chart = document.querySelector('.chart'), canvas = chart.querySelector('canvas');"
            # Drawn now: what was pressed before may wait for the next frame, and places would be of the last one.
            f"const middle = () => {{ hanse.gantt.draw(); const box = hanse.gantt.place({bar});"
            "  return box && {x: box.x + box.width / 2, y: box.y + box.height / 2}; };"
            "chart.scrollIntoView({ block: 'center', behavior: 'instant' });"
            "let spot = middle(); if (!spot) return null;"
            "chart.scrollTop += spot.y - chart.clientHeight / 2; spot = middle();"
            "const corner = canvas.getBoundingClientRect();"
            "return [Math.round(corner.left + spot.x), Math.round(corner.top + spot.y)]"
        )
        assert isinstance(spot, list), "the bar has no place"
        # The browser tells of the scrolling with its next frame, and that hides the tip, as it should.
        self.browser.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")
        self.browser.execute_cdp_cmd("Input.dispatchMouseEvent", {"type": "mouseMoved", "x": spot[0], "y": spot[1]})
        return self.one("#tip").text

    def ink(self) -> int:
        """How many pixels of the chart are strongly coloured: bars, not grounds or lines."""
        return int(
            self.number(
                "hanse.gantt.draw(); const c = document.querySelector('.chart canvas');"
                "const p = c.getContext('2d').getImageData(200, 30, c.width - 200, c.height - 30).data; let n = 0;"
                "for (let i = 0; i < p.length; i += 4)"
                " if (Math.max(p[i], p[i+1], p[i+2]) - Math.min(p[i], p[i+1], p[i+2]) > 60) n += 1; return n"
            )
        )

    def column(self, table: str, index: int) -> list[str]:
        return [cell.text for cell in self.all(f"{table} tbody tr > :nth-child({index})")]
