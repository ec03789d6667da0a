"""Planning in the browser: a file is checked, a plan is found, looked at and recorded; and the list of products."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import FilePayload, Page, Route, expect

from hanse.app.ui import texts
from hanse.app.ui.studying import POLL_SECONDS
from hanse.instances import hanse_json
from tests.app.api.house import Town, question
from tests.app.ui.conftest import Window, shot
from tests.app.ui.test_pages import opened

say, study = texts.Planning, texts.Studies


def file_of(jobs: dict[str, tuple[str, int | None]], name: str = "two shops.json") -> FilePayload:
    return {"name": name, "mimeType": "application/json", "buffer": hanse_json.write_problem(question(jobs))}


def dropped(page: Page, file: FilePayload) -> None:
    page.set_input_files("input[type=file]", file)
    expect(page.locator(".preview")).to_contain_text(file["name"])


def ordered(street: Town, *jobs: str) -> dict[str, int]:
    """New orders of the customer, matched."""
    numbers = {}
    for job in jobs:
        placed = street["customer"].place_order(product=1, quantity=1, deposit=0, job=job)
        numbers[job] = int(placed.result["order"])
        street["ada"].match(numbers[job])
    return numbers


def test_faults_in_a_file_are_shown_with_their_places_and_nothing_can_be_calculated(window: Window) -> None:
    page = opened(window("ada"), "/planning")
    wrong = json.dumps({"format": "hanse-problem/1", "name": 5}).encode()
    dropped(page, {"name": "wrong.json", "mimeType": "application/json", "buffer": wrong})
    expect(page.locator(".preview [role=alert]")).to_contain_text("1")
    expect(page.locator(".preview table")).to_contain_text("name")
    expect(page.get_by_role("button", name=study.begin)).to_have_count(0)


def test_a_plan_of_strange_jobs_can_be_found_but_not_recorded(window: Window) -> None:
    page = opened(window("ada"), "/planning")
    dropped(page, file_of({"X1": ("Nobody", None)}))
    expect(page.locator(".preview table")).to_contain_text(study.no_order)
    page.get_by_role("button", name=study.begin).click()
    expect(page.locator("#plan canvas")).to_be_visible()
    expect(page.locator("#record")).to_contain_text(say.cannot_record)
    expect(page.get_by_role("button", name=say.record)).to_have_count(0)


def test_names_in_a_file_stay_names(window: Window) -> None:
    evil = "<img src=x onerror=alert(1)><b id=evil>"
    page = opened(window("ada"), "/planning")
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    dropped(page, file_of({evil: (evil, None)}, f"{evil}.json"))
    page.get_by_role("button", name=study.begin).click()
    expect(page.locator("#plan canvas")).to_be_visible()
    page.get_by_text("The plan as a table").click()
    page.get_by_text(say.against).click()
    expect(page.get_by_text(evil, exact=True).first).to_be_visible()
    page.locator("#gantt canvas").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#tip")).to_contain_text(evil)
    expect(page.locator("#evil")).to_have_count(0)


def test_a_picture_whose_place_went_while_it_was_loaded_is_not_drawn(window: Window) -> None:
    page = opened(window("ada"), "/planning")
    dropped(page, file_of({"X1": ("Nobody", None)}))
    page.get_by_role("button", name=study.begin).click()
    expect(page.locator("#plan canvas")).to_be_visible()
    held: list[Route] = []
    drawing = "**/studies/*/results/drawing.json"
    page.route(drawing, lambda route: held.append(route))
    with page.expect_request(drawing):  # the plan is found again; its picture is long in coming
        opened(page, "/planning")
    dropped(page, file_of({"X2": ("Nobody", None)}, "another.json"))
    expect(page.locator("#gantt")).to_have_count(0)
    with page.expect_response(drawing):
        held[0].continue_()
    page.unroute(drawing)
    page.get_by_role("button", name=study.begin).click()
    expect(page.locator("#plan canvas")).to_have_count(1)
    page.keyboard.press("Escape")  # hides what is said of a bar, of every picture that was drawn


def test_a_picture_that_is_called_for_late_leaves_the_next_ones_place_alone(window: Window) -> None:
    page = opened(window("ada"), "/planning")
    page.evaluate("""() => {
        const draw = hanse.charts.gantt;
        window.calls = [];
        hanse.charts.gantt = (...given) => { calls.push(() => draw(...given)); return draw(...given); };
    }""")
    for known in (1, 2):  # the second study is the end of the first
        dropped(page, file_of({"X1": ("Nobody", None)}, f"{known}.json"))
        page.get_by_role("button", name=study.begin).click()
        page.wait_for_function(f"calls.length === {known}")
        expect(page.locator("#plan canvas")).to_be_visible()
    page.evaluate("calls[0]()")
    expect(page.locator("#gantt canvas")).to_have_count(1)
    expect(page.locator("#gantt[role=alert]")).to_have_count(0)


def test_from_a_file_to_a_recorded_plan(window: Window, street: Town) -> None:
    numbers = ordered(street, "P1", "P2")
    page = opened(window("ada"), "/planning")
    dropped(page, file_of(dict.fromkeys(numbers, ("Customer", None))))
    expect(page.locator(".preview")).to_contain_text(study.all_orders.format(2))
    page.get_by_role("button", name=study.begin).click()
    expect(page.locator("#plan canvas")).to_be_visible()
    expect(page.locator("#plan .cards")).to_contain_text("1 210.00".replace(" ", "\u202f"))
    shot(page, "planning-found")
    page.reload()  # the study was the service's, not the page's
    expect(page.locator("#plan canvas")).to_be_visible()
    page.get_by_role("button", name=say.record).click()
    dialog = page.get_by_role("alertdialog")
    expect(dialog).to_contain_text(say.record_orders.format(", ".join(map(str, sorted(numbers.values())))))
    assert street["ada"].order(numbers["P1"]).order.status == "open"
    dialog.get_by_role("button", name=say.record).click()
    expect(page.locator("#record")).to_contain_text(say.next)
    expect(page.locator(f"#record a[href='/orders/{numbers['P1']}']")).to_be_visible()
    assert {street["ada"].order(number).order.status for number in numbers.values()} == {"planned"}


def test_a_search_can_be_ended(window: Window) -> None:
    page = opened(window("ada"), "/planning")
    dropped(page, file_of({f"X{i}": ("Nobody", None) for i in range(40)}))
    page.get_by_label(say.objective).click()
    page.get_by_role("option", name=say.objectives["tardiness"]).click()
    page.get_by_role("button", name=study.begin).click()
    page.get_by_role("button", name=study.end).click()
    expect(page.get_by_role("button", name=study.end)).to_have_count(0)
    page.wait_for_timeout(3_000 * POLL_SECONDS)  # it is not asked for any more: the service would log a fault
    expect(page.locator("#plan")).to_have_count(0)


def test_products_are_listed_and_retired(window: Window, street: Town) -> None:
    page = opened(window("ada"), "/planning")
    page.get_by_text(say.add, exact=True).click()
    page.get_by_label(say.id).fill("flange")
    page.get_by_label(say.name).fill("Flange")
    page.get_by_label(say.needs).click()
    page.get_by_role("option", name="milling").click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name=say.add_do).click()
    row = page.locator("#products tr", has_text="flange")
    expect(row).to_contain_text(say.offered)
    row.get_by_role("button").click()
    page.get_by_role("alertdialog").get_by_role("button", name=say.retire).click()
    expect(row).to_contain_text(say.retired)
    assert [one.active for one in street["ada"].products() if one.id == "flange"] == [False]
