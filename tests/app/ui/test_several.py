"""An open page of several servers behind the real proxy: it goes on when its server is away."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from hanse.app.api.callers import COOKIE
from hanse.app.client import Client
from hanse.app.ui.texts import Orders
from tests.app.api.house import PHRASE, free_port, until
from tests.app.api.ring import ring
from tests.app.ui.test_pages import opened
from tests.deploy.files import behind_caddy, tool
from tests.postgres import Server


@pytest.mark.slow
def test_an_open_page_goes_on_at_another_server_when_its_own_is_killed(
    browser: Browser, tmp_path: Path, postgres: Server
) -> None:
    tool("caddy", "caddy")  # before anything is started
    people = f"http://127.0.0.1:{free_port()}"
    with (
        ring(tmp_path, postgres, public=people) as made,
        behind_caddy(tmp_path, people, *(one.port for one in made.houses)),
        Client(people) as ada,
    ):
        ada.join(next(one.invitation for one in made.houses if one.invitation), "Ada", PHRASE)
        ada.sign_in("Ada", PHRASE)
        until(lambda: "coordinator" in ada.session().offices)
        ada.set_services(["milling"])
        ada.add_product("gearbox", "Gearbox", ["milling"])
        context = browser.new_context(base_url=people)
        context.add_cookies([{"name": COOKIE, "value": ada._http.cookies[COOKIE], "url": people}])
        page = opened(context.new_page(), "/orders")

        def is_told() -> None:
            number = ada.place_order(product=1, quantity=1, deposit=0).result["order"]
            expect(page.locator("main").get_by_text(Orders.one.format(number), exact=True)).to_be_visible()

        is_told()
        for killed in made.houses:  # one of them is the page's
            killed.kill()
            is_told()
            killed.start()
            is_told()
        context.close()
