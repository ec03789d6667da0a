"""Orders: placed with a guided form and a drawing, followed like a parcel, taken back, moved on by the coordinator."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from hanse.app.ui.texts import STATES
from hanse.app.ui.texts import Orders as say
from hanse.instances import hanse_json
from tests.app.api.house import Town, planned, question
from tests.app.ui.conftest import Window, shot
from tests.app.ui.deals import answer, opened, press


def drawing(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def filled(page: Page, quantity: str = "20", budget: str = "900") -> None:
    page.get_by_label(say.quantity).fill(quantity)
    page.get_by_label(say.within).fill("5")
    page.get_by_label(say.at_most, exact=True).fill(budget)
    page.get_by_label(say.least).fill("80")
    page.get_by_label(say.deposit, exact=True).fill("50.00")


def test_an_order_is_placed_with_its_drawing_and_followed(window: Window, street: Town, tmp_path: Path) -> None:
    page = opened(window("customer"), "/orders/new")
    filled(page)
    page.set_input_files("input[type=file]", drawing(tmp_path, "housing.step", b"ISO-10303-21;\nHEADER;"))
    expect(page.locator(".given")).to_contain_text(say.sent.format("housing.step", 1))
    shot(page, "order-form")
    press(page, say.new)
    for words in ("20 × Gearbox", "at most 900.00", "ready within 5 days", "50.00 are taken"):
        expect(page.locator(".q-dialog")).to_contain_text(words)
    answer(page, say.new)
    page.wait_for_url(re.compile(r"/orders/\d+$"))
    number = int(page.url.rsplit("/", 1)[1])
    asked = street["customer"].order(number).asked
    assert (asked["quantity"], asked["budget"], asked["due"], asked["min_quality"]) == (20, 90_000, 7_200, 800_000)

    expect(page.locator("#main")).to_contain_text(say.not_asked)
    press(page, say.match)
    expect(page.locator("#main")).to_contain_text(say.can_part.format(2))
    with page.expect_download() as kept:
        page.get_by_role("link", name="housing.step").click()
    assert kept.value.suggested_filename == "housing.step"
    assert kept.value.path().read_bytes().startswith(b"ISO-10303-21;")

    # A member that can work for it sees what is asked, drawing included; the coordinator plans and proposes it.
    shop = opened(window("member"), f"/orders/{number}")
    expect(shop.get_by_role("link", name="housing.step")).to_be_visible()
    expect(shop.get_by_role("button", name=say.take_back)).to_have_count(0)
    problem, _ = planned(question({asked["job"]: ("Customer", 90_000)}))
    problem["jobs"][0] |= {"due": 7_200, "min_quality": 0.8}
    for one in problem["jobs"][0]["plans"][0]["operations"]:
        one["modes"][0]["quality"] = 0.9
    street["ada"].append_block(*planned(hanse_json.read_problem(json.dumps(problem).encode())), {asked["job"]: number})
    expect(page.locator("#main")).to_contain_text("work costs 600.00 of 900.00 at most")
    expect(page.locator("#main")).to_contain_text(say.without_date)
    desk = opened(window("ada"), f"/orders/{number}")
    press(desk, say.propose)
    answer(desk, say.propose)
    expect(page.locator("#main")).to_contain_text("signed by 0 of 3")
    expect(page.locator("#main")).not_to_contain_text(say.without_date)
    shot(page, "order-proposed")


def test_a_file_that_is_no_drawing_is_refused_and_nothing_typed_is_lost(window: Window, tmp_path: Path) -> None:
    page = opened(window("customer"), "/orders/new")
    filled(page, quantity="7")
    page.set_input_files("input[type=file]", drawing(tmp_path, "virus.pdf", b"MZ\x90\0"))
    expect(page.locator(".q-notification")).to_contain_text("this is no pdf file")
    expect(page.get_by_label(say.quantity)).to_have_value("7")


def test_what_was_typed_is_there_after_a_reload(window: Window, street: Town, tmp_path: Path) -> None:
    page = opened(window("customer"), "/orders/new")
    filled(page, quantity="11")
    page.set_input_files("input[type=file]", drawing(tmp_path, "plate.dxf", b"0\nSECTION\n"))
    expect(page.locator(".given")).to_contain_text("plate.dxf (1 kB) is stored.")
    page.reload()
    expect(page.get_by_label(say.quantity)).to_have_value("11")
    expect(page.get_by_label(say.within)).to_have_value("5")
    expect(page.locator(".given")).to_contain_text("plate.dxf (1 kB) is stored.")
    press(page, say.new)
    answer(page, say.new)
    page.wait_for_url(re.compile(r"/orders/\d+$"))
    asked = street["customer"].order(int(page.url.rsplit("/", 1)[1])).asked
    assert (asked["quantity"], asked["drawing"]["file"]) == (11, "plate.dxf")
    opened(page, "/orders/new")
    expect(page.get_by_label(say.quantity)).to_have_value("1")


@pytest.mark.parametrize(("field", "words"), [(say.quantity, "0"), (say.deposit, "99 000 000"), (say.at_most, "cheap")])
def test_what_is_filled_in_wrongly_is_said_beside_it(window: Window, field: str, words: str) -> None:
    page = opened(window("customer"), "/orders/new")
    filled(page)
    page.get_by_label(field, exact=True).fill(words)
    press(page, say.new)
    expect(page.locator(".q-field--error")).to_have_count(1)
    expect(page.locator(".q-dialog")).to_have_count(0)


def test_an_open_order_is_taken_back_and_its_deposit_with_it(window: Window, street: Town) -> None:
    told = street["customer"].place_order(product=1, quantity=1, deposit=5_000)
    number = int(told.result["order"])
    before = street["customer"].money().account
    page = opened(window("customer"), f"/orders/{number}")
    press(page, say.take_back)
    expect(page.locator(".q-dialog")).to_contain_text("50.00")
    answer(page, say.take_back)
    expect(page.locator("#main .badge").first).to_have_text(STATES["cancelled"])
    assert street["customer"].money().account == before + 5_000


def test_a_planned_order_that_nobody_agrees_on_is_refunded(window: Window, street: Town) -> None:
    number = int(street["customer"].place_order(product=1, quantity=1, deposit=5_000, job="R1").result["order"])
    street["ada"].match(number)
    street["ada"].append_block(*planned(question({"R1": ("Customer", None)})), {"R1": number})
    desk = opened(window("ada"), f"/orders/{number}")
    press(desk, say.refund)
    expect(desk.locator(".q-dialog")).to_contain_text("50.00 go back to Customer")
    answer(desk, say.refund)
    expect(desk.locator("#main .badge").first).to_have_text(STATES["refunded"])


def test_staff_sees_everybodys_orders_and_members_those_they_can_work_for(window: Window, street: Town) -> None:
    number = int(street["customer"].place_order(product=1, quantity=3, deposit=0).result["order"])
    link = f"main a[href='/orders/{number}']"
    for who, sees in (("ada", 1), ("customer", 1), ("member", 0), ("stranger", 0)):
        expect(opened(window(who), "/orders").locator(link)).to_have_count(sees)
    expect(opened(window("ada"), "/orders?own=1").locator(link)).to_have_count(0)
    street["ada"].match(number)
    expect(opened(window("member"), "/orders").locator(link)).to_have_count(1)


@pytest.mark.parametrize("path", ["/orders/new", "/orders/1"])
def test_orders_fit_a_phone(window: Window, path: str) -> None:
    page = opened(window("customer", width=360, dark=True), path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    shot(page, f"phone-{path.strip('/').replace('/', '-')}")
