"""Communities and decisions in the browser: founded, joined, given to; proposed in words and voted on with a button."""

from __future__ import annotations

from playwright.sync_api import expect

from hanse.app.ui.texts import Communities
from hanse.app.ui.texts import Decisions as say
from tests.app.api.house import Town, until
from tests.app.ui.conftest import Window, shot
from tests.app.ui.deals import answer, name_of, opened, press

RULES = {"joining": "open", "weight": "equal", "sharing": "equal", "quorum": 500_000, "delay": 0, "period": 86_400}


def test_a_community_is_founded_joined_and_left_at_will(window: Window) -> None:
    page = opened(window("member"), "/communities")
    press(page, Communities.found)
    dialog = page.locator(".q-dialog").first
    dialog.get_by_label(Communities.name).fill("Street")
    shot(page, "communities-found")
    dialog.get_by_role("button", name=Communities.found).click()
    mine = page.locator("section").filter(has_text="Street")
    expect(mine.get_by_text(Communities.yours)).to_be_visible()

    guest = opened(window("lathe"), "/communities")
    guest.locator("section").filter(has_text="Street").get_by_role("button", name=Communities.join).click()
    answer(guest, Communities.join)
    theirs = guest.locator("section").filter(has_text="Street")
    expect(theirs.get_by_text(Communities.yours)).to_be_visible()
    shot(guest, "communities")
    theirs.get_by_role("button", name=Communities.leave).click()
    expect(guest.locator(".q-dialog")).to_contain_text(Communities.leave_what)
    answer(guest, Communities.leave)
    expect(theirs.get_by_role("button", name=Communities.join)).to_be_visible()


def test_a_proposal_is_read_in_words_and_voted_on_with_a_button(window: Window, street: Town) -> None:
    member, lathe = street["member"], street["lathe"]
    street["ada"].mint(street.address("member"), 5_000)
    number = int(member.found_community("Voters", RULES).result["community"])
    lathe.join_community(number)
    member.contribute(number, 5_000)

    page = opened(window("member"), "/decisions")
    press(page, say.propose)
    dialog = page.locator(".q-dialog").first
    dialog.get_by_label(say.community).click()
    page.get_by_role("option", name="Voters").click()
    dialog.get_by_label(say.kind).click()
    page.get_by_role("option", name=say.kinds["share"]).click()
    dialog.get_by_label(say.amount).fill("40.00")
    dialog.get_by_label(say.why).fill("the year was good")
    shot(page, "decisions-propose")
    dialog.get_by_role("button", name=say.propose).click()
    until(lambda: any(one.community == number for one in member.proposals()))
    made = next(one for one in member.proposals() if one.community == number)

    words = f"share 40.00 of the treasury of community {number} among its members"
    voter = opened(window("lathe"), f"/decisions/{made.number}")
    expect(voter.locator("main")).to_contain_text(words)
    expect(voter.locator("#main .badge").first).to_have_text(say.states["active"])
    press(voter, say.vote_for)
    expect(voter.locator(".q-dialog")).to_contain_text(words)
    answer(voter, say.vote)
    expect(voter.locator("main")).to_contain_text(say.own.format(say.supports["for"]))
    expect(voter.locator("main")).to_contain_text(say.count.format(1, 0, 0))
    expect(voter.locator("table")).to_contain_text(name_of(street, "lathe"))
    shot(voter, "decision")
    expect(opened(window("stranger"), "/decisions").get_by_role("button", name=say.vote_for)).to_have_count(0)
