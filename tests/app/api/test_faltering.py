"""A service whose chain falters: it answers, says how old and how final the answer is, keeps what is done, goes on."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from hanse.app.api.callers import COOKIE
from hanse.app.client import Client
from hanse.ledger.standing import standing
from tests.app.api.house import PHRASE, House, house, until
from tests.app.cli import hanse
from tests.app.ui.conftest import browser  # noqa: F401 - a fixture
from tests.ledger.wire import Wire, wire


@pytest.fixture(scope="module")
def cut_off(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, Wire, Client]]:
    """A service at the end of a wire, the wire, and the first coordinator."""
    home = tmp_path_factory.mktemp("faltering")
    chains = tmp_path_factory.mktemp("chain")
    with standing(chains) as chain, wire(chain.url) as way, house(home, chain=way.url) as at:
        yield at, way, at.coordinator()


def test_every_answer_says_of_which_block_it_is_and_how_final(cut_off: tuple[House, Wire, Client]) -> None:
    _, _, ada = cut_off
    until(lambda: ada.chain().state == "well" and ada.chain().block >= 0)
    now = ada.chain()
    assert (now.engine, now.waiting, now.said) == ("development", 0, "")
    assert 0 < now.read == now.final == now.block
    assert ada.standing.chain == "well"
    assert ada.standing.block == ada.standing.final == now.read
    refused = ada._http.get("/api/v1/orders/4711")
    assert refused.status_code == 404
    assert refused.headers["x-hanse-block"] == str(now.read)
    assert "x-hanse-block" not in ada._http.get("/health").headers


def test_a_silent_chain_is_told_everywhere_and_nothing_is_lost(cut_off: tuple[House, Wire, Client]) -> None:
    at, way, ada = cut_off
    ada.set_services(["milling"])
    way.cut = True
    try:
        until(lambda: ada.chain().state == "silent")
        assert "does not answer" in ada.chain().said
        health = ada._http.get("/health")
        assert (health.status_code, health.json()["parts"]["chain"]) == (200, False)
        assert "does not answer" in health.json()["chain"]
        assert ada.league().services == ["milling"]
        assert ada.standing.chain == "silent"
        action = ada.set_services(["milling", "turning"], wait=False)
        assert (action.state, action.final) == ("stored", False)
        told = hanse("chain", "--url", at.url, "--json", HANSE_NAME="Ada", HANSE_PASSPHRASE=PHRASE)
        assert (told.code, json.loads(told.out)["state"]) == (1, "silent")
    finally:
        way.cut = False
    done = ada.wait(action)
    assert done.final
    assert ada.league().services == ["milling", "turning"]
    until(lambda: ada.chain().state == "well")
    told = hanse("chain", "--url", at.url, HANSE_NAME="Ada", HANSE_PASSPHRASE=PHRASE)
    assert (told.code, told.out.split("\n")[0]) == (0, "well")
    assert ada._http.get("/ready").json()["parts"]["chain"]


@pytest.mark.slow
def test_pages_say_it_as_long_as_it_is_so(
    cut_off: tuple[House, Wire, Client],
    browser: Browser,  # noqa: F811
) -> None:
    at, way, ada = cut_off
    context = browser.new_context()
    context.add_cookies([{"name": COOKIE, "value": ada._http.cookies[COOKIE], "url": at.url, "sameSite": "Strict"}])
    page = context.new_page()
    page.goto(f"{at.url}/orders")
    expect(page.locator("h1")).to_be_visible()
    notice = page.get_by_text("The ledger does not answer at the moment")
    expect(notice).to_have_count(0)
    way.cut = True
    try:
        expect(notice).to_be_visible(timeout=30_000)
    finally:
        way.cut = False
    expect(notice).to_have_count(0, timeout=30_000)
    context.close()
