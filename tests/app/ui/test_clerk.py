"""A clerk signs an agreement for whoever gave it a mandate, with one button, and no more than that allows."""

from __future__ import annotations

from playwright.sync_api import expect

from hanse.app.ui import texts
from tests.app.api.house import Town
from tests.app.ui.conftest import Window, shot
from tests.app.ui.deals import answer, name_of, open_question, opened, proposed

say = texts.Agreements


def test_a_clerk_signs_for_its_party_up_to_its_mandate(window: Window, street: Town) -> None:
    _, number = proposed(street)
    party, clerk = street.address("customer"), street.address("stranger")
    assert opened(window("stranger"), "/agreements").get_by_text(say.as_clerk).count() == 0
    street["customer"].give_mandate(party, clerk, per_deal=1, per_period=10**9, days=1)

    page = opened(window("stranger"), "/agreements")
    page.get_by_role("link", name=say.one_for.format(number, name_of(street, "customer"))).click()
    sign = say.sign_for.format(name_of(street, "customer"))
    expect(page.get_by_role("button", name=sign, exact=True)).to_be_visible()
    for other in (say.sign, say.counter, say.decline):
        expect(page.get_by_role("button", name=other, exact=True)).to_have_count(0)
    open_question(page, sign)
    expect(page.locator(".q-dialog")).to_contain_text(say.sign_for_what.format(name_of(street, "customer")))
    answer(page, sign)
    expect(page.locator(".q-notification").filter(has_text="mandate is not enough")).to_be_visible()
    assert party not in street["ada"].agreement(number).signed

    street["customer"].give_mandate(party, clerk, per_deal=10**9, per_period=10**9, days=1)
    open_question(page, sign)
    shot(page, "agreement-clerk")
    answer(page, sign)
    expect(page.locator("#main")).not_to_contain_text(say.needs_sign.format(name_of(street, "customer")))
    assert party in street["ada"].agreement(number).signed
    street["customer"].give_mandate(party, clerk, per_deal=0, per_period=0, days=0)
