"""An order that is planned and proposed, for people in windows to work on."""

from __future__ import annotations

from itertools import count
from typing import Any

from playwright.sync_api import Page, TimeoutError, expect

from tests.app.api.house import SERVICES, Town, planned, question

_numbers = count(1)


def proposed(town: Town, customer: str = "customer", *, instalments: bool = False, **more: Any) -> tuple[int, int]:
    """A new order of a customer and its proposed agreement. more: of the order."""
    order = order_planned(town, customer, **more)
    return order, int(town["ada"].propose(order, instalments=instalments).result["agreement"])


def order_planned(town: Town, customer: str = "customer", **more: Any) -> int:
    """A new order of a customer, planned. more: of the order."""
    job = f"W{next(_numbers)}"
    told = town[customer].place_order(product=1, quantity=5, deposit=10_000, job=job, **more)
    order = int(told.result["order"])
    town["ada"].match(order)
    name = town[customer].session().name
    problem, plan = planned(question({job: (name, more.get("budget"))}))
    town["ada"].append_block(problem, plan, {job: order})
    return order


def in_force(town: Town) -> tuple[int, int]:
    """The same, signed and paid for."""
    order, agreement = proposed(town)
    signed(town, agreement)
    return order, agreement


def signed(town: Town, agreement: int) -> None:
    """All sign it, and the customer puts down what lacks."""
    for who in ("member", "lathe", "customer"):
        town[who].sign(agreement)
    lacks = town["customer"].agreement(agreement).lacks
    if lacks:
        town["customer"].deposit("settlement", lacks)


def name_of(town: Town, who: str) -> str:
    """What people call somebody: the first worker of a town is its `member`, whatever its name."""
    return town[who].session().name


def service_of(town: Town, who: str) -> int:
    """The service a member offers, by its place in the league's list."""
    return SERVICES.index(town["ada"].member(town.address(who)).services[0])


def opened(page: Page, path: str) -> Page:
    """The page, when it answers."""
    page.goto(path)
    expect(page.locator("main h1")).to_be_visible()
    page.wait_for_function("document.querySelector('main')?.closest('.q-layout') != null")
    expect(page.locator("main .banner")).to_have_count(0)
    return page


def press(page: Page, button: str, *, nth: int = 0) -> None:
    """Presses a button by its words."""
    page.get_by_role("button", name=button, exact=True).nth(nth).click()


def open_question(page: Page, button: str) -> None:
    """Presses a button until its question is there: a page that is drawn again in that moment misses a click, as it
    would miss a person's."""
    for _ in range(5):
        press(page, button)
        try:
            page.locator(".q-dialog").wait_for(timeout=3_000)
            return
        except TimeoutError:
            continue
    raise AssertionError(f"no question after {button}")


def answer(page: Page, button: str) -> None:
    """Presses a button of the question that is open."""
    page.locator(".q-dialog").get_by_role("button", name=button, exact=True).click()
