"""Free time: windows that members offer, and what each can do with them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime

from nicegui import ui

from hanse.app.api import shapes
from hanse.app.ui import deeds, idle, zones
from hanse.app.ui.pieces import card, empty, facts, listing, moment, money, state
from hanse.app.ui.screens import Visit, screen
from hanse.app.ui.texts import STATES
from hanse.app.ui.texts import Offers as say
from hanse.app.ui.zones import DAY, HOUR, MINUTE


@screen("/free-time", say.title)
async def free_time(at: Visit) -> None:
    """All windows; first those in which the visitor has a part to play."""
    services = (await at.door.get("league", shapes.LeagueNow)).services

    async def load() -> tuple[list[shapes.OfferNow], dict[str, str]]:
        found = await at.door.all("offers", shapes.OfferNow)
        people = {one.host for one in found} | {one.guest for one in found if one.guest}
        return found, await at.known(people)

    if at.is_("member"):
        begin = -(-int(time.time()) // HOUR) * HOUR

        async def offer() -> None:
            await idle.offer(at, {}, services, begin, begin + DAY // 3)

        with ui.row().classes("actions"):
            ui.button(say.offer, on_click=offer).props("no-caps")
            ui.link(say.from_shop, "/shop").classes("beside")
    await at.show(load, lambda now: _draw(at, *now, services), "offer")


def _draw(at: Visit, found: list[shapes.OfferNow], names: Mapping[str, str], services: list[str]) -> None:
    own = [one for one in found if at.who.address in (one.host, one.guest) and one.state in ("held", "confirmed")]
    for one in own:
        guest = one.guest == at.who.address
        title = say.yours_guest.format(names[one.host]) if guest else say.yours_host.format(names[one.guest])
        with card(title, "partly" if one.state == "held" and not guest else "plain"):
            ui.label(f"{service(one, services)}, {idle.period(one, at)}, {money(idle.cost(one))}")
            state(one.state)
            deeds.buttons(idle.deeds(at, one))
    if not found:
        empty(say.empty)
        return
    zone = zones.zone_of(at.client)
    rows = [
        {
            "at": f"{one.host}/{one.number}",
            "member": names[one.host],
            "service": service(one, services),
            "start": f"{datetime.fromtimestamp(one.start * MINUTE, zone):%Y-%m-%d %H:%M}",
            "end": f"{datetime.fromtimestamp(one.end * MINUTE, zone):%Y-%m-%d %H:%M}",
            "price": money(one.price * 60),
            "state": STATES.get(one.state, one.state),
        }
        for one in sorted(found, key=lambda one: (one.state != "free", one.start))
    ]
    columns = (
        ("member", say.member), ("service", say.service), ("start", say.start), ("end", say.end),
        ("price", say.price_hour), ("state", say.state),
    )  # fmt: skip
    listing(columns, rows, key="at", to="/free-time/{}", right=("price",), label=say.title)


@screen("/free-time/{host}/{number}", say.title)
async def window(at: Visit) -> None:
    """One window."""
    path = f"offers/{at.asked['host']}/{at.asked['number']}"
    services = (await at.door.get("league", shapes.LeagueNow)).services

    async def load() -> tuple[shapes.OfferNow, str, str]:
        one = await at.door.get(path, shapes.OfferNow)
        return one, await at.name(one.host), await at.name(one.guest) if one.guest else ""

    await at.show(load, lambda now: _window(at, *now, services), "offer")


def _window(at: Visit, one: shapes.OfferNow, host: str, guest: str, services: list[str]) -> None:
    with card(say.one.format(one.number, host)):
        with facts() as fact:
            with fact(say.state):
                state(one.state)
            with fact(say.service):
                ui.label(f"{service(one, services)}, {say.machine.lower()} {one.machine}")
            with fact(say.start):
                moment(one.start * MINUTE)
            with fact(say.end):
                moment(one.end * MINUTE)
            with fact(say.price):
                ui.label(idle.hourly(one))
            if guest:
                with fact(say.guest):
                    ui.label(guest)
                with fact(say.part):
                    ui.label(idle.period(one, at))
                with fact(say.pays):
                    ui.label(money(idle.cost(one)))
        deeds.buttons(idle.deeds(at, one))


def service(one: shapes.OfferNow, services: list[str]) -> str:
    """What a window is for."""
    return services[one.service] if one.service < len(services) else say.unknown
