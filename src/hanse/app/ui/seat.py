"""The offices of an account that was given to one: its seat, taken and left."""

from __future__ import annotations

from functools import partial

from nicegui import ui

from hanse.app.api import shapes
from hanse.app.ui.pieces import card
from hanse.app.ui.screens import Visit
from hanse.app.ui.texts import Seat as say


async def seat(at: Visit) -> None:
    """Accounts that the visitor decides about, and in whose seat it is; nothing for whoever was given none."""
    own = at.who.address
    links = (await at.door.get("network", shapes.NetworkNow, around=own, limit=1_000)).links
    given = [one.target for one in links if (one.source, one.tie) == (own, "decides")]
    if not given:
        return
    names = await at.known(given)
    with card(say.title), ui.element("div").classes("form"):
        ui.label(say.lead)
        for one in given:
            name = names[one]
            with ui.row().classes("items-center"):
                if one == at.who.seat:
                    ui.label(say.sits.format(name))
                    ui.button(say.stand, on_click=partial(_stand, at, name)).props("outline no-caps")
                else:
                    ui.label(name)
                    ui.button(say.take, on_click=partial(_take, at, one, name)).props("outline no-caps")


async def _take(at: Visit, identity: str, name: str) -> None:
    if await at.sure(say.take_ask.format(name), say.take, say.take_what):
        await _sit(at, identity, say.taken.format(name))


async def _stand(at: Visit, name: str) -> None:
    """To sit in one's own seat is to stand up from another's."""
    if await at.sure(say.stand_ask.format(name), say.stand, say.stand_what):
        await _sit(at, at.who.address, say.stood)


async def _sit(at: Visit, identity: str, done: str) -> None:
    if await at.write("POST", f"identities/{identity}/seat", done=done):
        with at.client:
            ui.navigate.to("/account")  # offices and navigation are of the page, which is opened anew
