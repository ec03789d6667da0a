"""Who speaks for a member's machines, on its page My shop: its delegates for readings, named, listed and ended."""

from __future__ import annotations

import json
from collections.abc import Sequence

from nicegui import ui

from hanse.app.api import shapes
from hanse.app.ui import forms
from hanse.app.ui.pieces import badge, cell, moment, table, words
from hanse.app.ui.screens import Again, Visit
from hanse.app.ui.texts import Floor as say
from hanse.ledger.identities import readings_of


class Names:
    """What a member calls its gateways, and which machines it named: kept in its browser, for the ledger has keys and
    hashes only. On another device they have no names until their machines speak."""

    def __init__(self, at: Visit) -> None:
        self._at, self._place = at, json.dumps(f"hanse-gateways-{at.who.address}")
        self._said: dict[str, list[str]] = {}

    async def remember(self) -> None:
        """Reads what the browser kept; whatever else is there is nothing."""
        try:
            found = json.loads(await forms.remembered(self._at, f"localStorage.getItem({self._place})") or "{}")
            self._said = {str(one): [str(part) for part in said] for one, said in found.items()} | self._said
        except (ValueError, TypeError, AttributeError):
            return

    def keep(self, address: str, name: str, machines: Sequence[str]) -> None:
        """A gateway's name and machines, instead of what was kept of it."""
        self._said[address.lower()] = [name, *machines]
        with self._at.client:
            ui.run_javascript(f"localStorage.setItem({self._place}, {json.dumps(json.dumps(self._said))})")

    def of(self, those: Sequence[shapes.GatewayNow]) -> dict[str, str]:
        """By address; the first signs of it where it has no name."""
        return {one.address: self.name(one) or f"{one.address[:8]}…" for one in those}

    def name(self, one: shapes.GatewayNow) -> str:
        return (self._said.get(one.address.lower()) or [""])[0]

    def machines(self, one: shapes.GatewayNow) -> str:
        """Which machines a gateway speaks for, in words."""
        if one.all:
            return say.all_machines
        named = {readings_of(machine): machine for machine in self._said.get(one.address.lower(), [])[1:]}
        known = sorted({*one.machines, *(named[kind] for kind in one.unheard if kind in named)})
        strange = len([kind for kind in one.unheard if kind not in named])
        return ", ".join([*known, *([say.unheard.format(strange)] if strange else [])])


async def gateways(at: Visit, names: Names, again: Again) -> None:
    """The list, and the form that adds to it. again: draws what else shows their names."""
    ui.label(say.gateways_lead).classes("quiet")
    path = f"identities/{at.who.address}/delegates"
    Row = tuple[shapes.GatewayNow, str, str]

    async def load() -> list[Row]:
        now = await at.door.get(f"members/{at.who.address}/machines", shapes.MachinesNow)
        return [(one, names.name(one), names.machines(one)) for one in now.gateways]

    def draw(rows: list[Row]) -> None:
        if not rows:
            ui.label(say.no_gateways)
            return
        with table(say.gateway, say.machines, say.until, say.seal, say.state) as row:
            for one, name, machines in rows:
                with row():
                    with cell():
                        ui.label(name or say.unnamed)
                        ui.label(one.address).classes("hash")
                    words(machines)
                    with cell():
                        moment(one.until)
                    words(str(one.seal or "–"))
                    with cell():
                        _health(one)
                        ui.button(say.forget, on_click=lambda one=one: forget(one)).props("flat dense no-caps")

    async def refresh() -> None:
        await drawn()
        await again()

    async def forget(gone: shapes.GatewayNow) -> None:
        if await at.sure(say.forget_ask.format(names.name(gone) or gone.address), say.forget, say.forget_what):
            await at.write("POST", path, {"delegate": gone.address, "days": 0}, done=say.gateways_done)
            await refresh()

    drawn = await at.show(load, draw, "machine", "delegate")
    with ui.element("div").classes("form"):
        address = ui.input(say.address)
        name = ui.input(say.name)
        asked = ui.input(say.its_machines)
        days = ui.number(say.days, value=365, min=1, max=3650, precision=0)

        async def add() -> None:
            mine = [one.strip() for one in (asked.value or "").split(",") if one.strip()]
            key, called = (address.value or "").strip(), (name.value or "").strip()
            body = {"delegate": key, "machines": mine, "days": int(days.value or 1)}
            if not mine and not await at.sure(say.all_ask, say.add, say.all_what):
                return
            if await at.write("POST", path, body, done=say.gateways_done):
                names.keep(key, called, mine)
                address.value = name.value = asked.value = ""
                await refresh()

        ui.button(say.add, on_click=add).props("outline no-caps")
    await names.remember()
    await refresh()


def _health(one: shapes.GatewayNow) -> None:
    if one.received is None:
        badge(say.never, "partly")
        return
    moment(one.received // 1000)
    if one.missing:
        badge(say.missing.format(one.missing), "bad")
    if one.refused:
        badge(say.refused.format(one.refused), "partly")
