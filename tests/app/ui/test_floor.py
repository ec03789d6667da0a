"""My shop shows what its machines say, as soon as they say it, and whom it believes."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from hanse.app.ui import texts
from hanse.app.ui.floor import SPAN, _plot, _strip
from hanse.ledger.identities import readings_of
from hanse.telemetry.reading import ENERGY, STARTED, STATE
from tests.app.api.hall import Hall
from tests.app.api.house import Town
from tests.app.ui.conftest import Window, shot
from tests.app.ui.deals import answer, open_question, opened, press

say = texts.Floor


@pytest.fixture(scope="module")
def hall(street: Town, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    made = Hall(street, "member", tmp_path_factory.mktemp("hall"))
    made.named()
    yield made
    made.journal.close()


def test_a_machine_is_shown_as_it_speaks(window: Window, hall: Hall) -> None:
    page = opened(window("member"), "/shop")
    hour = int(time.time() * 1000) - 3_600_000
    hall.client.forward(hall.says((STATE, "running"), (ENERGY, 1000), (STARTED, "J1/O1"), at=hour))
    machine = page.locator(".machine")
    expect(machine).to_contain_text(say.states["running"])  # nobody asked for it
    expect(machine).to_contain_text(say.works_on.format("J1/O1"))
    expect(machine).to_contain_text(say.signed.format(f"{hall.key.address[:8]}…", 1))
    hall.client.forward(hall.says((STATE, "down"), (ENERGY, 3200)))
    expect(machine).to_contain_text(say.states["down"])
    expect(machine).to_contain_text(say.energy.format("2.2"))
    expect(machine).to_contain_text(say.heard.format(say.now))
    expect(machine.locator(".strip rect")).to_have_count(2)
    expect(machine.get_by_role("img")).to_have_count(2)
    shot(page, "machines")


@pytest.mark.parametrize("dark", [False, True])
def test_machines_fit_a_phone(window: Window, hall: Hall, dark: bool) -> None:
    hall.client.forward(hall.says((STATE, "idle"), ("Long" * 32, "W" * 900)))
    page = opened(window("member", width=360, dark=dark), "/shop")
    expect(page.locator(".machine")).to_be_visible()
    page.get_by_text(say.all_metrics.split(" (", maxsplit=1)[0]).click()
    page.get_by_role("cell", name="W" * 20).first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    shot(page, f"machines-phone-{'dark' if dark else 'light'}")


def test_what_somebody_reads_stays_open_while_a_machine_goes_on_speaking(window: Window, hall: Hall) -> None:
    hall.client.forward(hall.says((STATE, "idle"), ("Depth", 1)))
    page = opened(window("member"), "/shop")
    page.get_by_text(say.all_metrics.split(" (", maxsplit=1)[0]).click()
    read = page.get_by_role("cell", name="Depth")
    read.wait_for()
    hall.client.forward(hall.says((STATE, "running"), ("Width", 2)))
    expect(page.locator(".machine")).to_contain_text(say.states["running"])
    expect(page.get_by_role("cell", name="Width")).to_be_visible()
    expect(read).to_be_visible()


def test_what_machines_say_is_words(window: Window, hall: Hall) -> None:
    """A gateway's metrics and values are shown, never run."""
    hall.client.forward(hall.says(("<img src=x onerror=alert(1)>", "<script>alert(1)</script>"), (STATE, "</svg><b>")))
    page = opened(window("member"), "/shop")
    expect(page.locator(".machine .badge")).to_have_text("</svg><b>")
    page.get_by_text(say.all_metrics.split(" (", maxsplit=1)[0]).click()
    expect(page.locator(".machine table")).to_contain_text("<script>alert(1)</script>")
    hall.client.forward(hall.says((STATE, "idle")))


def gateways(street: Town) -> dict[str, list[str]]:
    """What nobody has heard of yet, by key."""
    told = street["lathe"].machines(street.address("lathe")).gateways
    return {one.address.lower(): sorted(one.unheard) for one in told}


def test_a_gateway_is_believed_and_believed_no_more(window: Window, street: Town) -> None:
    page = opened(window("lathe"), "/shop")
    expect(page.locator("#main")).to_contain_text(say.no_gateways)
    page.get_by_label(say.address).fill("0x" + "a1" * 20)
    page.get_by_label(say.name).fill("hall 3")
    page.get_by_label(say.its_machines).fill("M2, M7")
    press(page, say.add)
    expect(page.locator("#main")).to_contain_text("M2, M7")
    expect(page.locator("#main")).to_contain_text("hall 3")
    assert gateways(street) == {("0x" + "a1" * 20): sorted(map(readings_of, ["M2", "M7"]))}
    page.reload()  # the browser remembers what the ledger does not say
    expect(page.locator("#main")).to_contain_text("hall 3")
    expect(page.locator("#main")).to_contain_text("M2, M7")
    open_question(page, say.forget)
    answer(page, say.forget)
    expect(page.locator("#main")).to_contain_text(say.no_gateways)


def test_what_is_no_address_is_refused_and_changes_nothing(window: Window, street: Town) -> None:
    page = opened(window("lathe"), "/shop")
    page.get_by_label(say.address).fill("my gateway")
    page.get_by_label(say.its_machines).fill("M2")
    press(page, say.add)
    expect(page.locator(".q-notification.bg-negative")).to_be_visible()
    assert gateways(street) == {}


# --- without a browser ------------------------------------------------------------------------------------------


def test_a_band_of_states_ends_now_and_begins_no_earlier_than_it_shows() -> None:
    now = 10 * SPAN
    drawn = _strip(((now - 2 * SPAN, "idle"), (now - SPAN // 2, "running"), (now - SPAN // 4, "down")), now)
    assert drawn.count("<rect") == 3
    assert f'class="idle" x="0" y="0" width="{SPAN // 2}"' in drawn
    assert f'class="down" x="{3 * SPAN // 4}" y="0" width="{SPAN // 4}"' in drawn
    assert "idle 4 h, running 2 h, down 2 h" in drawn


def test_a_curve_says_its_least_its_greatest_and_its_last_value() -> None:
    assert "Power: 3 now, between 1 and 5" in _plot("Power", [(1, 1.0), (2, 5.0), (3, 3.0)], 4)
