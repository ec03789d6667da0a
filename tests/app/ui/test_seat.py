"""An office whose key was changed: the new key takes its seat on My account, and its pages have its buttons again."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from hanse.app.ui import texts
from tests.app.api.house import Town, until
from tests.app.ui.conftest import Window, shot
from tests.app.ui.deals import answer, in_force, open_question, opened, press

say = texts.Seat


@pytest.fixture(scope="module")
def deal(street: Town) -> int:
    """An agreement in force that names the arbiter."""
    _, number = in_force(street)
    until(lambda: street["ada"].agreement(number).status == "active")
    assert street["ada"].agreement(number).conditions.arbiter == street.address("arbiter")
    return number


@pytest.fixture(scope="module")
def judge(street: Town, deal: int) -> str:
    """The arbiter's key is changed to that of `fresh`; the address of the arbiter."""
    old = street["ada"].agreement(deal).conditions.arbiter
    fresh = street.people["fresh"] = street.house.managed(street["ada"], "Fresh", "customer")
    street["arbiter"]._write("POST", f"identities/{old}/owner", {"owner": fresh.session().address}, wait=False)
    until(lambda: street["ada"]._http.get(f"/api/v1/identities/{old}").json()["owner"] == fresh.session().address)
    return old


def test_a_new_key_takes_the_seat_of_what_was_given_to_it_and_stands_up_again(
    window: Window, street: Town, judge: str
) -> None:
    page = opened(window("fresh"), "/account")
    offices = page.get_by_role("definition").nth(1)
    expect(offices).to_have_text(texts.Account.none)
    open_question(page, say.take)
    expect(page.locator(".q-dialog")).to_contain_text(say.take_what)
    answer(page, say.take)
    expect(page.locator("#main")).to_contain_text(say.sits.format("Arbiter"))
    expect(offices).to_have_text(texts.OFFICES["arbiter"])
    assert street["fresh"].session().seat == judge
    shot(page, "account-seat")
    open_question(page, say.stand)
    answer(page, say.stand)
    expect(page.get_by_role("button", name=say.take)).to_be_visible()
    expect(offices).to_have_text(texts.Account.none)
    assert street["fresh"].session().seat is None


def test_whoever_was_given_nothing_has_no_seat_to_take(window: Window) -> None:
    page = opened(window("stranger"), "/account")
    expect(page.locator("#main")).to_contain_text(texts.Guarding.title)
    expect(page.locator("#main")).not_to_contain_text(say.title)


def test_an_arbiters_new_key_decides_in_its_seat_and_its_reasons_are_read(
    window: Window, street: Town, judge: str, deal: int
) -> None:
    number, own = deal, street.address("member")
    index = next(one.number for one in street["ada"].agreement(number).milestones if one.member == own)
    street["member"].start(number, index)
    street["member"].deliver(number, index, "all good")
    street["customer"].dispute(number, index, "three parts are out of tolerance")
    street["fresh"]._write("POST", f"identities/{judge}/seat", None)
    until(lambda: "arbiter" in street["fresh"].session().offices)
    page = opened(window("fresh"), f"/agreements/{number}")
    press(page, texts.Agreements.rule)
    page.get_by_label(texts.Agreements.share).fill("75")
    page.locator(".q-dialog textarea").fill("I have measured them")
    answer(page, texts.Agreements.rule)
    expect(page.locator("#main")).to_contain_text(texts.Agreements.ruled.format("75 %"))
    ruled = street["customer"].agreement(number).milestones[index]
    assert (ruled.stage, ruled.share) == ("ruled", 750_000)
    assert street["customer"].content(ruled.evidence) == b"I have measured them"
    assert street["ada"].audit().ok
