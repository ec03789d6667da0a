"""Agreements and My shop: what is promised is said before it is signed, everybody sees what is missing, work goes from
begun to paid, disputes are decided."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data
from playwright.sync_api import Page, expect

from hanse.app.client import Client
from hanse.app.ui.texts import STATES, Orders, Shop
from hanse.app.ui.texts import Agreements as say
from tests.app.api.house import Town, until
from tests.app.ui.conftest import Window, shot
from tests.app.ui.deals import (
    answer,
    in_force,
    name_of,
    open_question,
    opened,
    order_planned,
    press,
    proposed,
    signed,
)


def piece(page: Page, order: int) -> Any:
    """What My shop says about an order."""
    return page.locator("section.piece").filter(has_text=re.compile(rf"Order {order} \("))


def test_an_agreement_is_weighed_countered_revised_and_comes_into_force(window: Window, street: Town) -> None:
    order, number = proposed(street)

    # The member sees what it pays at a glance, and what it promises before it signs.
    shop = opened(window("member"), "/shop")
    mine = piece(shop, order)
    expect(mine).to_contain_text(re.compile(r"milling on M1|turning on M2"))
    expect(mine).to_contain_text(Shop.hourly)
    shot(shop, "shop-request")
    mine.get_by_role("button", name=say.counter).click()
    dialog = shop.locator(".q-dialog")
    dialog.get_by_label(say.compensation).fill("twenty")
    answer(shop, say.counter_send)
    expect(dialog).to_contain_text("An amount like")
    dialog.get_by_label(say.compensation).fill("20.00")
    dialog.get_by_label(say.why).fill("Steel became dearer.")
    shot(shop, "shop-counter")
    dialog.get_by_role("button", name=say.counter_send).dblclick()
    expect(dialog).to_have_count(0)
    assert len(street["ada"].agreement(number).said) == 1  # pressed twice, said once

    # The coordinator is shown what was asked for, and why, and proposes just that.
    desk = opened(window("ada"), f"/agreements/{number}")
    expect(desk.locator("#main")).to_contain_text("asks for")
    press(desk, "Evidence")
    expect(desk.locator(".q-dialog")).to_contain_text("Steel became dearer.")
    answer(desk, "Back")
    press(desk, say.revise)
    answer(desk, say.revise_send)
    expect(desk.locator("#main")).to_contain_text("version 2 of 3")
    assert street["ada"].agreement(number).milestones[0].compensation in (0, 2_000)

    # Everybody signs; the customer sees what is missing, and puts it down.
    expect(piece(shop, order)).to_contain_text("20.00 on top")
    piece(shop, order).get_by_role("button", name=say.sign).click()
    expect(shop.get_by_role("alertdialog", name=say.sign_ask.format(number))).to_be_visible()
    for words in ("It pays", "20.00 on top", "If you miss it", "you are paid nothing"):
        expect(shop.locator(".q-dialog")).to_contain_text(words)
    answer(shop, say.sign)
    expect(piece(shop, order)).to_contain_text("It waits for")
    buyer = opened(window("customer"), f"/agreements/{number}")
    for who in ("lathe", "customer"):
        expect(buyer.locator("#main")).to_contain_text(say.needs_sign.format(name_of(street, who)))
    buyer.get_by_role("button", name=say.sign, exact=True).focus()
    street["lathe"].sign(number)  # which is on no block yet, and is seen all the same
    expect(buyer.locator("#main")).not_to_contain_text(say.needs_sign.format(name_of(street, "lathe")))
    expect(buyer.get_by_role("button", name=say.sign, exact=True)).to_be_focused()  # though it was drawn again
    lacks = street["customer"].agreement(number).lacks
    assert lacks > 0
    press(buyer, say.sign)
    expect(buyer.locator(".q-dialog")).to_contain_text("You pay")
    answer(buyer, say.sign)
    expect(buyer.locator("#main")).not_to_contain_text(say.needs_sign.format("Customer"))
    words = say.put_down.format(f"{lacks / 100:.2f}")
    press(buyer, words)
    answer(buyer, words)
    expect(buyer.locator("#main .badge").first).to_have_text(STATES["active"])  # the clerk does it
    shot(buyer, "agreement-in-force")


def test_work_is_begun_delivered_accepted_and_rated(window: Window, street: Town) -> None:
    order, number = in_force(street)
    until(lambda: street["ada"].agreement(number).status == "active")
    shop = opened(window("member"), "/shop")
    buyer = opened(window("customer"), f"/orders/{order}")
    own = street.address("member")
    index = next(one.number for one in street["ada"].agreement(number).milestones if one.member == own)

    piece(shop, order).get_by_role("button", name=say.start).click()
    answer(shop, say.start)
    expect(piece(shop, order)).to_contain_text(STATES["started"])
    piece(shop, order).get_by_role("button", name=say.deliver).click()
    shop.locator(".q-dialog textarea").fill("crate 12, measured")
    answer(shop, say.deliver)
    expect(piece(shop, order)).to_contain_text(STATES["delivered"])

    # The customer was not asked to look again, and reads the evidence with one click.
    step = buyer.locator("li").filter(has_text=f"{name_of(street, 'member')}:")
    expect(step).to_contain_text(STATES["delivered"])
    step.get_by_role("button", name="Evidence").click()
    expect(buyer.locator(".q-dialog")).to_contain_text("crate 12, measured")
    answer(buyer, "Back")
    step.get_by_role("button", name=say.accept).click()
    expect(buyer.locator(".q-dialog")).to_contain_text("are paid at once")
    buyer.locator(".q-dialog .q-select").click()
    buyer.get_by_role("option", name=say.ratings[900_000]).click()
    answer(buyer, say.accept)
    expect(step).to_contain_text("rated 90 %")
    shot(buyer, "order-tracked")
    done = street["customer"].agreement(number).milestones[index]
    assert (done.stage, done.rating, done.paid) == ("settled", 900_000, done.price)
    expect(piece(shop, order)).to_have_count(0)
    expect(shop.locator("#main")).to_contain_text(Shop.settled)

    # The other gives its work back, after it was told what that means; then the order is done.
    other = opened(window("lathe"), f"/agreements/{number}")
    press(other, say.give_up)
    expect(other.locator(".q-dialog")).to_contain_text("you are paid nothing of")
    answer(other, say.give_up)
    expect(other.locator("#main")).to_contain_text(say.endings["given up"])
    expect(buyer.locator("li").last).to_contain_text("came back to you")

    # What it was paid is its own.
    open_question(shop, Shop.take_out)
    answer(shop, Shop.take_out)
    expect(shop.get_by_role("button", name=Shop.take_out)).to_have_count(0)


def test_a_dispute_is_decided_by_the_arbiter_and_can_be_appealed(window: Window, street: Town) -> None:
    _, number = in_force(street)
    until(lambda: street["ada"].agreement(number).status == "active")
    own = street.address("member")
    index = next(one.number for one in street["ada"].agreement(number).milestones if one.member == own)
    street["member"].start(number, index)
    street["member"].deliver(number, index, "all good")
    buyer = opened(window("customer"), f"/agreements/{number}")
    judge = opened(window("arbiter"), f"/agreements/{number}")
    press(buyer, say.dispute)
    buyer.locator(".q-dialog textarea").fill("three parts are out of tolerance")
    answer(buyer, say.dispute)
    press(judge, say.rule)
    judge.get_by_label(say.share).fill("101")
    answer(judge, say.rule)
    expect(judge.locator(".q-dialog")).to_contain_text("A whole number from 0 to 100")
    judge.get_by_label(say.share).fill("75")
    answer(judge, say.rule)
    for page in (judge, buyer):
        expect(page.locator("#main")).to_contain_text(say.ruled.format("75 %"))
    press(buyer, say.appeal)
    answer(buyer, say.appeal)
    expect(buyer.locator("#main")).to_contain_text(STATES["appealed"])
    expect(judge.get_by_role("button", name=say.rule)).to_have_count(0)  # it is another's now


def test_who_bears_what_is_proposed_signed_and_left_to_no_arbiter(window: Window, street: Town) -> None:
    order = order_planned(street)
    desk = opened(window("ada"), f"/orders/{order}")
    open_question(desk, Orders.propose_clause)
    dialog = desk.locator(".q-dialog")
    expect(dialog).to_contain_text("An arbiter then says what happened")
    for name, percent in (("quality", "100"), ("breakdown", "40"), ("transport", "25")):
        dialog.get_by_label(Orders.failures[name]).fill(percent)
    answer(desk, Orders.propose)
    until(lambda: any(one.order == order for one in street["ada"].agreements()))
    now = next(one for one in street["ada"].agreements() if one.order == order)
    assert now.liability is not None
    assert now.liability.model_dump() == {"quality": 1_000_000, "breakdown": 400_000, "transport": 250_000}

    signed(street, now.number)
    until(lambda: street["ada"].agreement(now.number).status == "active")
    mine = next(one for one in now.milestones if one.member == street.address("member"))
    street["member"].start(now.number, mine.number)
    street["member"].deliver(now.number, mine.number, "the spindle broke")
    street["customer"].dispute(now.number, mine.number, "half is missing")
    court = opened(window("arbiter"), f"/agreements/{now.number}")
    open_question(court, say.rule)
    question = court.locator(".q-dialog")
    expect(question).to_contain_text("the member bears 100 % of bad quality, 40 % of a breakdown, 25 % of transport")
    expect(question.get_by_label(say.share)).to_have_count(0)
    question.get_by_label(say.cause).click()
    court.get_by_role("option", name=say.causes["breakdown"]).click()
    question.get_by_label(say.rule_words).fill("The log of the spindle says so.")
    answer(court, say.rule)
    expect(court.locator("#main")).to_contain_text(say.ruled_by.format(say.causes["breakdown"]))
    assert street["customer"].agreement(now.number).milestones[mine.number].share == 600_000


def test_what_an_hour_costs_is_kept_in_the_browser_and_shown_against_the_pay(window: Window, street: Town) -> None:
    order, _ = proposed(street)
    shop = opened(window("member"), "/shop")
    shop.get_by_label(Shop.hour_cost).fill("30.00")
    shop.keyboard.press("Enter")
    expect(piece(shop, order)).to_contain_text(Shop.left)
    hours = 1 if "milling" in piece(shop, order).inner_text() else 0.5
    pay = 400 if hours == 1 else 205
    expect(piece(shop, order)).to_contain_text(f"{pay - 30 * hours:.2f}")
    shop.reload()
    expect(piece(shop, order)).to_contain_text(Shop.left)
    shop.get_by_label(Shop.hour_cost).fill("9000")
    shop.keyboard.press("Enter")
    expect(piece(shop, order)).to_contain_text(Shop.lost)
    expect(piece(opened(window("member"), "/shop"), order)).not_to_contain_text(Shop.lost)  # another browser


def test_a_declined_proposal_says_why_and_is_over(window: Window, street: Town) -> None:
    order, number = proposed(street)
    shop = opened(window("lathe"), "/shop")
    piece(shop, order).get_by_role("button", name=say.decline).click()
    shop.locator(".q-dialog .q-select").click()
    shop.get_by_role("option", name=say.reasons["time"]).click()
    answer(shop, say.decline)
    expect(piece(shop, order)).to_have_count(0)
    desk = opened(window("ada"), f"/agreements/{number}")
    expect(desk.locator("#main")).to_contain_text(say.reasons["time"])
    expect(desk.locator("#main .badge").first).to_have_text(STATES["declined"])


def test_nobody_sees_agreements_or_work_of_others(window: Window, street: Town) -> None:
    order, number = proposed(street)
    page = window("stranger")
    for path in (f"/agreements/{number}", f"/orders/{order}"):
        page.goto(path)
        expect(page.locator("main [role=alert]")).to_be_visible()
        expect(page.locator("#main")).not_to_contain_text("Gearbox")
    opened(page, "/agreements")
    expect(page.locator("#main")).to_contain_text(say.empty)


def test_what_is_typed_stays_while_the_page_changes(window: Window, street: Town) -> None:
    """Somebody else's deed draws the page again; the open question is not part of what is drawn."""
    order, _ = proposed(street)
    shop = opened(window("member"), "/shop")
    piece(shop, order).get_by_role("button", name=say.counter).click()
    shop.locator(".q-dialog textarea").fill("half a sentence")
    other, _ = proposed(street)
    expect(piece(shop, other)).to_have_count(1)
    expect(shop.locator(".q-dialog textarea")).to_have_value("half a sentence")


