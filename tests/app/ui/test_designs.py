"""Rights in the browser: a design is registered and licensed, its order pays for it, a reader comes and goes, and the
product gets its passport."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import expect

from hanse.app.ui.texts import Designs as say
from hanse.app.ui.texts import Lives
from hanse.app.ui.texts import Orders as order_say
from hanse.model.canonical import digest
from tests.app.api.house import Town
from tests.app.ui.conftest import Window, shot
from tests.app.ui.deals import answer, opened, press

VALVE = b"ISO-10303-21;\nHEADER; a valve"


def test_a_design_is_registered_and_licensed(window: Window, street: Town, tmp_path: Path) -> None:
    page = opened(window("lathe"), "/designs")
    expect(page.locator("#main")).to_contain_text(say.none)
    (tmp_path / "valve.step").write_bytes(VALVE)
    page.set_input_files("input[type=file]", tmp_path / "valve.step")
    expect(page.locator(".given")).to_contain_text(order_say.sent.format("valve.step", 1))
    press(page, say.register)
    expect(page.locator("#main")).to_contain_text(digest(VALVE)[:10])
    assert street["lathe"].rights.design(digest(VALVE)).author == street.address("lathe")

    press(page, say.give)
    page.get_by_label(say.licensee).fill("Customer")
    page.get_by_role("option", name="Customer", exact=True).click()
    page.get_by_label(say.pieces).fill("30")
    page.get_by_label(say.royalty).fill("2.50")
    answer(page, say.give)
    expect(page.locator("#main")).to_contain_text(say.of.format(30, 30))
    shot(page, "designs")
    (licence,) = (one for one in street["customer"].rights.licences() if one.design == digest(VALVE))
    assert (licence.royalty, licence.licensee) == (250, street.address("customer"))


def test_an_order_uses_the_licence_and_says_who_reads_its_drawing(window: Window, street: Town) -> None:
    customer = street["customer"]
    drawing = customer.upload("valve.step", VALVE).content
    number = int(customer.place_order(product=1, quantity=4, deposit=0, drawing=drawing).result["order"])
    customer.match(number)
    page = opened(window("customer"), f"/orders/{number}")
    press(page, say.use)
    answer(page, say.use)
    expect(page.locator("#main")).to_contain_text("10.00 held for the design's owner")
    expect(page.locator("#main")).to_contain_text(say.readers)
    assert street["member"].rights.open(drawing) == VALVE
    row = page.get_by_role("row").filter(has_text=street["member"].session().name)
    row = row.filter(has=page.get_by_role("button", name=say.shut))
    row.get_by_role("button", name=say.shut).click()
    answer(page, say.shut)
    expect(page.get_by_role("button", name=say.let_asked)).to_be_visible()
    assert street["member"]._http.get(f"/api/v1/contents/{drawing}/opened").status_code == 404
    shot(page, "order-rights")


def test_a_contest_is_decided_by_an_arbiter(window: Window, street: Town, tmp_path: Path) -> None:
    page = opened(window("customer"), "/designs")
    (tmp_path / "valve.step").write_bytes(VALVE)
    page.set_input_files("input[type=file]", tmp_path / "valve.step")
    expect(page.locator(".given")).to_contain_text(order_say.sent.format("valve.step", 1))
    press(page, say.contest)
    page.get_by_label(say.evidence).fill("my notebook of 2025")
    answer(page, say.contest)
    expect(page.locator("body")).to_contain_text(say.contest_done)
    judge = opened(window("arbiter"), "/designs")
    expect(judge.locator("#main")).to_contain_text(say.contests)
    press(judge, say.decide)
    judge.get_by_text(say.upheld).click()
    judge.get_by_label(say.reason).fill("the notebook is older")
    answer(judge, say.decide)
    expect(judge.locator("body")).to_contain_text(say.decided)
    assert street["lathe"].rights.design(digest(VALVE)).owner == street.address("customer")


def test_what_became_of_a_product_is_told_and_stands_in_its_passport(window: Window) -> None:
    page = opened(window("customer", width=360, dark=True), "/designs?order=1")
    life = page.locator("#life")
    life.get_by_label(Lives.materials).fill("steel")
    life.get_by_role("button", name=Lives.do).click()
    expect(page.get_by_text(Lives.wrong)).to_be_visible()
    life.get_by_label(Lives.materials).fill("steel = 1.2\nbrass = 0,08")
    life.get_by_role("button", name=Lives.do).click()
    expect(page.get_by_role("alertdialog")).to_contain_text("steel 1.2 kg, brass 0.08 kg")
    answer(page, Lives.do)
    expect(page.get_by_text(Lives.done)).to_be_visible()
    shot(page, "life-phone")
    opened(page, "/orders/1")
    expect(page.get_by_role("link", name=Lives.title)).to_be_visible()
    press(page, say.passport)
    answer(page, say.passport)
    page.wait_for_url(re.compile(r"/passports/0x[0-9a-f]{64}$"))
    expect(page.locator("body")).to_contain_text("recycled")
    expect(page.locator("body")).to_contain_text("brass 0.08 kg")


def test_the_passport_of_an_order_is_made_and_read_by_anybody(window: Window) -> None:
    page = opened(window("customer"), "/orders/1")
    press(page, say.passport)
    answer(page, say.passport)
    page.wait_for_url(re.compile(r"/passports/0x[0-9a-f]{64}$"))
    expect(page.locator("h1")).to_contain_text("1 × Gearbox")
    shot(page, "passport")
    stranger = window()
    stranger.goto(page.url)
    expect(stranger.locator("body")).to_contain_text("O1 on M1")
    expect(stranger.locator("svg")).to_be_visible()
    # A page of nothing says so, and makes nothing up.
    missing = stranger.goto("/passports/0x" + "00" * 32)
    assert missing is not None
    assert missing.status == 404
    stranger.close()
