"""Pages as people see them: everybody finds its own, nobody sees what is not for it, everything works on a phone, in
the dark and by the keyboard."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from hanse.app.api import shapes
from hanse.app.ui import texts
from hanse.app.ui.navigation import GROUPS, NAVIGATION
from tests.app.api.house import PHRASE, Town
from tests.app.ui.conftest import Window, shot


def opened(page: Page, path: str) -> Page:
    page.goto(path)
    expect(page.locator("main h1")).to_be_visible()
    page.wait_for_function("document.querySelector('main')?.closest('.q-layout') != null")
    return page


@pytest.mark.parametrize("who", ["ada", "member", "customer", "stranger"])
def test_every_page_of_ones_navigation_opens_and_says_its_name(window: Window, who: str) -> None:
    page = opened(window(who), "/")
    links = page.locator("nav a").all()
    paths = [(link.get_attribute("href"), link.locator("div").text_content() or "") for link in links]
    assert len(paths) > 5
    for path, title in paths:
        assert path is not None
        opened(page, path)
        expect(page.locator("main h1")).to_have_text(title)
        expect(page.locator("main .banner")).to_have_count(0)
        shot(page, f"{who}-{path.strip('/').replace('/', '-') or 'overview'}")


def test_only_coordinators_are_led_to_planning(window: Window) -> None:
    for who, sees in (("ada", 1), ("customer", 0)):
        expect(opened(window(who), "/").locator("nav a[href='/planning']")).to_have_count(sees)
    page = opened(window("customer"), "/planning")
    expect(page.locator("main")).to_contain_text(texts.Common.not_for_you)


def test_whoever_is_not_signed_in_is_asked_to_and_comes_back(window: Window) -> None:
    page = window()
    page.goto("/money")
    assert page.url.endswith("/sign-in?next=/money")
    page.fill("[name=name]", "Customer")
    page.fill("[name=passphrase]", "not the pass-phrase")
    page.click(f"text={texts.Welcome.sign_in} >> visible=true")
    expect(page.locator("[role=alert]")).not_to_be_empty()
    page.fill("[name=passphrase]", PHRASE)
    page.keyboard.press("Enter")
    expect(page.locator("main h1")).to_have_text(texts.Money.title)
    assert page.url.endswith("/money")


def test_an_address_that_leads_nowhere_says_so(window: Window) -> None:
    for page in (window(), window("customer")):
        answer = page.goto("/nowhere/at-all")
        assert answer is not None
        assert answer.status == 404
        expect(page.locator("main")).to_contain_text(texts.Common.nowhere)


def test_the_api_keeps_its_own_answers(street: Town) -> None:
    """A path of the API that is not there, or not possible, is no page."""
    ask = street["customer"]._http
    for method, path, status in (("GET", "/api/v1/nothing", 404), ("PATCH", "/api/v1/orders", 405)):
        answer = ask.request(method, path)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
        assert "unsafe" not in answer.headers["content-security-policy"]


@pytest.mark.parametrize("origin", ["http://evil.example", "", "null"])
def test_another_site_opens_no_socket(street: Town, origin: str) -> None:
    handshake = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "c29ja2V0LW9mLWhhbnNlIQ==",
        "Origin": origin,
    }
    path = "/_nicegui_ws/socket.io/?EIO=4&transport=websocket"
    assert httpx.get(street.house.url + path, headers=handshake).status_code == 403
    ours = {**handshake, "Origin": street.house.url}
    assert httpx.get(street.house.url + path, headers=ours).status_code == 101


@pytest.mark.parametrize("next", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_a_link_does_not_lead_elsewhere_after_signing_in(window: Window, street: Town, next: str) -> None:
    page = window()
    page.goto(f"/sign-in?next={next}")
    page.fill("[name=name]", "Customer")
    page.fill("[name=passphrase]", PHRASE)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{street.house.url}/")


def test_signing_out_ends_it_in_every_window(window: Window) -> None:
    page = window()
    page.goto("/sign-in")
    page.fill("[name=name]", "Stranger")
    page.fill("[name=passphrase]", PHRASE)
    page.keyboard.press("Enter")
    expect(page.locator("main h1")).to_have_text(texts.Overview.title)
    page.click(".me")
    page.click(f"text={texts.Account.sign_out}")
    page.wait_for_url(re.compile("/sign-in$"))
    page.goto("/")
    assert "/sign-in" in page.url


@pytest.fixture(scope="module")
def crowded(street: Town) -> None:
    """Long lists, and the longest names people may have: no page may need luck to fit."""
    ada = street["ada"]
    for name in ("W" * 64, "M" * 64):
        who = street.house.managed(ada, name, "member")
        who.register(name[:32], name, ["milling"], place=shapes.Site(town=name, latitude=0, longitude=len(name)))
        ada.mint(who.session().address, 1)
    for _ in range(3):
        ada.mint(street.address("ada"), 99_999_999_900)
    wide = street.house.managed(ada, "Q" * 64, "customer")
    wide.place_order(product=1, quantity=1, deposit=0)


TOO_WIDE = """() => {
  if (document.documentElement.scrollWidth <= 360) return "";
  const wide = (one) => one.clientWidth && (one.getBoundingClientRect().right > 361 || one.scrollWidth > 361);
  const scrolls = (one) => one.closest('.scroll, .q-table__middle, pre') !== null;
  const last = (one) => wide(one) && !scrolls(one) && ![...one.children].some(wide);
  return [...document.querySelectorAll('#main *')].filter(last)
    .map((one) => `${one.tagName} ${one.className}: ${one.innerText?.slice(0, 60)}`).join("; ") || "something";
}"""
"""What makes a page wider than a phone; nothing if it is not."""

LONG_WORDS = """() => document.querySelectorAll('#main :is(p, dd, td, h2, h3, .q-table__grid-item-value, .value)')
  .forEach((one) => { if (!one.querySelector('svg, input, button')) one.append('0x' + '0'.repeat(40)); })"""
"""What no list holds today it may hold tomorrow: an address wherever words are shown."""


@pytest.mark.usefixtures("crowded")
@pytest.mark.parametrize("path", [path for path, *_ in NAVIGATION])
def test_a_page_fits_a_phone(window: Window, path: str) -> None:
    page = opened(window("ada", width=360, dark=True), path)
    assert not page.evaluate(TOO_WIDE)
    shot(page, f"phone-{path.strip('/') or 'overview'}")
    page.evaluate(LONG_WORDS)
    assert not page.evaluate(TOO_WIDE)


def test_the_keyboard_reaches_the_content_first(window: Window) -> None:
    page = opened(window("customer"), "/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text(texts.Common.skip)
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_dark_and_light_are_kept(window: Window) -> None:
    page = opened(window("customer"), "/")
    page.get_by_label(texts.Common.colours).click()
    expect(page.locator("body")).to_have_class(re.compile("body--dark"))
    opened(page, "/money")
    expect(page.locator("body")).to_have_class(re.compile("body--dark"))


def test_words_of_strangers_are_words(window: Window, street: Town) -> None:
    """What people call themselves and their shops is shown, never run."""
    evil = "Eve & Sons"
    eve = street.house.managed(street["ada"], evil, "member")
    eve.register("EVE", evil, ["milling"])
    page = opened(window("ada"), "/members")
    expect(page.locator(".listing")).to_contain_text(evil)


def test_what_changes_is_shown_without_being_asked(window: Window, street: Town) -> None:
    page = opened(window("customer"), "/money")
    before = page.locator(".figure .value").first.inner_text()
    street["ada"].mint(street.address("customer"), 12_345)
    expect(page.locator(".figure .value").first).not_to_have_text(before)


def test_a_league_that_is_shown_on_no_other_ledger_says_so(window: Window) -> None:
    page = opened(window("ada"), "/bridge")
    expect(page.locator("main")).to_contain_text(texts.Bridge.none)
    expect(page.locator("main")).to_contain_text("--beacon")
    expect(page.locator("#bring")).to_have_count(0)


# The way to every page: groups that fold, by pointer, by keyboard, on a phone.

KEPT = {
    "/", "/shop", "/orders", "/agreements", "/schedule", "/free-time", "/market", "/notices", "/rounds", "/planning",
    "/trade-offs", "/members", "/credentials", "/communities", "/decisions", "/laboratory", "/money", "/advances",
    "/designs", "/evidence",
}  # fmt: skip
"""Paths that people have kept links to."""


def test_every_page_stands_once_and_no_path_is_lost() -> None:
    paths = [way.path for way in NAVIGATION]
    assert len(paths) == len(set(paths))
    assert set(paths) >= KEPT


@pytest.mark.parametrize("who", ["ada", "member", "stranger"])
def test_any_page_is_two_presses_away(window: Window, who: str) -> None:
    page = opened(window(who), "/")
    for group in GROUPS:
        fold = page.locator(f"details[data-group={group.id}]")
        if fold.count() == 0:
            continue
        if fold.get_attribute("open") is None:
            fold.locator("summary").click()
        for link in fold.locator("a").all():
            expect(link).to_be_visible()
    page.locator("nav a[href='/evidence']").click()
    expect(page.locator("main h1")).to_have_text(texts.Evidence.title)
    here = page.locator("nav [aria-current=page]")
    expect(here).to_have_attribute("href", "/evidence")
    expect(here).to_be_visible()


def test_groups_stay_as_they_were_left_and_where_one_is_is_open(window: Window) -> None:
    page = opened(window("customer"), "/")
    work, market = (page.locator(f"details[data-group={one}]") for one in ("work", "market"))
    expect(work).to_have_attribute("open", "")
    expect(market).not_to_have_attribute("open", "")
    work.locator("summary").click()
    market.locator("summary").click()
    opened(page, "/money")
    expect(work).not_to_have_attribute("open", "")
    expect(market).to_have_attribute("open", "")
    opened(page, "/orders")
    expect(work).to_have_attribute("open", "")
    market.locator("summary").click()
    opened(page, "/")
    expect(market).not_to_have_attribute("open", "")


def test_the_keyboard_opens_a_group_and_follows_its_pages(window: Window) -> None:
    page = opened(window("customer"), "/")
    page.locator("details[data-group=league] summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_attribute("href", "/members")
    page.keyboard.press("Enter")
    expect(page.locator("main h1")).to_have_text(texts.Members.title)


def test_on_a_wide_screen_the_pages_stand_there_until_they_are_put_away(window: Window) -> None:
    page = opened(window("customer"), "/money")
    menu, first = page.get_by_label(texts.Common.menu, exact=True), page.locator("nav a").first
    expect(menu).to_have_attribute("aria-expanded", "true")
    expect(first).to_be_in_viewport()
    menu.click()
    expect(menu).to_have_attribute("aria-expanded", "false")
    expect(first).not_to_be_in_viewport()
    menu.click()
    expect(menu).to_have_attribute("aria-expanded", "true")
    expect(first).to_be_in_viewport()


def test_on_a_phone_the_pages_are_a_drawer_that_takes_the_keyboard_along(window: Window) -> None:
    page = opened(window("customer", width=360, dark=True), "/money")
    menu = page.get_by_label(texts.Common.menu, exact=True)
    expect(menu).to_have_attribute("aria-expanded", "false")
    expect(page.locator("nav a").first).not_to_be_in_viewport()
    menu.focus()
    page.keyboard.press("Enter")
    expect(menu).to_have_attribute("aria-expanded", "true")
    expect(page.locator("nav a[href='/']")).to_be_focused()
    expect(page.locator("nav [aria-current=page]")).to_be_in_viewport()
    shot(page, "phone-drawer")
    page.keyboard.press("Escape")
    expect(menu).to_have_attribute("aria-expanded", "false")
    expect(menu).to_be_focused()
    menu.click()
    page.locator("nav a[href='/evidence']").click()
    expect(page.locator("main h1")).to_have_text(texts.Evidence.title)
    expect(page.locator("nav a").first).not_to_be_in_viewport()
