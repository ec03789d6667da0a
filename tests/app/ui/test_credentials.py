"""A credential on its way through three browsers: a notary signs it, its holder shows a part of it, a reader judges."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from hanse.app.ui.texts import Credentials as say
from tests.app.api.house import Town
from tests.app.ui.conftest import Window, shot
from tests.app.ui.test_pages import opened


def issued(page: Page, holder: str) -> str:
    """Signs a credential about somebody, in the notary's window."""
    card = opened(page, "/credentials").locator("#issue")
    card.get_by_label(say.about).fill(holder)
    page.get_by_role("option", name=holder, exact=True).click()
    card.get_by_label(say.claims).fill("name=Mueller GmbH\nvat=DE136695976")
    card.get_by_role("button", name=say.issue_do).click()
    page.locator(".ask").get_by_role("button", name=say.issue_do).click()
    return card.get_by_label(say.give_issued).input_value()


def asked(page: Page) -> tuple[str, str]:
    """For whom and with which number something is to be shown, in the reader's window."""
    card = opened(page, "/credentials").locator("#check")
    card.get_by_role("button", name=say.ask).click()
    return card.locator("dd").first.inner_text(), card.locator(".nonce").inner_text()


def shown(page: Page, credential: str, audience: str, nonce: str) -> str:
    card = opened(page, "/credentials").locator("#show")
    card.get_by_label(say.credential).fill(credential)
    card.get_by_label(say.names).fill("name")
    card.get_by_label(say.audience).fill(audience)
    card.get_by_label(say.nonce).fill(nonce)
    card.get_by_role("button", name=say.show_do).click()
    return card.get_by_label(say.give_shown).input_value()


def check(page: Page, presentation: str) -> None:
    page.get_by_label(say.shown).fill(presentation)
    page.locator("#check").get_by_role("button", name=say.judge, exact=True).click()


def test_what_a_notary_states_is_shown_in_part_and_believed_once(window: Window) -> None:
    credential = issued(window("ada"), "Customer")
    reader, holder = window("member"), window("customer")
    presentation = shown(holder, credential, *asked(reader))
    check(reader, presentation)
    judged = reader.locator("#check")
    expect(judged).to_contain_text(say.believed)
    expect(judged).to_contain_text("Mueller GmbH")
    expect(judged).not_to_contain_text("DE136695976")
    shot(reader, "credential-believed")
    # The same again, for another number: somebody recorded it.
    asked(reader)
    check(reader, presentation)
    expect(judged).to_contain_text(say.not_believed)
    expect(opened(window("ada"), "/credentials").locator("#refused")).to_contain_text(say.reasons["WRONG_NONCE"])


def test_a_member_gives_a_clerk_a_mandate_and_everybody_sees_it(window: Window, street: Town) -> None:
    at = street["member"].session().address
    page = opened(window("member"), f"/members/{at}")
    form = page.locator("#act")
    form.get_by_label(say.clerk_who, exact=True).fill("Customer")
    page.get_by_role("option", name="Customer", exact=True).click()
    form.get_by_label(say.clerk_each).fill("500.00")
    form.get_by_label(say.clerk_month).fill("900")
    form.get_by_role("button", name=say.clerk_do).click()
    expect(page.locator(".ask")).to_contain_text("Up to 500.00 each and 900.00 in 30 days")
    page.locator(".ask").get_by_role("button", name=say.clerk_do).click()
    expect(page.locator("#keys")).to_contain_text("up to 500.00 each, 0.00 of 900.00 used")
    shot(page, "member-clerk")
    page = opened(window("stranger"), f"/members/{at}")
    expect(page.locator("#keys")).to_contain_text(say.itself)
    expect(page.locator("#act")).to_have_count(0)
    expect(opened(page, "/credentials").locator("#network")).to_contain_text("signs agreements for")
