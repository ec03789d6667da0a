"""Evidence in the browser: a plan verified step by step, everything audited, and the report to take away."""

from __future__ import annotations

from playwright.sync_api import expect

from hanse.app.audit_report import verify
from hanse.app.ui import texts
from hanse.app.verifying import STEPS
from tests.app.api.house import Town
from tests.app.ui.conftest import Window, shot
from tests.app.ui.test_pages import opened

say = texts.Evidence


def test_a_plan_is_verified_in_front_of_whoever_works_for_it(window: Window) -> None:
    page = opened(window("member"), "/evidence")
    page.get_by_role("link", name="1", exact=True).first.click()
    page.get_by_role("button", name=say.verify).click()
    expect(page.locator(".steps .badge.good")).to_have_count(len(STEPS))
    expect(page.locator("#verify [role=status]")).to_have_text(say.whole["shown"])
    shot(page, "evidence-verified")


def test_a_stranger_sees_that_it_is_recorded_and_no_more(window: Window) -> None:
    page = opened(window("stranger"), "/evidence/1")
    expect(page.locator("#main")).to_contain_text(say.not_yours)
    expect(page.get_by_role("button", name=say.verify)).to_have_count(0)


def test_everything_is_audited_and_a_signed_report_is_kept(window: Window, street: Town) -> None:
    page = opened(window("customer"), "/evidence")
    page.get_by_role("button", name=say.audit_do).click()
    expect(page.get_by_role("button", name=say.report_html)).to_be_visible()
    expect(page.locator("#audit .badge.bad")).to_have_count(0)
    today = page.evaluate("new Date().toISOString().slice(0, 10)")
    page.get_by_label(say.report_since, exact=True).fill(today)
    page.get_by_label(say.report_until, exact=True).fill(today)
    page.get_by_role("checkbox", name=say.report_sign).click()
    shot(page, "evidence-audited")
    with page.expect_download() as read:
        page.get_by_role("button", name=say.report_html).click()
    text = read.value.path().read_text()
    assert "<script" not in text
    assert "blocks, problems and plans" in text
    service, customer = street["ada"].league().auditor, street.address("customer")
    page_said = verify(text.encode(), [service, customer])
    with page.expect_download() as kept:
        page.get_by_role("button", name=say.report_json).click()
    told = verify(kept.value.path().read_bytes(), [service, customer])
    assert told.report["agrees"] is True
    assert told.report["happened"] == page_said.report["happened"]
    assert told.report["happened"]["plans"]

    # A period in which nothing was: the same audit, and nothing to list.
    page.get_by_label(say.report_since, exact=True).fill("2031-01-01")
    page.get_by_label(say.report_until, exact=True).fill("")
    page.get_by_role("button", name=say.report_json).click()
    expect(page.locator(".q-notification")).to_contain_text("no part of what was audited")


def test_what_the_ledger_told_leads_to_the_things(window: Window) -> None:
    page = opened(window("customer"), "/evidence")
    first = page.locator("#ledger a[href='/orders/1']").first
    older = page.locator("#ledger").get_by_role("button", name=say.more)
    rows = page.locator("#ledger table tr")
    expect(rows.nth(1)).to_be_visible()
    # The town's other tests fill the newest page; the first order is on some older one.
    while older.is_visible():
        before = rows.count()
        older.click()
        expect(rows.nth(before)).to_be_visible()
    expect(first).to_be_visible()
    expect(page.locator("#ledger a[href='/evidence/1']")).to_be_visible()
