"""Offers with dates in the browser: asked for, compared, chosen by the customer, planned by the coordinator."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import FilePayload, Page, expect

from hanse.app.ui.texts import Quotes as say
from hanse.instances import hanse_json
from tests.app.api.house import Town, question
from tests.app.ui.conftest import Window, shot
from tests.app.ui.deals import answer, opened, press
from tests.app.ui.test_planning import dropped


@pytest.fixture(scope="module")
def order(street: Town) -> int:
    """An open, matched order of a product nobody has made."""
    product = int(street["ada"].add_product("valve", "Valve", ["milling", "turning"]).result["product"])
    told = street["customer"].place_order(product=product, quantity=1, deposit=0, job="V1", due=60)
    street["ada"].match(int(told.result["order"]))
    return int(told.result["order"])


def figures() -> FilePayload:
    """Figures of the two shops: a second mill that is quick, dear and hungry. Of machines that nobody has promised: how
    far off a promise is depends on how long ago the town was founded."""
    told = hanse_json.write_problem(question({"V1": ("Customer", None)})).replace(b'"M1"', b'"M7"')
    document = json.loads(told.replace(b'"M2"', b'"M8"'))
    for house in document["enterprises"]:
        house["machines"][0]["capacity"] = 1
    document["enterprises"][0]["machines"].append({**document["enterprises"][0]["machines"][0], "id": "M9"})
    job = document["jobs"][0]
    job["due"] = 60
    job["plans"][0]["operations"][0]["modes"].append({"machine": "M9", "duration": 10, "cost": 90_000, "energy": 5_000})
    return {"name": "valves.json", "mimeType": "application/json", "buffer": json.dumps(document).encode()}


def test_offers_are_calculated_compared_and_chosen_and_planned(window: Window, street: Town, order: int) -> None:
    page = opened(window("customer"), f"/orders/{order}")
    press(page, say.ask)
    expect(page.locator(".q-notification")).to_contain_text("does not know yet what making this takes")

    desk = opened(window("ada"), "/planning")
    dropped(desk, figures())
    press(desk, say.figures_do)
    expect(desk.locator(".q-notification").filter(has_text=say.figures_done)).to_be_visible()

    page = opened(window("customer"), f"/orders/{order}")
    press(page, say.ask)
    expect(page.locator("#quotes [role=status]")).to_be_visible()
    quotes = page.locator("#quotes .quote")
    expect(quotes).to_have_count(2, timeout=200_000)
    cheap, soon = quotes.nth(0), quotes.nth(1)
    expect(cheap).to_contain_text("Cheapest · Greenest")
    expect(cheap).to_contain_text(say.proved["cheapest"])
    expect(soon).to_contain_text("1 105.00")
    expect(soon).to_contain_text(say.on_time)
    expect(cheap).to_contain_text("after your date")
    expect(page.locator(".quotes-picture circle")).to_have_count(2)
    shot(page, "order-quotes")

    choose(page, say.choose.format("soonest"))
    expect(soon).to_contain_text(say.chosen)
    assert street["customer"].quotes(order).chosen == "soonest"

    expect(desk.locator("#choices")).to_contain_text("soonest")
    shot(desk, "planning-choices")
    desk = opened(window("ada"), f"/orders/{order}")
    press(desk, say.record)
    expect(desk.locator(".q-dialog")).to_contain_text("1 105.00")
    answer(desk, say.record)
    expect(page.locator("#main")).to_contain_text("work costs 1 100.00")
    expect(page.locator("#quotes")).to_have_count(0)


def choose(page: Page, button: str) -> None:
    """Presses it, and agrees to the question, which says what binds."""
    press(page, button)
    expect(page.locator(".q-dialog")).to_contain_text("binds nobody")
    answer(page, say.choose.format("soonest"))


def test_offers_are_for_the_customer_and_coordinators_and_fit_a_phone(window: Window, street: Town, order: int) -> None:
    product = street["ada"].order(order).order.product
    told = street["customer"].place_order(product=product, quantity=2, deposit=0, job="V2")
    number = int(told.result["order"])
    street["ada"].match(number)
    street["customer"].ask_quotes(number)
    expect(opened(window("member"), f"/orders/{number}").locator("#quotes")).to_have_count(0)
    coordinator = opened(window("ada"), f"/orders/{number}")
    expect(coordinator.locator("#quotes .quote")).to_have_count(2)
    expect(coordinator.get_by_role("button", name="Choose", exact=False)).to_have_count(0)
    page = opened(window("customer", width=360, dark=True), f"/orders/{number}")
    expect(page.locator("#quotes")).to_contain_text(say.reckoned.format(order, 1))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    shot(page, "phone-order-quotes")
