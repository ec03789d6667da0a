"""The league on a map: where members stand, which ways orders take, what is late; and the same as a table."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import expect

from hanse.app.api import shapes
from hanse.app.api.examples import example
from hanse.app.ui import texts
from hanse.app.ui.map import EDGE, TALL, WIDE, Way, placed, ways
from tests.app.api.house import Town
from tests.app.ui.conftest import Window, shot
from tests.app.ui.deals import in_force, opened


def member(number: int, north: float | None = None, east: float = 0) -> shapes.MemberNow:
    place = None if north is None else shapes.Site(town="T", latitude=round(north * 1e6), longitude=round(east * 1e6))
    return shapes.MemberNow(
        address=f"0x{number:040x}", number=number + 1, id=f"E{number}", name=f"Shop {number}", services=["milling"],
        certified=True, description="0x" + "0" * 64, place=place,
    )  # fmt: skip


def deal(number: int, *work: tuple[int, int, bool], status: str = "active", due: int = 2_000) -> shapes.AgreementNow:
    """work: member, begin, whether it ended."""
    schema = shapes.AgreementNow.model_json_schema(ref_template="#/components/schemas/{model}")
    told: dict[str, Any] = example(schema, schema["$defs"])
    one = dict(told["milestones"][0])
    stones = [
        {**one, "number": i, "member": f"0x{who:040x}", "start_by": begin, "due": due, "stage": "agreed",
         "ended": 9 if ended else None}
        for i, (who, begin, ended) in enumerate(work)
    ]  # fmt: skip
    return shapes.AgreementNow.model_validate(
        {**told, "number": number, "order": number, "status": status, "milestones": stones, "said": []}
    )


def late(number: int) -> shapes.WorkNow:
    return shapes.WorkNow(
        order=number, job="J", agreement=number, milestone=0, member="0x" + "0" * 40, stage="agreed",
        operations=1, begun=0, finished=0, expected=9, due=8, late=1,
    )  # fmt: skip


def test_orders_go_from_shop_to_shop_as_their_work_follows() -> None:
    (one, two) = ways([deal(1, (3, 20, False), (1, 10, True), (2, 15, False))], [], now=0)
    assert (one.origin[-1], one.destination[-1], two.destination[-1]) == ("1", "2", "3")
    assert not one.late
    assert ways([deal(1, (1, 0, False))], [], now=0) == (Way(1, 1, f"0x{1:040x}", f"0x{1:040x}", False),)


def test_only_what_is_agreed_and_not_over_is_on_its_way() -> None:
    assert ways([deal(1, (1, 0, True), (2, 1, True)), deal(2, (1, 0, False), status="open")], [], now=0) == ()


def test_what_is_overdue_or_will_be_late_is_marked() -> None:
    deals = [deal(1, (1, 0, False), (2, 1, False)), deal(2, (1, 0, False), (2, 1, False), due=5)]
    assert [one.late for one in ways(deals, [late(1)], now=0)] == [True, False]
    assert [one.late for one in ways(deals, [], now=6)] == [False, True]


@given(
    st.lists(st.tuples(st.floats(-90, 90), st.floats(-180, 180)), min_size=1, max_size=20),
)
def test_every_member_stands_inside_of_the_map_wherever_it_is(at: list[tuple[float, float]]) -> None:
    points, scale = placed([member(i, *one) for i, one in enumerate(at)])
    assert len(points) == len(at)
    assert scale > 0
    for x, y in points.values():
        assert EDGE - 1 <= x <= WIDE - EDGE + 1
        assert EDGE - 1 <= y <= TALL - EDGE + 1


def test_north_is_up_east_is_right_and_kilometres_are_kilometres() -> None:
    points, scale = placed([member(0, 53.866, 10.687), member(1, 53.551, 9.994)])
    (x, y), (to_x, to_y) = points.values()
    assert x > to_x
    assert y < to_y
    assert ((x - to_x) ** 2 + (y - to_y) ** 2) ** 0.5 / scale == pytest.approx(57.5, abs=1)  # Luebeck to Hamburg


def test_a_league_on_both_sides_of_the_date_line_is_no_world_tour() -> None:
    points, scale = placed([member(0, 0, 179.5), member(1, 0, -179.5)])
    (x, _), (to_x, _) = points.values()
    assert (to_x - x) / scale == pytest.approx(111, abs=1)


def test_a_map_without_places_is_no_map() -> None:
    assert placed([member(0), member(1)]) == ({}, 1.0)


# --- in the browser ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def somewhere(street: Town) -> int:
    """The town's shops have said where they are, and work for an order; its number."""
    for who, town, north, east in (("member", "Luebeck", 53.866, 10.687), ("lathe", "Hamburg <b>", 53.551, 9.994)):
        own = street["ada"].member(street.address(who))
        place = shapes.Site(town=town, latitude=round(north * 1e6), longitude=round(east * 1e6)).model_dump()
        body = {"id": own.id, "name": own.name, "services": own.services, "place": place}
        street[who]._write("PUT", "members/me", body)
        street["ada"].certify(street["ada"].member(own.address))
    return in_force(street)[0]


