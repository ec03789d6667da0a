"""Oneself: name, offices, key, pass-phrase, and all the league holds about one."""

from __future__ import annotations

import json
from typing import Any

from nicegui import ui

from hanse.app.api import shapes
from hanse.app.ui import texts
from hanse.app.ui.guarding import guarding
from hanse.app.ui.pieces import badge, card, complain, facts
from hanse.app.ui.screens import Visit, screen
from hanse.app.ui.seat import seat
from hanse.app.ui.texts import Account as say
from hanse.errors import HanseError

PHRASE = f"""<form data-hanse="passphrase">
<label>{say.current}<input name="current" type="password" autocomplete="current-password" required></label>
<label>{say.new}<input name="passphrase" type="password" autocomplete="new-password" required minlength="12"></label>
<p role="alert"></p><p><button>{say.change}</button></p></form>"""


@screen("/account", say.title)
async def account(at: Visit) -> None:
    """Who one is, and one's key."""
    with card(), facts() as fact:
        with fact(say.name):
            ui.label(at.who.name)
        with fact(say.offices), ui.row():
            for office in at.who.offices:
                badge(texts.OFFICES.get(office, office))
            if not at.who.offices:
                ui.label(say.none)
        with fact(say.address):
            ui.label(at.who.address).classes("small quiet")
    with card(say.key):
        ui.label(say.managed if at.who.managed else say.wallet)
        if at.who.managed:
            ui.button(say.export, on_click=lambda: _keyfile(at)).props("outline no-caps")
    if at.who.managed:
        with card(say.phrase):
            ui.html(PHRASE, sanitize=False).classes("form")
    await seat(at)
    await guarding(at)
    with card(say.data):
        ui.label(say.data_lead)
        ui.button(say.download, on_click=lambda: _own(at)).props("outline no-caps")


async def _keyfile(at: Visit) -> None:
    try:
        told = await at.door.get("account/keyfile", shapes.Keyfile)
    except HanseError as error:
        complain(error)
        return
    ui.download.content(json.dumps(told.keyfile), f"hanse-key-{at.who.name}.json", "application/json")


async def _own(at: Visit) -> None:
    """Everything the API shows this account of itself, as the API spells it."""
    door, address = at.door, at.who.address
    try:
        agreements = await door.all("agreements", shapes.AgreementNow, most=100_000)
        orders = await door.all("orders", shapes.OrderNow, most=100_000)
        member = await door.maybe(f"members/{address}", shapes.MemberNow)
        own = {
            "account": at.who.model_dump(mode="json", exclude={"csrf"}),
            "member": None if member is None else member.model_dump(mode="json"),
            "reputation": (await door.get(f"members/{address}/reputation", shapes.Reputation)).model_dump(mode="json"),
            "money": (await door.get("money", shapes.Money)).model_dump(mode="json"),
            "orders": [one.model_dump(mode="json") for one in orders if one.customer == address],
            "agreements": [
                one.model_dump(mode="json")
                for one in agreements
                if address in (one.customer, one.proposer, *(work.member for work in one.milestones))
            ],
            "offers": [one.model_dump(mode="json") for one in await door.all("offers", shapes.OfferNow, host=address)],
            "machines": await _machines(at),
        }
    except HanseError as error:
        complain(error)
        return
    ui.download.content(json.dumps(own, indent=1, ensure_ascii=False), f"hanse-{at.who.name}.json", "application/json")


async def _machines(at: Visit) -> list[dict[str, Any]]:
    """What its machines said, as far as it is kept here."""
    path = f"members/{at.who.address}"
    told = await at.door.maybe(f"{path}/machines", shapes.MachinesNow)
    return [
        {
            "machine": one.id,
            "metric": last.metric,
            "readings": [
                [said.measured, said.value]
                for said in await at.door.all(
                    f"{path}/readings", shapes.ReadingNow, most=100_000, machine=one.id, metric=last.metric
                )
            ],
        }
        for one in (told.machines if told is not None else ())
        for last in one.metrics
    ]
