"""Free time: offered from My shop, taken in part, promised, paid; and the days of one's machines."""

from __future__ import annotations

import re
import time

from playwright.sync_api import expect

from hanse.app.ui.texts import STATES, Shop
from hanse.app.ui.texts import Offers as say
from tests.app.api.house import Town, until
from tests.app.ui.conftest import Window, shot
from tests.app.ui.deals import answer, name_of, opened, press, service_of

MINUTE = 60


def test_free_time_is_offered_from_my_shop_with_one_button(window: Window, street: Town) -> None:
    page = opened(window("member"), "/shop")
    press(page, Shop.next)
    expect(page.locator(".week a.bar.work").first).to_be_visible()
    expect(page.locator("#days-next")).to_be_focused()  # drawn again, and the keyboard is where it was
    before = len(list(street["member"].offers()))
    page.get_by_role("button", name=re.compile(Shop.offer)).first.click()
    dialog = page.locator(".q-dialog")
    dialog.get_by_label(say.price_hour).fill("90.00")
    shot(page, "shop-offer")
    answer(page, say.offer)
    expect(dialog).to_have_count(0)
    found = list(street["member"].offers())
    assert len(found) == before + 1
    assert found[-1].price == 150
    expect(page.locator(".week .bar.offered").first).to_be_visible()
    shot(page, "shop-week")
    press(page, Shop.day)
    expect(page.get_by_role("button", name=Shop.week)).to_be_focused()


def test_a_window_is_taken_in_part_promised_and_paid(window: Window, street: Town) -> None:
    start = int(time.time()) // MINUTE + 600
    service = service_of(street, "member")
    street["member"].publish_offer(900, machine=0, service=service, start=start, end=start + 300, price=100)
    for who in ("member", "lathe"):
        street["ada"].mint(street.address(who), 100_000)
    path = f"/free-time/{street.address('member')}/900"

    guest = opened(window("lathe"), path)
    press(guest, say.take)
    dialog = guest.locator(".q-dialog").first
    dialog.get_by_label(say.part_length).fill("60")
    answer(guest, say.take)
    fund = guest.locator(".q-dialog").last
    fund.get_by_role("button", name=say.fund.format("60.00")).click()
    expect(guest.locator("#main .badge").first).to_have_text(STATES["held"])

    host = opened(window("member"), "/free-time")
    mine = host.locator("section").filter(has_text=say.yours_host.format(name_of(street, "lathe")))
    mine.get_by_role("button", name=say.confirm).click()
    expect(host.locator(".q-dialog")).to_contain_text("You put down 12.00")
    answer(host, say.confirm)
    host.locator(".q-dialog").last.get_by_role("button", name=say.fund.format("12.00")).click()
    expect(guest.locator("#main .badge").first).to_have_text(STATES["confirmed"])
    shot(host, "free-time")
    press(guest, say.accept)
    expect(guest.locator(".q-dialog")).to_contain_text("60.00 are paid at once")
    answer(guest, say.accept)
    expect(guest.locator("#main .badge").first).to_have_text(STATES["over"])
    until(lambda: street["member"].money().offers == 7_200)  # its pay and its guarantee


def test_an_offer_is_withdrawn_for_ever(window: Window, street: Town) -> None:
    start = int(time.time()) // MINUTE + 6_000
    street["lathe"].publish_offer(901, machine=0, service=0, start=start, end=start + 300, price=100)
    page = opened(window("lathe"), f"/free-time/{street.address('lathe')}/901")
    press(page, say.withdraw)
    expect(page.locator(".q-dialog")).to_contain_text(say.withdraw_what)
    answer(page, say.withdraw)
    expect(page.locator("#main .badge").first).to_have_text(STATES["over"])
    expect(page.get_by_role("button", name=say.withdraw)).to_have_count(0)


def test_whoever_is_no_member_looks_and_takes_nothing(window: Window) -> None:
    page = opened(window("stranger"), "/free-time")
    expect(page.get_by_role("button", name=say.offer)).to_have_count(0)
    opened(page, "/shop")
    expect(page.locator("#main")).to_contain_text(Shop.register)


def test_my_shop_fits_a_phone(window: Window) -> None:
    page = opened(window("member", width=360, dark=True), "/shop")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    shot(page, "phone-shop-member")
