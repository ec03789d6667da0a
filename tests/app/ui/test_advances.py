"""Financing in the browser: a member asks on its agreement, a financier gives, a customer pays an instalment, and the
order's page draws who added what."""

from __future__ import annotations

from playwright.sync_api import expect

from hanse.app.ui.texts import Financing as say
from hanse.app.ui.texts import Value as value
from tests.app.api.house import Town, until
from tests.app.ui.conftest import Window, shot
from tests.app.ui.deals import answer, in_force, opened, press, proposed


def test_a_member_asks_and_a_financier_gives(window: Window, street: Town) -> None:
    order, number = in_force(street)
    until(lambda: street["ada"].agreement(number).status == "active")
    member = opened(window("member"), f"/agreements/{number}")
    press(member, say.ask)
    member.get_by_label(say.amount).fill("100.00")
    member.get_by_label(say.repay).fill("105.00")
    answer(member, say.ask)
    street["ada"].mint(street.address("stranger"), 20_000)
    financier = opened(window("stranger"), "/advances")
    row = financier.get_by_role("row").filter(has_text=say.order.format(order))
    expect(row).to_contain_text("105.00")
    shot(financier, "advances")
    row.get_by_role("button", name=say.give).click()
    expect(financier.locator(".q-dialog")).to_contain_text("If the work fails, you get less, or nothing.")
    answer(financier, say.give)
    expect(row).to_contain_text(say.states["given"])
    expect(member.locator("#main")).to_contain_text(say.goes_first.format("105.00"))
    assert street["member"].money().settlement >= 10_000


def test_a_customer_pays_an_instalment_and_sees_who_added_what(window: Window, street: Town) -> None:
    order, _ = proposed(street, instalments=True)
    number = street["customer"].order(order).agreements[0].number
    lacks = street["customer"].agreement(number).lacks
    if lacks:
        street["customer"].deposit("settlement", lacks)
    for who in ("member", "lathe", "customer"):
        street[who].sign(number)
    until(lambda: street["ada"].agreement(number).status == "active")
    page = opened(window("customer"), f"/agreements/{number}")
    expect(page.locator("#main")).to_contain_text("that is your fault in the records")
    page.get_by_role("button", name="Pay the instalment").click()
    page.locator(".q-dialog").get_by_role("button", name="Pay the instalment").click()
    expect(page.get_by_role("button", name="Pay the instalment")).to_have_count(0)
    assert all(one.funded for one in street["customer"].agreement(number).milestones)
    page = opened(page, f"/orders/{order}")
    press(page, value.show)
    expect(page.locator("#main")).to_contain_text(value.stable)
    expect(page.locator("#main")).to_contain_text(value.exact)
    shot(page, "order-added")


def test_a_coordinator_sets_how_points_are_earned_and_everybody_reads_it(window: Window) -> None:
    reader = opened(window("customer", width=360, dark=True), "/advances")
    expect(reader.locator("#loyalty")).to_contain_text("100.00")
    expect(reader.get_by_role("button", name=say.rule_set)).to_have_count(0)
    page = opened(window("ada"), "/advances")
    press(page, say.rule_set)
    page.get_by_label(say.rule_rate).fill("51")
    page.get_by_label(say.rule_cap).fill("250.00")
    answer(page, say.rule_set)
    expect(page.locator(".q-dialog .q-field--error")).to_have_count(1)
    page.get_by_label(say.rule_rate).fill("20")
    answer(page, say.rule_set)
    expect(reader.locator("#loyalty")).to_contain_text("20 %")
    expect(reader.locator("#loyalty")).to_contain_text("250.00")
    shot(reader, "points-phone")
