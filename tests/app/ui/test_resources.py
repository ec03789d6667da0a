"""Resources besides machines in the browser: offered by a member, found by others once a notary has seen them."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from hanse.app.ui.texts import Resources as say
from tests.app.api.house import Town, until
from tests.app.ui.conftest import Window, shot
from tests.app.ui.test_pages import opened


def offered(page: Page, name: str, capacity: str, price: str, **more: str) -> None:
    page.get_by_role("button", name=say.offer).click()
    dialog = page.get_by_role("dialog")
    for label, value in {
        say.name: name,
        say.unit: "core",
        say.capacity: capacity,
        say.unit_price: price,
        **more,
    }.items():
        dialog.get_by_label(label, exact=True).fill(value)
    dialog.get_by_role("button", name=say.offer).click()


def test_what_a_member_lets_others_use_is_certified_found_and_withdrawn(window: Window, street: Town) -> None:
    ada = street["ada"]
    grid = street.people["grid"] = street.house.managed(ada, "Grid house", "member")
    grid.register("G1", "Grid house", ["milling"])
    page = opened(window("grid"), "/resources")
    expect(page.locator("#own")).to_contain_text(say.none_own)
    offered(page, "Simulation cluster", "64", "0.12")
    expect(page.locator("#own table")).to_contain_text("0.12 per core and hour")
    shot(page, "resources")

    customer = opened(window("customer", width=360, dark=True), "/resources")
    listed = customer.locator("#find table")
    expect(customer.locator("#find")).to_contain_text(say.nothing)  # no notary has seen it
    every = customer.get_by_role("checkbox", name=say.uncertified)
    every.click()
    customer.get_by_role("button", name=say.find).click()
    expect(listed).to_contain_text(say.not_certified)
    ada.certify(ada.member(grid.session().address))
    every.click()
    customer.get_by_role("button", name=say.find).click()
    expect(listed).to_contain_text("Simulation cluster")
    expect(listed).not_to_contain_text(say.not_certified)
    shot(customer, "resources-phone")
    customer.get_by_label(say.at_least).fill("65")
    customer.get_by_role("button", name=say.find).click()
    expect(customer.locator("#find")).to_contain_text(say.nothing)

    page.locator("#own").get_by_role("button", name=say.withdraw).click()
    page.get_by_role("alertdialog").get_by_role("button", name=say.withdraw).click()
    expect(page.locator("#own")).to_contain_text(say.none_own)
    until(lambda: not ada.resources(name="Simulation cluster", certified=False))


def test_what_cannot_be_offered_is_said_at_the_field_and_changes_nothing(window: Window, street: Town) -> None:
    before = street["ada"].member(street.address("member"))
    page = opened(window("member"), "/resources")
    offered(page, "<b>", "0", "cheap")
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".q-field--error")).to_have_count(3)
    dialog.get_by_label(say.name, exact=True).fill("Archive")
    dialog.get_by_label(say.capacity, exact=True).fill("1")
    dialog.get_by_label(say.unit_price, exact=True).fill("1.00")
    dialog.get_by_label(say.from_).fill("2027-03-01T08:00")
    dialog.get_by_label(say.until).fill("2027-02-01T08:00")
    dialog.get_by_role("button", name=say.offer).click()
    expect(page.get_by_text(say.order_wrong)).to_be_visible()
    assert street["ada"].member(street.address("member")) == before


def test_whoever_is_no_member_can_look_and_is_told_who_can_offer(window: Window) -> None:
    page = opened(window("stranger"), "/resources")
    expect(page.locator("main")).to_contain_text(say.members_only)
    expect(page.get_by_role("button", name=say.offer)).to_have_count(0)