@pytest.mark.parametrize("dark", [False, True])
def test_the_overview_shows_the_league_on_a_map_and_as_a_table(
    window: Window, street: Town, somewhere: int, dark: bool
) -> None:
    page = opened(window("ada", dark=dark), "/")
    spots = page.locator(".map a")
    expect(page.locator(".map path.way").first).to_be_visible()
    assert {one.get_attribute("href") for one in spots.all()} >= {
        f"/members/{street.address(who)}" for who in ("member", "lathe")
    }
    section = page.locator("section", has=page.get_by_role("heading", name=texts.Map.title, exact=True))
    row = section.get_by_role("row").filter(has_text="Luebeck")
    expect(row).to_contain_text(texts.Map.order.format(somewhere))
    expect(section).to_contain_text("Hamburg <b>")  # words of strangers are words
    shot(page, f"map-{'dark' if dark else 'light'}")


@pytest.mark.usefixtures("somewhere")
def test_the_keyboard_walks_from_member_to_member(window: Window) -> None:
    page = opened(window("customer"), "/")
    first = page.locator(".map a").first
    first.focus()
    name = first.get_attribute("aria-label")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.map') !== null")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") != name
    page.keyboard.press("Enter")
    page.wait_for_url("**/members/0x*")


@pytest.mark.usefixtures("somewhere")
def test_the_map_fits_a_phone(window: Window) -> None:
    page = opened(window("customer", width=360), "/")
    expect(page.locator(".map svg")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    shot(page, "map-phone")


def test_a_place_is_typed_in_degrees_and_half_a_place_is_none(window: Window, street: Town) -> None:
    street.people["wismar"] = street.house.managed(street["ada"], "Wismar", "member")
    page = opened(window("wismar"), "/members")
    page.get_by_label(texts.Members.id).last.fill("E9")
    page.get_by_label(texts.Members.services).last.click()
    page.get_by_role("option", name="grinding", exact=True).click()
    page.keyboard.press("Escape")
    page.get_by_label(texts.Members.town).fill("Wismar")
    page.get_by_role("button", name=texts.Members.join, exact=True).click()
    expect(page.locator(".q-notification").filter(has_text=texts.Members.place_wrong)).to_be_visible()
    page.get_by_label(texts.Members.latitude).fill("53,89")
    page.get_by_label(texts.Members.longitude).fill("11.46")
    page.get_by_role("button", name=texts.Members.join, exact=True).click()
    expect(page.locator(".q-notification").filter(has_text=texts.Members.join_done)).to_be_visible()
    told = street["ada"].member(street.address("wismar")).place
    assert told == shapes.Site(town="Wismar", latitude=53_890_000, longitude=11_460_000)
