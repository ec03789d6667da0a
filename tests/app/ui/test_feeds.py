"""Measurements in the browser: a notary names sources, they sign what they saw, and whoever looks sees who said it."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import FilePayload, Page, expect

from hanse.app.ui.texts import Feeds as say
from tests.app.api.house import Town
from tests.app.ui.conftest import Window, shot
from tests.app.ui.deals import in_force, name_of, opened

SOURCES = ("member", "lathe", "stranger")


def named(page: Page, street: Town, feed: str) -> None:
    page.get_by_role("button", name=say.name_one).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(say.name, exact=True).fill(feed)
    dialog.get_by_label(say.unit).fill("seconds late")
    for who in SOURCES:
        dialog.get_by_label(say.who).click()
        dialog.get_by_label(say.who).fill(name_of(street, who))
        page.get_by_role("option", name=name_of(street, who), exact=True).click()
        page.keyboard.press("Escape")
    dialog.get_by_role("button", name=say.name_do).click()
    expect(page.locator("#feeds table")).to_contain_text(feed)


def signed(page: Page, feed: str, subject: str, value: str) -> FilePayload:
    """What a source takes away."""
    form = page.locator("#say")
    form.get_by_label(say.feed).click()
    page.get_by_role("option", name=feed, exact=True).click()
    form.get_by_label(say.subject).fill(subject)
    form.get_by_label(say.say_value).fill(value)
    form.get_by_role("button", name=say.say_do).click()
    with page.expect_download() as got:
        page.get_by_role("alertdialog").get_by_role("button", name=say.say_do).click()
    return {"name": "said.json", "mimeType": "application/json", "buffer": Path(got.value.path()).read_bytes()}


def put_down(page: Page, feed: str, subject: str, files: list[FilePayload]) -> None:
    form = page.locator("#record")
    form.get_by_label(say.feed).click()
    page.get_by_role("option", name=feed, exact=True).click()
    form.get_by_label(say.subject).fill(subject)
    form.locator("input[type=file]").set_input_files(files)
    expect(form.get_by_role("status")).to_have_text(say.held.format(len(files)))
    form.get_by_role("button", name=say.record_do).click()


def test_sources_sign_a_record_is_put_down_given_as_evidence_and_seen_by_those_it_is_about(
    window: Window, street: Town
) -> None:
    _, agreement = in_force(street)
    subject = f"agreement {agreement}, milestone 0"
    ada = opened(window("ada"), "/feeds")
    named(ada, street, "gate")
    words = []
    for who, value in zip(SOURCES, ("60", "62", "999999"), strict=True):
        words.append(signed(opened(window(who), "/feeds"), "gate", subject, value))
    page = opened(window("member"), "/feeds")
    put_down(page, "gate", subject, words[:1])
    expect(page.get_by_text("1 sources count")).to_be_visible()  # too few: nothing is put down
    expect(page.locator("#record .card")).to_have_count(0)
    page.reload()
    put_down(page, "gate", subject, words)
    made = page.locator("#record .card")
    expect(made).to_contain_text(say.value.format(subject, "62", "seconds late"))
    expect(made).to_contain_text(say.counted.format(3, 3, 2))
    expect(made).to_contain_text(name_of(street, "lathe"))
    evidence = made.locator(".hash").inner_text()
    shot(page, "feeds-record")

    worker = next(one.member for one in street["ada"].agreement(agreement).milestones if one.number == 0)
    who = "member" if worker == street.address("member") else "lathe"
    street[who].start(agreement, 0)
    street[who].deliver(agreement, 0, evidence)
    assert street["ada"].agreement(agreement).milestones[0].evidence == evidence
    customer = opened(window("customer", width=360, dark=True), "/feeds")
    told = customer.locator("#told")
    expect(told.get_by_role("link", name=say.where.format(agreement, 0))).to_be_visible()
    expect(told).to_contain_text(say.holds)
    shot(customer, "feeds-phone")

    # Whoever is not believed any more counts in no record, and everybody who looks sees it.
    for gone in ("lathe", "stranger"):
        ada.locator("#feeds").get_by_role("button", name=say.withdraw).click()
        ada.get_by_role("dialog").get_by_label(say.sources).click()
        ada.get_by_role("option", name=name_of(street, gone), exact=True).click()
        ada.get_by_role("dialog").get_by_role("button", name=say.withdraw).click()
        expect(ada.get_by_role("dialog")).to_have_count(0)
        # What is drawn anew takes its button with it: whoever clicks meanwhile clicks again.
        expect(ada.locator("#feeds")).not_to_contain_text(name_of(street, gone))
    expect(told).to_contain_text(say.fails)
    look = opened(window("stranger"), "/feeds").locator("#check")
    look.get_by_label(say.evidence).fill(evidence)
    look.get_by_role("button", name=say.look).click()
    expect(look.locator(".card")).to_contain_text(say.fails)


def test_what_is_no_signed_word_is_refused_where_it_is_dropped(window: Window) -> None:
    page = opened(window("stranger"), "/feeds")
    wrong: FilePayload = {"name": "x.json", "mimeType": "application/json", "buffer": json.dumps({"a": 1}).encode()}
    page.locator("#record input[type=file]").set_input_files([wrong])
    expect(page.get_by_text(say.wrong_file)).to_be_visible()
    page.locator("#check").get_by_label(say.evidence).fill("0x12")
    page.locator("#check").get_by_role("button", name=say.look).click()
    expect(page.get_by_text(say.no_fingerprint)).to_be_visible()
    expect(page.get_by_role("button", name=say.name_one)).to_have_count(0)  # a notary's
