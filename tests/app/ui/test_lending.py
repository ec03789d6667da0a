"""A delegation on paper in the browser: its owner signs it, somebody else sends it, and it counts once."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import Page, expect

from hanse.app.ui.texts import Lending as say
from tests.app.api.house import Town, until
from tests.app.ui.conftest import Window, shot
from tests.app.ui.deals import name_of, opened


def signed(page: Page, who: str, machine: str) -> str:
    """What the owner takes away."""
    page.get_by_label(say.who).click()
    page.get_by_label(say.who).fill(who)
    page.get_by_role("option", name=who, exact=True).click()
    page.get_by_label(say.machine).fill(machine)
    page.get_by_role("button", name=say.sign, exact=True).click()
    with page.expect_download() as got:
        page.get_by_role("alertdialog").get_by_role("button", name=say.sign).click()
    return Path(got.value.path()).read_text()


def delegates(street: Town, owner: str) -> list[str]:
    return [one.delegate for one in street["ada"].identity(owner).delegates]


def test_a_paper_is_signed_taken_away_and_sent_by_somebody_else(window: Window, street: Town) -> None:
    owner, key = street.address("member"), street.address("stranger")
    page = opened(window("member"), f"/members/{owner}")
    paper = signed(page, name_of(street, "stranger"), "M7")
    shot(page, "paper")
    assert delegates(street, owner) == []

    post = opened(window("customer", width=360, dark=True), "/credentials")
    forged = json.dumps({**json.loads(paper), "delegate": street.address("customer")})
    for text in (forged, paper):
        post.get_by_label(say.paper).fill(text)
        post.get_by_role("button", name=say.look).click()
        post.get_by_role("alertdialog").get_by_role("button", name=say.bring).click()
        if text == forged:
            expect(post.get_by_text("NotSignedByOwner")).to_be_visible()  # the letter is not the postman's to change
    expect(post.get_by_text(say.sent)).to_be_visible()
    shot(post, "paper-sent-phone")
    assert delegates(street, owner) == [key]

    post.get_by_label(say.paper).fill(paper)
    post.get_by_role("button", name=say.look).click()
    post.get_by_role("alertdialog").get_by_role("button", name=say.bring).click()
    expect(post.get_by_text("NotSignedByOwner").last).to_be_visible()  # its number is used up
    street["member"].name_delegate(owner, key, machines=["M7"], days=0)
    until(lambda: not delegates(street, owner))


def test_what_is_no_paper_is_refused_before_anything_is_asked(window: Window) -> None:
    page = opened(window("stranger"), "/credentials")
    page.get_by_label(say.paper).fill("Dear postman")
    page.get_by_role("button", name=say.look).click()
    expect(page.get_by_text(say.wrong)).to_be_visible()
    expect(page.get_by_role("alertdialog")).to_have_count(0)
