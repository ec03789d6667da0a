"""Guardians on My account: named, asked for help, objected to; and an account given to another key."""

from __future__ import annotations

from playwright.sync_api import expect

from hanse.app.ui import texts
from tests.app.api.house import Town, until
from tests.app.ui.conftest import Window, shot
from tests.app.ui.deals import answer, open_question, opened

say = texts.Guarding


def test_a_guardian_is_named_helps_and_the_owner_objects(window: Window, street: Town) -> None:
    ada = street["ada"]
    owner = street.people["guarded"] = street.house.managed(ada, "Guarded", "customer")
    street.people["friend"] = street.house.managed(ada, "Friend", "customer")
    page = opened(window("guarded"), "/account")
    expect(page.locator("#main")).to_contain_text(say.none)
    page.get_by_label(say.who).fill("Friend")
    page.get_by_role("option", name="Friend", exact=True).click()
    page.keyboard.press("Escape")
    page.get_by_label(say.threshold).fill("1")
    open_question(page, say.do)
    answer(page, say.do)
    words = say.what.format(1, "Friend", 72)
    expect(page.locator("#main")).to_contain_text(words)

    friend = opened(window("friend"), "/account")
    expect(friend.locator("#main")).to_contain_text(say.yours.format("Guarded"))
    open_question(friend, say.recover)
    dialog = friend.locator(".q-dialog").first
    dialog.get_by_label(say.new).fill("Stranger")
    friend.get_by_role("option", name="Stranger", exact=True).click()
    dialog.get_by_role("button", name=say.recover).click()
    expect(friend.locator("#main")).to_contain_text(say.ready.format("Stranger"))

    page.reload()
    expect(page.locator("#main")).to_contain_text("They want to give it to")
    shot(page, "account-recovery")
    page.get_by_role("button", name=say.object).click()
    until(lambda: owner.identity(owner.session().address).guard.candidate is None, 30)  # type: ignore[union-attr]


def test_an_account_is_given_to_another_key_and_its_own_is_out(window: Window, street: Town) -> None:
    leaving = street.people["leaving"] = street.house.managed(street["ada"], "Leaving", "customer")
    page, at = opened(window("leaving"), "/account"), leaving.session().address
    page.get_by_label(say.rotate_to).fill("0x" + "a7" * 20)
    open_question(page, say.rotate_do)
    expect(page.locator(".q-dialog")).to_contain_text(say.rotate_what)
    answer(page, say.rotate_do)
    until(lambda: leaving._http.get("/api/v1/session").status_code == 401)
    found = street["ada"].identity(at)
    assert found.owner.lower() == "0x" + "a7" * 20
