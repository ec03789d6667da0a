"""Another key for one's account: given by oneself, or by guardians when one's own is lost."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import partial
from typing import Any

from nicegui import ui

from hanse.app.api import shapes
from hanse.app.ui import forms
from hanse.app.ui.pieces import card, moment
from hanse.app.ui.screens import Again, Visit
from hanse.app.ui.texts import Guarding as say

HOURS = 72

Known = tuple[shapes.IdentityNow, list[shapes.IdentityNow], dict[str, str]]


async def guarding(at: Visit) -> None:
    """Who decides and who guards, as the chain says; and forms to change it."""
    own = f"identities/{at.who.address}"
    people = await at.door.all("accounts", shapes.AccountNow, most=10_000)
    names = {one.address: one.name for one in people if one.address != at.who.address}

    async def load() -> Known:
        links = (await at.door.get("network", shapes.NetworkNow, around=at.who.address, limit=1_000)).links
        whose = [one.target for one in links if (one.source, one.tie) == (at.who.address, "guards")]
        now = await at.door.get(own, shapes.IdentityNow)
        others = [await at.door.get(f"identities/{one}", shapes.IdentityNow) for one in dict.fromkeys(whose)]
        people = {one for each in (now, *others) if each.guard for one in each.guard.guardians}
        return now, others, await at.known({*people, *(_address(one) for one in others)})

    async def again() -> None:
        await drawn()

    drawn = await at.show(load, lambda known: _draw(at, known, names, again), "delegate", every=30.0)
    with card(say.title), ui.element("div").classes("form"):
        ui.label(say.lead)
        chosen = ui.select(names, label=say.who, multiple=True, with_input=True).classes("wide")
        threshold = ui.number(say.threshold, value=2, min=1, max=16, precision=0)
        hours = ui.number(say.hours, value=HOURS, min=1, max=2160, precision=0)

        async def guard() -> None:
            those, least = list(chosen.value or []), int(threshold.value or 1)
            body = {"guardians": those, "threshold": least, "hours": int(hours.value or HOURS)}
            what = (
                say.what.format(least, ", ".join(names[one] for one in those), body["hours"]) if those else say.nobody
            )
            if await at.sure(say.ask, say.do, what) and await at.write("PUT", f"{own}/guardians", body, done=say.done):
                await again()

        ui.button(say.do, on_click=guard).props("outline no-caps")
    with card(say.rotate), ui.element("div").classes("form"):
        ui.label(say.rotate_lead)
        to = ui.input(say.rotate_to)

        async def rotate() -> None:
            key = (to.value or "").strip()
            if await at.sure(say.rotate_ask, say.rotate_do, key, say.rotate_what):
                await at.write("POST", f"{own}/owner", {"owner": key}, done=say.rotate_done)

        ui.button(say.rotate_do, on_click=rotate).props("outline no-caps")


def _address(one: shapes.IdentityNow) -> str:
    return one.did.rsplit(":", 1)[-1]


def _draw(at: Visit, known: Known, people: dict[str, str], again: Again) -> None:
    now, others, names = known
    with card(say.now):
        if now.guard is None:
            ui.label(say.none)
        else:
            who = ", ".join(names[one] for one in now.guard.guardians)
            ui.label(say.what.format(now.guard.threshold, who, now.guard.delay // 3600))
            if now.guard.ready is not None:
                with ui.row().classes("items-center"):
                    ui.label(say.begun.format(now.guard.candidate))
                    moment(now.guard.ready)
                ui.button(say.object, on_click=partial(_cancel, at, again)).props("no-caps")
    for one in others:
        _guarded(at, one, names, people, again)


def _guarded(at: Visit, one: shapes.IdentityNow, names: dict[str, str], people: dict[str, str], again: Again) -> None:
    """Somebody whose guardian the visitor is."""
    assert one.guard is not None
    address, guard = _address(one), one.guard
    with card(say.yours.format(names[address])), ui.element("div").classes("form"):
        if guard.ready is not None:
            with ui.row().classes("items-center"):
                ui.label(say.ready.format(people.get(guard.candidate or "", guard.candidate)))
                moment(guard.ready)
            if guard.ready <= time.time():
                ui.button(say.finish, on_click=partial(_finish, at, address, again)).props("no-caps")
            return
        ui.button(say.recover, on_click=partial(_support, at, address, names[address], people, again)).props(
            "outline no-caps"
        )


async def _support(at: Visit, address: str, name: str, people: dict[str, str], again: Again) -> None:
    def fields() -> forms.Read:
        key = ui.select({one: who for one, who in people.items() if one != address}, label=say.new, with_input=True)
        key.classes("wide")
        return lambda: None if key.value is None else {"owner": key.value}

    async def send(body: Mapping[str, Any], key: str) -> object:
        return await at.write("POST", f"identities/{address}/recovery", dict(body), done=say.supported, key=key)

    await forms.form(at, say.recover_ask.format(name), say.recover, fields, send, say.recover_what)
    await again()


async def _finish(at: Visit, address: str, again: Again) -> None:
    if await at.write("POST", f"identities/{address}/recovery/end", done=say.finished):
        await again()


async def _cancel(at: Visit, again: Again) -> None:
    if await at.write("DELETE", f"identities/{at.who.address}/recovery", done=say.objected):
        await again()
