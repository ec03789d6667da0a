"""The market in the browser: asked, bid for under seal, opened from the browser's own memory, done and accepted."""

from __future__ import annotations

import json
import re
import time

from playwright.sync_api import expect

from hanse.app.ui.texts import Market as say
from hanse.app.ui.texts import Notices as posts
from tests.app.api.house import Town, until
from tests.app.ui.conftest import Window, shot
from tests.app.ui.deals import answer, open_question, opened, press


def test_work_is_asked_for_in_the_browser(window: Window, street: Town) -> None:
    page = opened(window("customer"), "/market")
    press(page, say.ask)
    dialog = page.locator(".q-dialog")
    answer(page, say.ask)
    expect(dialog).to_contain_text(say.needed)  # nothing is asked for without words
    dialog.get_by_label(say.title_field).fill("40 shafts <b>turned</b>")
    dialog.get_by_label(say.budget, exact=True).fill("500.00")
    dialog.get_by_label(say.bond, exact=True).fill("20.00")
    shot(page, "market-ask")
    answer(page, say.ask)
    expect(dialog).to_have_count(0)
    expect(page.locator(".listing")).to_contain_text("40 shafts <b>turned</b>")  # words of strangers are words
    (one,) = [one for one in street["customer"].quotations() if "shafts" in one.title]
    assert (one.budget, one.bond, one.commit_end + 86_400) == (50_000, 2_000, one.reveal_end)


def test_a_bid_is_sealed_opened_from_the_browsers_memory_and_paid(window: Window, street: Town) -> None:
    customer, member = street["customer"], street["member"]
    street["ada"].mint(street.address("member"), 50_000)
    asked = customer.ask_quotations(
        "a keyway",
        budget=50_000,
        bond=2_000,
        latest=int(time.time()) + 9 * 86_400,
        commit=12,
        reveal=10,
        words="as drawing 17",
    )
    path = f"/market/{asked.result['number']}"
    page = opened(window("member"), path)
    open_question(page, say.bid)
    page.locator(".q-dialog").get_by_label(say.price, exact=True).fill("300.00")
    with page.expect_download() as saved:
        answer(page, say.bid)
    kept = json.loads(saved.value.path().read_text())
    assert kept["price"] == 30_000
    expect(page.locator("#main")).to_contain_text(say.bid_states["sealed"])
    assert "300.00" not in page.locator("#main").inner_text()  # not even its bidder's page tells

    expect(page.get_by_role("button", name=say.open, exact=True)).to_be_visible()
    open_question(page, say.open)
    answer(page, say.open)
    expect(page.locator("#main")).to_contain_text(say.bid_states["opened"])
    until(lambda: member.quotation(int(asked.result["number"])).stage == "awarded")
    expect(page.get_by_role("button", name=say.hand_on)).to_be_visible()
    open_question(page, say.deliver)
    answer(page, say.deliver)

    buyer = opened(window("customer"), path)
    expect(buyer.locator("#main")).to_contain_text(re.compile("300.00"))
    open_question(buyer, say.accept)
    answer(buyer, say.accept)
    expect(buyer.locator("#main .badge").first).to_have_text(say.phases["done"])
    expect(buyer.locator("#main")).to_contain_text(say.divided.format("320.00", "0.00"))
    shot(buyer, "market-request")


def test_a_request_fits_a_phone(window: Window) -> None:
    page = opened(window("stranger", width=360, dark=True), "/market/1")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    shot(page, "phone-market-request")


def test_a_notice_is_posted_found_with_reasons_and_withdrawn(window: Window, street: Town) -> None:
    page = opened(window("member"), "/notices")
    open_question(page, posts.post)
    dialog = page.locator(".q-dialog")
    dialog.get_by_label(posts.what, exact=True).fill("milling on Thursdays")
    dialog.get_by_label(posts.services, exact=True).click()
    page.get_by_role("option", name="milling").click()
    page.keyboard.press("Escape")
    dialog.get_by_label(posts.price_field).fill("90.00")
    answer(page, posts.post)
    expect(dialog).to_have_count(0)
    expect(page.locator("#main")).to_contain_text("milling on Thursdays")

    buyer = opened(window("customer"), "/notices")
    press(buyer, posts.search)
    found = buyer.locator("#find")
    expect(found).to_contain_text("milling on Thursdays")
    expect(found).to_contain_text(re.compile(rf"{posts.criteria['quality']} \d+ %"))
    found.get_by_label(posts.budget).fill("89.99")
    press(buyer, posts.search)
    expect(found).to_contain_text(posts.nothing_found)
    shot(buyer, "notices")
    press(page, posts.withdraw)
    answer(page, posts.withdraw)
    expect(page.locator("#main")).to_contain_text(posts.none_own)
    assert not list(street["customer"].notices())