def with_wallet(street: Town) -> Client:
    """Wanda, a customer with a wallet and some money."""
    if "wanda" not in street.people:
        street.people["wanda"] = street.house.wallet(street["ada"], "Wanda", "customer")
        street["ada"].mint(street.address("wanda"), 1_000_000)
    return street["wanda"]


def test_a_wallet_signs_an_agreement_as_it_shows_it(window: Window, street: Town) -> None:
    wanda = with_wallet(street)
    _, number = proposed(street, "wanda")
    page = window("wanda")
    wallet = wanda._wallet
    assert wallet is not None
    shown: list[dict[str, Any]] = []

    def request(asked: dict[str, Any]) -> str:
        assert asked["method"] == "eth_signTypedData_v4"
        address, document = asked["params"]
        shown.append(json.loads(document))
        assert address == wallet.address
        signed = Account.sign_message(encode_typed_data(full_message=shown[0]), wallet.key)
        return "0x" + bytes(signed.signature).hex()

    page.expose_function("walletRequest", request)
    page.add_init_script("window.ethereum = { request: (asked) => window.walletRequest(asked) }")
    opened(page, f"/agreements/{number}")
    press(page, say.sign)
    answer(page, say.sign)
    expect(page.locator("#main")).not_to_contain_text(say.needs_sign.format("Wanda"))
    assert wanda.agreement(number).signed == [wallet.address]
    assert shown[0]["message"]["party"] == wallet.address


def test_without_a_wallet_a_wallet_account_hears_what_is_missing(window: Window, street: Town) -> None:
    wanda = with_wallet(street)
    _, number = proposed(street, "wanda")
    page = opened(window("wanda"), f"/agreements/{number}")
    press(page, say.sign)
    answer(page, say.sign)
    expect(page.locator(".q-notification")).to_contain_text("There is no wallet in this browser.")
    assert wanda.agreement(number).signed == []


@pytest.mark.parametrize("who", ["customer", "ada"])
def test_an_agreement_fits_a_phone(window: Window, who: str) -> None:
    page = opened(window(who, width=360, dark=True), "/agreements/1")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    shot(page, f"phone-agreement-{who}")
