"""Notices over REST: posted, found with reasons, suggested to whom they suit, withdrawn; and what a cheat gains."""

from __future__ import annotations

import time
from typing import Any

import pytest

from hanse.app.api.shapes import NoticeNow
from hanse.app.client import Client, Refused
from tests.app.api.house import Town

DAY = 86_400


def posted(
    who: Client, title: str, services: list[str], price: int, kind: str = "offered", **more: object
) -> NoticeNow:
    now = int(time.time())
    what: dict[str, Any] = {"ready": now + 3 * DAY, "expires": now + 30 * DAY, **more}
    who.post_notice(kind, title, services, price=price, **what)
    return next(one for one in who.notices(own=True) if one.title == title)


def test_what_is_offered_is_found_by_capability_place_price_and_time_and_says_why(town: Town) -> None:
    near = posted(town["member"], "near", ["milling"], 9_000, position=[1_000, 0])
    far = posted(town["lathe"], "far", ["milling", "turning"], 6_000, position=[400_000, 0])
    me = town["customer"]
    by_place = me.search("milling", x=0, y=0, weights={"place": 9, "price": 1})
    both = (near.id, far.id)
    assert [one.notice.id for one in by_place.found if one.notice.id in both] == [near.id, far.id]
    by_price = me.search("milling", x=0, y=0, weights={"price": 9})
    assert [one.notice.id for one in by_price.found if one.notice.id in both] == [far.id, near.id]
    first = next(one for one in by_place.found if one.notice.id == near.id)
    assert sum(first.parts.values()) == first.score
    assert first.why.startswith("place 0.98")
    there: dict[str, Any] = {"x": 400_000, "y": 0, "reach": 9}
    cheap: dict[str, Any] = {"budget": 8_000}
    for found in (me.search("milling", "turning"), me.search("milling", **cheap), me.search("milling", **there)):
        assert near.id not in {one.notice.id for one in found.found}
    soon = me.search("milling", by=int(time.time()) + DAY).found
    assert not {one.notice.id for one in soon} & {near.id, far.id}
    with pytest.raises(Refused, match="no service"):
        me.search("honing")
    with pytest.raises(Refused, match="no weight"):
        me.search("milling", weights={"beauty": 1})


def test_a_community_one_has_joined_ties_its_members_and_the_league_ties_nobody(town: Town) -> None:
    """Nobody becomes somebody's friend by founding a community of its own."""
    notices = {who: posted(town[who], f"of the {who}", ["sawing"], 9_000, "wanted") for who in ("member", "lathe")}
    rules = {"joining": "open", "weight": "equal", "sharing": "equal", "quorum": 500_000, "delay": 60, "period": 60}

    def ties() -> dict[str, int]:
        found = town["customer"].search(kind="wanted", weights={"ties": 1}, limit=100).found
        by = {one.notice.id: one.merits["ties"] for one in found}
        return {who: by[one.id] for who, one in notices.items()}

    for who in ("member", "lathe"):
        town[who].join_community(1)
    before = ties()
    made = town["lathe"].found_community("Cheats", rules, 3_600)
    assert ties() == before
    own = town["customer"].found_community("Friends", rules, 3_600)
    town["member"].join_community(int(own.result["community"]))
    after = ties()
    assert after["member"] == before["member"] + (1_000_000 - before["member"]) // 10
    assert after["lathe"] == before["lathe"]
    for who, one in notices.items():
        town[who].withdraw_notice(one.number)
    town["member"].leave_community(int(own.result["community"]))
    town["customer"].leave_community(int(own.result["community"]))
    town["lathe"].leave_community(int(made.result["community"]))
    for who in ("member", "lathe"):
        town[who].leave_community(1)


def test_what_is_wanted_is_shown_to_whom_it_suits(town: Town) -> None:
    wanted = posted(town["customer"], "a bracket, milled", ["milling"], 20_000, "wanted", quality=500_000)
    asked = town["customer"].ask_quotations(
        "a bracket", budget=20_000, bond=500, latest=int(time.time()) + 30 * DAY, services=["milling"]
    )
    number = int(asked.result["number"])
    mine = next(who for who in ("member", "lathe") if "milling" in town["ada"].member(town.address(who)).services)
    other = "lathe" if mine == "member" else "member"
    assert wanted.id in {one.id for one in town[mine].suggested().wanted}
    assert number in town[mine].suggested().requests
    assert wanted.id not in {one.id for one in town[other].suggested().wanted}  # it turns
    assert number not in town[other].suggested().requests
    offers = town["customer"].suggested().offers
    assert {"near", "far"} <= {one.notice.title for one in offers}
    assert [one.score for one in offers] == sorted((one.score for one in offers), reverse=True)


def test_a_withdrawn_or_expired_notice_is_gone_and_only_its_author_withdraws_it(town: Town) -> None:
    one = posted(town["member"], "short", ["grinding"], 5_000)
    with pytest.raises(Refused, match="no notice"):
        town["stranger"].withdraw_notice(one.number)
    town["member"].withdraw_notice(one.number)
    assert one.id not in {found.id for found in town["customer"].notices()}
    with pytest.raises(Refused, match="expired"):
        posted(town["member"], "late", ["grinding"], 5_000, expires=1)
