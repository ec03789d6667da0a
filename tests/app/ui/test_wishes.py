"""My shop: how much each request satisfies its member is seen at one look, and whose numbers that takes is nobody's
business."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from hanse.app.ui.texts import Agreements, Shop
from tests.app.api.house import Town
from tests.app.ui.conftest import Window, shot
from tests.app.ui.deals import answer, opened, proposed

SECRET = "73.17"


def piece(page: Page, order: int) -> Any:
    return page.locator("section.piece").filter(has_text=re.compile(rf"Order {order} \("))


def hour(page: Page, cost: str) -> None:
    page.get_by_label(Shop.hour_cost).fill(cost)
    page.keyboard.press("Enter")


def settings(page: Page) -> None:
    page.get_by_text(Shop.satisfies, exact=True).click()
    expect(page.get_by_role("button", name=Shop.use)).to_be_visible()


def test_a_request_says_how_much_it_satisfies_and_what_it_would_take(window: Window, street: Town) -> None:
    order, number = proposed(street)
    shop = opened(window("member"), "/shop")
    expect(piece(shop, order)).not_to_contain_text(Shop.of_best)
    hour(shop, "30.00")
    expect(piece(shop, order)).to_contain_text(Shop.moods["good"])
    shot(shop, "shop-satisfied")

    # It costs more than it pays: the smallest pay is just what it costs, and is what one asks for.
    hour(shop, "900.00")
    settings(shop)
    shop.get_by_label(Shop.threshold).fill("100")
    shop.get_by_role("button", name=Shop.use).click()
    expect(piece(shop, order)).to_contain_text(Shop.moods["partly"])
    least = piece(shop, order).locator(".value").filter(has_text=re.compile(r"^(900|450)\.00$"))
    expect(least).to_be_visible()
    shot(shop, "shop-pays-too-little")
    pay = float(least.inner_text())
    price = next(
        one.price for one in street["ada"].agreement(number).milestones if one.member == street.address("member")
    )
    piece(shop, order).get_by_role("button", name=Agreements.counter).click()
    asked = shop.locator(".q-dialog").get_by_label(Agreements.compensation)
    expect(asked).to_have_value(f"{pay - price / 100:.2f}")
    answer(shop, Agreements.counter_send)
    expect(shop.locator(".q-dialog")).to_have_count(0)
    said = street["ada"].agreement(number).said[0]
    assert said.compensation == round(100 * pay) - price


def test_numbers_stay_in_the_browser_and_can_be_forgotten(window: Window, street: Town) -> None:
    order, _ = proposed(street)
    shop = opened(window("member"), "/shop")
    hour(shop, SECRET)
    settings(shop)
    shop.get_by_label(Shop.threshold).fill("77")
    shop.get_by_role("button", name=Shop.use).click()
    expect(shop.locator(".q-notification").filter(has_text=Shop.used)).to_be_visible()
    shop.reload()
    expect(shop.get_by_label(Shop.hour_cost)).to_have_value(SECRET)
    expect(piece(shop, order)).to_contain_text(Shop.of_best)
    settings(shop)
    expect(shop.get_by_label(Shop.threshold)).to_have_value("77")

    # Neither in another browser of the same member nor on the service's disk.
    elsewhere = opened(window("member"), "/shop")
    expect(piece(elsewhere, order)).to_be_visible()
    expect(piece(elsewhere, order)).not_to_contain_text(Shop.of_best)
    assert SECRET.encode() not in written(street.house.data)
    assert SECRET.encode() not in street.house.log.read_bytes()

    shop.get_by_role("button", name=Shop.forget).click()
    expect(piece(shop, order)).not_to_contain_text(Shop.of_best)
    shop.reload()
    expect(shop.get_by_label(Shop.hour_cost)).to_have_value("")


def written(folder: Path) -> bytes:
    """All that a service keeps."""
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_a_number_that_cannot_be_is_said_beside_it(window: Window) -> None:
    shop = opened(window("member"), "/shop")
    settings(shop)
    shop.get_by_label(Shop.threshold).fill("101")
    shop.get_by_role("button", name=Shop.use).click()
    expect(shop.locator(".q-field--error")).to_contain_text("from 0 to 100")
