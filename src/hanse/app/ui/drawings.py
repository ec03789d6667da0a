"""What an order's page shows of rights: who reads its drawing, which licence it uses, and the product's passport."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from nicegui import ui

from hanse.app.api import shapes
from hanse.app.client import Refused
from hanse.app.ui import forms
from hanse.app.ui.deeds import Deed, buttons
from hanse.app.ui.pieces import card, cell, complain, folded, moment, money, table, words
from hanse.app.ui.screens import Again, Visit
from hanse.app.ui.texts import Designs as say
from hanse.app.ui.texts import Lives
from hanse.errors import HanseError


class Rights(NamedTuple):
    """readers: of a drawing of the visitor's own, None if it is another's or there is none; names: of its readers."""

    uses: Sequence[shapes.UseNow]
    readers: shapes.ReadersNow | None
    names: dict[str, str]


async def rights(at: Visit, story: shapes.OrderStory) -> Rights:
    """What there is to show."""
    uses = [shapes.UseNow.model_validate(one) for one in await at.door.json(f"orders/{story.order.number}/designs")]
    drawing = story.asked.get("drawing") or {}
    readers = None
    if "design" in drawing and story.order.customer == at.who.address:
        readers = await at.door.maybe(f"contents/{drawing['content']}/grants", shapes.ReadersNow)
    return Rights(uses, readers, await at.known(one.reader for one in readers.log) if readers else {})


def draw(at: Visit, story: shapes.OrderStory, now: Rights, again: Again, *, agreed: bool) -> None:
    """Licences in use, readers with what happened to the key, and what the customer can do. agreed: an agreement is in
    force."""
    own, row = story.order.customer == at.who.address, story.order
    for one in now.uses:
        told = say.paid if one.paid else say.uses
        with card():
            ui.label(told.format(one.licence, money(one.to_owner if one.paid else one.amount)))
    if now.readers is not None:
        _readers(at, story, now.readers, now.names, again)
    found = []
    if own and row.status in ("open", "planned") and "design" in (story.asked.get("drawing") or {}) and not now.uses:
        found.append(Deed(say.use, lambda: _use(at, row.number)))
    if own and agreed:
        found.append(Deed(say.passport, lambda: _passport(at, row.number)))
    if agreed:
        ui.link(Lives.title, f"/designs?order={row.number}#life")
    buttons(found)


def _readers(
    at: Visit, story: shapes.OrderStory, readers: shapes.ReadersNow, names: dict[str, str], again: Again
) -> None:
    with card(say.readers):
        with table(say.reader, say.since_when, "") as row:
            for one in readers.grants:
                if one.withdrawn is not None:
                    continue
                with row():
                    words(names.get(one.reader, one.reader[:10]))
                    with cell():
                        moment(one.moment)
                    with cell():
                        if one.reader != at.who.address:
                            _shut(at, readers.content, one.reader, names, again)
        may = {one.reader for one in readers.grants if one.withdrawn is None}
        asked = [one.member for one in story.answers if one.answer in ("ACCEPT", "PARTIAL") and one.member not in may]
        if asked:
            buttons([Deed(say.let_asked, lambda: _let(at, readers.content, asked, again))])
        with folded(say.log), table(say.reader, say.what, say.since_when) as row:
            for read in readers.log:
                with row():
                    words(names.get(read.reader, read.reader[:10]), say.logged.get(read.what, read.what))
                    with cell():
                        moment(read.moment)


def _shut(at: Visit, content: str, reader: str, names: dict[str, str], again: Again) -> None:
    async def shut() -> None:
        if await at.sure(say.shut_ask.format(names.get(reader, reader[:10])), say.shut, say.shut_what):
            await _ask(at, "DELETE", f"contents/{content}/grants/{reader}", None)
            await again()

    ui.button(say.shut, on_click=shut).props("outline dense no-caps")


async def _let(at: Visit, content: str, readers: Sequence[str], again: Again) -> None:
    done = 0
    for reader in readers:
        try:
            await at.door.send("POST", f"contents/{content}/grants", {"reader": reader})
            done += 1
        except Refused as refusal:
            if refusal.status != 404:  # whoever has no key yet is let in another time
                with at.client:
                    complain(refusal)
                return
    with at.client:
        ui.notify(say.let_done.format(done), type="positive")
    await again()


async def _ask(at: Visit, method: str, path: str, body: dict[str, Any] | None) -> None:
    with at.client:
        try:
            await at.door.send(method, path, body)
        except HanseError as error:
            complain(error)
            return
        ui.notify(say.shut_done, type="positive")


async def _use(at: Visit, order: int) -> None:
    licences = await at.door.all("licences", shapes.LicenceNow)
    mine = {
        one.number: f"{one.number}: {say.of.format(one.left, one.pieces)}, {one.design[:10]}, {money(one.royalty)}"
        for one in licences
        if one.licensee == at.who.address and one.left
    }
    if not mine:
        with at.client:
            complain(HanseError(say.no_licences, hint=say.ask_owner))
        return

    def fields() -> forms.Read:
        chosen = ui.select(mine, value=next(iter(mine)), label=say.licence).classes("wide")
        return lambda: {"licence": chosen.value}

    path = f"orders/{order}/designs"
    await forms.form(
        at,
        say.use_ask.format(order),
        say.use,
        fields,
        lambda body, key: at.write("POST", path, body, done=say.used, key=key),
        say.use_what,
    )


async def _passport(at: Visit, order: int) -> None:
    if not await at.sure(say.passport_ask.format(order), say.passport, say.passport_what):
        return
    made = await at.do("POST", f"orders/{order}/passport", {}, shape=shapes.PassportNow, done=say.passport_done)
    if made is not None:
        with at.client:
            ui.navigate.to(f"/passports/{made.name}")
